"""Importing a bundle on a machine that may never have had a network."""

import os
import threading
from pathlib import Path, PurePosixPath
from typing import Literal

import msgspec

from gemfit import paths
from gemfit.atomic import sync_folder, write_atomically
from gemfit.catalog.types import Catalog
from gemfit.gguf.parts import part_of
from gemfit.library.bundle.copying import OnBundle, Steps, sync
from gemfit.library.bundle.manifest import Manifest, Weights
from gemfit.library.bundle.reading import Entry, opened, read_small, verify
from gemfit.library.disk import disk_error, free_bytes, no_room, usual_reserve_bytes
from gemfit.library.handover.put import rename_to_new
from gemfit.library.index import checked, remember
from gemfit.library.names import place
from gemfit.library.part import PART, lock, remove_lock_file
from gemfit.library.removal import remove_empty_folders
from gemfit.library.verify import sha256_of
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

Known = Literal["published", "no_hash", "other_hash", "superseded", "unknown"]
"""What the catalogue here says of a file: its SHA-256 is the published one; the catalogue has none for it; it has
another; it was published once under this name; it does not know the file."""
State = Literal["imported", "there", "left"]

_SAYS: dict[Known, str] = {
    "published": QT_TRANSLATE_NOOP("gemfit", "The published file: the catalogue here has the same SHA-256."),
    "no_hash": QT_TRANSLATE_NOOP(
        "gemfit", "The catalogue here has no SHA-256 for it; it is the one that the bundle says."
    ),
    "other_hash": QT_TRANSLATE_NOOP(
        "gemfit",
        "Not imported: the catalogue here has another SHA-256 for it. If the bundle is newer, use its catalogue first.",
    ),
    "superseded": QT_TRANSLATE_NOOP(
        "gemfit", "Not imported: an earlier upload, which its publisher has replaced since. Export a current one."
    ),
    "unknown": QT_TRANSLATE_NOOP(
        "gemfit", "The catalogue here does not know it; its SHA-256 is the one that the bundle says."
    ),
}
_IN_THE_WAY = QT_TRANSLATE_NOOP(
    "gemfit", "Not imported: another file is at {path}. It was left as it is. Move it away, then import again."
)


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a bundle, and what the catalogue here says of it."""

    weights: Weights
    known: Known
    sentence: Sentence

    @property
    def is_welcome(self) -> bool:
        """Whether it is imported."""
        return self.known not in ("other_hash", "superseded")


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one file. `there`: the very file was here before; `left`: it was not imported."""

    path: str
    state: State
    judged: Judged
    note: Sentence


def judge(manifest: Manifest, catalog: Catalog) -> list[Judged]:
    """Every file of weights in the light of the catalogue here."""
    judged = []
    for weights in manifest.weights:
        known = _known(weights, catalog)
        judged.append(Judged(weights=weights, known=known, sentence=say(_SAYS[known])))
    return judged


def _known(weights: Weights, catalog: Catalog) -> Known:
    if any(old.sha256 == weights.sha256 for old in catalog.superseded):
        return "superseded"
    listed = [file for model, build, file in catalog.files() if (model.id, build.id) == (weights.model, weights.build)]
    if file := next((file for file in listed if file.file == weights.file), None):
        if file.sha256 is None:
            return "no_hash"
        return "published" if file.sha256 == weights.sha256 else "other_hash"
    if any(f.sha256 == weights.sha256 for _m, _b, f in catalog.files()):
        return "published"
    return "no_hash" if _is_part(weights, catalog) else "unknown"


def _is_part(weights: Weights, catalog: Catalog) -> bool:
    """Whether it is a part of weights that the catalogue knows to be published in parts, without knowing which."""
    model = catalog.model(weights.model)
    build = next((build for build in model.builds if build.id == weights.build), None) if model else None
    is_part = part_of(PurePosixPath(weights.file).name) is not None
    return build is not None and build.split and weights.role == "weights" and is_part


def load(
    bundle: Path,
    weights_dir: Path,
    catalog: Catalog,
    *,
    on_progress: OnBundle = lambda _progress: None,
    cancelled: threading.Event | None = None,
    reserve_bytes: int | None = None,
) -> list[Imported]:
    """Import what is welcome, each file verified before it has its name. What is there is never replaced.

    Whole files that were imported before an error stay, so that the next try goes on. Raises GemfitError: those of
    `reading.opened`, `disk_full`, `in_use`, `not_writable`, `disk`, `cancelled`, `leads_outside`.
    """
    with opened(bundle) as source:
        judged = {one.weights.path: one for one in judge(source.manifest, catalog)}
        targets = {path: _target(one, weights_dir) for path, one in judged.items()}
        missing = [one.weights for path, one in judged.items() if one.is_welcome and not os.path.lexists(targets[path])]
        _look_for_room(weights_dir, sum(weights.bytes for weights in missing), reserve_bytes)
        steps = Steps(source.manifest.total_bytes, on_progress, cancelled)
        done = []
        for entry in source.entries():
            if entry.path in judged:
                target = targets[entry.path]
                try:
                    done.append(_import(entry, judged[entry.path], target, steps))
                finally:
                    if target.parent.is_dir():
                        remove_empty_folders(target.parent, weights_dir)
            else:
                _keep_licence(entry)
                steps.step(entry.path, entry.bytes)
    return done


def _target(judged: Judged, weights_dir: Path) -> Path:
    weights = judged.weights
    return place(weights_dir, f"{weights.model}/{weights.build}/{weights.file}")


def _look_for_room(folder: Path, needed_bytes: int, reserve_bytes: int | None) -> None:
    reserve = usual_reserve_bytes(folder) if reserve_bytes is None else reserve_bytes
    free = free_bytes(folder)
    if needed_bytes and needed_bytes + reserve > free:
        raise no_room(folder, needed_bytes + reserve, free)


def _import(entry: Entry, judged: Judged, target: Path, steps: Steps) -> Imported:
    if not judged.is_welcome:
        steps.step(entry.path, entry.bytes)
        return Imported(path=str(target), state="left", judged=judged, note=judged.sentence)
    if os.path.lexists(target):
        same = _is_same(target, judged, steps)
        note = judged.sentence if same else say(_IN_THE_WAY, path=str(target))
        return Imported(path=str(target), state="there" if same else "left", judged=judged, note=note)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        held = lock(target)
        try:
            _write(entry, target, steps)
        finally:
            remove_lock_file(held)
            held.release()
    except FileExistsError:
        return Imported(path=str(target), state="left", judged=judged, note=say(_IN_THE_WAY, path=str(target)))
    except OSError as error:
        raise disk_error(error, target) from error
    _remember(target, judged)
    return Imported(path=str(target), state="imported", judged=judged, note=judged.sentence)


def _write(entry: Entry, target: Path, steps: Steps) -> None:
    """Under a name that says that it is not finished; that name is gone afterwards, however it ends."""
    part = target.with_name(target.name + PART + ".import")
    part.unlink(missing_ok=True)  # what a crash left, while nobody else holds the lock
    try:
        with part.open("xb", buffering=0) as writer:
            verify(entry, writer, lambda n: steps.step(entry.path, n))
            sync(writer)
        rename_to_new(part, target)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(target.parent)


def _is_same(target: Path, judged: Judged, steps: Steps) -> bool:
    weights = judged.weights
    if target.is_symlink() or not target.is_file() or target.stat().st_size != weights.bytes:
        steps.step(weights.path, weights.bytes)
        return False
    record = checked(target)
    if record is None:
        before = 0

        def step(done: int) -> None:
            nonlocal before
            steps.step(weights.path, done - before)
            before = done

        stat = target.stat()
        record = remember(target, sha256_of(target, step), stat, _expected(judged), weights.revision)
    else:
        steps.step(weights.path, weights.bytes)
    return record.sha256 == weights.sha256


def _expected(judged: Judged) -> str | None:
    """Where the catalogue has no hash, the bundle's stands for what the publisher said on the machine it is from."""
    return judged.weights.sha256 if judged.known == "no_hash" else None


def _remember(target: Path, judged: Judged) -> None:
    remember(target, judged.weights.sha256, target.stat(), _expected(judged), judged.weights.revision)


def _keep_licence(entry: Entry) -> None:
    """The texts of licences go along, into `<data>/licences`; the catalogue is used only when someone says so."""
    data = read_small(entry)
    if not entry.path.startswith("licences/"):
        return
    target = paths.data_dir() / entry.path
    if target.exists():
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(target, data)
    except OSError as error:
        raise disk_error(error, target) from error


def left(done: list[Imported]) -> list[Imported]:
    """What was not imported."""
    return [one for one in done if one.state == "left"]
