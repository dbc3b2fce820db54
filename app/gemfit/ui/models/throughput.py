"""The small picture of a transfer's speed: the last minute, a bar for each second."""

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
        self._speeds_bps: tuple[float, ...] = ()
        self.setAccessibleName(self.tr("Speed over the last minute"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(QSize(2 * SAMPLES, 28))

    def speeds_bps(self) -> Sequence[float]:
        return self._speeds_bps

    def show_speeds(self, speeds_bps: Sequence[float]) -> None:
        """One for each second, the newest last; hidden as long as there was no speed."""
        shown = tuple(speeds_bps[-SAMPLES:])
        self.setVisible(any(shown))
        if shown == self._speeds_bps or not any(shown):
            return
        self._speeds_bps = shown
        text = self.tr("Now %1, at most %2").replace("%1", words.speed(shown[-1]))
        text = text.replace("%2", words.speed(max(shown)))
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
