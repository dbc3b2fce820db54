"""The unfinished file on disk: `<name>.part`, of the full length from the beginning, and its journal beside it.

The journal claims only bytes that were made durable before (fsync of the part, then the journal). The final name
appears only after the SHA-256 was the expected one.
"""

import contextlib
import ctypes
import errno
import os
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

import filelock
import msgspec

from gemfit.atomic import sync_folder, write_atomically
from gemfit.errors import GemfitError
from gemfit.library.disk import FULL
from gemfit.library.journal import Sidecar, claim, held_by, read_sidecar
from gemfit.library.pieces import Layout, layout_for
from gemfit.library.types import RemoteFile
from gemfit.words import QT_TRANSLATE_NOOP, say

PART = ".part"
SIDECAR = ".part.json"
LOCK = ".part.lock"
WRONG = ".wrong"
ROOM_BYTES = 64 << 10  # more than any block of a file system
_BINARY = getattr(os, "O_BINARY", 0)
_CAN_WRITE_AT = hasattr(os, "pwrite")  # not on Windows


class Part:
    """The unfinished file of one download, locked against other processes while it is open.

    `target` is the final path. `held`: how much of each piece was durable when it was opened; `hashes`: those of
    pieces as they arrived. Raises GemfitError `in_use` when someone else is downloading it, and OSError.
    """

    def __init__(self, target: Path, remote: RemoteFile, piece_bytes: int | None = None) -> None:
        self.target = target
        self.path = target.with_name(target.name + PART)
        self._seek = threading.Lock()
        self._lock = lock(target)
        try:
            self._file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT | _BINARY, 0o644), "r+b", buffering=0)
            self._open_as(remote, piece_bytes)
        except BaseException:
            if hasattr(self, "_file"):
                self._file.close()
            self._lock.release()
            raise

    def _open_as(self, remote: RemoteFile, piece_bytes: int | None) -> None:
        found = read_sidecar(self.path)
        same = found is not None and found.is_of(remote)
        self.sidecar = (
            found
            if found is not None and same
            else Sidecar(
                url=remote.url, repo=remote.repo, revision=remote.revision, bytes=remote.bytes, sha256=remote.sha256
            )
        )
        self.layout: Layout = layout_for(remote.bytes, self.sidecar.piece_bytes or piece_bytes)
        self.held = held_by(self.sidecar, self.layout, os.fstat(self._file.fileno()).st_size)
        self.hashes = {piece: digest for piece, digest in self.sidecar.whole.items() if digest}
        if not same:
            self._claim(self.held, {})
            self._file.truncate(0)

    def __enter__(self) -> "Part":
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _tb: TracebackType | None
    ) -> None:
        self._file.close()
        self._lock.release()

    @property
    def is_open(self) -> bool:
        return not self._file.closed

    def allocate(self) -> bool:
        """Take the room for the whole file now, so that a full disk is known at once. Raises OSError.

        Returns False where the file system cannot: then the part is only as long as it will be.
        """
        total = self.layout.total_bytes
        if _allocate(self._file.fileno(), total):
            self._file.truncate(total)  # where it was longer
            return True
        self._file.truncate(total)
        return False

    def write(self, offset: int, data: bytes | memoryview) -> None:
        """Put `data` at `offset`. Several threads may, at different places. Raises OSError."""
        view = memoryview(data)
        while view:
            written = self._write(offset, view)
            offset += written
            view = view[written:]

    def _write(self, offset: int, view: memoryview) -> int:
        if _CAN_WRITE_AT:
            return os.pwrite(self._file.fileno(), view, offset)
        with self._seek:  # pragma: no cover - Windows
            self._file.seek(offset)
            return self._file.write(view) or 0

    def note(self, etag: str | None, content: str | None) -> None:
        """Remember which version the bytes are of; written down with the next `sync`."""
        self.sidecar = msgspec.structs.replace(self.sidecar, etag=etag, content=content)

    def sync(self, held: Sequence[int], hashes: Mapping[int, str]) -> None:
        """Make durable what has been written, then claim `held`, which was written before this call. Raises OSError."""
        os.fsync(self._file.fileno())
        self._claim(held, hashes)

    def keep(self, held: Sequence[int], hashes: Mapping[int, str]) -> None:
        """`sync` at the end of a transfer; on a full disk the last few KiB make room for the claim of the others."""
        try:
            self.sync(held, hashes)
        except OSError as error:
            if error.errno not in FULL:
                raise
            self.sync(self._give_up_a_little(held), hashes)

    def _give_up_a_little(self, held: Sequence[int]) -> tuple[int, ...]:
        """Shorten the part: by room that holds nothing yet if it was taken, else by the end of what is held."""
        layout, length = self.layout, os.fstat(self._file.fileno()).st_size
        taken = _taken_bytes(self._file.fileno()) >= length
        end = max((layout.start(piece) + n_bytes for piece, n_bytes in enumerate(held) if n_bytes), default=0)
        length = max(0, (length if taken else end) - ROOM_BYTES)
        self._file.truncate(length)
        return tuple(max(0, min(n_bytes, length - layout.start(piece))) for piece, n_bytes in enumerate(held))

    def discard(self) -> None:
        """Begin anew: the claim goes before the bytes do."""
        self.note(None, None)
        self._claim(tuple(0 for _ in self.held), {})
        self._file.truncate(0)
        self.allocate()

    def finish(self) -> None:
        """Give the file its name. The caller has compared the SHA-256."""
        self._leave_as(self.target)

    def set_aside(self) -> Path:
        """Keep the bytes under another name, where nobody takes them for the file. Returns that path."""
        aside = self.target.with_name(self.target.name + WRONG)
        self._leave_as(aside)
        return aside

    def _leave_as(self, path: Path) -> None:
        os.fsync(self._file.fileno())
        self._file.close()  # Windows renames no open file
        self.path.replace(path)
        sync_folder(path.parent)
        self._sidecar_path.unlink(missing_ok=True)
        remove_lock_file(self._lock)

    @property
    def _sidecar_path(self) -> Path:
        return self.target.with_name(self.target.name + SIDECAR)

    def _claim(self, held: Sequence[int], hashes: Mapping[int, str]) -> None:
        said = claim(self.sidecar, self.layout, held, hashes)
        write_atomically(self._sidecar_path, msgspec.json.encode(said))
        self.sidecar = said


def taken_bytes(target: Path) -> int:
    """Room that the unfinished file of `target` takes on the disk already, whatever it holds."""
    try:
        stat = target.with_name(target.name + PART).stat()
    except FileNotFoundError:
        return 0
    return min(stat.st_size, stat.st_blocks * 512) if hasattr(stat, "st_blocks") else stat.st_size


def _taken_bytes(handle: int) -> int:
    stat = os.fstat(handle)
    return stat.st_blocks * 512 if hasattr(stat, "st_blocks") else stat.st_size


def _allocate(handle: int, n_bytes: int) -> bool:
    """Reserve the room; False where the file system does not do that. Raises OSError, for instance ENOSPC.

    The system call itself: `os.posix_fallocate` writes into every block where a file system cannot reserve.
    """
    if not sys.platform.startswith("linux") or not n_bytes:
        return False
    call = ctypes.CDLL(None, use_errno=True).fallocate
    call.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64]
    while call(handle, 0, 0, n_bytes):
        number = ctypes.get_errno()
        if number == errno.EINTR:
            continue
        if number in FULL or number == errno.EIO:
            raise OSError(number, os.strerror(number))
        return False
    return True


def lock(target: Path) -> filelock.BaseFileLock:
    """Hold the lock of the download of `target`. Raises GemfitError `in_use`, and OSError."""
    held = filelock.FileLock(target.with_name(target.name + LOCK), timeout=0)
    try:
        held.acquire()
    except filelock.Timeout as error:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "Another Gemfit is downloading {file} already. Nothing was changed. Wait until it is done, or stop it "
            "there.",
        )
        raise GemfitError("in_use", say(text, file=target.name)) from error
    return held


def remove_lock_file(held: filelock.BaseFileLock) -> None:
    """Tidy up while the lock is held."""
    with contextlib.suppress(PermissionError):  # Windows removes no open file; an empty one left over hurts nobody
        Path(held.lock_file).unlink(missing_ok=True)
