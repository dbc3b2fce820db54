"""The line at the foot of the window: what the engine is and costs, always."""

from PySide6.QtCore import QRectF, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from gemfit.ui import theme, words
from gemfit.ui.account import account_lines
from gemfit.ui.parts import Elided, button
from gemfit.ui.theme import GAP_M, GAP_S
from gemfit.ui.viewmodels.engine import EngineSession

REFRESH_MS = 500


class Dot(QWidget):
    """A round lamp: filled while there is an engine, a ring without one."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(10, 10)
        self._token, self._filled = "muted", False

    def show_state(self, token: str, *, filled: bool) -> None:
        self._token, self._filled = token, filled
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = getattr(theme.tokens(), self._token)
        painter.setPen(colour)
        if self._filled:
            painter.setBrush(colour)
        painter.drawEllipse(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5))
        painter.end()


class StatusLine(QFrame):
    """Reads the engine's session twice a second while there is something to read.

    `transfers_wanted`: the word on what is on its way was pressed.
    """

    transfers_wanted = Signal()

    def __init__(self, engine: EngineSession) -> None:
        super().__init__()
        self.setObjectName("status")
        self._engine = engine
        self._fraction = 0.0
        self._said = ""
        box = QHBoxLayout(self)
        box.setContentsMargins(GAP_M, GAP_S - 2, GAP_M, GAP_S - 2)
        box.setSpacing(GAP_S)
        self._dot = Dot()
        self._text = Elided()
        self._text.setFont(theme.tabular(self._text.font()))
        box.addWidget(self._dot)
        box.addWidget(self._text, 1)
        self.transfers = button("", self.transfers_wanted.emit, "link")
        self.transfers.setFont(theme.tabular(self.transfers.font()))
        self.transfers.hide()
        box.addWidget(self.transfers)
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        engine.state_changed.connect(self._state_changed)
        engine.load_progress.connect(self._loading)
        engine.done.connect(self.refresh)
        engine.measured.connect(self.refresh)
        self._state_changed(engine.state)

    def text(self) -> str:
        return self._text.text()

    def say(self, text: str) -> None:
        """Show a word in passing, until the engine has something to say."""
        self._said = text
        self.refresh()

    def show_transfers(self, text: str) -> None:
        """A short word on what is on its way, at the right; an empty one takes it away."""
        if text != self.transfers.text():
            self.transfers.setText(text)
            self.transfers.setAccessibleName(text)
        self.transfers.setVisible(bool(text))

    @Slot(str)
    def _state_changed(self, state: str) -> None:
        if state != "idle":
            self._said = ""
        if state in ("ready", "answering"):
            self._timer.start()
        else:
            self._timer.stop()
        self.refresh()

    @Slot(float)
    def _loading(self, fraction: float) -> None:
        self._fraction = fraction
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        state = self._engine.state
        token = {"ready": "good", "answering": "accent", "ended": "bad", "idle": "muted"}.get(state, "caution")
        self._dot.show_state(token, filled=state != "idle")
        text = self._said or " · ".join(self._pieces(state))
        if text != self._text.text():
            self._text.setText(text)
            self.setAccessibleName(text)
        outcome = self._engine.outcome
        account = "\n".join(account_lines(outcome)) if outcome is not None else ""
        if account != self.accessibleDescription():
            self.setAccessibleDescription(account)
        self._text.setToolTip(f"{text}\n{account}".strip())

    def _pieces(self, state: str) -> list[str]:
        title = self._engine.title
        if state == "idle":
            return self._idle(title)
        if state == "starting":
            return [title, self.tr("starting")]
        if state == "loading":
            percent = self.tr("loading %1 %").replace("%1", f"{self._fraction * 100:.0f}")
            warming = self._engine.loading.phase == "warming"
            return [title, self.tr("warming up") if warming else percent, *self._predicted()]
        if state == "stopping":
            return [title, self.tr("giving its memory back")]
        if state == "ended":
            return [title, self.tr("the engine has ended; its memory is free again")]
        word = self.tr("answering") if state == "answering" else self.tr("ready")
        return [title, word, *self._memory(), *self._figures()]

    def _idle(self, title: str) -> list[str]:
        """What went, how much came back with it, and that it comes again."""
        pieces = [self.tr("No model is loaded; the engine takes no memory")]
        if self._engine.given_back_bytes:
            given = self.tr("%1 given back").replace("%1", words.size(self._engine.given_back_bytes))
            pieces = [self.tr("No model is loaded"), given]
        if self._engine.idled:
            rested = self.tr("%1 was not used for a while and comes back with your next message")
            pieces.append(rested.replace("%1", title))
        return pieces

    def _predicted(self) -> list[str]:
        predicted = self._engine.predicted_bytes
        return [self.tr("%1 predicted").replace("%1", words.size(predicted))] if predicted else []

    def _memory(self) -> list[str]:
        resident = self._engine.resident_bytes()
        if resident is None:
            return self._predicted()
        if not self._engine.predicted_bytes:
            return [words.size(resident)]
        text = self.tr("%1 (predicted %2)")
        return [text.replace("%1", words.size(resident)).replace("%2", words.size(self._engine.predicted_bytes))]

    def _figures(self) -> list[str]:
        figures = []
        stats, loaded = self._engine.last_stats, self._engine.loaded_info
        if stats is not None and stats.generation_tps:
            figures.append(self.tr("last %1 t/s").replace("%1", words.rate(stats.generation_tps)))
        if stats is not None and stats.drafted_tokens and stats.speculation_gain > 1:
            figures.append(self.tr("guessing %1×").replace("%1", words.rate(stats.speculation_gain)))
        if loaded is not None:
            used = words.count(stats.context_used_tokens if stats else 0)
            context = self.tr("context %1/%2").replace("%1", used)
            figures.append(context.replace("%2", words.count(loaded.context_tokens)))
        return figures
