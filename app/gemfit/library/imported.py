"""Files and folders that were imported and left where they are: a list of paths, `<data>/imported.json`."""

from collections.abc import Callable
from pathlib import Path

import filelock
import msgspec

from gemfit import paths
from gemfit.atomic import write_atomically
from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say


class _List(msgspec.Struct, kw_only=True):
    schema: int = 1
    paths: list[str] = []


def _file() -> Path:
    return paths.data_dir() / "imported.json"


def imported() -> list[Path]:
    """What was imported and left in its place, in that order; empty when the list is missing or damaged."""
    return [Path(path) for path in _read()]


def remember(path: Path) -> None:
    """Add a file or a folder to the list. Raises GemfitError `not_kept`."""
    _change(lambda kept: [*kept, str(path)] if str(path) not in kept else kept)


def forget(path: Path) -> bool:
    """Take it out of the list, and leave it where it is. Whether it was there. Raises GemfitError `not_kept`."""
    there = str(path) in _read()
    if there:
        _change(lambda kept: [other for other in kept if other != str(path)])
    return there


def _read() -> list[str]:
    try:
        found = msgspec.json.decode(_file().read_bytes(), type=_List)
    except (OSError, ValueError):  # none, or neither JSON nor UTF-8 nor of this form
        return []
    return found.paths if found.schema == 1 else []


def _change(change: Callable[[list[str]], list[str]]) -> None:
    file = _file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(file.with_suffix(".lock")):
            write_atomically(file, msgspec.json.encode(_List(paths=change(_read()))))
    except OSError as error:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The list of imported files could not be kept in {folder} ({reason}). The files were not changed. Make "
            "that folder writable, then import them again.",
        )
        raise GemfitError("not_kept", say(text, folder=str(file.parent), reason=error.strerror or "")) from error
