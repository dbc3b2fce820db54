"""Loading a model twice, first from the disk and then from the page cache, by steps, beside llama-server; by hand:

    python -m tests.bench.bench_load E2B.gguf [12B.gguf …] [--rounds 3] [--server llama-server] [--json]
    python -m tests.bench.bench_load E2B.gguf --read-mb 550        # on a disk of that speed (Linux, as root)

The first load of a round finds nothing of the file in the page cache (POSIX_FADV_DONTNEED), the second follows at once.
Gemfit is timed from starting its engine child to `Loaded`, llama-server (leanest settings) from its start to the answer
that it is ready. Threads are given, as the program gives those that it once found. The goal: less than half of the
first. How fast the disk is decides: on a machine whose disk is as fast as its memory both are the same work.
"""

import argparse
import contextlib
import json
import os
import queue
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil

from gemfit.engine.client import EngineClient
from gemfit.engine.protocol import EngineExit, Event, Failed, Hello, Loaded, LoadPlan, LoadProgress
from gemfit.engine.threads import physical_cores
from tests.bench.bench_server import LEAN, Server

MIB = 1 << 20
CGROUP = Path("/sys/fs/cgroup/blkio")
"""Version 1 of control groups; with version 2 the limit is `io.max`, below `UNIFIED`."""
UNIFIED = Path("/sys/fs/cgroup")


class Took(NamedTuple):
    """One load. Seconds since the start, of processor time at the end; bytes from the disk.

    `started`: the child is there; `checked`: the file is sound and its vocabulary read; `read`: all weights are in
    memory; `ready`: the context is made, and warm.
    """

    started_s: float
    checked_s: float
    read_s: float
    ready_s: float
    processor_s: float
    disk_bytes: int


def drop(model: Path) -> None:
    """Have the system forget what it keeps of the file in memory."""
    with model.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def load(model: Path, context: int, threads: int) -> Took:
    """Load with a child of its own."""
    events: queue.SimpleQueue[tuple[float, Event | EngineExit]] = queue.SimpleQueue()
    begun = time.perf_counter()
    client = EngineClient(lambda event: events.put((time.perf_counter() - begun, event)))
    client.start()
    client.load(model, LoadPlan(context_tokens=context, threads=threads))
    steps = {"started": 0.0, "checked": 0.0, "read": 0.0}
    while True:
        now_s, event = events.get()
        if isinstance(event, Failed | EngineExit):
            raise SystemExit(str(event.sentence))
        if isinstance(event, Hello):
            steps["started"] = now_s
        if isinstance(event, LoadProgress):
            steps["checked"] = steps["checked"] or now_s
            steps["read"] = steps["read"] if event.phase == "warming" else now_s
        if isinstance(event, Loaded):
            break
    child = psutil.Process(client.pid)
    spent, disk = child.cpu_times(), child.io_counters().read_bytes
    client.close()
    return Took(steps["started"], steps["checked"], steps["read"], now_s, spent.user + spent.system, disk)


def server_load(server: Path, model: Path, context: int, threads: int) -> float:
    """Seconds until a llama-server is ready; it warms up as we do."""
    begun = time.perf_counter()
    running = Server(server, model, context, threads, [*LEAN, "--warmup"])
    took_s = time.perf_counter() - begun
    running.close()
    return took_s


@contextlib.contextmanager
def slow_disk(model: Path, read_mb: float) -> Iterator[None]:
    """This process and its children read from the disk of `model` with `read_mb` MB/s at most. Needs to be root."""
    device = _device(model)
    unified = (UNIFIED / "cgroup.controllers").is_file()
    folder = (UNIFIED if unified else CGROUP) / f"gemfit-bench-{os.getpid()}"
    folder.mkdir()
    try:
        if unified:
            (folder / "io.max").write_text(f"{device} rbps={read_mb * 1e6:.0f}")
        else:
            (folder / "blkio.throttle.read_bps_device").write_text(f"{device} {read_mb * 1e6:.0f}")
        (folder / "cgroup.procs").write_text(str(os.getpid()))
        yield
    finally:
        (folder.parent / "cgroup.procs").write_text(str(os.getpid()))
        folder.rmdir()


def _device(model: Path) -> str:
    """The whole disk that the file is on, as `major:minor`: a partition has no limits of its own."""
    number = model.stat().st_dev
    sysfs = Path(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}").resolve()
    disk = sysfs.parent if (sysfs / "partition").is_file() else sysfs
    return (disk / "dev").read_text().strip()


def rounds(args: argparse.Namespace, model: Path) -> dict[str, object]:
    """Medians over the rounds; the two programs take turns."""
    ours: list[tuple[Took, Took]] = []
    theirs: list[tuple[float, float]] = []
    for _ in range(args.rounds):
        drop(model)
        ours.append((load(model, args.context, args.threads), load(model, args.context, args.threads)))
        if args.server is not None:
            drop(model)
            first, second = (server_load(args.server, model, args.context, args.threads) for _ in range(2))
            theirs.append((first, second))
    result: dict[str, object] = {
        "model": model.stem,
        "read_mb": args.read_mb,
        "ratio": statistics.median(second.ready_s / first.ready_s for first, second in ours),
        "processor_ratio": statistics.median(second.processor_s / first.processor_s for first, second in ours),
        "first": _medians([first for first, _ in ours]),
        "second": _medians([second for _, second in ours]),
    }
    if theirs:
        result["server"] = {
            "first_s": statistics.median(first for first, _ in theirs),
            "second_s": statistics.median(second for _, second in theirs),
            "ours_to_theirs_first": statistics.median(
                a.ready_s / b for (a, _), (b, _) in zip(ours, theirs, strict=True)
            ),
            "ours_to_theirs_second": statistics.median(
                a.ready_s / b for (_, a), (_, b) in zip(ours, theirs, strict=True)
            ),
        }
    return result


def _medians(took: list[Took]) -> dict[str, float]:
    return {name: statistics.median(values) for name, values in zip(Took._fields, zip(*took, strict=True), strict=True)}


def show(result: dict[str, object]) -> None:
    disk = f" (disk {result['read_mb']:.0f} MB/s)" if result["read_mb"] else ""
    print(f"{result['model']}{disk}: second load {result['ratio']:.2f} of the first")
    for name in ("first", "second"):
        row = result[name]
        assert isinstance(row, dict)
        print(
            f"  {name:6}  ready after {row['ready_s']:.2f} s: process {row['started_s']:.2f}, header and vocabulary "
            f"{row['checked_s'] - row['started_s']:.2f}, weights {row['read_s'] - row['checked_s']:.2f}, context and "
            f"warm-up {row['ready_s'] - row['read_s']:.2f}; processor {row['processor_s']:.2f} s; "
            f"{row['disk_bytes'] / MIB:,.0f} MiB from the disk"
        )
    server = result.get("server")
    if isinstance(server, dict):
        print(
            f"  llama-server ready after {server['first_s']:.2f} and {server['second_s']:.2f} s: ours take "
            f"{server['ours_to_theirs_first']:.2f} and {server['ours_to_theirs_second']:.2f} of that"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--context", type=int, default=4096)
    parser.add_argument("--threads", type=int, default=physical_cores())
    parser.add_argument("--server", type=Path)
    parser.add_argument("--read-mb", type=float, help="the disk's speed in MB/s, as the system is told to keep it")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    for model in args.models:
        with slow_disk(model, args.read_mb) if args.read_mb else contextlib.nullcontext():
            result = rounds(args, model)
        print(json.dumps(result)) if args.json else show(result)


if __name__ == "__main__":
    main()
