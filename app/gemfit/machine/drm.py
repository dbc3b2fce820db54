"""Graphics processors as Linux lists them under `/sys/class/drm`: AMD's, Intel's, and NVIDIA's without its driver.

https://docs.kernel.org/gpu/amdgpu/driver-misc.html says what amdgpu's memory files mean.
"""

import re
from pathlib import Path

from gemfit.machine import pci
from gemfit.machine.text import pairs, read, read_int
from gemfit.machine.types import Gpu

DATABASES = ("usr/share/hwdata/pci.ids", "usr/share/misc/pci.ids")


def probe_drm(root: Path = Path("/")) -> list[Gpu]:
    """The cards of the three makers, in the system's order. `root` is where `/sys` is."""
    cards = [path for path in (root / "sys/class/drm").glob("card*") if re.fullmatch(r"card\d+", path.name)]
    gpus = [_gpu(card / "device", root) for card in sorted(cards, key=lambda path: int(path.name[4:]))]
    return [gpu for gpu in gpus if gpu is not None]


def _gpu(folder: Path, root: Path) -> Gpu | None:
    vendor, device = read_int(folder / "vendor"), read_int(folder / "device")
    if vendor not in pci.VENDORS or device is None:
        return None
    about = pairs(read(folder / "uevent"), "=")
    product = read(folder / "product_name")
    database = next((text for text in (read(root / place) for place in DATABASES) if text), "")
    evidence = {"name": "amdgpu product_name" if product else "pci ids", "driver": "/sys/class/drm uevent"}
    shared = pci.integrated(vendor, device, about.get("PCI_SLOT_NAME", ""))
    total, free, source = _memory(folder, shared)
    if source:
        evidence |= {"total_bytes": source, "free_bytes": source}
    return Gpu(
        name=product or pci.name(vendor, device, database),
        vendor=pci.VENDORS[vendor],
        total_bytes=total,
        free_bytes=free,
        shared_memory=shared,
        driver=about.get("DRIVER", ""),
        evidence=evidence,
    )


def _memory(folder: Path, shared: bool) -> tuple[int | None, int | None, str]:
    """Total, free, and where they stand; None where the driver does not say."""
    total, used = _sum(folder, ["vram"]), _sum(folder, ["vram"], "used")
    source = "amdgpu mem_info_vram"
    if shared and total is not None:  # what is set aside for graphics, and what they may take of the system's besides
        total, used = _sum(folder, ["vram", "gtt"]), _sum(folder, ["vram", "gtt"], "used")
        source = "amdgpu mem_info_vram + mem_info_gtt"
    if total is not None:
        return total, None if used is None else max(0, total - used), source
    total = read_int(folder / "tile0/physical_vram_size_bytes") or read_int(folder.parent / "lmem_total_bytes")
    if total:
        return total, read_int(folder.parent / "lmem_avail_bytes"), "xe or i915 sysfs"
    return None, None, ""


def _sum(folder: Path, kinds: list[str], what: str = "total") -> int | None:
    values = [read_int(folder / f"mem_info_{kind}_{what}") for kind in kinds]
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None
