"""Flower's FedAvg without training on the round of `./caisson bench rounds`, one JSON line.

    python flower_rounds.py --sites 3 --bytes 10000000 --rounds 10

Real processes as Flower deploys them: a SuperLink, a SuperNode for each site, and the ServerApp and
ClientApps that these start (isolation `subprocess`, Flower's default). Everything on this machine, in
memory, WITHOUT TLS and without node authentication, which is in Flower's favour. A ClientApp adds a
constant to the array it gets and sends it back; nothing is masked. A round lasts from the end of the one
before to its own new global array, as the ServerApp sees it. Telemetry, update checks and the
installation of dependencies at run time are off.
"""

import argparse
import importlib.metadata
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from processes import Watched, await_port, free_port, report

PROJECT = """\
[project]
name = "rounds"
version = "1.0.0"
description = "rounds without training"
license = "Apache-2.0"
dependencies = []

[tool.hatch.build.targets.wheel]
packages = ["."]

[tool.flwr.app]
publisher = "bench"

[tool.flwr.app.components]
serverapp = "rounds.server:app"
clientapp = "rounds.client:app"

[tool.flwr.app.config]
sites = 3
numbers = 1
rounds = 1
out = ""
"""

CLIENT = """\
from flwr.app import ArrayRecord, Message, MetricRecord, RecordDict
from flwr.clientapp import ClientApp

app = ClientApp()


@app.train()
def train(message, context):
    arrays = [array + 1 for array in message.content["arrays"].to_numpy_ndarrays()]
    reply = RecordDict(
        {"arrays": ArrayRecord(arrays), "metrics": MetricRecord({"num-examples": 1})}
    )
    return Message(content=reply, reply_to=message)
"""

SERVER = """\
import json
import time

import numpy as np
from flwr.app import ArrayRecord
from flwr.serverapp import ServerApp
from flwr.serverapp.strategy import FedAvg

app = ServerApp()


@app.main()
def main(grid, context):
    config = context.run_config
    while len(list(grid.get_node_ids())) < config["sites"]:
        time.sleep(0.1)
    times = []
    last = []

    def note(server_round, arrays):
        times.append(time.monotonic())
        last[:] = [float(arrays.to_numpy_ndarrays()[0][0])]

    strategy = FedAvg(
        fraction_evaluate=0.0,
        min_train_nodes=config["sites"],
        min_evaluate_nodes=0,
        min_available_nodes=config["sites"],
    )
    strategy.start(
        grid=grid,
        initial_arrays=ArrayRecord([np.zeros(config["numbers"], dtype=np.float32)]),
        num_rounds=config["rounds"],
        evaluate_fn=note,
    )
    with open(config["out"], "w") as out:
        json.dump({"times": times, "value": last[0]}, out)
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sites", type=int, default=3)
    parser.add_argument("--bytes", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--limit", type=int, default=3600, help="seconds, after which it is given up")
    args = parser.parse_args()
    kinds = [
        ("flower-superlink", "SuperLink"),
        ("flower-supernode", "SuperNode"),
        ("flwr-serverapp", "ServerApp"),
        ("flwr-clientapp", "ClientApp"),
        ("flower-superexec", "SuperExec"),
    ]
    with tempfile.TemporaryDirectory() as folder, Watched(kinds) as watched:
        found = run(args, Path(folder))
    times = found["times"]
    seconds = [after - before for before, after in zip(times, times[1:])]
    if len(seconds) != args.rounds or found["value"] != args.rounds:
        sys.exit(f"{args.rounds} rounds should have added as much, not {found['value']}")
    report(
        "Flower",
        importlib.metadata.version("flwr"),
        "SuperLink and SuperNodes, subprocess isolation, no TLS",
        args,
        seconds,
        watched.peaks,
    )


def run(args, folder):
    app = folder / "app"
    (app / "rounds").mkdir(parents=True)
    (app / "pyproject.toml").write_text(PROJECT)
    (app / "rounds/__init__.py").write_text("")
    (app / "rounds/client.py").write_text(CLIENT)
    (app / "rounds/server.py").write_text(SERVER)
    home = folder / "home"
    home.mkdir()
    link = f"127.0.0.1:{free_port()}"
    (home / "config.toml").write_text(
        f'[superlink]\ndefault = "bench"\n\n[superlink.bench]\naddress = "{link}"\ninsecure = true\n'
    )
    bin = Path(sys.executable).parent
    environment = dict(
        os.environ,
        FLWR_HOME=str(home),
        HOME=str(home),
        FLWR_TELEMETRY_ENABLED="0",
        FLWR_DISABLE_UPDATE_CHECK="1",
        PATH=f"{bin}{os.pathsep}{os.environ['PATH']}",
    )
    out = folder / "out.json"
    children = []

    def start(*command):
        children.append(
            subprocess.Popen(
                [str(bin / command[0]), *command[1:]], env=environment, cwd=folder,
                stdout=sys.stderr, stderr=sys.stderr,
            )
        )

    host, port = link.split(":")
    try:
        start(
            "flower-superlink", "--insecure", "--host", host, "--port", port,
            "--disable-runtime-dependency-installation",
        )
        await_port(host, int(port))
        for _ in range(args.sites):
            start(
                "flower-supernode", "--insecure", "--superlink", link,
                "--host", host, "--port", str(free_port()),
            )
        config = f'sites={args.sites} numbers={-(-args.bytes // 4)} rounds={args.rounds} out="{out}"'
        subprocess.run(
            [str(bin / "flwr"), "run", str(app), "bench", "--run-config", config],
            env=environment, cwd=folder, stdout=sys.stderr, stderr=sys.stderr, check=True,
        )
        end = time.monotonic() + args.limit
        while not out.exists() or out.stat().st_size == 0:
            if time.monotonic() > end:
                sys.exit(f"Flower was not through after {args.limit} s; its own words are above")
            if any(child.poll() is not None for child in children):
                sys.exit("a process of Flower's has ended before the rounds")
            time.sleep(0.2)
        time.sleep(0.5)
        return json.loads(out.read_text())
    finally:
        for child in reversed(children):
            child.terminate()
        for child in children:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()


if __name__ == "__main__":
    main()
