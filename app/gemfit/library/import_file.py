"""Taking in weights from anywhere: left in their place, or copied, moved or linked into the weights folder.

Each file is checked before anything else. A copy is written under a name that nothing looks for, hashed on the way,
made durable, and only then gets its name; what was there before is never replaced. A file that turns out to be one of
the catalogue's goes where that belongs; others go to `<weights>/imported/`.
"""

import errno
import hashlib
import os
import re
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from io import FileIO
from pathlib import Path
from typing import Literal

import msgspec

from gemfit.atomic import sync_folder
from gemfit.catalog.types import Catalog, Container
from gemfit.errors import GemfitError
from gemfit.gguf.check import check_file
from gemfit.library import imported, index, store
from gemfit.library.disk import FULL, free_bytes, no_room, usual_reserve_bytes
from gemfit.library.names import is_safe, place
from gemfit.library.progress import OnProgress, Reporter
from gemfit.library.shelf import shelf_of
from gemfit.library.stores.found import container_of
from gemfit.library.stores.host import Host, this_host
from gemfit.library.stores.look import PROGRAMS, TITLES
from gemfit.library.stores.walk import weights_below
from gemfit.library.types import LocalFile
from gemfit.library.verify import sha256_of, unreadable
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

How = Literal["leave", "copy", "move", "link"]
FOLDER = "imported"
UNFINISHED = ".importing"
BUFFER_BYTES = 4 << 20
_LITERTLM = b"LITERTLM"
_SPLIT = re.compile(r"(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf", re.IGNORECASE)
# _IOW(0x94, 9, int) of linux/fs.h: the new file shares the blocks of the old one until one of them is changed.
_FICLONE = 0x40049409


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was not taken in, and why."""

    path: str
    sentence: Sentence
    code: str


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What is in the library now, and what was left out. Nothing of the latter was changed."""

    files: list[LocalFile]
    refused: list[Refused] = []


def import_paths(
    paths: Sequence[Path],
    weights_dir: Path,
    catalog: Catalog,
    *,
    how: How = "leave",
    on_progress: OnProgress = lambda _progress: None,
    cancelled: threading.Event | None = None,
    host: Host | None = None,
) -> Imported:
    """Take in files and what is in folders. A folder that is left in its place stays known: what comes into it later is
    found as well.

    `on_progress` is called on this thread, for one file after the other. Raises GemfitError `cancelled` (what was taken
    in before stays), `not_kept`; the trouble of one file is among `refused`.
    """
    job = _Import(weights_dir, catalog, how, on_progress, cancelled or threading.Event(), host or this_host())
    files: list[LocalFile] = []
    refused: list[Refused] = []
    for path in paths:
        path = Path(os.path.abspath(path.expanduser()))  # noqa: PTH100 - links are kept as they are
        taken, left_out = job.take(path)
        files += taken
        refused += left_out
        if how == "leave" and taken:
            imported.remember(path)
    return Imported(files=files, refused=refused)


def check(path: Path) -> Container:
    """Check a file before it is taken in, and say what it is. Raises GemfitError: those of `gguf.check.check_file`,
    `split_incomplete`, `not_weights`.
    """
    try:
        with path.open("rb") as file:
            start = file.read(len(_LITERTLM))
    except OSError as error:
        raise unreadable(error, path) from error
    if start == _LITERTLM:
        return "litertlm"
    if container_of(path.name) == "litertlm":
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "{file} is not a LiteRT-LM file: it does not begin as one. It was left as it is. Download it again.",
        )
        raise GemfitError("not_weights", say(text, file=path.name))
    _need_all_parts(path)
    check_file(path)
    return "gguf"


def missing_parts(path: Path) -> list[str]:
    """The names of the other parts of a split model that are not beside `path`; empty for a whole model."""
    split = _SPLIT.fullmatch(path.name)
    if split is None:
        return []
    count = int(split["count"])
    names = (f"{split['stem']}-{number:05d}-of-{count:05d}.gguf" for number in range(1, count + 1))
    return [name for name in names if not store.is_file(path.with_name(name))]


def _need_all_parts(path: Path) -> None:
    missing = missing_parts(path)
    if missing:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "{file} is one part of a model in several files, and {missing_count} of them are not here ({first}, …). It "
            "was left as it is. Put all parts into one folder, then try again.",
        )
        sentence = say(text, file=path.name, missing_count=len(missing), first=missing[0])
        raise GemfitError("split_incomplete", sentence)


class _Import:
    def __init__(
        self,
        weights_dir: Path,
        catalog: Catalog,
        how: How,
        on_progress: OnProgress,
        cancelled: threading.Event,
        host: Host,
    ) -> None:
        self._weights_dir, self._catalog, self._how = weights_dir, catalog, how
        self._on_progress, self._cancelled, self._host = on_progress, cancelled, host
        self._shelf = shelf_of(weights_dir, catalog)

    def take(self, path: Path) -> tuple[list[LocalFile], list[Refused]]:
        """One path that was given: a file, or everything in a folder."""
        files: list[LocalFile] = []
        refused: list[Refused] = []

        def unseen(where: Path, error: OSError) -> None:
            refused.append(_refused(where, unreadable(error, where)))

        inside = path.is_dir()
        for file in [found.path for found in weights_below(path, unseen)] if inside else [path]:
            self._stop_if_cancelled()
            try:
                files.append(self._take(file))
            except GemfitError as error:
                if error.code in ("cancelled", "not_kept"):
                    raise
                refused.append(_refused(file, error))
        if inside and not files and not refused:
            text = QT_TRANSLATE_NOOP("gemfit", "There are no files of weights (.gguf, .litertlm) in {folder}.")
            refused.append(Refused(path=str(path), sentence=say(text, folder=str(path)), code="nothing_there"))
        return files, refused

    def _take(self, path: Path) -> LocalFile:
        check(path)
        if path.is_relative_to(self._weights_dir):
            return self._described(path)
        if self._how == "leave":
            return self._described(path)
        if self._how in ("move", "link"):
            self._refuse_others(path)
        try:
            return self._bring(path)
        except OSError as error:
            raise _not_taken(error, path, self._weights_dir) from error

    def _described(self, path: Path) -> LocalFile:
        local = store.describe(path, self._weights_dir, self._catalog)
        if local is None:
            raise unreadable(FileNotFoundError(2, "it is gone"), path)
        if path.is_relative_to(self._weights_dir):
            return local
        return msgspec.structs.replace(local, origin="import", called=path.name)

    def _refuse_others(self, path: Path) -> None:
        """What belongs to another program, or is reached by a link, is neither moved nor given a second name."""
        if path.is_symlink():
            text = QT_TRANSLATE_NOOP(
                "gemfit",
                "{path} is a link to a file elsewhere, so it was neither moved nor linked. Import that file, or "
                "copy it.",
            )
            raise GemfitError("is_a_link", say(text, path=str(path)))
        for program in PROGRAMS:
            for folder in program.places(self._host):
                if path.resolve().is_relative_to(folder.resolve()):
                    text = QT_TRANSLATE_NOOP(
                        "gemfit",
                        "{path} belongs to {program}, so it was neither moved nor linked. It is used there without a "
                        "copy; to have one of its own, copy it.",
                    )
                    raise GemfitError("not_ours", say(text, path=str(path), program=TITLES[program.ORIGIN]))

    def _bring(self, path: Path) -> LocalFile:
        before = path.stat()
        folder = place(self._weights_dir, FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        reporter = Reporter(path.name, before.st_size, self._on_progress, time.monotonic)
        moved_whole = self._how == "move" and before.st_dev == folder.stat().st_dev
        if self._how == "link" or moved_whole:
            sha256 = self._hash_if_known(path, reporter)
            self._refuse_changed(path, before)
            target = self._give_name(path, path.name, sha256, keep=self._how == "link")
        else:
            draft = folder / f".{hashlib.sha256(os.fsencode(path)).hexdigest()[:16]}{UNFINISHED}"
            try:
                sha256 = self._draft(path, draft, before.st_size, reporter)
                self._refuse_changed(path, before)
                target = self._give_name(draft, path.name, sha256)
            finally:
                draft.unlink(missing_ok=True)
        if sha256:
            index.remember(target, sha256, target.stat())
        if self._how == "move":
            path.unlink(missing_ok=True)
            index.forget(path)
        reporter.report("done", before.st_size)
        return self._described(target)

    def _draft(self, path: Path, draft: Path, n_bytes: int, reporter: Reporter) -> str | None:
        """A copy under a name that nothing looks for. Its SHA-256, where it had to be read or can be a known one's."""
        draft.unlink(missing_ok=True)
        if _reflink(path, draft):
            return self._hash_if_known(draft, reporter)
        sha256 = self._copy(path, draft, n_bytes, reporter)
        if self._how == "move" and self._hash(draft, reporter) != sha256:
            raise OSError(errno.EIO, "the copy differs from the original")
        return sha256

    def _copy(self, path: Path, draft: Path, n_bytes: int, reporter: Reporter) -> str:
        free, reserve = free_bytes(draft.parent), usual_reserve_bytes(draft.parent)
        if n_bytes + reserve > free:
            raise no_room(draft.parent, n_bytes + reserve, free)
        digest, buffer = hashlib.sha256(), memoryview(bytearray(BUFFER_BYTES))
        with path.open("rb", buffering=0) as source, draft.open("xb", buffering=0) as copy:
            done = 0
            while n := source.readinto(buffer):
                self._stop_if_cancelled()
                _write(copy, buffer[:n])
                digest.update(buffer[:n])
                done += n
                reporter.report("downloading", done)
            os.fsync(copy.fileno())
        return digest.hexdigest()

    def _hash_if_known(self, path: Path, reporter: Reporter) -> str | None:
        n_bytes = path.stat().st_size
        known = n_bytes in self._shelf.of_bytes or n_bytes in self._shelf.old_of_bytes
        return self._hash(path, reporter) if known else None

    def _hash(self, path: Path, reporter: Reporter) -> str:
        return sha256_of(path, lambda done: reporter.report("verifying", done), self._cancelled)

    def _give_name(self, path: Path, name: str, sha256: str | None, *, keep: bool = False) -> Path:
        """Give the file its name in the weights folder, beside what is there already; `keep` its old name as well."""
        known = self._shelf.of_sha256.get(sha256 or "")
        target = store.path_of(self._weights_dir, *known) if known and not known[2].package else None
        if target is None or target.exists():
            target = place(self._weights_dir, f"{FOLDER}/{safe_name(name)}")
        target.parent.mkdir(parents=True, exist_ok=True)
        for candidate in _beside(target):
            try:
                candidate.hardlink_to(path)
            except FileExistsError:
                continue
            except OSError as error:  # two disks, or one without hard links
                if keep:
                    raise _no_link(error, path, target.parent) from error
                if candidate.exists():
                    continue
                path.rename(candidate)
            if not keep:
                path.unlink(missing_ok=True)
            sync_folder(candidate.parent)
            return candidate
        raise AssertionError("unreachable")  # pragma: no cover

    def _refuse_changed(self, path: Path, before: os.stat_result) -> None:
        after = path.stat()
        if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            text = QT_TRANSLATE_NOOP(
                "gemfit",
                "{path} was changed while it was taken in, so it was left out. Wait until it is complete, then try "
                "again.",
            )
            raise GemfitError("changed", say(text, path=str(path)))

    def _stop_if_cancelled(self) -> None:
        if self._cancelled.is_set():
            text = QT_TRANSLATE_NOOP(
                "gemfit", "The import was stopped. What was taken in before stays; the file under way is as it was."
            )
            raise GemfitError("cancelled", say(text))


def safe_name(name: str) -> str:
    """`name` if every system can hold it, else one made from it that every system can."""
    if container_of(name) and is_safe(name):
        return name
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", name.rsplit(".", 1)[0]).strip("-")[:80]
    code = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    ending = ".litertlm" if container_of(name) == "litertlm" else ".gguf"
    return f"{plain}-{code}{ending}" if plain else f"model-{code}{ending}"


def _beside(target: Path) -> Iterable[Path]:
    yield target
    for number in range(2, sys.maxsize):
        yield target.with_name(f"{target.stem} ({number}){target.suffix}")


def _write(file: FileIO, data: memoryview) -> None:
    while data:
        data = data[file.write(data) :]


def _reflink(source: Path, copy: Path) -> bool:
    """Make a copy that shares its blocks with the original, where the file system can (Btrfs, XFS)."""
    if sys.platform != "linux":
        return False
    import fcntl

    with source.open("rb") as old, copy.open("xb") as new:
        try:
            fcntl.ioctl(new.fileno(), _FICLONE, old.fileno())
        except OSError:  # this file system cannot, or the two are on different ones
            shared = False
        else:
            os.fsync(new.fileno())
            shared = True
    if not shared:
        copy.unlink()
    return shared


def _refused(path: Path, error: GemfitError) -> Refused:
    return Refused(path=str(path), sentence=error.sentence, code=error.code)


def _no_link(error: OSError, path: Path, folder: Path) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{path} cannot be given a second name in {folder} ({reason}): both have to be on one disk that knows hard "
        "links. Nothing was changed. Copy it, or leave it in its place.",
    )
    reason = error.strerror or type(error).__name__
    return GemfitError("no_link", say(text, path=str(path), folder=str(folder), reason=reason))


def _not_taken(error: OSError, path: Path, weights_dir: Path) -> GemfitError:
    values: dict[str, str] = {"path": str(path), "folder": str(weights_dir), "reason": error.strerror or str(error)}
    if error.errno in FULL:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The disk of {folder} is full, so {path} was not taken in; it is as it was. Free some space, or leave the "
            "file in its place.",
        )
        return GemfitError("disk_full", say(text, **values))
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{path} could not be taken into {folder}: {reason}. It is as it was. Check both folders, or leave the file in "
        "its place.",
    )
    return GemfitError("not_taken", say(text, **values))
