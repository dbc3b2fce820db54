"""Small buttons with an icon or a word, and a bar for a sentence and what to do about it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gemfit.ui import theme
from gemfit.ui.parts import Flow


def tool_button(parent: QWidget, icon: str, name: str) -> QToolButton:
    """A flat button with an icon; `name` is its tooltip and what a screen reader says."""
    button = QToolButton(parent)
    button.setAutoRaise(True)
    button.setToolTip(name)
    button.setAccessibleName(name)
    theme.set_icon(button, icon, "muted", 16)
    return button


def sign_button(parent: QWidget, sign: str, name: str) -> QToolButton:
    """A flat button with a sign of the text font; `name` is its tooltip and what a screen reader says."""
    button = QToolButton(parent)
    button.setAutoRaise(True)
    button.setText(sign)
    button.setToolTip(name)
    button.setAccessibleName(name)
    return button


def word_button(parent: QWidget, text: str, kind: str = "link") -> QPushButton:
    """A button with a word: `kind` is `link`, `primary` or empty for the plain one."""
    button = QPushButton(text, parent)
    if kind:
        button.setProperty("kind", kind)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    return button


MOST_BESIDE = 2
"""Buttons beside a sentence; more of them go below it, where a narrow window wraps them."""


class InlineBar(QFrame):
    """A sentence in the page, with buttons; shown instead of a dialog. Gone when dismissed or answered."""

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "notice")
        self._label = QLabel(self)
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._close = tool_button(self, "cross", self.tr("Dismiss"))
        self._close.clicked.connect(self.dismiss)
        self._buttons: list[QPushButton] = []
        self._box = QHBoxLayout()
        self._box.setSpacing(theme.GAP_S)
        self._box.addWidget(self._label, 1)
        self._box.addWidget(self._close)
        self._below = Flow()
        both = QVBoxLayout(self)
        both.setContentsMargins(theme.GAP_M, theme.GAP_XS, theme.GAP_XS, theme.GAP_XS)
        both.setSpacing(theme.GAP_XS)
        both.addLayout(self._box)
        both.addLayout(self._below)
        self.hide()

    @property
    def text(self) -> str:
        return self._label.text()

    def say(self, text: str, *actions: tuple[str, Callable[[], object]]) -> None:
        """Show `text` with a button for each action; the first is the one to take."""
        for button in self._buttons:
            self._below.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = []
        self._label.setText(text)
        self.setAccessibleName(text)
        for place, (word, act) in enumerate(actions):
            button = word_button(self, word, "primary" if place == 0 else "")
            button.clicked.connect(lambda _=False, act=act: self._take(act))
            if len(actions) > MOST_BESIDE:
                self._below.addWidget(button)
            else:
                self._box.insertWidget(1 + place, button)
            self._buttons.append(button)
        self.show()

    def dismiss(self) -> None:
        self.hide()
        self.dismissed.emit()

    def buttons(self) -> list[QPushButton]:
        return list(self._buttons)

    def _take(self, act: Callable[[], object]) -> None:
        self.hide()
        act()
