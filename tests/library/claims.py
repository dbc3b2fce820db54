"""What an unfinished file claims to hold, checked against the bytes that it should hold."""

from pathlib import Path

from blake3 import blake3

from gemfit.library.journal import held_by
from gemfit.library.part import PART, read_sidecar
from gemfit.library.pieces import layout_for

Range = tuple[int, int]


def claimed(part: Path) -> list[Range]:
    """The ranges of the unfinished file `part` that are claimed to be durable: from, to."""
    sidecar = read_sidecar(part)
    if sidecar is None or not part.exists():  # killed between its new name and the end of the journal
        return []
    layout = layout_for(sidecar.bytes, sidecar.piece_bytes)
    held = held_by(sidecar, layout, part.stat().st_size)
    assert sum(held) == sidecar.durable_bytes, f"{part.name} is shorter than what is claimed of it"
    return [(layout.start(piece), layout.start(piece) + n_bytes) for piece, n_bytes in enumerate(held) if n_bytes]


def check_claims(folder: Path, *served: bytes) -> int:
    """Fails where an unfinished file under `folder` claims bytes, or hashes of pieces, that were not `served`.

    `served`: the file as the server sent it; several where it sent single pieces in different ways. Returns how many
    bytes are claimed.
    """
    total = 0
    for part in folder.rglob(f"*{PART}"):
        found = part.read_bytes()
        for start, end in claimed(part):
            is_right = any(found[start:end] == data[start:end] for data in served)
            assert is_right, f"{part.name}: {start} to {end} is claimed and wrong"
            total += end - start
        check_hashes(part, *served)
    return total


def check_hashes(part: Path, *served: bytes) -> None:
    sidecar = read_sidecar(part)
    if sidecar is None:
        return
    layout = layout_for(sidecar.bytes, sidecar.piece_bytes)
    for piece, digest in sidecar.whole.items():
        pieces = [data[layout.start(piece) : layout.end(piece)] for data in served]
        right = ["", *[blake3(data).hexdigest() for data in pieces]]
        assert digest in right, f"{part.name}: the hash of piece {piece} is wrong"
