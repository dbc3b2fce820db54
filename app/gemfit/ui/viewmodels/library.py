"""The weights on this disk, the checks of them, and what is on its way: the state behind Models and Home."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from gemfit.catalog.types import Catalog, CatalogFile
from gemfit.errors import GemfitError
from gemfit.library.types import LocalFile, TransferProgress
from gemfit.settings import Settings
from gemfit.ui import words, worker
from gemfit.ui.alive import is_gone
from gemfit.ui.viewmodels.downloads import DownloadsModel
from gemfit.ui.viewmodels.jobs import Job, Key, key_of

if TYPE_CHECKING:
    from gemfit.library.store import Survey


class LibraryModel(QObject):
    """`changed`: files, checks or downloads are others now. `progressed(key)`: a check or a download went on.

    `downloads` is the queue. `catalog` is None until it is known, and once the program ends.
    """

    changed = Signal()
    progressed = Signal(object)
    _reported = Signal(object, object)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self.catalog: Catalog | None = None
        self.downloads = DownloadsModel(settings, self.refresh, self)
        self.downloads.changed.connect(self.changed)
        self.downloads.progressed.connect(self.progressed)
        self.problem = ""
        self._checks: dict[Key, Job] = {}
        self.files: list[LocalFile] = []
        self.scanned = False
        self.unseen: list[str] = []  # the places that could not be looked into
        self._looked_into: set[str] = set()
        self._scanning = self._scan_again = False
        self._after_scan: list[Callable[[], None]] = []
        self._reported.connect(self._show_progress)

    def use_catalog(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.downloads.use_catalog(catalog)
        self.refresh()

    def use_settings(self, settings: Settings) -> None:
        moved = _places(settings) != _places(self.settings)
        self.settings = settings
        self.downloads.use_settings(settings)
        if moved:
            self.refresh()

    def refresh(self, then: Callable[[], None] | None = None) -> None:
        """Look at the folder, on a thread; `changed` follows, then `then`, which finds what is there now.

        One look at a time: an older one that ended later would show what is no longer so.
        """
        if self.catalog is None:
            return
        if then is not None:
            self._after_scan.append(then)
        if self._scanning:
            self._scan_again = True
            return
        self._scanning, self._scan_again = True, False
        actions, self._after_scan = self._after_scan, []
        settings, catalog = self.settings, self.catalog

        def look() -> "Survey":
            from gemfit.library.store import look_elsewhere, survey

            return survey(settings.weights_folder, catalog, look_elsewhere(settings))

        worker.run(look, lambda found: self._scanned(found, actions), self._not_scanned)

    def local(self, key: Key) -> LocalFile | None:
        """The weights of that build, if they are here whole."""
        return next((f for f in self.of(key) if f.usable and f.role == "weights"), None)

    def projector_of(self, key: Key, weights: Path) -> Path | None:
        """The file for pictures and sound that belongs to these weights: of the same build, else beside a file of one's
        own, where there is no choice."""
        return self._companion("projector", key, weights)

    def drafter_of(self, key: Key, weights: Path) -> Path | None:
        """The file that guesses ahead for these weights, alike."""
        return self._companion("drafter", key, weights)

    def _companion(self, role: str, key: Key, weights: Path) -> Path | None:
        here = [f for f in self.files if f.complete and f.role == role and f.usable]
        found = [Path(f.path) for f in here if key_of(f) == key]
        if not found and not key[0]:
            beside = [Path(f.path) for f in here if Path(f.path).parent == weights.parent]
            found = beside if len(beside) == 1 else []
        return found[0] if found else None

    def of(self, key: Key) -> list[LocalFile]:
        """Every file of that build that is here, unfinished ones too."""
        return [f for f in self.files if key_of(f) == key]

    def job(self, key: Key) -> Job | None:
        """The check or the transfer of that key; None when there is none, or it is paused or done."""
        return self._checks.get(key) or self.downloads.job(key)

    def busy(self, key: Key) -> bool:
        job = self.job(key)
        return job is not None and job.running

    def get(self, key: Key) -> None:
        """Download and verify the weights of a build, going on from what is here."""
        self.add(key)

    def add(self, key: Key, roles: Sequence[str] = ("weights",)) -> None:
        """Download the files of a build with these roles, unless they are being checked."""
        if not self.busy(key) or self.downloads.entry(key) is not None:
            self._checks.pop(key, None)
            self.downloads.add(key, roles)

    def add_files(self, title: str, files: Sequence[CatalogFile]) -> Key | None:
        """Download files of one repository of the Hub. Returns their key; None when their names cannot be used."""
        key = self.downloads.add_files(title, files)
        if key is not None and self._checks.pop(key, None) is not None:
            self.changed.emit()
        return key

    def any_running(self) -> bool:
        return bool(self.downloads.running()) or any(job.running for job in self._checks.values())

    def verify(self, file: LocalFile, *, asked: bool = True) -> None:
        """Compute the SHA-256 of a file, or of all parts of a model, again and compare it."""
        key = key_of(file)
        if self.catalog is None or self.busy(key):
            return
        job, catalog, folder = Job(asked=asked), self.catalog, self.settings.weights_folder
        report = partial(self._reported.emit, key)

        def check() -> None:
            from gemfit.library.check_all import verify_model

            verify_model(file, folder, catalog, on_progress=report, cancelled=job.cancelled)

        self._start(key, job, check, self._checked)

    def stop(self, key: Key) -> None:
        """Stop what is under way; the bytes are kept."""
        if (job := self._checks.get(key)) is not None:
            job.cancelled.set()
        else:
            self.downloads.pause(key)

    def checks(self) -> list[Job]:
        """The checks of single models that are under way because somebody asked for them."""
        return [job for job in self._checks.values() if job.running and job.asked]

    def close(self) -> None:
        """At the end of the program: stop what is under way and begin nothing more. The queue goes on next time."""
        for job in self._checks.values():
            job.cancelled.set()
        self.downloads.close()
        self.catalog = None

    def dismiss(self, key: Key) -> None:
        """The trouble of that key has been read. A transfer in trouble leaves the queue; its bytes are kept."""
        if self.busy(key):
            return
        if self._checks.pop(key, None) is not None:
            self.changed.emit()
        else:
            self.downloads.dismiss(key)

    def _start(self, key: Key, job: Job, work: Callable[[], None], done: Callable[[Key], None]) -> None:
        self._checks[key] = job
        worker.run(work, lambda _nothing: done(key), lambda error: self._failed(key, job, error))
        self.changed.emit()

    def _checked(self, key: Key) -> None:
        self._checks.pop(key, None)
        self.refresh()

    def _failed(self, key: Key, job: Job, error: Exception) -> None:
        job.running = False
        job.code = error.code if isinstance(error, GemfitError) else "bug"
        if job.code == "cancelled":
            self._checks.pop(key, None)
        else:
            job.trouble = words.error_text(error)
        self.changed.emit()
        self.refresh()

    @Slot(object, object)
    def _show_progress(self, key: Key, progress: TransferProgress) -> None:
        if (job := self._checks.get(key)) is not None:
            job.progress = progress
            self.progressed.emit(key)

    def _scanned(self, found: "Survey", actions: list[Callable[[], None]]) -> None:
        files = found.files
        self.files, self.scanned, self.problem = files, True, ""
        self.unseen = [words.text(problem) for problem in found.problems]
        self.changed.emit()
        for action in actions:
            if not is_gone(action):
                action()
        for file in files:
            if file.sha256 is None and file.path not in self._looked_into and self._comes_in_a_package(file):
                self._looked_into.add(file.path)  # once, also where the result cannot be written down
                self.verify(file, asked=False)
        self._look_on()

    def _look_on(self) -> None:
        self._scanning = False
        if self._scan_again:
            self.refresh()

    def _comes_in_a_package(self, file: LocalFile) -> bool:
        """The starter: nobody downloaded it, so it was not verified on the way."""
        model = self.catalog.model(file.model) if self.catalog and file.model else None
        return any(b.weights.package and b.id == file.build for b in model.builds) if model else False

    def _not_scanned(self, error: Exception) -> None:
        self.files, self.scanned, self.problem = [], True, words.error_text(error)
        self.changed.emit()
        self._look_on()


def _places(settings: Settings) -> tuple[object, ...]:
    """Where weights are looked for."""
    return settings.weights_folder, settings.model_folders, settings.use_other_stores
