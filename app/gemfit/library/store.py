"""Weights on this computer: the weights folder, and what other programs keep; what the catalogue says about them.

Layout: `<weights>/<model id>/<build id>/<file>`. A file elsewhere is known by its SHA-256, once it has one. The starter
lives in an installed Python package and is listed with the rest. What is not in the weights folder is used where it is,
and never changed.
"""

import os
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from gemfit.catalog.load import find_build
from gemfit.catalog.starter import find_packaged
from gemfit.catalog.types import Build, Catalog, CatalogFile, Model
from gemfit.errors import GemfitError
from gemfit.gguf.parts import names_of_parts, paths_of_parts
from gemfit.library.check import Range, check
from gemfit.library.described import Plain, Records, foreign, own
from gemfit.library.disk import disk_error
from gemfit.library.download import Rules
from gemfit.library.imported import imported
from gemfit.library.index import Checked, checked, forget, read_index, remember
from gemfit.library.names import place
from gemfit.library.part import LOCK, PART, SIDECAR, WRONG, lock, remove_lock_file
from gemfit.library.parts import as_models, joined
from gemfit.library.progress import OnProgress, Reporter
from gemfit.library.shelf import Shelf, shelf_of
from gemfit.library.stores.host import this_host
from gemfit.library.stores.look import Look, look
from gemfit.library.stores.walk import Seen, files_below
from gemfit.library.types import LocalFile, Origin
from gemfit.library.verify import unreadable
from gemfit.settings import Settings, load_settings
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

KINDS = (".gguf", ".litertlm")
_BESIDES = (SIDECAR, LOCK)


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of weights that is here, and the places that could not be looked into."""

    files: list[LocalFile]
    problems: list[Sentence] = []


def folder_of(weights_dir: Path, model: Model, build: Build) -> Path:
    """Where the files of a build go."""
    return place(weights_dir, f"{model.id}/{build.id}")


def scan(weights_dir: Path, catalog: Catalog) -> list[LocalFile]:
    """Everything of weights here, unfinished ones included: the folder's own in the order of their paths, then what
    other programs keep. A model in several files is one. No file is hashed or opened.
    """
    return survey(weights_dir, catalog).files


def survey(weights_dir: Path, catalog: Catalog, elsewhere: Look | None = None) -> Survey:
    """As `scan`, with what went wrong. `elsewhere` None: look into the places of other programs, those of the settings
    and what was imported; that takes at most `stores.look.PATIENCE_S`.
    """
    shelf, records = shelf_of(weights_dir, catalog), Records(read_index())
    problems: list[Sentence] = []
    ours = list(_own(weights_dir, problems))
    packaged = [seen for path in shelf.packaged if (seen := _packaged(path))]
    listed = [_described(one, shelf, records) for one in ours]
    listed += [_described(one, shelf, records, "package") for one in packaged]
    elsewhere = look_elsewhere() if elsewhere is None else elsewhere
    identities = {one.identity for one in [*ours, *packaged] if one.identity} | {one.path for one in ours}
    others = [one for one in elsewhere.files if (one.identity or str(one.path)) not in identities]
    files = [*listed, *(foreign(one, shelf, records) for one in others)]
    return Survey(files=as_models(files), problems=[*problems, *elsewhere.problems])


def look_elsewhere(settings: Settings | None = None) -> Look:
    """What others keep here: programs, the folders that the settings name, and what was imported in its place.

    `settings` None: those in force.
    """
    settings = settings or load_settings()
    folders = [Path(folder).expanduser() for folder in settings.model_folders]
    imports = [path for path in imported() if path not in folders]
    if not settings.use_other_stores:
        return look(this_host(), folders=folders, imported=imports, programs=())
    return look(this_host(), folders=folders, imported=imports)


def candidates(files: Iterable[LocalFile]) -> list[LocalFile]:
    """What is worth hashing, the most telling first: files of other programs that are said to be, or by their size can
    be, files of the catalogue.
    """
    files = [piece for file in files for piece in file.files]
    open_ = [file for file in files if file.complete and file.sha256 is None and file.origin != "weights"]
    said = [file for file in open_ if file.said_sha256 is not None and file.model is not None]
    return said + [file for file in open_ if file not in said and file.maybe is not None]


def _own(weights_dir: Path, problems: list[Sentence]) -> list[Seen]:
    """The weights in Gemfit's own folder, in the order of their paths; links to other folders are not followed."""

    def told(path: Path, error: OSError) -> None:
        problems.append(unreadable(error, path).sentence)

    found = files_below(weights_dir, _is_weights, told, follow=False)
    return sorted(found, key=lambda seen: seen.below.split("/"))


def _packaged(path: Path) -> Seen | None:
    try:
        return Seen(str(path), path.name, path.stat())
    except OSError:  # taken out since it was found
        return None


def _described(seen: Seen, shelf: Shelf, records: Records, origin: Origin = "weights") -> LocalFile:
    try:
        return own(Plain(seen.path, seen.state.st_size, seen.state.st_mtime_ns), shelf, records, origin)
    except OSError as error:
        return LocalFile(path=seen.path, bytes=0, complete=False, note=unreadable(error, Path(seen.path)).sentence)


def _is_weights(name: str) -> bool:
    plain = name.removesuffix(PART).removesuffix(WRONG)
    return plain.lower().endswith(KINDS) and not name.endswith(_BESIDES)


def is_file(path: Path) -> bool:
    """Whether there is a file that can be seen; raises nothing."""
    return os.path.isfile(path)  # noqa: PTH113 - where a folder cannot be looked into, Path.is_file() raises


def describe(
    path: Path, weights_dir: Path, catalog: Catalog, index: dict[str, Checked] | None = None
) -> LocalFile | None:
    """What is known of one file without hashing it; None when it is gone."""
    shelf, records = shelf_of(weights_dir, catalog), Records(read_index() if index is None else index)
    origin: Origin = "weights" if path.is_relative_to(weights_dir) else "folder"
    try:
        seen = Seen(str(path), path.name, path.stat())
    except FileNotFoundError:  # removed, or renamed on its completion, since it was listed
        return None
    except OSError as error:
        return LocalFile(path=str(path), bytes=0, complete=False, note=unreadable(error, path).sentence)
    return _described(seen, shelf, records, "package" if path in shelf.packaged else origin)


def describe_model(path: Path, weights_dir: Path, catalog: Catalog) -> LocalFile | None:
    """As `describe`, of the whole model that the file at `path` is, or is a part of."""
    if not names_of_parts(path.name):
        return describe(path, weights_dir, catalog)
    pieces: dict[str, LocalFile] = {}
    for part in paths_of_parts(path):
        local = describe(part, weights_dir, catalog)
        local = local or describe(part.with_name(part.name + PART), weights_dir, catalog)
        if local is not None:
            pieces[part.name] = local
    return joined(pieces) if pieces else None


def find(weights_dir: Path, catalog: Catalog, model_id: str, build_id: str | None = None) -> LocalFile | None:
    """The complete weights of a model, or None: those at their place, else verified ones anywhere, else what another
    program says is that file. A file found to be another than the published one does not count.

    Raises GemfitError `unknown_model` or `unknown_build`.
    """
    model, build = find_build(catalog, model_id, build_id)
    local = describe_model(path_of(weights_dir, model, build, build.weights), weights_dir, catalog)
    if local is not None and local.complete and _usable(local, build.weights):
        return local
    return find_file(weights_dir, catalog, model, build, build.weights) or _find_split(
        weights_dir, catalog, model, build
    )


def _find_split(weights_dir: Path, catalog: Catalog, model: Model, build: Build) -> LocalFile | None:
    """Weights in parts at their place that nobody has verified yet, whatever their publisher calls them."""
    if not build.split:
        return None
    ours = (local for local in scan(weights_dir, catalog) if local.origin == "weights" and local.role == "weights")
    return next((local for local in ours if (local.model, local.build) == (model.id, build.id) and local.usable), None)


def find_file(weights_dir: Path, catalog: Catalog, model: Model, build: Build, file: CatalogFile) -> LocalFile | None:
    """A file of a build wherever it is: verified, else as another program says."""
    wanted = (model.id, build.id, file.role)
    here = [f for f in scan(weights_dir, catalog) if f.complete and _usable_anywhere(f, wanted, file)]
    return next((f for f in here if f.verified), here[0] if here else None)


def same_elsewhere(weights_dir: Path, catalog: Catalog, sha256: str, n_bytes: int | None) -> list[LocalFile]:
    """Files here that are that one, or may be: verified ones, then what a store says is it, then what has its size."""
    files = [piece for file in scan(weights_dir, catalog) for piece in file.files if piece.complete]
    verified = [file for file in files if file.sha256 == sha256]
    open_ = [file for file in files if file.sha256 is None and n_bytes in (None, file.bytes)]
    said = [file for file in open_ if file.said_sha256 == sha256]
    alike = [file for file in open_ if file.said_sha256 is None and n_bytes is not None]
    return verified + said + alike


def _usable_anywhere(local: LocalFile, wanted: tuple[str, str, str], file: CatalogFile) -> bool:
    """Verified to be that file, or said to be by the store it is in. Builds may share a file: then the hash counts."""
    if local.verified:
        return (local.model, local.build, local.role) == wanted or local.sha256 == file.sha256
    return local.sha256 is None and file.sha256 is not None and local.said_sha256 == file.sha256 and bool(local.build)


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
    before = read_index().get(str(path.resolve()))
    expected = expected or (before.expected if before else None)

    def on_damage(damaged: Sequence[Range]) -> None:  # at once, so that nobody loads it meanwhile
        remember(path, "", stat, expected, damaged=damaged)

    wanted = _wanted(path, shelf_of(weights_dir, catalog), expected)
    result = check(path, wanted, lambda done: reporter.report("verifying", done), cancelled, on_damage)
    record = remember(path, result.sha256, stat, expected, damaged=result.damaged)
    reporter.report("done", stat.st_size)
    local = describe(path, weights_dir, catalog, {str(path.resolve()): record})
    if local is None:
        raise unreadable(FileNotFoundError(2, "it is gone"), path)
    return local


def _wanted(path: Path, shelf: Shelf, expected: str | None) -> str | None:
    """The SHA-256 that the file at `path` should have; None: nobody knows, and what it had here before is not known."""
    known = shelf.at.get(str(path))
    record = checked(path)
    return (known[2].sha256 if known else None) or expected or (record.sha256 or None if record else None)


def remove(path: Path, weights_dir: Path) -> int:
    """Delete a file of weights, or an unfinished one with what belongs to it. Returns the bytes freed.

    Raises GemfitError: `not_ours` (outside the weights folder, or no file of weights), `in_use` (being downloaded),
    `not_found`, `not_writable`, `disk`.
    """
    path = path.parent.resolve() / path.name
    if not path.is_relative_to(weights_dir.resolve()) or str(path) not in {
        seen.path for seen in _own(weights_dir.resolve(), [])
    }:
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
