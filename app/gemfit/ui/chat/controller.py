"""What the chat page shows and does, without widgets: the open conversation, the answer on its way, the store."""

import time
import uuid
from collections.abc import Callable

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from gemfit import paths
from gemfit.chat import context, limit
from gemfit.chat.options import ChatOptions
from gemfit.chat.store import NEW_CHAT, ChatStore, Conversation
from gemfit.chat.tree import Draft, Message, Tree, title_of
from gemfit.engine import state_files
from gemfit.errors import GemfitError
from gemfit.settings import WhenFull
from gemfit.ui import words
from gemfit.ui.chat.answering import Answering
from gemfit.ui.chat.later import Later
from gemfit.ui.chat.live import Live
from gemfit.ui.viewmodels.engine import EngineSession
from gemfit.words import Sentence


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
        self._later = Later(self)
        self.answering = Answering(engine, self)
        self.search = ""
        self.conversation_id = NEW_CHAT
        self.title = ""
        self.tree = Tree()
        self.options = self.default_options
        self._connect_answering()
        self._store_troubled.connect(self._store_says)
        self._listen()
        self._later.when(store.opened, self._store_says)

    def _listen(self) -> None:
        """To the store, which outlives this: what its thread told an object that is gone would end the thread."""
        store, tell = self._store, self._store_troubled.emit
        store.add_listener(tell)
        self.destroyed.connect(lambda: store.remove_listener(tell))

    def _connect_answering(self) -> None:
        answering = self.answering
        answering.grown.connect(self._keep)
        answering.ended.connect(self._finished)
        answering.broken_off.connect(self._broken_off)
        answering.full.connect(self._full)
        answering.filling.connect(self._filling)
        answering.summing_up.connect(self.summing_up)
        answering.trouble.connect(self.trouble)
        answering.engine_ended.connect(self.engine_ended)

    @property
    def busy(self) -> bool:
        """Whether an answer is on its way, in whichever conversation."""
        return self.answering.live is not None

    @property
    def answering_here(self) -> bool:
        """Whether an answer is on its way in the conversation that is open."""
        return self.answering.live is not None and self._is_open(self.answering.live)

    def _is_open(self, live: Live) -> bool:
        return live.conversation_id == self.conversation_id

    # Conversations.

    def refresh(self, search: str | None = None) -> None:
        """Ask for the list again; `listed` follows."""
        self.search = self.search if search is None else search
        self._later.when(self._store.conversations(self.search), self.listed.emit)

    def open(self, conversation_id: str) -> None:
        self._later.when(self._store.load(conversation_id), self._loaded)

    def new_chat(self) -> None:
        self.conversation_id, self.title, self.tree = NEW_CHAT, "", Tree()
        self.options = self.default_options
        self.opened.emit()
        self._later.when(self._store.draft(), self.draft_changed.emit)

    def rename(self, conversation_id: str, title: str) -> None:
        if not title.strip():
            return
        self._store.rename(conversation_id, title.strip())
        if conversation_id == self.conversation_id:
            self.title = title.strip()
        self.refresh()

    def delete(self, conversation_id: str) -> None:
        """Put a conversation away; `restore` brings it back."""
        live = self.answering.live
        if live is not None and live.conversation_id == conversation_id:
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
        self.answering.stop()

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
        if self.answering.live is not None:
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
        self.answering.live = Live(
            conversation_id=self.conversation_id,
            message=answer,
            path=path,
            options=self.options,
            when_full=when_full,
            attachments=self._store.attachments,
            left_out=answer.left_out or limit.in_force(path),
            ratio=self.answering.ratio,
            prefill=prefill,
        )
        self.tree = tree.replace(answer)
        self._store.save(self.conversation_id, answer)
        self._store.choose(self.conversation_id, self.tree.leaf)
        self.path_changed.emit()
        self.answering.begin()
        return True

    # What becomes of the answer.

    @Slot(object)
    def _keep(self, live: Live) -> None:
        self._store.save(live.conversation_id, live.message)
        if self._is_open(live):
            self.tree = self.tree.replace(live.message)
            self.message_changed.emit(live.message)

    @Slot(object)
    def _finished(self, live: Live) -> None:
        self._keep(live)
        if self._is_open(live):
            self.finished.emit(live.message)
        self.refresh()

    @Slot(object, str)
    def _broken_off(self, live: Live, text: str) -> None:
        if self._is_open(live):
            self.broken_off.emit(text, live.message.id)

    @Slot(object)
    def _full(self, live: Live) -> None:
        if self._is_open(live):
            self.full.emit(live.message.id)

    @Slot(object)
    def _filling(self, live: Live) -> None:
        if self._is_open(live):
            self.filling.emit(live.message.id)

    # What the store says.

    def _loaded(self, conversation: Conversation | None) -> None:
        if conversation is None:
            self.new_chat()
            return
        self.conversation_id, self.title, self.tree = conversation.id, conversation.title, conversation.tree
        self.options = conversation.options or self.default_options
        if self.answering.live is not None and self.answering_here:
            self.tree = self.tree.replace(self.answering.live.message)
        self.opened.emit()
        self.path_changed.emit()
        self.draft_changed.emit(conversation.draft)

    @Slot(object)
    def _store_says(self, sentence: Sentence | None) -> None:
        if sentence is not None:
            self.trouble.emit(words.text(sentence))


def _new_id() -> str:
    return uuid.uuid4().hex
