"""The weights folder: what is in it, what the catalogue says about it, and taking things out.

Layout: `<weights>/<model id>/<build id>/<file>`. A file elsewhere in the folder is known by its SHA-256, once it has
one. The starter lives in an installed Python package and is listed with the rest.
"""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from gemfit.catalog.load import find_build
from gemfit.catalog.starter import find_packaged
from gemfit.catalog.types import Build, Catalog, CatalogFile, Model, Superseded
from gemfit.errors import GemfitError
from gemfit.library.disk import disk_error
from gemfit.library.download import Rules
from gemfit.library.index import Checked, checked, forget, read_index, remember
from gemfit.library.names import place
from gemfit.library.part import LOCK, PART, SIDECAR, WRONG, lock, read_sidecar, remove_lock_file
from gemfit.library.progress import OnProgress, Reporter
from gemfit.library.types import LocalFile
from gemfit.library.verify import sha256_of, unreadable
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

KINDS = (".gguf", ".litertlm")
_BESIDES = (SIDECAR, LOCK)

Known = tuple[Model, Build, CatalogFile]


def folder_of(weights_dir: Path, model: Model, build: Build) -> Path:
    """Where the files of a build go."""
    return place(weights_dir, f"{model.id}/{build.id}")


def scan(weights_dir: Path, catalog: Catalog) -> list[LocalFile]:
    """Every file of weights here, unfinished ones included, in the order of their paths; no file is hashed."""
    index = read_index()
    found = [describe(path, weights_dir, catalog, index) for path in [*_files(weights_dir), *_packaged(catalog)]]
    return [file for file in found if file is not None]


def _files(weights_dir: Path) -> Iterator[Path]:
    for path in sorted(weights_dir.rglob("*")):
        name = path.name.removesuffix(PART).removesuffix(WRONG)
        if name.lower().endswith(KINDS) and not path.name.endswith(_BESIDES) and is_file(path):
            yield path


def is_file(path: Path) -> bool:
    """Whether there is a file that can be seen; raises nothing."""
    return os.path.isfile(path)  # noqa: PTH113 - where a folder cannot be looked into, Path.is_file() raises


def _packaged(catalog: Catalog) -> Iterator[Path]:
    for _model, _build, file in _known_files(catalog):
        if file.package and (path := find_packaged(file)):
            yield path


def _known_files(catalog: Catalog) -> Iterator[Known]:
    for model in catalog.models:
        for build in model.builds:
            for file in build.files:
                yield model, build, file


def describe(
    path: Path, weights_dir: Path, catalog: Catalog, index: dict[str, Checked] | None = None
) -> LocalFile | None:
    """What is known of one file without hashing it; None when it is gone."""
    try:
        return _described(path, weights_dir, catalog, index)
    except FileNotFoundError:  # removed, or renamed on its completion, since it was listed
        return None
    except OSError as error:
        return LocalFile(path=str(path), bytes=0, complete=False, note=unreadable(error, path).sentence)


def _described(path: Path, weights_dir: Path, catalog: Catalog, index: dict[str, Checked] | None) -> LocalFile:
    record, size = checked(path, index), path.stat().st_size
    plain = path.with_name(path.name.removesuffix(PART).removesuffix(WRONG))
    known = _at(plain, weights_dir, catalog) or (_of_hash(record.sha256, catalog) if record else None)
    local = LocalFile(path=str(path), bytes=size)
    if known:
        model, build, file = known
        local = replace(local, model=model.id, build=build.id, role=file.role)
    if path.name.endswith(PART):
        return _unfinished(local, path)
    if path.name.endswith(WRONG):
        return replace(local, complete=False, note=say(_WRONG))
    return _judged(local, known, record, catalog)


def _at(path: Path, weights_dir: Path, catalog: Catalog) -> Known | None:
    """The file that belongs at `path`."""
    for known in _known_files(catalog):
        model, build, file = known
        if file.package:
            if find_packaged(file) == path:
                return known
        elif place(folder_of(weights_dir, model, build), file.file) == path:
            return known
    return None


def _of_hash(sha256: str, catalog: Catalog) -> Known | None:
    return next((known for known in _known_files(catalog) if known[2].sha256 == sha256), None)


def _unfinished(local: LocalFile, path: Path) -> LocalFile:
    sidecar = read_sidecar(path)
    if sidecar is None:
        text = QT_TRANSLATE_NOOP("gemfit", "Not finished. Get it again.")
        return replace(local, complete=False, note=say(text))
    text = QT_TRANSLATE_NOOP("gemfit", "Not finished: {done_bytes} of {total_bytes}. Get it again and it goes on.")
    note = say(text, done_bytes=sidecar.durable_bytes, total_bytes=sidecar.bytes)
    return replace(local, complete=False, resumed_from_bytes=sidecar.durable_bytes, note=note)


def _judged(local: LocalFile, known: Known | None, record: Checked | None, catalog: Catalog) -> LocalFile:
    """A complete file: verified, not yet, or not what its place says."""
    if record is None:
        note = say(_NOT_VERIFIED) if known else say(_UNKNOWN)
        if known and known[2].bytes not in (None, local.bytes):
            note = say(_OTHER_SIZE, published_bytes=known[2].bytes or 0)
        return replace(local, note=note)
    expected = (known[2].sha256 if known else None) or record.expected
    local = replace(local, sha256=record.sha256, verified_at=record.checked_at)
    if record.sha256 == expected:
        return replace(local, verified=True)
    if old := next((old for old in catalog.superseded if old.sha256 == record.sha256), None):
        return replace(local, model=local.model or old.model, note=_replaced(old))
    return replace(local, note=say(_NOT_PUBLISHED if expected else _UNKNOWN))


def _replaced(old: Superseded) -> Sentence:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "This is an earlier upload of {file} for {model}, replaced by its publisher since ({why}). Get the model again "
        "to have the current one.",
    )
    return say(text, file=old.file, model=old.model, why=old.note or old.repo)


_WRONG = QT_TRANSLATE_NOOP(
    "gemfit", "Not the published file: its SHA-256 was another, so it is not used. It can be removed."
)
_NOT_VERIFIED = QT_TRANSLATE_NOOP("gemfit", "Not verified yet.")
_UNKNOWN = QT_TRANSLATE_NOOP("gemfit", "The catalogue does not know this file.")
_OTHER_SIZE = QT_TRANSLATE_NOOP("gemfit", "Not the published file: that one has {published_bytes}. Get it again.")
_NOT_PUBLISHED = QT_TRANSLATE_NOOP("gemfit", "Not the published file: its SHA-256 is another. Get it again.")


def find(weights_dir: Path, catalog: Catalog, model_id: str, build_id: str | None = None) -> LocalFile | None:
    """The complete weights of a model, or None. A file found to be another than the published one does not count.

    Raises GemfitError `unknown_model` or `unknown_build`.
    """
    model, build = find_build(catalog, model_id, build_id)
    index = read_index()
    local = describe(path_of(weights_dir, model, build, build.weights), weights_dir, catalog, index)
    if local is not None and _usable(local, build.weights):
        return local
    candidates = (file for file in scan(weights_dir, catalog) if file.complete and file.verified)
    return next((f for f in candidates if (f.model, f.build, f.role) == (model.id, build.id, "weights")), None)


def _usable(local: LocalFile, file: CatalogFile) -> bool:
    return local.verified or (local.sha256 is None and file.bytes in (None, local.bytes))


def path_of(weights_dir: Path, model: Model, build: Build, file: CatalogFile) -> Path:
    """Where a file of the catalogue is, or will be."""
    if file.package:
        return find_packaged(file) or Path(file.package) / file.file
    return place(folder_of(weights_dir, model, build), file.file)


def verify(
    path: Path,
    weights_dir: Path,
    catalog: Catalog,
    *,
    on_progress: OnProgress = lambda _progress: None,
    cancelled: threading.Event | None = None,
    expected: str | None = None,
) -> LocalFile:
    """Compute the SHA-256 of a file, keep the result, and say what the file is.

    `expected`: what the official source says, where the catalogue has no hash. Raises GemfitError: `cancelled`,
    `not_found`, `not_readable`.
    """
    try:
        stat = path.stat()
    except OSError as error:
        raise unreadable(error, path) from error
    reporter = Reporter(path.name, stat.st_size, on_progress, Rules().clock)
    sha256 = sha256_of(path, lambda done: reporter.report("verifying", done), cancelled)
    before = read_index().get(str(path.resolve()))
    record = remember(path, sha256, stat, expected or (before.expected if before else None))
    reporter.report("done", stat.st_size)
    local = describe(path, weights_dir, catalog, {str(path.resolve()): record})
    if local is None:
        raise unreadable(FileNotFoundError(2, "it is gone"), path)
    return local


def remove(path: Path, weights_dir: Path) -> int:
    """Delete a file of weights, or an unfinished one with what belongs to it. Returns the bytes freed.

    Raises GemfitError: `not_ours` (outside the weights folder, or no file of weights), `in_use` (being downloaded),
    `not_found`, `not_writable`, `disk`.
    """
    path = path.parent.resolve() / path.name
    if not path.is_relative_to(weights_dir.resolve()) or path not in set(_files(weights_dir.resolve())):
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "{path} is no file of weights in {folder}, so it was left alone. Remove it with your file manager.",
        )
        raise GemfitError("not_ours", say(text, path=str(path), folder=str(weights_dir)))
    target = path.with_name(path.name.removesuffix(PART))
    try:
        held = lock(target)
        try:
            freed = path.stat().st_size
            path.unlink()
            if path != target:
                target.with_name(target.name + SIDECAR).unlink(missing_ok=True)
            remove_lock_file(held)
        finally:
            held.release()
        _remove_empty_folders(path.parent, weights_dir.resolve())
    except OSError as error:
        raise disk_error(error, path) from error
    forget(path)
    return freed


def _remove_empty_folders(folder: Path, top: Path) -> None:
    while folder != top and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
