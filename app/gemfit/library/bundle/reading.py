"""Reading a bundle that comes from anywhere. Nothing of it is believed: names, sizes and types are those of the
manifest or the bundle is refused, and links, devices and sparse files are never followed or unpacked.
"""

import contextlib
import io
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from gemfit.errors import GemfitError
from gemfit.library.bundle import ustar
from gemfit.library.bundle.copying import copy
from gemfit.library.bundle.manifest import (
    CATALOG,
    MANIFEST,
    MAX_BYTES,
    Manifest,
    decode,
    not_a_bundle,
)
from gemfit.library.names import place
from gemfit.library.verify import unreadable
from gemfit.words import QT_TRANSLATE_NOOP, say


class Entry(msgspec.Struct, frozen=True):
    """One file of a bundle. `reader` stands at its beginning, and may be read for `bytes` bytes, once."""

    path: str
    bytes: int
    sha256: str
    reader: io.FileIO


class Opened(msgspec.Struct, frozen=True):
    """A bundle: what it holds, and its files one after the other, extras first."""

    manifest: Manifest
    entries: Callable[[], Iterator[Entry]]


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """A folder or a .tar.

    Raises GemfitError: `not_found`, `not_readable`, `not_a_bundle`, `newer_bundle`, `bundle_invalid`,
    `bundle_damaged`; the last two also while the entries are read.
    """
    if path.is_dir():
        yield _folder(path)
        return
    try:
        file = _open_plain(path.resolve())  # a link that a person names is followed, none inside of a bundle is
    except OSError as error:
        raise unreadable(error, path) from error
    with file:
        yield _tar(file)


def read_manifest(path: Path) -> Manifest:
    """What a bundle says that it holds. Raises as `opened`."""
    with opened(path) as bundle:
        return bundle.manifest


def read_catalog(path: Path) -> bytes:
    """The catalogue in a bundle, verified against its manifest. Raises as `opened`, and `not_a_bundle`."""
    with opened(path) as bundle:
        for entry in bundle.entries():
            if entry.path == CATALOG:
                return read_small(entry)
    raise not_a_bundle("there is no catalogue in it")


def read_small(entry: Entry) -> bytes:
    """All of a small entry. Raises GemfitError `bundle_damaged`."""
    start = entry.reader.tell()
    verify(entry, None, lambda _n: None)
    entry.reader.seek(start)
    return entry.reader.read(entry.bytes)


def verify(entry: Entry, writer: io.FileIO | None, on_bytes: Callable[[int], None]) -> None:
    """Read an entry to its end, into `writer`, and compare. Raises GemfitError `bundle_damaged`, and OSError."""
    try:
        sha256 = copy(entry.reader, entry.bytes, writer, on_bytes)
    except EOFError as error:
        raise damaged(f"{entry.path} ends too early") from error
    if sha256 != entry.sha256:
        raise damaged(f"{entry.path} has another SHA-256 than the manifest says")


def damaged(reason: str) -> GemfitError:
    """What is there is not what the manifest says."""
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "The bundle is damaged: {reason}. What was complete before is imported, nothing of this file is. Copy the "
        "bundle here again.",
    )
    return GemfitError("bundle_damaged", say(text, reason=reason))


def _open_plain(path: Path) -> io.FileIO:
    """A regular file, not reached by a link. Raises OSError."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    file = io.FileIO(os.open(path, flags), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(22, "it is no plain file", str(path))
    return file


def _expected(manifest: Manifest) -> dict[str, tuple[int, str]]:
    extras = {extra.path: (extra.bytes, extra.sha256) for extra in manifest.extras}
    return extras | {file.path: (file.bytes, file.sha256) for file in manifest.weights}


def _folder(path: Path) -> Opened:
    try:
        with _open_plain(path / MANIFEST) as file:
            manifest = decode(file.read(MAX_BYTES))
    except FileNotFoundError as error:
        raise not_a_bundle("there is no manifest.json in it") from error
    except OSError as error:
        raise unreadable(error, path / MANIFEST) from error

    def entries() -> Iterator[Entry]:
        for name, (size, sha256) in _expected(manifest).items():
            try:
                file = _open_plain(place(path, name))
            except OSError as error:
                raise damaged(f"{name} cannot be read: {error.strerror}") from error
            with file:
                if os.fstat(file.fileno()).st_size != size:
                    raise damaged(f"{name} has another size than the manifest says")
                yield Entry(name, size, sha256, file)

    return Opened(manifest, entries)


def _tar(file: io.FileIO) -> Opened:
    total = os.fstat(file.fileno()).st_size
    header = _next(file, 0, total)
    if header is None or header.name != MANIFEST or header.bytes > MAX_BYTES:
        raise not_a_bundle("it does not begin with a manifest")
    manifest = decode(file.read(header.bytes))

    def entries() -> Iterator[Entry]:
        missing = _expected(manifest)
        at = ustar.BLOCK_BYTES + ustar.padded(header.bytes)
        while (one := _next(file, at, total)) is not None:
            if one.name not in missing:
                raise damaged(f"{ascii(one.name)[:200]} is not in the manifest, or is there twice")
            size, sha256 = missing.pop(one.name)
            if one.bytes != size:
                raise damaged(f"{one.name} has another size than the manifest says")
            yield Entry(one.name, size, sha256, file)
            at += ustar.BLOCK_BYTES + ustar.padded(size)
        if missing:
            raise damaged(f"{next(iter(missing))} is missing")

    return Opened(manifest, entries)


def _next(file: io.FileIO, at: int, total: int) -> ustar.Header | None:
    """The header at byte `at`; None at the end. What it announces is there."""
    file.seek(at)
    try:
        header = ustar.unpack(file.read(ustar.BLOCK_BYTES))
    except ValueError as error:
        if at == 0:
            raise not_a_bundle("it is no plain .tar") from error
        raise damaged(str(error)) from error
    if header is not None and at + ustar.BLOCK_BYTES + header.bytes > total:
        raise damaged(f"{ascii(header.name)[:200]} ends too early")
    return header
