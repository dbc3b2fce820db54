"""Above the composer while a model is loaded: what is done, how far it is, and a button that stops it."""

import time

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from gemfit.ui import theme, words
from gemfit.ui.chat.buttons import word_button
from gemfit.ui.viewmodels.engine import EngineSession

SHOWN_AFTER_MS = 300
"""A load that is over sooner needs no word."""


class LoadingBar(QFrame):
    """Shown while the engine starts and loads, unless that is over at once. `stopped()`: it is to be broken off."""

    stopped = Signal()

    def __init__(self, engine: EngineSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "notice")
        self._engine = engine
        self._began_s = 0.0
        self._text = QLabel(self)
        self._text.setFont(theme.tabular(self._text.font()))
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._progress = QProgressBar(self)
        self._progress.setRange(0, 100)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Loading"))
        self.stop = word_button(self, self.tr("Stop loading"), "")
        self.stop.setToolTip(self.tr("Esc"))
        self.stop.clicked.connect(self.stopped)
        middle = QVBoxLayout()
        middle.addWidget(self._text)
        middle.addWidget(self._progress)
        box = QHBoxLayout(self)
        box.setContentsMargins(theme.GAP_M, theme.GAP_XS, theme.GAP_XS, theme.GAP_XS)
        box.setSpacing(theme.GAP_M)
        box.addLayout(middle, 1)
        box.addWidget(self.stop)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.show)
        engine.state_changed.connect(self._changed)
        engine.load_progress.connect(self.refresh)
        self.hide()
        self._changed(engine.state)

    @property
    def text(self) -> str:
        return self._text.text()

    @Slot(str)
    def _changed(self, state: str) -> None:
        if state in ("starting", "loading"):
            if state == "starting":
                self._began_s = time.monotonic()
            self.refresh()
            if not self.isVisible() and not self._timer.isActive():
                self._timer.start(SHOWN_AFTER_MS)
        else:
            self._timer.stop()
            self.hide()

    @Slot()
    def refresh(self, _fraction: float = 0.0) -> None:
        """As it is now."""
        loading, state = self._engine.loading, self._engine.state
        title = self._engine.title
        percent = round(100 * loading.fraction)
        if state == "starting":
            text = self.tr("Starting the engine for %1").replace("%1", title)
        elif loading.phase == "warming":
            text = self.tr("Warming up %1").replace("%1", title)
        else:
            text = self.tr("Reading the weights of %1: %2 %").replace("%1", title).replace("%2", str(percent))
            if left := self._left(loading.fraction):
                text = self.tr("%1, about %2 left").replace("%1", text).replace("%2", left)
        self._progress.setRange(0, 0 if loading.phase == "warming" or state == "starting" else 100)
        self._progress.setValue(percent)
        self._text.setText(text)
        self._text.setToolTip(text)
        self.setAccessibleName(text)

    def _left(self, fraction: float) -> str:
        """Nothing is promised before a fifth is there: the first bytes may come from memory, the others not."""
        spent_s = time.monotonic() - self._began_s
        return words.remaining(spent_s / fraction * (1 - fraction)) if fraction > 0.2 and spent_s > 1 else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.stopped.emit()
            return
        super().keyPressEvent(event)
