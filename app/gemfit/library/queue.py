"""The queue of downloads as a value, and what can be done with it: no disk, no network, no clock.

An entry is what a person asked for, with all its files; a file is what is transferred. Each operation takes a queue and
gives another one, and leaves it as it is where the entry is not there (any more): so an operation can be done again on
a queue that someone else changed in between. What should run now is decided by `queue_plan.next_actions`.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

import msgspec
from msgspec.structs import replace

from gemfit.catalog.types import CatalogFile, Role
from gemfit.words import Sentence

FileState = Literal[
    "waiting",
    "asking",
    "checking",
    "downloading",
    "retrying",
    "verifying",
    "no_room",
    "offline",
    "failed",
    "done",
]
EntryState = Literal["waiting", "downloading", "verifying", "paused", "no_room", "offline", "failed", "done"]
UNDER_WAY: frozenset[FileState] = frozenset({"asking", "checking", "downloading", "retrying", "verifying"})
IN_TROUBLE: frozenset[FileState] = frozenset({"no_room", "offline", "failed"})

Key = tuple[str, str]


class QueuedFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of an entry. `source` says what to fetch; for a file of the Hub that no catalogue has, without a hash.

    `total_bytes` is 0 until it is known. `done_bytes` are here; `held_bytes` is what the unfinished file takes of the
    disk, which is more where its room was set aside. `speed_bps`: bytes per second, smoothed. `code` and `sentence`
    say what the trouble is. `retry_at_s`: when to try again by itself, in Unix time; None: not by itself. `path`: where
    it is once it is done, which may be in another place when it was here already. `unlisted`: it stands for weights in
    several parts, which the Hub has to be asked for first; then they take its place.
    """

    source: CatalogFile
    unlisted: bool = False
    state: FileState = "waiting"
    done_bytes: int = 0
    total_bytes: int = 0
    held_bytes: int = 0
    resumed_from_bytes: int = 0
    speed_bps: float = 0.0
    remaining_s: float | None = None
    code: str = ""
    sentence: Sentence | None = None
    retry_at_s: float | None = None
    path: str = ""

    @property
    def name(self) -> str:
        """Its name in the repository, folders included: unique within an entry."""
        return self.source.file

    @property
    def role(self) -> Role:
        return self.source.role

    @property
    def under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def left_bytes(self) -> int:
        """What has to be fetched still, as far as it is known."""
        return 0 if self.state == "done" else max(0, self.total_bytes - self.done_bytes)

    @property
    def needed_bytes(self) -> int:
        """What it will take of the disk beyond what it takes now."""
        return 0 if self.state == "done" else max(0, self.total_bytes - max(self.held_bytes, self.done_bytes))


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asked for. `model` and `build` are those of the catalogue, both empty for a repository of the Hub.

    The files go into `folder`, which is inside `weights_dir`.
    """

    id: str
    title: str
    weights_dir: str
    folder: str
    files: tuple[QueuedFile, ...]
    model: str = ""
    build: str = ""
    paused: bool = False

    @property
    def state(self) -> EntryState:
        """In one word. What is under way comes before what is in trouble, and trouble before waiting."""
        states = {file.state for file in self.files}
        if states == {"done"}:
            return "done"
        if self.paused:
            return "paused"
        if states & (UNDER_WAY - {"verifying"}):
            return "downloading"
        if "verifying" in states:
            return "verifying"
        return _first("failed", states) or _first("no_room", states) or _first("offline", states) or "waiting"

    @property
    def trouble(self) -> QueuedFile | None:
        """The file that the state is about, when it is `failed`, `no_room` or `offline`."""
        state = self.state
        return next((file for file in self.files if file.state == state and state in IN_TROUBLE), None)

    @property
    def code(self) -> str:
        return self.trouble.code if self.trouble else ""

    @property
    def sentence(self) -> Sentence | None:
        """What there is to say: of the trouble, or of what is under way ("The connection was lost: trying again.")."""
        if self.trouble:
            return self.trouble.sentence
        return next((file.sentence for file in self.files if file.under_way and file.sentence), None)

    @property
    def under_way(self) -> bool:
        return any(file.under_way for file in self.files)

    @property
    def done_bytes(self) -> int:
        return sum(file.done_bytes for file in self.files)

    @property
    def total_bytes(self) -> int:
        return sum(file.total_bytes for file in self.files)

    @property
    def left_bytes(self) -> int:
        return sum(file.left_bytes for file in self.files)

    @property
    def needed_bytes(self) -> int:
        return sum(file.needed_bytes for file in self.files)

    @property
    def speed_bps(self) -> float:
        return sum(file.speed_bps for file in self.files if file.under_way)

    @property
    def remaining_s(self) -> float | None:
        """Time left at the present speed; None while that is not known."""
        return self.left_bytes / self.speed_bps if self.speed_bps and self.left_bytes else None

    def file(self, name: str) -> QueuedFile | None:
        return next((file for file in self.files if file.name == name), None)


def _first(state: EntryState, states: set[FileState]) -> EntryState | None:
    return state if state in states else None


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """The entries, the next one first. Those that are done stay where they are until they are cleared."""

    entries: tuple[Entry, ...] = ()

    def entry(self, id_: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.id == id_), None)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)


Operation = Callable[[Queue], Queue]


def add(queue: Queue, entry: Entry) -> Queue:
    """Put `entry` at the end. Where the same model is on its way into the same folder, that entry goes on and takes
    what is new of the files; a done one gives way.
    """
    same = next((e for e in queue if _same(e, entry)), None)
    if same is None:
        return Queue(entries=(*queue.entries, entry))
    if same.state == "done":
        return Queue(entries=(*(e for e in queue if e.id != same.id), entry))
    new = tuple(file for file in entry.files if same.file(file.name) is None and not _is_listed(same, file))
    return retry(_put(queue, replace(same, files=same.files + new)), same.id)


def _same(one: Entry, other: Entry) -> bool:
    """Whether both are the same model; of a repository of the Hub, whether both have a file in common."""
    if (one.model, one.build, one.folder) != (other.model, other.build, other.folder):
        return False
    return bool(one.model) or any(other.file(file.name) for file in one.files)


def _is_listed(entry: Entry, file: QueuedFile) -> bool:
    """Whether `file` stands for parts that `entry` has already."""
    return file.unlisted and any(other.role == file.role for other in entry.files)


def listed(queue: Queue, id_: str, name: str, files: Sequence[CatalogFile]) -> Queue:
    """Put the parts into the place of the file that stands for them."""
    entry = queue.entry(id_)
    if entry is None:
        return queue
    parts = [QueuedFile(source=file, total_bytes=file.bytes or 0) for file in files]
    others = {file.name for file in entry.files if file.name != name}
    new = tuple(part for part in parts if part.name not in others)
    before = tuple(new if file.name == name and file.unlisted else (file,) for file in entry.files)
    return _put(queue, replace(entry, files=tuple(file for group in before for file in group)))


def pause(queue: Queue, id_: str) -> Queue:
    """Stop it, if it runs, and keep its bytes. What is done already stays done."""
    entry = queue.entry(id_)
    return queue if entry is None or entry.state == "done" else _put(queue, replace(entry, paused=True))


def resume(queue: Queue, id_: str) -> Queue:
    entry = queue.entry(id_)
    return queue if entry is None else _put(queue, replace(entry, paused=False))


def pause_all(queue: Queue) -> Queue:
    for entry in queue:
        queue = pause(queue, entry.id)
    return queue


def resume_all(queue: Queue) -> Queue:
    for entry in queue:
        queue = resume(queue, entry.id)
    return queue


def move(queue: Queue, id_: str, place: int) -> Queue:
    """Put it at `place`, 0 being the first; beyond the end means at the end."""
    entry = queue.entry(id_)
    if entry is None:
        return queue
    rest = [e for e in queue if e.id != id_]
    place = min(max(0, place), len(rest))
    return Queue(entries=(*rest[:place], entry, *rest[place:]))


def cancel(queue: Queue, id_: str) -> Queue:
    """Take it out. Its bytes on disk are another matter: see `queue_run.QueueRunner.cancel`."""
    return Queue(entries=tuple(entry for entry in queue if entry.id != id_))


def retry(queue: Queue, id_: str) -> Queue:
    """Try again what is in trouble, and go on if it is paused."""
    entry = queue.entry(id_)
    if entry is None:
        return queue
    files = tuple(_waiting(file) if file.state in IN_TROUBLE | {"waiting"} else file for file in entry.files)
    return _put(queue, replace(entry, files=files, paused=False))


def clear_done(queue: Queue) -> Queue:
    return Queue(entries=tuple(entry for entry in queue if entry.state != "done"))


def update(queue: Queue, id_: str, name: str, /, **changes: object) -> Queue:
    """Note about one file what became of it."""
    entry = queue.entry(id_)
    if entry is None:
        return queue
    files = tuple(replace(file, **changes) if file.name == name else file for file in entry.files)
    return _put(queue, replace(entry, files=files))


def revived(queue: Queue) -> Queue:
    """After a restart: nothing runs, and what waited for the network or for room is tried again."""

    def wake(file: QueuedFile) -> QueuedFile:
        return file if file.state in ("failed", "done") else _waiting(file)

    return Queue(entries=tuple(replace(e, files=tuple(wake(file) for file in e.files)) for e in queue))


def _waiting(file: QueuedFile) -> QueuedFile:
    return replace(file, state="waiting", speed_bps=0.0, remaining_s=None, code="", sentence=None, retry_at_s=None)


def _put(queue: Queue, entry: Entry) -> Queue:
    return Queue(entries=tuple(entry if e.id == entry.id else e for e in queue))


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """All that is queued, in sum. `needed_bytes`: what it will take of the disk beyond what its parts take now."""

    left_bytes: int = 0
    needed_bytes: int = 0
    speed_bps: float = 0.0
    remaining_s: float | None = None
    files_under_way: int = 0
    entries_unfinished: int = 0


def totals(queue: Queue) -> Totals:
    """Of everything that is neither done nor paused; what is paused needs room all the same."""
    moving = [entry for entry in queue if entry.state not in ("done", "paused")]
    left, speed = sum(e.left_bytes for e in moving), sum(e.speed_bps for e in moving)
    return Totals(
        left_bytes=left,
        needed_bytes=sum(entry.needed_bytes for entry in queue),
        speed_bps=speed,
        remaining_s=left / speed if left and speed else None,
        files_under_way=sum(file.under_way for entry in queue for file in entry.files),
        entries_unfinished=sum(entry.state != "done" for entry in queue),
    )
