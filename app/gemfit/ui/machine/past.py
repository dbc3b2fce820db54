"""What past loads were predicted to take, beside what they took."""

from PySide6.QtCore import QDateTime, QLocale, Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from gemfit.fit.types import SYSTEM_MEMORY, ComponentName, Outcome
from gemfit.measured import comparison
from gemfit.ui import theme, words
from gemfit.ui.account import settled_error
from gemfit.ui.home.cells import component_names
from gemfit.ui.machine.lines import Column, Line, LinesTable
from gemfit.ui.parts import Notice, button, label
from gemfit.ui.theme import GAP_M, GAP_S
from gemfit.ui.viewmodels.past import PastModel

_MOST = 20


class PastCard(QFrame):
    """A sentence, a table of the newest loads, the components of the one in hand; or that there are none yet."""

    def __init__(self, past: PastModel) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._past = past
        self._shown: list[Outcome] | None = None
        self.summary = label(role="muted", selectable=True)
        self.clear = button(self.tr("Clear"), past.clear, icon="trash")
        self.clear.setAccessibleName(self.tr("Clear the past loads"))
        self.notice = Notice()
        self.table = LinesTable(
            [
                Column(self.tr("Model")),
                Column(self.tr("When"), below=640),
                Column(self.tr("Context"), number=True, below=720),
                Column(self.tr("Predicted"), number=True),
                Column(self.tr("Measured"), number=True),
                Column(self.tr("Difference"), number=True),
                Column(self.tr("Tokens/s"), number=True, below=560),
            ],
            self.tr("Past loads"),
        )
        self.details = label(selectable=True)
        self.details.setFont(theme.tabular(self.details.font()))
        self.table.picked.connect(self._explain)
        self._lay_out()
        past.changed.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        inside = QVBoxLayout(self)
        inside.setContentsMargins(GAP_M, GAP_M, GAP_M, GAP_M)
        inside.setSpacing(GAP_S)
        head = QHBoxLayout()
        head.addWidget(theme.heading(label(self.tr("Predicted and measured"), wrap=False), 2), 1)
        head.addWidget(self.clear, 0, Qt.AlignmentFlag.AlignTop)
        inside.addLayout(head)
        for widget in (self.summary, self.notice, self.table, self.details):
            inside.addWidget(widget)

    def take_focus(self) -> None:
        """Put the keyboard into the table, or on what stands in its place."""
        (self.table if self._shown else self.summary).setFocus()

    @Slot()
    def refresh(self) -> None:
        outcomes = self._past.outcomes
        self._notify()
        if outcomes == self._shown:
            return
        self._shown = outcomes
        self.summary.setText(self._summary(outcomes))
        self.clear.setVisible(bool(outcomes))
        self.table.setVisible(bool(outcomes))
        self.table.show_lines([self._line(outcome) for outcome in outcomes[:_MOST]])

    def _notify(self) -> None:
        if self._past.problem:
            self.notice.say(self._past.problem)
        elif self._past.cleared:
            text = self.tr("Past loads cleared: %1. Estimates follow the formula again.")
            count = words.count(len(self._past.cleared))
            self.notice.say(text.replace("%1", count), [(self.tr("Bring them back"), self._past.undo)])
        else:
            self.notice.say("")

    def _summary(self, outcomes: list[Outcome]) -> str:
        if not outcomes:
            return self.tr(
                "No model has been loaded here yet. After each load, what it really took stands here beside what was "
                "predicted, and later estimates for this machine learn from it."
            )
        sentences = []
        error, speed = self._past.memory_error(), self._past.speed_error()
        if error is not None:
            text = self.tr("Memory was off by %1 in the median (loads with an answer: %2).")
            count = words.count(len(self._past.answered()))
            sentences.append(text.replace("%1", percent(error)).replace("%2", count))
        if speed is not None:
            sentences.append(self.tr("Speed was off by %1.").replace("%1", percent(speed)))
        sentences.append(self._correction())
        return " ".join(sentences)

    def _correction(self) -> str:
        by = self._past.correction_bytes()
        if by is None:
            return self.tr(
                "They correct nothing yet: for that a model must have been loaded with this engine and have answered."
            )
        if not by:
            return self.tr("Estimates need no correction.")
        more = self.tr("Estimates for this machine now have %1 more for what the process itself takes.")
        less = self.tr("Estimates for this machine now have %1 less for what the process itself takes.")
        return (more if by > 0 else less).replace("%1", words.size(abs(by)))

    def _line(self, outcome: Outcome) -> Line:
        error = settled_error(outcome)
        unfilled = error is None and comparison.memory_error(outcome) is not None
        predicted, measured = comparison.total_bytes(outcome.predicted), comparison.total_bytes(outcome.measured)
        texts = [
            outcome.title,
            moment(outcome.at),
            words.count(outcome.plan.context_tokens),
            words.size(predicted) if predicted else "–",
            words.size(measured) if measured else "–",
            percent(error, sign=True) if error is not None else self.tr("not yet filled") if unfilled else "–",
            self._speeds(outcome),
        ]
        return Line(texts, self.explanation(outcome))

    def _speeds(self, outcome: Outcome) -> str:
        """`~20 → 22`: predicted and measured."""
        predicted = f"~{words.rate(outcome.predicted_tps)}" if outcome.predicted_tps else ""
        measured = words.rate(outcome.generation_tps) if outcome.generation_tps else ""
        return " → ".join(filter(None, (predicted, measured))) or "–"

    def explanation(self, outcome: Outcome) -> str:
        """Everything about a load, one sentence a line: for the row in hand, the mouse over it and screen readers."""
        head = f"{outcome.title} · {moment(outcome.at)}"
        context = self.tr("context %1").replace("%1", words.count(outcome.plan.context_tokens))
        return "\n".join([f"{head} · {context}", *map(self._part, comparison.parts(outcome)), *self._speed(outcome)])

    def _part(self, part: comparison.Part) -> str:
        place = part.device if part.device != SYSTEM_MEMORY else self.tr("system memory")
        text = self.tr("%1 in %2: %3 predicted, %4 measured").replace("%1", self._component(part.name))
        predicted, measured = (
            words.size(n_bytes) if n_bytes is not None else self.tr("nothing")
            for n_bytes in (part.predicted_bytes, part.measured_bytes)
        )
        text = text.replace("%2", place).replace("%3", predicted).replace("%4", measured)
        return self.tr("%1 (not yet filled)").replace("%1", text) if part.so_far else text

    def _speed(self, outcome: Outcome) -> list[str]:
        lines = []
        if outcome.generation_tps:
            text = self.tr("Generation: %1 tokens/s measured over %2 tokens").replace(
                "%1", words.rate(outcome.generation_tps)
            )
            text = text.replace("%2", words.count(outcome.generated_tokens))
            if outcome.predicted_tps:
                text += self.tr(", %1 predicted").replace("%1", words.rate(outcome.predicted_tps))
            lines.append(text)
        if outcome.prompt_tps:
            text = self.tr("Prompt: %1 tokens/s measured over %2 tokens").replace("%1", words.rate(outcome.prompt_tps))
            lines.append(text.replace("%2", words.count(outcome.prompt_tokens)))
        if not outcome.prompt_tokens:
            lines.append(self.tr("It has not answered: memory that only a prompt uses was not taken yet."))
        return lines

    def _component(self, name: ComponentName) -> str:
        return component_names()[name]

    @Slot(int)
    def _explain(self, number: int) -> None:
        self.details.setText(self.table.lines[number].explanation if number >= 0 else "")
        self.details.setVisible(number >= 0)


def percent(fraction: float, *, sign: bool = False) -> str:
    """`2.4 %`, with `sign` `+2.4 %` or `−2.4 %`, in German `2,4 %`."""
    text = f"{fraction * 100:+.1f}" if sign else f"{fraction * 100:.1f}"
    return f"{text.replace('.', QLocale().decimalPoint()).replace('-', '−')} %"


def moment(at: str) -> str:
    """A time of UTC in ISO 8601, as the person's clock and language have it."""
    then = QDateTime.fromString(at, Qt.DateFormat.ISODateWithMs).toLocalTime()
    return QLocale().toString(then, QLocale.FormatType.ShortFormat)
