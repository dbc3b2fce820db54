"""What the bar above the writing field says in passing, and what it offers to do about it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from gemfit.ui.chat.buttons import InlineBar
from gemfit.ui.chat.controller import ChatController
from gemfit.ui.chat.prose import can_open
from gemfit.ui.viewmodels.engine import EngineSession


class Notices(QObject):
    """Of the engine and of the controller. `choose` opens the choice of models."""

    def __init__(
        self,
        engine: EngineSession,
        controller: ChatController,
        bar: InlineBar,
        choose: Callable[[], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._engine, self._controller, self._bar, self._choose = engine, controller, bar, choose
        controller.trouble.connect(self._trouble)
        controller.engine_ended.connect(self._engine_ended)
        controller.model_wanted.connect(self._model_wanted)
        controller.broken_off.connect(self._broken_off)

    @Slot(str)
    def _trouble(self, text: str) -> None:
        self._bar.say(text)

    @Slot(str)
    def _engine_ended(self, text: str) -> None:
        self._bar.say(text, (self.tr("Load again"), self._engine.reload), (self.tr("Choose a model"), self._choose))

    @Slot()
    def _model_wanted(self) -> None:
        self._bar.say(
            self.tr("No model is loaded. Your message is kept; choose a model and send it then."),
            (self.tr("Choose a model"), self._choose),
        )

    @Slot(str, str)
    def _broken_off(self, text: str, message_id: str) -> None:
        self._bar.say(
            text,
            (self.tr("Go on"), lambda: self._controller.go_on(message_id)),
            (self.tr("Choose a model"), self._choose),
        )

    @Slot(str)
    def ask_link(self, address: str) -> None:
        """Nothing is opened unasked, and nothing but the web and mail at all."""
        if can_open(address):
            self._bar.say(
                self.tr("Open {address} in your browser?").format(address=address[:200]),
                (self.tr("Open"), lambda: QDesktopServices.openUrl(QUrl(address))),
            )
