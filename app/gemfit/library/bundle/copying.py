"""Copying with a hash on the way, with progress, and stopped when told."""

import hashlib
import os
import threading
import time
from collections.abc import Callable
from io import FileIO

import msgspec

from gemfit.errors import GemfitError
from gemfit.library.handover.put import write_all
from gemfit.library.progress import INTERVAL_S, Speed
from gemfit.library.verify import BUFFER_BYTES
from gemfit.words import QT_TRANSLATE_NOOP, say


class BundleProgress(msgspec.Struct, frozen=True, kw_only=True):
    """One moment. `speed_bps`: bytes per second, smoothed; `remaining_s` None while not known."""

    file: str
    done_bytes: int
    total_bytes: int
    speed_bps: float = 0.0
    remaining_s: float | None = None


OnBundle = Callable[[BundleProgress], None]


class Steps:
    """Counts bytes over all files, tells about them ten times a second, and stops when cancelled."""

    def __init__(self, total_bytes: int, tell: OnBundle, cancelled: threading.Event | None) -> None:
        self._total_bytes, self._tell, self._cancelled = total_bytes, tell, cancelled
        self._done_bytes, self._told_at, self._speed = 0, 0.0, Speed()

    def step(self, file: str, n_bytes: int) -> None:
        """`n_bytes` more are done. Raises GemfitError `cancelled`."""
        if self._cancelled is not None and self._cancelled.is_set():
            text = QT_TRANSLATE_NOOP(
                "gemfit", "Stopped. What is complete is kept; the same command goes on from there."
            )
            raise GemfitError("cancelled", say(text))
        self._done_bytes += n_bytes
        now = time.monotonic()
        if now - self._told_at < INTERVAL_S and self._done_bytes < self._total_bytes:
            return
        self._told_at = now
        bps = self._speed.sample(now, self._done_bytes)
        left = self._total_bytes - self._done_bytes
        self._tell(
            BundleProgress(
                file=file,
                done_bytes=self._done_bytes,
                total_bytes=self._total_bytes,
                speed_bps=bps,
                remaining_s=left / bps if bps else None,
            )
        )


def copy(reader: FileIO, n_bytes: int, writer: FileIO | None, on_bytes: Callable[[int], None]) -> str:
    """Read `n_bytes` from where `reader` stands, write them where `writer` stands, and give their SHA-256.

    Raises OSError, and EOFError when there are fewer.
    """
    digest, left = hashlib.sha256(), n_bytes
    buffer = bytearray(min(BUFFER_BYTES, max(n_bytes, 1)))
    view = memoryview(buffer)
    while left:
        n = reader.readinto(view[: min(left, len(buffer))])
        if not n:
            raise EOFError("it ends too early")
        digest.update(view[:n])
        if writer is not None:
            write_all(writer.fileno(), view[:n])
        left -= n
        on_bytes(n)
    return digest.hexdigest()


def sync(file: FileIO) -> None:
    """What was written is on the disk."""
    os.fsync(file.fileno())
