"""Files that are not what they say, made from a good one."""

import struct
from collections.abc import Callable
from pathlib import Path

TEMPLATE_KEY = b"tokenizer.chat_template"
ESCAPE = b"{{ ''.__class__.__mro__[1].__subclasses__() }}"


def text(good: bytes) -> bytes:
    return b"Dear engine, I am a letter and not weights.\n" * 200


def empty(good: bytes) -> bytes:
    return b""


def cut_in_the_header(good: bytes) -> bytes:
    return good[:1000]


def cut_in_the_tensors(good: bytes) -> bytes:
    return good[:-1000]


def absurd_tensor_count(good: bytes) -> bytes:
    return good[:8] + struct.pack("<Q", 1 << 60) + good[16:]


def absurd_key_count(good: bytes) -> bytes:
    return good[:16] + struct.pack("<Q", 1 << 60) + good[24:]


def unknown_version(good: bytes) -> bytes:
    return good[:4] + struct.pack("<I", 99) + good[8:]


def unknown_architecture(good: bytes) -> bytes:
    return good.replace(b"gemma4", b"gamma9")


def reaching_template(good: bytes) -> bytes:
    """The chat template, of the same length, asks Python for all its classes."""
    at = good.index(TEMPLATE_KEY) + len(TEMPLATE_KEY) + 4
    (length,) = struct.unpack_from("<Q", good, at)
    return good[: at + 8] + ESCAPE.ljust(length) + good[at + 8 + length :]


SPOILERS: dict[str, Callable[[bytes], bytes]] = {
    "a text file": text,
    "an empty file": empty,
    "cut in the header": cut_in_the_header,
    "cut in the tensors": cut_in_the_tensors,
    "an absurd count of tensors": absurd_tensor_count,
    "an absurd count of keys": absurd_key_count,
    "an unknown version": unknown_version,
    "an unknown architecture": unknown_architecture,
}


def spoil(path: Path, how: Callable[[bytes], bytes]) -> Path:
    """Replace the file with its spoiled self."""
    path.write_bytes(how(path.read_bytes()))
    return path
