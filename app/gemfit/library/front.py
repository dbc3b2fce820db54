"""The SHA-256 of a file while it grows: a thread reads and hashes what is there without a gap."""

import hashlib
import threading
from collections.abc import Callable, Set
from io import FileIO
from pathlib import Path
from types import TracebackType

from gemfit.library.piece_hashes import piece_hash
from gemfit.library.pieces import Layout

BLOCK_BYTES = 1 << 20


class Front:
    """Hashes `path` from its beginning up to where `allow` says. What has just come is read from memory by the system.

    It can go back to the beginning of any piece, where the state of the hash is kept. `lacking`: pieces whose own hash
    is wanted too; they are in `pieces` when the front has passed them. `post` is called on the thread: with None at the
    end of the file, and with an error of the disk.
    """

    def __init__(self, path: Path, layout: Layout, lacking: Set[int], post: Callable[[OSError | None], None]) -> None:
        self._path, self._layout, self._lacking, self._post = path, layout, lacking, post
        self.pieces: dict[int, str] = {}
        self.at = 0
        self._to = 0
        self._hash = hashlib.sha256()
        self._states = {0: self._hash.copy()}
        self._lock = threading.Lock()  # of `_to` and `_resting`, never held while hashing
        self._wake, self._resting, self._over = threading.Event(), threading.Event(), False
        self._resting.set()
        self._thread = threading.Thread(target=self._run, name="gemfit-hash", daemon=True)
        self._thread.start()

    def __enter__(self) -> "Front":
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _tb: TracebackType | None
    ) -> None:
        self._over = True
        self._wake.set()
        self._thread.join()

    def allow(self, to: int) -> None:
        """The bytes up to `to` are there."""
        if to <= self._to:
            return
        with self._lock:
            self._to = to
            self._resting.clear()
        self._wake.set()

    def go_back(self, piece: int) -> None:
        """Hash again from the beginning of `piece` on; waits for the thread, which has at most a block to finish."""
        with self._lock:
            self._to = 0
        self._wake.set()
        self._resting.wait()
        start = self._layout.start(piece)
        if start >= self.at:
            return
        self._hash, self.at = self._states[piece].copy(), start

    @property
    def is_done(self) -> bool:
        return self.at == self._layout.total_bytes

    def sha256(self) -> str:
        """Of the bytes up to `at`."""
        return self._hash.hexdigest()

    def _run(self) -> None:
        try:
            with self._path.open("rb", buffering=0) as file:
                self._follow(file)
        except OSError as error:
            self._post(error)
        finally:
            self._resting.set()

    def _is_at_rest(self) -> bool:
        with self._lock:
            if self.at >= self._to:
                self._resting.set()
            return self.at >= self._to

    def _follow(self, file: FileIO) -> None:
        view = memoryview(bytearray(BLOCK_BYTES))
        own = piece_hash()
        while not self._over:
            to = self._to
            if self._is_at_rest():
                self._wake.wait()
                self._wake.clear()
                continue
            piece = self.at // self._layout.piece_bytes
            if self.at == self._layout.start(piece):
                self._states[piece], own = self._hash.copy(), piece_hash()
            file.seek(self.at)
            n = file.readinto(view[: min(BLOCK_BYTES, self._layout.end(piece) - self.at, to - self.at)])
            if not n and to > self.at:
                raise OSError(f"{self._path.name} is shorter than it was")
            self._hash.update(view[:n])
            if piece in self._lacking:
                own.update(view[:n])
                if self.at + n == self._layout.end(piece):
                    self.pieces[piece] = own.hexdigest()
            self.at += n
            if self.is_done:
                self._post(None)
