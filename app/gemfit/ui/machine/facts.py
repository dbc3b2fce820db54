"""Every number that was found, and where it comes from."""

from datetime import UTC, datetime
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from gemfit.engine.builds import age_days
from gemfit.machine import advice
from gemfit.machine.advice import Advice
from gemfit.machine.types import EngineBuild, Gpu, Machine
from gemfit.ui import theme, words
from gemfit.ui.machine.advice import AdviceBox
from gemfit.ui.parts import card, clear, label
from gemfit.ui.theme import GAP_L, GAP_M, GAP_S


class Fact(NamedTuple):
    """A line of the page: what, how much, and the evidence for it."""

    name: str
    value: str
    evidence: str = ""


class FactCards(QWidget):
    """A card for the computer, the processor, each GPU and the engine."""

    def __init__(self) -> None:
        super().__init__()
        self._cards = QVBoxLayout(self)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.setSpacing(GAP_M)

    def show_machine(self, machine: Machine) -> None:
        clear(self._cards)
        self._add(self.tr("This computer"), self._memory(machine) + self._disk(machine) + self._system(machine))
        self._add(self.tr("Processor"), self._cpu(machine), machine.cpu.model, advice.for_cpu(machine))
        for gpu in machine.gpus:
            self._add(gpu.name, self._gpu(gpu, machine), gpu.name, advice.for_gpu(gpu, machine))
        if not machine.gpus:
            self._add(self.tr("Graphics card"), [], text=self.tr("None was found. Models run on the processor."))
        self._add(self.tr("Engine"), self._engine(machine), text=machine.engine.problem)

    def _memory(self, machine: Machine) -> list[Fact]:
        memory, known = machine.memory, machine.memory.evidence
        available = words.size(memory.available_bytes)
        facts = [
            Fact(self.tr("Memory"), words.size(memory.total_bytes), known.get("total_bytes", "")),
            Fact(self.tr("Memory available"), available, known.get("available_bytes", "")),
        ]
        if memory.limit_bytes is not None:
            limit = words.size(memory.limit_bytes)
            facts.append(Fact(self.tr("Limit of the container"), limit, known.get("limit_bytes", "")))
        return facts

    def _disk(self, machine: Machine) -> list[Fact]:
        disk, known = machine.disk, machine.disk.evidence
        return [
            Fact(self.tr("Weights folder"), disk.path, self.tr("Settings")),
            Fact(self.tr("Free on its disk"), words.size(disk.free_bytes), known.get("free_bytes", "")),
            Fact(self.tr("Size of its disk"), words.size(disk.total_bytes), known.get("total_bytes", "")),
        ]

    def _system(self, machine: Machine) -> list[Fact]:
        known = machine.evidence
        facts = [
            Fact(self.tr("System"), machine.os, known.get("os", "")),
            Fact(self.tr("Architecture"), machine.arch, known.get("arch", "")),
        ]
        if machine.environment:
            facts.append(Fact(self.tr("Runs in"), machine.environment, known.get("environment", "")))
        return facts

    def _cpu(self, machine: Machine) -> list[Fact]:
        cpu, known = machine.cpu, machine.cpu.evidence
        cores = self.tr("%1 cores, %2 threads").replace("%1", str(cpu.physical_cores))
        return [
            Fact(self.tr("Model"), cpu.model, known.get("model", "")),
            Fact(self.tr("Cores"), cores.replace("%2", str(cpu.logical_cores)), known.get("physical_cores", "")),
            Fact(self.tr("Its instructions"), ", ".join(cpu.capabilities) or "–", known.get("capabilities", "")),
            Fact(self.tr("The engine uses"), ", ".join(cpu.features) or "–", known.get("features", "")),
        ]

    def _gpu(self, gpu: Gpu, machine: Machine) -> list[Fact]:
        known = gpu.evidence
        usable = self.tr("yes, as %1").replace("%1", gpu.engine_device or gpu.name) if gpu.usable else self.tr("no")
        needs = self.tr(" or ").join(advice.needs(gpu, machine))
        facts = [
            Fact(self.tr("Used by this engine"), usable, known.get("usable", "")),
            Fact(self.tr("Needs an engine with"), needs),
        ]
        if gpu.total_bytes is not None:
            facts.append(Fact(self.tr("Memory"), words.size(gpu.total_bytes), known.get("total_bytes", "")))
        if gpu.free_bytes is not None:
            facts.append(Fact(self.tr("Memory free"), words.size(gpu.free_bytes), known.get("free_bytes", "")))
        if gpu.shared_memory:
            facts.append(Fact(self.tr("Its memory is"), self.tr("shared with the computer")))
        if gpu.driver:
            facts.append(Fact(self.tr("Driver"), gpu.driver, known.get("driver", "")))
        if gpu.cuda:
            facts.append(Fact(self.tr("CUDA of the driver"), advice.cuda_text(gpu.cuda), known.get("cuda", "")))
        return facts

    def _engine(self, machine: Machine) -> list[Fact]:
        engine: EngineBuild = machine.engine
        known = engine.evidence
        facts = [Fact(self.tr("Build"), engine.build or "–", known.get("build", ""))]
        if engine.name:
            facts.append(Fact(self.tr("Called"), engine.name, self.tr("Settings")))
        days = age_days(engine.commit, datetime.now(UTC).date())
        if days is not None:
            made = self.tr("%1, %n days ago", "", days).replace("%1", engine.commit_date)
            facts.append(Fact(self.tr("Made on"), made, known.get("build", "")))
        if built := advice.built_with(machine):
            evidence = known.get("backends", known.get("devices", ""))
            facts.append(Fact(self.tr("Built for"), ", ".join(built), evidence))
        for device in engine.devices:
            size = f", {words.size(device.total_bytes)}" if device.total_bytes else ""
            name = f"{device.name} · {device.description}{size}"
            facts.append(Fact(self.tr("Drives"), name, known.get("devices", "")))
        if engine.formats:
            facts.append(Fact(self.tr("Reads"), ", ".join(engine.formats), known.get("formats", "")))
        return facts

    def _add(
        self, title: str, facts: list[Fact], device: str = "", better: Advice | None = None, *, text: str = ""
    ) -> None:
        frame, inside = card()
        inside.addWidget(theme.heading(label(title), 2))
        if facts:
            inside.addWidget(FactGrid(facts))
        if text:
            inside.addWidget(label(text, "muted", selectable=True))
        if better is not None:
            inside.addWidget(AdviceBox(device, better))
        self._cards.addWidget(frame)


class FactGrid(QWidget):
    """Names, values and evidence in three columns."""

    def __init__(self, facts: list[Fact]) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GAP_L)
        grid.setVerticalSpacing(GAP_S - 2)
        grid.setColumnMinimumWidth(0, 132)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(2, 1)
        for line, fact in enumerate(facts):
            name = label(fact.name, "muted", wrap=True)
            name.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
            name.setFixedWidth(148)
            value = label(fact.value, selectable=True)
            value.setFont(theme.tabular(value.font()))
            value.setAccessibleName(f"{fact.name}: {fact.value}")
            if fact.evidence:
                value.setAccessibleDescription(self.tr("known from %1").replace("%1", fact.evidence))
            evidence = label(fact.evidence, "muted")
            evidence.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            theme.small(evidence)
            grid.addWidget(name, line, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, line, 1, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(evidence, line, 2, Qt.AlignmentFlag.AlignTop)
