"""`gemfit verify [MODEL FORMAT | PATH]`: check files against their SHA-256."""

import argparse
import sys
from pathlib import Path

from gemfit.catalog.load import find_build
from gemfit.catalog.types import Catalog
from gemfit.cli.output import print_json
from gemfit.cli.weights import as_json, catalog_of, progress_line, status, stop_by_signal
from gemfit.errors import GemfitError
from gemfit.library.store import KINDS, is_file, path_of, scan, verify
from gemfit.library.types import LocalFile
from gemfit.settings import load_settings
from gemfit.words import QT_TRANSLATE_NOOP, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="MODEL|PATH", nargs="?", help="a model, or a file; left out: everything here")
    parser.add_argument("format", metavar="FORMAT", nargs="?", help="q4_0, bf16, …; left out: the preferred one")


def run(args: argparse.Namespace) -> int:
    catalog, weights_dir = catalog_of(args), load_settings().weights_folder.absolute()
    paths = _paths(args, catalog, weights_dir)
    with stop_by_signal() as stopped, progress_line() as progress:
        files = [verify(path, weights_dir, catalog, on_progress=progress, cancelled=stopped) for path in paths]
    if args.json:
        print_json(as_json(files) if args.target else {"files": as_json(files)["files"]})
    else:
        _print(files)
    return _conclude(files)


def _paths(args: argparse.Namespace, catalog: Catalog, weights_dir: Path) -> list[Path]:
    if args.target is None:
        return [Path(file.path) for file in scan(weights_dir, catalog) if file.complete]
    if args.format is None and _looks_like_a_path(args.target):
        return [Path(args.target).absolute()]
    model, build = find_build(catalog, args.target, args.format)
    paths = [path_of(weights_dir, model, build, file) for file in build.files]
    here = [path for path in paths if is_file(path)]
    if not here:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "{model} as {build} is not on this disk. Get it with: gemfit get {model} {build}"
        )
        raise GemfitError("not_here", say(text, model=model.id, build=build.id))
    return here


def _looks_like_a_path(target: str) -> bool:
    return "/" in target or "\\" in target or target.lower().endswith(KINDS) or is_file(Path(target))


def _print(files: list[LocalFile]) -> None:
    if not files:
        print("No weights on this disk yet. Get some with: gemfit get E2B")
    for file in files:
        print(f"{file.path}\n  SHA-256 {file.sha256}\n  {status(file)}")


def _conclude(files: list[LocalFile]) -> int:
    """1 when a file is not what it should be. One that nobody published a hash for is no failure."""
    bad = [file for file in files if not file.verified and file.model is not None]
    for file in bad:
        print(f"gemfit: {file.path}: {status(file)}", file=sys.stderr)
    return 1 if bad else 0
