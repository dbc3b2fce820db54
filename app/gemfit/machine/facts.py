"""A machine as lines of text: what, how much, and how that is known. For the command line and for reports."""

from typing import NamedTuple

from gemfit.machine.advice import cuda_text
from gemfit.machine.types import Gpu, Machine
from gemfit.words import size, size_gb


class Fact(NamedTuple):
    """One line; `evidence` is empty where nothing but ourselves says so."""

    name: str
    value: str
    evidence: str = ""


def rows(machine: Machine) -> list[Fact]:
    """All of it; a fact without a name belongs to the one before it."""
    memory, cpu, disk, engine = machine.memory, machine.cpu, machine.disk, machine.engine
    system = f"{machine.os}, {machine.arch}" + (f", in a {machine.environment}" if machine.environment else "")
    found = [Fact("System", system.replace("in a WSL", "in WSL"), machine.evidence.get("environment", ""))]
    found.append(Fact("Memory", size(memory.total_bytes), memory.evidence.get("total_bytes", "")))
    found.append(Fact("", f"{size(memory.available_bytes)} available", memory.evidence.get("available_bytes", "")))
    found.append(Fact("Processor", cpu.model, cpu.evidence.get("model", "")))
    cores = f"{cpu.physical_cores} cores, {cpu.logical_cores} threads"
    found.append(Fact("", cores, cpu.evidence.get("physical_cores", "")))
    if cpu.capabilities:
        found.append(Fact("", f"has {', '.join(cpu.capabilities)}", cpu.evidence.get("capabilities", "")))
    if cpu.features:
        found.append(Fact("", f"engine uses {', '.join(cpu.features)}", cpu.evidence.get("features", "")))
    for gpu in machine.gpus:
        found += _gpu_rows(gpu)
    if not machine.gpus:
        found.append(Fact("GPU", "none found", ""))
    found.append(Fact("Disk", f"{size_gb(disk.free_bytes)} free at {disk.path}", disk.evidence.get("free_bytes", "")))
    found.append(Fact("Engine", engine.build or "not known", engine.evidence.get("build", "")))
    if engine.backends:
        found.append(Fact("", f"built with {', '.join(engine.backends)}", engine.evidence.get("backends", "")))
    for device in engine.devices:
        found.append(Fact("", f"{device.name}: {device.description}", engine.evidence.get("devices", "")))
    return found


def _gpu_rows(gpu: Gpu) -> list[Fact]:
    state = f"usable as {gpu.engine_device}" if gpu.usable else "not usable by this engine"
    shared = " shared with the system" if gpu.shared_memory else ""
    found = [Fact("GPU", gpu.name, gpu.evidence.get("name", ""))]
    if gpu.total_bytes is not None:
        found.append(Fact("", f"{size(gpu.total_bytes)}{shared}", gpu.evidence.get("total_bytes", "")))
    elif shared:
        found.append(Fact("", f"memory{shared}", ""))
    if gpu.free_bytes is not None:
        found.append(Fact("", f"{size(gpu.free_bytes)} free", gpu.evidence.get("free_bytes", "")))
    if gpu.driver:
        found.append(Fact("", f"driver {gpu.driver}", gpu.evidence.get("driver", "")))
    if gpu.cuda:
        found.append(Fact("", f"CUDA {cuda_text(gpu.cuda)} at most", gpu.evidence.get("cuda", "")))
    return [*found, Fact("", state, gpu.evidence.get("usable", ""))]
