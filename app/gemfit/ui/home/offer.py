"""The cards with the one thing to do next: the recommended model, and the starter that is here already."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gemfit.fit.types import Choice, Option, Recommendation
from gemfit.ui import theme, words
from gemfit.ui.home.cells import memory_phrase, speed_phrase
from gemfit.ui.parts import Flow, button, clear, fold_button, label
from gemfit.ui.session import Session
from gemfit.ui.theme import GAP_M, GAP_S
from gemfit.ui.transfer import TransferRow
from gemfit.words import Sentence


class OfferCard(QFrame):
    """The recommendation: its name, why in plain words, speed and memory, and the button; the reasons unfold.

    `others_wanted`: all the other models were asked for.
    """

    others_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._session = session
        self._title = theme.heading(label(), 1)
        self._badge = label(self.tr("Recommended"), "accent", wrap=False)
        self._why = label(selectable=True)
        self.figures = label(role="muted", selectable=True)
        self.figures.setFont(theme.tabular(self.figures.font()))
        self.go = button(self.tr("Chat"), self._act, "primary")
        self.transfer = TransferRow(session)
        self.reasons = ReasonsList()
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
        inside.addWidget(self.figures)
        inside.addWidget(self.transfer)
        self._why_fold = fold_button(self.tr("Why this one?"), self.reasons)
        self._others = button(self.tr("Other choices"), self.others_wanted.emit, "link", "chevron-down")
        buttons = Flow()
        for widget in (self.go, self._why_fold, self._others):
            buttons.addWidget(widget)
        inside.addSpacing(GAP_S)
        inside.addLayout(buttons)
        inside.addWidget(self.reasons)

    @Slot()
    def refresh(self) -> None:
        recommendation, best = self._session.machine.recommendation, self._session.machine.best()
        if recommendation is None:
            return
        for widget in (self._badge, self.figures, self.go):
            widget.setVisible(best is not None)
        self._why.setText(words.text(recommendation.sentence))
        self._show_reasons(recommendation)
        if best is None:
            self._title.setText(self.tr("No model fits this machine yet"))
            self.transfer.follow(None)
            return
        self._title.setText(self._session.machine.title(best.model, best.build))
        self.figures.setText(" · ".join(self._figures(best)))
        key = (best.model, best.build)
        self.transfer.follow(key)
        self.go.setText(self._session.begin_text(best))
        self.go.setAccessibleName(self.go.text())
        self.go.setVisible(not self._session.library.busy(key))

    def _figures(self, best: Option) -> list[str]:
        context = self.tr("context of %1 tokens").replace("%1", words.count(best.context_tokens))
        return [speed_phrase(best), memory_phrase(best, self._session.machine), context]

    def _show_reasons(self, recommendation: Recommendation) -> None:
        """Why this one; the one to take if not; what more memory would bring; and what is not taken, and why."""
        best, runner_up, step_up = recommendation.best, recommendation.runner_up, recommendation.step_up
        why = _texts(best.reasons if best else [])
        ruled_out = [" ".join(_texts(choice.reasons)) for choice in recommendation.ruled_out]
        groups = [
            ("", why),
            (self.tr("If not this one"), [self._named(runner_up)] if runner_up else []),
            (self.tr("The next step up"), _texts(step_up.reasons if step_up else [])),
            (self.tr("Ruled out"), [line for line in ruled_out if line not in why]),
        ]
        self.reasons.show_groups([(title, lines) for title, lines in groups if lines])
        self._why_fold.setVisible(any(lines for _title, lines in groups))

    def _named(self, choice: Choice) -> str:
        title = self._session.machine.title(choice.model, choice.build)
        return f"{title}: {' '.join(_texts(choice.reasons))}"

    def _act(self) -> None:
        best = self._session.machine.best()
        if best is not None:
            self._session.begin(best)


def _texts(sentences: Sequence[Sentence]) -> list[str]:
    return [words.text(sentence) for sentence in sentences]


class ReasonsList(QWidget):
    """Lines under headings."""

    def __init__(self) -> None:
        super().__init__()
        self._groups: list[tuple[str, list[str]]] = []
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(GAP_S, 0, 0, 0)
        self._box.setSpacing(GAP_S)

    def show_groups(self, groups: list[tuple[str, list[str]]]) -> None:
        if groups == self._groups:
            return
        self._groups = groups
        clear(self._box)
        for title, lines in groups:
            if title:
                self._box.addWidget(theme.heading(label(title), 2))
            self._box.addWidget(label("\n".join(f"·  {line}" for line in lines), "muted", selectable=True))


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
