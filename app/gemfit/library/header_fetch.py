"""Only the header of a file on the Hub: some megabytes of many gigabytes, fetched by range requests, kept by commit.

What is kept is a sparse file of the true length with the header in place: the engine can lay it out as if it were the
whole file, and it takes no more of the disk than the header. The weights in it are a hole, so nothing must ever load
it; it lies in the cache folder, apart from the weights, and is called what the file is called.
"""

import contextlib
import hashlib
import os
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import msgspec

from gemfit import paths
from gemfit.catalog.types import CatalogFile
from gemfit.errors import GemfitError
from gemfit.gguf.parts import names_of_parts
from gemfit.gguf.reader import HEADER_CAP_BYTES, header_from_start, read_header
from gemfit.gguf.types import GgufHeader
from gemfit.library import hub, sparse, transfer
from gemfit.library.disk import free_bytes
from gemfit.library.download import Cancelled, Exchange, Rules
from gemfit.library.names import place
from gemfit.library.progress import OnProgress
from gemfit.library.source import Source
from gemfit.library.split import parts_of
from gemfit.library.types import TransferProgress, TransferState
from gemfit.library.web import client, endpoint_in_force, refuse_when_offline, stoppable
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

FIRST_STEP_BYTES = 1 << 20
STEP_FACTOR = 4
"""1, 4, 16 MiB, …: Gemma 4's header of 15.1 MiB comes with three requests, and little more than it is fetched."""
MOST_HEADERS = 20


class HubFile(msgspec.Struct, frozen=True):
    """A file on the Hub: `repo` is `owner/name`; `revision` a commit, a branch or a tag, None for the newest.

    `split`: it stands for weights in several parts, which need not be called so; the Hub is asked which these are.
    """

    repo: str
    file: str
    revision: str | None = None
    split: bool = False


class FetchedHeader(msgspec.Struct, frozen=True, kw_only=True):
    """`path`: a sparse file, the first of several where the model is in parts; `revision`: its commit; `fetched_bytes`:
    what came over the network for it just now.
    """

    path: Path
    revision: str
    fetched_bytes: int


def fetch_header(
    wanted: HubFile,
    *,
    source: Source | None = None,
    on_progress: OnProgress = lambda _progress: None,
    cancelled: threading.Event | None = None,
    rules: Rules | None = None,
) -> FetchedHeader:
    """The header of `wanted` as a sparse file, and those of all parts where it is one of several; from the cache if
    they are there, and then without a word to the Hub if the revision is a commit.

    Raises GemfitError: those of `hub.locate`, `download` and `read_header`, and `no_room_for_header`.
    """
    source, rules, cancelled = source or Source(), rules or Rules(), cancelled or threading.Event()
    files = [msgspec.structs.replace(wanted, file=name) for name in _names(wanted.file)]
    if hub.is_commit(wanted.revision):
        kept = _kept(files, str(wanted.revision))
        if kept is not None:
            return kept
    refuse_when_offline()
    if wanted.split:
        named = CatalogFile(file=wanted.file, repo=wanted.repo, revision=wanted.revision)
        first = parts_of(named, source, cancelled=cancelled, rules=rules)[0]
        wanted = HubFile(wanted.repo, first.file, first.revision)
        return fetch_header(wanted, source=source, on_progress=on_progress, cancelled=cancelled, rules=rules)
    endpoint = endpoint_in_force(source.endpoint)
    asked = wanted.repo, [file.file for file in files], wanted.revision, endpoint, source.token
    found = hub.locate(*asked, cancelled=cancelled, wait=rules.wait)
    commit = found[0].revision
    kept = _kept(files, commit)
    if kept is not None:
        return kept
    fetched_bytes = 0
    for file, located in zip(files, found, strict=True):
        if _kept([file], commit) is None:
            fetch = _Fetch(file, located, source.token, on_progress, cancelled, rules)
            _keep(path_of(file, commit), *fetch.carry_out(), located.bytes)
            fetched_bytes += fetch.received_bytes
    _tidy(path_of(files[0], commit))
    return FetchedHeader(path=path_of(files[0], commit), revision=commit, fetched_bytes=fetched_bytes)


def _names(file: str) -> list[str]:
    """All parts of the model that a file of a repository is one of; itself for a model in one file."""
    path = PurePosixPath(file)
    return [str(path.with_name(name)) for name in names_of_parts(path.name)] or [file]


def _keep(path: Path, header: GgufHeader, data: bytearray, file_bytes: int) -> None:
    try:
        _write(path, data[: header.data_offset], file_bytes)
    except OSError as error:
        raise _not_written(path.parent, error) from error


def path_of(wanted: HubFile, commit: str) -> Path:
    """Where the header of that file at that commit is kept. Raises GemfitError `unsafe_name`."""
    first = _names(wanted.file)[0]  # the parts of a model lie in one folder
    key = hashlib.sha256(f"{wanted.repo}\n{commit}\n{first}".encode()).hexdigest()[:32]
    return place(_folder() / key, PurePosixPath(wanted.file).name)


def _folder() -> Path:
    return paths.cache_dir() / "headers"


def _kept(files: Sequence[HubFile], commit: str) -> FetchedHeader | None:
    """The headers from the cache, marked as just used; None if one is not there, or not sound any more."""
    paths_ = [path_of(file, commit) for file in files]
    try:
        if not all(path.is_file() and read_header(path).needed_bytes <= path.stat().st_size for path in paths_):
            return None
        os.utime(paths_[0].parent)
    except (GemfitError, OSError):  # damaged, or deleted meanwhile: it is fetched anew
        return None
    return FetchedHeader(path=paths_[0], revision=commit, fetched_bytes=0)


class _Start:
    """The first bytes of a file, and how many of them are wanted: more and more until the header is complete."""

    def __init__(self, name: str, file_bytes: int) -> None:
        self._name, self._file_bytes = name, file_bytes
        self.data = bytearray()
        self.header: GgufHeader | None = None
        self.wanted_bytes = min(FIRST_STEP_BYTES, file_bytes)

    @property
    def held_bytes(self) -> int:
        return len(self.data)

    def append(self, data: bytes | memoryview) -> None:
        self.data += data
        while self.header is None and self.held_bytes >= self.wanted_bytes:
            self.header = header_from_start(bytes(self.data), self._name, self._file_bytes)
            if self.header is None:
                self.wanted_bytes = min(self.wanted_bytes * STEP_FACTOR, self._file_bytes, HEADER_CAP_BYTES)

    def note(self, etag: str | None, content: str | None) -> None:
        """Nothing of it outlives this fetch."""

    def sync(self) -> None:
        """Nor is it on a disk yet."""

    def discard(self) -> None:
        self.data.clear()
        self.header, self.wanted_bytes = None, min(FIRST_STEP_BYTES, self._file_bytes)


class _Fetch:
    """One fetch from the Hub."""

    def __init__(
        self,
        wanted: HubFile,
        found: hub.Located,
        token: str | None,
        on_progress: OnProgress,
        cancelled: threading.Event,
        rules: Rules,
    ) -> None:
        self._name, self._on_progress = PurePosixPath(wanted.file).name, on_progress
        self._cancelled, self._rules = cancelled, rules
        self._start = _Start(self._name, found.bytes)
        state = transfer.Transfer(total_bytes=found.bytes, page=found.url.partition("/resolve/")[0])
        self._exchange = Exchange(
            found.url, self._start, state, token, self._tell, cancelled, rules, lambda: self._start.wanted_bytes
        )

    @property
    def received_bytes(self) -> int:
        return self._exchange.received_bytes

    def carry_out(self) -> tuple[GgufHeader, bytearray]:
        try:
            with stoppable(self._cancelled) as line, client(self._rules.connect_s, self._rules.stall_s) as web:
                self._exchange.fetch(web, line)
        except Cancelled:
            text = QT_TRANSLATE_NOOP("gemfit", "Stopped before the header was here. Nothing of it is kept.")
            raise GemfitError("cancelled", say(text)) from None
        header = self._start.header or header_from_start(b"", self._name, 0)  # an empty file is no GGUF
        assert header is not None
        return header, self._start.data

    def _tell(self, state: TransferState, done_bytes: int, sentence: Sentence | None) -> None:
        self._on_progress(
            TransferProgress(
                state=state,
                file=self._name,
                done_bytes=done_bytes,
                total_bytes=self._start.wanted_bytes,
                sentence=sentence,
            )
        )


def _write(path: Path, start: bytes | bytearray, file_bytes: int) -> None:
    """Write a file of `file_bytes` that begins with `start`; the rest is a hole. Raises GemfitError and OSError."""
    folder = path.parent
    folder.mkdir(parents=True, exist_ok=True)
    if free_bytes(folder) < len(start) + (64 << 20):
        raise _no_room(folder, len(start))
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".header-")
    try:
        os.close(handle)
        with Path(temporary).open("wb") as file:
            file.write(start)
            file.flush()
            if not sparse.extend(file, file_bytes):
                raise _no_holes(folder, file_bytes)
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):  # the first error is the one to tell
            Path(temporary).unlink()
        raise


def _tidy(newest: Path) -> None:
    """Drop the headers that were not used for longest, beyond MOST_HEADERS."""
    folders = sorted((f for f in _folder().iterdir() if f.is_dir()), key=_used_at, reverse=True)
    for folder in folders[MOST_HEADERS:]:
        if folder == newest.parent:
            continue
        with contextlib.suppress(OSError):  # open in another process (Windows), or gone already
            for file in folder.iterdir():
                file.unlink()
            folder.rmdir()


def _used_at(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:  # another process tidies as well
        return 0.0


def _no_room(folder: Path, needed_bytes: int) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "There is not enough room in {folder} for the header ({needed_bytes}). Nothing was kept. Free some space, then "
        "try again.",
    )
    return GemfitError("no_room_for_header", say(text, folder=str(folder), needed_bytes=needed_bytes))


def _no_holes(folder: Path, file_bytes: int) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "The disk of {folder} cannot hold a sparse file, and a file of {size_bytes} would have to be written for its "
        "header alone. Nothing was kept. Set GEMFIT_HOME to a folder on another disk, or download the model and "
        "measure it then.",
    )
    return GemfitError("no_room_for_header", say(text, folder=str(folder), size_bytes=file_bytes))


def _not_written(folder: Path, error: OSError) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "The header could not be written to {folder}: {reason}. Nothing was kept. Check the folder and its disk, then "
        "try again.",
    )
    values = {"folder": str(folder), "reason": error.strerror or type(error).__name__}
    return GemfitError("no_room_for_header", say(text, **values))
