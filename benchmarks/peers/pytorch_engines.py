"""Plain eager PyTorch on the workloads of `./caisson bench engines`, one JSON line each.

    python pytorch_engines.py --threads 1 --seconds 10             measures
    python pytorch_engines.py --export DIR                         writes the same models as ONNX

Each workload runs in a process of its own. A step takes a batch of rows by index, as a shuffled
epoch does, then zero_grad, forward, softmax cross-entropy, backward and the optimiser's step, with
PyTorch's defaults for all of them. `peakRssMiB` is the kernel's high-water mark of that process,
of which `importRssMiB` was there once torch was imported."""

import argparse
import json
import pathlib
import platform
import statistics
import subprocess
import sys
import time

import torch
from torch import nn

HERE = pathlib.Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[2] / "gpu-runtime" / "src" / "test" / "fixtures"))

import models  # noqa: E402  (the models of the fixtures, at full width)


def mlp():
    return nn.Sequential(
        nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)
    )


# name: (model, shape of a row, batch)
WORKLOADS = {
    "mlp": (mlp, (784,), 64),
    "lenet": (lambda: models.LeNet(28, 6, 16, (120, 84)), (1, 28, 28), 64),
    "resnet18": (lambda: models.ResNet18(64, small=True), (3, 32, 32), 32),
    "transformer": (lambda: models.TimeTransformer(16, 64, 128, 4, 512, 2), (64, 16), 32),
}
ROWS = 2048


def optimiser_of(arguments, model):
    if arguments.optimiser == "adam":
        return torch.optim.Adam(model.parameters(), lr=1e-3)
    return torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)


def memory(key):
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith(key):
            return round(int(line.split()[1]) / 1024, 1)
    raise SystemExit(f"no {key} in /proc/self/status")


def measure(name, arguments):
    imported = memory("VmRSS")
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    # Single precision in full on both sides, as Caisson computes.
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    device = torch.device(arguments.device)
    build, shape, batch = WORKLOADS[name]
    model = build().train().to(device)
    optimiser = optimiser_of(arguments, model)
    x = torch.randn(ROWS, *shape).to(device)
    y = torch.randint(0, 3, (ROWS,)).to(device)

    def step(rows):
        optimiser.zero_grad()
        nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
        optimiser.step()

    def epoch():
        for rows in torch.randperm(ROWS).to(device).split(batch):
            start = time.perf_counter()
            step(rows)
            yield time.perf_counter() - start
        if device.type == "cuda":
            torch.cuda.synchronize()  # so that what is counted is done

    warm = 0
    while warm < arguments.warmup:
        for _ in epoch():
            warm += 1
            if warm >= arguments.warmup:
                break
    steps = []
    start = time.perf_counter()
    while (spent := time.perf_counter() - start) < arguments.seconds:
        for seconds in epoch():
            steps.append(seconds)
            if time.perf_counter() - start >= arguments.seconds:
                break
    if device.type == "cuda":
        torch.cuda.synchronize()
        spent = time.perf_counter() - start
    print(
        json.dumps(
            {
                "engine": "pytorch",
                "workload": name,
                "batch": batch,
                "optimiser": arguments.optimiser,
                "threads": arguments.threads,
                "samplesPerSecond": round(len(steps) * batch / spent, 1),
                "msPerStep": round(spent / len(steps) * 1000, 4),
                "medianMsPerStep": round(statistics.median(steps) * 1000, 4),
                "steps": len(steps),
                "parameters": sum(p.numel() for p in model.parameters()),
                "peakRssMiB": memory("VmHWM"),
                "importRssMiB": imported,
                "torch": torch.__version__,
                "python": platform.python_version(),
            }
        ),
        flush=True,
    )


def export(name, folder):
    from caisson_export import export_for_training  # here, for it would count as memory above

    torch.set_num_threads(1)
    torch.manual_seed(1)
    build, shape, _ = WORKLOADS[name]
    folder.mkdir(parents=True, exist_ok=True)
    export_for_training(build(), (torch.randn(2, *shape),), folder / f"{name}.onnx")
    print(folder / f"{name}.onnx")


def main():
    parser = argparse.ArgumentParser(description="Plain PyTorch beside Caisson's engines")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu", help="cpu or cuda:N")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--warmup", type=int, default=20, help="steps that do not count")
    parser.add_argument("--optimiser", choices=("sgd", "adam"), default="sgd")
    parser.add_argument("--workload", choices=WORKLOADS, action="append")
    parser.add_argument("--export", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    for name in arguments.workload or WORKLOADS:
        if arguments.export:
            export(name, arguments.export)
        elif arguments.here:
            measure(name, arguments)
        else:
            subprocess.run(
                [sys.executable, HERE, "--here", "--workload", name]
                + [f"--device={arguments.device}"]
                + [f"--threads={arguments.threads}", f"--seconds={arguments.seconds}"]
                + [f"--warmup={arguments.warmup}", f"--optimiser={arguments.optimiser}"],
                check=True,
            )


if __name__ == "__main__":
    main()
