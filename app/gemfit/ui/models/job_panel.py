"""A panel for work with files that takes a while: a question before it, progress and a way to stop it, the result."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from gemfit.errors import GemfitError
from gemfit.ui import words, worker
from gemfit.ui.parts import Notice
from gemfit.ui.session import Session
from gemfit.ui.theme import GAP_S
from gemfit.ui.viewmodels.working import Work

T = TypeVar("T")
Answer = tuple[str, Callable[[], object]]
_FULL = 1000


class JobPanel(QWidget):
    """Hidden while there is nothing to tell. `told`: what the work says of its progress, from its thread."""

    told = Signal(object)
    says_nothing_when_stopped = False

    def __init__(self, session: Session, progress_name: str) -> None:
        super().__init__()
        self._session = session
        self.cancelled = threading.Event()
        self.running = False
        self.notice = Notice()
        self.bar = QProgressBar()
        self.bar.setRange(0, _FULL)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(progress_name)
        self.bar.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(GAP_S)
        box.addWidget(self.notice)
        box.addWidget(self.bar)
        self.told.connect(self._take_progress)
        self.hide()

    def say(self, text: str, answers: Sequence[Answer]) -> None:
        self.notice.say(text, list(answers))
        self.show()

    def say_result(self, text: str, answers: Sequence[Answer] = ()) -> None:
        self.say(text, [*answers, (self.tr("Close"), self.dismiss)])

    def dismiss(self) -> None:
        self.notice.say("")
        self.bar.hide()
        self.hide()

    def begin(self, what: str, fate: str, work: Callable[[threading.Event], T], done: Callable[[T], None]) -> None:
        """Run `work` on a thread; it is given what stops it. `what`: a sentence for who wants to close the window;
        `fate`: what becomes of it when it is stopped.
        """
        self.cancelled, self.running = threading.Event(), True
        cancelled = self.cancelled
        self.say(what, [(self.tr("Stop"), cancelled.set)])
        self._session.working.begin(self, Work(what, fate, cancelled.set))

        def over(result: T) -> None:
            self._end()
            done(result)

        worker.run(lambda: work(cancelled), over, self._failed)

    def show_progress(self, done_bytes: int, total_bytes: int, text: str) -> None:
        """`text`: the same for who does not see the bar."""
        if self.running and total_bytes:
            self.bar.show()
            self.bar.setValue(_FULL * done_bytes // total_bytes)
            self.bar.setAccessibleDescription(text)

    def progress(self, moment: object) -> None:
        """Show what the work told of its progress."""

    @Slot(object)
    def _take_progress(self, moment: object) -> None:
        if self.running:
            self.progress(moment)

    def _end(self) -> None:
        self.running = False
        self.bar.hide()
        self._session.working.end(self)

    def _failed(self, error: Exception) -> None:
        self._end()
        stopped = isinstance(error, GemfitError) and error.code == "cancelled"
        if stopped and self.says_nothing_when_stopped:
            self.dismiss()
        else:
            self.say_result(words.error_text(error))
