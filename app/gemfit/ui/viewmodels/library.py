"""The weights on this disk, the queue of downloads, and the checks: the state behind Models and Home's progress.

A key is (model id, build id). For files that the catalogue does not know it is ("", path); for a repository of the Hub
whose files are on their way, the path of the first one, so that entry and file have the same key.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gemfit.catalog.types import Catalog, CatalogFile
from gemfit.errors import GemfitError
from gemfit.library import queue as ops
from gemfit.library.queue import Entry, Operation, Queue, Totals
from gemfit.library.queue_plan import Limits, Space
from gemfit.library.types import LocalFile, TransferProgress, TransferState
from gemfit.settings import Settings, load_token
from gemfit.ui import words, worker

if TYPE_CHECKING:
    from gemfit.library.get import Source
    from gemfit.library.queue_run import QueueRunner
    from gemfit.library.store import Survey

Key = tuple[str, str]
HISTORY_S = 120


@dataclass
class Job:
    """A transfer or a check: under way, or stopped by the trouble it has. `code` names the trouble for programs."""

    progress: TransferProgress | None = None
    running: bool = True
    trouble: str = ""
    code: str = ""
    cancelled: Event = field(default_factory=Event)


class LibraryModel(QObject):
    """`changed`: files, jobs or the queue are others now. `progressed(key)`: a job or an entry went on.

    `arrived(key)`: all files of an entry came in whole, and the folder was looked at since. `finished(Entry)`: an entry
    became done, or failed.
    """

    changed = Signal()
    progressed = Signal(object)
    arrived = Signal(object)
    finished = Signal(object)
    _reported = Signal(object, object)
    _queue_moved = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._catalog: Catalog | None = None
        self._jobs: dict[Key, Job] = {}
        self._queue = Queue()
        self._runner: QueueRunner | None = None
        self._put_away = 0
        self._speeds: deque[float] = deque(maxlen=HISTORY_S)
        self._every_second = QTimer(self)
        self._every_second.setInterval(1000)
        self._every_second.timeout.connect(self._sample_speed)
        self.files: list[LocalFile] = []
        self.scanned = False
        self.problem = ""
        self.unseen: list[str] = []  # the places that could not be looked into
        self._looked_into: set[str] = set()
        self._scanning = self._scan_again = False
        self._after_scan: list[Callable[[], None]] = []
        self._reported.connect(self._show_progress)
        self._queue_moved.connect(self._look_at_queue)

    def use_catalog(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._start_queue(catalog)
        self.refresh()

    def use_settings(self, settings: Settings) -> None:
        moved = _places(settings) != _places(self._settings)
        self._settings = settings
        if self._runner is not None:
            self._runner.use_limits(limits_of(settings))
        if moved:
            self.refresh()

    def _start_queue(self, catalog: Catalog) -> None:
        """Go on with what was queued when the program ended, on a thread."""
        if self._runner is not None:
            return
        from gemfit.library.queue_run import QueueRunner
        from gemfit.library.queue_store import QueueStore

        self._runner = QueueRunner(
            catalog,
            store=QueueStore(),
            source=self._source,
            limits=limits_of(self._settings),
            on_change=lambda _queue: self._queue_moved.emit(),
        )
        worker.run(self._runner.run, lambda _nothing: None, self._queue_broke)

    def _source(self) -> "Source":
        from gemfit.library.get import Source

        return Source(endpoint=self._settings.endpoint, token=load_token())

    def refresh(self, then: Callable[[], None] | None = None) -> None:
        """Look at the folder, on a thread; `changed` follows, then `then`, which finds what is there now.

        One look at a time: an older one that ended later would show what is no longer so.
        """
        if self._catalog is None:
            return
        if then is not None:
            self._after_scan.append(then)
        if self._scanning:
            self._scan_again = True
            return
        self._scanning, self._scan_again = True, False
        actions, self._after_scan = self._after_scan, []
        settings, catalog = self._settings, self._catalog

        def look() -> "Survey":
            from gemfit.library.store import look_elsewhere, survey

            return survey(settings.weights_folder, catalog, look_elsewhere(settings))

        worker.run(look, lambda found: self._scanned(found, actions), self._not_scanned)

    def local(self, key: Key) -> LocalFile | None:
        """The weights of that build, if they are here whole."""
        return next((f for f in self.of(key) if f.complete and f.role == "weights" and usable(f)), None)

    def projector_of(self, key: Key, weights: Path) -> Path | None:
        """The file for pictures and sound that belongs to these weights: of the same build, else beside a file of one's
        own, where there is no choice."""
        return self._companion("projector", key, weights)

    def drafter_of(self, key: Key, weights: Path) -> Path | None:
        """The file that guesses ahead for these weights, alike."""
        return self._companion("drafter", key, weights)

    def _companion(self, role: str, key: Key, weights: Path) -> Path | None:
        here = [f for f in self.files if f.complete and f.role == role and usable(f)]
        found = [Path(f.path) for f in here if key_of(f) == key]
        if not found and not key[0]:
            beside = [Path(f.path) for f in here if Path(f.path).parent == weights.parent]
            found = beside if len(beside) == 1 else []
        return found[0] if found else None

    def of(self, key: Key) -> list[LocalFile]:
        """Every file of that build that is here, unfinished ones too."""
        return [f for f in self.files if key_of(f) == key]

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
        """What is wrong with the file of the queue; an empty text when all is well."""
        problem = self._runner.problem if self._runner else None
        return words.text(problem) if problem else ""

    def job(self, key: Key) -> Job | None:
        """The check or the transfer of that key; None when there is none, or it is paused or done."""
        if (job := self._jobs.get(key)) is not None:
            return job
        entry = self.entry(key)
        return job_of(entry) if entry is not None else None

    def busy(self, key: Key) -> bool:
        job = self.job(key)
        return job is not None and job.running

    def any_running(self) -> bool:
        return bool(self.running()) or any(job.running for job in self._jobs.values())

    def get(self, key: Key) -> None:
        """Download and verify the weights of a build, going on from what is here. `arrived` or `changed` follows."""
        self.add(key)

    def add(self, key: Key, roles: Sequence[str] = ("weights",)) -> None:
        """Queue the files of a build with these roles. An entry on its way takes what is new, and goes on."""
        if self._catalog is None or (self.busy(key) and self.entry(key) is None):
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
        self._jobs.pop(key, None)
        self._do(partial(ops.add, entry=entry))

    def _refuse(self, key: Key, error: GemfitError) -> None:
        self._jobs[key] = Job(running=False, trouble=words.error_text(error), code=error.code)
        self.changed.emit()

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

    def verify(self, file: LocalFile) -> None:
        """Compute the file's SHA-256 again and compare it."""
        key = key_of(file)
        if self._catalog is None or self.busy(key):
            return
        job, catalog, folder = Job(), self._catalog, self._settings.weights_folder
        report = partial(self._reported.emit, key)

        def check() -> None:
            from gemfit.library.store import verify

            verify(Path(file.path), folder, catalog, on_progress=report, cancelled=job.cancelled)

        self._start(key, job, check, self._checked)

    def remove(self, file: LocalFile) -> None:
        """Delete one file."""
        key, folder, job = key_of(file), self._settings.weights_folder, Job()
        if self.busy(key):
            return

        def delete() -> None:
            from gemfit.library.store import remove

            remove(Path(file.path), folder)

        self._start(key, job, delete, self._checked)

    def stop(self, key: Key) -> None:
        """Stop what is under way; the bytes are kept."""
        if (job := self._jobs.get(key)) is not None:
            job.cancelled.set()
        else:
            self.pause(key)

    def stop_all(self) -> None:
        """Pause the whole queue, and stop the checks."""
        for job in self._jobs.values():
            job.cancelled.set()
        self.pause_all()

    def close(self) -> None:
        """At the end of the program: stop what is under way and begin nothing more. The queue goes on next time."""
        self._every_second.stop()
        for job in self._jobs.values():
            job.cancelled.set()
        if self._runner is not None:
            self._runner.close()
        self._catalog = None

    def dismiss(self, key: Key) -> None:
        """The trouble of that key has been read. A transfer in trouble leaves the queue; its bytes are kept."""
        if self.busy(key):
            return
        if self._jobs.pop(key, None) is not None:
            self.changed.emit()
        elif self.job(key) is not None:
            self.cancel(key)

    def _start(self, key: Key, job: Job, work: Callable[[], None], done: Callable[[Key], None]) -> None:
        self._jobs[key] = job
        worker.run(work, lambda _nothing: done(key), lambda error: self._failed(key, job, error))
        self.changed.emit()

    def _checked(self, key: Key) -> None:
        self._jobs.pop(key, None)
        self.refresh()

    def _failed(self, key: Key, job: Job, error: Exception) -> None:
        job.running = False
        job.code = error.code if isinstance(error, GemfitError) else "bug"
        if job.code == "cancelled":
            self._jobs.pop(key, None)
        else:
            job.trouble = words.error_text(error)
        self.changed.emit()
        self.refresh()

    @Slot(object, object)
    def _show_progress(self, key: Key, progress: TransferProgress) -> None:
        if (job := self._jobs.get(key)) is not None:
            job.progress = progress
            self.progressed.emit(key)

    @Slot()
    def _look_at_queue(self) -> None:
        if self._runner is None:
            return
        put_away, self._put_away = self._put_away, self._runner.put_away
        self._take(self._runner.queue)
        if put_away != self._put_away:
            self.refresh()

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
            self.refresh(lambda: self.arrived.emit(key_of_entry(entry)))
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
        self.problem = words.error_text(error)
        self.changed.emit()

    def _scanned(self, found: "Survey", actions: list[Callable[[], None]]) -> None:
        files = found.files
        self.files, self.scanned, self.problem = files, True, ""
        self.unseen = [words.text(problem) for problem in found.problems]
        self.changed.emit()
        for action in actions:
            action()
        for file in files:
            if file.sha256 is None and file.path not in self._looked_into and self._comes_in_a_package(file):
                self._looked_into.add(file.path)  # once, also where the result cannot be written down
                self.verify(file)
        self._look_on()

    def _look_on(self) -> None:
        self._scanning = False
        if self._scan_again:
            self.refresh()

    def _comes_in_a_package(self, file: LocalFile) -> bool:
        """The starter: nobody downloaded it, so it was not verified on the way."""
        model = self._catalog.model(file.model) if self._catalog and file.model else None
        return any(b.weights.package and b.id == file.build for b in model.builds) if model else False

    def _not_scanned(self, error: Exception) -> None:
        self.files, self.scanned, self.problem = [], True, words.error_text(error)
        self.changed.emit()
        self._look_on()


def _places(settings: Settings) -> tuple[object, ...]:
    """Where weights are looked for."""
    return settings.weights_folder, settings.model_folders, settings.use_other_stores


def key_of(file: LocalFile) -> Key:
    return (file.model, file.build) if file.model and file.build else ("", file.path)


def usable(file: LocalFile) -> bool:
    """Whole, and not found to be another file than the published one (then it has a hash and is not verified)."""
    return file.complete and (file.verified or file.sha256 is None)


def key_of_entry(entry: Entry) -> Key:
    return (entry.model, entry.build) if entry.model else ("", str(Path(entry.folder) / entry.files[0].name))


def limits_of(settings: Settings) -> Limits:
    return Limits(parallel_files=settings.parallel_files, bandwidth_bps=settings.bandwidth_bps)


def job_of(entry: Entry) -> Job | None:
    """A queue entry as a job; None when there is nothing to watch: done, or paused and at rest."""
    if entry.state == "done" or (entry.state == "paused" and not entry.under_way):
        return None
    stuck = entry.trouble is not None
    return Job(
        progress=progress_of(entry),
        running=not stuck,
        trouble=words.text(entry.sentence) if stuck and entry.sentence else "",
        code=entry.code,
    )


def progress_of(entry: Entry) -> TransferProgress:
    """All files of an entry as one moment of one transfer."""
    current = next((file for file in entry.files if file.under_way), entry.files[0])
    state: TransferState = "waiting"
    if current.state in ("checking", "downloading", "retrying", "verifying", "done", "failed"):
        state = current.state
    return TransferProgress(
        state=state,
        file=current.name,
        done_bytes=entry.done_bytes,
        total_bytes=entry.total_bytes,
        resumed_from_bytes=sum(file.resumed_from_bytes for file in entry.files),
        speed_bps=entry.speed_bps,
        remaining_s=entry.remaining_s,
        sentence=entry.sentence,
    )


def _outline(entry: Entry) -> tuple[object, ...]:
    """What is shown of an entry besides its progress."""
    files = [(file.name, file.state, file.code) for file in entry.files]
    return entry.id, entry.title, entry.paused, entry.state, entry.code, files
