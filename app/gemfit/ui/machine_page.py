"""Machine: every number that was found, and where it comes from."""

from typing import NamedTuple

import msgspec
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gemfit.machine.types import EngineBuild, Gpu, Machine
from gemfit.ui import theme, words
from gemfit.ui.parts import Notice, Page, button, card, clear, label
from gemfit.ui.theme import GAP_L, GAP_M, GAP_S
from gemfit.ui.viewmodels.machine import MachineModel

_SAID_MS = 3000


class Fact(NamedTuple):
    """A line of the page: what, how much, and the evidence for it."""

    name: str
    value: str
    evidence: str = ""


class MachinePage(Page):
    """Waiting, failing or the facts in groups."""

    def __init__(self, machine: MachineModel) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("Machine"))
        self._machine = machine
        self._shown: Machine | None = None
        head = QHBoxLayout()
        head.setSpacing(GAP_S)
        head.addWidget(theme.heading(label(self.tr("Machine"), wrap=False)), 1)
        self.again = button(self.tr("Look again"), machine.probe, icon="refresh")
        self.copy = button(self.tr("Copy as JSON"), self._copy, icon="copy")
        head.addWidget(self.again)
        head.addWidget(self.copy)
        self._state = label(role="muted")
        self.notice = Notice()
        self._groups = QVBoxLayout()
        self._groups.setSpacing(GAP_M)
        self.column.addLayout(head)
        self.column.addWidget(self._state)
        self.column.addWidget(self.notice)
        self.column.addLayout(self._groups)
        self.column.addStretch(1)
        machine.changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        machine = self._machine
        waiting = machine.state == "waiting"
        self.again.setEnabled(not waiting)
        self.copy.setEnabled(machine.machine is not None)
        self._state.setVisible(waiting or machine.machine is not None)
        explained = self.tr("Each number with where it comes from. Nothing of this is sent anywhere.")
        self._state.setText(self.tr("Looking at this machine …") if waiting else explained)
        if machine.state == "failed":
            self.notice.say(machine.problem, [(self.tr("Look again"), machine.probe)])
        else:
            problems = machine.machine.problem_sentences if machine.machine else []
            self.notice.say("\n".join(words.text(problem) for problem in problems))
        if machine.machine is not None and machine.machine is not self._shown:
            self._shown = machine.machine
            clear(self._groups)
            self._show(machine.machine)

    def _show(self, machine: Machine) -> None:
        self._add_group(self.tr("Memory"), self._memory(machine))
        self._add_group(self.tr("Processor"), self._cpu(machine))
        for gpu in machine.gpus:
            self._add_group(gpu.name, self._gpu(gpu), gpu.advice)
        if not machine.gpus:
            self._add_group(self.tr("Graphics card"), [], self.tr("None was found. Models run on the processor."))
        self._add_group(self.tr("Disk for the weights"), self._disk(machine))
        self._add_group(self.tr("Engine"), self._engine(machine.engine), machine.engine.problem)
        self._add_group(self.tr("System"), self._system(machine))

    def _system(self, machine: Machine) -> list[Fact]:
        known = machine.evidence
        facts = [
            Fact(self.tr("System"), machine.os, known.get("os", "")),
            Fact(self.tr("Architecture"), machine.arch, known.get("arch", "")),
        ]
        if machine.environment:
            facts.append(Fact(self.tr("Runs in"), machine.environment, known.get("environment", "")))
        return facts

    def _memory(self, machine: Machine) -> list[Fact]:
        memory, known = machine.memory, machine.memory.evidence
        facts = [
            Fact(self.tr("In all"), words.size(memory.total_bytes), known.get("total_bytes", "")),
            Fact(self.tr("Available"), words.size(memory.available_bytes), known.get("available_bytes", "")),
        ]
        if memory.limit_bytes is not None:
            limit = words.size(memory.limit_bytes)
            facts.append(Fact(self.tr("Limit of the container"), limit, known.get("limit_bytes", "")))
        return facts

    def _cpu(self, machine: Machine) -> list[Fact]:
        cpu, known = machine.cpu, machine.cpu.evidence
        cores = self.tr("%1 cores, %2 threads").replace("%1", str(cpu.physical_cores))
        return [
            Fact(self.tr("Model"), cpu.model, known.get("model", "")),
            Fact(self.tr("Cores"), cores.replace("%2", str(cpu.logical_cores)), known.get("physical_cores", "")),
            Fact(self.tr("Instructions"), ", ".join(cpu.features) or "–", known.get("features", "")),
        ]

    def _gpu(self, gpu: Gpu) -> list[Fact]:
        known = gpu.evidence
        usable = self.tr("yes, as %1").replace("%1", gpu.engine_device or gpu.name) if gpu.usable else self.tr("no")
        facts = [Fact(self.tr("Usable by this engine"), usable, known.get("usable", ""))]
        if gpu.total_bytes is not None:
            facts.append(Fact(self.tr("In all"), words.size(gpu.total_bytes), known.get("total_bytes", "")))
        if gpu.free_bytes is not None:
            facts.append(Fact(self.tr("Free"), words.size(gpu.free_bytes), known.get("free_bytes", "")))
        if gpu.shared_memory:
            facts.append(Fact(self.tr("Memory"), self.tr("shared with the computer")))
        if gpu.driver:
            facts.append(Fact(self.tr("Driver"), gpu.driver, known.get("driver", "")))
        return facts

    def _disk(self, machine: Machine) -> list[Fact]:
        disk, known = machine.disk, machine.disk.evidence
        return [
            Fact(self.tr("Folder"), disk.path),
            Fact(self.tr("Free"), words.size(disk.free_bytes), known.get("free_bytes", "")),
            Fact(self.tr("In all"), words.size(disk.total_bytes), known.get("total_bytes", "")),
        ]

    def _engine(self, engine: EngineBuild) -> list[Fact]:
        facts = [Fact(self.tr("Build"), engine.build or "–", engine.evidence.get("build", ""))]
        for device in engine.devices:
            size = f", {words.size(device.total_bytes)}" if device.total_bytes else ""
            name = f"{device.name} · {device.description}{size}"
            facts.append(Fact(self.tr("Drives"), name, engine.evidence.get("devices", "")))
        if engine.formats:
            facts.append(Fact(self.tr("Reads"), ", ".join(engine.formats), engine.evidence.get("formats", "")))
        return facts

    def _add_group(self, title: str, facts: list[Fact], advice: str = "") -> None:
        frame, inside = card()
        inside.addWidget(theme.heading(label(title), 2))
        if facts:
            inside.addWidget(FactGrid(facts))
        if advice:
            inside.addWidget(label(advice, "muted", selectable=True))
        self._groups.addWidget(frame)

    def _copy(self) -> None:
        if self._machine.machine is None:
            return
        text = msgspec.json.format(msgspec.json.encode(self._machine.machine), indent=2).decode()
        QGuiApplication.clipboard().setText(text)
        self.copy.setText(self.tr("Copied"))
        QTimer.singleShot(_SAID_MS, self.copy, lambda: self.copy.setText(self.tr("Copy as JSON")))


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
            evidence = label(fact.evidence, "muted")
            evidence.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            theme.small(evidence)
            grid.addWidget(name, line, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, line, 1, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(evidence, line, 2, Qt.AlignmentFlag.AlignTop)
