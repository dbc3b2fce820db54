"""A context that fills up: what is offered then, in a bar above the writing field, and what comes of it."""

from collections.abc import Callable
from typing import Protocol

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from gemfit.chat.options import ChatOptions
from gemfit.chat.tree import Message
from gemfit.engine.protocol import Loaded
from gemfit.settings import WhenFull
from gemfit.ui import words
from gemfit.ui.chat.buttons import InlineBar
from gemfit.ui.chat.controller import ChatController
from gemfit.ui.viewmodels.engine import EngineSession


class Growth(Protocol):
    """A longer context for the loaded model, or a closer look at pictures."""

    def larger_context(self) -> int:
        """The next context that fits this machine and the model; 0 where there is none."""
        ...

    def grow(self, context_tokens: int) -> None:
        """Give it that context; the engine says when it is there."""
        ...

    def look_closer(self, image_tokens: int) -> None:
        """Have it take pictures of so many tokens."""
        ...


class FullContext(QObject):
    """Nothing leaves the context that nobody chose. `chosen(ChatOptions)`: what a person chose for this chat."""

    chosen = Signal(object)

    def __init__(
        self, engine: EngineSession, controller: ChatController, bar: InlineBar, growth: Growth | None, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._engine, self._controller, self._bar, self._growth = engine, controller, bar, growth
        self._after_growth: str | None = None
        self._summing_text = ""
        self._offered: set[tuple[str, int]] = set()
        controller.full.connect(self._full)
        controller.filling.connect(self._filling)
        controller.summing_up.connect(self._summing_up)
        controller.message_changed.connect(self._message_changed)
        engine.loaded.connect(self._loaded)

    @Slot(str)
    def _full(self, message_id: str) -> None:
        """An answer has no room: what can be done."""
        self._bar.say(
            self.tr("The context is full. Nothing is lost; choose how to go on."),
            *self._grow_action(message_id),
            (self.tr("Leave out the oldest turns"), lambda: self._controller.go_on(message_id, "drop")),
            (self.tr("Sum them up"), lambda: self._controller.go_on(message_id, "compact")),
        )

    @Slot(str)
    def _filling(self, _message_id: str) -> None:
        """Said once for each conversation and context."""
        info, stats = self._engine.loaded_info, self._engine.last_stats
        if info is None or stats is None or self._controller.when_full != "stop":
            return
        place = (self._controller.conversation_id, info.context_tokens)
        if place in self._offered or self._bar.isVisible():
            return
        self._offered.add(place)
        text = self.tr("%1 of %2 tokens of the context are used. At its end the conversation stops, unless you choose:")
        text = text.replace("%1", words.count(stats.context_used_tokens))
        self._bar.say(
            text.replace("%2", words.count(info.context_tokens)),
            *self._grow_action(None),
            (self.tr("Leave out the oldest turns then"), lambda: self._choose("drop")),
            (self.tr("Sum them up then"), lambda: self._choose("compact")),
        )

    def _grow_action(self, message_id: str | None) -> list[tuple[str, Callable[[], object]]]:
        context_tokens = self._growth.larger_context() if self._growth is not None else 0
        if not context_tokens:
            return []
        word = self.tr("Continue with %1 tokens").replace("%1", words.count(context_tokens))
        return [(word, lambda: self._grow(context_tokens, message_id))]

    def _grow(self, context_tokens: int, message_id: str | None) -> None:
        """`message_id`: what goes on as soon as there is room."""
        assert self._growth is not None
        self._after_growth = message_id
        self._growth.grow(context_tokens)

    def _choose(self, when_full: WhenFull) -> None:
        options: ChatOptions = msgspec.structs.replace(self._controller.options, when_full=when_full)
        self._controller.set_options(options)
        self.chosen.emit(options)

    @Slot(int)
    def _summing_up(self, messages: int) -> None:
        text = self.tr("The context is full: the model sums up the first %1 messages, then it answers.")
        self._summing_text = text.replace("%1", words.count(messages))
        self._bar.say(self._summing_text)

    @Slot(object)
    def _message_changed(self, _message: Message) -> None:
        """Something came of the answer: the model has summed up."""
        if self._bar.text == self._summing_text:
            self._bar.hide()

    @Slot(object)
    def _loaded(self, _info: Loaded) -> None:
        waiting, self._after_growth = self._after_growth, None
        if waiting is not None and waiting in self._controller.tree.messages:
            self._controller.go_on(waiting)
