"""Damaged copies of bytes and texts, from a seed: the same seed, the same damage."""

import struct
from collections.abc import Callable, Sequence
from random import Random

EXTREMES = [0, 1, 0x7F, 0xFF, 0xFFFF, 1 << 31, (1 << 32) - 1, 1 << 32, 1 << 62, (1 << 63) - 1, 1 << 63, (1 << 64) - 1]


def _flip(data: bytearray, random: Random, end: int) -> None:
    for _ in range(random.randint(1, 8)):
        data[random.randrange(end)] ^= 1 << random.randrange(8)


def _overwrite(data: bytearray, random: Random, end: int) -> None:
    place = random.randrange(end)
    data[place : place + random.randint(1, 32)] = random.randbytes(random.randint(1, 32))


def _extreme(data: bytearray, random: Random, end: int) -> None:
    """A number of 1, 2, 4 or 8 bytes that nobody expects."""
    value, form = random.choice(EXTREMES), random.choice("BHIQ")
    number = struct.pack(f"<{form}", value & ((1 << 8 * struct.calcsize(form)) - 1))
    place = random.randrange(max(1, end - len(number)))
    data[place : place + len(number)] = number


def _cut(data: bytearray, random: Random, end: int) -> None:
    del data[random.randrange(end) :]


def _lose(data: bytearray, random: Random, end: int) -> None:
    place = random.randrange(end)
    del data[place : place + random.randint(1, 64)]


def _repeat(data: bytearray, random: Random, end: int) -> None:
    place = random.randrange(end)
    data[place:place] = data[place : place + random.randint(1, 64)] * random.randint(1, 4)


def _swap(data: bytearray, random: Random, end: int) -> None:
    one, other, size = random.randrange(end), random.randrange(end), random.randint(1, 16)
    data[one : one + size], data[other : other + size] = data[other : other + size], data[one : one + size]


_DAMAGES: Sequence[Callable[[bytearray, Random, int], None]] = (
    _flip, _flip, _extreme, _extreme, _extreme, _overwrite, _cut, _lose, _repeat, _swap,
)  # fmt: skip


def damaged(data: bytes, random: Random, end: int | None = None) -> bytes:
    """A copy with one to three damages before `end`."""
    copy = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        if copy:
            random.choice(_DAMAGES)(copy, random, min(end or len(copy), len(copy)))
    return bytes(copy)


def spliced(parts: Sequence[str], random: Random, most: int = 12) -> str:
    """Parts put together anyhow, some of them damaged."""
    text = "".join(random.choice(parts) for _ in range(random.randint(1, most)))
    if random.random() < 0.3 and text:
        place, odd = random.randrange(len(text)), random.choice((0, 10, 34, 37, 123, 125, 0x2028, 0xE000, 0x10FFFF))
        text = text[:place] + chr(odd) + text[place:]
    return text
