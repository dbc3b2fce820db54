"""Home: this machine in a line, the model to take, where it lies in memory, and all the others."""

from functools import partial

import msgspec
from PySide6.QtCore import QCoreApplication, Qt, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gemfit.fit.types import Option
from gemfit.machine.types import Machine
from gemfit.ui import theme, words
from gemfit.ui.home.ask import AskEngine
from gemfit.ui.home.context import ContextSlider
from gemfit.ui.home.offer import OfferCard, StarterCard
from gemfit.ui.home.options import OptionsTable
from gemfit.ui.home.picked import PickedOption
from gemfit.ui.home.picture import MemoryPicture
from gemfit.ui.home.published import Comparison
from gemfit.ui.home.tall import ROW_HEIGHT, TallTable
from gemfit.ui.home.wishes import Wishes
from gemfit.ui.parts import Notice, Page, button, fold_button, label
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
        self.wishes = Wishes(session.machine.wish)
        self.offer = OfferCard(session)
        self.starter = StarterCard(session)
        self._shown = theme.heading(label(), 2)
        self.context = ContextSlider(session.machine.context_tokens)
        self.picture = MemoryPicture()
        self.ask = AskEngine(session)
        self.table = OptionsTable(session.machine)
        self.picked = PickedOption(session)
        self.comparison = Comparison(session.machine)
        self._ready = QWidget()
        self._lay_out()
        self._save_later = QTimer(self)
        self._save_later.setSingleShot(True)
        self._save_later.setInterval(_SAVE_AFTER_MS)
        self._save_later.timeout.connect(self._save_wish)
        self._listen()
        self.refresh()

    def _lay_out(self) -> None:
        to_machine = partial(self._session.page_wanted.emit, MACHINE)
        head = QHBoxLayout()
        head.setSpacing(GAP_M)
        title = theme.heading(label(self.tr("This machine"), wrap=False), 2)
        head.addWidget(title)
        head.addWidget(self._machine_line, 1)
        self._details = button(self.tr("Details"), to_machine, "link", "chevron-right")
        head.addWidget(self._details)
        self.column.addLayout(head)
        for widget in (self.notice, self._state, self.wishes, self.offer, self.starter, self._ready):
            self.column.addWidget(widget)
        self.column.addStretch(1)
        ready = QVBoxLayout(self._ready)
        ready.setContentsMargins(0, 0, 0, 0)
        ready.setSpacing(GAP_M)
        ready.addWidget(self._shown)
        ready.addWidget(self.context)
        ready.addWidget(self.picture)
        ready.addWidget(self.ask)
        ready.addSpacing(GAP_S)
        ready.addWidget(theme.heading(label(self.tr("All models"), wrap=False), 2))
        ready.addWidget(self.table)
        ready.addWidget(self.picked)
        note = self.tr(
            "~ marks an estimate; memory is computed for this context. About 7 tokens/s is comfortable reading speed."
        )
        ready.addWidget(label(note, "muted"))
        self.calibrate = button(self.tr("Measure how fast this machine is"), to_machine, "link", "chevron-right")
        ready.addWidget(self.calibrate, 0, Qt.AlignmentFlag.AlignLeft)
        fold = fold_button(self.tr("What Google says, what we compute, what it took"), self.comparison)
        ready.addWidget(fold, 0, Qt.AlignmentFlag.AlignLeft)
        ready.addWidget(self.comparison)

    def _listen(self) -> None:
        machine = self._machine
        self.context.chosen.connect(machine.set_context)
        self.wishes.goal_chosen.connect(machine.set_goal)
        self.wishes.media_chosen.connect(machine.set_media)
        for wished in (self.context.chosen, self.wishes.goal_chosen, self.wishes.media_chosen):
            wished.connect(lambda _wish: self._save_later.start())
        self.table.picked.connect(self._pick)
        self.table.explained.connect(self.picked.explain)
        self.table.entered_row.connect(self._enter_row)
        for table in (self.table, self.comparison.table):
            table.moved.connect(lambda table=table: self._follow(table))
        self.offer.others_wanted.connect(self._show_others)
        machine.changed.connect(self.refresh)
        machine.selected_changed.connect(self._show_selected)
        self.ask.model.changed.connect(self._show_selected)
        self._session.library.changed.connect(self.refresh)

    @Slot()
    def refresh(self) -> None:
        machine = self._machine
        self._state.setVisible(machine.state == "waiting" and machine.machine is None)
        self._state.setText(self.tr("Looking at this machine: memory, processor, graphics card, disk …"))
        shown = machine.machine is not None and machine.state != "failed"
        for widget in (self._ready, self.offer, self.wishes):
            widget.setVisible(shown)
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
        self.calibrate.setVisible(machine.known.calibration is None)
        self.table.show_options(machine.recommendation.options)
        self._show_selected()

    @Slot()
    def _show_selected(self) -> None:
        """The option in hand, on the slider, in the picture and under the table."""
        machine = self._machine
        if machine.machine is None:
            return
        option = machine.selected()
        self._shown.setVisible(option is not None)
        self.ask.show_option(option)
        if option is None:
            self.picture.show_option(machine.machine, None, None)
            return
        self._shown.setText(self.tr("Memory for %1").replace("%1", machine.title(option.model, option.build)))
        model = machine.model(option.model)
        self.context.show_largest(option, model.shape.context_tokens if model else 0)
        shown = msgspec.structs.replace(option, components=self.ask.components(option))
        self.picture.show_option(machine.machine, shown, machine.last_outcome(option.model, option.build))
        if self.table.current() is not None:
            self.picked.show_option(option)

    @Slot(object)
    def _pick(self, option: Option) -> None:
        self._machine.select((option.model, option.build))
        self.picked.show_option(option)

    @Slot()
    def _enter_row(self) -> None:
        """From a row to its button."""
        self.picked.take_focus()
        self.ensureWidgetVisible(self.picked)

    @Slot()
    def _show_others(self) -> None:
        """From the recommended one to all."""
        best = self._machine.best()
        if best is not None and self.table.current() is None:
            self.table.pick((best.model, best.build))
        self.table.setFocus()
        self._follow(self.table)

    def _follow(self, table: TallTable) -> None:
        """Keep the cell in hand in view: the table is as high as its rows."""
        content = self.widget()
        assert content is not None
        place = table.viewport().mapTo(content, table.visualRect(table.currentIndex()).center())
        self.ensureVisible(0, place.y(), 0, 3 * ROW_HEIGHT)

    def _largest_context(self) -> int:
        """Of any model of the catalogue; the slider need not go further."""
        catalog = self._machine.catalog
        return max((m.shape.context_tokens for m in catalog.models), default=0) if catalog else 0

    def _save_wish(self) -> None:
        wish = self._machine.wish
        self._session.change_settings(context_tokens=wish.context_tokens, goal=wish.goal, media=wish.media)


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
