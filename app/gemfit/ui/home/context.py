"""The slider for the context, and under it a mark at the largest one that fits."""

import itertools

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QBrush, QPainter, QPaintEvent, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QSlider, QStyle, QStyleOptionSlider, QWidget

from gemfit.fit.types import Option
from gemfit.ui import theme, words
from gemfit.ui.home.bars import FIGURE_WIDTH, NAME_WIDTH
from gemfit.ui.parts import label
from gemfit.ui.theme import GAP_M, GAP_XS

STEPS = tuple(n * 1024 for n in (2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 160, 192, 224, 256))
_LINE, _TICK = 3, 8


class Steps(QSlider):
    """A slider over STEPS that knows where on it a number of tokens would lie."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # it scrolls the page, and must not change what is under the pointer

    def x_of(self, tokens: int) -> float:
        """In pixels from its left edge; between two steps in proportion, held to its ends."""
        step = place_of(tokens)
        first, last = self._handle(self.minimum()), self._handle(self.maximum())
        span = max(1, self.maximum() - self.minimum())
        share = min(1.0, max(0.0, (step - self.minimum()) / span))
        return first + (last - first) * share

    def _handle(self, value: int) -> float:
        """The middle of the handle at `value`."""
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        option.sliderPosition = option.sliderValue = value
        rect = self.style().subControlRect(
            QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, self
        )
        return rect.x() + rect.width() / 2


class Mark(QWidget):
    """A line under the slider as far as the context fits, hatched beyond, with a tick and the number at its end."""

    def __init__(self, slider: Steps) -> None:
        super().__init__()
        self._slider = slider
        self._tokens = 0
        self._text = ""
        self.setFont(theme.tabular(self.font()))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(200, _TICK + GAP_XS + self.fontMetrics().height())

    def show_largest(self, tokens: int, text: str) -> None:
        self._tokens, self._text = tokens, text
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.update()

    def text(self) -> str:
        return self._text

    def tick_x(self) -> float:
        """Where the tick stands, in pixels from the left edge."""
        return self._slider.x_of(self._tokens)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.tokens()
        left, right = self._slider.x_of(0), self._slider.x_of(STEPS[-1])
        x = self.tick_x() if self._tokens else left
        painter.fillRect(QRectF(left, 0, x - left, _LINE), colours.good)
        painter.fillRect(QRectF(x, 0, right - x, _LINE), QBrush(colours.control, Qt.BrushStyle.BDiagPattern))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.good if self._tokens else colours.bad)
        painter.drawPolygon(QPolygonF([QPointF(x, 1), QPointF(x - 5, _TICK), QPointF(x + 5, _TICK)]))
        painter.setPen(colours.muted if self._tokens else colours.bad)
        width = self.fontMetrics().horizontalAdvance(self._text) + 2
        start = min(max(0.0, x - width / 2), max(0.0, self.width() - width))
        room = QRectF(start, _TICK, min(width, self.width()), self.height() - _TICK)
        shown = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()


class ContextSlider(QWidget):
    """How long a conversation the model keeps in mind. `chosen(tokens)`: another one was taken, also while it moves."""

    chosen = Signal(int)

    def __init__(self, tokens: int) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GAP_M)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        name = label(self.tr("Context"), wrap=False)
        name.setMinimumWidth(NAME_WIDTH)
        self.slider = Steps(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(self.tr("Context in tokens"))
        self.slider.setToolTip(self.tr("How much of a conversation the model keeps in mind. More takes more memory."))
        self.slider.setRange(0, len(STEPS) - 1)
        self.slider.setPageStep(2)
        self.mark = Mark(self.slider)
        self._text = label(wrap=False)
        self._text.setFont(theme.tabular(self._text.font()))
        self._text.setMinimumWidth(FIGURE_WIDTH)
        self._text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        name.setBuddy(self.slider)
        grid.addWidget(name, 0, 0)
        grid.addWidget(self.slider, 0, 1)
        grid.addWidget(self._text, 0, 2)
        grid.addWidget(self.mark, 1, 1, 1, 2)  # its words may need more room than the slider
        self.slider.setValue(nearest_step(tokens))
        self._describe()
        self.slider.valueChanged.connect(self._moved)

    def tokens(self) -> int:
        return STEPS[self.slider.value()]

    def limit_to(self, tokens: int) -> None:
        """No model takes more than this."""
        if tokens:
            self.slider.setMaximum(max(1, nearest_step(tokens)))

    def show_largest(self, option: Option, trained_tokens: int) -> None:
        """Mark the largest context of `option` that fits; its model was made for `trained_tokens`."""
        if not option.max_context:
            text = self.tr("no context fits") if option.missing_bytes else self.tr("not possible here")
        elif option.max_context >= trained_tokens:
            text = self.tr("%1, all that the model takes, fit").replace("%1", words.count(option.max_context))
        else:
            text = self.tr("at most %1 fit").replace("%1", words.count(option.max_context))
        self.mark.show_largest(option.max_context, text)
        self._describe()

    @Slot()
    def _moved(self) -> None:
        self._describe()
        self.chosen.emit(self.tokens())

    def _describe(self) -> None:
        self._text.setText(self.tr("%1 tokens").replace("%1", words.count(self.tokens())))
        self.slider.setAccessibleDescription("; ".join(filter(None, (self._text.text(), self.mark.text()))))


def nearest_step(tokens: int) -> int:
    """The number of the step nearest to `tokens`."""
    return min(range(len(STEPS)), key=lambda i: abs(STEPS[i] - tokens))


def place_of(tokens: int) -> float:
    """Where `tokens` lies among the steps: 1.5 is half-way from the second to the third."""
    if tokens <= STEPS[0]:
        return 0.0
    for number, (low, high) in enumerate(itertools.pairwise(STEPS)):
        if tokens <= high:
            return number + (tokens - low) / (high - low)
    return float(len(STEPS) - 1)
