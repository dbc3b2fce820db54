"""How a model lies in the memory there is: a bar for each device, predicted and, after a load, measured."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QDateTime, QLocale, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gemfit.fit.types import SYSTEM_MEMORY, Component, Option, Outcome
from gemfit.machine.types import Gpu, Machine
from gemfit.ui import theme, words
from gemfit.ui.home.bars import FIGURE_WIDTH, NAME_WIDTH, Bar, Part, Swatch
from gemfit.ui.home.cells import component_names
from gemfit.ui.parts import Flow, clear, label
from gemfit.ui.theme import GAP_M, GAP_S, GAP_XS

COMPONENTS = ("weights", "kv", "compute", "projector", "drafter", "checkpoints", "base")
_MEASURED_HEIGHT = 7


class Device(NamedTuple):
    """Memory that a bar shows. `key` is as in a component; `others_bytes` are taken by other programs."""

    key: str
    short: str
    name: str
    total_bytes: int
    others_bytes: int


class MemoryPicture(QWidget):
    """Every device that an option uses, and the system's memory; under them what each colour means."""

    def __init__(self) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(GAP_S)
        self._bars = QVBoxLayout()
        self._bars.setSpacing(GAP_S)
        outer.addLayout(self._bars)
        self.rows: list[DeviceRow] = []
        self._legend = Flow(GAP_M)
        self._entries = {token: LegendEntry(token) for token in (*COMPONENTS, "other", "track")}
        for entry in self._entries.values():
            self._legend.addWidget(entry)
        beside = QHBoxLayout()
        beside.setContentsMargins(NAME_WIDTH + GAP_M, 0, 0, 0)
        beside.addLayout(self._legend)
        outer.addLayout(beside)
        self._past = label(role="muted")
        self._past.setContentsMargins(NAME_WIDTH + GAP_M, 0, 0, 0)
        outer.addWidget(self._past)

    def show_option(self, machine: Machine, option: Option | None, outcome: Outcome | None) -> None:
        """Show where `option` would lie, and what it took at `outcome`; with None, what is free."""
        components = option.components if option is not None else []
        devices = devices_of(machine, components)
        measured = outcome.measured if outcome is not None else []
        if [row.device.key for row in self.rows] != [device.key for device in devices]:
            clear(self._bars)
            self.rows = [DeviceRow(device) for device in devices]
            for row in self.rows:
                self._bars.addWidget(row)
        for row, device in zip(self.rows, devices, strict=True):
            row.show_parts(device, self._parts(components, device, machine), self._parts(measured, device, machine))
        self._show_legend(components)
        self._past.setText(self._past_text(outcome))
        self._past.setVisible(outcome is not None)

    def _parts(self, components: Sequence[Component], device: Device, machine: Machine) -> list[Part]:
        sizes = dict.fromkeys(COMPONENTS, 0)
        for component in components:
            if key_of(component.device, machine) == device.key:
                sizes[component.name] += component.n_bytes
        names = component_names()
        return [Part(names[name], name, n_bytes) for name, n_bytes in sizes.items() if n_bytes]

    def _show_legend(self, components: Sequence[Component]) -> None:
        names = self._names()
        for token, entry in self._entries.items():
            n_bytes = sum(c.n_bytes for c in components if c.name == token)
            entry.setVisible(bool(n_bytes) or token in ("other", "track"))
            entry.text.setText(f"{names[token]} {words.size(n_bytes)}" if n_bytes else names[token])

    def _past_text(self, outcome: Outcome | None) -> str:
        """What the thin bars are."""
        if outcome is None:
            return ""
        total = words.size(sum(component.n_bytes for component in outcome.measured))
        when = QDateTime.fromString(outcome.at, Qt.DateFormat.ISODate).toLocalTime()
        text = self.tr("Thin bars: measured when it was loaded here last (%3), %1 in all with a context of %2 tokens.")
        text = text.replace("%1", total).replace("%2", words.count(outcome.plan.context_tokens))
        return text.replace("%3", QLocale().toString(when, QLocale.FormatType.ShortFormat))

    def _names(self) -> dict[str, str]:
        """The words for the components, for other programs and for what is free."""
        return component_names() | {
            "other": self.tr("Other programs"),
            "track": self.tr("Free"),
        }


class DeviceRow(QWidget):
    """A device's name, its bar with the measured one under it, and what is left of it."""

    def __init__(self, device: Device) -> None:
        super().__init__()
        self.device = device
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GAP_M)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        name = label(device.short, wrap=False)
        name.setMinimumWidth(NAME_WIDTH)
        name.setToolTip(device.name)
        self.bar = Bar(self.tr("Memory of %1, predicted").replace("%1", device.name))
        self.measured = Bar(self.tr("Memory of %1, measured").replace("%1", device.name), _MEASURED_HEIGHT)
        self.figure = label(wrap=False)
        self.figure.setFont(theme.tabular(self.figure.font()))
        self.figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.figure.setMinimumWidth(FIGURE_WIDTH)
        self._measured_figure = label(role="muted", wrap=False)
        self._measured_figure.setFont(theme.tabular(self._measured_figure.font()))
        self._measured_figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(name, 0, 0)
        grid.addWidget(self.bar, 0, 1)
        grid.addWidget(self.figure, 0, 2)
        grid.addWidget(self.measured, 1, 1)
        grid.addWidget(self._measured_figure, 1, 2)

    def show_parts(self, device: Device, predicted: list[Part], measured: list[Part]) -> None:
        self.device = device
        needed = sum(part.n_bytes for part in predicted)
        free = device.total_bytes - device.others_bytes - needed
        left = self.tr("%1 free").replace("%1", words.size(free))
        if free < 0:
            left = self.tr("%1 too little").replace("%1", words.size(-free))
        self.figure.setText(left)
        self._show(self.bar, predicted, left)
        took = sum(part.n_bytes for part in measured)
        self.measured.setVisible(bool(took))
        self._measured_figure.setVisible(bool(took))
        self._measured_figure.setText(self.tr("%1 measured").replace("%1", words.size(took)))
        beside = self.tr("predicted %1").replace("%1", words.size(needed))
        self._show(self.measured, measured, f"{self._measured_figure.text()}, {beside}")

    def _show(self, bar: Bar, parts: list[Part], left: str) -> None:
        if bar is self.bar:
            parts = [*parts, Part(self.tr("Other programs"), "other", self.device.others_bytes)]
        described = ", ".join(f"{part.name} {words.size(part.n_bytes)}" for part in parts if part.n_bytes > 0)
        bar.show_parts(self.device.total_bytes, parts, "; ".join(filter(None, (described, left))))


class LegendEntry(QWidget):
    """A little square and what it stands for."""

    def __init__(self, token: str) -> None:
        super().__init__()
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(GAP_XS + 2)
        box.addWidget(Swatch(token))
        self.text: QLabel = label(role="muted", wrap=False)
        self.text.setFont(theme.tabular(self.text.font()))
        box.addWidget(self.text)


def devices_of(machine: Machine, components: Sequence[Component]) -> list[Device]:
    """The GPUs that `components` use, or the one with most free memory where they use none; then system memory."""
    own = [gpu for gpu in machine.gpus if gpu.usable and not gpu.shared_memory and gpu.total_bytes]
    used = {component.device for component in components}
    shown = [gpu for gpu in own if _names(gpu) & used] or sorted(own, key=_free_bytes)[-1:]
    found = [
        Device(
            key=gpu.engine_device or gpu.name,
            short="GPU" if len(shown) == 1 else f"GPU {number}",
            name=gpu.name,
            total_bytes=gpu.total_bytes or 0,
            others_bytes=(gpu.total_bytes or 0) - _free_bytes(gpu),
        )
        for number, gpu in enumerate(shown, start=1)
    ]
    memory = machine.memory
    return [
        *found,
        Device(SYSTEM_MEMORY, "RAM", "RAM", memory.total_bytes, memory.total_bytes - memory.available_bytes),
    ]


def key_of(device: str, machine: Machine) -> str:
    """The bar that a component's device belongs to: a GPU without memory of its own takes the system's."""
    gpu = next((gpu for gpu in machine.gpus if device and device in _names(gpu)), None)
    if gpu is None or gpu.shared_memory:
        return SYSTEM_MEMORY
    return gpu.engine_device or gpu.name


def _names(gpu: Gpu) -> set[str]:
    return {gpu.engine_device or gpu.name, gpu.name}


def _free_bytes(gpu: Gpu) -> int:
    free = gpu.free_bytes if gpu.free_bytes is not None else gpu.total_bytes
    return free or 0
