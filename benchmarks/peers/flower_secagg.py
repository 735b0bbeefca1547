"""Flower's SecAgg+ on the round of `./caisson bench secure-agg`, one JSON line.

    python flower_secagg.py --sites 100 --entries 1000000 --drop 10

Flower's own workflow (`SecAggPlusWorkflow`) and client code (`secaggplus_mod`) run in one process, a
complete graph (every site a neighbour of every other, as `num_shares=1.0` makes it), sites one after
the other. Only the grid between them is ours: it hands each message to its site and takes the time.
There is no network and no serialisation of messages. The sites that drop answer up to their shares
and fail when their masked vector is asked for.

`cpuS` is processor time of this process, `s` time by the clock. A site's figures are medians over the
sites; the server's are those of the workflow without the time spent in sites. The sum is compared with
a plain one: `error` is the largest difference, in quantisation steps.
"""

import argparse
import copy
import importlib.metadata
import json
import platform
import resource
import statistics
import time
from collections import defaultdict

import numpy as np
from flwr.client.mod import secaggplus_mod
from flwr.common import (
    Code,
    ConfigRecord,
    Context,
    Error,
    FitIns,
    FitRes,
    Message,
    RecordDict,
    Status,
    ndarrays_to_parameters,
    parameters_to_ndarrays,
)
from flwr.compat.common import recorddict_compat as compat
from flwr.server.compat.legacy_context import LegacyContext
from flwr.server.workflow.constant import MAIN_CONFIGS_RECORD, MAIN_PARAMS_RECORD, Key
from flwr.server.workflow.secure_aggregation import SecAggPlusWorkflow
from flwr.server.workflow.secure_aggregation.secaggplus_workflow import WorkflowState
from flwr.supercore.task_identity import TaskIdentity

CLIP = 8.0
STAGES = ["setup", "share keys", "collect masked vectors", "unmask"]


class Clock:
    def __init__(self):
        self.s = time.perf_counter()
        self.cpu = time.process_time()

    def read(self):
        return time.perf_counter() - self.s, time.process_time() - self.cpu


class Proxy:
    def __init__(self, node_id):
        self.node_id = node_id
        self.cid = str(node_id)


class Clients:
    def __init__(self, proxies):
        self.proxies = proxies

    def num_available(self):
        return len(self.proxies)


class Strategy:
    """Hands everybody empty instructions and keeps what the workflow makes of the sum."""

    def __init__(self, proxies):
        self.proxies = proxies
        self.mean = None

    def configure_fit(self, server_round, parameters, client_manager):
        return [(proxy, FitIns(parameters, {})) for proxy in self.proxies]

    def aggregate_fit(self, server_round, results, failures):
        self.mean = parameters_to_ndarrays(results[0][1].parameters)[0]
        return None, {}


class Grid:
    """Takes each message to its site; a site of `lost` fails when its masked vector is asked for."""

    def __init__(self, sites, entries, lost):
        self.contexts = {
            node: Context(1, node, {}, RecordDict(), {}) for node in range(1, sites + 1)
        }
        self.entries = entries
        self.lost = lost
        self.stage = -1
        self.site_times = defaultdict(list)
        self.in_sites = defaultdict(lambda: [0.0, 0.0])
        self.plain = np.zeros(entries)

    def send_and_receive(self, messages, *, timeout=None):
        self.stage += 1
        replies = []
        clock = Clock()  # until the end: the server's own time is what is left of a stage
        for message in messages:
            message.metadata.__dict__["_message_id"] = str(message.metadata.dst_node_id)
            message.content = copy.deepcopy(message.content)  # sites may not share a content
            replies.append(self.hand(message))
        spent = clock.read()
        self.in_sites[STAGES[self.stage]] = list(spent)
        return replies

    def hand(self, message):
        node = message.metadata.dst_node_id
        if self.stage == 2 and node in self.lost:
            return Message(Error(1, "lost"), reply_to=message)
        vector = np.random.default_rng(node).uniform(-1, 1, self.entries).astype(np.float32)
        clock = Clock()
        reply = secaggplus_mod(message, self.contexts[node], lambda m, c: self.fit(m, vector))
        self.site_times[STAGES[self.stage]].append(clock.read())
        if self.stage == 2:
            self.plain += vector
        return reply

    @staticmethod
    def fit(message, vector):
        result = FitRes(Status(Code.OK, ""), ndarrays_to_parameters([vector]), 1000, {})
        return Message(compat.fitres_to_recorddict(result, False), reply_to=message)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=100)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--drop", type=float, default=10)
    arguments = parser.parse_args()
    sites, entries = arguments.sites, arguments.entries
    TaskIdentity.run_id, TaskIdentity.node_id, TaskIdentity.task_id = 1, 1_000_000, 1
    lost = set(range(1, sites + 1)[: round(sites * arguments.drop / 100)])
    proxies = [Proxy(node) for node in range(1, sites + 1)]
    grid = Grid(sites, entries, lost)
    strategy = Strategy(proxies)
    context = LegacyContext(
        context=Context(1, 0, {}, RecordDict(), {}),
        strategy=strategy,
        client_manager=Clients(proxies),
    )
    first = compat.parameters_to_arrayrecord(
        ndarrays_to_parameters([np.zeros(1, dtype=np.float32)]), True
    )
    context.state.array_records[MAIN_PARAMS_RECORD] = first
    context.state.config_records[MAIN_CONFIGS_RECORD] = ConfigRecord({Key.CURRENT_ROUND: 1})
    workflow = SecAggPlusWorkflow(
        num_shares=1.0,
        reconstruction_threshold=0.67,
        max_weight=1000.0,
        clipping_range=CLIP,
        modulus_range=1 << 32,
    )
    threshold = round(0.67 * sites)
    state_of = {}
    state = WorkflowState()
    steps = [
        workflow.setup_stage,
        workflow.share_keys_stage,
        workflow.collect_masked_vectors_stage,
        workflow.unmask_stage,
    ]
    for stage, step in zip(STAGES, steps):
        clock = Clock()
        if not step(grid, context, state):
            raise SystemExit(f"Flower stopped at the stage '{stage}'")
        whole = clock.read()
        inside = grid.in_sites[stage]
        state_of[stage] = {
            "s": round(whole[0] - inside[0], 4),
            "cpuS": round(whole[1] - inside[1], 4),
        }
    mean = grid.plain / (sites - len(lost))
    step_size = 2 * CLIP / (1 << 22)
    print(
        json.dumps(
            {
                "flwr": importlib.metadata.version("flwr"),
                "numpy": np.__version__,
                "python": platform.python_version(),
                "sites": sites,
                "entries": entries,
                "dropped": len(lost),
                "threshold": threshold,
                "site": {
                    stage: {
                        "s": round(statistics.median(t[0] for t in times), 4),
                        "cpuS": round(statistics.median(t[1] for t in times), 4),
                    }
                    for stage, times in grid.site_times.items()
                },
                "server": state_of,
                "error": float(np.abs(strategy.mean - mean).max() / step_size),
                "peakRssMiB": round(
                    resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1
                ),
            }
        )
    )


if __name__ == "__main__":
    main()
