"""To give away when something is wrong: a report to paste, and the probe as a file. Nothing personal is in them."""

from pathlib import Path

import msgspec
import PySide6
from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QPushButton, QWidget

from gemfit import log, paths, personal
from gemfit.machine.saved import save_machine
from gemfit.machine.types import Machine
from gemfit.report import Findings, report, versions
from gemfit.ui import words, worker
from gemfit.ui.machine.copying import copied
from gemfit.ui.parts import Notice, button
from gemfit.ui.session import Session

FILE = "gemfit-machine.json"


class Giving(QObject):
    """The two buttons, to be laid out by the page; `notice` says what came of a file."""

    def __init__(self, session: Session, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._notice, self._page = session, notice, parent
        self.copy: QPushButton = button(self.tr("Copy report"), self._copy, icon="copy")
        self.copy.setToolTip(
            self.tr("For the description of a problem: versions, this page, and the last warnings. Nothing personal.")
        )
        self.save: QPushButton = button(self.tr("Save probe…"), self._choose, icon="download")
        self.save.setToolTip(
            self.tr("This machine as a file, for gemfit fit --machine on another computer. Nothing personal.")
        )
        for pressed in (self.copy, self.save):
            pressed.setAccessibleDescription(pressed.toolTip())

    def refresh(self) -> None:
        known = self._session.machine.machine is not None
        self.copy.setEnabled(known)
        self.save.setEnabled(known)

    def _copy(self) -> None:
        model, calibration = self._session.machine, self._session.calibration
        found = Findings(
            machine=model.machine,
            calibration=calibration.calibration,
            stale=not calibration.valid,
            speeds=calibration.speeds(),
            outcomes=model.known.outcomes,
        )
        worker.run(lambda: _report(found), self._copied, self._failed)

    def _copied(self, text: str) -> None:
        copied(self.copy, text, self.tr("Copy report"))

    def _choose(self) -> None:
        machine = self._session.machine.machine
        if machine is None:
            return
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self._page, self.tr("Save probe"), folder, self.tr("Saved machines (*.json)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.selectFile(FILE)
        dialog.fileSelected.connect(lambda path: self.save_to(machine, Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save_to(self, machine: Machine, path: Path) -> None:
        """Write the probe there, on a thread."""
        worker.run(lambda: save_machine(machine, path), lambda _none: self._saved(path), self._failed)

    def _saved(self, path: Path) -> None:
        text = self.tr("Saved as %1. For this machine's answer on another computer: gemfit fit --machine %1")
        self._notice.say(text.replace("%1", path.name), [(self.tr("OK"), lambda: self._notice.say(""))])

    def _failed(self, error: Exception) -> None:
        self._notice.say(words.error_text(error), [(self.tr("Choose another place"), self._choose)])


def _report(found: Findings) -> str:
    found = msgspec.structs.replace(found, warnings=log.last_warnings(paths.log_file()))
    return report(found, versions(Qt=PySide6.__version__), personal.here())
