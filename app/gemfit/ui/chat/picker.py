"""The button that says which model is loaded, and the choice of another."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from gemfit.ui import theme, words
from gemfit.ui.chat.refusal import Load
from gemfit.ui.viewmodels.engine import EngineSession
from gemfit.ui.viewmodels.selection import Selection

LocalModels = Callable[[], Sequence[Selection]]
_LONGEST_TITLE = 36


class ModelPicker(QToolButton):
    """`more_wanted()`: the person would like to get a model that is not here yet."""

    more_wanted = Signal()

    def __init__(
        self, engine: EngineSession, local_models: LocalModels, load: Load, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._local_models = local_models
        self._load = load
        self._fraction = 0.0
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setAutoRaise(True)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow after the word
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.set_icon(self, "chevron-down", "muted", 14)
        self.clicked.connect(self.open_menu)
        engine.state_changed.connect(self._show_state)
        engine.load_progress.connect(self._progress)
        self._show_state()

    @Slot()
    def open_menu(self) -> None:
        """Offer what is on this computer, to give the memory back, and to get more."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in self.actions_for(menu):
            menu.addAction(action)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def actions_for(self, menu: QMenu) -> list[QAction]:
        """The lines of the menu, as they are now."""
        actions = []
        for selection in self._local_models():
            text = selection.title
            if selection.predicted_bytes:
                text = self.tr("{title} · {size}").format(title=text, size=words.size(selection.predicted_bytes))
            action = QAction(text.replace("&", "&&"), menu)
            action.setCheckable(True)
            action.setChecked(self._engine.loaded_info is not None and selection.title == self._engine.title)
            action.triggered.connect(partial(self._choose, selection))
            actions.append(action)
        if actions:
            actions.append(_separator(menu))
        if self._engine.state in ("ready", "answering", "loading", "starting"):
            loading = self._engine.state in ("loading", "starting")
            word = self.tr("Stop loading") if loading else self.tr("Unload, and give the memory back")
            unload = QAction(word, menu)
            unload.triggered.connect(self._engine.unload)
            actions.append(unload)
        more = QAction(self.tr("Get more models…"), menu)
        more.triggered.connect(self.more_wanted)
        actions.append(more)
        return actions

    def _choose(self, selection: Selection, _: bool = False) -> None:
        self._load(selection)

    @Slot(float)
    def _progress(self, fraction: float) -> None:
        self._fraction = fraction
        self._show_state()

    @Slot()
    def _show_state(self, _: str = "") -> None:
        state, title = self._engine.state, _short(self._engine.title)
        if state in ("starting", "loading"):
            percent = round(100 * self._fraction) if state == "loading" else 0
            text = self.tr("Loading {title}, {percent} %").format(title=title, percent=percent)
        elif state in ("ready", "answering"):
            text = title
        elif state == "stopping":
            text = self.tr("Unloading…")
        elif state == "ended":
            text = self.tr("{title} (ended)").format(title=title)
        else:
            text = self.tr("Choose a model")
        if state != "loading":
            self._fraction = 0.0
        self.setText(text.replace("&", "&&"))
        self.setToolTip(self._engine.title)
        self.setAccessibleName(self.tr("Model: {state}").format(state=text))


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…"


def _separator(menu: QMenu) -> QAction:
    line = QAction(menu)
    line.setSeparator(True)
    return line
