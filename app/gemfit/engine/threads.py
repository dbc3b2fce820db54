"""How many threads to compute with: physical cores, less one when other programs keep the machine busy.

As many busy-waiting threads as cores is far slower than one fewer when others compute too: a run with two threads fell
from 47 to 3 tokens/s beside two compilers on a machine with two cores.
"""

import os

import psutil

BUSY_FRACTION = 0.5
"""Of one core: with more than this in use by others, one core is left to them."""


def choose(cores: int, busy_cores: float) -> int:
    """Threads for a machine with `cores` physical cores, of which others keep `busy_cores` busy."""
    return max(1, cores - 1) if busy_cores > BUSY_FRACTION else max(1, cores)


def physical_cores() -> int:
    """Physical cores that this process may use: no more than its affinity and its container's quota allow."""
    physical = psutil.cpu_count(logical=False) or os.cpu_count() or 1
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else physical
    return max(1, min(physical, allowed, _quota_cores() or physical))


def _quota_cores() -> int | None:
    """Whole cores that the container's quota allows (cgroup v2 `cpu.max`: quota and period in µs)."""
    try:
        with open("/sys/fs/cgroup/cpu.max", encoding="ascii") as file:  # noqa: PTH123 - read once, no path to build
            quota, period = file.read().split()
    except (OSError, ValueError):
        return None
    return None if quota == "max" else max(1, int(quota) // int(period))


class BusyMeter:
    """How many cores were busy between two looks, whoever used them."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Begin a new interval."""
        self._times = psutil.cpu_times()

    def busy_cores(self) -> float:
        """Cores busy on average since `start`; 0.0 when too little time has passed to tell (under 50 ms)."""
        before, now = self._times, psutil.cpu_times()
        # The clock is the sum of all cores' time, idle included; guest time is counted within user time already.
        names = [n for n in now._fields if n not in ("guest", "guest_nice")]
        spent = {name: max(0.0, getattr(now, name) - getattr(before, name)) for name in names}
        total = sum(spent.values())
        if total < 0.05 * (psutil.cpu_count() or 1):
            return 0.0
        idle = spent.get("idle", 0.0) + spent.get("iowait", 0.0) + spent.get("steal", 0.0)
        return float((total - idle) / total * (psutil.cpu_count() or 1))
