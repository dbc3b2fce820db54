"""Writing a model into a bundle for a machine without a network."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from gemfit.ui import words
from gemfit.ui.models.job_panel import JobPanel
from gemfit.ui.models.places import show_in_folder
from gemfit.ui.session import Session
from gemfit.ui.viewmodels.jobs import Key

if TYPE_CHECKING:
    from gemfit.library.bundle.export import Exported


class ExportPanel(JobPanel):
    """Asks where to, shows progress and result."""

    says_nothing_when_stopped = True

    def __init__(self, session: Session) -> None:
        super().__init__(session, "")
        self.bar.setAccessibleName(self.tr("Progress of the export"))

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
        if catalog is None or self.running:
            return

        def write(cancelled: threading.Event) -> "Exported":
            from gemfit.library.bundle.export import export
            from gemfit.library.bundle.plan import plan

            return export(plan(catalog, [key], folder), target, on_progress=self.told.emit, cancelled=cancelled)

        fate = self.tr("An export that is stopped goes on when the same is exported to the same place again.")
        self.begin(self.tr("A model is being exported …"), fate, write, self._exported)

    def progress(self, moment: object) -> None:
        from gemfit.library.bundle.copying import BundleProgress

        assert isinstance(moment, BundleProgress)
        self.show_progress(moment.done_bytes, moment.total_bytes, moment.file)

    def _exported(self, exported: "Exported") -> None:
        text = self.tr("Exported: %1, %2.").replace("%1", exported.path).replace("%2", words.size_gb(exported.bytes))
        self.say_result(text, [(self.tr("Show in folder"), lambda: show_in_folder(Path(exported.path)))])
