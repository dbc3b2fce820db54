"""What was verified, kept between runs: a SHA-256 per file, good as long as its size and time are the same.

`<data>/verified.json`; it can be lost at any time, then files are hashed again. Whether a hash is the expected one is
asked of the catalogue each time, so that a newer catalogue counts.
"""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import filelock
import msgspec

from gemfit import paths
from gemfit.atomic import write_atomically
from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A hash computed here. `expected`: what the official source said, where the catalogue has no hash.

    `damaged`: from which byte to which the file is not what it was; then `sha256` may be "", which no file has.
    `repo`, `file`, `revision`: where on the Hub it came from, if it was downloaded by Gemfit.
    """

    bytes: int
    mtime_ns: int
    sha256: str
    checked_at: str
    expected: str | None = None
    revision: str | None = None
    repo: str | None = None
    file: str | None = None
    damaged: list[tuple[int, int]] = []


class _Index(msgspec.Struct, kw_only=True):
    schema: int = 1
    files: dict[str, Checked] = {}


def _file() -> Path:
    return paths.data_dir() / "verified.json"


def _key(path: Path) -> str:
    return str(path.resolve())


def read_index() -> dict[str, Checked]:
    """All records, by resolved path. Empty when there is no index that can be used."""
    try:
        index = msgspec.json.decode(_file().read_bytes(), type=_Index)
    except (OSError, ValueError):  # none, or neither JSON nor UTF-8 nor of this form
        return {}
    return index.files if index.schema == 1 else {}


def checked(path: Path, index: dict[str, Checked] | None = None) -> Checked | None:
    """The record of `path`, if the file is still the one that was hashed. Raises OSError when it is gone."""
    found = (read_index() if index is None else index).get(_key(path))
    stat = path.stat()
    return found if found and (found.bytes, found.mtime_ns) == (stat.st_size, stat.st_mtime_ns) else None


def remember(
    path: Path,
    sha256: str,
    stat: os.stat_result,
    expected: str | None = None,
    revision: str | None = None,
    *,
    repo: str | None = None,
    file: str | None = None,
    damaged: Sequence[tuple[int, int]] = (),
) -> Checked:
    """Keep the hash of `path`. `stat` was taken before hashing. Where it came from is kept from before if not given.

    Raises GemfitError when the index cannot be written.
    """
    before = read_index().get(_key(path))
    record = Checked(
        bytes=stat.st_size,
        mtime_ns=stat.st_mtime_ns,
        sha256=sha256,
        checked_at=datetime.now(UTC).isoformat(timespec="seconds"),
        expected=expected,
        revision=revision or (before.revision if before else None),
        repo=repo or (before.repo if before else None),
        file=file or (before.file if before else None),
        damaged=list(damaged),
    )
    _change(path, record)
    return record


def forget(path: Path) -> None:
    """Drop the record of a file that is gone."""
    _change(path, None)


def _change(path: Path, record: Checked | None) -> None:
    file, changed = _file(), _key(path)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(file.with_suffix(".lock")):
            files = {key: old for key, old in read_index().items() if key != changed}
            if record is not None:
                files[changed] = record
            write_atomically(file, msgspec.json.encode(_Index(files=files)))
    except OSError as error:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The result of the check could not be kept in {folder} ({reason}). The weights were not changed. Make that "
            "folder writable, then verify again.",
        )
        raise GemfitError("not_kept", say(text, folder=str(file.parent), reason=error.strerror or "")) from error
