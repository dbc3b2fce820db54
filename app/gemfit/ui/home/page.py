"""Home: this machine in a line, the model to take, where it lies in memory, and all the others."""

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gemfit.fit.types import Option
from gemfit.machine.types import Machine
from gemfit.ui import theme, words
from gemfit.ui.home.bars import MemoryBars
from gemfit.ui.home.context import ContextSlider
from gemfit.ui.home.offer import OfferCard, StarterCard
from gemfit.ui.home.options import OptionsTable, explain
from gemfit.ui.parts import Notice, Page, button, card, label
from gemfit.ui.session import MACHINE, Session
from gemfit.ui.theme import GAP_M, GAP_S

_SAVE_AFTER_MS = 600


class HomePage(Page):
    """Waiting, it says what it does; failing, it says why and offers to try again; ready, it is the overview."""

    def __init__(self, session: Session) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("Home"))
        self._session = session
        self._machine = session.machine
        self.notice = Notice()
        self._state = label(role="muted")
        self._machine_line = label(selectable=True)
        self.offer = OfferCard(session)
        self.starter = StarterCard(session)
        self.context = ContextSlider(session.settings.context_tokens)
        self.bars = MemoryBars()
        self.table = OptionsTable(session.machine)
        self._picked = PickedOption(session)
        self._ready = QWidget()
        self._lay_out()
        self._save_later = QTimer(self)
        self._save_later.setSingleShot(True)
        self._save_later.setInterval(_SAVE_AFTER_MS)
        self._save_later.timeout.connect(self._save_context)
        self.context.chosen.connect(self._machine.set_context)
        self.context.chosen.connect(lambda _tokens: self._save_later.start())
        self.table.picked.connect(self._pick)
        self._machine.changed.connect(self.refresh)
        session.library.changed.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GAP_M)
        title = theme.heading(label(self.tr("This machine"), wrap=False), 2)
        head.addWidget(title)
        head.addWidget(self._machine_line, 1)
        self._details = button(
            self.tr("Details"), lambda: self._session.page_wanted.emit(MACHINE), "link", "chevron-right"
        )
        head.addWidget(self._details)
        self.column.addLayout(head)
        self.column.addWidget(self.notice)
        self.column.addWidget(self._state)
        self.column.addWidget(self.offer)
        self.column.addWidget(self.starter)
        self.column.addWidget(self._ready)
        self.column.addStretch(1)
        ready = QVBoxLayout(self._ready)
        ready.setContentsMargins(0, 0, 0, 0)
        ready.setSpacing(GAP_M)
        ready.addWidget(self.context)
        ready.addWidget(self.bars)
        ready.addSpacing(GAP_S)
        ready.addWidget(theme.heading(label(self.tr("All models"), wrap=False), 2))
        ready.addWidget(self.table)
        ready.addWidget(self._picked)
        ready.addWidget(
            label(
                self.tr(
                    "~ marks an estimate; memory is computed for this context. "
                    "About 7 tokens/s is comfortable reading speed."
                ),
                "muted",
            )
        )

    @Slot()
    def refresh(self) -> None:
        machine = self._machine
        self._state.setVisible(machine.state == "waiting" and machine.machine is None)
        self._state.setText(self.tr("Looking at this machine: memory, processor, graphics card, disk …"))
        self._ready.setVisible(machine.machine is not None and machine.state != "failed")
        self.offer.setVisible(machine.machine is not None and machine.state != "failed")
        self._details.setEnabled(machine.machine is not None)
        if machine.state == "failed":
            self.notice.say(machine.problem, [(self.tr("Look again"), machine.probe)])
        else:
            self.notice.say(self._session.problem)
        if machine.machine is None or machine.recommendation is None:
            self._machine_line.setText("")
            self.starter.refresh()
            return
        cores = self.tr("%n core(s)", "", machine.machine.cpu.physical_cores)
        self._machine_line.setText(machine_line(machine.machine, cores))
        self.offer.refresh()
        self.starter.refresh()
        self.context.limit_to(self._largest_context())
        best = machine.best()
        self.bars.show_option(machine.machine, self.table.current() or best)
        self.table.show_options(machine.recommendation.options)

    @Slot(object)
    def _pick(self, option: Option) -> None:
        self._picked.show_option(option)
        if self._machine.machine is not None:
            self.bars.show_option(self._machine.machine, option)

    def _show_machine(self) -> None:
        self._session.page_wanted.emit(MACHINE)

    def _largest_context(self) -> int:
        """Of any model of the catalogue; the slider need not go further."""
        catalog = self._machine.catalog
        return max((m.shape.context_tokens for m in catalog.models), default=0) if catalog else 0

    def _save_context(self) -> None:
        self._session.change_settings(context_tokens=self._machine.context_tokens)


class PickedOption(QWidget):
    """The row in hand of the table, explained, with the button that goes with it."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._option: Option | None = None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, inside = card()
        outer.addWidget(frame)
        self._title: QLabel = theme.heading(label(), 2)
        self._why = label(role="muted", selectable=True)
        self._go = button(self.tr("Chat"), self._act)
        inside.addWidget(self._title)
        inside.addWidget(self._why)
        inside.addWidget(self._go)
        inside.setAlignment(self._go, Qt.AlignmentFlag.AlignLeft)
        self.hide()
        session.library.changed.connect(self._refresh)

    def show_option(self, option: Option) -> None:
        self._option = option
        self.show()
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        option = self._option
        if option is None:
            return
        self._title.setText(self._session.machine.title(option.model, option.build))
        self._why.setText(explain(option))
        self._go.setText(self._session.begin_text(option))
        self._go.setAccessibleName(self._go.text())
        self._go.setVisible(option.runnable)
        self._go.setEnabled(not self._session.library.busy((option.model, option.build)))

    def _act(self) -> None:
        if self._option is not None:
            self._session.begin(self._option)


def machine_line(machine: Machine, cores: str) -> str:
    """`Ryzen 7 5800H, 8 cores · 15.4 GiB, 11.2 GiB free · RTX 3060 6.0 GiB, 5.1 GiB free`."""
    memory = QCoreApplication.translate("HomePage", "%1 of memory, %2 free")
    memory = memory.replace("%1", words.size(machine.memory.total_bytes))
    memory = memory.replace("%2", words.size(machine.memory.available_bytes))
    pieces = [f"{machine.cpu.model}, {cores}", memory]
    for gpu in machine.gpus:
        piece = gpu.name
        if gpu.total_bytes and not gpu.shared_memory:
            piece += f" {words.size(gpu.total_bytes)}"
        if gpu.free_bytes is not None and not gpu.shared_memory:
            piece += ", " + QCoreApplication.translate("HomePage", "%1 free").replace("%1", words.size(gpu.free_bytes))
        if not gpu.usable:
            piece += ", " + QCoreApplication.translate("HomePage", "not usable by this engine")
        pieces.append(piece)
    return " · ".join(pieces)
