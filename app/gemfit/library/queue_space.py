"""What the disk has for the queue, and what unfinished files take of it already."""

import os
import shutil
from pathlib import Path

from gemfit.library.part import PART
from gemfit.library.queue_plan import Space

_BLOCK_BYTES = 512  # the unit of st_blocks, whatever the file system's own (POSIX, sys/stat.h)


def space_of(folder: Path) -> Space:
    """The disk where `folder` is, or will be. Raises OSError."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    usage = shutil.disk_usage(existing)
    return Space(disk=str(existing.stat().st_dev), free_bytes=usage.free, total_bytes=usage.total)


def held_bytes(target: Path) -> int:
    """What the unfinished file of `target` takes of the disk, room set aside for it included."""
    try:
        stat = os.stat(target.with_name(target.name + PART))  # noqa: PTH116 - one call, also where there is none
    except FileNotFoundError:
        return 0
    blocks = getattr(stat, "st_blocks", None)
    return stat.st_size if blocks is None else min(stat.st_size, blocks * _BLOCK_BYTES)
