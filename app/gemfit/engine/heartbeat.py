"""The child's sign of life: a thread that tells about every second what the child is at and what it has used.

A thread of Python's runs on while a native call takes its time, but also while one is stuck. So a beat alone says only
that the process lives; the figures in it say whether something moves (`engine/watch.py` judges them).
"""

import sys
import threading
import time
from collections.abc import Callable

import psutil

from gemfit.engine.protocol import Beat, Doing, Send

BEAT_S = 1.0
_PAGE_BYTES = 4096


class Heart:
    """Beats while `doing` is anything but `idle`. `count_nodes`: see `Beat`."""

    def __init__(self, send: Send, count_nodes: Callable[[], int | None] = lambda: None) -> None:
        self._send = send
        self.count_nodes = count_nodes
        self._process = psutil.Process()
        self._busy = threading.Event()
        self._doing: Doing = "idle"

    def start(self) -> None:
        threading.Thread(target=self._run, daemon=True, name="heart").start()

    def is_at(self, doing: Doing) -> None:
        """Say what the child is at from now on."""
        self._doing = doing
        if doing == "idle":
            self._busy.clear()
        else:
            self._busy.set()

    def _run(self) -> None:
        try:
            while True:
                self._busy.wait()
                time.sleep(BEAT_S)  # what is done within a second needs no sign of life
                if self._busy.is_set():
                    self._send(self.beat())
        except OSError:  # the parent is gone; the thread that reads its requests ends the process
            return

    def beat(self) -> Beat:
        cpu = self._process.cpu_times()
        return Beat(
            doing=self._doing,
            cpu_s=cpu.user + cpu.system,
            read_bytes=_read_bytes(self._process),
            nodes=self.count_nodes(),
        )


def _read_bytes(process: psutil.Process) -> int:
    """What this process has read: by reading, and by pages of mapped files that were not in memory."""
    counted = getattr(process, "io_counters", None)  # not on macOS
    read = 0
    if counted is not None:
        counters = counted()
        read = getattr(counters, "read_chars", counters.read_bytes)
    return int(read) + _pages_read() * _PAGE_BYTES


def _pages_read() -> int:
    if sys.platform == "win32":
        return 0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_majflt
