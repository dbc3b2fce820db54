"""The cards with the one thing to do next: the recommended model, and the starter that is here already."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gemfit.fit.types import Option
from gemfit.ui import theme, words
from gemfit.ui.home.options import speed_text
from gemfit.ui.parts import Flow, button, clear, fold_button, label
from gemfit.ui.session import Session
from gemfit.ui.theme import GAP_M, GAP_S
from gemfit.ui.transfer import TransferRow

_OTHERS = 3


class OfferCard(QFrame):
    """The recommendation: its name, why in plain words, and the button; others unfold."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._session = session
        self._said: list[tuple[Option, str]] = []
        self._title = theme.heading(label(), 1)
        self._badge = label(self.tr("Recommended"), "accent", wrap=False)
        self._why = label(selectable=True)
        self.go = button(self.tr("Chat"), self._act, "primary")
        self.transfer = TransferRow(session)
        self.reasons, self._reasons_text = _folded_text()
        self.others = QWidget()
        self._others_box = QVBoxLayout(self.others)
        self._others_box.setContentsMargins(GAP_S, 0, 0, 0)
        self._lay_out()

    def _lay_out(self) -> None:
        inside = QVBoxLayout(self)
        inside.setContentsMargins(GAP_M, GAP_M, GAP_M, GAP_M)
        inside.setSpacing(GAP_S)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignTop)
        inside.addLayout(head)
        inside.addWidget(self._why)
        inside.addWidget(self.transfer)
        self._why_fold = fold_button(self.tr("Why this one?"), self.reasons)
        self._others_fold = fold_button(self.tr("Other choices"), self.others)
        buttons = Flow()
        for widget in (self.go, self._why_fold, self._others_fold):
            buttons.addWidget(widget)
        inside.addSpacing(GAP_S)
        inside.addLayout(buttons)
        inside.addWidget(self.reasons)
        inside.addWidget(self.others)

    @Slot()
    def refresh(self) -> None:
        recommendation, best = self._session.machine.recommendation, self._session.machine.best()
        self._badge.setVisible(best is not None)
        self._why_fold.setVisible(best is not None)
        self.go.setVisible(best is not None)
        if recommendation is None:
            return
        self._why.setText(words.text(recommendation.sentence))
        self._show_others(best)
        if best is None or recommendation.best is None:
            self._title.setText(self.tr("No model fits this machine yet"))
            self.transfer.follow(None)
            return
        self._title.setText(self._session.machine.title(best.model, best.build))
        self._reasons_text.setText("\n".join("·  " + words.text(reason) for reason in recommendation.best.reasons))
        key = (best.model, best.build)
        self.transfer.follow(key)
        self.go.setText(self._session.begin_text(best))
        self.go.setAccessibleName(self.go.text())
        self.go.setVisible(not self._session.library.busy(key))

    def _show_others(self, best: Option | None) -> None:
        others = [o for o in self._ranked() if best is None or (o.model, o.build) != (best.model, best.build)]
        self._others_fold.setVisible(bool(others))
        said = [(option, self._session.begin_text(option)) for option in others[:_OTHERS]]
        if said == self._said:
            return  # the buttons stay, and the focus on them
        self._said = said
        clear(self._others_box)
        for option, _text in said:
            self._others_box.addWidget(OtherChoice(self._session, option))

    def _ranked(self) -> list[Option]:
        """The runner-up first, then what fits, best answers first."""
        machine = self._session.machine
        options = machine.recommendation.options if machine.recommendation else []
        runner_up = machine.runner_up()

        def rank(option: Option) -> tuple[bool, bool, int]:
            model = machine.model(option.model)
            return option != runner_up, option.verdict != "fits", -(model.quality if model else 0)

        return sorted((o for o in options if o.runnable and o.verdict != "no"), key=rank)

    def _act(self) -> None:
        best = self._session.machine.best()
        if best is not None:
            self._session.begin(best)


class OtherChoice(QWidget):
    """One line: another option, what it takes, how fast, and its button."""

    def __init__(self, session: Session, option: Option) -> None:
        super().__init__()
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(GAP_M)
        name = session.machine.title(option.model, option.build)
        speed = self.tr("%1 tokens/s").replace("%1", speed_text(option))
        box.addWidget(label(name), 1)
        box.addWidget(label(f"{words.size(option.total_bytes)} · {speed}", "muted", wrap=False))
        go = button(session.begin_text(option), lambda: session.begin(option))
        go.setAccessibleName(f"{go.text()}, {name}")
        box.addWidget(go)


class StarterCard(QFrame):
    """The small model that comes along: something to talk to at once, with no download."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._session = session
        box = QHBoxLayout(self)
        box.setContentsMargins(GAP_M, GAP_S + 4, GAP_M, GAP_S + 4)
        box.setSpacing(GAP_M)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        self._title = theme.heading(label(self.tr("Talk to the starter now")), 2)
        self._text = label(role="muted")
        texts.addWidget(self._title)
        texts.addWidget(self._text)
        self.go = button(self.tr("Chat with the starter"), self._act)
        box.addLayout(texts, 1)
        box.addWidget(self.go)
        session.library.changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Shown only where the starter is on this disk."""
        starter = self._session.machine.starter()
        here = starter is not None and self._session.library.local((starter.id, starter.builds[0].id)) is not None
        self.setVisible(here)
        if starter is not None and here:
            local = self._session.library.local((starter.id, starter.builds[0].id))
            assert local is not None
            text = self.tr("%1, %2, already here. A small model for trying things out; it is often wrong.")
            self._text.setText(text.replace("%1", starter.name).replace("%2", words.size_gb(local.bytes)))

    def _act(self) -> None:
        starter = self._session.machine.starter()
        if starter is not None:
            self._session.chat_with((starter.id, starter.builds[0].id))


def _folded_text() -> tuple[QWidget, QLabel]:
    holder = QWidget()
    box = QVBoxLayout(holder)
    box.setContentsMargins(GAP_S, 0, 0, 0)
    text = label(role="muted", selectable=True)
    box.addWidget(text)
    return holder, text
