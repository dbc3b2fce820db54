"""The file that is loaded, to notice when somebody cuts it or writes to it: parts of it are read as they are needed.

A file that another is moved over, or that is deleted, lives on for who has it open; that is no change.
"""

import os
from typing import NamedTuple


class OpenFile(NamedTuple):
    """A file held open, and what it was like then."""

    handle: int
    size_bytes: int
    changed_ns: int

    @classmethod
    def of(cls, path: str) -> "OpenFile | None":
        """None where it cannot be opened: whoever reads it says why."""
        try:
            handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        except OSError:
            return None
        found = os.fstat(handle)
        return cls(handle, found.st_size, found.st_mtime_ns)

    def has_changed(self) -> bool:
        now = os.fstat(self.handle)
        return (now.st_size, now.st_mtime_ns) != (self.size_bytes, self.changed_ns)

    def close(self) -> None:
        os.close(self.handle)
