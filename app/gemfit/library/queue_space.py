"""What the disk has for the queue, and what unfinished files take of it already."""

import shutil
from pathlib import Path

from msgspec.structs import replace

from gemfit.errors import GemfitError
from gemfit.library.journal import read_sidecar
from gemfit.library.names import place
from gemfit.library.part import PART, taken_bytes
from gemfit.library.queue import Entry, Queue, QueuedFile
from gemfit.library.queue_plan import Space


def space_of(folder: Path) -> Space:
    """The disk where `folder` is, or will be. Raises OSError."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    usage = shutil.disk_usage(existing)
    return Space(disk=str(existing.stat().st_dev), free_bytes=usage.free, total_bytes=usage.total)


def kept_of(target: Path) -> dict[str, int]:
    """Of the unfinished file of `target`: what it takes of the disk, room set aside for it included, and how much of it
    is durable, by the names that `QueuedFile` has for them. Raises OSError.
    """
    sidecar = read_sidecar(target.with_name(target.name + PART))
    return {"held_bytes": taken_bytes(target), "done_bytes": sidecar.durable_bytes if sidecar else 0}


def seen_on_disk(queue: Queue) -> Queue:
    """The queue with how far its unfinished files are on the disk: for who looks at what another process does."""

    def seen(entry: Entry, file: QueuedFile) -> QueuedFile:
        try:
            return file if file.state == "done" else replace(file, **kept_of(place(Path(entry.folder), file.name)))
        except (OSError, GemfitError):  # a disk that went away, an unsafe name: it stays as it was written down
            return file

    return Queue(entries=tuple(replace(e, files=tuple(seen(e, file) for file in e.files)) for e in queue))
