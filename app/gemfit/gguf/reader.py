"""Reads the header of a GGUF file, versions 2 and 3, little-endian.

Layout: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. Whatever the file holds, the reader answers with a
header or a `GemfitError`; it takes no more memory than the part of the file it looks at (`HEADER_CAP_BYTES` at most).
It refuses what cannot be read; `check.check_header` refuses what can be read and must not be loaded.
"""

import io
import struct
from pathlib import Path
from typing import BinaryIO

from gemfit.gguf import failures
from gemfit.gguf.ggml_types import GGML_TYPES
from gemfit.gguf.types import ARRAY, STRING, ArrayInfo, GgufHeader, Scalar, TensorInfo

MAGIC = b"GGUF"
DEFAULT_ALIGNMENT = 32
# Gemma 4's 262,144 tokens and 514,906 merges make a header of 16 MiB.
FIRST_READ_BYTES = 24 << 20
HEADER_CAP_BYTES = 128 << 20
KEYS_CAP = 1 << 16
TENSORS_CAP = 1 << 17
NAME_CAP_BYTES = 1 << 16
EAGER_ITEMS = 1024
MAX_DIMENSIONS = 4

_LENGTH = struct.Struct("<Q")
_U32 = struct.Struct("<I")
_COUNTS = struct.Struct("<4sIQQ")
_NUMBERS = {
    number: struct.Struct("<" + code)
    for number, code in {
        0: "B",
        1: "b",
        2: "H",
        3: "h",
        4: "I",
        5: "i",
        6: "f",
        7: "?",
        10: "Q",
        11: "q",
        12: "d",
    }.items()
}


class _RanOut(Exception):
    """The bytes at hand end before the header does."""


def read_header(source: Path | str | BinaryIO) -> GgufHeader:
    """Read the header of the file at a path, or of an open binary file (from its beginning).

    Raises GemfitError with the code `not_gguf`, `gguf_truncated`, `gguf_damaged`, `gguf_unsupported` or
    `gguf_unreadable`.
    """
    if not isinstance(source, Path | str):
        return _read(source, _file_name(source))
    path = Path(source)
    try:
        with path.open("rb") as file:
            return _read(file, path.name)
    except OSError as error:
        raise failures.cannot_read(path.name, error) from error


def header_from_start(data: bytes, name: str, file_bytes: int) -> GgufHeader | None:
    """The header, from the first bytes of a file that is `file_bytes` long; None when it goes on beyond them.

    Raises GemfitError as `read_header`, also when the header is longer than any that makes sense.
    """
    try:
        return _Parser(data, name, file_bytes).header()
    except _RanOut:
        if len(data) >= file_bytes:
            raise failures.ends_in_header(name, len(data)) from None
        if len(data) >= HEADER_CAP_BYTES:
            raise failures.bad_entry(name, len(data)) from None
        return None


def read_strings(source: Path | str | BinaryIO, info: ArrayInfo) -> list[bytes]:
    """The items of an array of strings that the header of the same file described, as they stand in the file.

    Raises GemfitError `gguf_truncated` when the file no longer holds them, `gguf_unreadable` when it cannot be read.
    """
    data = _array_bytes(source, info)
    items, at = [], 0
    for _ in range(info.count):
        begin = at + _LENGTH.size
        if begin > len(data):
            raise failures.bad_entry(_file_name(source), info.offset + at)
        at = begin + _LENGTH.unpack_from(data, begin - _LENGTH.size)[0]
        items.append(data[begin:at])
    return items


def read_numbers(source: Path | str | BinaryIO, info: ArrayInfo) -> tuple[int | float | bool, ...]:
    """The items of an array of numbers that the header of the same file described. Raises as `read_strings`."""
    return struct.unpack(f"<{info.count}{_NUMBERS[info.type].format[1:]}", _array_bytes(source, info))


def read_tokens(source: Path | str | BinaryIO, header: GgufHeader) -> list[str]:
    """The vocabulary, empty if the file has none. Raises as `read_strings`."""
    info = header.array("tokenizer.ggml.tokens")
    return [item.decode("utf-8", "replace") for item in read_strings(source, info)] if info else []


def _file_name(source: Path | str | BinaryIO) -> str:
    return Path(source if isinstance(source, Path | str) else str(getattr(source, "name", "GGUF"))).name


def _array_bytes(source: Path | str | BinaryIO, info: ArrayInfo) -> bytes:
    if isinstance(source, Path | str):
        try:
            with Path(source).open("rb") as file:
                return _array_bytes(file, info)
        except OSError as error:
            raise failures.cannot_read(_file_name(source), error) from error
    source.seek(info.offset)
    data = source.read(info.n_bytes)
    if len(data) < info.n_bytes:
        raise failures.ends_in_header(_file_name(source), info.offset + len(data))
    return data


def _read(file: BinaryIO, name: str) -> GgufHeader:
    file_bytes = file.seek(0, io.SEEK_END)
    have = FIRST_READ_BYTES
    while True:
        file.seek(0)
        data = file.read(min(have, file_bytes))
        header = header_from_start(data, name, file_bytes)
        if header is not None:
            return header
        if len(data) < min(have, file_bytes):  # it was cut while we read
            raise failures.ends_in_header(name, len(data))
        have = HEADER_CAP_BYTES


def _not_a_gguf(start: bytes, name: str) -> Exception:
    """The sentence for a file that does not begin with GGUF's magic, by what it begins with."""
    if not start:
        return failures.empty(name)
    if start.startswith(b"version https://git-lfs"):
        return failures.git_lfs_pointer(name)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<body")):
        return failures.web_page(name)
    if MAGIC.startswith(start):
        return failures.ends_in_header(name, len(start))
    if all(byte >= 32 or byte in b"\t\n\r\f\x1b" for byte in start):
        return failures.text_file(name)
    return failures.other_file(name)


class _Parser:
    """Walks through the first bytes of a file once, from front to back."""

    def __init__(self, data: bytes, name: str, file_bytes: int) -> None:
        self._data = data
        self._at = 0
        self._name = name
        self._file_bytes = file_bytes

    def header(self) -> GgufHeader:
        version, n_tensors, n_keys = self._counts()
        metadata: dict[str, Scalar | ArrayInfo] = {}
        value_types: dict[str, int] = {}
        for _ in range(n_keys):
            key = self._key()
            if key in metadata:
                raise failures.duplicate(self._name, key)
            value_types[key] = self._u32()
            metadata[key] = self._value(value_types[key])
        tensors = [self._tensor() for _ in range(n_tensors)]
        alignment = self._alignment(metadata, value_types)
        return GgufHeader(
            file=self._name,
            version=version,
            metadata=metadata,
            value_types=value_types,
            tensors=tensors,
            alignment=alignment,
            data_offset=-(-self._at // alignment) * alignment,
            file_bytes=self._file_bytes,
        )

    def _counts(self) -> tuple[int, int, int]:
        if not self._data.startswith(MAGIC):
            raise _not_a_gguf(self._data[:512], self._name)
        if len(self._data) < 8:
            raise _RanOut
        (version,) = _U32.unpack_from(self._data, 4)
        if version & 0xFFFF == 0 and version:
            raise failures.big_endian(self._name)
        if version not in (2, 3):
            raise failures.version(self._name, version)
        if len(self._data) < _COUNTS.size:
            raise _RanOut
        _, _, n_tensors, n_keys = _COUNTS.unpack_from(self._data)
        for count, cap in ((n_tensors, TENSORS_CAP), (n_keys, KEYS_CAP)):
            if count > cap:
                raise failures.absurd_count(self._name, count)
        self._at = _COUNTS.size
        return version, n_tensors, n_keys

    def _alignment(self, metadata: dict[str, Scalar | ArrayInfo], value_types: dict[str, int]) -> int:
        alignment = metadata.get("general.alignment", DEFAULT_ALIGNMENT)
        uint32 = value_types.get("general.alignment", 4) == 4
        if not uint32 or not isinstance(alignment, int) or alignment <= 0 or alignment & (alignment - 1):
            raise failures.bad_value(self._name, "general.alignment")
        return alignment

    def _past(self, end: int) -> Exception:
        """What it means that something ends at `end`, past the bytes at hand: more is needed, or it is nonsense."""
        return failures.bad_entry(self._name, self._at) if end > HEADER_CAP_BYTES else _RanOut()

    def _take(self, n_bytes: int) -> int:
        """Step over `n_bytes` and return where they begin."""
        begin, end = self._at, self._at + n_bytes
        if end > len(self._data):
            raise self._past(end)
        self._at = end
        return begin

    def _u32(self) -> int:
        return int(_U32.unpack_from(self._data, self._take(4))[0])

    def _u64(self) -> int:
        return int(_LENGTH.unpack_from(self._data, self._take(8))[0])

    def _text(self) -> bytes:
        begin = self._take(self._u64())
        return self._data[begin : self._at]

    def _key(self) -> str:
        place = self._at
        raw = self._text()
        try:
            key = raw.decode()
        except UnicodeDecodeError:
            raise failures.bad_entry(self._name, place) from None
        if not key or len(raw) > NAME_CAP_BYTES:
            raise failures.bad_entry(self._name, place)
        return key

    def _value(self, type_: int) -> Scalar | ArrayInfo:
        if type_ == STRING:
            return self._text().decode("utf-8", "replace")
        if type_ == ARRAY:
            return self._array()
        number = _NUMBERS.get(type_)
        if number is None:
            raise failures.bad_entry(self._name, self._at - 4)
        value: Scalar = number.unpack_from(self._data, self._take(number.size))[0]
        return value

    def _array(self) -> ArrayInfo:
        place = self._at
        type_, count = self._u32(), self._u64()
        begin = self._at
        if type_ == STRING:
            self._skip_strings(count)
            return ArrayInfo(type_, count, begin, self._at - begin)
        number = _NUMBERS.get(type_)
        if number is None:  # an unknown type, or an array of arrays, which llama.cpp does not read either
            raise failures.bad_entry(self._name, place)
        self._take(count * number.size)
        values = None
        if count <= EAGER_ITEMS:
            values = struct.unpack_from(f"<{count}{number.format[1:]}", self._data, begin)
        return ArrayInfo(type_, count, begin, self._at - begin, values)

    def _skip_strings(self, count: int) -> None:
        """Step over `count` strings: the one loop that takes time (777,000 rounds for Gemma 4), so it is bare."""
        if count * 8 > HEADER_CAP_BYTES:
            raise failures.bad_entry(self._name, self._at)
        data, at, unpack = self._data, self._at, _LENGTH.unpack_from
        last = len(data) - 8
        for _ in range(count):
            if at > last:
                raise self._past(at + 8)
            at += 8 + unpack(data, at)[0]
        if at > len(data):
            raise self._past(at)
        self._at = at

    def _tensor(self) -> TensorInfo:
        name = self._key()
        n_dimensions = self._u32()
        if n_dimensions > MAX_DIMENSIONS:
            raise failures.bad_tensor(self._name, name)
        shape = tuple(self._u64() for _ in range(n_dimensions))
        type_, offset = self._u32(), self._u64()
        kind = GGML_TYPES.get(type_)
        row = shape[0] if shape else 1
        if kind is None or row % kind.block_values:
            return TensorInfo(name, shape, type_, offset, kind.name if kind else "")
        values = 1
        for length in shape:
            values *= length
        return TensorInfo(name, shape, type_, offset, kind.name, values // kind.block_values * kind.block_bytes)
