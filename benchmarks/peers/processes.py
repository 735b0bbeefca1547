"""What the drivers beside this file share: the peak memory of a peer's processes, and their figures.

The processes are looked at every tenth of a second; each is counted under its kind with the kernel's own
high-water mark (`VmHWM`). One that lives for less than that may be missed.
"""

import json
import os
import platform
import socket
import statistics
import threading
import time


class Watched:
    """The descendants of this process while the block runs, by kind."""

    def __init__(self, kinds):
        """`kinds`: (words, kind) pairs; a process whose command line holds the words is of that kind."""
        self.kinds = kinds
        self.peaks = {}
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.look, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def look(self):
        while not self.over.wait(0.1):
            parents = {}
            for pid in filter(str.isdigit, os.listdir("/proc")):
                try:
                    with open(f"/proc/{pid}/stat") as stat:
                        parents[int(pid)] = int(stat.read().rpartition(")")[2].split()[1])
                except OSError:
                    pass  # it has ended
            ours = {os.getpid()}
            grown = True
            while grown:
                more = {pid for pid, parent in parents.items() if parent in ours} - ours
                ours |= more
                grown = bool(more)
            for pid in ours - {os.getpid()}:
                self.note(pid)

    def note(self, pid):
        try:
            with open(f"/proc/{pid}/cmdline") as file:
                command = file.read().replace("\0", " ")
            with open(f"/proc/{pid}/status") as file:
                lines = [line for line in file if line.startswith("VmHWM:")]
        except OSError:
            return
        kind = next((kind for words, kind in self.kinds if words in command), None)
        if kind and lines:
            peak = int(lines[0].split()[1]) / 1024
            self.peaks[kind] = max(peak, self.peaks.get(kind, 0))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_port(host, port, seconds=120):
    """Until somebody listens there."""
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection((host, port), 1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def report(engine, version, how, args, seconds, peaks):
    """Prints the line of JSON that `./caisson bench rounds` reads."""
    ordered = sorted(seconds)
    print(
        json.dumps(
            {
                "engine": engine,
                "version": version,
                "python": platform.python_version(),
                "how": how,
                "sites": args.sites,
                "bytes": args.bytes,
                "rounds": len(seconds),
                "medianSeconds": statistics.median(seconds),
                "p90Seconds": ordered[-(-9 * len(ordered) // 10) - 1],
                "maxSeconds": ordered[-1],
                "firstSeconds": seconds[0],
                "eachRoundSeconds": seconds,
                "peakMiB": dict(sorted(peaks.items())),
            }
        )
    )
