"""Apple's computers: graphics that share the system's memory, or cards in the older ones."""

import re
from typing import Any

from gemfit.machine.types import Gpu

COMMAND = ["/usr/sbin/system_profiler", "-json", "-detailLevel", "mini", "SPDisplaysDataType"]
SHARE_EVIDENCE = "Metal's default share of the memory"


def to_gpus(report: dict[str, Any], memory_bytes: int) -> list[Gpu]:
    """GPUs out of what `system_profiler` says about displays; `memory_bytes` is the system's memory."""
    displays = report.get("SPDisplaysDataType")
    if not isinstance(displays, list):
        return []
    return [_gpu(display, memory_bytes) for display in displays if isinstance(display, dict)]


def _gpu(display: dict[str, Any], memory_bytes: int) -> Gpu:
    name = str(display.get("sppci_model") or display.get("_name") or "Apple GPU")
    vendor = _vendor(str(display.get("spdisplays_vendor", "")), name)
    evidence = {"name": "system_profiler"}
    if vendor == "Apple":
        evidence["total_bytes"] = SHARE_EVIDENCE
        return Gpu(
            name=name, vendor=vendor, shared_memory=True, total_bytes=working_set_bytes(memory_bytes), evidence=evidence
        )
    total = parse_vram(str(display.get("spdisplays_vram", "")))
    if total is not None:
        evidence["total_bytes"] = "system_profiler spdisplays_vram"
    return Gpu(name=name, vendor=vendor, total_bytes=total, shared_memory=total is None, evidence=evidence)


def _vendor(said: str, name: str) -> str:
    for vendor in ("Apple", "AMD", "NVIDIA", "Intel"):
        if vendor.lower() in f"{said} {name}".lower():
            return vendor
    return ""


def working_set_bytes(memory_bytes: int) -> int:
    """What Metal lets a program use by default (recommendedMaxWorkingSetSize): two thirds of the memory of computers
    with less than 36 GiB, three quarters of larger ones. As measured on such computers and published in llama.cpp's
    discussion 2182; a person can change it (`sysctl iogpu.wired_limit_mb`), and the engine's own figure goes first.
    """
    return memory_bytes * 2 // 3 if memory_bytes < 36 << 30 else memory_bytes * 3 // 4


def parse_vram(text: str) -> int | None:
    """`8 GB`, `1536 MB` as bytes (binary units, as Apple means them); None if it says neither."""
    found = re.fullmatch(r"(\d+)\s*(GB|MB)", text.strip())
    return int(found[1]) << (30 if found[2] == "GB" else 20) if found else None
