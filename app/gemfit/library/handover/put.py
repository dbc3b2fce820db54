"""Putting a file into another program's folder without a second copy where the file system can: a hard link, a clone
that shares its blocks, a symbolic link. What is there already is never touched.
"""

import contextlib
import errno
import hashlib
import os
import secrets
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from gemfit.atomic import sync_folder
from gemfit.errors import GemfitError
from gemfit.library.disk import disk_error, free_bytes, no_room, usual_reserve_bytes
from gemfit.library.verify import BUFFER_BYTES, unreadable
from gemfit.words import QT_TRANSLATE_NOOP, say

How = Literal["hardlink", "clone", "symlink", "copy", "there"]
FICLONE = 0x40049409
"""Linux: https://man7.org/linux/man-pages/man2/ioctl_ficlone.2.html"""


class Put(msgspec.Struct, frozen=True, kw_only=True):
    """A file that another program has now. `there`: it had this very file already. `bytes`: what it costs of disk."""

    path: str
    how: How
    bytes: int = 0


def put(
    source: Path,
    target: Path,
    *,
    sha256: str | None,
    copy: bool = False,
    on_bytes: Callable[[int], None] = lambda _done: None,
    cancelled: threading.Event | None = None,
) -> Put:
    """Make `source` appear as `target`. Only with `copy` are its bytes written a second time, and hashed on the way.

    Raises GemfitError: `exists` (another file has that name), `copy_needed` (no link is possible there), `disk_full`,
    `not_writable`, `disk`, `hash_mismatch`, `cancelled`.
    """
    source = source.resolve()
    if os.path.lexists(target):
        return _there(source, target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise disk_error(error, target) from error
    try:
        for how, way in _WAYS:
            if way(source, target):
                sync_folder(target.parent)
                return Put(path=str(target), how=how)
    except FileExistsError as error:
        raise _exists(target) from error
    except OSError as error:
        raise disk_error(error, target) from error
    size = source.stat().st_size
    if not copy:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "{folder} is on another disk, or its file system has no links, so the file has to be copied: "
            "{needed_bytes} more. Nothing was changed. Say that it may be copied.",
        )
        raise GemfitError("copy_needed", say(text, folder=str(target.parent), needed_bytes=size))
    _copy(source, target, sha256, on_bytes, cancelled)
    return Put(path=str(target), how="copy", bytes=size)


def _there(source: Path, target: Path) -> Put:
    with contextlib.suppress(OSError):  # a link that leads nowhere: not this file
        if target.samefile(source):
            return Put(path=str(target), how="there")
    raise _exists(target)


def _exists(target: Path) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit", "There is another file called {path}, and it was left as it is. Move it away, then try again."
    )
    return GemfitError("exists", say(text, path=str(target)))


# What says that a way is not open here, not that the disk is in trouble.
_CLOSED = {
    errno.EXDEV,
    errno.EPERM,
    errno.EACCES,
    errno.EMLINK,
    errno.ENOSYS,
    errno.ENOTTY,
    errno.EINVAL,
    errno.EOPNOTSUPP,
    errno.ENOTSUP,
}
_NO_PRIVILEGE = 1314  # Windows: symbolic links need a right that few have


def _is_closed(error: OSError) -> bool:
    return error.errno in _CLOSED or getattr(error, "winerror", None) == _NO_PRIVILEGE


def _hard_link(source: Path, target: Path) -> bool:
    try:
        target.hardlink_to(source)
    except FileExistsError:
        raise
    except OSError as error:
        if not _is_closed(error):
            raise
        return False
    return True


def _clone(source: Path, target: Path) -> bool:
    """Btrfs, XFS and others: a file of its own that shares its blocks."""
    if sys.platform != "linux":
        return False
    import fcntl

    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        with source.open("rb") as file:
            fcntl.ioctl(handle, FICLONE, file.fileno())
    except OSError as error:
        target.unlink()
        if not _is_closed(error):
            raise
        return False
    finally:
        os.close(handle)
    return True


def _symbolic_link(source: Path, target: Path) -> bool:
    try:
        target.symlink_to(source)
    except FileExistsError:
        raise
    except OSError as error:
        if not _is_closed(error):
            raise
        return False
    return True


_WAYS: tuple[tuple[How, Callable[[Path, Path], bool]], ...] = (
    ("hardlink", _hard_link),
    ("clone", _clone),
    ("symlink", _symbolic_link),
)


def _copy(
    source: Path,
    target: Path,
    sha256: str | None,
    on_bytes: Callable[[int], None],
    cancelled: threading.Event | None,
) -> None:
    size = source.stat().st_size
    needed, free = size + usual_reserve_bytes(target.parent), free_bytes(target.parent)
    if needed > free:
        raise no_room(target.parent, needed, free)
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        found = _write(source, part, on_bytes, cancelled)
        if sha256 is not None and found != sha256:
            text = QT_TRANSLATE_NOOP(
                "gemfit", "{path} has changed since it was verified. Nothing was handed over. Verify it again."
            )
            raise GemfitError("hash_mismatch", say(text, path=str(source)))
        rename_to_new(part, target)
        sync_folder(target.parent)
    except FileExistsError as error:
        raise _exists(target) from error
    except OSError as error:
        raise disk_error(error, target) from error
    finally:
        with contextlib.suppress(OSError):  # it has its name by now, or there never was one
            part.unlink()


def _write(source: Path, part: Path, on_bytes: Callable[[int], None], cancelled: threading.Event | None) -> str:
    digest, done = hashlib.sha256(), 0
    buffer = bytearray(BUFFER_BYTES)
    view = memoryview(buffer)
    try:
        reader = source.open("rb", buffering=0)
    except OSError as error:
        raise unreadable(error, source) from error
    with reader, part.open("xb", buffering=0) as writer:
        while n := reader.readinto(buffer):
            if cancelled is not None and cancelled.is_set():
                text = QT_TRANSLATE_NOOP("gemfit", "Stopped. What had been copied was removed again.")
                raise GemfitError("cancelled", say(text))
            digest.update(view[:n])
            write_all(writer.fileno(), view[:n])
            done += n
            on_bytes(done)
        os.fsync(writer.fileno())
    return digest.hexdigest()


def write_all(handle: int, data: memoryview) -> None:
    """Write all of `data`; one call of the system may take only some of it."""
    while data:
        data = data[os.write(handle, data) :]


def rename_to_new(part: Path, target: Path) -> None:
    """Give `part` its name, if nothing has it. Raises FileExistsError when something has."""
    try:
        target.hardlink_to(part)  # the only way to rename that never replaces, on every system
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, "it is there", str(target)) from None
        part.rename(target)
        return
    part.unlink()
