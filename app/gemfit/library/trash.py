"""The system's trash: putting a file there, knowing where it went, and taking it out again.

A file is only ever renamed on its own volume, never copied: weights are too large for that. Where a volume has no
trash, that is said (`no_trash`), and nothing is deleted instead.

Linux and the BSDs: the trash of freedesktop.org, https://specifications.freedesktop.org/trash-spec/1.0/.
macOS: `~/.Trash`, and `.Trashes/<user>` on other volumes. Windows: the shell (`trash_windows`).
The well-known package for this, Send2Trash, does not say where a file went, copies from one volume to another, and on
Windows deletes what is too large for the bin.
"""

import errno
import os
import stat
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import msgspec

from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say


class Trashed(msgspec.Struct, frozen=True, kw_only=True):
    """A file in the trash: where it was, where it is now, and the file beside it that describes it to the system.

    `now` None: the system put it into its trash and did not say where.
    """

    path: str
    now: str | None
    info: str | None = None

    @property
    def is_there(self) -> bool:
        """Whether it can be put back: the trash was not emptied."""
        return self.now is not None and os.path.lexists(self.now)


def has_trash(path: Path) -> bool:
    """Whether the volume of `path` has a trash that takes it. Makes the trash's folders where they are missing."""
    if sys.platform == "win32":
        from gemfit.library import trash_windows

        return trash_windows.has_trash(path)
    return next(_trash_folders(path), None) is not None


def put(path: Path) -> Trashed:
    """Move a file, or a link itself, into the trash. Raises GemfitError `no_trash`, and OSError."""
    path = path.parent.resolve() / path.name
    os.lstat(path)  # raises when it is gone
    if sys.platform == "win32":
        from gemfit.library import trash_windows

        return Trashed(path=str(path), **trash_windows.put(path))
    for folder, top in _trash_folders(path):
        try:
            return _into_mac_trash(path, folder) if sys.platform == "darwin" else _into(path, folder, top)
        except OSError as error:
            if error.errno not in (errno.EXDEV, errno.EACCES, errno.EROFS):
                raise
    raise no_trash(path)


def put_back(trashed: Trashed) -> Path:
    """Take a file out of the trash to where it was. Raises GemfitError `emptied` or `in_the_way`, and OSError."""
    path = Path(trashed.path)
    if not trashed.is_there or trashed.now is None:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "{path} is not in the trash any more, so it cannot be put back. Get it again to have it."
        )
        raise GemfitError("emptied", say(text, path=trashed.path))
    if os.path.lexists(path):
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "There is another {path} now, so the one in the trash was left there. Remove or rename the other one, then "
            "undo again.",
        )
        raise GemfitError("in_the_way", say(text, path=trashed.path))
    path.parent.mkdir(parents=True, exist_ok=True)
    Path(trashed.now).rename(path)
    if trashed.info is not None:
        Path(trashed.info).unlink(missing_ok=True)
    return path


def no_trash(path: Path) -> GemfitError:
    """`no_trash`, with what it takes to have the space back all the same."""
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "The disk of {path} has no trash, so it was left where it is. It has {file_bytes}; it can be deleted for good, "
        "which cannot be undone.",
    )
    return GemfitError("no_trash", say(text, path=str(path), file_bytes=os.lstat(path).st_size))


def _trash_folders(path: Path) -> Iterator[tuple[Path, Path | None]]:
    """The folders to try, best first, ready for use; with the top of the volume that paths are noted from, if any."""
    device = os.lstat(path).st_dev
    home = _home_trash()
    if os.lstat(_nearest(home)).st_dev == device and _make(home):
        yield home, None
        return
    top = _top_of_volume(path)
    for folder in _volume_trashes(top):
        if _make(folder):
            yield folder, top


def _home_trash() -> Path:
    if sys.platform == "darwin":
        return Path.home() / ".Trash"
    data = os.environ.get("XDG_DATA_HOME", "")
    return (Path(data) if Path(data).is_absolute() else Path.home() / ".local/share") / "Trash"


def _volume_trashes(top: Path) -> Iterator[Path]:
    user = str(os.getuid())
    if sys.platform == "darwin":
        yield top / ".Trashes" / user
        return
    shared = top / ".Trash"
    if shared.is_dir() and not shared.is_symlink() and shared.stat().st_mode & stat.S_ISVTX:
        yield shared / user
    yield top / f".Trash-{user}"


def _make(folder: Path) -> bool:
    """Make the folder if it is not there; False where that is not allowed, or it is somebody else's."""
    try:
        folder.mkdir(mode=0o700, parents=folder == _home_trash(), exist_ok=True)
        if sys.platform != "darwin":
            (folder / "files").mkdir(mode=0o700, exist_ok=True)
            (folder / "info").mkdir(mode=0o700, exist_ok=True)
    except OSError:
        return False
    return not folder.is_symlink() and folder.stat().st_uid == os.getuid() and os.access(folder, os.W_OK)


def _nearest(path: Path) -> Path:
    """`path`, or the nearest folder above it that exists."""
    return next(folder for folder in (path, *path.parents) if folder.exists())


def _top_of_volume(path: Path) -> Path:
    folder = path.parent
    while not folder.is_mount() and folder != folder.parent:
        folder = folder.parent
    return folder


def _into(path: Path, folder: Path, top: Path | None) -> Trashed:
    """As the specification says: the description first, made so that nobody else can have that name, then the file."""
    noted = path if top is None else path.relative_to(top)
    deleted_at = datetime.now().astimezone().strftime("%Y-%m-%dT%H:%M:%S")
    text = f"[Trash Info]\nPath={quote(os.fsencode(noted))}\nDeletionDate={deleted_at}\n"
    for name in _names(path.name):
        info, now = folder / "info" / f"{name}.trashinfo", folder / "files" / name
        try:
            with info.open("x", encoding="ascii") as file:
                file.write(text)
        except FileExistsError:
            continue
        if os.path.lexists(now):  # of a file whose description was lost
            info.unlink()
            continue
        try:
            path.rename(now)
        except OSError:
            info.unlink()
            raise
        return Trashed(path=str(path), now=str(now), info=str(info))
    raise AssertionError("unreachable")  # pragma: no cover - the names do not end


def _into_mac_trash(path: Path, folder: Path) -> Trashed:
    for name in _names(path.name):
        now = folder / name
        if not os.path.lexists(now):
            path.rename(now)
            return Trashed(path=str(path), now=str(now))
    raise AssertionError("unreachable")  # pragma: no cover - the names do not end


def _names(name: str) -> Iterator[str]:
    """`x.gguf`, `x 2.gguf`, `x 3.gguf`, …"""
    stem, dot, ending = name.rpartition(".")
    yield name
    n = 2
    while True:
        yield f"{stem} {n}.{ending}" if dot and stem else f"{name} {n}"
        n += 1
