"""Running foreign code of a file's, a chat template, within bounds of time and memory."""

import _thread
import contextlib
import ctypes
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

TIME_S = 10.0
"""Of the processor, where the system tells how much a thread took (Linux): a busy machine is no reason to break off.
Gemma's own template takes milliseconds for a long conversation."""
AGAIN_S = 0.25
"""One that arrives in a finalizer or a callback is swallowed there, so it is sent until it is heeded."""
AT_LEAST_S = 0.005
MORE_BYTES = 1 << 29


class NoThread(Exception):
    """The system has no room for the thread that watches."""


def bounded(work: Callable[[], T], time_s: float = TIME_S, more_bytes: int = MORE_BYTES) -> T:
    """What `work` gives. It is broken off by TimeoutError, and by MemoryError where it takes more than so much beside
    what the process has (Linux alone; elsewhere the system's own limit has to do). A single call into C is not broken
    off. Raises NoThread before anything is done.
    """
    with _memory(more_bytes):
        return _timed(work, time_s)


def _timed(work: Callable[[], T], time_s: float) -> T:
    over = False
    left = _thread.allocate_lock()  # no Event: that is Python code, and broken off halfway it would stay locked
    left.acquire()
    thread, sent = ctypes.c_ulong(threading.get_ident()), ctypes.py_object(TimeoutError)

    taken_s = _clock()
    end_s = taken_s() + time_s

    def break_off() -> None:
        wait_s = time_s
        while not left.acquire(timeout=wait_s):
            if over:
                return
            left_s = end_s - taken_s()
            if left_s <= 0:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, sent)
            wait_s = max(left_s, AT_LEAST_S) if left_s > 0 else AGAIN_S

    timer = threading.Thread(target=break_off, name="bound", daemon=True)
    try:
        timer.start()
    except RuntimeError as error:
        raise NoThread(str(error)) from error
    try:
        return work()
    finally:
        # One more may arrive at any call from here on, but not at this store; after it the timer sends at the most what
        # it was just about to send, and nothing once it has ended. So no more than one has to be caught. It cannot be
        # taken back: after PyThreadState_SetAsyncExc(thread, NULL), CPython 3.11 looks for it at every call for good.
        # (No context manager: what arrives where its end is called would leave the timer sending.)
        over = True
        try:
            _end(timer, left)
        except TimeoutError:
            _end(timer, left)


def _clock() -> Callable[[], float]:
    """What this thread took of the processor, to be asked by any thread; elsewhere the time that passes."""
    if hasattr(time, "pthread_getcpuclockid"):
        clock = time.pthread_getcpuclockid(threading.get_ident())
        return lambda: time.clock_gettime(clock)
    return time.monotonic


def _end(timer: threading.Thread, left: _thread.LockType) -> None:
    """Wait until the timer has ended, and for what it sent last to arrive. May be called again."""
    if left.locked():
        left.release()
    if timer.ident is not None:
        timer.join()
    for _ in range(100):
        pass


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
