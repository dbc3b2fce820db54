"""The row in hand of the table: the cell in hand explained, and the button that goes with the row."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gemfit.fit.types import Option
from gemfit.ui import theme, words
from gemfit.ui.home.cells import memory_phrase, speed_phrase
from gemfit.ui.parts import Flow, button, card, label
from gemfit.ui.session import Session


class PickedOption(QWidget):
    """Hidden until a row is in hand."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._option: Option | None = None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, inside = card()
        outer.addWidget(frame)
        self._title: QLabel = theme.heading(label(), 2)
        self._figures = label(role="muted", selectable=True)
        self._figures.setFont(theme.tabular(self._figures.font()))
        self._column = theme.heading(label(), 2)
        self._why = label(selectable=True)
        self.go = button(self.tr("Chat"), self._act)
        buttons = Flow()
        buttons.addWidget(self.go)
        for widget in (self._title, self._figures, self._column, self._why):
            inside.addWidget(widget)
        inside.addLayout(buttons)
        self.hide()
        session.library.changed.connect(self._refresh)

    def show_option(self, option: Option) -> None:
        self._option = option
        self.show()
        self._refresh()

    @Slot(str, str)
    def explain(self, column: str, text: str) -> None:
        """Say what the cell in hand means."""
        self._column.setText(column)
        self._why.setText(text)

    def take_focus(self) -> None:
        if self.go.isVisible() and self.go.isEnabled():
            self.go.setFocus()

    @Slot()
    def _refresh(self) -> None:
        option = self._option
        if option is None:
            return
        self._title.setText(self._session.machine.title(option.model, option.build))
        self._figures.setText(" · ".join(self._facts(option)))
        self.go.setText(self._begin_text(option))
        self.go.setAccessibleName(f"{self.go.text()}, {self._title.text()}")
        self.go.setVisible(option.runnable)
        self.go.setEnabled(not self._session.library.busy((option.model, option.build)))

    def _begin_text(self, option: Option) -> str:
        """What does not fit can be had too, but not by mistake."""
        if option.verdict != "no" or self._session.library.local((option.model, option.build)) is not None:
            return self._session.begin_text(option)
        return self.tr("Get it nevertheless · %1").replace("%1", words.size_gb(option.download_bytes))

    def _facts(self, option: Option) -> list[str]:
        most = self.tr("context of at most %1").replace("%1", words.count(option.max_context))
        download = self.tr("%1 to download").replace("%1", words.size_gb(option.download_bytes))
        facts = [speed_phrase(option), memory_phrase(option, self._session.machine), most if option.max_context else ""]
        return [fact for fact in (*facts, download if option.download_bytes else "") if fact]

    def _act(self) -> None:
        if self._option is not None:
            self._session.begin(self._option)
