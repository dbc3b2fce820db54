"""A file cut into pieces: which bytes belong to which, and how much of each is here."""

from collections.abc import Iterator, Sequence

import msgspec


class Layout(msgspec.Struct, frozen=True):
    """`total_bytes` in pieces of `piece_bytes`, the last one with what remains. An empty file has no piece."""

    total_bytes: int
    piece_bytes: int

    @property
    def count(self) -> int:
        return -(-self.total_bytes // self.piece_bytes)

    def start(self, piece: int) -> int:
        return piece * self.piece_bytes

    def length(self, piece: int) -> int:
        return min(self.piece_bytes, self.total_bytes - self.start(piece))

    def end(self, piece: int) -> int:
        return self.start(piece) + self.length(piece)

    def parts_of(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """The bytes from `start` to `end` piece by piece: piece, and first and last position + 1 within that piece."""
        while start < end:
            piece = start // self.piece_bytes
            stop = min(end, self.end(piece))
            yield piece, start - self.start(piece), stop - self.start(piece)
            start = stop


def layout_for(total_bytes: int, piece_bytes: int | None = None) -> Layout:
    """Pieces of 16 MiB to 4 GiB, of 32 MiB to 16 GiB, of 64 MiB above; or of `piece_bytes`."""
    if piece_bytes is None:
        piece_bytes = 16 << 20 if total_bytes <= 4 << 30 else 32 << 20 if total_bytes <= 16 << 30 else 64 << 20
    return Layout(total_bytes, piece_bytes)


def full(layout: Layout) -> tuple[int, ...]:
    """How much of each piece is here when all of it is."""
    return tuple(layout.length(piece) for piece in range(layout.count))


def prefix(layout: Layout, n_bytes: int) -> tuple[int, ...]:
    """How much of each piece is here when the first `n_bytes` of the file are."""
    return tuple(max(0, min(layout.length(piece), n_bytes - layout.start(piece))) for piece in range(layout.count))


def add(layout: Layout, held: Sequence[int], start: int, end: int) -> tuple[int, ...]:
    """What is here after the bytes from `start` to `end` came. Of each piece only a beginning without a gap counts."""
    changed = list(held)
    for piece, first, last in layout.parts_of(start, end):
        if first <= changed[piece] < last:
            changed[piece] = last
    return tuple(changed)


def front(layout: Layout, held: Sequence[int]) -> int:
    """How many bytes from the beginning of the file are here without a gap."""
    for piece, n_bytes in enumerate(held):
        if n_bytes < layout.length(piece):
            return layout.start(piece) + n_bytes
    return layout.total_bytes
