"""Taking files from elsewhere into the library: chosen in a dialog, or dropped on the window."""

import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QProgressBar, QVBoxLayout, QWidget

from gemfit.library.types import TransferProgress
from gemfit.ui import words, worker
from gemfit.ui.parts import Notice
from gemfit.ui.session import Session
from gemfit.ui.theme import GAP_S
from gemfit.ui.transfer import progress_text
from gemfit.ui.viewmodels.library import Key, key_of

if TYPE_CHECKING:
    from gemfit.library.import_file import How, Imported

_FULL = 1000


class ImportPanel(QWidget):
    """Asks whether to leave or to copy the files, shows progress and result. `shown(key)`: a card was asked for."""

    shown = Signal(object)
    _told = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._cancelled = threading.Event()
        self._running = False
        self.notice = Notice()
        self.bar = QProgressBar()
        self.bar.setRange(0, _FULL)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the import"))
        self.bar.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(GAP_S)
        box.addWidget(self.notice)
        box.addWidget(self.bar)
        self._told.connect(self._show_progress)
        self.hide()

    def choose(self) -> None:
        """The system's dialog for files."""
        dialog = QFileDialog(self, self.tr("Import weights"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters([self.tr("Weights (*.gguf *.litertlm)"), self.tr("All files (*)")])
        dialog.filesSelected.connect(lambda names: self.take([Path(name) for name in names]))
        dialog.open()

    def take(self, paths: list[Path]) -> None:
        """Ask what to do with these, then do it."""
        if self._running or not paths:
            return
        one = self.tr("Import %1?").replace("%1", paths[0].name)
        many = self.tr("Import %1 files?").replace("%1", words.count(len(paths)))
        text = one if len(paths) == 1 else many
        explained = self.tr("Left where it is, it takes no more room; a copy in the weights folder is Gemfit's own.")
        answers = [
            (self.tr("Use where it is"), partial(self._import, paths, "leave")),
            (self.tr("Copy"), partial(self._import, paths, "copy")),
            (self.tr("Not now"), self.dismiss),
        ]
        self._say(f"{text} {explained}", answers)

    def dismiss(self) -> None:
        self.notice.say("")
        self.bar.hide()
        self.hide()

    def _import(self, paths: list[Path], how: "How") -> None:
        catalog, folder = self._session.machine.catalog, self._session.settings.weights_folder
        if catalog is None:
            return
        self._cancelled = cancelled = threading.Event()
        self._running = True

        def take_in() -> "Imported":
            from gemfit.library.import_file import import_paths

            return import_paths(paths, folder, catalog, how=how, on_progress=self._told.emit, cancelled=cancelled)

        self._say(self.tr("Importing …"), [(self.tr("Stop"), cancelled.set)])
        worker.run(take_in, self._imported, self._failed)

    def _say(self, text: str, answers: list[tuple[str, object]]) -> None:
        self.notice.say(text, answers)  # type: ignore[arg-type]
        self.show()

    @Slot(object)
    def _show_progress(self, progress: TransferProgress) -> None:
        if not self._running or not progress.total_bytes:
            return
        self.bar.show()
        self.bar.setValue(_FULL * progress.done_bytes // progress.total_bytes)
        self.bar.setAccessibleDescription(f"{progress.file}: {progress_text(progress)}")

    def _imported(self, imported: "Imported") -> None:
        self._session.library.refresh(partial(self._show_result, imported))

    def _show_result(self, imported: "Imported") -> None:
        self._running = False
        self.bar.hide()
        names = ", ".join(Path(file.path).name for file in imported.files)
        lines = [self.tr("Imported: %1.").replace("%1", names)] if names else []
        lines += [words.text(refused.sentence) for refused in imported.refused]
        cards = [(self.tr("Show its card"), partial(self._show, key_of(file))) for file in imported.files[:1]]
        self._say("\n".join(lines), [*cards, (self.tr("Close"), self.dismiss)])

    def _show(self, key: Key) -> None:
        self.dismiss()
        self.shown.emit(key)

    def _failed(self, error: Exception) -> None:
        self._running = False
        self.bar.hide()
        self._say(words.error_text(error), [(self.tr("Close"), self.dismiss)])
