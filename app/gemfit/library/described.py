"""What is said of one file: by its place, by the hash that was computed here, by what its store says, by its size."""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec.structs import replace

from gemfit.catalog.types import Superseded
from gemfit.library.check import damage
from gemfit.library.index import Checked
from gemfit.library.journal import read_sidecar
from gemfit.library.part import PART, WRONG
from gemfit.library.shelf import Known, Shelf
from gemfit.library.stores.found import Found, container_of, role_of
from gemfit.library.stores.look import TITLES
from gemfit.library.types import LocalFile, Origin
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say


class Records:
    """The hashes computed here, for thousands of files at once: links are followed only where one can be meant."""

    def __init__(self, by_path: Mapping[str, Checked]) -> None:
        self._by_path = by_path
        self._states = {(record.bytes, record.mtime_ns) for record in by_path.values()}

    def of(self, path: str, n_bytes: int, mtime_ns: int) -> Checked | None:
        """The record of the file, if it is still the one that was hashed."""
        state = n_bytes, mtime_ns
        if state not in self._states:
            return None
        record = self._by_path.get(path) or self._by_path.get(os.path.realpath(path))
        return record if record and (record.bytes, record.mtime_ns) == state else None


class Plain(msgspec.Struct, frozen=True):
    """A file as a folder lists it: its path, its length and its time."""

    path: str
    bytes: int
    mtime_ns: int


def own(file: Plain, shelf: Shelf, records: Records, origin: Origin = "weights") -> LocalFile:
    """A file in the weights folder, or in an installed package. Raises OSError for an unfinished one whose journal
    cannot be read.
    """
    record = records.of(file.path, file.bytes, file.mtime_ns)
    plain = file.path.removesuffix(PART).removesuffix(WRONG)
    known = shelf.known_at(plain) or (shelf.of_sha256.get(record.sha256) if record else None)
    container, role = container_of(plain) or "gguf", role_of(Path(plain).name)
    local = LocalFile(path=file.path, bytes=file.bytes, role=role, container=container, origin=origin)
    if known:
        local = replace(local, model=known[0].id, build=known[1].id, role=known[2].role)
    if file.path.endswith(PART):
        return _unfinished(local)
    if file.path.endswith(WRONG):
        return replace(local, complete=False, note=say(_WRONG))
    return _judged(local, known, record, shelf)


def foreign(found: Found, shelf: Shelf, records: Records) -> LocalFile:
    """A file in another program's store, or in a folder of one's own."""
    local = LocalFile(
        path=str(found.path),
        bytes=found.bytes,
        role=found.role,
        origin=found.origin,
        called=found.called,
        container=found.container,
        said_sha256=found.said_sha256,
    )
    record = records.of(local.path, found.bytes, found.mtime_ns)
    known = shelf.of_sha256.get(record.sha256 if record else found.said_sha256 or "")
    if record is None:
        return _by_word_and_size(local, known, shelf)
    if known:
        local = replace(local, model=known[0].id, build=known[1].id, role=known[2].role)
    return _judged(local, known, record, shelf)


def _by_word_and_size(local: LocalFile, known: Known | None, shelf: Shelf) -> LocalFile:
    """A file that nobody has hashed here: what its store says counts if the size agrees, else its size is a hint."""
    program = TITLES.get(local.origin, "")
    old = shelf.old_of_sha256.get(local.said_sha256 or "")
    if old:
        return replace(local, model=old.model, note=_replaced(old))
    if known and known[2].bytes in (None, local.bytes):
        model, build, file = known
        note = say(_SAID, program=program)
        return replace(local, model=model.id, build=build.id, role=file.role, note=note)
    if known:
        return replace(local, note=say(_OTHER_SIZE_THERE, program=program, published_bytes=known[2].bytes or 0))
    if local.said_sha256 is None and (alike := shelf.of_bytes.get(local.bytes)):
        model, build, file = alike
        maybe = f"{model.id}:{build.id}"
        return replace(local, role=file.role, maybe=maybe, note=say(_SIZE_OF, model=model.name, build=build.title))
    if local.said_sha256 is None and (old := shelf.old_of_bytes.get(local.bytes)):
        return replace(local, maybe=old.model, note=say(_SIZE_OF_OLD, file=old.file, model=old.model))
    return replace(local, note=say(_UNKNOWN))


def _unfinished(local: LocalFile) -> LocalFile:
    sidecar = read_sidecar(Path(local.path))
    if sidecar is None:
        text = QT_TRANSLATE_NOOP("gemfit", "Not finished. Get it again.")
        return replace(local, complete=False, note=say(text))
    text = QT_TRANSLATE_NOOP("gemfit", "Not finished: {done_bytes} of {total_bytes}. Get it again and it goes on.")
    note = say(text, done_bytes=sidecar.durable_bytes, total_bytes=sidecar.bytes)
    return replace(local, complete=False, resumed_from_bytes=sidecar.durable_bytes, note=note)


def _judged(local: LocalFile, known: Known | None, record: Checked | None, shelf: Shelf) -> LocalFile:
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
    if old := shelf.old_of_sha256.get(record.sha256):
        return replace(local, model=local.model or old.model, note=_replaced(old), wrong=True)
    if record.damaged:
        return replace(local, damaged=record.damaged, note=damage(record.damaged, local.bytes), wrong=True)
    return replace(local, note=say(_NOT_PUBLISHED if expected else _UNKNOWN), wrong=bool(expected))


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
_SAID = QT_TRANSLATE_NOOP("gemfit", "Said by {program} to be the published file; not verified here yet.")
_OTHER_SIZE_THERE = QT_TRANSLATE_NOOP(
    "gemfit",
    "Said by {program} to be a published file, but that one has {published_bytes}: it is not finished, or damaged.",
)
_SIZE_OF = QT_TRANSLATE_NOOP("gemfit", "It has the size of {model} as {build}. Verify it to know whether it is that.")
_SIZE_OF_OLD = QT_TRANSLATE_NOOP(
    "gemfit", "It has the size of an earlier upload of {file} for {model}. Verify it to know whether it is that."
)
_OTHER_SIZE = QT_TRANSLATE_NOOP("gemfit", "Not the published file: that one has {published_bytes}. Get it again.")
_NOT_PUBLISHED = QT_TRANSLATE_NOOP("gemfit", "Not the published file: its SHA-256 is another. Get it again.")
