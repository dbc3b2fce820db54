"""The files that `MODEL [FORMAT]` or `PATH` means."""

import argparse
from pathlib import Path

from gemfit.catalog.load import find_build
from gemfit.catalog.types import Catalog
from gemfit.errors import GemfitError
from gemfit.library.store import KINDS, is_file, path_of
from gemfit.words import QT_TRANSLATE_NOOP, say


def chosen_paths(args: argparse.Namespace, catalog: Catalog, weights_dir: Path) -> list[Path]:
    """What `args.target` and `args.format` name, and is here. Raises GemfitError: `not_here`, those of `find_build`."""
    if args.format is None and looks_like_a_path(args.target):
        return [Path(args.target).expanduser().absolute()]
    model, build = find_build(catalog, args.target, args.format)
    paths = [path_of(weights_dir, model, build, file) for file in build.files]
    here = [path for path in paths if is_file(path)]
    if not here:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "{model} as {build} is not on this disk. Get it with: gemfit get {model} {build}"
        )
        raise GemfitError("not_here", say(text, model=model.id, build=build.id))
    return here


def looks_like_a_path(target: str) -> bool:
    return "/" in target or "\\" in target or target.lower().endswith(KINDS) or is_file(Path(target))
