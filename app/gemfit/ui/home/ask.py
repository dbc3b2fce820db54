"""The button that asks the engine itself, and what it answers."""

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gemfit.fit.types import Component, Option
from gemfit.ui import theme, words
from gemfit.ui.home.cells import component_names, device_name
from gemfit.ui.parts import Notice, button, label
from gemfit.ui.session import SETTINGS, Session
from gemfit.ui.theme import GAP_M, GAP_S
from gemfit.ui.viewmodels.engine_word import Asked, EngineWordModel

_HEADER_BYTES = 16_000_000  # of a Gemma 4 file, nearly all of it the vocabulary


class AskEngine(QWidget):
    """Says beforehand what asking takes; says the same or the difference afterwards. Errors stand here too."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.model = EngineWordModel(session)
        self._option: Option | None = None
        self.go = button(self.tr("Ask the engine"), self._ask)
        self.stop = button(self.tr("Stop"), self.model.stop)
        self.answer = label(role="muted", selectable=True)
        self.answer.setFont(theme.tabular(self.answer.font()))
        self.notice = Notice()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(GAP_S)
        line = QHBoxLayout()
        line.setSpacing(GAP_M)
        line.addWidget(self.answer, 1)
        line.addWidget(self.go)
        line.addWidget(self.stop)
        box.addLayout(line)
        box.addWidget(self.notice)
        self.model.changed.connect(self._refresh)
        self.model.progressed.connect(self._refresh)
        session.library.changed.connect(self._refresh)

    def show_option(self, option: Option | None) -> None:
        """The option that the button is about."""
        self._option = option
        self._refresh()

    def components(self, option: Option) -> list[Component]:
        """What to show of `option`: the engine's figures where they are others, else the computed ones."""
        asked = self.model.about(option)
        if asked is None or asked.word is None or not self.model.differences(option):
            return option.components
        return asked.word.components

    @Slot()
    def _refresh(self) -> None:
        option = self._option
        able = option is not None and self.model.can_ask(option)
        self.setVisible(able)
        if option is None or not able:
            return
        asked = self.model.about(option)
        running = asked is not None and asked.running
        self.go.setVisible(not running and (asked is None or asked.word is None))
        self.stop.setVisible(running)
        self.go.setToolTip(self._cost(option))
        self.go.setAccessibleDescription(self._cost(option))
        self.answer.setText(self._text(option, asked))
        self._show_trouble(asked)

    def _text(self, option: Option, asked: Asked | None) -> str:
        if asked is None or asked.trouble:
            return self._cost(option)
        if asked.word is not None:
            return self._said(option, asked)
        if asked.progress is not None and asked.progress.total_bytes:
            text = self.tr("Fetching the header: %1 of %2 …").replace("%1", words.size_gb(asked.progress.done_bytes))
            return text.replace("%2", words.size_gb(asked.progress.total_bytes))
        return self.tr("Asking the engine …")

    def _cost(self, option: Option) -> str:
        """What a click does."""
        if self.model.is_here(option):
            return self.tr("llama.cpp itself can say what it would take: it lays the file out and allocates nothing.")
        text = self.tr(
            "llama.cpp itself can say what it would take, before the download: about %1 of header are fetched "
            "from the Hub, nothing else."
        )
        return text.replace("%1", words.size_gb(_HEADER_BYTES))

    def _said(self, option: Option, asked: Asked) -> str:
        assert asked.word is not None
        differences = self.model.differences(option)
        text = self.tr("The engine says the same: weights and KV cache to the byte, compute buffers within 2 %.")
        if differences:
            text = self.tr("The engine says otherwise, and its figures are shown: %1.")
            lines = [self._difference(d.name, d.device, d.engine_bytes, d.formula_bytes) for d in differences]
            text = text.replace("%1", "; ".join(lines))
        if asked.word.fetched_bytes:
            text += " " + self.tr("%1 were fetched.").replace("%1", words.size_gb(asked.word.fetched_bytes))
        return text

    def _difference(self, name: str, device: str, engine_bytes: int, computed_bytes: int) -> str:
        engine, computed = words.size(engine_bytes), words.size(computed_bytes)
        if engine == computed:  # a difference too small for the unit
            engine, computed = (f"{words.count(n_bytes)} B" for n_bytes in (engine_bytes, computed_bytes))
        text = self.tr("%1 in %2 %3, not %4").replace("%1", component_names()[name])
        text = text.replace("%2", device_name(device, self._session.machine)).replace("%3", engine)
        return text.replace("%4", computed)

    def _show_trouble(self, asked: Asked | None) -> None:
        if asked is None or not asked.trouble:
            self.notice.say("")
            return
        actions: list[tuple[str, Callable[[], object]]] = [(self.tr("Close"), self.model.stop)]
        if asked.code in ("not_signed_in", "not_allowed"):
            actions.insert(0, (self.tr("Enter a token"), lambda: self._session.page_wanted.emit(SETTINGS)))
        self.notice.say(asked.trouble, actions)

    def _ask(self) -> None:
        if self._option is not None:
            self.model.ask(self._option)
