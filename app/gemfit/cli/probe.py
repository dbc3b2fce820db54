"""`gemfit probe`: what this computer has, and where each number comes from."""

import argparse
import textwrap
from pathlib import Path

from gemfit.cli.output import print_json
from gemfit.machine.probe import probe
from gemfit.machine.types import Gpu, Machine
from gemfit.settings import load_settings
from gemfit.words import size, size_gb

Row = tuple[str, str, str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--weights-dir",
        metavar="FOLDER",
        type=Path,
        help="look at the disk of this folder, not at that of the settings",
    )


def run(args: argparse.Namespace) -> int:
    """Print the machine: one JSON object, or a page for people. Returns 0."""
    machine = probe(args.weights_dir or load_settings().weights_folder)
    if args.json:
        print_json(machine)
    else:
        print("\n".join(page(machine)))
    return 0


def page(machine: Machine) -> list[str]:
    """The lines for people: what was found, with the evidence at the right."""
    lines = _table(_rows(machine))
    for gpu in machine.gpus:
        if gpu.advice:
            lines += ["", *_wrapped(f"{gpu.name}: {gpu.advice}")]
    for problem in machine.problems:
        lines += ["", *_wrapped(problem)]
    return lines


def _rows(machine: Machine) -> list[Row]:
    memory, cpu, disk, engine = machine.memory, machine.cpu, machine.disk, machine.engine
    system = f"{machine.os}, {machine.arch}" + (f", in a {machine.environment}" if machine.environment else "")
    rows = [("System", system.replace("in a WSL", "in WSL"), machine.evidence.get("environment", ""))]
    rows.append(("Memory", size(memory.total_bytes), memory.evidence.get("total_bytes", "")))
    rows.append(("", f"{size(memory.available_bytes)} available", memory.evidence.get("available_bytes", "")))
    rows.append(("Processor", cpu.model, cpu.evidence.get("model", "")))
    cores = f"{cpu.physical_cores} cores, {cpu.logical_cores} threads"
    rows.append(("", cores, cpu.evidence.get("physical_cores", "")))
    if cpu.features:
        rows.append(("", ", ".join(cpu.features), cpu.evidence.get("features", "")))
    for gpu in machine.gpus:
        rows += _gpu_rows(gpu)
    if not machine.gpus:
        rows.append(("GPU", "none found", ""))
    rows.append(("Disk", f"{size_gb(disk.free_bytes)} free at {disk.path}", disk.evidence.get("free_bytes", "")))
    rows.append(("Engine", engine.build or "not known", engine.evidence.get("build", "")))
    for device in engine.devices:
        rows.append(("", f"{device.name}: {device.description}", engine.evidence.get("devices", "")))
    return rows


def _gpu_rows(gpu: Gpu) -> list[Row]:
    state = f"usable as {gpu.engine_device}" if gpu.usable else "not usable by this engine"
    shared = " shared with the system" if gpu.shared_memory else ""
    rows = [("GPU", gpu.name, gpu.evidence.get("name", ""))]
    if gpu.total_bytes is not None:
        rows.append(("", f"{size(gpu.total_bytes)}{shared}", gpu.evidence.get("total_bytes", "")))
    elif shared:
        rows.append(("", f"memory{shared}", ""))
    if gpu.free_bytes is not None:
        rows.append(("", f"{size(gpu.free_bytes)} free", gpu.evidence.get("free_bytes", "")))
    if gpu.driver:
        rows.append(("", f"driver {gpu.driver}", gpu.evidence.get("driver", "")))
    return [*rows, ("", state, gpu.evidence.get("usable", ""))]


def _table(rows: list[Row]) -> list[str]:
    """Name, value and evidence in columns; a value too long for its column takes further lines."""
    lines = []
    for name, value, evidence in rows:
        first, *rest = textwrap.wrap(value, 50, break_long_words=False, break_on_hyphens=False) or [""]
        lines.append(f"{name:<11}{first:<52}{evidence}".rstrip())
        lines += [" " * 11 + line for line in rest]
    return lines


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 100, break_long_words=False, break_on_hyphens=False)
