"""The journal of an unfinished file, `<name>.part.json`: what the part is of, and which of its pieces are durable.

It is replaced as a whole (written beside, fsynced, renamed), after the part was fsynced: what it says holds after a
SIGKILL and after a power cut, and it is never half written. For 50 GB it has about 60 kB.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from gemfit.library.pieces import Layout, prefix
from gemfit.library.types import RemoteFile


class Sidecar(msgspec.Struct, frozen=True, kw_only=True):
    """What the part is of, and which of its bytes are durable. `etag` and `content`: see `transfer`.

    `whole`: the hash of each whole piece (`piece_hashes`), "" where it is not known; `begun`: how many bytes from the
    beginning of other pieces. `durable_bytes` is the sum. Without `piece_bytes` it was written by a Gemfit that
    fetched files from the beginning, and `durable_bytes` are there.
    """

    url: str
    repo: str
    revision: str
    bytes: int
    sha256: str
    etag: str | None = None
    content: str | None = None
    durable_bytes: int = 0
    piece_bytes: int | None = None
    whole: dict[int, str] = msgspec.field(default_factory=dict, name="blake3")
    begun: dict[int, int] = {}

    def is_of(self, remote: RemoteFile) -> bool:
        """The same content, wherever it is fetched from."""
        return self.sha256 == remote.sha256 and self.bytes == remote.bytes


def read_sidecar(part: Path) -> Sidecar | None:
    """The journal of `part`; None when there is none or it says nothing that can be used."""
    try:
        found = msgspec.json.decode(part.with_name(part.name + ".json").read_bytes(), type=Sidecar)
    except (FileNotFoundError, ValueError):  # none, or neither JSON nor UTF-8 nor of this form
        return None
    return found if found.piece_bytes is None or found.piece_bytes > 0 else None


def claim(sidecar: Sidecar, layout: Layout, held: Sequence[int], hashes: Mapping[int, str]) -> Sidecar:
    """`sidecar` with what is durable now."""
    whole = {i: hashes.get(i, "") for i in range(layout.count) if held[i] == layout.length(i)}
    begun = {i: n_bytes for i, n_bytes in enumerate(held) if n_bytes and i not in whole}
    return msgspec.structs.replace(
        sidecar, durable_bytes=sum(held), piece_bytes=layout.piece_bytes, whole=whole, begun=begun
    )


def held_by(sidecar: Sidecar, layout: Layout, file_bytes: int) -> tuple[int, ...]:
    """Bytes that are here from the beginning of each piece, as claimed, in a part of `file_bytes`."""
    if sidecar.piece_bytes is None:
        return prefix(layout, min(sidecar.durable_bytes, file_bytes))
    claimed = {**sidecar.begun, **{piece: layout.length(piece) for piece in sidecar.whole if piece in _all(layout)}}
    return tuple(
        max(0, min(claimed.get(piece, 0), layout.length(piece), file_bytes - layout.start(piece)))
        for piece in _all(layout)
    )


def _all(layout: Layout) -> range:
    return range(layout.count)
