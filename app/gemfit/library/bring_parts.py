"""Bringing a model in several parts into the weights folder: all of its parts, under names that belong together, or
none of them.
"""

import contextlib
import itertools
import threading
from collections.abc import Sequence
from pathlib import Path

from gemfit.catalog.types import Catalog
from gemfit.gguf.parts import names_of_parts, part_of
from gemfit.library import index
from gemfit.library.bring import FOLDER, Bringing, Way, not_taken, safe_name
from gemfit.library.names import place
from gemfit.library.progress import OnProgress
from gemfit.library.removal import remove_empty_folders


def bring_parts(
    paths: Sequence[Path],
    weights_dir: Path,
    catalog: Catalog,
    way: Way,
    on_progress: OnProgress,
    cancelled: threading.Event,
) -> Path:
    """Bring the parts into a folder of their own among what was imported; where the first is now.

    When one cannot be brought, those before it go back to where they were. Originals that are moved to another disk go
    only after all parts have been copied and read again. Raises GemfitError as `bring`.
    """
    folder, names = _free_folder(weights_dir, paths[0].name)
    try:
        here = place(weights_dir, FOLDER)
        here.mkdir(parents=True, exist_ok=True)
        one_disk = {path.stat().st_dev for path in paths} == {here.stat().st_dev}
    except OSError as error:
        raise not_taken(error, paths[0], weights_dir) from error
    each: Way = "copy" if way == "move" and not one_disk else way
    bringing = Bringing(weights_dir, catalog, each, on_progress, cancelled, read_back=way == "move")
    done: list[tuple[Path, Path]] = []
    try:
        for path, name in zip(paths, names, strict=True):
            try:
                done.append((path, bringing.bring(path, folder / name)))
            except OSError as error:
                raise not_taken(error, path, weights_dir) from error
    except BaseException:
        for path, target in done:
            _take_back(path, target, moved=each == "move")
        if folder.is_dir():
            remove_empty_folders(folder, weights_dir)
        raise
    if way == "move":
        for path in paths:
            path.unlink(missing_ok=True)
            index.forget(path)
    return done[0][1]


def _take_back(path: Path, target: Path, *, moved: bool) -> None:
    index.forget(target)
    with contextlib.suppress(OSError):  # then it stays where it is, whole; nothing is lost
        if moved:
            target.rename(path)
        else:
            target.unlink()


def _free_folder(weights_dir: Path, first: str) -> tuple[Path, list[str]]:
    """A folder that holds none of them, and the names they have there: the numbers stay, odd letters do not."""
    part = part_of(first)
    assert part is not None
    ending = f"-{part[0]:05d}-of-{part[1]:05d}.gguf"
    stem = safe_name(f"{first.removesuffix(ending)}.gguf").removesuffix(".gguf")
    names = names_of_parts(stem + ending)
    for number in itertools.count(1):
        folder = place(weights_dir, f"{FOLDER}/{stem if number == 1 else f'{stem} ({number})'}")
        if not folder.exists():
            return folder, names
    raise AssertionError("unreachable")  # pragma: no cover
