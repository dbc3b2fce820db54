"""How a model's memory lies in the memory there is: painted bars with a legend in words."""

from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from gemfit.fit.types import Option
from gemfit.machine.types import Gpu, Machine
from gemfit.ui import theme, words
from gemfit.ui.parts import Flow, label
from gemfit.ui.theme import GAP_M, GAP_S, GAP_XS

NAME_WIDTH, FIGURE_WIDTH = 64, 128


class Part(NamedTuple):
    """A stretch of a bar. `token`: the name of its colour."""

    name: str
    token: str
    n_bytes: int


class Bar(QWidget):
    """Parts of a total, the rest free. What other programs hold lies at the right end, hatched."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setMinimumHeight(16)
        self._total_bytes = 1
        self._parts: list[Part] = []

    def sizeHint(self) -> QSize:
        return QSize(400, 16)

    def show_parts(self, total_bytes: int, parts: list[Part], description: str) -> None:
        self._total_bytes, self._parts = max(1, total_bytes), parts
        self.setAccessibleDescription(description)
        self.setToolTip(description)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.tokens()
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        outline = QPainterPath()
        outline.addRoundedRect(area, 4, 4)
        painter.fillPath(outline, colours.track)
        painter.setClipPath(outline)
        left, right = area.left(), area.right()
        for part in self._parts:
            width = area.width() * min(1.0, part.n_bytes / self._total_bytes)
            colour: QColor = getattr(colours, part.token)
            if part.token == "other":
                right -= width
                _paint_stretch(painter, QRectF(right, area.top(), width, area.height()), colour, hatched=True)
            else:
                _paint_stretch(painter, QRectF(left, area.top(), max(width - 1, 1), area.height()), colour)
                left += width
        painter.end()


def _paint_stretch(painter: QPainter, rect: QRectF, colour: QColor, *, hatched: bool = False) -> None:
    if hatched:
        painter.fillRect(rect, QBrush(colour, Qt.BrushStyle.BDiagPattern))
    else:
        painter.fillRect(rect, colour)


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
        colour: QColor = getattr(theme.tokens(), self._token)
        hatched = self._token == "other"
        painter.fillPath(path, QBrush(colour, Qt.BrushStyle.BDiagPattern) if hatched else QBrush(colour))
        painter.setPen(theme.tokens().control)
        painter.drawPath(path)
        painter.end()


class MemoryBars(QWidget):
    """The GPU's bar, where the model would go there, and the RAM's; under them what each colour means."""

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GAP_M)
        grid.setVerticalSpacing(GAP_S)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(0, NAME_WIDTH)
        self._gpu_name, self.gpu = label("GPU", wrap=False), Bar(self.tr("Memory of the graphics card"))
        self._ram_name, self.ram = label("RAM", wrap=False), Bar(self.tr("Memory of the computer"))
        self._gpu_free, self._ram_free = _figure(), _figure()
        for line, widgets in enumerate(
            ((self._gpu_name, self.gpu, self._gpu_free), (self._ram_name, self.ram, self._ram_free))
        ):
            for column, widget in enumerate(widgets):
                grid.addWidget(widget, line, column)
        self._legend = Flow(GAP_M)
        self._legend_texts: dict[str, QLabel] = {}
        for token in ("weights", "kv", "compute", "other", "track"):
            self._legend.addWidget(self._legend_entry(token))
        grid.addLayout(self._legend, 2, 1, 1, 2)

    def show_option(self, machine: Machine, option: Option | None) -> None:
        """Show where `option` would lie; with None, what is free."""
        gpu = _gpu_in_use(machine, option.device if option is not None else "")
        on_gpu = option is not None and option.place == "gpu" and gpu is not None
        model = self._model_parts(option)
        for widget in (self._gpu_name, self.gpu, self._gpu_free):
            widget.setVisible(gpu is not None)
        if gpu is not None:
            total = gpu.total_bytes or 0
            free = gpu.free_bytes if gpu.free_bytes is not None else total
            self._show(self.gpu, self._gpu_free, total, total - free, model if on_gpu else [])
        memory = machine.memory
        others = memory.total_bytes - memory.available_bytes
        base = [Part(self.tr("Program"), "compute", option.host_bytes)] if option is not None else []
        self._show(self.ram, self._ram_free, memory.total_bytes, others, base if on_gpu else model)
        self._name_legend(option)

    def _model_parts(self, option: Option | None) -> list[Part]:
        if option is None:
            return []
        return [
            Part(self.tr("Weights"), "weights", option.weights_bytes),
            Part(self.tr("KV cache"), "kv", option.kv_bytes),
            Part(self.tr("Compute"), "compute", option.compute_bytes + option.base_bytes),
        ]

    def _show(self, bar: Bar, figure: QLabel, total: int, others: int, parts: list[Part]) -> None:
        free = total - others - sum(p.n_bytes for p in parts)
        parts = [*parts, Part(self.tr("Other programs"), "other", others)]
        described = ", ".join(f"{p.name} {words.size(p.n_bytes)}" for p in parts if p.n_bytes > 0)
        text = self.tr("%1 free").replace("%1", words.size(free))
        if free < 0:
            text = self.tr("%1 too little").replace("%1", words.size(-free))
        bar.show_parts(total, parts, f"{described}; {text}")
        figure.setText(text)

    def _legend_entry(self, token: str) -> QWidget:
        entry = QWidget()
        box = QHBoxLayout(entry)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(GAP_XS + 2)
        box.addWidget(Swatch(token))
        text = label(role="muted", wrap=False)
        text.setFont(theme.tabular(text.font()))
        box.addWidget(text)
        self._legend_texts[token] = text
        return entry

    def _name_legend(self, option: Option | None) -> None:
        sizes = {p.token: words.size(p.n_bytes) for p in self._model_parts(option)}
        names = {
            "weights": self.tr("Weights"),
            "kv": self.tr("KV cache"),
            "compute": self.tr("Compute"),
            "other": self.tr("Other programs"),
            "track": self.tr("Free"),
        }
        for token, name in names.items():
            self._legend_texts[token].setText(f"{name} {sizes[token]}" if token in sizes else name)


def _figure() -> QLabel:
    made = label(wrap=False)
    made.setFont(theme.tabular(made.font()))
    made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    made.setMinimumWidth(FIGURE_WIDTH)
    return made


def _gpu_in_use(machine: Machine, device: str) -> Gpu | None:
    """The graphics card that `device` names, else the usable one with most free memory of its own."""
    usable = [g for g in machine.gpus if g.usable and not g.shared_memory and g.total_bytes]
    named = [g for g in usable if device and device in (g.engine_device, g.name)]
    return max(named or usable, key=lambda g: g.free_bytes or 0, default=None)
