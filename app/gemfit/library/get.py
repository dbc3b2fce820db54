"""From "this model in this format" to verified files on this disk."""

import threading
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from gemfit.catalog.load import find_build
from gemfit.catalog.roles import role_name, role_names
from gemfit.catalog.starter import find_packaged
from gemfit.catalog.types import Build, Catalog, CatalogFile, Model
from gemfit.errors import GemfitError
from gemfit.gguf.parts import part_of, paths_of_parts
from gemfit.library import hub, store
from gemfit.library.disk import disk_error, free_bytes, no_room
from gemfit.library.download import Rules, download
from gemfit.library.index import checked, remember
from gemfit.library.journal import read_sidecar
from gemfit.library.names import place
from gemfit.library.packaged import damaged, not_installed
from gemfit.library.part import PART, WRONG, taken_bytes
from gemfit.library.progress import OnProgress, Reporter
from gemfit.library.repair import reopen
from gemfit.library.source import Source
from gemfit.library.split import parts_of
from gemfit.library.types import LocalFile, RemoteFile, TransferProgress
from gemfit.library.web import endpoint_in_force
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say


def get(
    catalog: Catalog,
    model_id: str,
    build_id: str | None = None,
    *,
    weights_dir: Path,
    source: Source | None = None,
    parts: Sequence[str] = ("weights",),
    on_progress: OnProgress = lambda _progress: None,
    cancelled: threading.Event | None = None,
    rules: Rules | None = None,
) -> list[LocalFile]:
    """Bring the files of a build with these roles here, verified; those that are here already are not fetched again.

    Weights in several parts are found by asking the Hub for them. `on_progress` is called on this thread, for one file
    after the other. Raises GemfitError: those of `find_build`, `hub.resolve`, `store.verify`, `split.parts_of` and
    `download`, `no_part`, `not_installed`, `disk_full`.
    """
    model, build = find_build(catalog, model_id, build_id)
    files: list[CatalogFile] = []
    for file in wanted(model, build, parts):
        is_split = build.split and file.role == "weights"
        files += parts_of(file, source, cancelled=cancelled, rules=rules) if is_split else [file]
    return get_files(
        files,
        store.folder_of(weights_dir, model, build),
        catalog=catalog,
        weights_dir=weights_dir,
        source=source,
        on_progress=on_progress,
        cancelled=cancelled,
        rules=rules,
    )


def get_files(
    files: Sequence[CatalogFile],
    folder: Path,
    *,
    catalog: Catalog,
    weights_dir: Path,
    source: Source | None = None,
    on_progress: OnProgress = lambda _progress: None,
    cancelled: threading.Event | None = None,
    rules: Rules | None = None,
) -> list[LocalFile]:
    """Bring these files into `folder`, inside `weights_dir`; the catalogue need not know them. Else as `get`."""
    job = _Job(
        catalog,
        weights_dir,
        folder,
        source or Source(),
        on_progress,
        cancelled or threading.Event(),
        rules or Rules(),
    )
    try:
        return job.carry_out(files)
    except OSError as error:  # a folder that cannot be looked into; while writing, `download` says it itself
        raise disk_error(error, folder / files[0].file) from error


class _Job:
    def __init__(
        self,
        catalog: Catalog,
        weights_dir: Path,
        folder: Path,
        source: Source,
        on_progress: OnProgress,
        cancelled: threading.Event,
        rules: Rules,
    ) -> None:
        self._catalog, self._weights_dir, self._folder, self._source = catalog, weights_dir, folder, source
        self._on_progress, self._cancelled, self._rules = on_progress, cancelled, rules

    def carry_out(self, files: Sequence[CatalogFile]) -> list[LocalFile]:
        ready: dict[str, LocalFile] = {}
        remotes: dict[str, RemoteFile] = {}
        for file in files:
            local = self._here(file)
            if local is None:
                remotes[file.file] = self._resolve(file)
                local = self._here(file, remotes[file.file].sha256)
            if local is not None:
                ready[file.file] = local
                remotes.pop(file.file, None)
        for remote in remotes.values():
            self._mend(remote)
        self._look_for_room(list(remotes.values()))
        return [ready.get(file.file) or self._fetch(remotes[file.file]) for file in files]

    def _path(self, file: CatalogFile) -> Path:
        if file.package:
            return find_packaged(file) or Path(file.package) / file.file
        return place(self._folder, file.file)

    def _here(self, file: CatalogFile, expected: str | None = None) -> LocalFile | None:
        """The file, if it is here and verified; hashed now if it was not before. None: it has to be fetched."""
        path = self._path(file)
        if not path.is_file():
            if file.package:
                raise not_installed(file)
            return self._elsewhere(file, expected or file.sha256)
        record = checked(path)
        expected = expected or file.sha256 or (record.expected if record else None)
        if expected is None:
            return None  # the official source has to say first what it should be
        if record is None:
            local: LocalFile | None = self._verify(path, expected)
        else:
            remember(path, record.sha256, path.stat(), expected, record.revision, damaged=record.damaged)
            local = store.describe(path, self._weights_dir, self._catalog)
        if local is not None and local.verified:
            self._say_done(file, local)
            return local
        if file.package:
            raise damaged(file)
        return None

    def _elsewhere(self, file: CatalogFile, sha256: str | None) -> LocalFile | None:
        """The same file in another place: it is used there, without a copy. What is said or may be it is hashed now."""
        same = store.same_elsewhere(self._weights_dir, self._catalog, sha256, file.bytes) if sha256 else []
        for found in same:
            if not _has_its_parts(file, Path(found.path)):
                continue
            if found.sha256 is None and self._verify(Path(found.path), sha256).sha256 != sha256:
                continue
            text = QT_TRANSLATE_NOOP(
                "gemfit", "It is here already, in {path}. It is used there; nothing is downloaded."
            )
            self._say_done(file, found, say(text, path=found.path))
            return replace(found, sha256=sha256, verified=True, complete=True, note=None)
        return None

    def _verify(self, path: Path, expected: str | None) -> LocalFile:
        return store.verify(
            path,
            self._weights_dir,
            self._catalog,
            on_progress=self._on_progress,
            cancelled=self._cancelled,
            expected=expected,
        )

    def _say_done(self, file: CatalogFile, local: LocalFile, sentence: Sentence | None = None) -> None:
        n_bytes = local.bytes
        self._on_progress(
            TransferProgress(state="done", file=file.file, done_bytes=n_bytes, total_bytes=n_bytes, sentence=sentence)
        )

    def _resolve(self, file: CatalogFile) -> RemoteFile:
        """What to fetch. Where the catalogue pins no commit, the one that an unfinished file is of comes first."""
        total = file.bytes or file.approx_bytes or 0
        self._on_progress(TransferProgress(state="waiting", file=file.file, done_bytes=0, total_bytes=total))
        target = self._path(file)
        begun = read_sidecar(target.with_name(target.name + PART)) if file.revision is None else None
        if begun is not None and begun.repo == file.repo:
            try:
                return self._ask(replace(file, revision=begun.revision))
            except GemfitError as error:
                if error.code not in ("not_found", "hash_differs", "size_differs"):
                    raise  # those three say that this commit is of no use any more, and the newest one is asked for
        return self._ask(file)

    def _ask(self, file: CatalogFile) -> RemoteFile:
        source = self._source
        return hub.resolve(
            file,
            endpoint_in_force(source.endpoint),
            source.token,
            cancelled=self._cancelled,
            official=source.official,
            wait=self._rules.wait,
        )

    def _look_for_room(self, remotes: list[RemoteFile]) -> None:
        needed = 0
        for remote in remotes:
            held = _held(place(self._folder, remote.file))
            needed += remote.bytes - taken_bytes(place(self._folder, remote.file))
            self._on_progress(_waiting(remote, held))
        reserve, free = self._rules.reserve(self._folder), free_bytes(self._folder)
        if needed and needed + reserve > free:
            raise no_room(self._folder, needed + reserve, free)

    def _mend(self, remote: RemoteFile) -> None:
        """A file here of which only some pieces are damaged becomes an unfinished one: only those are fetched."""
        target = place(self._folder, remote.file)
        if target.is_file():
            reporter = Reporter(remote.file, remote.bytes, self._on_progress, self._rules.clock)
            reopen(target, remote, reporter, self._cancelled, self._rules)

    def _fetch(self, remote: RemoteFile) -> LocalFile:
        target = place(self._folder, remote.file)
        self._set_aside(target, remote)
        got = download(
            remote,
            self._folder,
            token=self._source.token,
            on_progress=self._on_progress,
            cancelled=self._cancelled,
            rules=self._rules,
        )
        remember(
            target,
            remote.sha256,
            target.stat(),
            remote.sha256,
            remote.revision,
            repo=remote.repo,
            file=remote.file,
        )
        local = store.describe(target, self._weights_dir, self._catalog) or got
        return replace(local, resumed_from_bytes=got.resumed_from_bytes)

    def _set_aside(self, target: Path, remote: RemoteFile) -> None:
        """A file with this name that is another one (an earlier upload, a damaged copy) makes room, and is kept."""
        if not target.is_file():
            return
        aside = target.with_name(target.name + WRONG)
        target.replace(aside)
        text = QT_TRANSLATE_NOOP(
            "gemfit", "The file that was here is not the published one. It is kept as {path} and can be removed."
        )
        self._on_progress(replace(_waiting(remote, 0), sentence=say(text, path=str(aside))))


def _has_its_parts(file: CatalogFile, found: Path) -> bool:
    """Whether a file elsewhere can be used there: the engine wants all parts of one model in one folder."""
    part = part_of(PurePosixPath(file.file).name)
    return part is None or (
        part == part_of(found.name) and all(store.is_file(other) for other in paths_of_parts(found))
    )


def _waiting(remote: RemoteFile, held_bytes: int) -> TransferProgress:
    return TransferProgress(state="waiting", file=remote.file, done_bytes=held_bytes, total_bytes=remote.bytes)


def wanted(model: Model, build: Build, parts: Sequence[str]) -> list[CatalogFile]:
    """The files of these roles; of split weights, the one that stands for all parts. Raises GemfitError `no_part` when
    the build has none of one of them.
    """
    for part in parts:
        if not any(file.role == part for file in build.files):
            text = QT_TRANSLATE_NOOP(
                "gemfit", "There is no {part} for {model} as {build}. It has: {roles}. Nothing was downloaded."
            )
            values = {"part": role_name(part), "roles": role_names(file.role for file in build.files)}
            raise GemfitError("no_part", say(text, model=model.name, build=build.id, **values))
    return [file for file in build.files if file.role in parts]


def _held(target: Path) -> int:
    """What an earlier transfer left of this file."""
    part = target.with_name(target.name + PART)
    sidecar = read_sidecar(part)
    return min(sidecar.durable_bytes, part.stat().st_size) if sidecar and part.is_file() else 0
