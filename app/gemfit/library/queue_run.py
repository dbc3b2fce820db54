"""Carries out the queue: one thread decides (`next_actions`), one more for each file that is transferred.

The thread that decides wakes up when something happened and once a second: it writes down what was asked for, takes
over what other processes changed in the file, looks at the disks, and starts and stops files.
"""

import dataclasses
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from gemfit.catalog.types import Catalog
from gemfit.errors import GemfitError
from gemfit.library import queue as ops
from gemfit.library.get import get_files
from gemfit.library.names import place
from gemfit.library.part import PART
from gemfit.library.queue import Entry, Key, Operation, Queue, QueuedFile
from gemfit.library.queue_ends import Changes, after_bug, after_success, after_trouble
from gemfit.library.queue_plan import Limits, NoRoom, Space, Start, Stop, next_actions
from gemfit.library.queue_shared import SharedQueue
from gemfit.library.queue_space import kept_of, space_of
from gemfit.library.queue_store import QueueStore
from gemfit.library.rules import Rules
from gemfit.library.source import Source
from gemfit.library.split import parts_of
from gemfit.library.store import remove
from gemfit.library.throttle import Throttle
from gemfit.library.types import LocalFile, TransferProgress
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

LOOK_S = 1.0
END_S = 20.0

logger = logging.getLogger(__name__)

OnChange = Callable[[Queue], None]


@dataclass
class _Task:
    """One file that is being transferred. `into`: what becomes of it when it is stopped."""

    entry: Entry
    file: QueuedFile
    cancelled: threading.Event = field(default_factory=threading.Event)
    into: QueuedFile | None = None
    thread: threading.Thread | None = None


class QueueRunner:
    """The queue of this process. `on_change` is called on one of its threads with the queue as it is now.

    `store` None: a queue of this process alone, which nobody else sees and which is gone with it. `results`: what came
    of the files that were done here. `put_away`: how often something was left or deleted on disk for good, so that who
    shows the folder looks at it again.
    """

    def __init__(
        self,
        catalog: Catalog,
        *,
        store: QueueStore | None,
        source: Callable[[], Source],
        limits: Limits | None = None,
        rules: Rules | None = None,
        on_change: OnChange = lambda _queue: None,
    ) -> None:
        self._catalog, self._source = catalog, source
        self._limits, self._on_change = limits or Limits(), on_change
        self._throttle = Throttle(self._limits.bandwidth_bps)
        self._rules = dataclasses.replace(rules or Rules(), throttle=self._throttle)
        self._shared = SharedQueue(store)
        self._lock = threading.Lock()
        self._deleting: dict[str, Entry] = {}
        self._tasks: dict[Key, _Task] = {}
        self._failures: dict[Key, int] = {}
        self._wake, self._closing = threading.Event(), threading.Event()
        self.spaces: Mapping[str, Space] = {}
        self.results: dict[Key, LocalFile] = {}
        self.put_away = 0
        self._told: tuple[Queue, int] | None = None

    @property
    def queue(self) -> Queue:
        """As it is now, progress included."""
        return self._shared.queue

    @property
    def is_mine(self) -> bool:
        """Whether this process carries it out; another one may."""
        return self._shared.is_mine

    @property
    def problem(self) -> Sentence | None:
        """What is wrong with the file of the queue, if anything."""
        return self._shared.problem

    def do(self, operation: Operation) -> Queue:
        """Apply an operation, at once here and soon on disk. Returns the queue as it is then. From any thread."""
        queue = self._shared.do(operation)
        self._wake.set()
        return queue

    def cancel(self, id_: str, *, keep: bool) -> Queue:
        """Take an entry out of the queue and stop it; unless `keep`, its unfinished files go as well."""
        entry = self.queue.entry(id_)
        if entry is not None and not keep:
            with self._lock:
                self._deleting[id_] = entry
        return self.do(partial(ops.cancel, id_=id_))

    def use_limits(self, limits: Limits) -> None:
        """Take other limits, also for what runs."""
        self._limits = limits
        self._throttle.bytes_per_s = limits.bandwidth_bps
        self._wake.set()

    def close(self) -> None:
        """Stop in order; `run` returns soon after. What ran goes on at the next start."""
        self._closing.set()
        with self._lock:
            for task in self._tasks.values():
                task.cancelled.set()
        self._wake.set()

    def run(self, until: Callable[[Queue], bool] = lambda _queue: False) -> None:
        """Carry out the queue until `close`, or until `until` says of it that it is enough."""
        try:
            while not self._closing.is_set():
                self._wake.clear()
                self._look()
                if until(self.queue):
                    break
                self._wake.wait(LOOK_S)
        finally:
            self.close()
            for task in list(self._tasks.values()):
                if task.thread is not None:
                    task.thread.join(END_S)
            self._shared.write_down(set(self._tasks))
            self._delete_parts()
            self._shared.release()

    def _look(self) -> None:
        self._shared.claim()
        self._shared.write_down(set(self._tasks))
        self._measure()
        if self.is_mine:
            self._act()
        now = self.queue, self.put_away
        if now != self._told:  # an idle queue wakes nobody
            self._told = now
            self._on_change(now[0])

    def _measure(self) -> None:
        """Look at the disks, and at what the unfinished files take of them."""
        spaces: dict[str, Space] = {}
        for entry in self.queue:
            if entry.state == "done":
                continue
            try:
                spaces[entry.folder] = space_of(Path(entry.folder))
                for file in entry.files:
                    self._measure_file(entry, file)
            except (OSError, GemfitError) as error:  # a disk that went away, an unsafe name: said when it is fetched
                logger.debug("no look at %s: %s", entry.folder, type(error).__name__)
        self.spaces = spaces

    def _measure_file(self, entry: Entry, file: QueuedFile) -> None:
        if file.state == "done":
            return
        kept = kept_of(place(Path(entry.folder), file.name))
        if (entry.id, file.name) in self._tasks:  # its own thread knows better how much has come
            del kept["done_bytes"]
        if any(getattr(file, name) != value for name, value in kept.items()):
            self._shared.note(entry.id, file.name, **kept)

    def _act(self) -> None:
        self._stop_what_was_cancelled()
        for action in next_actions(self.queue, self._limits, self.spaces, time.time()):
            key = (action.entry, action.file)
            match action:
                case Start():
                    self._start(key)
                case Stop():
                    self._stop(key, None)
                case NoRoom():
                    self._hold(key, action)
        self._delete_parts()

    def _stop_what_was_cancelled(self) -> None:
        queue = self.queue
        for (id_, name), task in list(self._tasks.items()):
            entry = queue.entry(id_)
            if entry is None or entry.file(name) is None:
                task.cancelled.set()

    def _start(self, key: Key) -> None:
        entry = self.queue.entry(key[0])
        file = entry.file(key[1]) if entry else None
        if entry is None or file is None or key in self._tasks:  # stopped, and not at its end yet: next time
            return
        task = _Task(entry, file)
        task.thread = threading.Thread(target=self._transfer, args=(key, task), name=f"gemfit-get-{file.name}")
        with self._lock:
            if self._closing.is_set():
                return
            self._tasks[key] = task
        self.do(_noted(*key, state="asking", code="", sentence=None, retry_at_s=None))
        task.thread.start()

    def _stop(self, key: Key, into: QueuedFile | None) -> None:
        if (task := self._tasks.get(key)) is not None:
            task.into = into
            task.cancelled.set()

    def _hold(self, key: Key, action: NoRoom) -> None:
        sentence = say(_NO_ROOM, needed_bytes=action.needed_bytes, available_bytes=action.free_bytes)
        changes = {"state": "no_room", "code": "disk_full", "sentence": sentence, "retry_at_s": 0.0}
        if (task := self._tasks.get(key)) is not None:
            self._stop(key, replace(task.file, **changes))
        else:
            self.do(_noted(*key, **changes))

    def _delete_parts(self) -> None:
        """Delete the unfinished files of what was cancelled so, once nobody writes into them."""
        with self._lock:
            entries = list(self._deleting.values())
        for entry in entries:
            if any(key[0] == entry.id for key in self._tasks):
                continue
            delete_parts(entry)
            with self._lock:
                self._deleting.pop(entry.id, None)
                self.put_away += 1

    def _transfer(self, key: Key, task: _Task) -> None:
        try:
            over = self._listed(key, task) if task.file.unlisted else self._got(key, task)
        except GemfitError as error:
            if error.code in ("network", "busy"):
                self._failures[key] = self._failures.get(key, 0) + 1
            changes = after_trouble(error, task.into, self._failures.get(key, 0), time.time())
            over = _ended(key, changes)
        except Exception as bug:
            logger.exception("a bug while getting %s", task.file.name)
            over = _ended(key, after_bug(bug))
        with self._lock:
            self._tasks.pop(key, None)
            self.put_away += 1
        self.do(over)

    def _got(self, key: Key, task: _Task) -> Operation:
        """Transfer one file; what becomes of it."""
        got = get_files(
            [task.file.source],
            Path(task.entry.folder),
            catalog=self._catalog,
            weights_dir=Path(task.entry.weights_dir),
            source=self._source(),
            on_progress=partial(self._show, key),
            cancelled=task.cancelled,
            rules=self._rules,
        )
        self.results[key] = got[0]
        return _ended(key, after_success(got[0]))

    def _listed(self, key: Key, task: _Task) -> Operation:
        """Ask which parts the weights have; they take the place of what stood for them."""
        files = parts_of(task.file.source, self._source(), cancelled=task.cancelled, rules=self._rules)
        return partial(ops.listed, id_=key[0], name=key[1], files=files)

    def _show(self, key: Key, progress: TransferProgress) -> None:
        if progress.state in ("done", "paused", "failed"):
            return  # said at the end, by the thread's own result
        if progress.state == "downloading":
            self._failures.pop(key, None)
        state = "asking" if progress.state == "waiting" else progress.state
        self._shared.note(
            *key,
            state=state,
            done_bytes=progress.done_bytes,
            total_bytes=progress.total_bytes or (task.file.total_bytes if (task := self._tasks.get(key)) else 0),
            resumed_from_bytes=progress.resumed_from_bytes,
            speed_bps=progress.speed_bps if progress.state == "downloading" else 0.0,
            remaining_s=progress.remaining_s,
            sentence=progress.sentence,
        )
        self._on_change(self.queue)


def _noted(id_: str, name: str, /, **changes: object) -> Operation:
    return lambda queue: ops.update(queue, id_, name, **changes)


def _ended(key: Key, changes: Changes) -> Operation:
    return _noted(*key, speed_bps=0.0, remaining_s=None, **changes)


_NO_ROOM = QT_TRANSLATE_NOOP(
    "gemfit",
    "Waiting for room on the disk: {needed_bytes} more are needed, {available_bytes} are free, and some of that stays "
    "free. What was downloaded is kept. It goes on by itself when there is room.",
)


def delete_parts(entry: Entry) -> None:
    """Delete the unfinished files of an entry; complete ones stay. Raises GemfitError as `store.remove`."""
    for file in entry.files:
        target = place(Path(entry.folder), file.name)
        part = target.with_name(target.name + PART)
        if part.is_file():
            remove(part, Path(entry.weights_dir))
