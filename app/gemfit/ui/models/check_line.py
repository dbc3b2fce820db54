"""The check of everything: how far it is, and what it found."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from gemfit.ui import words
from gemfit.ui.parts import Notice, button, label
from gemfit.ui.theme import GAP_M, GAP_S
from gemfit.ui.viewmodels.checking import CheckingModel

STEPS = 1000


class CheckLine(QWidget):
    """Hidden while there is nothing to say."""

    def __init__(self, checking: CheckingModel) -> None:
        super().__init__()
        self._checking = checking
        self.found = Notice()
        self.under_way = QFrame()
        self.under_way.setProperty("kind", "notice")
        self.text = label()
        self.bar = QProgressBar()
        self.bar.setRange(0, STEPS)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the check"))
        self.stop = button(self.tr("Stop"), checking.stop)
        self._lay_out()
        checking.changed.connect(self.refresh)
        checking.progressed.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(GAP_M)
        line.addWidget(self.bar, 1)
        line.addWidget(self.stop)
        inside = QVBoxLayout(self.under_way)
        inside.setContentsMargins(GAP_M, GAP_S, GAP_M, GAP_S)
        inside.addWidget(self.text)
        inside.addLayout(line)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.under_way)
        box.addWidget(self.found)

    @Slot()
    def refresh(self) -> None:
        checking = self._checking
        self.under_way.setVisible(checking.running)
        if checking.running:
            self._show_progress()
        text = checking.trouble or self._findings()
        self.found.say(text, [(self.tr("Close"), checking.dismiss)])
        self.setVisible(checking.running or bool(text))

    def _show_progress(self) -> None:
        progress = self._checking.progress
        if progress is None:
            self.text.setText(self.tr("Checking…"))
            self.bar.setValue(0)
            return
        text = self.tr("Checking %1 of %2: %3").replace("%1", words.count(progress.number))
        text = text.replace("%2", words.count(progress.count)).replace("%3", progress.file.file)
        pieces = [text]
        if progress.speed_bps:
            pieces.append(words.speed(progress.speed_bps))
        if progress.remaining_s is not None:
            pieces.append(words.remaining(progress.remaining_s))
        self.text.setText(" · ".join(pieces))
        self.bar.setValue(round(STEPS * progress.done_bytes / max(1, progress.total_bytes)))

    def _findings(self) -> str:
        done = self._checking.done
        if done is None:
            return ""
        bad = [file for file in done.files if not file.verified and (file.model or file.damaged or not file.complete)]
        text = self.tr("%1 files checked in %2: %3 are as published.")
        text = text.replace("%1", words.count(len(done.files))).replace("%2", words.duration(done.took_s))
        text = text.replace("%3", words.count(sum(file.verified for file in done.files)))
        lines = [f"{file.path}: {words.text(file.note)}" for file in bad if file.note is not None]
        return "\n".join([text, *lines])
