"""Making an unfinished file of a damaged one, so that the download of it fetches what is damaged, and no more.

From then on it is a download like any other: it can be stopped and goes on, what arrives is checked, and the file has
its name again only when the SHA-256 of the whole is the expected one. Meanwhile nobody takes it for the file.
"""

import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from gemfit.atomic import write_atomically
from gemfit.library import piece_hashes
from gemfit.library.index import forget
from gemfit.library.journal import Sidecar, claim
from gemfit.library.part import PART, SIDECAR, lock
from gemfit.library.piece_hashes import damaged_pieces
from gemfit.library.types import RemoteFile
from gemfit.library.verify import stop_if


def reopen(
    target: Path,
    remote: RemoteFile,
    on_bytes: Callable[[int], None] = lambda _done: None,
    cancelled: threading.Event | None = None,
) -> bool:
    """Turn the damaged file `target` into the unfinished file of `remote`, with all that is sound of it.

    False, and nothing changed, when nobody knows its pieces, when hardly any is sound (then it is another file), or
    when a part of it is there already. Raises GemfitError: `cancelled`, `in_use`; OSError.
    """
    hashes = piece_hashes.kept(remote.sha256)
    part = target.with_name(target.name + PART)
    if hashes is None or hashes.bytes != remote.bytes or not target.is_file() or part.exists():
        return False
    damaged = set(damaged_pieces(target, hashes, on_bytes, cancelled))
    stop_if(cancelled)
    layout = hashes.layout
    if 2 * len(damaged) > layout.count:
        return False
    sound = {piece: hashes.pieces[piece] for piece in range(layout.count) if piece not in damaged}
    held = tuple(layout.length(piece) if piece in sound else 0 for piece in range(layout.count))
    sidecar = Sidecar(
        url=remote.url, repo=remote.repo, revision=remote.revision, bytes=remote.bytes, sha256=remote.sha256
    )
    held_lock = lock(target)
    try:  # the journal first: without a part it claims nothing
        data = msgspec.json.encode(claim(sidecar, layout, held, sound))
        write_atomically(target.with_name(target.name + SIDECAR), data)
        target.rename(part)
    finally:
        held_lock.release()
    forget(target)
    return True
