"""Looking through folders: bounded, following links without going in circles, changing nothing."""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from gemfit.library.stores.found import Found, Trouble, container_of, role_of

DEPTH = 8
MOST_ENTRIES = 200_000


class Seen(msgspec.Struct, frozen=True):
    """A file: its path, its path from the folder that was looked through, and its state."""

    path: str
    below: str
    state: os.stat_result

    @property
    def identity(self) -> tuple[int, int] | None:
        """Device and inode; None where listing a folder does not tell them (Windows)."""
        return (self.state.st_dev, self.state.st_ino) if self.state.st_ino else None


def weights_below(folder: Path | str, trouble: Trouble, *, depth: int = DEPTH) -> Iterator[Found]:
    """Every file of weights in `folder` and below, in the order of their names; `called` is the path from there.

    Folders whose names begin with a dot are left out. What cannot be read is told to `trouble` and left out; a folder
    that is not there is no trouble.
    """
    for seen in files_below(folder, lambda name: container_of(name) is not None, trouble, depth=depth):
        name = os.path.basename(seen.path)  # noqa: PTH119 - thousands of them, and Path takes ten times as long
        yield Found(
            path=Path(seen.path),
            bytes=seen.state.st_size,
            mtime_ns=seen.state.st_mtime_ns,
            called=seen.below,
            role=role_of(name),
            container=container_of(name) or "gguf",
            identity=seen.identity,
        )


def files_below(
    folder: Path | str, wanted: Callable[[str], bool], trouble: Trouble, *, depth: int = DEPTH, follow: bool = True
) -> Iterator[Seen]:
    """Every file whose name is `wanted`; links to files count, links to folders only where `follow`."""
    return _Walk(wanted, trouble, follow).below(os.fspath(folder), "", depth, frozenset())


class _Walk:
    def __init__(self, wanted: Callable[[str], bool], trouble: Trouble, follow: bool) -> None:
        self._wanted, self._trouble, self._follow = wanted, trouble, follow
        self._left = MOST_ENTRIES

    def below(self, folder: str, prefix: str, depth: int, above: frozenset[tuple[int, int]]) -> Iterator[Seen]:
        try:
            here = os.stat(folder) if self._follow else None  # noqa: PTH116
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            self._trouble(Path(folder), error)
            return
        if here is not None and here.st_ino:
            if (here.st_dev, here.st_ino) in above:
                return  # a link to a folder above
            above |= {(here.st_dev, here.st_ino)}
        self._left -= len(entries)
        folders = []
        for entry in entries:
            if self._wanted(entry.name) and (state := self._file(entry)):
                yield Seen(entry.path, prefix + entry.name, state)
            elif not entry.name.startswith(".") and self._is_folder(entry):
                folders.append(entry)
        for entry in folders:
            if depth > 0 and self._left > 0:
                yield from self.below(entry.path, f"{prefix}{entry.name}/", depth - 1, above)

    def _is_folder(self, entry: os.DirEntry[str]) -> bool:
        try:
            return entry.is_dir(follow_symlinks=self._follow)
        except OSError:  # a link in circles, or into a place that cannot be looked into: nothing to find there
            return False

    def _file(self, entry: os.DirEntry[str]) -> os.stat_result | None:
        try:
            return entry.stat() if entry.is_file() else None
        except FileNotFoundError:  # a link to nothing, or gone since
            return None
        except OSError as error:
            self._trouble(Path(entry.path), error)
            return None


def found_at(path: Path, called: str) -> Found | None:
    """One file by its path; None when there is none. Raises OSError when it cannot be looked at."""
    try:
        state = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not stat.S_ISREG(state.st_mode):
        return None
    return Found(
        path=path,
        bytes=state.st_size,
        mtime_ns=state.st_mtime_ns,
        called=called,
        role=role_of(path.name),
        container=container_of(path.name) or "gguf",
        identity=(state.st_dev, state.st_ino) if state.st_ino else None,
    )
