"""SACRO-ML's attacks on the rows of `./caisson bench airlock`, one JSON line.

    python sacro_airlock.py members.csv non-members.csv LABEL

The target is scikit-learn's MLPClassifier with the same hidden layers (64, 32), fitted for a few
passes on the first 10,000 members before any clock of an attack runs. `seconds` has

- read: both tables, with pandas
- worstCase: WorstCaseAttack as it comes: 10 repetitions and 10 of a dummy, 80% learnt from
- worstCaseAlike: the same cut down to what Caisson's worst-case attack does: 5 repetitions, half
  learnt from, no dummy. The learner stays theirs, 100 random trees; Caisson boosts 40 trees of
  three levels on a sample each
- quantile: QMIAAttack as it comes: one gradient-boosted quantile. Caisson's fits two quantiles, twice
  (cross-fitted)
- structural: StructuralAttack as it comes. Caisson's structural checks stand in one phase with the
  search for rows, which SACRO-ML does not have, so there is nothing to compare it with

all without reports on disk. LiRA and attribute inference are not run: the first needs reference
models; the second needs columns described by hand and asks about every row, Caisson's about a sample.
`peakRssMiB` is the kernel's high-water mark."""

import importlib.metadata
import json
import logging
import os
import platform
import resource
import sys
import tempfile
import time
import warnings

STARTED = time.perf_counter()

# threads of OpenMP that wait yield their core: where others use the machine too, QMIAAttack else took
# anything from 1 to 39 seconds
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from sacroml.attacks.qmia_attack import QMIAAttack  # noqa: E402
from sacroml.attacks.structural_attack import StructuralAttack  # noqa: E402
from sacroml.attacks.target import Target  # noqa: E402
from sacroml.attacks.worst_case_attack import WorstCaseAttack  # noqa: E402
from sklearn.neural_network import MLPClassifier  # noqa: E402

TRAINED = 10_000


def table(path, label):
    frame = pd.read_csv(path)
    return frame.drop(columns=label).to_numpy(np.float32), frame[label].to_numpy()


def main(members, non_members, label):
    seconds = {"imports": time.perf_counter() - STARTED}

    def timed(name, work):
        start = time.perf_counter()
        result = work()
        seconds[name] = time.perf_counter() - start
        return result

    (x, y), (other_x, other_y) = timed(
        "read", lambda: (table(members, label), table(non_members, label))
    )
    model = MLPClassifier((64, 32), batch_size=64, max_iter=5, random_state=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # five passes do not converge
        timed("fit", lambda: model.fit(x[:TRAINED], y[:TRAINED]))
    target = Target(
        model=model, dataset_name="rows", X_train=x, y_train=y, X_test=other_x, y_test=other_y
    )
    attacks = {
        "worstCase": WorstCaseAttack(write_report=False),
        "worstCaseAlike": WorstCaseAttack(
            write_report=False, n_reps=5, test_prop=0.5, n_dummy_reps=0
        ),
        "quantile": QMIAAttack(write_report=False),
        "structural": StructuralAttack(write_report=False),
    }
    for name, attack in attacks.items():
        timed(name, lambda attack=attack: attack.attack(target))
    print(
        json.dumps(
            {
                "peer": "SACRO-ML " + importlib.metadata.version("sacroml"),
                "python": platform.python_version(),
                "scikitLearn": importlib.metadata.version("scikit-learn"),
                "rows": len(x) + len(other_x),
                "seconds": {k: round(v, 3) for k, v in seconds.items()},
                "peakRssMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


if __name__ == "__main__":
    logging.disable(logging.INFO)
    arguments = [os.path.abspath(path) for path in sys.argv[1:3]] + sys.argv[3:]
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)  # SACRO-ML makes a folder wherever it is
        main(*arguments)
