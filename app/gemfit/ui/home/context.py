"""The slider for the context: how long a conversation the model can keep in mind."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from gemfit.ui import theme, words
from gemfit.ui.home.bars import FIGURE_WIDTH, NAME_WIDTH
from gemfit.ui.parts import label
from gemfit.ui.theme import GAP_M

STEPS = tuple(n * 1024 for n in (2, 4, 8, 16, 32, 64, 96, 128, 192, 256))


class ContextSlider(QWidget):
    """Steps that double, as contexts are given. `chosen(tokens)`: another one was taken."""

    chosen = Signal(int)

    def __init__(self, tokens: int) -> None:
        super().__init__()
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(GAP_M)
        name = label(self.tr("Context"), wrap=False)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(self.tr("Context in tokens"))
        self.slider.setRange(0, len(STEPS) - 1)
        self.slider.setPageStep(1)
        self._text = label(wrap=False)
        self._text.setFont(theme.tabular(self._text.font()))
        self._text.setMinimumWidth(FIGURE_WIDTH)
        name.setMinimumWidth(NAME_WIDTH)
        self._text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        name.setBuddy(self.slider)
        box.addWidget(name)
        box.addWidget(self.slider, 1)
        box.addWidget(self._text)
        self.slider.setValue(nearest_step(tokens))
        self._describe()
        self.slider.valueChanged.connect(self._moved)

    def tokens(self) -> int:
        return STEPS[self.slider.value()]

    def limit_to(self, tokens: int) -> None:
        """No model takes more than this."""
        if tokens:
            self.slider.setMaximum(max(1, nearest_step(tokens)))

    @Slot()
    def _moved(self) -> None:
        self._describe()
        self.chosen.emit(self.tokens())

    def _describe(self) -> None:
        self._text.setText(self._words(self.tokens()))
        self.slider.setAccessibleDescription(self._text.text())
        self.slider.setToolTip(self.tr("How much of a conversation the model keeps in mind. More takes more memory."))

    def _words(self, tokens: int) -> str:
        return self.tr("%1 tokens").replace("%1", words.count(tokens))


def nearest_step(tokens: int) -> int:
    """The number of the step nearest to `tokens`."""
    return min(range(len(STEPS)), key=lambda i: abs(STEPS[i] - tokens))
