"""Reads the header of a LiteRT-LM file, and the model's description, from its first bytes.

Layout (little-endian): `LITERTLM`; major, minor and patch version as u32 at 8; the header's end as u64 at 24; at 32 a
FlatBuffer `LiteRTLMMetaData` with what the maker said and the sections. The native library crashes on headers that lead
astray (`ModelInfo` and `Engine` alike), so nothing is handed to it before it was read here whole.
"""

import io
import struct
from pathlib import Path
from typing import BinaryIO, get_args

from gemfit.litertlm import failures
from gemfit.litertlm.flat import BadFlat, Flat, Table
from gemfit.litertlm.metadata import llm_metadata
from gemfit.litertlm.proto import BadProto
from gemfit.litertlm.types import LitertlmHeader, LlmMetadata, Section, SectionKind
from gemfit.words import QT_TRANSLATE_NOOP

MAGIC = b"LITERTLM"
MAJOR = 1
HEADER_BEGIN = 32
HEADER_CAP_BYTES = 1 << 20
SECTIONS_CAP = 256
ITEMS_CAP = 1024
METADATA_CAP_BYTES = 16 << 20
FIRST_READ_BYTES = HEADER_CAP_BYTES

_FIXED = struct.Struct("<8sIIIIQ")
_KINDS: tuple[SectionKind, ...] = get_args(SectionKind)
# The numbers of the union `VData`, with their struct formats; 9 is a string.
_STRING = 9
_NUMBERS = {1: "B", 2: "b", 3: "H", 4: "h", 5: "I", 6: "i", 7: "I", 8: "B", 10: "Q", 11: "q", 12: "Q"}


def read_header(source: Path | str | BinaryIO) -> LitertlmHeader:
    """Read the header of the file at a path, or of an open binary file. Reads 2 MiB at most, and of the description
    METADATA_CAP_BYTES.

    Raises GemfitError with the code `not_litertlm`, `litertlm_truncated`, `litertlm_damaged`, `litertlm_unsupported` or
    `litertlm_unreadable`.
    """
    if not isinstance(source, Path | str):
        return _read(source, Path(str(getattr(source, "name", "file"))).name)
    path = Path(source)
    try:
        with path.open("rb") as file:
            return _read(file, path.name)
    except OSError as error:
        raise failures.cannot_read(path.name, error) from error


def _read(file: BinaryIO, name: str) -> LitertlmHeader:
    file_bytes = file.seek(0, io.SEEK_END)
    file.seek(0)
    fixed = file.read(_FIXED.size)
    if not fixed:
        raise failures.empty(name)
    if fixed[: len(MAGIC)] != MAGIC[: len(fixed)]:
        raise failures.other_file(name)
    if len(fixed) < _FIXED.size:
        raise failures.ends_early(name, file_bytes, _FIXED.size)
    _, major, minor, patch, _, end = _FIXED.unpack(fixed)
    if major != MAJOR:
        raise failures.version(name, major)
    if not HEADER_BEGIN + 4 <= end <= HEADER_CAP_BYTES:
        raise failures.damaged(name, QT_TRANSLATE_NOOP("gemfit", "header length"))
    if end > file_bytes:
        raise failures.ends_early(name, file_bytes, end)
    try:
        system, sections = _tables(Flat(file.read(end - HEADER_BEGIN)))
    except BadFlat:
        raise failures.damaged(name, QT_TRANSLATE_NOOP("gemfit", "header")) from None
    _check_places(name, sections, end, file_bytes)
    return LitertlmHeader(
        file=name,
        file_bytes=file_bytes,
        version=(major, minor, patch),
        sections=tuple(sections),
        system=system,
        metadata=_metadata(file, name, sections),
    )


def _tables(flat: Flat) -> tuple[dict[str, str], list[Section]]:
    root = flat.root()
    system, sections = root.table(0), root.table(1)
    if sections is None:
        raise BadFlat
    objects = sections.tables(0)
    if not 0 < len(objects) <= SECTIONS_CAP:
        raise BadFlat
    return _items(system, 0) if system is not None else {}, [_section(table) for table in objects]


def _section(table: Table) -> Section:
    kind = table.number(3, "B")
    if kind >= len(_KINDS):
        raise BadFlat
    return Section(kind=_KINDS[kind], begin=table.number(1, "Q"), end=table.number(2, "Q"), items=_items(table, 0))


def _items(table: Table, field: int) -> dict[str, str]:
    """Keys and values, the values as text."""
    pairs = table.tables(field)
    if len(pairs) > ITEMS_CAP:
        raise BadFlat
    return {pair.text(0): _value(pair) for pair in pairs}


def _value(pair: Table) -> str:
    kind, value = pair.number(1, "B"), pair.table(2)
    if value is None:
        if kind:
            raise BadFlat
        return ""
    if kind == _STRING:
        return value.text(0)
    if kind not in _NUMBERS:
        raise BadFlat
    return str(value.number(0, _NUMBERS[kind]))


def _check_places(name: str, sections: list[Section], header_end: int, file_bytes: int) -> None:
    """Every section is behind the header, within the file, and none is in another."""
    at = header_end
    for section in sorted(sections, key=lambda s: s.begin):
        if section.begin < at or section.end < section.begin:
            raise failures.damaged(name, QT_TRANSLATE_NOOP("gemfit", "list of sections"))
        at = section.end
    if at > file_bytes:
        raise failures.ends_early(name, file_bytes, at)


def _metadata(file: BinaryIO, name: str, sections: list[Section]) -> LlmMetadata:
    found = [section for section in sections if section.kind == "llm_metadata"]
    if not found:
        return LlmMetadata()
    if len(found) > 1 or found[0].n_bytes > METADATA_CAP_BYTES:
        raise failures.damaged(name, QT_TRANSLATE_NOOP("gemfit", "description of the model"))
    file.seek(found[0].begin)
    data = file.read(found[0].n_bytes)
    if len(data) < found[0].n_bytes:
        raise failures.ends_early(name, found[0].begin + len(data), found[0].end)
    try:
        return llm_metadata(data)
    except BadProto:
        raise failures.damaged(name, QT_TRANSLATE_NOOP("gemfit", "description of the model")) from None
