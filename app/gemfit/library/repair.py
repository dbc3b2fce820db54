"""Repairing a damaged file: only the pieces that are damaged are fetched again."""

import threading
from pathlib import Path

import msgspec

from gemfit.atomic import sync_folder, write_atomically
from gemfit.errors import GemfitError
from gemfit.library import piece_hashes
from gemfit.library.disk import disk_error
from gemfit.library.download import download
from gemfit.library.journal import Sidecar, claim, held_by
from gemfit.library.names import place
from gemfit.library.part import PART, SIDECAR, lock
from gemfit.library.pieces import full, layout_for
from gemfit.library.progress import OnProgress, Reporter
from gemfit.library.rules import Rules
from gemfit.library.types import LocalFile, RemoteFile
from gemfit.library.web import refuse_when_offline
from gemfit.words import QT_TRANSLATE_NOOP, say


def repair(
    path: Path,
    remote: RemoteFile,
    *,
    token: str | None = None,
    on_progress: OnProgress = lambda _progress: None,
    cancelled: threading.Event | None = None,
    rules: Rules | None = None,
) -> LocalFile:
    """Make the file at `path` the published one again, and verify it.

    Where the hashes of its pieces are kept, the damaged ones are known without the network, and they alone are fetched;
    else pieces are fetched and compared until the whole is right. Until then it is an unfinished file, `<name>.part`,
    that any later download or repair goes on with. Raises GemfitError as `download`.
    """
    refuse_when_offline()
    rules, cancelled = rules or Rules(), cancelled or threading.Event()
    target = place(path.parent, path.name)
    try:
        reporter = Reporter(path.name, remote.bytes, on_progress, rules.clock)
        reopen(target, remote, reporter, cancelled, rules, at_any_rate=True)
    except OSError as error:
        raise disk_error(error, target) from error
    return download(
        msgspec.structs.replace(remote, file=target.name),
        target.parent,
        token=token,
        on_progress=on_progress,
        cancelled=cancelled,
        rules=rules,
    )


def reopen(
    target: Path,
    remote: RemoteFile,
    reporter: Reporter,
    cancelled: threading.Event,
    rules: Rules,
    *,
    at_any_rate: bool = False,
) -> bool:
    """Turn the damaged file `target` into the unfinished file of `remote`, with all that is sound of it.

    False, and nothing changed, when an unfinished one is there already; unless `at_any_rate`, also when nobody knows
    its pieces, or when hardly any is sound (then it is another file). Raises GemfitError: `cancelled`, `in_use`;
    OSError.
    """
    if not target.is_file() or target.is_symlink() or target.with_name(target.name + PART).exists():
        return False
    hashes = piece_hashes.kept(remote.sha256)
    known = hashes is not None and hashes.bytes == remote.bytes
    if not known and not at_any_rate:
        return False
    sound = sound_of(target, remote, reporter, cancelled, rules)
    if hashes is not None and not at_any_rate and 2 * len(sound.whole) < hashes.layout.count:
        return False
    make_part(target, sound)
    return True


def sound_of(target: Path, remote: RemoteFile, reporter: Reporter, cancelled: threading.Event, rules: Rules) -> Sidecar:
    """What of the file at `target` is sound, as far as that is known."""

    def step(done: int) -> None:
        if cancelled.is_set():
            text = QT_TRANSLATE_NOOP("gemfit", "The repair was stopped. Nothing was changed.")
            raise GemfitError("cancelled", say(text))
        reporter.report("checking", done)

    kept = piece_hashes.kept(remote.sha256)
    hashes = kept.by_piece if kept and kept.bytes == remote.bytes else {}
    layout = kept.layout if kept and hashes else layout_for(remote.bytes, rules.piece_bytes)
    damaged = set(piece_hashes.differing_pieces(target, layout, hashes, step))
    fresh = Sidecar(
        url=remote.url, repo=remote.repo, revision=remote.revision, bytes=remote.bytes, sha256=remote.sha256
    )
    all_of_it = claim(fresh, layout, full(layout), hashes)
    there = held_by(all_of_it, layout, target.stat().st_size)
    held = tuple(0 if piece in damaged else n_bytes for piece, n_bytes in enumerate(there))
    return claim(fresh, layout, held, hashes)


def make_part(target: Path, claimed: Sidecar) -> None:
    """The file becomes an unfinished one. The claim comes first: of a part that is not there it says nothing."""
    held = lock(target)
    try:
        write_atomically(target.with_name(target.name + SIDECAR), msgspec.json.encode(claimed))
        target.replace(target.with_name(target.name + PART))
        sync_folder(target.parent)
    finally:
        held.release()
