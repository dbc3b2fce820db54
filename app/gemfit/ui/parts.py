"""The few building blocks that all pages share."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gemfit.ui import theme
from gemfit.ui.theme import CONTENT_WIDTH, GAP_L, GAP_M, GAP_S


class Page(QScrollArea):
    """A scrolling page with a column of readable width; `column` is its layout."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(title)
        inner = QWidget()
        inner.setProperty("kind", "page")
        sides = QHBoxLayout(inner)
        sides.setContentsMargins(GAP_L, GAP_L, GAP_L, GAP_L)
        content = QWidget()
        content.setMaximumWidth(CONTENT_WIDTH)
        sides.addStretch(1)
        sides.addWidget(content, 1000)
        sides.addStretch(1)
        self.column = QVBoxLayout(content)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(GAP_M)
        self.setWidget(inner)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 200)


class Flow(QLayout):
    """Puts widgets side by side and wraps them into lines where the width ends, as words in a text."""

    def __init__(self, spacing: int = GAP_S) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        sizes = [item.minimumSize() for item in self._items]
        return QSize(max((s.width() for s in sizes), default=0), max((s.height() for s in sizes), default=0))

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        x, y, line_height = rect.x(), rect.y(), 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint().boundedTo(QSize(max(rect.width(), 1), 10_000))
            if x > rect.x() and x + size.width() > rect.right() + 1:
                x, y, line_height = rect.x(), y + line_height + GAP_S, 0
            if move:
                item.setGeometry(QRect(x, y, size.width(), size.height()))
            x += size.width() + self.spacing()
            line_height = max(line_height, size.height())
        return y + line_height - rect.y()


class Elided(QLabel):
    """One line that ends in an ellipsis where there is no room; the whole text is its tooltip and accessible text."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(text)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        rect = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, int(self.alignment() | Qt.TextFlag.TextSingleLine), shown)
        painter.end()


def label(text: str = "", role: str = "", *, wrap: bool = True, selectable: bool = False) -> QLabel:
    """A plain text label. `role`: muted, good, caution, bad, accent."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    if selectable:
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return made


def exact_text(text: str) -> QLineEdit:
    """A path or a hash in one line of the fixed font: it can be selected and copied as it is, and never wraps."""
    made = QLineEdit(text)
    made.setReadOnly(True)
    made.setProperty("kind", "exact")
    made.setFont(theme.fixed_font())
    made.setCursorPosition(0)
    return made


def set_role(widget: QWidget, role: str) -> None:
    """Change what a label's colour says."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().polish(widget)


def button(text: str, action: Callable[[], object], kind: str = "", icon: str = "") -> QPushButton:
    """A push button. `kind`: primary (the one thing to do next), link, or plain."""
    made = QPushButton(text)
    made.setAccessibleName(text)
    if kind:
        made.setProperty("kind", kind)
    if icon:
        theme.set_icon(made, icon, {"primary": "on_accent", "link": "accent"}.get(kind, "text"))  # type: ignore[arg-type]
    made.clicked.connect(lambda: action())
    return made


def card() -> tuple[QFrame, QVBoxLayout]:
    """A raised frame and the layout inside it."""
    frame = QFrame()
    frame.setProperty("kind", "card")
    inside = QVBoxLayout(frame)
    inside.setContentsMargins(GAP_M, GAP_M, GAP_M, GAP_M)
    inside.setSpacing(GAP_S)
    return frame, inside


def hairline() -> QFrame:
    frame = QFrame()
    frame.setProperty("kind", "line")
    return frame


def clear(layout: QLayout) -> None:
    """Take all widgets out of a layout, for good."""
    while (item := layout.takeAt(0)) is not None:
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()


def row(*widgets: QWidget, stretch_last: bool = False) -> QHBoxLayout:
    """Widgets side by side, pushed to the left unless the last one takes the rest."""
    box = QHBoxLayout()
    box.setSpacing(GAP_S)
    for widget in widgets:
        box.addWidget(widget, 1 if stretch_last and widget is widgets[-1] else 0)
    if not stretch_last:
        box.addStretch(1)
    return box


class Notice(QFrame):
    """Something to know or to do, in the page and not in a dialog: a sentence and buttons. Hidden without a text."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "notice")
        inside = QVBoxLayout(self)
        inside.setContentsMargins(GAP_M, GAP_S + 4, GAP_M, GAP_S + 4)
        self._said: tuple[str, list[str]] = ("", [])
        self._actions: list[Callable[[], object]] = []
        self._text = label(selectable=True)
        self._text.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        inside.addWidget(self._text)
        self._buttons = Flow()
        inside.addLayout(self._buttons)
        self.hide()

    def text(self) -> str:
        return self._text.text() if not self.isHidden() else ""

    def say(self, text: str, actions: Sequence[tuple[str, Callable[[], object]]] = ()) -> None:
        """Show a sentence, with a button for each thing to do; an empty one hides the notice."""
        said = (text, [name for name, _action in actions])
        self._actions = [action for _name, action in actions]
        if said == self._said:
            return  # the buttons stay, and the focus on them
        self._said = said
        clear(self._buttons)
        self._text.setText(text)
        self._text.setAccessibleName(text)
        for number, (name, _action) in enumerate(actions):
            self._buttons.addWidget(button(name, partial(self._act, number)))
        self.setVisible(bool(text))

    def _act(self, number: int) -> None:
        self._actions[number]()


def fold_button(title: str, content: QWidget) -> QPushButton:
    """A link that unfolds `content`, which lies wherever the page puts it, and folds it again."""
    content.hide()

    def flip() -> None:
        shown = content.isHidden()
        content.setVisible(shown)
        theme.set_icon(made, "chevron-down" if shown else "chevron-right", "accent")

    made = button(title, flip, "link", "chevron-right")
    return made
