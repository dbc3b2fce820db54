"""Running foreign code of a file's, a chat template, within bounds of time and memory."""

import contextlib
import ctypes
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

TIME_S = 10.0
"""Gemma's own template takes milliseconds for a long conversation."""
AGAIN_S = 0.25
"""One that arrives in a finalizer or a callback is swallowed there, so it is sent until it is heeded."""
MORE_BYTES = 1 << 29


@contextlib.contextmanager
def bounded(time_s: float = TIME_S, more_bytes: int = MORE_BYTES) -> Iterator[None]:
    """What is inside is broken off by TimeoutError, and by MemoryError where it takes more than so much beside what the
    process has (Linux alone; elsewhere the system's own limit has to do). A single call into C is not broken off.
    """
    lock, over = threading.Lock(), threading.Event()
    thread = ctypes.c_ulong(threading.get_ident())

    def break_off() -> None:
        wait_s = time_s
        while not over.wait(wait_s):
            with lock:
                if not over.is_set():
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(TimeoutError))
            wait_s = AGAIN_S

    timer = threading.Thread(target=break_off, name="bound", daemon=True)
    timer.start()
    try:
        with _memory(more_bytes):
            yield
    finally:
        # One that is on its way comes too late and arrives in the loop. It cannot be taken back: after
        # PyThreadState_SetAsyncExc(thread, NULL), CPython 3.11 looks for it at every call for good, and, where the
        # calls are traced (coverage), without end.
        with contextlib.suppress(TimeoutError):
            with lock:
                over.set()
            for _ in range(100):
                pass
        timer.join()


@contextlib.contextmanager
def _memory(more_bytes: int) -> Iterator[None]:
    if not sys.platform.startswith("linux"):
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    used = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    limit = used + more_bytes if soft == resource.RLIM_INFINITY else min(soft, used + more_bytes)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
