"""SHA-256 of large files, as fast as the processor computes it."""

import hashlib
import threading
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from typing import Protocol

from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say

BUFFER_BYTES = 1 << 20


class Hash(Protocol):
    def update(self, data: bytes | memoryview, /) -> object: ...
    def hexdigest(self) -> str: ...


def hash_stream(file: FileIO, digest: Hash, on_bytes: Callable[[int], None]) -> None:
    """Feed `file`, from where it stands to its end, to `digest`. `on_bytes`: bytes so far; it may raise to stop."""
    buffer = bytearray(BUFFER_BYTES)
    view = memoryview(buffer)
    done = 0
    while n := file.readinto(buffer):
        digest.update(view[:n])
        done += n
        on_bytes(done)


def sha256_of(
    path: Path,
    on_bytes: Callable[[int], None] = lambda _done: None,
    cancelled: threading.Event | None = None,
) -> str:
    """The SHA-256 of a file, as 64 hexadecimal digits. `on_bytes` is called about once a MiB with the bytes done.

    Raises GemfitError: `cancelled`, `not_found`, `not_readable`.
    """

    def step(done: int) -> None:
        stop_if(cancelled)
        on_bytes(done)

    digest = hashlib.sha256()
    try:
        with path.open("rb", buffering=0) as file:
            hash_stream(file, digest, step)
    except OSError as error:
        raise unreadable(error, path) from error
    return digest.hexdigest()


def stop_if(cancelled: threading.Event | None) -> None:
    """Raises GemfitError `cancelled` once the event is set."""
    if cancelled is not None and cancelled.is_set():
        raise GemfitError("cancelled", say(QT_TRANSLATE_NOOP("gemfit", "The check was stopped. Nothing was changed.")))


def unreadable(error: OSError, path: Path) -> GemfitError:
    """The sentence for a file that cannot be read."""
    text = QT_TRANSLATE_NOOP(
        "gemfit", "The file {path} cannot be read: {reason}. Nothing was changed. Check its name and permissions."
    )
    code = "not_found" if isinstance(error, FileNotFoundError) else "not_readable"
    return GemfitError(code, say(text, path=str(path), reason=error.strerror or type(error).__name__))
