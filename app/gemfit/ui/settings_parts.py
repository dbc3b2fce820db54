"""The building blocks of the settings."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QWidget

from gemfit.ui import theme
from gemfit.ui.parts import card, label
from gemfit.ui.theme import GAP_L, GAP_S


class Group:
    """A card with a title, and in it names at the left and controls at the right."""

    def __init__(self, title: str) -> None:
        self.frame, inside = card()
        inside.addWidget(theme.heading(label(title), 2))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(GAP_L)
        self._grid.setVerticalSpacing(GAP_S)
        self._grid.setColumnMinimumWidth(0, 120)
        self._grid.setColumnStretch(1, 1)
        inside.addLayout(self._grid)

    def add(self, name: str, control: QWidget, line: object = None, below: QWidget | None = None) -> None:
        """`line`: the layout that holds the control, if it does not stand alone; `below`: a text under it."""
        number = self._grid.rowCount()
        text = label(name, wrap=False)
        text.setBuddy(control)
        if not control.accessibleName():
            control.setAccessibleName(name)
        control.ensurePolished()
        text.setMinimumHeight(control.sizeHint().height())  # level with the first line of what is beside it
        self._grid.addWidget(text, number, 0, Qt.AlignmentFlag.AlignTop)
        if line is None:
            self._grid.addWidget(control, number, 1)
        else:
            self._grid.addLayout(line, number, 1)  # type: ignore[call-overload]
        if below is not None:
            self._grid.addWidget(below, number + 1, 1)


class Choice(QComboBox):
    """A list that the wheel goes past: who scrolls a page must not change what is under the pointer."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # not by the wheel

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


def choice(options: Sequence[tuple[str, str]], now: str, chosen: Callable[[str], None]) -> QComboBox:
    """A list of values with their names, the one in force selected."""
    box = Choice()
    for value, name in options:
        box.addItem(name, value)
    box.setCurrentIndex(max(0, box.findData(now)))
    box.currentIndexChanged.connect(lambda index: chosen(box.itemData(index)))
    box.setMinimumWidth(220)
    return box


def problem_label() -> QLabel:
    made = label(role="bad")
    made.hide()
    return made
