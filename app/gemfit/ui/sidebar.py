"""The five pages at the left: icon and word, or the icon alone where there is little room."""

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QPushButton, QVBoxLayout, QWidget

from gemfit.ui import theme
from gemfit.ui.theme import GAP_S, GAP_XS

WIDE, NARROW = 184, 60
_BADGE_HEIGHT = 18
ICONS = ("home", "chat", "models", "machine", "settings")


class Badge(NamedTuple):
    """What is going on behind a page: a number, or a mark where something needs a person. `words` say it aloud."""

    text: str = ""
    words: str = ""
    attention: bool = False


class NavButton(QPushButton):
    """A page's button, with its badge painted at the right end, or at the icon's corner where there are no words."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._name = name
        self._badge = Badge()
        self.setAccessibleName(name)

    def badge(self) -> Badge:
        return self._badge

    def show_badge(self, badge: Badge) -> None:
        if badge != self._badge:
            self._badge = badge
            self.setAccessibleName(f"{self._name}, {badge.words}" if badge.words else self._name)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._badge.text:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 0.85)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        width = max(_BADGE_HEIGHT, painter.fontMetrics().horizontalAdvance(self._badge.text) + GAP_S)
        pill = QRectF(0, 0, width, _BADGE_HEIGHT)
        if self.property("narrow"):
            pill.moveTopRight(QPointF(self.width() - 3, 3))
        else:
            pill.moveCenter(QPointF(self.width() - GAP_S - width / 2, self.height() / 2))
        tokens = theme.tokens()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.caution if self._badge.attention else tokens.accent)
        painter.drawRoundedRect(pill, _BADGE_HEIGHT / 2, _BADGE_HEIGHT / 2)
        painter.setPen(tokens.on_accent)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, self._badge.text)
        painter.end()


class Sidebar(QFrame):
    """`chosen(index)`: a page was asked for."""

    chosen = Signal(int)

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self.setObjectName("sidebar")
        self.setAccessibleName(self.tr("Pages"))
        self._names = names
        self._narrow: bool | None = None
        self._group = QButtonGroup(self)
        self._buttons: dict[int, NavButton] = {}
        box = QVBoxLayout(self)
        box.setContentsMargins(GAP_S, GAP_S + GAP_XS, GAP_S, GAP_S + GAP_XS)
        box.setSpacing(GAP_XS)
        for index, (name, icon) in enumerate(zip(names, ICONS, strict=True)):
            if icon == "settings":
                box.addStretch(1)
            self._buttons[index] = self._button(index, name, icon)
            box.addWidget(self._buttons[index])
        self._group.idClicked.connect(self.chosen)
        self.set_narrow(False)

    def set_narrow(self, narrow: bool) -> None:
        if narrow == self._narrow:
            return
        self._narrow = narrow
        self.setFixedWidth(NARROW if narrow else WIDE)
        for index, name in enumerate(self._names):
            button = self._group.button(index)
            button.setText("" if narrow else name)
            button.setProperty("narrow", narrow)
            button.style().polish(button)

    def select(self, index: int) -> None:
        """Show which page is open."""
        self._group.button(index).setChecked(True)

    def show_badge(self, index: int, badge: Badge) -> None:
        """Mark a page; an empty badge takes the mark away."""
        self._buttons[index].show_badge(badge)

    def badge(self, index: int) -> Badge:
        return self._buttons[index].badge()

    def _button(self, index: int, name: str, icon: str) -> NavButton:
        made = NavButton(name)
        made.setProperty("kind", "nav")
        made.setCheckable(True)
        made.setToolTip(self.tr("%1 (Ctrl+%2)").replace("%1", name).replace("%2", str(index + 1)))
        theme.set_icon(made, icon, size=20)
        self._group.addButton(made, index)
        return made
