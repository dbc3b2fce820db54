"""Checking the files here one after the other, with progress in total; in idle time, those that nobody knows yet."""

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gemfit.errors import GemfitError
from gemfit.library.types import LocalFile, Origin
from gemfit.ui import words, worker
from gemfit.ui.viewmodels.library import LibraryModel

if TYPE_CHECKING:
    from gemfit.library.check_all import AllProgress, Checkup

OURS: tuple[Origin, ...] = ("weights", "package", "import", "folder")
IDLE_LOOK_MS = 120_000


class CheckingModel(QObject):
    """`changed`: a check began or ended. `progressed`: one goes on.

    `progress` is None while none is under way, and until the first word of one; `done` is what the last one found;
    `trouble` why it ended early. The silent check in idle time shows only by what the files say then.
    """

    changed = Signal()
    progressed = Signal()
    _told = Signal(object)

    def __init__(self, library: LibraryModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self.progress: AllProgress | None = None
        self.done: Checkup | None = None
        self.trouble = ""
        self.running = False
        self._silent = False
        self._cancelled = threading.Event()
        self._looked_at: set[str] = set()
        self._told.connect(self._show)
        self._idle = QTimer(self)
        self._idle.setInterval(IDLE_LOOK_MS)
        self._idle.timeout.connect(self.check_in_idle)
        self._idle.start()

    def check_all(self) -> None:
        """Check what is Gemfit's own or was given to it; a check that was stopped goes on. `changed` follows."""
        if self.running or self._library.catalog is None:
            return
        self._cancelled.set()  # a silent one makes room
        self.running, self.progress, self.done, self.trouble = True, None, None, ""
        self._start([file for file in self._library.files if file.origin in OURS], gently=False)
        self.changed.emit()

    @Slot()
    def check_in_idle(self) -> None:
        """Hash what other programs keep and what may be a file of the catalogue, if the settings want that and nothing
        else is going on.
        """
        busy = self.running or self._silent or self._library.any_running()
        if not self._library.settings.check_in_idle or busy or self._library.catalog is None:
            return
        from gemfit.library.store import candidates

        files = [file for file in candidates(self._library.files) if file.path not in self._looked_at]
        if files:
            self._silent = True
            self._looked_at |= {file.path for file in files}
            self._start(files, gently=True)

    def stop(self) -> None:
        """Stop what is under way; the next check goes on from there."""
        self._cancelled.set()

    def dismiss(self) -> None:
        """What was found has been read."""
        self.done, self.trouble = None, ""
        self.changed.emit()

    def close(self) -> None:
        self._idle.stop()
        self._cancelled.set()

    def _start(self, files: list[LocalFile], *, gently: bool) -> None:
        catalog, folder = self._library.catalog, self._library.settings.weights_folder
        assert catalog is not None
        self._cancelled = cancelled = threading.Event()

        def check_files() -> "Checkup":
            from gemfit.library.check_all import check_all

            tell = self._told.emit
            return check_all(files, folder, catalog, on_progress=tell, cancelled=cancelled, gently=gently)

        if gently:
            worker.run(check_files, self._silently_done, self._silently_failed)
        else:
            worker.run(check_files, self._done, self._failed)

    @Slot(object)
    def _show(self, progress: "AllProgress") -> None:
        if self.running:
            self.progress = progress
            self.progressed.emit()

    def _done(self, done: "Checkup") -> None:
        self.running, self.progress, self.done = False, None, done
        self.changed.emit()
        self._library.refresh()

    def _failed(self, error: Exception) -> None:
        self.running, self.progress = False, None
        if not (isinstance(error, GemfitError) and error.code == "cancelled"):
            self.trouble = words.error_text(error)
        self.changed.emit()
        self._library.refresh()

    def _silently_done(self, _done: "Checkup") -> None:
        self._silent = False
        self._library.refresh()

    def _silently_failed(self, _error: Exception) -> None:
        self._silent = False  # stopped, or not to be kept: the files stay as unknown as they were
