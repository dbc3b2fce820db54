"""The progress of one transfer or check, in a row: bar, figures, stop; or its trouble and what to do."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Slot
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from gemfit.library.types import TransferProgress
from gemfit.ui import theme, words
from gemfit.ui.parts import Notice, button, label, row
from gemfit.ui.session import SETTINGS, Session
from gemfit.ui.theme import GAP_S
from gemfit.ui.viewmodels.jobs import Job

_FULL = 1000


class TransferRow(QWidget):
    """Follows one key of the library. Hidden while there is nothing to tell.

    `downloads` False: checks alone are shown, because the page shows what is on its way elsewhere.
    """

    def __init__(self, session: Session, *, downloads: bool = True) -> None:
        super().__init__()
        self._session = session
        self._library = session.library
        self._downloads = downloads
        self._key: tuple[str, str] | None = None
        self.bar = QProgressBar()
        self.bar.setRange(0, _FULL)
        self.bar.setTextVisible(False)
        self._text = label(role="muted")
        self._text.setFont(theme.tabular(self._text.font()))
        self.stop = button(self.tr("Pause"), self._stop, icon="pause")
        self.notice = Notice()
        self._running = QWidget()
        inside = QVBoxLayout(self._running)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(GAP_S)
        inside.addWidget(self.bar)
        line = row(self._text, stretch_last=True)
        line.addWidget(self.stop)
        inside.addLayout(line)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._running)
        box.addWidget(self.notice)
        self._library.changed.connect(self._refresh)
        self._library.progressed.connect(self._progressed)
        self._refresh()

    def follow(self, key: tuple[str, str] | None) -> None:
        self._key = key
        self._refresh()

    def text(self) -> str:
        return self._text.text()

    def _job(self) -> Job | None:
        if self._key is None:
            return None
        entry = self._library.downloads.entry(self._key)
        if not self._downloads and entry is not None and entry.state != "done":
            return None
        return self._library.job(self._key)

    @Slot()
    def _refresh(self) -> None:
        job = self._job()
        self.setVisible(job is not None)
        self._running.setVisible(job is not None and job.running)
        if job is None:
            return
        if not job.running:
            again = (self.tr("Try again"), self._again)
            close = (self.tr("Close"), self._dismiss)
            self.notice.say(job.trouble, [*self._ways_out(job.code), again, close])
            return
        self.notice.say("")
        self._show(job.progress)

    @Slot(object)
    def _progressed(self, key: tuple[str, str]) -> None:
        if key == self._key and (job := self._job()) is not None and job.running:
            self._show(job.progress)

    def _show(self, progress: TransferProgress | None) -> None:
        if progress is None or not progress.total_bytes:
            self.bar.setRange(0, 0)
            self._text.setText(self.tr("Asking where the file is …"))
            return
        self.bar.setRange(0, _FULL)
        self.bar.setValue(int(_FULL * progress.done_bytes / progress.total_bytes))
        self._text.setText(progress_text(progress))
        self.bar.setAccessibleName(self._text.text())

    def _ways_out(self, code: str) -> list[tuple[str, Callable[[], object]]]:
        """The button that leads out of this trouble, where another page has it."""
        wanted = {
            "disk_full": self.tr("Choose another folder"),
            "not_writable": self.tr("Choose another folder"),
            "not_signed_in": self.tr("Enter a token"),
            "not_allowed": self.tr("Enter a token"),
        }
        return [(wanted[code], lambda: self._session.page_wanted.emit(SETTINGS))] if code in wanted else []

    def _stop(self) -> None:
        if self._key:
            self._library.stop(self._key)

    def _again(self) -> None:
        if self._key:
            self._library.get(self._key)

    def _dismiss(self) -> None:
        if self._key:
            self._library.dismiss(self._key)


def progress_text(progress: TransferProgress) -> str:
    """`1.2 of 4.2 GB · 12 MB/s · 4 min left`."""
    of = QCoreApplication.translate("TransferRow", "%1 of %2").replace("%1", words.size_gb(progress.done_bytes))
    of = of.replace("%2", words.size_gb(progress.total_bytes))
    if progress.state == "retrying" and progress.sentence is not None:
        return f"{of} · {words.text(progress.sentence)}"
    states = {
        "waiting": QCoreApplication.translate("TransferRow", "waiting"),
        "checking": QCoreApplication.translate("TransferRow", "checking what is here"),
        "verifying": QCoreApplication.translate("TransferRow", "verifying"),
        "done": QCoreApplication.translate("TransferRow", "done"),
    }
    pieces = [of]
    if progress.state in states:
        pieces.append(states[progress.state])
    if progress.speed_bps:
        pieces.append(words.speed(progress.speed_bps))
    if progress.remaining_s is not None:
        pieces.append(
            QCoreApplication.translate("TransferRow", "%1 left").replace("%1", words.remaining(progress.remaining_s))
        )
    return " · ".join(pieces)
