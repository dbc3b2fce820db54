"""Which files of the queue run now, under a limit of parallel files and with room on the disk. Pure."""

from collections.abc import Iterator, Mapping

import msgspec

from gemfit.library.disk import MOST_RESERVE_BYTES, RESERVE_SHARE
from gemfit.library.queue import Entry, Queue, QueuedFile


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """`bandwidth_bps` is for all files together, in bytes per second; None: none."""

    parallel_files: int = 2
    bandwidth_bps: int | None = None


class Space(msgspec.Struct, frozen=True, kw_only=True):
    """The room for a folder. `disk` tells one disk from another."""

    disk: str
    free_bytes: int
    total_bytes: int

    @property
    def reserve_bytes(self) -> int:
        """What downloads leave free: 2 GiB, on small disks 5 %."""
        return min(MOST_RESERVE_BYTES, int(RESERVE_SHARE * self.total_bytes))

    @property
    def room_bytes(self) -> int:
        """What downloads may take; negative when the reserve is touched already."""
        return self.free_bytes - self.reserve_bytes


class Start(msgspec.Struct, frozen=True):
    entry: str
    file: str


class Stop(msgspec.Struct, frozen=True):
    """Stop it and keep its bytes: it was paused, or there are more than may run."""

    entry: str
    file: str


class NoRoom(msgspec.Struct, frozen=True):
    """Stop it, or do not begin it: the disk has no room. It goes on when there is."""

    entry: str
    file: str
    needed_bytes: int
    free_bytes: int


Action = Start | Stop | NoRoom


def next_actions(queue: Queue, limits: Limits, spaces: Mapping[str, Space], now_s: float) -> list[Action]:
    """What to do now, in order; an empty list when everything is as it should be.

    `spaces` by `Entry.folder`; a folder that is not among them has room. `now_s`: Unix time. What runs keeps running,
    whatever its place, until it is done, paused, or one too many; then the last one in order stops. What runs on a
    disk whose reserve is touched stops; what waits begins only when all of it fits beside what runs.
    """
    actions: list[Action] = []
    free_slots = max(1, limits.parallel_files)
    room = {space.disk: space.room_bytes for space in spaces.values()}
    for entry, file in _files(queue):
        if not file.under_way:
            continue
        space = spaces.get(entry.folder)
        if entry.paused or not free_slots:
            actions.append(Stop(entry.id, file.name))
        elif space is not None and space.room_bytes < 0 and file.needed_bytes:
            actions.append(NoRoom(entry.id, file.name, file.needed_bytes, space.free_bytes))
        else:
            free_slots -= 1
            if space is not None:
                room[space.disk] -= file.needed_bytes
    for entry, file in _files(queue):
        if not free_slots:
            break
        if entry.paused or not _is_due(file, now_s):
            continue
        space = spaces.get(entry.folder)
        if space is not None and file.needed_bytes and file.needed_bytes > room[space.disk]:
            if file.state != "no_room":
                actions.append(NoRoom(entry.id, file.name, file.needed_bytes, space.free_bytes))
            continue
        actions.append(Start(entry.id, file.name))
        free_slots -= 1
        if space is not None:
            room[space.disk] -= file.needed_bytes
    return actions


def _files(queue: Queue) -> Iterator[tuple[Entry, QueuedFile]]:
    for entry in queue:
        for file in entry.files:
            yield entry, file


def _is_due(file: QueuedFile, now_s: float) -> bool:
    """Whether it may begin: it waits its turn, or the time to try again has come."""
    if file.state == "waiting":
        return file.retry_at_s is None or file.retry_at_s <= now_s
    return file.state in ("no_room", "offline") and file.retry_at_s is not None and file.retry_at_s <= now_s
