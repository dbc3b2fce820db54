"""`gemfit remove MODEL [FORMAT] [--only ROLE] | PATH`: take weights out of the library, into the trash."""

import argparse
from pathlib import Path
from typing import get_args

from gemfit.catalog.load import find_build
from gemfit.catalog.types import Catalog, Role
from gemfit.cli.chosen import as_listed, chosen_paths, looks_like_a_path, paths_of
from gemfit.cli.output import print_json
from gemfit.cli.weights import catalog_of
from gemfit.errors import GemfitError
from gemfit.library.removal import Removal, remove
from gemfit.settings import load_settings
from gemfit.words import QT_TRANSLATE_NOOP, say, size


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="MODEL|NAME|PATH", help="a model with all its files, or one file")
    parser.add_argument("format", metavar="FORMAT", nargs="?", help="q4_0, bf16, …; left out: the one that is here")
    parser.add_argument(
        "--only",
        metavar="ROLE",
        action="append",
        choices=get_args(Role),
        help="of the model's files only this one: weights, projector or drafter; may be given again",
    )
    parser.add_argument("--delete", action="store_true", help="delete for good instead; this cannot be undone")


def run(args: argparse.Namespace) -> int:
    catalog, weights_dir = catalog_of(args), load_settings().weights_folder.absolute()
    if args.format is None:
        args.target = as_listed(args.target, catalog, weights_dir)
    if args.format is None and not looks_like_a_path(args.target):
        args.format = _format_here(catalog, args.target, weights_dir)
    try:
        chosen = chosen_paths(args, catalog, weights_dir, args.only or ())
        removal = remove(chosen, weights_dir, delete=args.delete)
    except GemfitError as error:
        if error.code != "no_trash":
            raise
        text = QT_TRANSLATE_NOOP("gemfit", "{trouble} To do that: gemfit remove --delete")
        raise GemfitError("no_trash", say(text, trouble=str(error))) from error
    if args.json:
        print_json(as_json(removal))
        return 0
    for file in removal.files:
        print(f"{file.path}\n  {size(file.bytes)}")
    print(removal.sentence)
    if removal.can_be_undone:
        print("Undo it with: gemfit undo")
    return 0


def _format_here(catalog: Catalog, model_id: str, weights_dir: Path) -> str | None:
    """The only format of the model that is here; None: the preferred one. Raises GemfitError `which_format`."""
    model, _preferred = find_build(catalog, model_id, None)
    here = [
        build.id
        for build in model.builds
        if any(paths_of(model, build, file, catalog, weights_dir) for file in build.files)
    ]
    if len(here) > 1:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "{model} is here in several formats ({formats}). Nothing was removed. Name the one to remove."
        )
        raise GemfitError("which_format", say(text, model=model.id, formats=", ".join(here)))
    return here[0] if here else None


def as_json(removal: Removal) -> dict[str, object]:
    """What was removed, as plain data."""
    return {
        "id": removal.id,
        "at": removal.at,
        "files": [{"path": file.path, "bytes": file.bytes, "how": file.how} for file in removal.files],
        "freed_bytes": removal.freed_bytes,
        "trashed_bytes": removal.trashed_bytes,
        "can_be_undone": removal.can_be_undone,
    }
