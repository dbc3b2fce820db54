"""`gemfit probe`: what this computer has, and where each number comes from."""

import argparse
import textwrap
from pathlib import Path

from gemfit import personal
from gemfit.catalog.load import choose
from gemfit.cli.catalog import line
from gemfit.cli.output import print_json
from gemfit.errors import GemfitError
from gemfit.machine.advice import for_cpu, for_gpu
from gemfit.machine.facts import Fact, rows
from gemfit.machine.probe import probe
from gemfit.machine.saved import without_personal
from gemfit.machine.types import Machine
from gemfit.settings import load_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--weights-dir",
        metavar="FOLDER",
        type=Path,
        help="look at the disk of this folder, not at that of the settings",
    )


def run(args: argparse.Namespace) -> int:
    """Print the machine: one JSON object, with nothing personal in it, or a page for people. Returns 0."""
    machine = probe(args.weights_dir or load_settings().weights_folder)
    if args.json:
        print_json(without_personal(machine, personal.here()))
    else:
        print("\n".join([*page(machine), "", *_wrapped(f"Catalogue: {_catalogue(args.catalog)}")]))
    return 0


def _catalogue(named: str | None) -> str:
    """Which one is in force. One that cannot be used is no reason not to show the machine."""
    try:
        source, catalog = choose(Path(named) if named else None)
    except GemfitError as error:
        return str(error)
    return line(source, catalog) if source.problem is None else f"{line(source, catalog)}. {source.problem}"


def page(machine: Machine) -> list[str]:
    """The lines for people: what was found, with the evidence at the right."""
    lines = _table(rows(machine))
    lines += ["", *_wrapped(f"{machine.cpu.model}: {for_cpu(machine)}")]
    for gpu in machine.gpus:
        lines += ["", *_wrapped(f"{gpu.name}: {gpu.advice or for_gpu(gpu, machine)}")]
    for problem in machine.problems:
        lines += ["", *_wrapped(problem)]
    return lines


def _table(facts: list[Fact]) -> list[str]:
    """Name, value and evidence in columns; a value too long for its column takes further lines."""
    lines = []
    for name, value, evidence in facts:
        first, *rest = textwrap.wrap(value, 50, break_long_words=False, break_on_hyphens=False) or [""]
        lines.append(f"{name:<11}{first:<52}{evidence}".rstrip())
        lines += [" " * 11 + line for line in rest]
    return lines


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 100, break_long_words=False, break_on_hyphens=False)
