"""Above the composer: a model that does not fit, with the numbers, what would fit, and the way to load it anyway."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gemfit.fit.intent import what_may_happen
from gemfit.ui import theme, words
from gemfit.ui.chat.buttons import tool_button
from gemfit.ui.parts import Flow, button, clear, label
from gemfit.ui.viewmodels.selection import Selection


class Load(Protocol):
    """Loads a selection, or has it refused. `context_tokens` 0: the context in force."""

    def __call__(self, selection: Selection, *, context_tokens: int = 0, force: bool = False) -> None: ...


class RefusalNotice(QFrame):
    """Hidden until `show_refusal`; gone when answered, dismissed (Esc too), or when something is loaded."""

    def __init__(self, load: Load, choose: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._load, self._choose = load, choose
        self.setProperty("kind", "notice")
        self._heading = theme.heading(label(), 2)
        self._text = label(selectable=True)
        self._text.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._text.setAccessibleName(self.tr("Why it was not loaded"))
        close = tool_button(self, "cross", self.tr("Dismiss"))
        close.clicked.connect(self.hide)
        head = QHBoxLayout()
        head.addWidget(self._heading, 1)
        head.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._buttons = Flow()
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.GAP_M, theme.GAP_S, theme.GAP_XS, theme.GAP_S)
        box.setSpacing(theme.GAP_S)
        box.addLayout(head)
        box.addWidget(self._text)
        box.addLayout(self._buttons)
        self.hide()

    @property
    def text(self) -> str:
        return f"{self._heading.text()}\n{self._text.text()}"

    def show_refusal(self, selection: Selection, alternative: str = "") -> None:
        """Say why `selection` is not loaded; `alternative` is a sentence about another model that would fit."""
        intent = selection.intent
        assert intent is not None
        self._heading.setText(self.tr("%1 does not fit").replace("%1", selection.title))
        sentences = [*map(words.text, intent.refusal), alternative, words.text(what_may_happen())]
        self._text.setText(" ".join(filter(None, sentences)))
        self._text.setAccessibleName(self.text)
        clear(self._buttons)
        context_tokens = intent.largest_context
        if context_tokens:
            word = self.tr("Load with a context of %1").replace("%1", words.count(context_tokens))
            self._add(word, lambda: self._load(selection, context_tokens=context_tokens), "primary")
        self._add(self.tr("Choose another model"), self._choose, "" if context_tokens else "primary")
        self._add(self.tr("Load anyway"), lambda: self._load(selection, force=True))
        self.show()
        self._text.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            return
        super().keyPressEvent(event)

    def _add(self, word: str, act: Callable[[], object], kind: str = "") -> None:
        self._buttons.addWidget(button(word, lambda: self._take(act), kind))

    def _take(self, act: Callable[[], object]) -> None:
        self.hide()
        act()
