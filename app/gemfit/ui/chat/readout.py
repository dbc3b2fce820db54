"""The running picture beside the chat: speed, time to first token, context and memory, twice a second."""

from collections import deque

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gemfit.ui import theme, words
from gemfit.ui.chat.figures import Figures

MOMENTS = 120
"""Points of the picture: one minute."""


class Readout(QWidget):
    """Paints `Figures` and the last minute of speed and memory."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.figures = Figures()
        self._speed: deque[float] = deque(maxlen=MOMENTS)
        self._memory: deque[float] = deque(maxlen=MOMENTS)
        self.setFont(theme.tabular(self.font()))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Speed and memory"))
        self.setFixedWidth(232)

    def sizeHint(self) -> QSize:
        return QSize(232, 420)

    def show_figures(self, figures: Figures, *, answering: bool) -> None:
        """Take in the figures of this half second."""
        changed = figures != self.figures
        self.figures = figures
        self._speed.append((figures.generation_tps or 0.0) if answering else 0.0)
        self._memory.append(float(figures.resident_bytes or 0))
        if changed:
            text = ". ".join([*(f"{name}: {value}" for name, value in self.lines()), *figures.account])
            self.setAccessibleDescription(text)
            self.setToolTip("\n".join(figures.account))
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))
        self.update()

    def lines(self) -> list[tuple[str, str]]:
        """Names and values, as shown and as read out."""
        f = self.figures
        unknown = "–"
        rate = self.tr("{rate} tokens/s")
        found = [
            (self.tr("Generation"), rate.format(rate=words.rate(f.generation_tps)) if f.generation_tps else unknown),
            (self.tr("Prompt"), rate.format(rate=words.rate(f.prompt_tps)) if f.prompt_tps else unknown),
            (self.tr("First token"), words.duration(f.ttft_s) if f.ttft_s else unknown),
            (self.tr("Context"), self._context()),
            (self.tr("Engine memory"), words.size(f.resident_bytes) if f.resident_bytes else unknown),
        ]
        if f.reused_tokens:
            found.append((self.tr("Reused"), self._reused(f.reused_tokens)))
        if f.drafted_tokens:
            right = self.tr("{right} of {all}, {gain}×")
            gain = words.rate(f.speculation_gain)
            right = right.format(right=words.count(f.accepted_tokens), all=words.count(f.drafted_tokens), gain=gain)
            found.append((self.tr("Guessed right"), right))
        if f.checkpoint_bytes:
            found.append((self.tr("Earlier turns"), words.size(f.checkpoint_bytes)))
        if f.predicted_bytes:
            found.append((self.tr("Predicted"), self._predicted(f.predicted_bytes)))
        if f.gpu_total_bytes:
            used = self.tr("{used} of {total}")
            found.append(
                (
                    self.tr("GPU memory"),
                    used.format(used=words.size(f.gpu_used_bytes or 0), total=words.size(f.gpu_total_bytes)),
                )
            )
        return found

    def _reused(self, tokens: int) -> str:
        """From memory, or from disk after a restart."""
        text = self.tr("{tokens} tokens (disk)") if self.figures.restored_tokens else self.tr("{tokens} tokens")
        return text.format(tokens=words.count(tokens))

    def _predicted(self, predicted_bytes: int) -> str:
        """With the difference to what is there, once that can be compared."""
        difference = self.figures.difference
        if difference is None:
            return words.size(predicted_bytes)
        text = self.tr("{size} ({difference})")
        return text.format(size=words.size(predicted_bytes), difference=words.percent(difference))

    def _context(self) -> str:
        f = self.figures
        if f.context_tokens is None:
            return "–"
        return f"{words.count(f.context_used_tokens or 0)} / {words.count(f.context_tokens)}"

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t = theme.tokens()
        area = QRectF(self.rect()).adjusted(theme.GAP_S, theme.GAP_S, -theme.GAP_M, -theme.GAP_S)
        y = self._paint_lines(painter, t, area)
        f = self.figures
        if f.context_tokens:
            y = self._paint_bar(painter, t, area, y, (f.context_used_tokens or 0) / f.context_tokens)
        y = self._paint_picture(painter, area, y, self.tr("Speed, last minute"), self._speed, t.compute)
        self._paint_picture(painter, area, y, self.tr("Engine memory, last minute"), self._memory, t.weights)
        painter.end()

    def _paint_lines(self, painter: QPainter, t: theme.Tokens, area: QRectF) -> float:
        metrics = QFontMetrics(self.font())
        height = metrics.height() + theme.GAP_S
        y = area.top()
        for name, value in self.lines():
            row = QRectF(area.left(), y, area.width(), height)
            painter.setPen(t.muted)
            painter.drawText(row, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), name)
            painter.setPen(t.text)
            painter.drawText(row, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), value)
            y += height
        return y + theme.GAP_S

    def _paint_bar(self, painter: QPainter, t: theme.Tokens, area: QRectF, y: float, share: float) -> float:
        """How full the context is, under a name of its own."""
        painter.setPen(t.muted)
        height = QFontMetrics(self.font()).height()
        name = self.tr("Context used: {percent} %").format(percent=round(100 * min(share, 1.0)))
        painter.drawText(QRectF(area.left(), y, area.width(), height), name)
        y += height + theme.GAP_XS
        track = QRectF(area.left(), y, area.width(), 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.track)
        painter.drawRoundedRect(track, 4, 4)
        painter.setBrush(t.caution if share > 0.9 else t.kv)
        painter.drawRoundedRect(QRectF(track.left(), y, track.width() * min(share, 1.0), 8), 4, 4)
        return y + 8 + theme.GAP_M

    def _paint_picture(
        self, painter: QPainter, area: QRectF, y: float, name: str, values: "deque[float]", colour: QColor
    ) -> float:
        """One line over the last minute, from nothing to the largest value."""
        t = theme.tokens()
        metrics = QFontMetrics(self.font())
        painter.setPen(t.muted)
        painter.drawText(QRectF(area.left(), y, area.width(), metrics.height()), name)
        y += metrics.height() + theme.GAP_XS
        frame = QRectF(area.left(), y, area.width(), 64)
        if frame.bottom() > area.bottom():
            return y
        painter.setPen(QPen(t.line, 1))
        painter.drawLine(frame.bottomLeft(), frame.bottomRight())
        top = max(values, default=0.0)
        if top > 0:
            step = frame.width() / (MOMENTS - 1)
            left = frame.right() - step * (len(values) - 1)
            points = [QPointF(left + step * i, frame.bottom() - (v / top) * 60) for i, v in enumerate(values)]
            painter.setPen(Qt.PenStyle.NoPen)
            fill = QColor(colour)
            fill.setAlpha(48)
            painter.setBrush(fill)
            ends = [QPointF(points[-1].x(), frame.bottom()), QPointF(points[0].x(), frame.bottom())]
            painter.drawPolygon(QPolygonF([*points, *ends]))
            painter.setPen(QPen(colour, 1.5))
            painter.drawPolyline(QPolygonF(points))
        return frame.bottom() + theme.GAP_M
