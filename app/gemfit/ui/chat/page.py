"""The chat page: conversations at the left, the open one in the middle, the readout at the right."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QStackedWidget, QVBoxLayout, QWidget

from gemfit.chat.options import ChatOptions
from gemfit.chat.store import ChatStore, Summary
from gemfit.chat.tree import Draft, Message
from gemfit.engine.protocol import Loaded
from gemfit.settings import WhenFull
from gemfit.ui import theme, words
from gemfit.ui.chat.buttons import InlineBar, tool_button
from gemfit.ui.chat.columns import Columns
from gemfit.ui.chat.composer import Composer
from gemfit.ui.chat.controller import ChatController
from gemfit.ui.chat.conversations import ConversationList
from gemfit.ui.chat.empty import EmptyChat
from gemfit.ui.chat.figures import figures_of
from gemfit.ui.chat.full_context import FullContext, Growth
from gemfit.ui.chat.loading import LoadingBar
from gemfit.ui.chat.media_ways import MediaWays, Projectors
from gemfit.ui.chat.notices import Notices
from gemfit.ui.chat.options_panel import OptionsPanel
from gemfit.ui.chat.picker import LocalModels, ModelPicker
from gemfit.ui.chat.readout import Readout
from gemfit.ui.chat.refusal import Load, RefusalNotice
from gemfit.ui.chat.transcript import READING_WIDTH, Transcript
from gemfit.ui.chat.writing import Writing
from gemfit.ui.parts import Elided
from gemfit.ui.viewmodels.engine import EngineSession
from gemfit.ui.viewmodels.selection import Selection

READOUT_MS = 500


class ChatPage(QWidget):
    """Talks to the engine and keeps what is said in the store; both live longer than the page.

    `local_models` gives what can be loaded, and `load` loads it or has it refused (without one the engine takes
    everything); `projectors` gets the part for pictures and sound; `growth` gives the loaded model a longer context;
    `models_wanted()` asks for the page where models are got.
    """

    models_wanted = Signal()

    def __init__(
        self,
        engine: EngineSession,
        store: ChatStore,
        local_models: LocalModels,
        options: Callable[[], ChatOptions] = ChatOptions,
        parent: QWidget | None = None,
        *,
        load: Load | None = None,
        projectors: Projectors | None = None,
        growth: Growth | None = None,
    ) -> None:
        super().__init__(parent)
        self._growth = growth
        self._options = options
        self._engine = engine
        load = load or self._load
        self.controller = ChatController(engine, store, options, self)
        self.conversations = ConversationList(self)
        self.transcript = Transcript(self, attachments=store.attachments)
        self.empty = EmptyChat(engine, local_models, load, self)
        self.picker = ModelPicker(engine, local_models, load, self)
        self.refusal = RefusalNotice(load, self.picker.open_menu, self)
        self.bar = InlineBar(self)
        self.loading = LoadingBar(engine, self)
        self.composer = Composer(store.attachments, self)
        self.media = MediaWays(engine, store.attachments, self.composer, self.bar, projectors, self)
        self._notices = Notices(engine, self.controller, self.bar, self.picker.open_menu, self)
        self.writing = Writing(self.controller, self.composer, self.media, self)
        self.full_context = FullContext(engine, self.controller, self.bar, growth, self)
        self.options_panel = OptionsPanel(self)
        self.readout = Readout(self)
        self._columns = Columns(self.conversations, self.options_panel, self.readout, self)
        self._title = Elided()
        self._stack = QStackedWidget(self)
        self._timer = QTimer(self)
        self._timer.setInterval(READOUT_MS)
        self._timer.timeout.connect(self.update_readout)
        self._layout()
        self._connect_controller()
        self._connect_widgets()
        self.setFocusProxy(self.composer)
        self.setAcceptDrops(True)
        self.controller.refresh()
        self.controller.new_chat()
        if engine.loaded_info is not None:
            self._model_loaded(engine.loaded_info)

    # What the window calls.

    @Slot()
    def new_chat(self) -> None:
        self._leave()
        self.controller.new_chat()
        self.focus_composer()

    @Slot()
    def focus_composer(self) -> None:
        self.composer.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def open_chat(self, conversation_id: str) -> None:
        if conversation_id != self.controller.conversation_id:
            self._leave()
            self.controller.open(conversation_id)

    def _leave(self) -> None:
        """What was typed a moment ago stays with the conversation it was typed in."""
        self.options_panel.apply()
        self.writing.leave()

    def refuse(self, selection: Selection, alternative: str = "") -> None:
        """Say that `selection` was not loaded, and why; `alternative` is a sentence about what would fit instead."""
        self.bar.hide()
        self.refusal.show_refusal(selection, alternative)

    # Building.

    def _layout(self) -> None:
        self.show_list = tool_button(self, "chat", self.tr("Show or hide the chats"))
        self.show_readout = tool_button(self, "panel", self.tr("Show or hide speed and memory"))
        self.show_options = tool_button(self, "settings", self.tr("How answers are made in this chat"))
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        theme.heading(self._title, 2)
        head = QHBoxLayout()
        head.setContentsMargins(theme.GAP_S, theme.GAP_S, theme.GAP_S, 0)
        head.addWidget(self.show_list)
        head.addWidget(self._title, 1)
        head.addWidget(self.picker)
        head.addWidget(self.show_options)
        head.addWidget(self.show_readout)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.transcript)
        self._foot = QVBoxLayout()
        self._foot.setSpacing(theme.GAP_S)
        self._foot.addWidget(self.refusal)
        self._foot.addWidget(self.bar)
        self._foot.addWidget(self.loading)
        self._foot.addWidget(self.composer)
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addLayout(head)
        middle.addWidget(self._stack, 1)
        middle.addLayout(self._foot)
        box = QHBoxLayout(self)
        box.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        self.conversations.setFixedWidth(224)
        box.addWidget(self.conversations)
        box.addLayout(middle, 1)
        box.addWidget(self.options_panel)
        box.addWidget(self.readout)

    def _connect_controller(self) -> None:
        controller = self.controller
        controller.listed.connect(self._listed)
        controller.opened.connect(self._opened)
        controller.path_changed.connect(self._path_changed)
        controller.message_changed.connect(self.transcript.update_message)
        controller.finished.connect(self._finished)
        self.full_context.chosen.connect(self.options_panel.show_options)
        self._engine.loaded.connect(self._model_loaded)
        self._engine.state_changed.connect(self._engine_changed)

    def _connect_widgets(self) -> None:
        self.show_list.clicked.connect(self._columns.toggle_list)
        self.show_readout.clicked.connect(self._columns.toggle_readout)
        self._columns.changed.connect(self._fit)
        self.show_options.clicked.connect(self._toggle_options)
        self.options_panel.closed.connect(self._close_options)
        self.options_panel.changed.connect(self._set_options)
        self.picker.more_wanted.connect(self.models_wanted)
        self.empty.more_wanted.connect(self.models_wanted)
        self.empty.chosen.connect(self.composer.field.setFocus)
        self.conversations.new_chat.connect(self.new_chat)
        self.conversations.searched.connect(self.controller.refresh)
        self.conversations.chosen.connect(self.open_chat)
        self.conversations.renamed.connect(self.controller.rename)
        self.conversations.deleted.connect(self._delete)
        self.composer.sent.connect(self._send)
        self.composer.stopped.connect(self.controller.stop)
        self.composer.field.escaped.connect(self.controller.answering.stop_loading)
        self.loading.stopped.connect(self.controller.stop)
        self.writing.begun.connect(self.focus_composer)
        self.composer.think_toggled.connect(self._think)
        self.transcript.step.connect(self._step)
        self.transcript.edit.connect(self.writing.edit)
        for again in (self.transcript.regenerate, self.transcript.go_on):
            again.connect(self.options_panel.apply)  # first, in the order of connecting: what was just typed holds
        self.transcript.regenerate.connect(self.controller.regenerate)
        self.transcript.go_on.connect(self.controller.go_on)
        self.transcript.link_clicked.connect(self._notices.ask_link)

    # Conversations.

    @Slot(object)
    def _listed(self, summaries: list[Summary]) -> None:
        self.conversations.show_list(summaries, self.controller.conversation_id)

    @Slot()
    def _opened(self) -> None:
        self.writing.start_anew()
        self._title.setText(self.controller.title)
        self.conversations.mark(self.controller.conversation_id)
        self.transcript.clear()
        self.options_panel.show_options(self.controller.options)
        self._path_changed()

    @Slot()
    def _path_changed(self) -> None:
        tree = self.controller.tree
        self._stack.setCurrentWidget(self.transcript if tree.leaf else self.empty)
        self.transcript.show_path(tree)
        self.composer.set_answering(self.controller.answering_here)

    @Slot(str)
    def _delete(self, conversation_id: str) -> None:
        self.controller.delete(conversation_id)
        self.bar.say(
            self.tr("The chat was deleted."), (self.tr("Undo"), lambda: self.controller.restore(conversation_id))
        )

    # Turns.

    @Slot(object)
    def _send(self, written: Draft) -> None:
        if not self.media.sendable(written.media):
            return
        self.options_panel.apply()
        if self.writing.send(written):
            self.bar.hide()
            self.transcript.to_end()

    @Slot(str, int)
    def _step(self, message_id: str, offset: int) -> None:
        self.controller.step(message_id, offset)

    @Slot(object)
    def _finished(self, message: Message) -> None:
        self.composer.set_answering(self.controller.answering_here)
        self.transcript.update_message(message)
        if message.state == "complete":
            self.transcript.announce(message.text)

    @Slot(bool)
    def _think(self, think: bool) -> None:
        self.controller.answering.think = think

    @Slot(object)
    def _set_options(self, options: ChatOptions) -> None:
        closer = options.image_tokens != self.controller.options.image_tokens
        self.controller.set_options(options)
        if closer and options.image_tokens and self._growth is not None:
            self._growth.look_closer(options.image_tokens)

    def _when_full(self) -> WhenFull:
        """As the settings have it."""
        return self._options().when_full or "stop"

    # The engine.

    def _load(self, selection: Selection, *, context_tokens: int = 0, force: bool = False) -> None:  # noqa: ARG002
        """For who has nothing that could refuse."""
        self._engine.load(selection)

    @Slot(object)
    def _model_loaded(self, info: Loaded) -> None:
        self.composer.set_thinking_possible(info.supports_thinking)
        problem = info.problem or info.drafter_problem
        if problem is not None:
            self.bar.say(words.text(problem))
        self.options_panel.show_defaults(info.sampling, self._when_full())
        self.update_readout()

    @Slot()
    def _engine_changed(self, state: str = "") -> None:
        if state == "starting":
            self.refusal.hide()
        self.update_readout()

    @Slot()
    def update_readout(self) -> None:
        """Take the figures of this moment."""
        if self.readout.isVisible():
            self.readout.show_figures(figures_of(self._engine), answering=self._engine.state == "answering")

    # Files dropped anywhere on the page are for the composer.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.composer.dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.composer.dropEvent(event)

    # Room.

    @Slot()
    def _toggle_options(self) -> None:
        if self._columns.toggle_options():
            self.options_panel.system.setFocus()

    @Slot()
    def _close_options(self) -> None:
        self.options_panel.apply()
        self._columns.hide_options()
        self.focus_composer()

    @Slot()
    def _fit(self) -> None:
        """The composer keeps the reading width."""
        left = self._columns.fit(self.width())
        side = max(theme.GAP_S, (left - READING_WIDTH) // 2 - theme.GAP_S)
        self._foot.setContentsMargins(side, theme.GAP_S, side, theme.GAP_S)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """The columns give way, so they do not decide."""
        return QSize(400, 320)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.empty.refresh()
        self._timer.start()
        self.composer.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
        self.writing.leave()
