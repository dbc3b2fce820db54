"""Taking weights out of the library: into the trash, with a way back until that is emptied.

What others use too is only forgotten, never deleted: a link goes without what it leads to, what was imported in its
place stays there, and a file of another program is left alone. Deleting for good has to be asked for; unfinished files
are always deleted for good.

`<data>/removed.json` says what went where, so that it can be undone, also after a restart.
"""

import errno
import os
import secrets
import shutil
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import filelock
import msgspec

from gemfit import paths
from gemfit.atomic import write_atomically
from gemfit.errors import GemfitError
from gemfit.library import imported, store, trash
from gemfit.library.disk import disk_error
from gemfit.library.index import forget
from gemfit.library.part import PART, lock, remove_lock_file
from gemfit.library.trash import Trashed
from gemfit.library.verify import unreadable
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

How = Literal["trash", "deleted", "forgotten"]
MOST_KEPT = 100


class RemovedFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file, and what became of it. `bytes`: the space that it gives back; 0 where it stays in use elsewhere."""

    path: str
    bytes: int
    how: How
    trashed: Trashed | None = None


class Removal(msgspec.Struct, frozen=True, kw_only=True):
    """What one call removed; `undo` takes it back as one."""

    id: str
    at: str
    files: list[RemovedFile]

    @property
    def freed_bytes(self) -> int:
        """Free now."""
        return sum(file.bytes for file in self.files if file.how == "deleted")

    @property
    def trashed_bytes(self) -> int:
        """Free when the trash is emptied."""
        return sum(file.bytes for file in self.files if file.how == "trash")

    @property
    def can_be_undone(self) -> bool:
        """Whether something of it is still in the trash."""
        return any(file.trashed is not None and file.trashed.is_there for file in self.files)

    @property
    def sentence(self) -> Sentence:
        """What became of it, in words."""
        if self.trashed_bytes:
            return say(_IN_TRASH, trashed_bytes=self.trashed_bytes)
        if self.freed_bytes:
            return say(
                QT_TRANSLATE_NOOP("gemfit", "Deleted. {freed_bytes} are free again."), freed_bytes=self.freed_bytes
            )
        return say(_FORGOTTEN)


_IN_TRASH = QT_TRANSLATE_NOOP(
    "gemfit",
    "Moved into the trash. Its {trashed_bytes} are free once the trash is emptied; until then this can be undone.",
)
_FORGOTTEN = QT_TRANSLATE_NOOP(
    "gemfit", "Taken out of the library. The file itself is used elsewhere too, so it was left where it is."
)


class _Kept(msgspec.Struct, kw_only=True):
    schema: int = 1
    removals: list[Removal] = []


def is_shared(path: Path, weights_dir: Path) -> bool:
    """Whether the file is not the library's alone: a link, or a file outside the weights folder."""
    return path.is_symlink() or not _inside(path, weights_dir)


def freeable_bytes(path: Path, weights_dir: Path) -> int:
    """The space that removing `path` gives back; 0 for what is shared, or has a second name. Raises OSError."""
    state = os.lstat(path)
    return 0 if is_shared(path, weights_dir) or state.st_nlink > 1 else state.st_size


def remove(targets: Iterable[Path], weights_dir: Path, *, delete: bool = False) -> Removal:
    """Remove files of weights: into the trash, or for good if `delete`.

    Raises GemfitError: `not_ours`, `in_use` (being downloaded), `no_trash` (ask, then `delete`), `not_found`,
    `not_writable`, `disk`. What was removed before the trouble can be undone all the same.
    """
    done: list[RemovedFile] = []
    try:
        for target in targets:
            done.append(_remove(target.parent.resolve() / target.name, weights_dir, delete))
    finally:
        removal = Removal(id=secrets.token_hex(4), at=datetime.now(UTC).isoformat(timespec="seconds"), files=done)
        if removal.can_be_undone:
            _change(lambda kept: [removal, *kept])
    return removal


def removals() -> list[Removal]:
    """What can still be undone, the last one first."""
    return [removal for removal in _read() if removal.can_be_undone]


def undo(removal_id: str | None = None) -> list[Path]:
    """Put back what one call removed; None: the last one. Returns the files that are in their places again.

    Raises GemfitError: `nothing_to_undo`, `in_the_way` (a file of that name is there now), `not_writable`, `disk`.
    """
    chosen = next((r for r in removals() if removal_id in (None, r.id)), None)
    if chosen is None:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "There is nothing to undo: nothing that was removed is in the trash any more."
        )
        raise GemfitError("nothing_to_undo", say(text))
    back = []
    for file in chosen.files:
        if file.trashed is None or not file.trashed.is_there:
            continue
        try:
            back.append(trash.put_back(file.trashed))
        except OSError as error:
            raise disk_error(error, Path(file.path)) from error
    _change(lambda kept: [removal for removal in kept if removal.id != chosen.id])
    return back


def _remove(path: Path, weights_dir: Path, delete: bool) -> RemovedFile:
    try:
        if is_shared(path, weights_dir):
            return _forget(path, weights_dir)
        if path.name.endswith(PART):
            return RemovedFile(path=str(path), bytes=store.remove(path, weights_dir), how="deleted")
        freed = freeable_bytes(path, weights_dir)
        held = lock(path)
        try:
            trashed = None if delete else trash.put(path)
            if delete:
                path.unlink()
                forget(path)
            remove_lock_file(held)
        finally:
            held.release()
        dropped = _drop_cache(path)
        remove_empty_folders(path.parent, weights_dir)
    except FileNotFoundError as error:
        raise unreadable(error, path) from error
    except OSError as error:
        raise disk_error(error, path) from error
    if delete:
        return RemovedFile(path=str(path), bytes=freed + dropped, how="deleted")
    return RemovedFile(path=str(path), bytes=freed, how="trash", trashed=trashed)


def _drop_cache(path: Path) -> int:
    """Delete what the engine for the mobile format made of that file; returns the bytes. It can be made again."""
    folder = paths.litert_cache_dir(path)
    freed = sum(file.stat().st_size for file in folder.glob("*") if file.is_file())
    shutil.rmtree(folder, ignore_errors=True)
    return freed


def _forget(path: Path, weights_dir: Path) -> RemovedFile:
    """The library's own note of it goes: the link, or that it was imported; never the file."""
    if _inside(path, weights_dir):
        forget(path)
        path.unlink()
        remove_empty_folders(path.parent, weights_dir)
    elif places := [place for place in imported.imported() if place.parent.resolve() / place.name == path]:
        for place in places:
            imported.forget(place)
        forget(path)
    elif not os.path.lexists(path):
        raise unreadable(FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)), path)
    else:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "{path} is not in Gemfit's folder ({folder}) but somebody else's, so it was left alone. Remove it with the "
            "program that put it there, or with your file manager.",
        )
        raise GemfitError("not_ours", say(text, path=str(path), folder=str(weights_dir)))
    _drop_cache(path)
    return RemovedFile(path=str(path), bytes=0, how="forgotten")


def _inside(path: Path, weights_dir: Path) -> bool:
    return path.parent.resolve().is_relative_to(weights_dir.resolve())


def _forget_what_is_gone(over: Iterable[Removal]) -> None:
    """What a check found is kept while a file is in the trash, for the undo; after that it is of no use."""
    for removal in over:
        for file in removal.files:
            if not os.path.lexists(file.path):
                forget(Path(file.path))


def remove_empty_folders(folder: Path, top: Path) -> None:
    """Remove `folder` and those above it, below `top`, as long as they are empty."""
    folder, top = folder.resolve(), top.resolve()
    while folder != top and folder.is_relative_to(top) and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _file() -> Path:
    return paths.data_dir() / "removed.json"


def _read() -> list[Removal]:
    try:
        kept = msgspec.json.decode(_file().read_bytes(), type=_Kept)
    except (OSError, ValueError):  # none, or neither JSON nor UTF-8 nor of this form
        return []
    return kept.removals if kept.schema == 1 else []


def _change(change: Callable[[list[Removal]], list[Removal]]) -> None:
    file = _file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(file.with_suffix(".lock")):
            before = _read()
            kept = [removal for removal in change(before) if removal.can_be_undone][:MOST_KEPT]
            write_atomically(file, msgspec.json.encode(_Kept(removals=kept)))
        _forget_what_is_gone(removal for removal in before if removal not in kept)
    except OSError as error:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "Where the removed files went could not be noted in {folder} ({reason}). They are in the system's trash; "
            "put them back from there if need be.",
        )
        raise GemfitError("not_kept", say(text, folder=str(file.parent), reason=error.strerror or "")) from error
