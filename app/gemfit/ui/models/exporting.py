"""Writing a model into a bundle for a machine without a network."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QProgressBar, QVBoxLayout, QWidget

from gemfit.errors import GemfitError
from gemfit.ui import words, worker
from gemfit.ui.models.places import show_in_folder
from gemfit.ui.parts import Notice
from gemfit.ui.session import Session
from gemfit.ui.theme import GAP_S
from gemfit.ui.viewmodels.library import Key

if TYPE_CHECKING:
    from gemfit.library.bundle.copying import BundleProgress
    from gemfit.library.bundle.export import Exported

_FULL = 1000


class ExportPanel(QWidget):
    """Asks where to, shows progress and result. Hidden while there is nothing to tell."""

    _told = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._running = False
        self.notice = Notice()
        self.bar = QProgressBar()
        self.bar.setRange(0, _FULL)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the export"))
        self.bar.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(GAP_S)
        box.addWidget(self.notice)
        box.addWidget(self.bar)
        self._told.connect(self._show_progress)
        self.hide()

    def choose(self, key: Key, title: str) -> None:
        """Ask for the bundle's file, then write it."""
        dialog = QFileDialog(self, self.tr("Export %1").replace("%1", title))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self.tr("Bundles (*.tar)")])
        dialog.setDefaultSuffix("tar")
        dialog.selectFile(f"{key[0]}-{key[1]}.tar")
        dialog.fileSelected.connect(lambda name: self.export(key, Path(name)))
        dialog.open()

    def export(self, key: Key, target: Path) -> None:
        """Write the bundle, on a thread; an earlier try goes on."""
        catalog, folder = self._session.machine.catalog, self._session.settings.weights_folder
        if catalog is None or self._running:
            return
        self._running, cancelled = True, threading.Event()

        def write() -> "Exported":
            from gemfit.library.bundle.export import export
            from gemfit.library.bundle.plan import plan

            return export(plan(catalog, [key], folder), target, on_progress=self._told.emit, cancelled=cancelled)

        self.notice.say(self.tr("Exporting …"), [(self.tr("Stop"), cancelled.set)])
        self.show()
        worker.run(write, self._exported, self._failed)

    @Slot(object)
    def _show_progress(self, progress: "BundleProgress") -> None:
        if self._running and progress.total_bytes:
            self.bar.show()
            self.bar.setValue(_FULL * progress.done_bytes // progress.total_bytes)
            self.bar.setAccessibleDescription(progress.file)

    def _exported(self, exported: "Exported") -> None:
        self._end()
        text = self.tr("Exported: %1, %2.").replace("%1", exported.path).replace("%2", words.size_gb(exported.bytes))
        show = (self.tr("Show in folder"), lambda: show_in_folder(Path(exported.path)))
        self.notice.say(text, [show, (self.tr("Close"), self.dismiss)])

    def _failed(self, error: Exception) -> None:
        self._end()
        stopped = isinstance(error, GemfitError) and error.code == "cancelled"
        self.notice.say(words.error_text(error), [(self.tr("Close"), self.dismiss)])
        if stopped:
            self.dismiss()

    def _end(self) -> None:
        self._running = False
        self.bar.hide()

    def dismiss(self) -> None:
        self.notice.say("")
        self.hide()
