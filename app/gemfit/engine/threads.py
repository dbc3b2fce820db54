"""How many threads to compute with: physical cores, less one when other programs keep the machine busy.

As many busy-waiting threads as cores is far slower than one fewer when others compute too: a run with two threads fell
from 47 to 3 tokens/s beside two compilers on a machine with two cores.
"""

import os
from collections.abc import Mapping

import psutil

BUSY_FRACTION = 0.5
"""Of one core: with more than this in use by others, one core is left to them."""

SHORTEST_S = 0.1
"""The system counts processor time in hundredths of a second: over less than this the answer would be a guess."""


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
    """How many cores other processes kept busy between two looks."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._busy_cores = 0.0
        self._look()

    def _look(self) -> None:
        self._all, self._own = psutil.cpu_times(), self._process.cpu_times()

    def busy_cores(self) -> float:
        """Cores that others used on average since the last look; the last answer when too little time has passed."""
        before, own_before = self._all, self._own
        now, own = psutil.cpu_times(), self._process.cpu_times()
        cores = psutil.cpu_count() or 1
        spent_s = {name: getattr(now, name) - getattr(before, name) for name in now._fields}
        if _total(spent_s) < SHORTEST_S * cores:
            return self._busy_cores
        self._busy_cores = others(spent_s, own.user + own.system - own_before.user - own_before.system, cores)
        self._look()
        return self._busy_cores


def others(spent_s: Mapping[str, float], own_s: float, cores: int) -> float:
    """Cores that others kept busy, of `cores`, while all of them spent `spent_s` (by kind) and we ourselves `own_s`."""
    idle = sum(max(0.0, spent_s.get(name, 0.0)) for name in ("idle", "iowait", "steal"))
    total = _total(spent_s)
    return max(0.0, total - idle - own_s) / total * cores if total else 0.0


def _total(spent_s: Mapping[str, float]) -> float:
    """The sum of all cores' time. Guest time is counted within user time already."""
    return sum(max(0.0, s) for name, s in spent_s.items() if not name.startswith("guest"))
