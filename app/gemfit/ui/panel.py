"""Panels that lie over the window for a moment: go to anything, and the shortcuts. Esc closes them."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget
from shiboken6 import isValid

from gemfit.ui import theme
from gemfit.ui.parts import label
from gemfit.ui.theme import GAP_L, GAP_M, GAP_S


class Panel(QFrame):
    """Lies over its window, centred near the top; gives the focus back when it closes."""

    def __init__(self, window: QWidget, title: str) -> None:
        super().__init__(window)
        self.setProperty("kind", "panel")
        self.setAccessibleName(title)
        self.setAutoFillBackground(True)
        self._before: QWidget | None = None
        self.inside = QVBoxLayout(self)
        self.inside.setContentsMargins(GAP_M, GAP_M, GAP_M, GAP_M)
        self.inside.setSpacing(GAP_S)
        self.inside.addWidget(theme.heading(label(title), 2))
        self.hide()
        window.installEventFilter(self)

    def open(self) -> None:
        self._before = self.window().focusWidget()
        self._place()
        self.show()
        self.raise_()

    def close_panel(self) -> None:
        self.hide()
        if self._before is not None and isValid(self._before):  # a row may have gone meanwhile
            self._before.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
            return
        super().keyPressEvent(event)

    def _place(self) -> None:
        window = self.window()
        width = min(560, window.width() - 2 * GAP_L)
        height = min(self.sizeHint().height(), window.height() - 4 * GAP_L)
        self.setGeometry((window.width() - width) // 2, min(80, GAP_L * 2), width, height)


class Destination(NamedTuple):
    """A place to go or a thing to do: its name, what kind it is, and the doing."""

    name: str
    kind: str
    go: Callable[[], object]


class GoTo(Panel):
    """Type a few letters, Enter goes there."""

    def __init__(self, window: QWidget, destinations: Callable[[], Sequence[Destination]]) -> None:
        super().__init__(window, self.tr("Go to anything"))
        self._destinations = destinations
        self._found: list[Destination] = []
        self.field = QLineEdit()
        self.field.setAccessibleName(self.tr("What to go to"))
        self.field.setPlaceholderText(self.tr("A page, a model, a chat, an action"))
        self.field.textChanged.connect(self._filter)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Places found"))
        self.list.setMinimumHeight(280)
        self.list.itemActivated.connect(lambda _item: self._go())
        self.list.itemClicked.connect(lambda _item: self._go())
        self.inside.addWidget(self.field)
        self.inside.addWidget(self.list)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.field.clear()
        self._filter("")
        self.field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                row = min(max(self.list.currentRow() + step, 0), self.list.count() - 1)
                self.list.setCurrentRow(row)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._go()
                return True
        return super().eventFilter(watched, event)

    def refresh(self) -> None:
        """The destinations are others now."""
        if self.isVisible():
            self._filter(self.field.text())

    def _filter(self, typed: str) -> None:
        wanted = typed.lower().split()
        self._found = [d for d in self._destinations() if all(w in f"{d.name} {d.kind}".lower() for w in wanted)]
        self.list.clear()
        for destination in self._found:
            self.list.addItem(QListWidgetItem(f"{destination.name}   ·   {destination.kind}"))
        self.list.setCurrentRow(0)

    def _go(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._found):
            self.close_panel()
            self._found[row].go()


class Shortcuts(Panel):
    """Every shortcut and what it does."""

    def __init__(self, window: QWidget, shortcuts: Sequence[tuple[str, str]]) -> None:
        super().__init__(window, self.tr("Keyboard shortcuts"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(GAP_L)
        grid.setVerticalSpacing(GAP_S)
        grid.setColumnStretch(1, 1)
        for row, (keys, what) in enumerate(shortcuts):
            grid.addWidget(theme.heading(label(keys, wrap=False), 2), row, 0)
            grid.addWidget(label(what), row, 1)
        self.inside.addLayout(grid)
        self.inside.addWidget(label(self.tr("Esc closes this."), "muted"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.setFocus()
