"""What stands on the page of a conversation that has not begun: what to do next."""

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from gemfit.ui import theme
from gemfit.ui.chat.buttons import word_button
from gemfit.ui.chat.picker import LocalModels
from gemfit.ui.chat.refusal import Load
from gemfit.ui.viewmodels.engine import EngineSession
from gemfit.ui.viewmodels.selection import Selection

MOST_OFFERED = 4


class EmptyChat(QWidget):
    """`more_wanted()`: there is no model here yet, and the person wants one. `chosen()`: one that is here was taken."""

    more_wanted = Signal()
    chosen = Signal()

    def __init__(
        self, engine: EngineSession, local_models: LocalModels, load: Load, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._local_models = local_models
        self._load = load
        self._heading = theme.heading(QLabel(self))
        self._text = QLabel(self)
        self._text.setProperty("role", "muted")
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        for label in (self._heading, self._text):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._offers: list[QPushButton] = []
        self._box = QVBoxLayout(self)
        self._box.setSpacing(theme.GAP_S)
        self._box.addStretch(2)
        self._box.addWidget(self._heading)
        self._box.addWidget(self._text)
        self._box.addSpacing(theme.GAP_S)
        self._box.addStretch(3)
        engine.state_changed.connect(self.refresh)
        self.refresh()

    def offers(self) -> list[QPushButton]:
        return list(self._offers)

    @Slot()
    def refresh(self, _: str = "") -> None:
        """Say what to do, as things are now."""
        for button in self._offers:
            button.hide()
            button.deleteLater()
        self._offers = []
        if self._engine.state in ("ready", "answering"):
            self._heading.setText(self.tr("Ask anything"))
            text = self.tr("{title} answers on this computer. Nothing leaves it.")
            self._text.setText(text.format(title=self._engine.title))
        elif self._engine.state in ("starting", "loading"):
            self._heading.setText(self.tr("One moment"))
            self._text.setText(
                self.tr("{title} is being loaded. You can write already.").format(title=self._engine.title)
            )
        else:
            self._offer(list(self._local_models())[:MOST_OFFERED])

    def _offer(self, models: list[Selection]) -> None:
        if not models:
            self._heading.setText(self.tr("No model yet"))
            self._text.setText(self.tr("A model has to be on this computer before you can talk to it."))
            self._button(self.tr("Get a model"), "primary").clicked.connect(self.more_wanted)
            return
        self._heading.setText(self.tr("Choose a model to talk to"))
        self._text.setText(self.tr("These are on this computer and ready."))
        for place, selection in enumerate(models):
            button = self._button(selection.title.replace("&", "&&"), "" if place else "primary")
            button.clicked.connect(partial(self._choose, selection))
        width = max(button.sizeHint().width() for button in self._offers)
        for button in self._offers:
            button.setMinimumWidth(width)

    def _button(self, text: str, kind: str) -> QPushButton:
        button = word_button(self, text, kind)
        self._box.insertWidget(self._box.count() - 1, button, 0, Qt.AlignmentFlag.AlignHCenter)
        self._offers.append(button)
        return button

    def _choose(self, selection: Selection, _: bool = False) -> None:
        self._load(selection)
        self.chosen.emit()
