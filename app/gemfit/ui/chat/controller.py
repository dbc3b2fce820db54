"""What the chat page shows and does, without widgets: the open conversation, the answer on its way, the store."""

import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from gemfit import paths
from gemfit.chat import context, limit
from gemfit.chat.options import ChatOptions
from gemfit.chat.store import NEW_CHAT, ChatStore, Conversation
from gemfit.chat.tree import Draft, LeftOut, Message, State, Tree, title_of
from gemfit.engine import state_files
from gemfit.engine.protocol import Delta, Done, EngineExit, Failed
from gemfit.engine.recovery import Try
from gemfit.errors import GemfitError
from gemfit.settings import WhenFull
from gemfit.ui import words
from gemfit.ui.chat.live import MOST_ATTEMPTS, Live
from gemfit.ui.viewmodels.engine import EngineSession
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

FILLING = 0.85
"""Of the context in use: what can be done about its end is offered before it is there."""


class ChatController(QObject):
    """The rules of the chat page.

    Signals: `listed(list[Summary])`, `opened()` for another conversation, `path_changed()` when other messages are
    shown, `message_changed(Message)` while one grows, `finished(Message)` when an answer is complete or broken off,
    `draft_changed(Draft)`, `trouble(str)` with a sentence, `engine_ended(str)` when that happened
    between two answers, `model_wanted()` when there is nothing to answer with,
    `broken_off(str, str)` with a sentence and the id of the answer that can go on, `full(str)` with the id of an answer
    that the context has no room for, `filling(str)` with that of one after which there is little left, and
    `summing_up(int)`: the model sums up so many messages first.
    """

    listed = Signal(object)
    opened = Signal()
    path_changed = Signal()
    message_changed = Signal(object)
    finished = Signal(object)
    draft_changed = Signal(object)
    trouble = Signal(str)
    engine_ended = Signal(str)
    model_wanted = Signal()
    broken_off = Signal(str, str)
    full = Signal(str)
    filling = Signal(str)
    summing_up = Signal(int)
    _arrived = Signal(object, object)
    _store_troubled = Signal(object)

    def __init__(
        self,
        engine: EngineSession,
        store: ChatStore,
        options: Callable[[], ChatOptions] = ChatOptions,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._store = store
        self._options = options
        self._live: Live | None = None
        self._ratio = limit.CHARACTERS_PER_TOKEN
        self.think = False
        self.search = ""
        self.conversation_id = NEW_CHAT
        self.title = ""
        self.tree = Tree()
        self.options = self.default_options
        self._arrived.connect(self._deliver)
        engine.loaded.connect(self._begin)
        engine.delta.connect(self._grow)
        engine.done.connect(self._done)
        engine.failed.connect(self._failed)
        engine.exited.connect(self._exited)
        engine.recovering.connect(self._recovering)
        engine.state_changed.connect(self._engine_is)
        engine.noticed.connect(self._noticed)
        self._store_troubled.connect(self._store_says)
        store.add_listener(self._store_troubled.emit)
        self._when(store.opened, self._store_says)

    @property
    def busy(self) -> bool:
        """Whether an answer is on its way, in whichever conversation."""
        return self._live is not None

    @property
    def answering_here(self) -> bool:
        """Whether it is on its way in the conversation that is open."""
        return self._live is not None and self._live.conversation_id == self.conversation_id

    # Conversations.

    def refresh(self, search: str | None = None) -> None:
        """Ask for the list again; `listed` follows."""
        self.search = self.search if search is None else search
        self._when(self._store.conversations(self.search), self.listed.emit)

    def open(self, conversation_id: str) -> None:
        self._when(self._store.load(conversation_id), self._loaded)

    def new_chat(self) -> None:
        self.conversation_id, self.title, self.tree = NEW_CHAT, "", Tree()
        self.options = self.default_options
        self.opened.emit()
        self._when(self._store.draft(), self.draft_changed.emit)

    def rename(self, conversation_id: str, title: str) -> None:
        if not title.strip():
            return
        self._store.rename(conversation_id, title.strip())
        if conversation_id == self.conversation_id:
            self.title = title.strip()
        self.refresh()

    def delete(self, conversation_id: str) -> None:
        """Put a conversation away; `restore` brings it back."""
        if self._live is not None and self._live.conversation_id == conversation_id:
            self.stop()
        self._store.delete(conversation_id)
        state_files.forget_state(paths.states_dir(), conversation_id)
        if conversation_id == self.conversation_id:
            self.new_chat()
        self.refresh()

    def restore(self, conversation_id: str) -> None:
        self._store.restore(conversation_id)
        self.open(conversation_id)
        self.refresh()

    def save_draft(self, draft: Draft) -> None:
        self._store.save_draft(self.conversation_id, draft)

    def set_options(self, options: ChatOptions) -> None:
        """How the answers of the open conversation are asked for, from the next one on."""
        self.options = options
        if self.conversation_id != NEW_CHAT:
            self._store.save_options(self.conversation_id, options)

    @property
    def default_options(self) -> ChatOptions:
        """Of a conversation that has none of its own."""
        return msgspec.structs.replace(self._options(), when_full=None)

    @property
    def when_full(self) -> WhenFull:
        """In the open conversation."""
        return self.options.when_full or self._options().when_full or "stop"

    # Turns.

    def send(self, written: Draft) -> bool:
        """Ask; returns False, and says why by a signal, when it cannot be done now."""
        return self._ask(written, self.tree.leaf)

    def edit(self, message_id: str, written: Draft) -> bool:
        """Ask in other words: a new branch beside `message_id`."""
        return self._ask(written, self.tree.messages[message_id].parent)

    def regenerate(self, message_id: str) -> bool:
        """Another answer beside `message_id`."""
        return self._answer(self.tree, self.tree.messages[message_id].parent)

    def go_on(self, message_id: str, when_full: WhenFull | None = None) -> bool:
        """Continue an answer that was broken off, where it stopped. `when_full`: what may be done for room now."""
        message = self.tree.messages[message_id]
        again = msgspec.structs.replace(message, state="streaming", note=None, finish_reason=None)
        if not message.text:
            again = msgspec.structs.replace(again, thinking="", thinking_s=0.0)
        return self._start(self.tree, again, message.text, when_full)

    def stop(self) -> None:
        """Stop the answer; what is there stays."""
        if self._live is not None and not self._live.asked:
            self._finish("interrupted")
            self.stop_loading()
        elif self._live is not None:
            self._engine.cancel()
        else:
            self.stop_loading()

    def stop_loading(self) -> None:
        """Break off a load that is under way; a question that waits for it is kept."""
        if self._engine.state in ("starting", "loading"):
            self._engine.unload()

    def step(self, message_id: str, offset: int) -> None:
        """Show another version of a turn."""
        self.tree = self.tree.step(message_id, offset)
        self._store.choose(self.conversation_id, self.tree.leaf)
        self.path_changed.emit()

    def _ask(self, written: Draft, parent: str | None) -> bool:
        question = Message(
            id=_new_id(), parent=parent, role="user", text=written.text, media=written.media, created_s=time.time()
        )
        tree = self.tree.add(question)
        if not self._possible(tree.path_to(question.id), self.when_full):
            return False
        if self.conversation_id == NEW_CHAT:
            self._store.save_draft(NEW_CHAT, Draft())
            self.conversation_id, self.title = _new_id(), title_of(written.text, written.media)
            self._store.create(self.conversation_id, self.title)
            if self.options != self.default_options:
                self._store.save_options(self.conversation_id, self.options)
            self.opened.emit()
        self._store.save(self.conversation_id, question)
        answered = self._answer(tree, question.id)
        self.refresh()
        return answered

    def _answer(self, tree: Tree, parent: str | None) -> bool:
        answer = Message(id=_new_id(), parent=parent, role="assistant", state="streaming", created_s=time.time())
        return self._start(tree.add(answer), answer)

    def _possible(self, path: list[Message], when_full: WhenFull) -> bool:
        """Whether an answer to the end of `path` can be asked for now; a signal says why not."""
        if self._live is not None:
            self.trouble.emit(self.tr("Another answer is still being written. Stop it first, or wait for its end."))
            return False
        if self._engine.selection is None and self._engine.state == "idle":
            self.model_wanted.emit()
            return False
        if when_full != "stop":  # everything before the last turn can be left out
            path = path[max(limit.turns(path), default=0) :]
        else:
            path = limit.remaining(path, limit.in_force(path))
        try:
            if self._engine.loaded_info is not None:
                context.check(context.to_send(path, self.options.system), self._engine.loaded_info.context_tokens)
        except GemfitError as error:
            self.trouble.emit(words.text(error.sentence))
            return False
        return True

    def _start(self, tree: Tree, answer: Message, prefill: str = "", when_full: WhenFull | None = None) -> bool:
        path = tree.path_to(answer.parent)
        when_full = when_full or self.when_full
        if not self._possible(path, when_full):
            return False
        selection = self._engine.selection
        if selection is not None:
            answer = msgspec.structs.replace(
                answer, title=selection.title, model=selection.model, build=selection.build
            )
        self._live = Live(
            conversation_id=self.conversation_id,
            message=answer,
            path=path,
            options=self.options,
            when_full=when_full,
            attachments=self._store.attachments,
            left_out=answer.left_out or limit.in_force(path),
            ratio=self._ratio,
            prefill=prefill,
        )
        self.tree = tree.replace(answer)
        self._store.save(self.conversation_id, answer)
        self._store.choose(self.conversation_id, self.tree.leaf)
        self.path_changed.emit()
        if self._engine.state == "ready":
            self._begin()
        else:
            self._engine.reload()
        return True

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
        self._keep(live)
        self._generate(live)

    # What the engine says.

    @Slot()
    def _begin(self, _: object = None) -> None:
        live = self._live
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

    @Slot(object)
    def _grow(self, delta: Delta) -> None:
        live = self._live
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
        self._keep(live)

    @Slot(object)
    def _done(self, done: Done) -> None:
        live = self._live
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
            self._ratio = live.ratio
        live.message = msgspec.structs.replace(live.message, stats=stats, finish_reason=done.finish_reason)
        if done.finish_reason == "context" and live.when_full != "stop":
            live.prefill = live.message.text
            if not live.prefill:  # it was still thinking, and begins anew
                live.message = msgspec.structs.replace(live.message, thinking="", thinking_s=0.0)
            if self._make_room(live):
                return
        self._finish("complete")
        if done.finish_reason == "context":
            self.full.emit(live.message.id)
        elif stats.context_used_tokens > FILLING * self._context_tokens:
            self.filling.emit(live.message.id)

    @Slot(object)
    def _failed(self, failed: Failed) -> None:
        live = self._live
        if live is None:
            self.trouble.emit(words.text(failed.sentence))
        elif failed.request_id is not None and failed.request_id == live.summary_id:
            self._summed_up(live, "")
        elif failed.request_id in (None, live.request_id):
            if failed.code == "context_full" and self._room_was_made(live, failed):
                return
            self._finish("interrupted" if live.message.text else "failed", failed.sentence)
            if failed.code == "context_full" and live.conversation_id == self.conversation_id:
                self.full.emit(live.message.id)

    def _room_was_made(self, live: Live, failed: Failed) -> bool:
        """The engine counted more than was estimated: with what it counted, more can be left out."""
        counted = failed.sentence.values.get("tokens")
        if live.when_full == "stop" or live.attempts >= MOST_ATTEMPTS or not isinstance(counted, int):
            return False
        live.learn(counted)
        return self._make_room(live)

    @Slot(object)
    def _exited(self, exit_: EngineExit) -> None:
        live = self._live
        if live is None or (exit_.expected and not live.asked):
            if not exit_.expected:
                self.engine_ended.emit(words.text(exit_.sentence))
            return
        self._finish("interrupted", exit_.sentence)
        if not exit_.expected and live.conversation_id == self.conversation_id:
            self.broken_off.emit(words.text(exit_.sentence), live.message.id)

    @Slot(object)
    def _recovering(self, found: Try) -> None:
        """The engine ended and is loaded again: what is written stays, and the answer goes on from there."""
        if self._live is not None and self._live.asked:
            self._live.ask_again()
            self._keep(self._live)
        self.trouble.emit(words.text(found.sentence))

    @Slot(str)
    def _engine_is(self, state: str) -> None:
        """Nothing will come any more for a question that waits for a model that is no longer loaded."""
        if state == "idle" and self._live is not None and not self._live.asked:
            text = QT_TRANSLATE_NOOP("gemfit", "Loading the model was stopped. Your question is kept: ask it again.")
            self._finish("interrupted", say(text))

    @Slot(object)
    def _noticed(self, sentence: Sentence) -> None:
        self.trouble.emit(words.text(sentence))

    def _finish(self, state: State, note: Sentence | None = None) -> None:
        live, self._live = self._live, None
        assert live is not None
        live.message = msgspec.structs.replace(live.message, state=state, note=note)
        self._keep(live)
        if live.conversation_id == self.conversation_id:
            self.finished.emit(live.message)
        self.refresh()

    def _keep(self, live: Live) -> None:
        self._store.save(live.conversation_id, live.message)
        if live.conversation_id == self.conversation_id:
            self.tree = self.tree.replace(live.message)
            self.message_changed.emit(live.message)

    # What the store says.

    def _loaded(self, conversation: Conversation | None) -> None:
        if conversation is None:
            self.new_chat()
            return
        self.conversation_id, self.title, self.tree = conversation.id, conversation.title, conversation.tree
        self.options = conversation.options or self.default_options
        if self._live is not None and self.answering_here:
            self.tree = self.tree.replace(self._live.message)
        self.opened.emit()
        self.path_changed.emit()
        self.draft_changed.emit(conversation.draft)

    @Slot(object)
    def _store_says(self, sentence: Sentence | None) -> None:
        if sentence is not None:
            self.trouble.emit(words.text(sentence))

    def _when(self, future: "Future[Any]", then: Callable[[Any], Any]) -> None:
        """Call `then` with the result, on this thread. An error was told already: the store's `on_trouble`."""
        future.add_done_callback(partial(self._pass_on, then))

    def _pass_on(self, then: Callable[[Any], Any], future: "Future[Any]") -> None:
        if future.exception() is None:
            self._arrived.emit(then, future.result())

    @Slot(object, object)
    def _deliver(self, then: Callable[[Any], Any], result: Any) -> None:
        then(result)


def _new_id() -> str:
    return uuid.uuid4().hex
