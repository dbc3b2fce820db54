"""How many threads to compute with: as many as were fastest on this machine, fewer while other programs are busy.

As many busy-waiting threads as cores is far slower than one fewer when others compute too: a run with two threads fell
from 47 to 3 tokens/s beside two compilers on a machine with two cores.
"""

import os
import statistics
from collections.abc import Mapping, Sequence

import psutil

BUSY_FRACTION = 0.5
"""Of one core: with more than this in use by others, one core is left to them."""

NOISE = 0.03
"""Steps of a decode loop differ by so much from one run to the next on an idle machine."""
LOOK_S = 0.5
"""Between two looks at what others do, while something is computed."""
IDLE_LOOKS = 2
"""Looks in a row that have to find room before more threads are used: a compiler pauses between two files."""

SHORTEST_S = 0.1
"""The system counts processor time in hundredths of a second: over less than this the answer would be a guess."""


def choose(cores: int, busy_cores: float, best: int | None = None) -> int:
    """Threads on a machine that counts `cores`, of which others keep `busy_cores` busy: each of those is left to them.

    `best`: so many were fastest when the machine was idle; None: all cores. Half a core in use by others is none.
    """
    cores = max(1, cores)
    return max(1, min(best or cores, int(cores - busy_cores + 1 - BUSY_FRACTION)))


def candidates(cores: int, logical_cores: int) -> list[int]:
    """Numbers of threads worth timing: physical cores, one less, and all that the system counts."""
    return sorted({max(1, cores - 1), max(1, cores), max(1, logical_cores)})


def fastest(timings: Mapping[int, Sequence[float]]) -> int:
    """The number of threads with the shortest median step; of those within NOISE the smallest: more is left to others.

    `timings`: seconds of each step, by threads. Raises ValueError without any.
    """
    medians = {n: statistics.median(steps) for n, steps in timings.items() if steps}
    limit = min(medians.values()) * (1 + NOISE)
    return min(n for n, median in medians.items() if median <= limit)


class Pace:
    """Threads at every moment: fewer at once when others get busy, more again when they have been idle for a while."""

    def __init__(self, cores: int, best: int | None = None) -> None:
        self._cores, self._best = cores, best
        self._idle_looks = 0
        self.threads = choose(cores, 0.0, best)

    def look(self, busy_cores: float) -> int:
        """Take in how many cores others kept busy since the last look; returns the threads from now on."""
        possible = choose(self._cores, busy_cores, self._best)
        self._idle_looks = self._idle_looks + 1 if possible > self.threads else 0
        if possible < self.threads or self._idle_looks >= IDLE_LOOKS:
            self.threads = possible
            self._idle_looks = 0
        return self.threads


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

    def start(self) -> None:
        """Begin anew: the next answer is about the time from now on."""
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


def logical_cores() -> int:
    """What the system counts as cores, as far as this process may use them."""
    counted = psutil.cpu_count() or 1
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else counted
    return max(1, min(counted, allowed, _quota_cores() or counted))


def others(spent_s: Mapping[str, float], own_s: float, cores: int) -> float:
    """Cores that others kept busy, of `cores`, while all of them spent `spent_s` (by kind) and we ourselves `own_s`."""
    idle = sum(max(0.0, spent_s.get(name, 0.0)) for name in ("idle", "iowait", "steal"))
    total = _total(spent_s)
    return max(0.0, total - idle - own_s) / total * cores if total else 0.0


def _total(spent_s: Mapping[str, float]) -> float:
    """The sum of all cores' time. Guest time is counted within user time already."""
    return sum(max(0.0, s) for name, s in spent_s.items() if not name.startswith("guest"))
