"""Graphics processors as Windows' registry lists them.

`HardwareInformation.qwMemorySize` has 64 bits; the older `MemorySize`, like WMI's `AdapterRAM`, has 32 and says 4 GiB
for everything larger, so it is not looked at.
"""

import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from gemfit.machine import pci
from gemfit.machine.types import Gpu

# The class of display adapters: learn.microsoft.com, "System-Defined Device Setup Classes Available to Vendors".
DISPLAY_CLASS = r"SYSTEM\CurrentControlSet\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}"
VALUES = ("DriverDesc", "DriverVersion", "MatchingDeviceId", "HardwareInformation.qwMemorySize")
# Intel's own cards: "Intel(R) Arc(TM) A770 Graphics". "Intel(R) Arc(TM) Graphics" and "… 140V" are inside processors.
INTEL_CARD = re.compile(r"\bArc\(TM\) (Pro )?[AB]\d{2,3}M?\b")
# "AMD Radeon(TM) Graphics", "AMD Radeon(TM) 780M": inside processors. A card has RX, Pro, R9, … in its name.
AMD_INSIDE = re.compile(r"Radeon(\(TM\))? (Vega \d+ |RX Vega \d+ |\d{3,4}[MS] ?)?(Graphics)?$")


def probe_windows() -> list[Gpu]:
    """The display adapters of this computer; empty on other systems."""
    return to_gpus(_registry())


def to_gpus(adapters: Iterable[Mapping[str, Any]]) -> list[Gpu]:
    """GPUs of the three makers out of the registry's values, one mapping for each adapter."""
    gpus = []
    for adapter in adapters:
        found = re.search(r"ven_([0-9a-f]{4})&dev_([0-9a-f]{4})", str(adapter.get("MatchingDeviceId", "")).lower())
        vendor, device = (int(number, 16) for number in found.groups()) if found else (0, 0)
        if vendor in pci.VENDORS:
            gpus.append(_gpu(adapter, vendor, device))
    return gpus


def _gpu(adapter: Mapping[str, Any], vendor: int, device: int) -> Gpu:
    name = str(adapter.get("DriverDesc", "")).strip() or pci.name(vendor, device)
    shared = _shared(name, vendor, device)
    total = None if shared else memory_bytes(adapter.get("HardwareInformation.qwMemorySize"))
    evidence = {"name": "registry DriverDesc", "driver": "registry DriverVersion"}
    if total is not None:
        evidence["total_bytes"] = "registry qwMemorySize"
    return Gpu(
        name=name,
        vendor=pci.VENDORS[vendor],
        total_bytes=total,
        shared_memory=shared,
        driver=str(adapter.get("DriverVersion", "")),
        evidence=evidence,
    )


def _shared(name: str, vendor: int, device: int) -> bool:
    if vendor == 0x8086:
        return not INTEL_CARD.search(name)
    return pci.integrated(vendor, device, "") or (vendor == 0x1002 and bool(AMD_INSIDE.search(name)))


def memory_bytes(value: object) -> int | None:
    """The registry's number, which some drivers write as eight bytes. None if it is neither."""
    if isinstance(value, bytes) and len(value) == 8:
        value = int.from_bytes(value, "little")
    return value if isinstance(value, int) and value > 0 else None


def _registry() -> list[dict[str, Any]]:
    adapters: list[dict[str, Any]] = []
    if sys.platform == "win32":
        import contextlib
        import winreg

        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, DISPLAY_CLASS) as display:
            for index in range(winreg.QueryInfoKey(display)[0]):
                name = winreg.EnumKey(display, index)
                if not name.isdigit():
                    continue
                adapter: dict[str, Any] = {}
                with winreg.OpenKey(display, name) as key:
                    for value in VALUES:
                        with contextlib.suppress(FileNotFoundError):  # a driver need not write every value
                            adapter[value] = winreg.QueryValueEx(key, value)[0]
                adapters.append(adapter)
    return adapters
