"""Machine: what was found and how it is known, how fast it is, and how right past predictions were."""

from functools import partial

from PySide6.QtCore import Slot

from gemfit.machine.types import Machine
from gemfit.ui import theme, words
from gemfit.ui.machine.facts import FactCards
from gemfit.ui.machine.giving import Giving
from gemfit.ui.machine.past import PastCard
from gemfit.ui.machine.process import ProcessCard
from gemfit.ui.machine.speeds import SpeedsCard
from gemfit.ui.parts import Flow, Notice, Page, button, label
from gemfit.ui.session import Session
from gemfit.ui.theme import GAP_M
from gemfit.ui.viewmodels.past import PastModel


class MachinePage(Page):
    """Waiting, failing or all that is known."""

    def __init__(self, session: Session) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("Machine"))
        self._machine = session.machine
        self._shown: Machine | None = None
        self._state = label(role="muted")
        self.notice = Notice()
        self.given = Notice()
        self.again = button(self.tr("Look again"), session.machine.probe, icon="refresh")
        self.giving = Giving(session, self.given, self)
        self.facts = FactCards()
        self.speeds = SpeedsCard(session, session.calibration)
        self.process = ProcessCard()
        self.past = PastCard(PastModel(session.machine, self))
        self._lay_out()
        session.machine.changed.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        actions = Flow()
        jumps = [
            button(self.tr("Speed"), partial(self._jump, self.speeds), "link", "arrow-down"),
            button(self.tr("Past predictions"), partial(self._jump, self.past), "link", "arrow-down"),
        ]
        for control in (self.again, self.giving.copy, self.giving.save, *jumps):
            actions.addWidget(control)
        self.column.addWidget(theme.heading(label(self.tr("Machine"), wrap=False)))
        self.column.addWidget(self._state)
        self.column.addLayout(actions)
        self.column.addWidget(self.given)
        self.column.addWidget(self.notice)
        self.column.addWidget(self.facts)
        self.column.addWidget(self.speeds)
        self.column.addWidget(self.past)
        self.column.addWidget(self.process)
        self.column.addStretch(1)

    def _jump(self, card: SpeedsCard | PastCard) -> None:
        """Bring a card into view, with the keyboard in it."""
        self.verticalScrollBar().setValue(card.y() - GAP_M)
        card.take_focus()

    @Slot()
    def refresh(self) -> None:
        model = self._machine
        waiting = model.state == "waiting"
        self.again.setEnabled(not waiting)
        self.giving.refresh()
        self._state.setVisible(waiting or model.machine is not None)
        explained = self.tr("Each number with where it comes from. Nothing of this is sent anywhere.")
        self._state.setText(self.tr("Looking at this machine …") if waiting else explained)
        if model.state == "failed":
            self.notice.say(model.problem, [(self.tr("Look again"), model.probe)])
        else:
            problems = model.machine.problem_sentences if model.machine else []
            self.notice.say("\n".join(words.text(problem) for problem in problems))
        if model.machine is not None and model.machine is not self._shown:
            self._shown = model.machine
            self.facts.show_machine(model.machine)
