"""The small picture of a transfer's speed: the last minute, a bar for each second."""

from collections import deque
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gemfit.ui import theme, words

SAMPLES = 60


class Throughput(QWidget):
    """Speeds in bytes per second, the newest at the right; the highest of them fills the height."""

    def __init__(self) -> None:
        super().__init__()
        self._speeds_bps: deque[float] = deque(maxlen=SAMPLES)
        self.setAccessibleName(self.tr("Speed over the last minute"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(QSize(2 * SAMPLES, 28))

    def speeds_bps(self) -> Sequence[float]:
        return tuple(self._speeds_bps)

    def add(self, speed_bps: float) -> None:
        """One more second. Nothing is said before there was any speed."""
        if not self._speeds_bps and not speed_bps:
            return
        self._speeds_bps.append(speed_bps)
        text = self.tr("Now %1, at most %2").replace("%1", words.speed(speed_bps))
        text = text.replace("%2", words.speed(max(self._speeds_bps)))
        self.setAccessibleDescription(text)
        self.setToolTip(text)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = theme.tokens()
        height = self.height() - 1
        painter.fillRect(QRectF(0, height, self.width(), 1), tokens.control)
        highest = max(self._speeds_bps, default=0.0)
        step = self.width() / SAMPLES
        for place, speed in enumerate(reversed(self._speeds_bps)):
            tall = height * speed / highest if highest else 0.0
            painter.fillRect(QRectF(self.width() - (place + 1) * step, height - tall, step - 0.5, tall), tokens.accent)
        painter.end()
