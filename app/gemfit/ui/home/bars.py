"""Painted stretches of memory: a bar, and the little squares of its legend."""

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gemfit.ui import theme

NAME_WIDTH, FIGURE_WIDTH = 64, 128
_GAP = 1  # between two stretches, so that no two colours touch


class Part(NamedTuple):
    """A stretch of a bar. `token`: the name of its colour."""

    name: str
    token: str
    n_bytes: int


class Bar(QWidget):
    """Parts of a total, the rest free. What other programs hold lies at the right end, hatched.

    Parts that are more than the total go on beyond a line where the memory ends.
    """

    def __init__(self, name: str, height: int = 16) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._height = height
        self._total_bytes = 1
        self._parts: list[Part] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(200, self._height)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self._height)

    def show_parts(self, total_bytes: int, parts: list[Part], description: str) -> None:
        self._total_bytes, self._parts = max(1, total_bytes), parts
        self.setAccessibleDescription(description)
        self.setToolTip(description)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        outline = QPainterPath()
        outline.addRoundedRect(area, 4, 4)
        painter.fillPath(outline, theme.tokens().track)
        painter.setClipPath(outline)
        needed = sum(part.n_bytes for part in self._parts)
        scale = area.width() / max(self._total_bytes, needed)
        left, right = area.left(), area.right()
        for part in self._parts:
            width = part.n_bytes * scale
            if width <= 0:
                continue
            if part.token == "other":
                right -= width
                rect = QRectF(right, area.top(), width, area.height())
            else:
                rect = QRectF(left, area.top(), max(width - _GAP, 1), area.height())
                left += width
            painter.fillRect(rect, brush(part.token))
        if needed > self._total_bytes:
            x = area.left() + self._total_bytes * scale
            painter.setPen(QPen(theme.tokens().bad, 3))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        painter.end()


class Swatch(QWidget):
    """The little square of a legend, painted as its stretch of the bar."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token
        self.setFixedSize(12, 12)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.fillPath(path, brush(self._token))
        painter.setPen(theme.tokens().control)
        painter.drawPath(path)
        painter.end()


def brush(token: str) -> QBrush:
    """How a stretch of that colour is filled: what other programs hold is hatched."""
    colour: QColor = getattr(theme.tokens(), token)
    return QBrush(colour, Qt.BrushStyle.BDiagPattern) if token == "other" else QBrush(colour)
