"""`gemfit list`: what is on this disk, here and in the stores of other programs."""

import argparse
import sys
from pathlib import Path
from typing import Any

import msgspec

from gemfit.catalog.types import Catalog
from gemfit.cli.output import print_json, print_table
from gemfit.cli.weights import as_json, catalog_of, status
from gemfit.library.store import Survey, survey
from gemfit.library.stores.look import TITLES
from gemfit.library.types import LocalFile, Origin
from gemfit.settings import load_settings
from gemfit.words import show, size, size_gb

FROM: dict[Origin, str] = {
    "weights": "Gemfit",
    "package": "package",
    "import": "imported",
    "folder": "folder",
    **TITLES,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--details", metavar="FILE", help="what one file says of itself, and whether it fits here")


def run(args: argparse.Namespace) -> int:
    weights_dir, catalog = load_settings().weights_folder.absolute(), catalog_of(args)
    if args.details:
        return _details(args, weights_dir, catalog)
    found = survey(weights_dir, catalog)
    if args.json:
        problems = [str(problem) for problem in found.problems]
        print_json({"folder": str(weights_dir), "files": as_json(found.files)["files"], "problems": problems})
        return 0
    _print(found, weights_dir)
    return 0


def _print(found: Survey, weights_dir: Path) -> None:
    if not found.files:
        print(f"No weights in {weights_dir} yet. Get some with: gemfit get E2B")
    else:
        rows = [_row(file) for file in found.files]
        print_table(["MODEL", "FORMAT", "SIZE", "FROM", "FILE", ""], rows, frozenset({2}))
    for problem in found.problems:
        print(f"gemfit: {problem}", file=sys.stderr)


def _row(file: LocalFile) -> list[str]:
    where = FROM[file.origin] + (f" {file.called}" if file.origin == "ollama" else "")
    return [file.model or Path(file.path).stem, file.build or "-", size(file.bytes), where, file.path, status(file)]


def _details(args: argparse.Namespace, weights_dir: Path, catalog: Catalog) -> int:
    from gemfit.library.card import card_of_file

    path = Path(args.details).expanduser().absolute()
    card = card_of_file(path)
    known = next((file for file in survey(weights_dir, catalog).files if Path(file.path) == path), None)
    fit = _fit(path) if card.kind == "model" else []
    if args.json:
        file: Any = as_json([known])["files"][0] if known else None
        print_json({"path": str(path), "file": file, "card": msgspec.to_builtins(card), "fit": fit})
        return 0
    rows = [
        ("file", str(path)),
        ("from", FROM[known.origin] + (f", {known.called}" if known.called else "") if known else ""),
        ("state", status(known) if known else ""),
        ("name", card.name),
        ("kind", card.kind),
        ("architecture", card.architecture),
        ("parameters", f"{card.parameters:,}" if card.parameters else ""),
        ("format", card.format),
        ("context", f"{card.context_tokens:,} tokens" if card.context_tokens else ""),
        ("vocabulary", f"{card.vocabulary_tokens:,} tokens" if card.vocabulary_tokens else ""),
        ("size", f"{size_gb(card.file_bytes)} ({card.file_bytes:,} bytes)"),
        ("chat template", f"{card.template}{f', {card.template_name}' if card.template_name else ''}"),
        ("takes in", ", ".join(card.modalities)),
        ("licence", " ".join(filter(None, (card.licence, card.licence_url)))),
        ("author", card.author),
        ("made from", ", ".join(base.name for base in card.base_models)),
        ("here", " ".join(fit)),
    ]
    print_table(["", ""], [row for row in rows if row[1]])
    return 0


def _fit(path: Path) -> list[str]:
    """Whether the model can be loaded on this machine, in sentences."""
    from gemfit.errors import GemfitError
    from gemfit.fit.files import facts_of
    from gemfit.fit.intent import intend
    from gemfit.machine.probe import probe
    from gemfit.measured.known import load_known

    try:
        shape, tensors, _ = facts_of(path)
    except GemfitError as error:
        return [str(error)]
    machine = probe(load_settings().weights_folder)
    intent = intend(
        machine, shape, tensors, load_settings().context_tokens, known=load_known(frozenset(), machine), model=""
    )
    if intent.refusal:
        return [str(sentence) for sentence in intent.refusal]
    context = f"{intent.plan.context_tokens:,} tokens of context"
    speed = f", about {show('generation_tps', intent.predicted_tps)} tokens/s" if intent.predicted_tps else ""
    return [f"fits: {size(intent.total_bytes)} of memory with {context}{speed} (estimated)."]
