"""How long until the window is there, and what the idle program takes of memory: the real program on an X server.

    .venv/bin/python -m tests.bench.bench_startup [--starts 5] [--json]

Needs `Xvfb` (unless there is a display) and `xdotool`. "Shown" is the program's own line in its log, written when the
event loop has shown and painted the window; `xdotool` then has to see it. Idle is after the probe of the machine.
"""

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

LONGEST_S = 60
IDLE_S = 5


@contextlib.contextmanager
def display() -> Iterator[str]:
    """The display there is, or an Xvfb of our own."""
    if shown := os.environ.get("DISPLAY"):
        yield shown
        return
    if shutil.which("Xvfb") is None:
        raise SystemExit("There is no display, and Xvfb is not installed.")
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1920x1080x24"]
    server = subprocess.Popen(command, pass_fds=(writer,), stderr=subprocess.DEVNULL)
    try:
        os.close(writer)
        with os.fdopen(reader) as number:
            yield f":{number.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


def wait_for(what: str, condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + LONGEST_S
    while not condition():
        if process.poll() is not None or time.monotonic() > end:
            raise SystemExit(f"no {what}: the program ended or took too long")
        time.sleep(0.005)


def one_start(home: Path, screen: str) -> tuple[float, int]:
    """Seconds from the command to the window, and bytes resident when idle."""
    log = home / "state" / "gemfit.log"
    environment = os.environ | {"DISPLAY": screen, "GEMFIT_HOME": str(home)}
    begun = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "gemfit"], env=environment)
    try:
        wait_for("window", lambda: log.exists() and "window shown" in log.read_text(), process)
        shown_s = time.monotonic() - begun
        search = ["xdotool", "search", "--onlyvisible", "--pid", str(process.pid), "--name", "Gemfit"]
        found = subprocess.run(search, env=environment, capture_output=True, text=True, check=False).stdout
        if not found.strip():
            raise SystemExit("the log says that the window is shown, and xdotool does not see it")
        program = psutil.Process(process.pid)
        wait_for("end of the probe", lambda: idle(program), process)
        return shown_s, program.memory_info().rss
    finally:
        process.terminate()
        process.wait()


def idle(program: psutil.Process) -> bool:
    """Whether it has no child (the probe has ended) and took no processor time for a while."""
    before = program.cpu_times()
    time.sleep(IDLE_S)
    after = program.cpu_times()
    return not program.children() and (after.user - before.user) < 0.05 * IDLE_S


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results = []
    with display() as screen:
        for _ in range(options.starts):
            with tempfile.TemporaryDirectory() as home:
                results.append(one_start(Path(home), screen))
    shown = sorted(seconds for seconds, _ in results)
    found = {
        "starts": options.starts,
        "shown_s": {"median": round(statistics.median(shown), 3), "worst": round(shown[-1], 3)},
        "idle_resident_bytes": max(resident for _, resident in results),
    }
    if options.json:
        print(json.dumps(found))
        return
    print(f"window shown after {found['shown_s']['median']:.2f} s (worst of {options.starts}: {shown[-1]:.2f} s)")
    print(f"idle: {found['idle_resident_bytes'] / 2**20:.0f} MiB resident")


if __name__ == "__main__":
    main()
