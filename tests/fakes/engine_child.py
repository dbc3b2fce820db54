"""The real engine child with a fault in it: at a chosen moment something happens to it.

    engine_child.py FAULT MOMENT [FILE]

Moments: `load` (the first progress of a load, from within llama.cpp), `prompt` (its first batch is through),
`generation` (the first text), `idle` (a moment after a load). FILE is the model's file, for the faults that change it.
"""

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from gemfit.engine import child
from gemfit.engine.protocol import Delta, Event, Loaded, LoadProgress, PromptProgress

MOMENTS = {"load": LoadProgress, "prompt": PromptProgress, "generation": Delta, "idle": Loaded}


def die(number: signal.Signals) -> Callable[[], None]:
    return lambda: os.kill(os.getpid(), number)


def fault_natively() -> None:
    ctypes.string_at(1)


def abort_natively() -> None:
    sys.stderr.write("/src/ggml/src/ggml.c:1234: GGML_ASSERT(made for the test) failed\n")
    sys.stderr.flush()
    ctypes.CDLL(None).abort()


def run_out() -> None:
    """No more memory than there is now. In a load more is needed; later some is asked for, as native code does it."""
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    used = pages * resource.getpagesize() + (1 << 16)
    resource.setrlimit(resource.RLIMIT_AS, (used, used))
    if moment == "load":
        return
    library = ctypes.CDLL("libstdc++.so.6")
    library._Znwm.argtypes = [ctypes.c_size_t]
    library._Znwm(1 << 30)


def stand_still() -> None:
    """The thread that computes waits for something that never comes; the others live."""
    threading.Event().wait()


def turn_in_circles() -> None:
    """It computes, and nothing comes of it. The interpreter's lock is let go now and then, as native code would."""
    while True:
        pass


def say_nonsense() -> None:
    stdout.write(b"\x00\xff{]\n")


def say_without_end() -> None:
    for _ in range(100):
        stdout.write(b"x" * (1 << 17))


def fall_silent() -> None:
    stdout.close()
    stand_still()


def go_deaf() -> None:
    """Nothing can be asked of it any more."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)


def fill_disk() -> None:
    """No file can grow any more, as on a full disk."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


def cut() -> None:
    os.truncate(file, 4096)


def replace() -> None:
    copy = file.with_suffix(".new")
    copy.write_bytes(b"another file")
    copy.replace(file)


FAULTS = {
    "SIGKILL": die(signal.SIGKILL),
    "SIGSEGV": fault_natively,
    "SIGABRT": abort_natively,
    "memory": run_out,
    "stopped": die(signal.SIGSTOP),
    "still": stand_still,
    "circles": turn_in_circles,
    "nonsense": say_nonsense,
    "endless": say_without_end,
    "silent": fall_silent,
    "deaf": go_deaf,
    "disk": fill_disk,
    "cut": cut,
    "replaced": replace,
}


class Faulty(child.Child):
    """Its fault happens once, at the first event of the kind."""

    waits = True

    def _tell(self, event: Event) -> None:
        super()._tell(event)
        if self.waits and isinstance(event, MOMENTS[moment]):
            self.waits = False
            if moment == "idle" and fault != "disk":  # which needs nobody to wait
                threading.Timer(0.1, FAULTS[fault]).start()
            else:
                FAULTS[fault]()


def take_stdout() -> BinaryIO:
    global stdout
    stdout = real_take_stdout()
    return stdout


if __name__ == "__main__":
    fault, moment, file = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    stdout: BinaryIO
    real_take_stdout = child._take_stdout
    child._take_stdout = take_stdout
    if fault == "memory":
        ctypes.CDLL(None).mallopt(-8, 1)  # M_ARENA_MAX: nothing is reserved beside for threads, so what is full is full
    child.Child = Faulty
    child.main()
