"""What a container, or any control group of Linux, allows this process: memory and processor time.

Versions 1 and 2, one inside another: every level from the process's own group up to where the hierarchy is mounted
has its say, and the smallest counts.
https://docs.kernel.org/admin-guide/cgroup-v2.html, https://docs.kernel.org/admin-guide/cgroup-v1/memory.html
"""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import msgspec

from gemfit.machine.text import pairs, read, read_int

# Version 1 says "no limit" by the largest number of whole pages; version 2 by the word "max".
NO_LIMIT_BYTES = 1 << 60


class MemoryShare(msgspec.Struct, frozen=True):
    """A limit on memory and what is left under one, each with the file that says so."""

    limit_bytes: int
    available_bytes: int
    limit_evidence: str
    available_evidence: str


class CpuShare(msgspec.Struct, frozen=True):
    """How many processors' worth of time may be used, and the file that says so."""

    cpus: float
    evidence: str


def memory_share(root: Path = Path("/")) -> MemoryShare | None:
    """The memory that control groups leave to this process: the least of all levels. None without any limit."""
    shares: list[MemoryShare] = []
    for version, folder in _levels(root, "memory"):
        shares.extend(_memory_v2(folder, root) if version == 2 else _memory_v1(folder, root))
    if not shares:
        return None
    limit, available = min(shares, key=lambda s: s.limit_bytes), min(shares, key=lambda s: s.available_bytes)
    return MemoryShare(limit.limit_bytes, available.available_bytes, limit.limit_evidence, available.available_evidence)


def cpu_share(root: Path = Path("/")) -> CpuShare | None:
    """The processor time that control groups leave to this process: the least of all levels. None without a quota."""
    shares = []
    for version, folder in _levels(root, "cpu"):
        name = "cpu.max" if version == 2 else "cpu.cfs_quota_us"
        text = read(folder / name)
        if version == 1:
            text = f"{text} {read(folder / 'cpu.cfs_period_us')}"
        cpus = parse_quota(text)
        if cpus is not None:
            shares.append(CpuShare(cpus, _shown(folder / name, root)))
    return min(shares, key=lambda share: share.cpus, default=None)


def parse_quota(text: str) -> float | None:
    """Processors out of `QUOTA PERIOD` in microseconds: `150000 100000` is 1.5, `max 100000` and `-1 100000` None."""
    try:
        quota, period = (int(word) for word in text.split())
    except ValueError:
        return None
    return quota / period if quota > 0 and period > 0 else None


def parse_own_groups(text: str) -> dict[str, str]:
    """`/proc/self/cgroup`: the path of each version 1 controller by its name, of version 2 under an empty name."""
    paths = {}
    for line in text.splitlines():
        parts = line.split(":", 2)
        if len(parts) == 3:
            for controller in parts[1].split(","):
                paths[controller] = parts[2]
    return paths


def parse_mounts(text: str) -> list[tuple[str, str, str, frozenset[str]]]:
    """`/proc/self/mountinfo`: (file system type, mounted root, mount point, super options) of each control group."""
    mounts = []
    for line in text.splitlines():
        before, dash, after = line.partition(" - ")
        left, right = before.split(), after.split()
        if dash and len(left) > 4 and len(right) > 2 and right[0] in ("cgroup", "cgroup2"):
            mounts.append((right[0], left[3], left[4], frozenset(right[2].split(","))))
    return mounts


def _levels(root: Path, controller: str) -> Iterator[tuple[int, Path]]:
    """(version, folder) of every group that this process is in and that may limit `controller`."""
    own = parse_own_groups(read(root / "proc/self/cgroup"))
    for kind, mounted, point, options in parse_mounts(read(root / "proc/self/mountinfo")):
        version = 2 if kind == "cgroup2" else 1
        path = own.get("" if version == 2 else controller)
        if path is None or (version == 1 and controller not in options):
            continue
        # In a container the paths may be the host's while only the own group is mounted: then its root is in `mounted`.
        inside = PurePosixPath(path)
        relative = inside.relative_to(mounted) if inside.is_relative_to(mounted) else PurePosixPath()
        if ".." in relative.parts:
            relative = PurePosixPath()
        folder = root / point.lstrip("/")
        yield version, folder
        for part in relative.parts:
            if part != "/":
                folder = folder / part
                yield version, folder


def _memory_v2(folder: Path, root: Path) -> Iterator[MemoryShare]:
    used = read_int(folder / "memory.current")
    reclaimable = _reclaimable(folder, ("inactive_file", "active_file"))
    for name in ("memory.max", "memory.high"):
        limit = read_int(folder / name)
        if limit is not None:
            yield _share(limit, used, reclaimable, _shown(folder / name, root))


def _memory_v1(folder: Path, root: Path) -> Iterator[MemoryShare]:
    limit = read_int(folder / "memory.limit_in_bytes")
    if limit is not None and 0 <= limit < NO_LIMIT_BYTES:
        used = read_int(folder / "memory.usage_in_bytes")
        reclaimable = _reclaimable(folder, ("total_inactive_file", "total_active_file"))
        yield _share(limit, used, reclaimable, _shown(folder / "memory.limit_in_bytes", root))


def _share(limit: int, used: int | None, reclaimable: int, evidence: str) -> MemoryShare:
    return MemoryShare(limit, max(0, min(limit, limit - (used or 0) + reclaimable)), evidence, evidence)


def _reclaimable(folder: Path, names: tuple[str, str]) -> int:
    """Bytes of the page cache that count as used and are given back on demand, as the kernel's MemAvailable has it."""
    stat = pairs(read(folder / "memory.stat"), " ")
    return sum(int(stat[name]) for name in names if stat.get(name, "").isdigit())


def _shown(path: Path, root: Path) -> str:
    """The path as the machine has it, whatever folder stands for its root."""
    return f"/{path.relative_to(root)}"
