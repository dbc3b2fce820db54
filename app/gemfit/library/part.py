"""The unfinished file on disk: `<name>.part`, and beside it `<name>.part.json`, which says what it is.

The sidecar claims only bytes that were made durable before (fsync of the part, then the sidecar), so what it says holds
after a SIGKILL and after a power cut. The final name appears only after the SHA-256 was the expected one.
"""

import contextlib
import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import filelock
import msgspec

from gemfit.atomic import sync_folder, write_atomically
from gemfit.errors import GemfitError
from gemfit.library.disk import FULL
from gemfit.library.types import RemoteFile
from gemfit.library.verify import hash_stream
from gemfit.words import QT_TRANSLATE_NOOP, say

PART = ".part"
SIDECAR = ".part.json"
LOCK = ".part.lock"
WRONG = ".wrong"
SYNC_BYTES = 32 << 20
SYNC_S = 2.0
ROOM_BYTES = 64 << 10  # more than any block of a file system


class Sidecar(msgspec.Struct, frozen=True, kw_only=True):
    """What the part is of, and how many of its bytes are durable. `etag` and `content`: see `transfer`."""

    url: str
    repo: str
    revision: str
    bytes: int
    sha256: str
    etag: str | None = None
    content: str | None = None
    durable_bytes: int = 0

    def is_of(self, remote: RemoteFile) -> bool:
        """The same content, wherever it is fetched from."""
        return self.sha256 == remote.sha256 and self.bytes == remote.bytes


def read_sidecar(part: Path) -> Sidecar | None:
    """The sidecar of `part`; None when there is none or it says nothing that can be used."""
    try:
        return msgspec.json.decode(part.with_name(part.name + ".json").read_bytes(), type=Sidecar)
    except (FileNotFoundError, ValueError):  # none, or neither JSON nor UTF-8 nor of this form
        return None


class Part:
    """The unfinished file of one download, locked against other processes while it is open.

    `target` is the final path. Raises GemfitError `in_use` when someone else is downloading it, and OSError.
    """

    def __init__(self, target: Path, remote: RemoteFile, clock: Callable[[], float] = time.monotonic) -> None:
        self.target = target
        self.path = target.with_name(target.name + PART)
        self._clock = clock
        self._lock = lock(target)
        try:
            self._file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT | _BINARY, 0o644), "r+b", buffering=0)
            self._open_as(remote)
        except BaseException:
            if hasattr(self, "_file"):
                self._file.close()
            self._lock.release()
            raise

    def _open_as(self, remote: RemoteFile) -> None:
        found = read_sidecar(self.path)
        fresh = Sidecar(
            url=remote.url, repo=remote.repo, revision=remote.revision, bytes=remote.bytes, sha256=remote.sha256
        )
        same = found is not None and found.is_of(remote)
        self.sidecar = found if found is not None and same else fresh
        self.held_bytes = min(self.sidecar.durable_bytes, os.fstat(self._file.fileno()).st_size)
        self._hash = hashlib.sha256()
        self._synced_bytes, self._synced_at = self.held_bytes, self._clock()
        self._claim(self.held_bytes)
        self._file.truncate(self.held_bytes)

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

    def rehash(self, on_bytes: Callable[[int], None]) -> None:
        """Read what is here again to rebuild the SHA-256. `on_bytes` is given the bytes read so far and may raise."""
        self._hash = hashlib.sha256()
        self._file.seek(0)
        hash_stream(self._file, self._hash, on_bytes)
        self._file.seek(self.held_bytes)

    def append(self, data: bytes | memoryview) -> None:
        """Write the next bytes; from time to time make them durable. Raises OSError."""
        view = memoryview(data)
        while view:
            written = self._file.write(view) or 0
            self._hash.update(view[:written])
            self.held_bytes += written
            view = view[written:]
        new = self.held_bytes - self._synced_bytes
        if new >= SYNC_BYTES or (new and self._clock() - self._synced_at >= SYNC_S):
            self.sync()

    def note(self, etag: str | None, content: str | None) -> None:
        """Remember which version the bytes are of; written down with the next `sync`."""
        self.sidecar = msgspec.structs.replace(self.sidecar, etag=etag, content=content)

    def sync(self) -> None:
        """Make everything here durable, then claim it. Raises OSError."""
        os.fsync(self._file.fileno())
        self._claim(self.held_bytes)
        self._synced_bytes, self._synced_at = self.held_bytes, self._clock()

    def keep(self) -> None:
        """`sync` at the end of a transfer; on a full disk the last few KiB make room for the claim of the others."""
        try:
            self.sync()
        except OSError as error:
            if error.errno not in FULL:
                raise
            self.held_bytes = max(0, self.held_bytes - ROOM_BYTES)
            self._file.truncate(self.held_bytes)
            self.sync()

    def discard(self) -> None:
        """Begin anew: the claim goes before the bytes do."""
        self.note(None, None)
        self._claim(0)
        self._file.seek(0)
        self._file.truncate(0)
        self._hash = hashlib.sha256()
        self.held_bytes = self._synced_bytes = 0

    def sha256(self) -> str:
        """Of the bytes that are here."""
        return self._hash.hexdigest()

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

    def _claim(self, durable_bytes: int) -> None:
        claim = msgspec.structs.replace(self.sidecar, durable_bytes=durable_bytes)
        write_atomically(self._sidecar_path, msgspec.json.encode(claim))
        self.sidecar = claim


_BINARY = getattr(os, "O_BINARY", 0)


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
