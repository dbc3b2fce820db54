"""The folder of saved conversation states: their names, whose they are, and how much is kept. What is in them, the
child knows.
"""

import contextlib
import hashlib
import time
from pathlib import Path

SUFFIX = ".state"
UNFINISHED = ".part"
STALE_S = 3600.0
"""An unfinished file that nobody has written to for so long was left by a child that was killed."""


def file_identity(path: Path, sha256: str | None = None) -> str:
    """What a model's file is known by: its SHA-256, or its size, its time, and the SHA-256 of its first megabyte.

    Raises OSError.
    """
    if sha256 is not None:
        return sha256
    status = path.stat()
    with path.open("rb") as file:
        head = hashlib.sha256(file.read(1 << 20)).hexdigest()
    return f"{status.st_size}-{status.st_mtime_ns}-{head}"


def state_file(folder: Path, name: str) -> Path:
    """Where the state of the conversation `name` is kept; nothing of the name can be read from it."""
    return folder / (hashlib.sha256(name.encode()).hexdigest()[:32] + SUFFIX)


def forget_state(folder: Path, name: str) -> None:
    """Remove what is kept of a conversation: when it is deleted, or the person wants nothing kept."""
    remove(state_file(folder, name))


def state_files(folder: Path) -> list[Path]:
    """The states that are kept, the newest first."""
    try:
        found = [(path.stat().st_mtime_ns, path) for path in folder.iterdir() if path.suffix == SUFFIX]
    except OSError:  # there is no such folder, or another process removes from it at this moment
        return []
    return [path for _, path in sorted(found, reverse=True)]


def limit_folder(folder: Path, limit_bytes: int, spare: Path | None = None) -> None:
    """Remove the oldest states until no more than `limit_bytes` are left, and what killed children left behind; `spare`
    goes last.
    """
    for path in folder.glob(f"*{UNFINISHED}"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > STALE_S:
                remove(path)
    kept_bytes = 0
    for path in sorted(state_files(folder), key=lambda path: path != spare):
        with contextlib.suppress(OSError):
            kept_bytes += path.stat().st_size
            if kept_bytes > limit_bytes:
                remove(path)


def remove(path: Path) -> None:
    """Delete a file; one that is gone already, or that the system keeps, is no reason to stop."""
    with contextlib.suppress(OSError):
        path.unlink()
