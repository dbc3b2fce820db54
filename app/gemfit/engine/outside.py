"""What the parent can see of a child from outside, whether or not the child still answers."""

import ctypes
import sys
from pathlib import Path
from typing import Any

import psutil


def cpu_s(pid: int) -> float | None:
    """The processor time that the process has used; None when it is gone."""
    try:
        used = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return None
    return float(used.user + used.system)


def resident_bytes(pid: int) -> int | None:
    """What the process has in memory; None when it is gone."""
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.NoSuchProcess:
        return None


def ended_for_memory() -> int:
    """How many processes the system has ended for want of memory so far; 0 where it does not say (Linux does)."""
    try:
        lines = Path("/proc/vmstat").read_text("ascii").splitlines()
    except (OSError, ValueError):
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)


def file_state(path: str) -> tuple[int, int, int] | None:
    """Which file this is, its size and its last change; None where it is not there."""
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def was_written_to(before: tuple[int, int, int] | None, now: tuple[int, int, int] | None) -> bool:
    """Whether it is the same file with another content. One that another was moved over still has its own."""
    return before is not None and now is not None and before[0] == now[0] and before != now


class Job:
    """Windows only: whatever is in it ends when this process does, however it ends.

    https://learn.microsoft.com/windows/win32/procthread/job-objects
    """

    def __init__(self) -> None:
        self._handle: Any = None

    def take(self, process_handle: int) -> None:  # pragma: no cover - Windows
        """Put a process into it. Raises OSError."""
        if sys.platform == "win32":
            kernel = ctypes.WinDLL("kernel32", use_last_error=True)
            kernel.CreateJobObjectW.restype = ctypes.c_void_p
            self._handle = ctypes.c_void_p(kernel.CreateJobObjectW(None, None))
            limits = _ExtendedLimits()
            limits.basic.flags = _KILL_ON_JOB_CLOSE | _DIE_ON_UNHANDLED_EXCEPTION
            size, place = ctypes.sizeof(limits), ctypes.byref(limits)
            told = kernel.SetInformationJobObject(self._handle, _EXTENDED_LIMITS, place, size)
            if not told or not kernel.AssignProcessToJobObject(self._handle, ctypes.c_void_p(process_handle)):
                raise ctypes.WinError(ctypes.get_last_error())

    def close(self) -> None:  # pragma: no cover - Windows
        """End what is still in it."""
        if sys.platform == "win32" and self._handle is not None:
            ctypes.WinDLL("kernel32").CloseHandle(self._handle)
            self._handle = None


_EXTENDED_LIMITS = 9  # JobObjectExtendedLimitInformation
_KILL_ON_JOB_CLOSE = 0x2000
_DIE_ON_UNHANDLED_EXCEPTION = 0x400


class _BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION"""

    _fields_ = (
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("least_working_set", ctypes.c_size_t),
        ("most_working_set", ctypes.c_size_t),
        ("processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority", ctypes.c_uint32),
        ("scheduling", ctypes.c_uint32),
    )


class _ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION"""

    _fields_ = (
        ("basic", _BasicLimits),
        ("io", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    )
