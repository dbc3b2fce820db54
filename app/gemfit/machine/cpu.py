"""The processor: its name, and how many of its cores this process may use."""

import math
import os
import platform
import subprocess
import sys
from pathlib import Path

import psutil

from gemfit.machine import cgroup, instructions
from gemfit.machine.text import pairs, read
from gemfit.machine.types import Cpu

# ARM's own cores by the part number that /proc/cpuinfo has instead of a name. Source: ARM's Technical Reference Manuals
# (MIDR_EL1), as util-linux's lscpu lists them.
ARM_PARTS = {
    "0xd03": "Cortex-A53",
    "0xd05": "Cortex-A55",
    "0xd07": "Cortex-A57",
    "0xd08": "Cortex-A72",
    "0xd09": "Cortex-A73",
    "0xd0a": "Cortex-A75",
    "0xd0b": "Cortex-A76",
    "0xd0c": "Neoverse-N1",
    "0xd0d": "Cortex-A77",
    "0xd40": "Neoverse-V1",
    "0xd41": "Cortex-A78",
    "0xd42": "Cortex-A78AE",
    "0xd44": "Cortex-X1",
    "0xd46": "Cortex-A510",
    "0xd47": "Cortex-A710",
    "0xd48": "Cortex-X2",
    "0xd49": "Neoverse-N2",
    "0xd4b": "Cortex-A78C",
    "0xd4d": "Cortex-A715",
    "0xd4e": "Cortex-X3",
    "0xd4f": "Neoverse-V2",
    "0xd80": "Cortex-A520",
    "0xd81": "Cortex-A720",
    "0xd82": "Cortex-X4",
    "0xd85": "Cortex-X925",
    "0xd87": "Cortex-A725",
}
ARM_LIMITED = "0x41"


def probe_cpu(root: Path = Path("/"), os_name: str = sys.platform) -> Cpu:
    """The processor. `root` is where `/proc` and `/sys` are. Its features come from the engine, later."""
    model, evidence = cpu_model(root, os_name)
    usable = usable_cpus()
    cores, source = _physical(root, usable)
    share = cgroup.cpu_share(root) if os_name == "linux" else None
    logical = len(usable)
    total = psutil.cpu_count() or logical
    counted = "" if logical >= total else f", limited to {logical} of {total} by the affinity"
    if share is not None and share.cpus < logical:
        logical = max(1, math.floor(share.cpus))
        counted += f", limited to {share.cpus:g} by {share.evidence}"
    capabilities, told_by = instruction_sets(root, os_name)
    known = {"model": evidence, "physical_cores": source + counted, "logical_cores": "psutil" + counted}
    return Cpu(
        model=model,
        physical_cores=min(cores, logical),
        logical_cores=logical,
        capabilities=capabilities,
        evidence=known | ({"capabilities": told_by} if capabilities else {}),
    )


def instruction_sets(root: Path, os_name: str) -> tuple[list[str], str]:
    """What the processor can do, of what the engine can be built for, and who says so."""
    if os_name == "linux":
        return instructions.from_cpuinfo(read(root / "proc/cpuinfo")), "/proc/cpuinfo"
    if os_name == "darwin":
        return instructions.from_sysctl(printed(instructions.SYSCTL)), "sysctl hw.optional"
    return instructions.from_windows(), "IsProcessorFeaturePresent"


def usable_cpus() -> list[int]:
    """The numbers of the processors that this process may run on."""
    affinity = getattr(os, "sched_getaffinity", None)  # Linux alone has it
    return sorted(affinity(0)) if affinity else list(range(psutil.cpu_count() or 1))


def count_cores(siblings: list[str]) -> int | None:
    """Distinct cores, by the list of siblings of each processor (`0,8`; `0-1`). None if one does not say."""
    return len(set(siblings)) if siblings and all(siblings) else None


def _physical(root: Path, usable: list[int]) -> tuple[int, str]:
    folder = root / "sys/devices/system/cpu"
    cores = count_cores([read(folder / f"cpu{number}/topology/thread_siblings_list") for number in usable])
    if cores is not None:
        return cores, "/sys/devices/system/cpu thread_siblings_list"
    counted = psutil.cpu_count(logical=False)
    if counted:
        return min(counted, len(usable)), "psutil"
    return len(usable), "psutil, hyper-threads not told apart"


def cpu_model(root: Path, os_name: str) -> tuple[str, str]:
    """The processor's name, and where it stands."""
    if os_name == "linux":
        name = parse_cpuinfo(read(root / "proc/cpuinfo"))
        board = read(root / "proc/device-tree/model").strip("\0 ")
        if name and board and name.startswith("Cortex"):
            return f"{board} ({name})", "/proc/device-tree/model and /proc/cpuinfo"
        if name or board:
            return name or board, "/proc/cpuinfo" if name else "/proc/device-tree/model"
    if os_name == "darwin" and (name := printed(["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"])):
        return name, "sysctl machdep.cpu.brand_string"
    if os_name == "win32" and (name := _registry_name()):
        return name, "registry"
    return platform.processor() or platform.machine(), "platform"


def printed(command: list[str]) -> str:
    """What a small program of the system prints, stripped; empty if it does not run or takes longer than 2 s."""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=2.0, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def parse_cpuinfo(text: str) -> str:
    """The name in `/proc/cpuinfo`; ARM boards name their cores by number. Empty if it has none."""
    first = pairs(text, ":")
    name = first.get("model name") or first.get("cpu model") or first.get("uarch", "")
    if name and not name.startswith(("ARMv", "AArch64")):
        return " ".join(name.split())
    if first.get("CPU implementer", "").lower() == ARM_LIMITED:
        lines = [line.partition(":") for line in text.splitlines()]
        parts = [value.strip().lower() for key, _, value in lines if key.strip() == "CPU part"]
        known = dict.fromkeys(ARM_PARTS[part] for part in parts if part in ARM_PARTS)
        if known:
            return " + ".join(known)
    return first.get("Hardware") or name


def _registry_name() -> str:
    name = ""
    if sys.platform == "win32":
        import winreg

        key = r"HARDWARE\DESCRIPTION\System\CentralProcessor\0"
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key) as opened:
            name = str(winreg.QueryValueEx(opened, "ProcessorNameString")[0]).strip()
    return name
