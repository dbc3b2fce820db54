"""What the engine child asks of the system for itself, before any native library is loaded.

Ctrl+C is for its parent, which may want no more than to stop an answer: a terminal sends it to all of its processes.
The child volunteers as the first to be ended when memory runs out, leaves no core dump (as big as the model), and ends
with its parent. On Windows the parent sees to the last (`engine/outside.py`); the end of the pipe does everywhere,
unless the child is stopped.
"""

import contextlib
import ctypes
import os
import signal
import sys
from pathlib import Path

import psutil

MOST_WILLING = 1000
"""`oom_score_adj`: ended before every other process, whatever it takes (proc(5))."""

LOW_NICENESS = 10

_PDEATHSIG = 1  # PR_SET_PDEATHSIG


def apply() -> None:
    """To be called first thing in the child. What the system does not offer or allow is left out."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if os.name != "posix":
        return
    _no_core_dump()
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text(str(MOST_WILLING))
        # The kernel sends it when the *thread* ends that started us: the client starts us from one that lives as long
        # as we do (prctl(2), "the "parent" in this case is considered to be the thread").
        ctypes.CDLL(None).prctl(_PDEATHSIG, *map(ctypes.c_ulong, (signal.SIGKILL, 0, 0, 0)))


def _no_core_dump() -> None:
    import resource

    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def lower_priority() -> None:
    """Let other programs go first, for good: a process may not raise itself again."""
    process = psutil.Process()
    if sys.platform == "win32":
        process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        return
    niceness = max(LOW_NICENESS, process.nice())
    if not sys.platform.startswith("linux"):
        process.nice(niceness)
        return
    for thread in process.threads():  # on Linux each thread has its own; those to come take it over
        with contextlib.suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, thread.id, niceness)
