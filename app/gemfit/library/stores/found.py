"""What is found in another program's store."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from gemfit.catalog.types import Container, Role
from gemfit.library.types import Origin

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
