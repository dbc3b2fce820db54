"""What is found in another program's store."""

import re
from collections.abc import Callable
from pathlib import Path

import msgspec

from gemfit.catalog.types import Container, Role
from gemfit.library.types import Origin

# As llama-gguf-split names them: https://github.com/ggml-org/llama.cpp/tree/master/tools/gguf-split
_SPLIT = re.compile(r"(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf", re.IGNORECASE | re.DOTALL)
MOST_PARTS = 1000

Trouble = Callable[[Path, OSError], None]
"""Told of each folder or manifest that cannot be read."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One file of weights. `called`: what its program calls it. `said_sha256`: what the store says it is.

    `identity`: device and inode, so that one file under two names is seen to be one; None where the system has none.
    """

    path: Path
    bytes: int
    mtime_ns: int
    called: str
    origin: Origin = "folder"
    role: Role = "weights"
    container: Container = "gguf"
    said_sha256: str | None = None
    identity: tuple[int, int] | None = None


def container_of(name: str) -> Container | None:
    """What kind of weights a file of this name is; None: it is none."""
    lower = name.lower()
    if lower.endswith(".gguf"):
        return "gguf"
    return "litertlm" if lower.endswith(".litertlm") else None


def role_of(name: str) -> Role:
    """What a file is for, by the names that publishers give."""
    lower = name.lower()
    if "mmproj" in lower:
        return "projector"
    return "drafter" if lower.startswith("mtp-") else "weights"


def part_of(name: str) -> tuple[int, int] | None:
    """Which part of how many a file of this name is (1 of 3); None for a model in one file."""
    split = _SPLIT.fullmatch(name)
    number, count = (int(split["number"]), int(split["count"])) if split else (0, 0)
    return (number, count) if 1 <= number <= count <= MOST_PARTS and count > 1 else None


def names_of_parts(name: str) -> list[str]:
    """The names of all parts of the model that a file of this name is a part of; empty for a model in one file."""
    part, split = part_of(name), _SPLIT.fullmatch(name)
    if part is None or split is None:
        return []
    ending = name[-len(".gguf") :]
    return [f"{split['stem']}-{number:05d}-of-{part[1]:05d}{ending}" for number in range(1, part[1] + 1)]
