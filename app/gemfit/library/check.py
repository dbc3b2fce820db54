"""Checking a file against what it should be, so that it can be stopped and goes on, and so that damage has a place.

Where the hashes of its pieces are kept (`piece_hashes`: from its download, or from the check before), the pieces are
compared one by one. That is as strong as the SHA-256 of the whole, because they were kept when that was the expected
one, and faster; it can be stopped after any piece, and it says which bytes are damaged. A file whose pieces nobody
knows is read in one go; stopped, it begins anew, because no hash can be put down halfway and taken up by another
process.
"""

import contextlib
import hashlib
import os
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import FileIO
from pathlib import Path
from queue import SimpleQueue

import msgspec

from gemfit import paths
from gemfit.atomic import write_atomically
from gemfit.library import piece_hashes
from gemfit.library.piece_hashes import PieceHashes, piece_hash
from gemfit.library.pieces import layout_for
from gemfit.library.verify import BUFFER_BYTES, stop_if, unreadable
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

KEPT_S = 24 * 3600.0
"""How long a stopped check can go on; after that its first half says too little about today."""
NOTE_S = 2.0
BLOCKS = 4
MOST_PLACES = 3
Range = tuple[int, int]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """`sha256` of the whole; "" when a few pieces are damaged. `damaged`: first byte, and the one after the last."""

    sha256: str
    damaged: list[Range] = []


def damage(damaged: Sequence[Range], total_bytes: int) -> Sentence:
    """What is damaged, and what can be done."""
    places = "; ".join(f"{start:,}–{end - 1:,}" for start, end in damaged[:MOST_PLACES])
    if len(damaged) > MOST_PLACES:
        places += "; …"
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "Damaged: {damaged_bytes} of {total_bytes} are not what they were (bytes {places}). It is not used, and not "
        "deleted. Get it again, now or later, and only these pieces are fetched.",
    )
    damaged_bytes = sum(end - start for start, end in damaged)
    return say(text, damaged_bytes=damaged_bytes, total_bytes=total_bytes, places=places)


class _Journal(msgspec.Struct, frozen=True, kw_only=True):
    """How far the check of a file came. It counts as long as the file has this length and time."""

    bytes: int
    mtime_ns: int
    sha256: str
    at_s: float
    next_piece: int = 0
    damaged: list[int] = []


def check(
    path: Path,
    expected: str | None,
    on_bytes: Callable[[int], None] = lambda _done: None,
    cancelled: threading.Event | None = None,
    on_damage: Callable[[list[Range]], None] = lambda _damaged: None,
) -> Result:
    """Read the file at `path` and say what it is. `expected`: the SHA-256 that it should have.

    `on_bytes` is told about once a MiB how many bytes are done, those of a stopped check included; `on_damage` at each
    damaged piece what is known to be damaged so far. Raises GemfitError: `cancelled`, `not_found`, `not_readable`.
    """
    try:
        with path.open("rb", buffering=0) as file:
            hashes = piece_hashes.kept(expected) if expected else None
            if hashes is not None and expected is not None:
                return _Pieces(path, file, expected, hashes, on_bytes, cancelled, on_damage).compare()
            return _in_one_go(file, expected, on_bytes, cancelled)
    except OSError as error:
        raise unreadable(error, path) from error


def resumable_bytes(path: Path, expected: str) -> int:
    """How many bytes of `path` a stopped check has behind it; 0 when none can go on."""
    hashes = piece_hashes.kept(expected)
    if hashes is None:
        return 0
    try:
        journal = _journal_of(path, path.stat(), expected)
    except OSError:
        return 0
    return min(hashes.bytes, journal.next_piece * hashes.piece_bytes)


class _Pieces:
    """The comparison piece by piece."""

    def __init__(
        self,
        path: Path,
        file: FileIO,
        expected: str,
        hashes: PieceHashes,
        on_bytes: Callable[[int], None],
        cancelled: threading.Event | None,
        on_damage: Callable[[list[Range]], None],
    ) -> None:
        self._path, self._file, self._expected, self._hashes = path, file, expected, hashes
        self._on_bytes, self._cancelled, self._on_damage = on_bytes, cancelled, on_damage
        self._stat = os.fstat(file.fileno())
        self._journal = _journal_of(path, self._stat, expected)

    def compare(self) -> Result:
        damaged, noted_at = list(self._journal.damaged), time.monotonic()
        layout = self._hashes.layout
        start = layout.start(self._journal.next_piece)
        with contextlib.closing(_blocks(self._file, start, layout.piece_bytes)) as blocks:
            for piece in range(self._journal.next_piece, layout.count):
                if not self._is_sound(piece, blocks):
                    damaged.append(piece)
                    self._on_damage(self._ranges(damaged))
                self._journal = msgspec.structs.replace(self._journal, next_piece=piece + 1, damaged=damaged)
                if time.monotonic() - noted_at >= NOTE_S:
                    self._note()
                    noted_at = time.monotonic()
        ranges = self._ranges(damaged)
        sha256 = "" if ranges else self._expected
        if 2 * len(damaged) > layout.count:  # another file rather than a damaged one: which?
            sha256 = _in_one_go(self._file, self._expected, self._on_bytes, self._cancelled).sha256
        with contextlib.suppress(OSError):
            _journal_file(self._path).unlink(missing_ok=True)
        return Result(sha256=sha256, damaged=[] if sha256 == self._expected else ranges)

    def _is_sound(self, piece: int, blocks: Iterator[memoryview]) -> bool:
        layout = self._hashes.layout
        digest, left = piece_hash(), layout.length(piece)
        while left:
            self._stop_if_cancelled()
            view = next(blocks, None)
            if view is None:  # the file ends too early
                return False
            digest.update(view[:left])
            left -= min(left, len(view))
            self._on_bytes(layout.end(piece) - left)
        return digest.hexdigest() == self._hashes.pieces[piece]

    def _stop_if_cancelled(self) -> None:
        if self._cancelled is not None and self._cancelled.is_set():
            self._note()
            stop_if(self._cancelled)

    def _note(self) -> None:
        """Put down how far it came. Where that cannot be written, the next check begins anew; nothing else is lost."""
        file = _journal_file(self._path)
        with contextlib.suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(file, msgspec.json.encode(msgspec.structs.replace(self._journal, at_s=time.time())))

    def _ranges(self, damaged: list[int]) -> list[Range]:
        """Bytes; neighbours are one range. What the file has too much at its end counts too."""
        layout, found = self._hashes.layout, list[Range]()
        for piece in damaged:
            start, end = layout.start(piece), layout.end(piece)
            if found and found[-1][1] == start:
                start = found.pop()[0]
            found.append((start, end))
        if self._stat.st_size > layout.total_bytes:
            found.append((layout.total_bytes, self._stat.st_size))
        return found


def _in_one_go(
    file: FileIO, expected: str | None, on_bytes: Callable[[int], None], cancelled: threading.Event | None
) -> Result:
    """The SHA-256 of the whole. Unless it is another than expected, the hashes of the pieces are kept for next time."""
    layout = layout_for(os.fstat(file.fileno()).st_size)
    whole, done = hashlib.sha256(), 0
    pieces: dict[int, str] = {}
    with (
        ThreadPoolExecutor(1, "gemfit-pieces") as beside,
        contextlib.closing(_blocks(file, 0, layout.piece_bytes)) as blocks,
    ):
        own = piece_hash()
        for view in blocks:
            stop_if(cancelled)
            hashing = beside.submit(own.update, view)
            whole.update(view)
            hashing.result()
            done += len(view)
            on_bytes(done)
            if done % layout.piece_bytes == 0 or done == layout.total_bytes:
                pieces[(done - 1) // layout.piece_bytes], own = own.hexdigest(), piece_hash()
    sha256 = whole.hexdigest()
    if expected in (None, sha256) and done == layout.total_bytes:
        piece_hashes.keep(sha256, layout, pieces)
    return Result(sha256=sha256)


def _blocks(file: FileIO, at: int, piece_bytes: int) -> Generator[memoryview, None, None]:
    """The file from `at` to its end in blocks that never reach over the end of a piece, read on while they are hashed.

    A block is good until the next one is asked for. Raises OSError.
    """
    free: SimpleQueue[memoryview | None] = SimpleQueue()
    filled: SimpleQueue[tuple[memoryview, int] | OSError] = SimpleQueue()
    for _ in range(BLOCKS):
        free.put(memoryview(bytearray(BUFFER_BYTES)))

    def read() -> None:
        position = at
        try:
            file.seek(at)
            while (view := free.get()) is not None:
                n = file.readinto(view[: min(len(view), piece_bytes - position % piece_bytes)]) or 0
                position += n
                filled.put((view, n))
                if not n:
                    return
        except OSError as error:
            filled.put(error)

    thread = threading.Thread(target=read, name="gemfit-read", daemon=True)
    thread.start()
    try:
        while not isinstance(got := filled.get(), OSError):
            view, n = got
            if not n:
                return
            yield view[:n]
            free.put(view)
        raise got
    finally:
        free.put(None)
        thread.join()


def _journal_file(path: Path) -> Path:
    key = hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:32]
    return paths.data_dir() / "checks" / f"{key}.json"


def _journal_of(path: Path, stat: os.stat_result, expected: str) -> _Journal:
    """What a stopped check put down, if it is of this very file and not old; else a fresh one."""
    fresh = _Journal(bytes=stat.st_size, mtime_ns=stat.st_mtime_ns, sha256=expected, at_s=time.time())
    try:
        found = msgspec.json.decode(_journal_file(path).read_bytes(), type=_Journal)
    except (OSError, ValueError):  # none, or neither JSON nor UTF-8 nor of this form
        return fresh
    same = (found.bytes, found.mtime_ns, found.sha256) == (fresh.bytes, fresh.mtime_ns, fresh.sha256)
    return found if same and 0 <= fresh.at_s - found.at_s <= KEPT_S else fresh
