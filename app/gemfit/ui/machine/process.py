"""The engine's process: what confines it, and what was learnt from past troubles with models here."""

from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from gemfit.engine import sandbox
from gemfit.measured.lessons import Lesson, bring_back, forget, read_lessons
from gemfit.ui import theme, words, worker
from gemfit.ui.machine.past import moment
from gemfit.ui.parts import Notice, button, label
from gemfit.ui.theme import GAP_M, GAP_S


class ProcessCard(QFrame):
    """A sentence on the sandbox; where there are lessons, they and a button that forgets them."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._shown: list[Lesson] = []
        self.sandbox = label(self._confined(), role="muted", selectable=True)
        self.lessons = label(selectable=True)
        self.forget = button(self.tr("Forget"), self._forget, icon="trash")
        self.forget.setAccessibleName(self.tr("Forget what was learnt from past troubles"))
        self.notice = Notice()
        inside = QVBoxLayout(self)
        inside.setContentsMargins(GAP_M, GAP_M, GAP_M, GAP_M)
        inside.setSpacing(GAP_S)
        head = QHBoxLayout()
        head.addWidget(theme.heading(label(self.tr("The engine's process"), wrap=False), 2), 1)
        head.addWidget(self.forget)
        inside.addLayout(head)
        for widget in (self.sandbox, self.notice, self.lessons):
            inside.addWidget(widget)
        self._show([])

    def showEvent(self, event: QShowEvent) -> None:
        """Read what was learnt since."""
        super().showEvent(event)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        worker.run(read_lessons, self._show, self._failed)

    def _confined(self) -> str:
        version = sandbox.version()
        if not version:
            return self.tr(
                "Models run in a process of their own, so that nothing they do takes this window down. This system has "
                "nothing that would keep that process from your files and the network."
            )
        text = self.tr(
            "Models run in a process of their own, so that nothing they do takes this window down. It can write only "
            "to its cache folder%1, and it ends first when memory runs out (Landlock %2)."
        )
        network = self.tr(" and make no connections") if version >= sandbox.TCP_VERSION else ""
        return text.replace("%1", network).replace("%2", str(version))

    def _show(self, lessons: list[Lesson]) -> None:
        self._shown = lessons
        unnamed = self.tr("A file of your own")
        lines = [f"{one.title or unnamed} · {moment(one.at)}: {words.text(one.sentence)}" for one in reversed(lessons)]
        self.lessons.setText("\n".join(lines))
        self.lessons.setVisible(bool(lessons))
        self.forget.setVisible(bool(lessons))

    def _forget(self) -> None:
        worker.run(partial(forget, self._shown), partial(self._forgotten, self._shown), self._failed)

    def _forgotten(self, lessons: list[Lesson], _: None) -> None:
        self._show([])
        text = self.tr("Forgotten: %1. These models are loaded as planned again.")
        undo = partial(worker.run, partial(bring_back, lessons), self._brought_back, self._failed)
        self.notice.say(text.replace("%1", words.count(len(lessons))), [(self.tr("Bring them back"), undo)])

    def _brought_back(self, _: None) -> None:
        self.notice.say("")
        self.refresh()

    def _failed(self, error: Exception) -> None:
        self.notice.say(words.error_text(error))
