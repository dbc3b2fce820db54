"""Taking in weights from anywhere: left in their place, or copied, moved or linked into the weights folder.

Each file is checked before anything else; a model in several parts comes whole, whichever of them was named. What is no
model, or belongs to another program, is left out with a sentence.
"""

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from gemfit.catalog.types import Catalog, Container
from gemfit.errors import GemfitError
from gemfit.gguf.check import check_file
from gemfit.gguf.parts import names_of_parts, paths_of_parts
from gemfit.library import imported, store
from gemfit.library.bring import bring, stop_if
from gemfit.library.bring_parts import bring_parts
from gemfit.library.progress import OnProgress
from gemfit.library.stores.found import container_of
from gemfit.library.stores.host import Host, this_host
from gemfit.library.stores.look import PROGRAMS, TITLES
from gemfit.library.stores.walk import weights_below
from gemfit.library.types import LocalFile
from gemfit.library.verify import unreadable
from gemfit.litertlm.check import check_header
from gemfit.litertlm.reader import MAGIC, read_header
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

How = Literal["leave", "copy", "move", "link"]


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
            for place in [path] if path.is_dir() else paths_of_parts(path):
                imported.remember(place)
    return Imported(files=files, refused=refused)


def ways(paths: Sequence[Path], weights_dir: Path, host: Host | None = None) -> list[How]:
    """How these can be taken in. What belongs to another program or is a link is neither moved nor linked; linked is
    only what is on the disk of the weights folder.
    """
    host = host or this_host()
    if any(path.is_symlink() or _owner(path, host) is not None for path in paths):
        return ["leave", "copy"]
    try:
        disk = next(folder for folder in (weights_dir, *weights_dir.parents) if folder.exists()).stat().st_dev
        one_disk = all(path.stat().st_dev == disk for path in paths)
    except OSError:  # said when it is taken in
        one_disk = False
    return ["leave", "copy", "move", "link"] if one_disk else ["leave", "copy", "move"]


def _owner(path: Path, host: Host) -> str | None:
    """The program in whose folder `path` is; None if in no program's."""
    for program in PROGRAMS:
        for folder in program.places(host):
            if path.resolve().is_relative_to(folder.resolve()):
                return TITLES[program.ORIGIN]
    return None


def check(path: Path) -> Container:
    """Check a file before it is taken in, and say what it is. Raises GemfitError: those of `gguf.check.check_file` and
    `litertlm.check.check_file`, `split_incomplete`, `not_weights`.
    """
    try:
        with path.open("rb") as file:
            start = file.read(len(MAGIC))
    except OSError as error:
        raise unreadable(error, path) from error
    if start == MAGIC:
        check_header(read_header(path))
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
    return [name for name in names_of_parts(path.name) if not store.is_file(path.with_name(name))]


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

    def take(self, path: Path) -> tuple[list[LocalFile], list[Refused]]:
        """One path that was given: a file, or everything in a folder."""
        files: list[LocalFile] = []
        refused: list[Refused] = []

        def unseen(where: Path, error: OSError) -> None:
            refused.append(_refused(where, unreadable(error, where)))

        inside = path.is_dir()
        given = [found.path for found in weights_below(path, unseen)] if inside else [path]
        for file in dict.fromkeys(paths_of_parts(file)[0] for file in given):
            stop_if(self._cancelled)
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
        parts = paths_of_parts(path)
        if self._how in ("move", "link"):
            for part in parts:
                self._refuse_others(part)
        rest = self._weights_dir, self._catalog, self._how, self._on_progress, self._cancelled
        return self._described(bring(path, *rest) if len(parts) == 1 else bring_parts(parts, *rest))

    def _described(self, path: Path) -> LocalFile:
        local = store.describe_model(path, self._weights_dir, self._catalog)
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
        owner = _owner(path, self._host)
        if owner is not None:
            text = QT_TRANSLATE_NOOP(
                "gemfit",
                "{path} belongs to {program}, so it was neither moved nor linked. It is used there without a copy; to "
                "have one of its own, copy it.",
            )
            raise GemfitError("not_ours", say(text, path=str(path), program=owner))


def _refused(path: Path, error: GemfitError) -> Refused:
    return Refused(path=str(path), sentence=error.sentence, code=error.code)
