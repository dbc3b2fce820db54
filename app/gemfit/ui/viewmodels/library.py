"""The weights on this disk and the work on them: the state behind Models and Home's progress."""

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from gemfit.catalog.types import Catalog
from gemfit.errors import GemfitError
from gemfit.library.types import LocalFile, TransferProgress
from gemfit.settings import Settings, load_token
from gemfit.ui import words, worker

Key = tuple[str, str]
OnProgress = Callable[[TransferProgress], None]


class Job:
    """A transfer or a check: under way, or stopped by the trouble it has. `code` names the trouble for programs."""

    def __init__(self) -> None:
        self.cancelled = threading.Event()
        self.progress: TransferProgress | None = None
        self.running = True
        self.trouble = ""
        self.code = ""


class LibraryModel(QObject):
    """`changed`: files or jobs are others now. `progressed(key)`: a job went on. `arrived(key)`: weights came in whole.

    A key is (model id, build id). For a file that the catalogue does not know it is ("", path).
    """

    changed = Signal()
    progressed = Signal(object)
    arrived = Signal(object)
    _reported = Signal(object, object)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._catalog: Catalog | None = None
        self._jobs: dict[Key, Job] = {}
        self.files: list[LocalFile] = []
        self.scanned = False
        self.problem = ""
        self._looked_into: set[str] = set()
        self._scanning = self._scan_again = False
        self._after_scan: list[Callable[[], None]] = []
        self._reported.connect(self._show_progress)

    def use_catalog(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self.refresh()

    def use_settings(self, settings: Settings) -> None:
        moved = settings.weights_folder != self._settings.weights_folder
        self._settings = settings
        if moved:
            self.refresh()

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
        folder, catalog = self._settings.weights_folder, self._catalog

        def look() -> list[LocalFile]:
            from gemfit.library.store import scan

            return scan(folder, catalog)

        worker.run(look, lambda files: self._scanned(files, actions), self._not_scanned)

    def local(self, key: Key) -> LocalFile | None:
        """The weights of that build, if they are here whole."""
        return next((f for f in self.of(key) if f.complete and f.role == "weights" and usable(f)), None)

    def of(self, key: Key) -> list[LocalFile]:
        """Every file of that build that is here, unfinished ones too."""
        return [f for f in self.files if key_of(f) == key]

    def job(self, key: Key) -> Job | None:
        return self._jobs.get(key)

    def busy(self, key: Key) -> bool:
        job = self._jobs.get(key)
        return job is not None and job.running

    def any_running(self) -> bool:
        return any(job.running for job in self._jobs.values())

    def get(self, key: Key) -> None:
        """Download and verify the weights of a build, going on from what is here. `arrived` or `changed` follows."""
        if self._catalog is None or self.busy(key):
            return
        job, catalog, settings = Job(), self._catalog, self._settings
        report = partial(self._reported.emit, key)

        def fetch() -> None:
            from gemfit.library.get import Source, get

            source = Source(endpoint=settings.endpoint, token=load_token())
            folder = settings.weights_folder
            get(catalog, *key, weights_dir=folder, source=source, on_progress=report, cancelled=job.cancelled)

        self._start(key, job, fetch, self._got)

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

    def stop_all(self) -> None:
        for job in self._jobs.values():
            job.cancelled.set()

    def close(self) -> None:
        """At the end of the program: stop what is under way, keep its bytes, and begin nothing more."""
        self.stop_all()
        self._catalog = None

    def dismiss(self, key: Key) -> None:
        """The trouble of that key has been read."""
        if not self.busy(key) and self._jobs.pop(key, None) is not None:
            self.changed.emit()

    def _start(self, key: Key, job: Job, work: Callable[[], None], done: Callable[[Key], None]) -> None:
        self._jobs[key] = job
        worker.run(work, lambda _nothing: done(key), lambda error: self._failed(key, job, error))
        self.changed.emit()

    def _got(self, key: Key) -> None:
        self._jobs.pop(key, None)
        self.refresh(lambda: self.arrived.emit(key))

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

    def _scanned(self, files: list[LocalFile], actions: list[Callable[[], None]]) -> None:
        self.files, self.scanned, self.problem = files, True, ""
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


def key_of(file: LocalFile) -> Key:
    return (file.model, file.build) if file.model and file.build else ("", file.path)


def usable(file: LocalFile) -> bool:
    """Whole, and not found to be another file than the published one (then it has a hash and is not verified)."""
    return file.complete and (file.verified or file.sha256 is None)
