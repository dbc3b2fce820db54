"""System memory: what there is, and what this process may still take."""

import sys
from pathlib import Path

import msgspec
import psutil

from gemfit.machine import cgroup
from gemfit.machine.text import pairs, read
from gemfit.machine.types import Memory


def probe_memory(root: Path = Path("/"), platform: str = sys.platform) -> Memory:
    """System memory, a container's limit respected. `root` is where `/proc` and `/sys` are."""
    memory = parse_meminfo(read(root / "proc/meminfo")) if platform == "linux" else None
    if memory is None:
        figures = psutil.virtual_memory()
        evidence = {"total_bytes": "psutil", "available_bytes": "psutil"}
        memory = Memory(total_bytes=figures.total, available_bytes=figures.available, evidence=evidence)
    return within(memory, cgroup.memory_share(root) if platform == "linux" else None)


def parse_meminfo(text: str) -> Memory | None:
    """Memory out of `/proc/meminfo`; None if it does not say."""
    found = pairs(text, ":")
    total, available = (_kib(found.get(name, "")) for name in ("MemTotal", "MemAvailable"))
    if total is None or available is None:
        return None
    evidence = {"total_bytes": "/proc/meminfo MemTotal", "available_bytes": "/proc/meminfo MemAvailable"}
    return Memory(total_bytes=total, available_bytes=available, evidence=evidence)


def within(memory: Memory, share: cgroup.MemoryShare | None) -> Memory:
    """`memory` as a control group leaves it: a limit above what the machine has is none."""
    if share is None:
        return memory
    evidence = dict(memory.evidence)
    total, available, limit = memory.total_bytes, memory.available_bytes, None
    if share.limit_bytes < total:
        total = limit = share.limit_bytes
        evidence["total_bytes"] = evidence["limit_bytes"] = share.limit_evidence
    if share.available_bytes < available:
        available = share.available_bytes
        evidence["available_bytes"] = f"{share.available_evidence} less what is used"
    return msgspec.structs.replace(
        memory, total_bytes=total, available_bytes=available, limit_bytes=limit, evidence=evidence
    )


def _kib(value: str) -> int | None:
    number, _, unit = value.partition(" ")
    return int(number) * 1024 if number.isdigit() and unit == "kB" else None
