"""The answer on its way, from the question to its last word: asked for, given room, grown, ended."""

import time

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from gemfit.chat import limit
from gemfit.chat.tree import LeftOut, State
from gemfit.engine.protocol import Delta, Done, EngineExit, Failed
from gemfit.engine.recovery import Try
from gemfit.ui import words
from gemfit.ui.chat.live import MOST_ATTEMPTS, Live
from gemfit.ui.viewmodels.engine import EngineSession
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

FILLING = 0.85
"""Of the context in use: what can be done about its end is offered before it is there."""


class Answering(QObject):
    """One answer at a time, in whichever conversation. `think`: whether the next one is thought over first.

    Signals: `grown(Live)` when its message is another now, `ended(Live)` when it is complete or broken off,
    `trouble(str)` with a sentence, `engine_ended(str)` when that happened between two answers,
    `broken_off(Live, str)` with a sentence when the answer can go on, `full(Live)` when the context has no room for
    it, `filling(Live)` when it has left little, and `summing_up(int)`: the model sums up so many messages first.
    """

    grown = Signal(object)
    ended = Signal(object)
    trouble = Signal(str)
    engine_ended = Signal(str)
    broken_off = Signal(object, str)
    full = Signal(object)
    filling = Signal(object)
    summing_up = Signal(int)

    def __init__(self, engine: EngineSession, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self.live: Live | None = None
        self.ratio = limit.CHARACTERS_PER_TOKEN
        self.think = False
        engine.loaded.connect(self._begin)
        engine.delta.connect(self._grow)
        engine.done.connect(self._done)
        engine.failed.connect(self._failed)
        engine.exited.connect(self._exited)
        engine.recovering.connect(self._recovering)
        engine.state_changed.connect(self._engine_is)
        engine.noticed.connect(self._noticed)

    def begin(self) -> None:
        """Ask for `live`, once the model is there: one that is not is loaded again."""
        if self._engine.state == "ready":
            self._begin()
        else:
            self._engine.reload()

    def stop(self) -> None:
        """Stop the answer; what is there stays."""
        if self.live is not None and self.live.asked:
            self._engine.cancel()
            return
        if self.live is not None:
            self._finish("interrupted")
        self.stop_loading()

    @Slot()
    def stop_loading(self) -> None:
        """Break off a load that is under way; a question that waits for it is kept."""
        if self._engine.state in ("starting", "loading"):
            self._engine.unload()

    # Asking.

    @Slot()
    def _begin(self, _: object = None) -> None:
        live = self.live
        if live is None or live.asked:
            return
        crowded = live.when_full != "stop" and live.is_full(self._context_tokens)
        if not (crowded and self._make_room(live)):
            self._generate(live)

    def _generate(self, live: Live) -> None:
        options, info = live.options, self._engine.loaded_info
        live.request_id = self._engine.generate(
            live.messages(),
            options.sampling,
            think=self.think and info is not None and info.supports_thinking,
            max_tokens=options.max_tokens,
            prefill=live.prefill,
            stop=options.stop,
            json_schema=options.json_schema,
            grammar=options.grammar,
            conversation=live.conversation_id,
        )

    # Room in the context.

    @property
    def _context_tokens(self) -> int:
        info = self._engine.loaded_info
        return info.context_tokens if info is not None else 0

    def _make_room(self, live: Live) -> bool:
        """Leave out the oldest turns, summed up if that is wanted, and ask for the answer. False: none can go."""
        found = live.next_left_out(self._context_tokens)
        if found is None:
            return False
        live.request_id = None
        live.attempts += 1
        if live.when_full == "compact":
            live.leaving, live.summary = found, ""
            messages = live.summary_messages(self._context_tokens)
            live.summary_id = self._engine.generate(
                messages, max_tokens=limit.SUMMARY_TOKENS, conversation=live.conversation_id
            )
            self.summing_up.emit(found.messages)
        else:
            self._leave_out(live, found)
        return True

    def _summed_up(self, live: Live, summary: str) -> None:
        """What came of it; without anything the summary from before stays."""
        live.summary_id = None
        self._leave_out(live, LeftOut(live.leaving.messages, summary.strip() or live.leaving.summary))

    def _leave_out(self, live: Live, left_out: LeftOut) -> None:
        live.left_out = left_out
        live.message = msgspec.structs.replace(live.message, left_out=left_out)
        self.grown.emit(live)
        self._generate(live)

    # What the engine says.

    @Slot(object)
    def _grow(self, delta: Delta) -> None:
        live = self.live
        if live is not None and delta.request_id == live.summary_id:
            live.summary += delta.text
        if live is None or delta.request_id != live.request_id:
            return
        message = live.message
        thinking_s = message.thinking_s
        if delta.thinking:
            live.thinking_since_s = live.thinking_since_s or time.monotonic()
        if live.thinking_since_s is not None and not message.text:
            thinking_s = time.monotonic() - live.thinking_since_s
        live.message = msgspec.structs.replace(
            message,
            text=message.text + delta.text,
            thinking=message.thinking + delta.thinking,
            thinking_s=thinking_s,
            stats=delta.stats,
        )
        self.grown.emit(live)

    @Slot(object)
    def _done(self, done: Done) -> None:
        live = self.live
        if live is None or done.request_id not in (live.request_id, live.summary_id):
            return
        if done.finish_reason == "cancelled":
            stats = done.stats if done.request_id == live.request_id else live.message.stats
            live.message = msgspec.structs.replace(live.message, stats=stats, finish_reason=done.finish_reason)
            self._finish("interrupted")
        elif done.request_id == live.summary_id:
            self._summed_up(live, live.summary)
        else:
            self._answered(live, done)

    def _answered(self, live: Live, done: Done) -> None:
        stats = done.stats
        if not live.prefill:
            live.learn(stats.prompt_tokens + stats.cached_tokens)
            self.ratio = live.ratio
        live.message = msgspec.structs.replace(live.message, stats=stats, finish_reason=done.finish_reason)
        if done.finish_reason == "context" and live.when_full != "stop":
            live.prefill = live.message.text
            if not live.prefill:  # it was still thinking, and begins anew
                live.message = msgspec.structs.replace(live.message, thinking="", thinking_s=0.0)
            if self._make_room(live):
                return
        self._finish("complete")
        if done.finish_reason == "context":
            self.full.emit(live)
        elif stats.context_used_tokens > FILLING * self._context_tokens:
            self.filling.emit(live)

    @Slot(object)
    def _failed(self, failed: Failed) -> None:
        live = self.live
        if live is None:
            self.trouble.emit(words.text(failed.sentence))
        elif failed.request_id is not None and failed.request_id == live.summary_id:
            self._summed_up(live, "")
        elif failed.request_id in (None, live.request_id):
            if failed.code == "context_full" and self._room_was_made(live, failed):
                return
            self._finish("interrupted" if live.message.text else "failed", failed.sentence)
            if failed.code == "context_full":
                self.full.emit(live)

    def _room_was_made(self, live: Live, failed: Failed) -> bool:
        """The engine counted more than was estimated: with what it counted, more can be left out."""
        counted = failed.sentence.values.get("tokens")
        if live.when_full == "stop" or live.attempts >= MOST_ATTEMPTS or not isinstance(counted, int):
            return False
        live.learn(counted)
        return self._make_room(live)

    @Slot(object)
    def _exited(self, exit_: EngineExit) -> None:
        live = self.live
        if live is None or (exit_.expected and not live.asked):
            if not exit_.expected:
                self.engine_ended.emit(words.text(exit_.sentence))
            return
        self._finish("interrupted", exit_.sentence)
        if not exit_.expected:
            self.broken_off.emit(live, words.text(exit_.sentence))

    @Slot(object)
    def _recovering(self, found: Try) -> None:
        """The engine ended and is loaded again: what is written stays, and the answer goes on from there."""
        if self.live is not None and self.live.asked:
            self.live.ask_again()
            self.grown.emit(self.live)
        self.trouble.emit(words.text(found.sentence))

    @Slot(str)
    def _engine_is(self, state: str) -> None:
        """Nothing will come any more for a question that waits for a model that is no longer loaded."""
        if state == "idle" and self.live is not None and not self.live.asked:
            text = QT_TRANSLATE_NOOP("gemfit", "Loading the model was stopped. Your question is kept: ask it again.")
            self._finish("interrupted", say(text))

    @Slot(object)
    def _noticed(self, sentence: Sentence) -> None:
        self.trouble.emit(words.text(sentence))

    def _finish(self, state: State, note: Sentence | None = None) -> None:
        live, self.live = self.live, None
        assert live is not None
        live.message = msgspec.structs.replace(live.message, state=state, note=note)
        self.ended.emit(live)
