"""The queue of downloads as the window shows it: what can be asked of it, and what it tells."""

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gemfit.catalog.types import Catalog, CatalogFile
from gemfit.errors import GemfitError
from gemfit.library import queue as ops
from gemfit.library.queue import Entry, Operation, Queue, Totals
from gemfit.library.queue_plan import Limits, Space
from gemfit.settings import Settings, load_token
from gemfit.ui import words, worker
from gemfit.ui.viewmodels.jobs import Job, Key, job_of, key_of_entry

if TYPE_CHECKING:
    from gemfit.library.queue_run import QueueRunner
    from gemfit.library.source import Source

HISTORY_S = 120


class LookAgain(Protocol):
    """Looks at the files on the disk again, then calls `then`."""

    def __call__(self, then: Callable[[], None] | None = None) -> None: ...


class DownloadsModel(QObject):
    """`changed`: jobs or the queue are others now. `progressed(key)`: an entry went on. `arrived(key)`: all
    files of an entry came in whole, and the folder was looked at since. `finished(Entry)`: an entry became done, or
    failed.
    """

    changed = Signal()
    progressed = Signal(object)
    arrived = Signal(object)
    finished = Signal(object)
    _queue_moved = Signal()

    def __init__(self, settings: Settings, look_again: LookAgain, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._look_again = look_again
        self._catalog: Catalog | None = None
        self._refused: dict[Key, Job] = {}
        self._queue = Queue()
        self._runner: QueueRunner | None = None
        self._put_away = 0
        self._speeds: deque[float] = deque(maxlen=HISTORY_S)
        self._every_second = QTimer(self)
        self._every_second.setInterval(1000)
        self._every_second.timeout.connect(self._sample_speed)
        self._broken = ""
        self._queue_moved.connect(self._look_at_queue)

    def use_catalog(self, catalog: Catalog) -> None:
        """Go on with what was queued when the program ended, on a thread."""
        self._catalog = catalog
        if self._runner is not None:
            return
        from gemfit.library.queue_run import QueueRunner
        from gemfit.library.queue_store import QueueStore

        self._runner = QueueRunner(
            catalog,
            store=QueueStore(),
            source=self._source,
            limits=_limits_of(self._settings),
            on_change=lambda _queue: self._queue_moved.emit(),
        )
        worker.run(self._runner.run, lambda _nothing: None, self._queue_broke)

    def use_settings(self, settings: Settings) -> None:
        self._settings = settings
        if self._runner is not None:
            self._runner.use_limits(_limits_of(settings))

    def close(self) -> None:
        """At the end of the program: begin nothing more. The queue goes on next time."""
        self._every_second.stop()
        if self._runner is not None:
            self._runner.close()
        self._catalog = None

    def _source(self) -> "Source":
        from gemfit.library.source import Source

        return Source(endpoint=self._settings.endpoint, token=load_token())

    def entries(self) -> tuple[Entry, ...]:
        """The queue in order; what is done stays in it until it is cleared."""
        return self._queue.entries

    def entry(self, key: Key) -> Entry | None:
        return next((entry for entry in self._queue if key_of_entry(entry) == key), None)

    def totals(self) -> Totals:
        """All that is queued, in sum."""
        return ops.totals(self._queue)

    def speeds(self) -> tuple[float, ...]:
        """Bytes per second of all transfers together, one a second while something runs, the newest last."""
        return tuple(self._speeds)

    def space(self) -> Space | None:
        """The disk that the weights folder is on; None while nothing is queued for it."""
        spaces = self._runner.spaces if self._runner else {}
        folder = str(self._settings.weights_folder)
        return next((spaces[e.folder] for e in self._queue if e.weights_dir == folder and e.folder in spaces), None)

    def running(self) -> list[Entry]:
        """What is under way, or would be next: what closing the program interrupts."""
        return [e for e in self._queue if e.under_way or e.state == "waiting"]

    def queue_problem(self) -> str:
        """What is wrong with the queue or its file; an empty text when all is well."""
        problem = self._runner.problem if self._runner else None
        return words.text(problem) if problem else self._broken

    def job(self, key: Key) -> Job | None:
        """The transfer of that key; None when there is none, or it is paused or done."""
        if (job := self._refused.get(key)) is not None:
            return job
        entry = self.entry(key)
        return job_of(entry) if entry is not None else None

    def add(self, key: Key, roles: Sequence[str]) -> None:
        """Queue the files of a build with these roles. An entry on its way takes what is new, and goes on."""
        if self._catalog is None:
            return
        from gemfit.library.queue_entries import entry_of_model

        try:
            entry = entry_of_model(self._catalog, *key, weights_dir=self._settings.weights_folder, parts=roles)
        except GemfitError as error:
            self._refuse(key, error)
            return
        self._put(key, entry)

    def add_files(self, title: str, files: Sequence[CatalogFile]) -> Key | None:
        """Queue files of one repository of the Hub. Returns their key; None when their names cannot be used."""
        if self._catalog is None or not files:
            return None
        from gemfit.library.queue_entries import entry_of_files

        try:
            entry = entry_of_files(title, files, weights_dir=self._settings.weights_folder)
        except GemfitError as error:
            self._refuse(("", files[0].file), error)
            return None
        key = key_of_entry(entry)
        self._put(key, entry)
        return key

    def _put(self, key: Key, entry: Entry) -> None:
        self._refused.pop(key, None)
        self._do(partial(ops.add, entry=entry))

    def _refuse(self, key: Key, error: GemfitError) -> None:
        self._refused[key] = Job(running=False, trouble=words.error_text(error), code=error.code)
        self.changed.emit()

    def dismiss(self, key: Key) -> None:
        """The trouble of that key has been read. A transfer in trouble leaves the queue; its bytes are kept."""
        if self._refused.pop(key, None) is not None:
            self.changed.emit()
        elif self.job(key) is not None:
            self.cancel(key)

    def pause(self, key: Key) -> None:
        """Stop it, keep its bytes and its place."""
        self._do_to(key, ops.pause)

    def resume(self, key: Key) -> None:
        self._do_to(key, ops.resume)

    def retry(self, key: Key) -> None:
        """Try again what failed, at once what waits for the network or for room, and go on where it is paused."""
        self._do_to(key, ops.retry)

    def move(self, key: Key, place: int) -> None:
        """Put it at `place` in the queue, 0 being the first."""
        self._do_to(key, partial(ops.move, place=place))

    def cancel(self, key: Key, keep: bool = True) -> None:
        """Take it out of the queue; unless `keep`, what is unfinished of it is deleted. Complete files stay."""
        entry = self.entry(key)
        if entry is not None and self._runner is not None:
            self._take(self._runner.cancel(entry.id, keep=keep))

    def pause_all(self) -> None:
        self._do(ops.pause_all)

    def resume_all(self) -> None:
        self._do(ops.resume_all)

    def clear_done(self) -> None:
        """Take out of the queue what is done."""
        self._do(ops.clear_done)

    def _do_to(self, key: Key, operation: Callable[[Queue, str], Queue]) -> None:
        if (entry := self.entry(key)) is not None:
            id_ = entry.id
            self._do(lambda queue: operation(queue, id_))

    def _do(self, operation: Operation) -> None:
        if self._runner is not None:
            self._take(self._runner.do(operation))

    @Slot()
    def _look_at_queue(self) -> None:
        if self._runner is None:
            return
        put_away, self._put_away = self._put_away, self._runner.put_away
        self._take(self._runner.queue)
        if put_away != self._put_away:
            self._look_again()

    def _take(self, queue: Queue) -> None:
        """Show another state of the queue, and tell what it means."""
        before, self._queue = self._queue, queue
        if [_outline(entry) for entry in before] != [_outline(entry) for entry in queue]:
            self.changed.emit()
        for entry in queue:
            old = before.entry(entry.id)
            if old is not None and old != entry:
                self.progressed.emit(key_of_entry(entry))
                self._tell_turn(old, entry)
        self._watch_speed()

    def _tell_turn(self, old: Entry, entry: Entry) -> None:
        if entry.state == "done" and old.state != "done":
            self._look_again(lambda: self.arrived.emit(key_of_entry(entry)))
            self.finished.emit(entry)
        elif entry.state == "failed" and old.state != "failed":
            self.finished.emit(entry)

    def _watch_speed(self) -> None:
        moving = any(entry.under_way for entry in self._queue)
        if moving and not self._every_second.isActive():
            self._speeds.clear()
            self._every_second.start()
        elif not moving:
            self._every_second.stop()

    @Slot()
    def _sample_speed(self) -> None:
        self._speeds.append(self.totals().speed_bps)

    def _queue_broke(self, error: Exception) -> None:
        self._broken = words.error_text(error)
        self.changed.emit()


def _limits_of(settings: Settings) -> Limits:
    return Limits(parallel_files=settings.parallel_files, bandwidth_bps=settings.bandwidth_bps)


def _outline(entry: Entry) -> tuple[object, ...]:
    """What is shown of an entry besides its progress."""
    files = [(file.name, file.state, file.code) for file in entry.files]
    return entry.id, entry.title, entry.paused, entry.state, entry.code, files
