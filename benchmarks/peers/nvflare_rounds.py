"""NVFLARE's FedAvg without training on the round of `./caisson bench rounds`, one JSON line.

    python nvflare_rounds.py --sites 3 --bytes 10000000 --rounds 10

NVFLARE's simulator with as many threads as sites: the server in one process, each client in one of its
own, over TCP on this machine, WITHOUT TLS and without provisioning, which is in NVFLARE's favour. A client
adds a constant to the array it gets and sends it back; nothing is masked. A round lasts from one global
array to the next, as the first client gets them; the last round, to the end of the client's own step,
is left out.
"""

import argparse
import importlib.metadata
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from processes import Watched, report

CLIENT = """\
import argparse
import json
import time

import nvflare.client as flare

parser = argparse.ArgumentParser()
parser.add_argument("--out")
args = parser.parse_args()
flare.init()
first = flare.get_site_name() == "site-1"
times = []
value = 0.0
while flare.is_running():
    model = flare.receive()
    if model is None:
        break
    times.append(time.monotonic())
    params = {name: array + 1 for name, array in model.params.items()}
    value = float(next(iter(params.values()))[0])
    if first:
        with open(args.out, "w") as out:
            json.dump({"times": times, "value": value}, out)
    flare.send(flare.FLModel(params=params, metrics={"accuracy": 0.0}))
"""

JOB = """\
import sys

from nvflare.app_common.np.recipes.fedavg import NumpyFedAvgRecipe
from nvflare.recipe import SimEnv

sites, rounds, start, script, out, workspace = sys.argv[1:]
if __name__ == "__main__":
    recipe = NumpyFedAvgRecipe(
        name="rounds",
        initial_ckpt=start,
        min_clients=int(sites),
        num_rounds=int(rounds),
        train_script=script,
        train_args=f"--out {out}",
    )
    recipe.execute(SimEnv(num_clients=int(sites), num_threads=int(sites), workspace_root=workspace))
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sites", type=int, default=3)
    parser.add_argument("--bytes", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=10)
    args = parser.parse_args()
    kinds = [("simulator_worker", "client"), ("job.py", "server"), ("nvflare", "other")]
    with tempfile.TemporaryDirectory() as folder, Watched(kinds) as watched:
        found = run(args, Path(folder))
    times = found["times"]
    seconds = [after - before for before, after in zip(times, times[1:])]
    if len(times) != args.rounds + 1 or found["value"] != args.rounds + 1:
        sys.exit(f"{len(times)} rounds gave {found['value']} instead of as much")
    report(
        "NVFLARE",
        importlib.metadata.version("nvflare"),
        "simulator, a process for each client, no TLS",
        args,
        seconds,
        watched.peaks,
    )


def run(args, folder):
    import numpy as np

    (folder / "client.py").write_text(CLIENT)
    (folder / "job.py").write_text(JOB)
    np.save(folder / "start.npy", np.zeros(-(-args.bytes // 4), dtype=np.float32))
    out = folder / "out.json"
    bin = Path(sys.executable).parent
    subprocess.run(
        [
            sys.executable, "job.py", str(args.sites), str(args.rounds + 1),
            str(folder / "start.npy"), "client.py", str(out), str(folder / "workspace"),
        ],
        cwd=folder,
        env=dict(os.environ, HOME=str(folder), PATH=f"{bin}{os.pathsep}{os.environ['PATH']}"),
        stdin=subprocess.DEVNULL, stdout=sys.stderr, stderr=sys.stderr, check=True,
    )
    return json.loads(out.read_text())


if __name__ == "__main__":
    main()
