"""The hashes of the pieces of verified files, kept by the SHA-256 of the whole: they tell later what is damaged.

`<data>/pieces/<sha256>.json`, about 60 kB for 50 GB. They can be lost at any time; then damage is found by fetching.

Pieces are hashed with BLAKE3. It is as hard to forge as SHA-256, and takes a fourth of the time or less, so that a
second hash beside the SHA-256 of the whole, which publishers give, does not halve the speed of a fast line.
"""

import contextlib
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
from blake3 import blake3

from gemfit import paths
from gemfit.atomic import write_atomically
from gemfit.library.pieces import Layout
from gemfit.library.verify import BUFFER_BYTES, Hash


def piece_hash() -> Hash:
    """A fresh one, to be fed with a piece."""
    return blake3()


class PieceHashes(msgspec.Struct, frozen=True, kw_only=True):
    """The hash of each piece of a file of `bytes`, in order."""

    bytes: int
    piece_bytes: int
    pieces: list[str] = msgspec.field(name="blake3")

    @property
    def layout(self) -> Layout:
        return Layout(self.bytes, self.piece_bytes)

    @property
    def by_piece(self) -> dict[int, str]:
        return dict(enumerate(self.pieces))


def _file(sha256: str) -> Path:
    return paths.data_dir() / "pieces" / f"{sha256}.json"


def keep(sha256: str, layout: Layout, hashes: Mapping[int, str]) -> None:
    """Remember the hashes of all pieces of the verified file `sha256`; nothing if one is missing."""
    if set(hashes) < set(range(layout.count)):
        return
    kept = PieceHashes(
        bytes=layout.total_bytes,
        piece_bytes=layout.piece_bytes,
        pieces=[hashes[piece] for piece in range(layout.count)],
    )
    file = _file(sha256)
    with contextlib.suppress(OSError):  # a help for later, which can be missing; the weights are safe
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, msgspec.json.encode(kept))


def kept(sha256: str) -> PieceHashes | None:
    """What is remembered of the file `sha256`; None when nothing is, or nothing that can be used."""
    try:
        found = msgspec.json.decode(_file(sha256).read_bytes(), type=PieceHashes)
    except (OSError, ValueError):  # none, or neither JSON nor UTF-8 nor of this form
        return None
    sound = found.piece_bytes > 0 and found.bytes >= 0 and len(found.pieces) == found.layout.count
    return found if sound else None


def damaged_pieces(
    path: Path,
    hashes: PieceHashes,
    on_bytes: Callable[[int], None] = lambda _done: None,
    cancelled: threading.Event | None = None,
) -> list[int]:
    """The pieces of the file at `path` that are not as remembered; a missing end counts. Needs no network.

    `on_bytes` is called about once a MiB with the bytes done. Stops early, with what it has, when `cancelled` is set.
    Raises OSError.
    """
    return differing_pieces(path, hashes.layout, hashes.by_piece, on_bytes, cancelled)


def differing_pieces(
    path: Path,
    layout: Layout,
    hashes: Mapping[int, str],
    on_bytes: Callable[[int], None] = lambda _done: None,
    cancelled: threading.Event | None = None,
) -> list[int]:
    """As `damaged_pieces`, for those pieces whose hash is known. `on_bytes` may raise to stop."""
    bad: list[int] = []
    done = 0
    view = memoryview(bytearray(BUFFER_BYTES))
    with path.open("rb", buffering=0) as file:
        for piece in sorted(hashes):
            digest, left = piece_hash(), layout.length(piece)
            file.seek(layout.start(piece))
            while left and (n := file.readinto(view[: min(left, BUFFER_BYTES)])):
                digest.update(view[:n])
                left, done = left - n, done + n
                on_bytes(done)
                if cancelled is not None and cancelled.is_set():
                    return bad
            if left or digest.hexdigest() != hashes[piece]:
                bad.append(piece)
    return bad
