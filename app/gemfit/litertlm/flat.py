"""Reads FlatBuffers without trusting them: every offset is checked before it is followed, every count is bounded.

Native code follows the offsets of a LiteRT-LM header unchecked, and crashes where they lead astray. So all of it is
walked here, as flatbuffers' own verifier does. Layout: https://flatbuffers.dev/internals/.
"""

import struct

VECTOR_CAP = 1 << 16
TEXT_CAP_BYTES = 1 << 20


class BadFlat(Exception):
    """The bytes are no such buffer."""


class Flat:
    """The bytes of one buffer."""

    def __init__(self, data: bytes | memoryview) -> None:
        self.data = data

    def root(self) -> "Table":
        return Table(self, self.follow(0))

    def number(self, form: str, at: int) -> int:
        """The integer of that struct format at a byte. Raises BadFlat when it is not within the buffer."""
        if at < 0 or at + struct.calcsize(form) > len(self.data):
            raise BadFlat
        return int(struct.unpack_from("<" + form, self.data, at)[0])

    def follow(self, at: int) -> int:
        """Where the offset at a byte leads: forwards, within the buffer."""
        offset = self.number("I", at)
        if not offset or at + offset >= len(self.data):
            raise BadFlat
        return at + offset

    def text(self, at: int) -> str:
        """A string: its length, its bytes, a zero."""
        length = self.number("I", at)
        end = at + 4 + length
        if length > TEXT_CAP_BYTES or end >= len(self.data) or self.data[end]:
            raise BadFlat
        return bytes(self.data[at + 4 : end]).decode("utf-8", "replace")


class Table:
    """One table: fields by their number, in the order of the schema."""

    def __init__(self, flat: Flat, at: int) -> None:
        self._flat = flat
        self._at = at
        self._vtable = at - flat.number("i", at)
        self._vtable_bytes = flat.number("H", self._vtable)
        self._bytes = flat.number("H", self._vtable + 2)
        inside = self._vtable + self._vtable_bytes <= len(flat.data) and at + self._bytes <= len(flat.data)
        if not inside or self._vtable_bytes < 4 or self._bytes < 4:
            raise BadFlat

    def number(self, field: int, form: str, default: int = 0) -> int:
        at = self._field(field, struct.calcsize(form))
        return default if at is None else self._flat.number(form, at)

    def text(self, field: int) -> str:
        at = self._field(field, 4)
        return "" if at is None else self._flat.text(self._flat.follow(at))

    def table(self, field: int) -> "Table | None":
        at = self._field(field, 4)
        return None if at is None else Table(self._flat, self._flat.follow(at))

    def tables(self, field: int) -> "list[Table]":
        """The tables of a vector."""
        return [Table(self._flat, self._flat.follow(at)) for at in self._items(field, 4)]

    def numbers(self, field: int, form: str) -> list[int]:
        """The numbers of a vector."""
        return [self._flat.number(form, at) for at in self._items(field, struct.calcsize(form))]

    def _items(self, field: int, item_bytes: int) -> range:
        """Where the items of a vector begin."""
        at = self._field(field, 4)
        if at is None:
            return range(0)
        begin = self._flat.follow(at)
        count = self._flat.number("I", begin)
        if count > VECTOR_CAP or begin + 4 + count * item_bytes > len(self._flat.data):
            raise BadFlat
        return range(begin + 4, begin + 4 + count * item_bytes, item_bytes)

    def _field(self, field: int, n_bytes: int) -> int | None:
        """Where a field of so many bytes is; None when the table has it not."""
        slot = 4 + 2 * field
        if slot + 2 > self._vtable_bytes:
            return None
        offset = self._flat.number("H", self._vtable + slot)
        if not offset:
            return None
        if offset < 4 or offset + n_bytes > self._bytes:
            raise BadFlat
        return self._at + offset
