"""Reads protobuf messages without their classes: fields by number. https://protobuf.dev/programming-guides/encoding/"""

import struct
from collections.abc import Iterator

FIELDS_CAP = 1 << 16


class BadProto(Exception):
    """The bytes are no such message."""


Value = int | bytes


class Message:
    """The fields of one message; what is there more than once keeps its order."""

    def __init__(self, data: bytes) -> None:
        """Raises BadProto."""
        self._fields: dict[int, list[Value]] = {}
        for count, (number, value) in enumerate(_fields(data)):
            if count >= FIELDS_CAP:
                raise BadProto
            self._fields.setdefault(number, []).append(value)

    def numbers(self) -> list[int]:
        """Which fields are there."""
        return list(self._fields)

    def integer(self, number: int) -> int:
        """0 where there is none, as protobuf has it."""
        value = self._fields.get(number, [0])[-1]
        if isinstance(value, bytes):
            raise BadProto
        return value

    def float(self, number: int) -> float | None:
        """A float; None where there is none."""
        if number not in self._fields:
            return None
        return float(struct.unpack("<f", struct.pack("<I", self.integer(number) & 0xFFFFFFFF))[0])

    def text(self, number: int) -> str:
        values = self.all_bytes(number)
        return values[-1].decode("utf-8", "replace") if values else ""

    def message(self, number: int) -> "Message":
        """An empty one where there is none."""
        values = self.all_bytes(number)
        return Message(values[-1] if values else b"")

    def messages(self, number: int) -> "list[Message]":
        return [Message(value) for value in self.all_bytes(number)]

    def integers(self, number: int) -> list[int]:
        """A repeated number, packed or not."""
        found: list[int] = []
        for value in self._fields.get(number, []):
            if isinstance(value, int):
                found.append(value)
                continue
            at = 0
            while at < len(value):
                one, at = _varint(value, at)
                found.append(one)
        return found

    def all_bytes(self, number: int) -> list[bytes]:
        values = self._fields.get(number, [])
        if any(isinstance(value, int) for value in values):
            raise BadProto
        return [value for value in values if isinstance(value, bytes)]


def _fields(data: bytes) -> Iterator[tuple[int, Value]]:
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, at = _varint(data, at)
            yield number, value
            continue
        if kind == 2:
            n_bytes, at = _varint(data, at)
        elif kind in (1, 5):
            n_bytes = 8 if kind == 1 else 4
        else:
            raise BadProto
        if not number or at + n_bytes > len(data):
            raise BadProto
        part = data[at : at + n_bytes]
        at += n_bytes
        yield number, part if kind == 2 else int.from_bytes(part, "little")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length, and where it ends."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(data):
            raise BadProto
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & (1 << 64) - 1, at
    raise BadProto
