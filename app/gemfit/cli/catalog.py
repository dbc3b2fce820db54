"""`gemfit catalog [show] | use FILE|BUNDLE | use --shipped`: which models are known, and bringing that list by file."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from gemfit.catalog.keep import use, use_shipped
from gemfit.catalog.load import CatalogSource, choose, read_bytes
from gemfit.catalog.types import Catalog
from gemfit.cli.output import print_json
from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say

_FROM = {
    "named": "named by an option or GEMFIT_CATALOG",
    "kept": "brought by file",
    "shipped": "comes with Gemfit",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", metavar="ACT", nargs="?", choices=["show", "use"], default="show", help="show, use")
    parser.add_argument("file", metavar="FILE", nargs="?", help="use: a catalogue, or a bundle that has one")
    parser.add_argument("--shipped", action="store_true", help="use: the one that comes with Gemfit")


def run(args: argparse.Namespace) -> int:
    if args.act == "use":
        _use(args)
    elif args.file or args.shipped:
        raise GemfitError("usage", say(QT_TRANSLATE_NOOP("gemfit", "To change the catalogue: gemfit catalog use FILE")))
    source, catalog = choose(Path(args.catalog) if args.catalog else None)
    if args.json:
        print_json(as_json(source, catalog))
    else:
        print(line(source, catalog))
        print(f"{source.path}\n{len(catalog.models)} models: {', '.join(model.id for model in catalog.models)}")
        if source.problem:
            print(f"gemfit: {source.problem}", file=sys.stderr)
    return 0


def _use(args: argparse.Namespace) -> None:
    if args.shipped == bool(args.file):
        text = QT_TRANSLATE_NOOP("gemfit", "Name one: gemfit catalog use FILE, or gemfit catalog use --shipped")
        raise GemfitError("usage", say(text))
    if args.shipped:
        use_shipped()
    else:
        from gemfit.library.bundle.reading import read_catalog  # `probe` borrows from here, and needs no library

        file = Path(args.file).absolute()
        is_bundle = file.is_dir() or file.suffix.lower() == ".tar"
        use(read_catalog(file) if is_bundle else read_bytes(file), file)
    if args.catalog or os.environ.get("GEMFIT_CATALOG"):
        print("gemfit: GEMFIT_CATALOG or --catalog names another one, which still comes first.", file=sys.stderr)


def line(source: CatalogSource, catalog: Catalog) -> str:
    """`Gemma 4 (2026-11, from published pages), comes with Gemfit`."""
    when = f" ({catalog.compiled})" if catalog.compiled else ""
    return f"{catalog.title or 'Catalogue'}{when}, {_FROM[source.kind]}"


def as_json(source: CatalogSource, catalog: Catalog) -> dict[str, Any]:
    """Where it is from, and what it calls itself."""
    return {
        "from": source.kind,
        "path": source.path,
        "title": catalog.title,
        "compiled": catalog.compiled,
        "models": [model.id for model in catalog.models],
        "problem": str(source.problem) if source.problem else None,
    }
