"""Taking files from elsewhere into the library: chosen in a dialog, or dropped on the window."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from gemfit.ui.parts import Notice
from gemfit.ui.session import Session


class ImportPanel(Notice):
    """Progress and result of an import. `shown(key)`: the card of what was imported was asked for."""

    shown = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def choose(self) -> None:
        dialog = QFileDialog(self, self.tr("Import weights"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.open()

    def take(self, paths: list[Path]) -> None:
        self.say(self.tr("Nothing to import."))


__all__ = ["ImportPanel", "QWidget"]
