"""What lies about and can be had back: unfinished files that nothing waits for, files that are not what they should
be, and what was left beside them. Only what Gemfit itself made is ever named here, and nothing goes unasked.
"""

import contextlib
import glob
import os
import re
import shutil
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Literal

import msgspec

from gemfit import paths
from gemfit.catalog.types import Catalog
from gemfit.errors import GemfitError
from gemfit.library import store
from gemfit.library.disk import disk_error
from gemfit.library.index import forget
from gemfit.library.part import PART, WRONG, lock, remove_lock_file
from gemfit.library.removal import remove_empty_folders
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

Kind = Literal["part", "wrong", "leftover", "header", "mobile_cache", "folder"]


class Reclaimable(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that can go. `bytes`: what it takes of the disk; `reason`: what it is and why it is not needed."""

    path: str
    bytes: int
    kind: Kind
    reason: Sentence


_REASONS: dict[Kind, str] = {
    "part": QT_TRANSLATE_NOOP("gemfit", "An unfinished download that is not in the queue."),
    "wrong": QT_TRANSLATE_NOOP("gemfit", "Not the published file: an earlier upload or a damaged one. It is not used."),
    "leftover": QT_TRANSLATE_NOOP("gemfit", "Left beside a download that is over."),
    "header": QT_TRANSLATE_NOOP("gemfit", "The header of a file on the Hub; it is fetched again when it is needed."),
    "mobile_cache": QT_TRANSLATE_NOOP(
        "gemfit", "What the engine made of a file in the mobile format, to load it faster; it is made again."
    ),
    "folder": QT_TRANSLATE_NOOP("gemfit", "An empty folder."),
}

_FOLDERS = ("header", "mobile_cache")
# What belongs to `x.gguf.part`: its sidecar, journal and lock, and what an interrupted write of one of them left.
_BESIDE = re.compile(r"\.?(?P<target>.+\.(?:gguf|litertlm))\.part\.[a-z]+(?:\.\w+)?", re.IGNORECASE)


def find(weights_dir: Path, catalog: Catalog, kept: Collection[Path] = ()) -> list[Reclaimable]:
    """What can go, largest first. `kept`: the final paths of files that the queue still wants.

    What is being downloaded at this moment, by whatever program, is left out. Raises nothing.
    """
    wanted = {path.parent.resolve() / path.name for path in kept}
    found = [*_in_weights(weights_dir.resolve(), catalog, wanted), *_headers(), *_mobile_caches()]
    return sorted(found, key=lambda item: (-item.bytes, item.path))


def reclaim(items: Iterable[Reclaimable], weights_dir: Path) -> int:
    """Delete them for good. Returns the bytes that are free now.

    What has gone meanwhile, or has come into use, is left out. Raises GemfitError: `not_writable`, `disk`.
    """
    freed = 0
    for item in items:
        path = Path(item.path)
        try:
            freed += item.bytes if _delete(path, item.kind, weights_dir.resolve()) else 0
        except OSError as error:
            raise disk_error(error, path) from error
    return freed


def on_disk_bytes(path: Path) -> int:
    """What a file takes of the disk: less than its length where it has holes. 0 when it is gone."""
    try:
        state = os.lstat(path)
    except OSError:
        return 0
    blocks: int | None = getattr(state, "st_blocks", None)  # of 512 bytes; Windows does not say
    return state.st_size if blocks is None else blocks * 512


def _in_weights(top: Path, catalog: Catalog, wanted: set[Path]) -> Iterator[Reclaimable]:
    models, places = {model.id for model in catalog.models}, set(_places(top, catalog))
    for folder_name, folders, names in os.walk(top):
        folder = Path(folder_name)
        for name in names:
            kind, target = _kind_of(folder / name, places)
            if kind is None or target in wanted or _in_use(target):
                continue
            yield _item(folder / name, kind)
        if not folders and not names and folder != top and folder.relative_to(top).parts[0] in models:
            yield _item(folder, "folder")


def _places(top: Path, catalog: Catalog) -> Iterator[Path]:
    """Where the files of the catalogue belong."""
    for model, build, file in catalog.files():
        if not file.package:
            yield store.path_of(top, model, build, file)


def _kind_of(path: Path, places: Collection[Path]) -> tuple[Kind | None, Path]:
    """What a file is, and the final path that it belongs to; None for everything that is none of our business."""
    target = path.with_name(path.name.removesuffix(PART).removesuffix(WRONG))
    if path.is_symlink():
        return None, path
    if path.name.lower().endswith(tuple(kind + WRONG for kind in store.KINDS)):
        return "wrong", target
    if path.name.lower().endswith(tuple(kind + PART for kind in store.KINDS)):
        return ("part" if _ours(target, places) else None), target
    if match := _BESIDE.fullmatch(path.name):
        target = path.with_name(match["target"])
        alone = not os.path.lexists(path.with_name(match["target"] + PART))
        return ("leftover" if alone or path.name.startswith(".") else None), target
    return None, path


def _ours(target: Path, places: Collection[Path]) -> bool:
    """Other programs call their unfinished files `.part` as well: ours have a sidecar, or lie where a file of the
    catalogue belongs.
    """
    return target in places or any(_beside(target))


def _beside(target: Path) -> Iterator[Path]:
    """The small files that go with an unfinished one."""
    return target.parent.glob(f"{glob.escape(target.name)}{PART}.*")


def _in_use(target: Path) -> bool:
    """Whether somebody is downloading it now."""
    if not os.path.lexists(target.with_name(target.name + ".part.lock")):
        return False
    try:
        held = lock(target)
    except (GemfitError, OSError):
        return True
    held.release()
    return False


def _item(path: Path, kind: Kind) -> Reclaimable:
    size = sum(map(on_disk_bytes, path.iterdir())) if kind in _FOLDERS else on_disk_bytes(path)
    return Reclaimable(path=str(path), bytes=0 if kind == "folder" else size, kind=kind, reason=say(_REASONS[kind]))


def _headers() -> Iterator[Reclaimable]:
    return _in_cache(paths.cache_dir() / "headers", "header")


def _mobile_caches() -> Iterator[Reclaimable]:
    return _in_cache(paths.litert_caches_dir(), "mobile_cache")


def _in_cache(top: Path, kind: Kind) -> Iterator[Reclaimable]:
    with contextlib.suppress(OSError):  # no such folder: there never was anything
        for folder in top.iterdir():
            if folder.is_dir() and not folder.is_symlink():
                yield _item(folder, kind)


def _delete(path: Path, kind: Kind, top: Path) -> bool:
    if kind in _FOLDERS:
        if path.parent not in (paths.cache_dir() / "headers", paths.litert_caches_dir()):
            return False
        shutil.rmtree(path, ignore_errors=True)
        return not path.exists()
    if not path.parent.resolve().is_relative_to(top) or path.is_symlink() or not path.exists():
        return False
    if kind == "folder":
        remove_empty_folders(path, top)
        return True
    return _delete_file(path, top)


def _delete_file(path: Path, top: Path) -> bool:
    match = _BESIDE.fullmatch(path.name)
    target = path.with_name(match["target"] if match else path.name.removesuffix(PART).removesuffix(WRONG))
    try:
        held = lock(target)
    except GemfitError:  # being downloaded since it was found
        return False
    try:
        path.unlink(missing_ok=True)  # the lock file itself may be what is to go
        if path.name.endswith(PART):
            for beside in _beside(target):
                if str(beside) != held.lock_file:
                    beside.unlink(missing_ok=True)
        remove_lock_file(held)
    finally:
        held.release()
    forget(path)
    remove_empty_folders(path.parent, top)
    return True
