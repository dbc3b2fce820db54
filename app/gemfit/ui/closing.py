"""The question at closing while something is under way, asked once: go on in the tray, pause, or stop."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QCheckBox, QWidget

from gemfit.settings import OnClose
from gemfit.ui.panel import Panel
from gemfit.ui.parts import Flow, button, label


class CloseQuestion(Panel):
    """Calls `answered(answer, remember)` with `tray`, `pause` or `stop`; Esc leaves everything as it is."""

    def __init__(self, window: QWidget, answered: Callable[[OnClose, bool], None]) -> None:
        super().__init__(window, self.tr("Close Gemfit?"))
        self._answered = answered
        self._what = label()
        self._fate = label(role="muted")
        self.remember = QCheckBox(self.tr("Always do this, without asking"))
        self.remember.setAccessibleName(self.remember.text())
        self.tray = button(self.tr("Keep going in the tray"), partial(self._answer, "tray"), "primary")
        self.pause = button(self.tr("Pause and close"), partial(self._answer, "pause"), icon="pause")
        self.stop = button(self.tr("Stop and close"), partial(self._answer, "stop"), icon="stop")
        self.stay = button(self.tr("Stay here"), self.close_panel, "link")
        buttons = Flow()
        for made in (self.tray, self.pause, self.stop, self.stay):
            buttons.addWidget(made)
        self.inside.addWidget(self._what)
        self.inside.addWidget(self._fate)
        self.inside.addLayout(buttons)
        self.inside.addWidget(self.remember)

    def ask(self, what: str, fate: str, *, has_tray: bool) -> None:
        """`what`: sentences on what is under way; `fate`: what becomes of it when it is paused or stopped. Without a
        tray the first answer makes the window small.
        """
        self._what.setText(what)
        self._fate.setText(fate)
        self.setAccessibleDescription(f"{what}\n{fate}")
        keep = self.tr("Keep going in the tray") if has_tray else self.tr("Keep going, window minimised")
        self.tray.setText(keep)
        self.tray.setAccessibleName(keep)
        self.open()
        self.tray.setFocus()

    def _place(self) -> None:
        super()._place()
        self.resize(self.width(), self.inside.totalHeightForWidth(self.width()))

    def _answer(self, answer: OnClose) -> None:
        self.close_panel()
        self._answered(answer, self.remember.isChecked())
