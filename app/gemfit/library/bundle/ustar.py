"""The headers of a plain .tar: regular files, nothing else. What can hide something in a .tar (links, devices, sparse
files, headers that overrule others) is refused by its type.

Format: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html, "ustar Interchange Format"; sizes above
8 GiB in base 256, as GNU tar, bsdtar and Python write and read them.
"""

import msgspec

BLOCK_BYTES = 512
END = bytes(2 * BLOCK_BYTES)
_NAME_BYTES, _PREFIX_BYTES = 100, 155
_OCTAL_BELOW = 8**11


class Header(msgspec.Struct, frozen=True):
    """One file: its name, and its size in bytes."""

    name: str
    bytes: int


def padded(n_bytes: int) -> int:
    """What a content of that size takes."""
    return -(-n_bytes // BLOCK_BYTES) * BLOCK_BYTES


def pack(header: Header) -> bytes:
    """The 512 bytes before the content. Raises ValueError for a name that does not fit."""
    prefix, name = _split(header.name.encode())
    block = b"".join(
        (
            name.ljust(_NAME_BYTES, b"\0"),
            b"0000644\0",
            b"0000000\0",
            b"0000000\0",
            _size(header.bytes),
            b"00000000000\0",  # no time: the same content is the same .tar
            b" " * 8,
            b"0",
            bytes(100),
            b"ustar\x0000",
            bytes(64),
            b"0000000\0",
            b"0000000\0",
            prefix.ljust(_PREFIX_BYTES, b"\0"),
            bytes(12),
        )
    )
    return block[:148] + f"{sum(block):06o}\0 ".encode() + block[156:]


def unpack(block: bytes) -> Header | None:
    """What a header says; None for the empty block at the end. Raises ValueError for anything but a regular file."""
    if block == bytes(BLOCK_BYTES):
        return None
    if len(block) < BLOCK_BYTES:
        raise ValueError("it ends in the middle of a header")
    stated = _octal(block[148:156])
    if stated != sum(block[:148]) + 8 * 32 + sum(block[156:]):
        raise ValueError("a header is damaged")
    if block[257:263] != b"ustar\0" or block[156:157] not in b"0\0":
        raise ValueError("it holds something that is no plain file")
    prefix, name = block[345:500].split(b"\0")[0], block[:100].split(b"\0")[0]
    return Header((prefix + b"/" + name if prefix else name).decode(), _read_size(block[124:136]))


def _split(name: bytes) -> tuple[bytes, bytes]:
    if len(name) <= _NAME_BYTES:
        return b"", name
    for at in range(len(name) - _NAME_BYTES - 1, min(len(name), _PREFIX_BYTES + 1)):
        if at > 0 and name[at : at + 1] == b"/":
            return name[:at], name[at + 1 :]
    raise ValueError("the name is too long for a .tar")


def _size(n_bytes: int) -> bytes:
    return f"{n_bytes:011o}\0".encode() if n_bytes < _OCTAL_BELOW else b"\x80" + n_bytes.to_bytes(11, "big")


def _read_size(field: bytes) -> int:
    if field[0] == 0x80:
        return int.from_bytes(field[1:], "big")
    return _octal(field)


def _octal(field: bytes) -> int:
    digits = field.rstrip(b"\0 ").lstrip(b" ")
    if not digits or digits.strip(b"01234567"):
        raise ValueError("a header is damaged")
    return int(digits, 8)
