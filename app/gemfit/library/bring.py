"""Bringing the bytes of a file into the weights folder: copied, moved or linked, and nothing lost on the way.

A copy is written under a name that nothing looks for, hashed on the way, made durable, and only then gets its name;
what was there before is never replaced. A file that turns out to be one of the catalogue's goes where that belongs;
others go to `<weights>/imported/`.
"""

import errno
import hashlib
import os
import re
import sys
import threading
import time
from collections.abc import Iterable
from io import FileIO
from pathlib import Path
from typing import Literal

from gemfit.atomic import sync_folder
from gemfit.catalog.types import Catalog
from gemfit.errors import GemfitError
from gemfit.library import index, store
from gemfit.library.disk import FULL, free_bytes, no_room, usual_reserve_bytes
from gemfit.library.names import is_safe, place
from gemfit.library.progress import OnProgress, Reporter
from gemfit.library.shelf import shelf_of
from gemfit.library.stores.found import container_of
from gemfit.library.verify import sha256_of
from gemfit.words import QT_TRANSLATE_NOOP, say

Way = Literal["copy", "move", "link"]
FOLDER = "imported"
UNFINISHED = ".importing"
BUFFER_BYTES = 4 << 20
# _IOW(0x94, 9, int) of linux/fs.h: the new file shares the blocks of the old one until one of them is changed.
_FICLONE = 0x40049409


def bring(
    path: Path,
    weights_dir: Path,
    catalog: Catalog,
    way: Way,
    on_progress: OnProgress,
    cancelled: threading.Event,
) -> Path:
    """Bring one file into the weights folder; where it is now.

    Raises GemfitError: `cancelled`, `changed` (while it was read), `no_link`, `disk_full`, `not_taken`; then the file
    is as it was, and nothing of it is left in the folder.
    """
    try:
        return Bringing(weights_dir, catalog, way, on_progress, cancelled).bring(path)
    except OSError as error:
        raise not_taken(error, path, weights_dir) from error


class Bringing:
    """`read_back`: a copy is read again before it counts; always so where the original goes afterwards."""

    def __init__(
        self,
        weights_dir: Path,
        catalog: Catalog,
        way: Way,
        on_progress: OnProgress,
        cancelled: threading.Event,
        *,
        read_back: bool = False,
    ) -> None:
        self._weights_dir, self._way, self._read_back = weights_dir, way, read_back or way == "move"
        self._on_progress, self._cancelled = on_progress, cancelled
        self._shelf = shelf_of(weights_dir, catalog)

    def bring(self, path: Path, target: Path | None = None) -> Path:
        """Bring one file, to `target` if that is given, where nothing is yet. Raises GemfitError and OSError."""
        before = path.stat()
        folder = place(self._weights_dir, FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        reporter = Reporter(path.name, before.st_size, self._on_progress, time.monotonic)
        moved_whole = self._way == "move" and before.st_dev == folder.stat().st_dev
        if self._way == "link" or moved_whole:
            sha256 = self._hash_if_known(path, reporter)
            self._refuse_changed(path, before)
            places = self._places(path.name, sha256, target)
            target = self._give_name(path, places, keep=self._way == "link")
        else:
            draft = folder / f".{hashlib.sha256(os.fsencode(path)).hexdigest()[:16]}{UNFINISHED}"
            try:
                sha256 = self._draft(path, draft, before.st_size, reporter)
                self._refuse_changed(path, before)
                target = self._give_name(draft, self._places(path.name, sha256, target))
            finally:
                draft.unlink(missing_ok=True)
        if sha256:
            index.remember(target, sha256, target.stat())
        if self._way == "move":
            path.unlink(missing_ok=True)
            index.forget(path)
        reporter.report("done", before.st_size)
        return target

    def _draft(self, path: Path, draft: Path, n_bytes: int, reporter: Reporter) -> str | None:
        """A copy under a name that nothing looks for. Its SHA-256, where it had to be read or can be a known one's."""
        draft.unlink(missing_ok=True)
        if _reflink(path, draft):
            return self._hash_if_known(draft, reporter)
        sha256 = self._copy(path, draft, n_bytes, reporter)
        if self._read_back and self._hash(draft, reporter) != sha256:
            raise OSError(errno.EIO, "the copy differs from the original")
        return sha256

    def _copy(self, path: Path, draft: Path, n_bytes: int, reporter: Reporter) -> str:
        free, reserve = free_bytes(draft.parent), usual_reserve_bytes(draft.parent)
        if n_bytes + reserve > free:
            raise no_room(draft.parent, n_bytes + reserve, free)
        digest, buffer = hashlib.sha256(), memoryview(bytearray(BUFFER_BYTES))
        with path.open("rb", buffering=0) as source, draft.open("xb", buffering=0) as copy:
            done = 0
            while n := source.readinto(buffer):
                stop_if(self._cancelled)
                _write(copy, buffer[:n])
                digest.update(buffer[:n])
                done += n
                reporter.report("downloading", done)
            os.fsync(copy.fileno())
        return digest.hexdigest()

    def _hash_if_known(self, path: Path, reporter: Reporter) -> str | None:
        n_bytes = path.stat().st_size
        known = n_bytes in self._shelf.of_bytes or n_bytes in self._shelf.old_of_bytes
        return self._hash(path, reporter) if known else None

    def _hash(self, path: Path, reporter: Reporter) -> str:
        return sha256_of(path, lambda done: reporter.report("verifying", done), self._cancelled)

    def _places(self, name: str, sha256: str | None, target: Path | None) -> Iterable[Path]:
        """Where it can go: to `target`, else where the catalogue has it, else among what was imported."""
        if target is not None:
            return [target]
        known = self._shelf.of_sha256.get(sha256 or "")
        place_ = store.path_of(self._weights_dir, *known) if known and not known[2].package else None
        if place_ is None or place_.exists():
            place_ = place(self._weights_dir, f"{FOLDER}/{safe_name(name)}")
        return _beside(place_)

    def _give_name(self, path: Path, places: Iterable[Path], *, keep: bool = False) -> Path:
        """Give the file its name in the weights folder, beside what is there already; `keep` its old name as well."""
        for candidate in places:
            candidate.parent.mkdir(parents=True, exist_ok=True)
            try:
                candidate.hardlink_to(path)
            except FileExistsError:
                continue
            except OSError as error:  # two disks, or one without hard links
                if keep:
                    raise _no_link(error, path, candidate.parent) from error
                if candidate.exists():
                    continue
                path.rename(candidate)
            if not keep:
                path.unlink(missing_ok=True)
            sync_folder(candidate.parent)
            return candidate
        raise FileExistsError(errno.EEXIST, "a file of that name is there")

    def _refuse_changed(self, path: Path, before: os.stat_result) -> None:
        after = path.stat()
        if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            text = QT_TRANSLATE_NOOP(
                "gemfit",
                "{path} was changed while it was taken in, so it was left out. Wait until it is complete, then try "
                "again.",
            )
            raise GemfitError("changed", say(text, path=str(path)))


def stop_if(cancelled: threading.Event) -> None:
    """Raise GemfitError `cancelled` once it is set."""
    if cancelled.is_set():
        text = QT_TRANSLATE_NOOP(
            "gemfit", "The import was stopped. What was taken in before stays; the file under way is as it was."
        )
        raise GemfitError("cancelled", say(text))


def safe_name(name: str) -> str:
    """`name` if every system can hold it, else one made from it that every system can."""
    if container_of(name) and is_safe(name):
        return name
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", name.rsplit(".", 1)[0]).strip("-")[:80]
    code = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    ending = ".litertlm" if container_of(name) == "litertlm" else ".gguf"
    return f"{plain}-{code}{ending}" if plain else f"model-{code}{ending}"


def _beside(target: Path) -> Iterable[Path]:
    yield target
    for number in range(2, sys.maxsize):
        yield target.with_name(f"{target.stem} ({number}){target.suffix}")


def _write(file: FileIO, data: memoryview) -> None:
    while data:
        data = data[file.write(data) :]


def _reflink(source: Path, copy: Path) -> bool:
    """Make a copy that shares its blocks with the original, where the file system can (Btrfs, XFS)."""
    if sys.platform != "linux":
        return False
    import fcntl

    with source.open("rb") as old, copy.open("xb") as new:
        try:
            fcntl.ioctl(new.fileno(), _FICLONE, old.fileno())
        except OSError:  # this file system cannot, or the two are on different ones
            shared = False
        else:
            os.fsync(new.fileno())
            shared = True
    if not shared:
        copy.unlink()
    return shared


def _no_link(error: OSError, path: Path, folder: Path) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{path} cannot be given a second name in {folder} ({reason}): both have to be on one disk that knows hard "
        "links. Nothing was changed. Copy it, or leave it in its place.",
    )
    reason = error.strerror or type(error).__name__
    return GemfitError("no_link", say(text, path=str(path), folder=str(folder), reason=reason))


def not_taken(error: OSError, path: Path, weights_dir: Path) -> GemfitError:
    values: dict[str, str] = {"path": str(path), "folder": str(weights_dir), "reason": error.strerror or str(error)}
    if error.errno in FULL:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The disk of {folder} is full, so {path} was not taken in; it is as it was. Free some space, or leave the "
            "file in its place.",
        )
        return GemfitError("disk_full", say(text, **values))
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{path} could not be taken into {folder}: {reason}. It is as it was. Check both folders, or leave the file in "
        "its place.",
    )
    return GemfitError("not_taken", say(text, **values))
