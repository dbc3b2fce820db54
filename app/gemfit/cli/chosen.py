"""The files that `MODEL [FORMAT]` or `PATH` means."""

import argparse
from collections.abc import Collection
from pathlib import Path

from gemfit.catalog.load import find_build
from gemfit.catalog.roles import role_names
from gemfit.catalog.types import Build, Catalog, CatalogFile, Model
from gemfit.errors import GemfitError
from gemfit.gguf.parts import paths_of_parts
from gemfit.library.store import KINDS, is_file, path_of, scan
from gemfit.words import QT_TRANSLATE_NOOP, say


def chosen_paths(
    args: argparse.Namespace, catalog: Catalog, weights_dir: Path, roles: Collection[str] = ()
) -> list[Path]:
    """What `args.target` and `args.format` name, and is here; all parts of what is in several. `roles`: only these.

    Raises GemfitError: `not_here`, those of `find_build` and `as_listed`.
    """
    target = args.target if args.format else as_listed(args.target, catalog, weights_dir)
    if args.format is None and looks_like_a_path(target):
        path = Path(target).expanduser().absolute()
        return [part for part in paths_of_parts(path) if is_file(part)] or [path]
    model, build = find_build(catalog, args.target, args.format)
    here: list[Path] = []
    for file in build.files:
        if not roles or file.role in roles:
            here += paths_of(model, build, file, catalog, weights_dir)
    if not here:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "{model} as {build} is not on this disk. Get it with: gemfit get {model} {build}"
        )
        if roles:
            text = QT_TRANSLATE_NOOP("gemfit", "There is no {roles} of {model} as {build} on this disk.")
            raise GemfitError("not_here", say(text, model=model.id, build=build.id, roles=role_names(roles)))
        raise GemfitError("not_here", say(text, model=model.id, build=build.id))
    return here


def paths_of(model: Model, build: Build, file: CatalogFile, catalog: Catalog, weights_dir: Path) -> list[Path]:
    """Where a file of a build is, in the weights folder; all of its parts that are here. Empty when it is not here."""
    if not (build.split and file.role == "weights"):
        path = path_of(weights_dir, model, build, file)
        return [path] if is_file(path) else []
    ours = [one for one in scan(weights_dir, catalog) if one.origin == "weights" and one.role == "weights"]
    split = [one for one in ours if (one.model, one.build) == (model.id, build.id)]
    return [Path(piece.path) for one in split for piece in one.files if piece.complete]


def as_listed(target: str, catalog: Catalog, weights_dir: Path) -> str:
    """The path of the file that `gemfit list` shows under this name, its own, since the catalogue does not know it;
    `target` itself where it is a path, a model of the catalogue, or nothing here.

    Raises GemfitError `which_file` where several have that name.
    """
    if looks_like_a_path(target):
        return target
    try:
        find_build(catalog, target)
    except GemfitError as error:
        if error.code != "unknown_model":
            return target
    else:
        return target
    paths = [one.path for one in scan(weights_dir, catalog) if one.model is None and Path(one.path).stem == target]
    if len(paths) > 1:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "{name} is the name of several files here: {paths}. Nothing was done. Name one by its path."
        )
        raise GemfitError("which_file", say(text, name=target, paths=", ".join(paths)))
    return paths[0] if paths else target


def looks_like_a_path(target: str) -> bool:
    return "/" in target or "\\" in target or target.lower().endswith(KINDS) or is_file(Path(target))
