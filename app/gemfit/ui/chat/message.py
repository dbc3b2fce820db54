"""One turn on the page: a question, quiet at the right, or an answer with its thinking, its figures and its actions."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from gemfit.chat.tree import Message
from gemfit.ui import theme, words
from gemfit.ui.chat.attachments import AttachmentRow
from gemfit.ui.chat.blocks import MessageBody, ProseView
from gemfit.ui.chat.buttons import sign_button, tool_button, word_button
from gemfit.ui.chat.left_out import LeftOutLine

SHOWN_OF_A_LONG_QUESTION = 1500
LINES_OF_A_LONG_QUESTION = 15


_QUIET = """
QToolButton { border: 2px solid transparent; border-radius: 4px; padding: 2px 4px; color: palette(placeholder-text); }
QToolButton:hover { color: palette(text); }
QToolButton:focus { border-color: palette(highlight); }
"""


class MessageView(QFrame):
    """What questions and answers have in common: the switch between versions, and the actions.

    Signals carry the id of the message: `step(str, int)`, `edit(str)`, `regenerate(str)`, `go_on(str)`.
    `link_clicked(str)` carries the address.
    """

    step = Signal(str, int)
    edit = Signal(str)
    regenerate = Signal(str)
    go_on = Signal(str)
    link_clicked = Signal(str)

    def __init__(self, message: Message, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.message = message
        self._older = sign_button(self, "‹", self.tr("Earlier version"))
        self._newer = sign_button(self, "›", self.tr("Later version"))
        self._place = QLabel(self)
        self._place.setProperty("role", "muted")
        self._older.clicked.connect(lambda: self.step.emit(self.message.id, -1))
        self._newer.clicked.connect(lambda: self.step.emit(self.message.id, 1))
        self.copy = tool_button(self, "copy", self.tr("Copy the whole text"))
        self.copy.clicked.connect(self._copy)
        self.set_place(1, 1)

    def set_place(self, number: int, count: int) -> None:
        """This is version `number` of `count`."""
        several = count > 1
        self._place.setText(self.tr("{number}/{count}").format(number=number, count=count))
        self._place.setAccessibleName(self.tr("Version {number} of {count}").format(number=number, count=count))
        for widget in (self._older, self._newer, self._place):
            widget.setVisible(several)
        self._older.setEnabled(number > 1)
        self._newer.setEnabled(number < count)

    def update_message(self, message: Message) -> None:
        self.message = message

    def advance(self) -> bool:
        """Do a bounded piece of drawing; returns whether there is more."""
        return False

    def take_apart(self) -> bool:
        """Delete a bounded piece of what is shown; returns whether there is more."""
        return False

    def redraw(self) -> None:
        """The colours have changed."""

    def _add_switch(self, row: QHBoxLayout) -> None:
        for widget in (self._older, self._place, self._newer):
            row.addWidget(widget)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.message.text)


class QuestionView(MessageView):
    """The person's own words, as they were written: no Markdown. Pictures and sounds are above them."""

    def __init__(self, message: Message, attachments: Path, parent: QWidget | None = None) -> None:
        super().__init__(message, parent)
        self.setAccessibleName(self.tr("Your message"))
        self._text = ProseView(self)
        self._text.setAccessibleName(self.tr("Your message"))
        self._more = word_button(self, "")
        self._more.clicked.connect(self._show_all)
        self.edit_button = tool_button(self, "edit", self.tr("Edit: begins a new branch"))
        self.edit_button.clicked.connect(lambda: self.edit.emit(self.message.id))
        bubble = QFrame(self)
        bubble.setProperty("kind", "card")
        inner = QVBoxLayout(bubble)
        inner.setContentsMargins(theme.GAP_M - 4, theme.GAP_S, theme.GAP_M - 4, theme.GAP_S)
        inner.setSpacing(0)
        inner.addWidget(self._text)
        inner.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        self._bubble = bubble
        self.media = AttachmentRow(attachments, self)
        self.media.show_all(message.media)
        actions = QHBoxLayout()
        actions.setSpacing(0)
        actions.addStretch(1)
        self._add_switch(actions)
        actions.addWidget(self.copy)
        actions.addWidget(self.edit_button)
        wide = QHBoxLayout()
        wide.addStretch(1)
        wide.addWidget(bubble, 100)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.GAP_L * 2, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.media)
        box.addLayout(wide)
        box.addLayout(actions)
        self._all = False
        self._pending = True

    def update_message(self, message: Message) -> None:
        super().update_message(message)
        self._pending = True

    def redraw(self) -> None:
        self._pending = True

    def advance(self) -> bool:
        if self._pending:
            self._pending = False
            self._draw()
        return False

    def _draw(self) -> None:
        text = self.message.text
        shown = text if self._all else _beginning(text)
        self._bubble.setVisible(bool(text))
        self._more.setVisible(shown != text)
        self._more.setText(self.tr("Show all %n characters", "", len(text)))
        self._text.writer.clear()
        self._text.writer.plain(shown)
        metrics = QFontMetrics(self._text.font())
        longest = max(shown.split("\n")[:LINES_OF_A_LONG_QUESTION], key=len)
        width = max(metrics.horizontalAdvance(longest[:200]) + theme.GAP_M, self._more.sizeHint().width())
        self._bubble.setMaximumWidth(max(width, 80) + 2 * theme.GAP_M)

    def _show_all(self) -> None:
        self._all = True
        self._draw()


def _beginning(text: str) -> str:
    lines = text[:SHOWN_OF_A_LONG_QUESTION].split("\n")[:LINES_OF_A_LONG_QUESTION]
    short = "\n".join(lines)
    return short if len(short) == len(text) else short.rstrip() + " …"


class Thinking(QWidget):
    """The thoughts before an answer, folded: a line that says how long they took, and the text below it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = QToolButton(self)
        self.button.setAutoRaise(True)
        self.button.setCheckable(True)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        theme.set_icon(self.button, "chevron-right", "muted", 14)
        self.button.setStyleSheet(_QUIET)
        self.button.toggled.connect(self._fold)
        self._text: ProseView | None = None
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, theme.GAP_S)
        self._box.setSpacing(theme.GAP_XS)
        self._box.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self._thinking = ""
        self._written = 0

    def show_thinking(self, thinking: str, elapsed_s: float, *, running: bool) -> None:
        """Say how long it took, or takes; write the new part of the text if it is open."""
        if running:
            word = self.tr("Thinking for {duration}…")
        elif elapsed_s > 0:
            word = self.tr("Thought for {duration}")
        else:
            word = self.tr("Thoughts")
        self.button.setText(word.format(duration=words.duration(elapsed_s)))
        if not thinking.startswith(self._thinking):
            self._begin_anew()
        self._thinking = thinking
        self._write()

    def redraw(self) -> None:
        self._begin_anew()
        self._write()

    def _begin_anew(self) -> None:
        self._written = 0
        if self._text is not None:
            self._text.writer.clear()

    def _fold(self, is_open: bool) -> None:
        theme.set_icon(self.button, "chevron-down" if is_open else "chevron-right", "muted", 14)
        if is_open and self._text is None:
            self._text = ProseView(self, muted=True)
            self._text.setAccessibleName(self.tr("Thoughts"))
            self._text.setContentsMargins(theme.GAP_M, 0, 0, 0)
            self._box.addWidget(self._text)
        if self._text is not None:
            self._text.setVisible(is_open)
        self._write()

    def _write(self) -> None:
        """Thoughts are shown as they are; only what is new is put in."""
        if self._text is None or not self.button.isChecked() or self._written == len(self._thinking):
            return
        self._text.writer.extend(self._thinking[self._written :])
        self._written = len(self._thinking)


class AnswerView(MessageView):
    """The model's answer, plain on the page."""

    def __init__(self, message: Message, parent: QWidget | None = None) -> None:
        super().__init__(message, parent)
        self.left_out = LeftOutLine(self)
        self.thinking = Thinking(self)
        self.body = MessageBody(self)
        self.body.link_clicked.connect(self.link_clicked)
        self.note = QLabel(self)
        self.note.setWordWrap(True)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setProperty("role", "caution")
        self.figures = QLabel(self)
        self.figures.setProperty("role", "muted")
        self.figures.setWordWrap(True)
        self.figures.setTextFormat(Qt.TextFormat.PlainText)
        self.figures.setFont(theme.tabular(self.figures.font()))
        theme.small(self.figures)
        self.again = tool_button(self, "refresh", self.tr("Another answer"))
        self.again.clicked.connect(lambda: self.regenerate.emit(self.message.id))
        self.go_on_button: QPushButton = word_button(self, self.tr("Continue"))
        self.go_on_button.clicked.connect(lambda: self.go_on.emit(self.message.id))
        self._layout()
        self._dirty = True
        self.update_message(message)

    def _layout(self) -> None:
        actions = QHBoxLayout()
        actions.setSpacing(0)
        self._add_switch(actions)
        actions.addWidget(self.copy)
        actions.addWidget(self.again)
        actions.addWidget(self.go_on_button)
        actions.addSpacing(theme.GAP_S)
        actions.addWidget(self.figures, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.GAP_XS)
        box.addWidget(self.left_out)
        box.addWidget(self.thinking)
        box.addWidget(self.body)
        box.addWidget(self.note)
        box.addLayout(actions)

    def update_message(self, message: Message) -> None:
        super().update_message(message)
        self._dirty = True
        running = message.state == "streaming"
        self.copy.setVisible(not running and bool(message.text))
        self.again.setVisible(not running)
        broken = message.state in ("interrupted", "failed") or message.finish_reason in ("length", "context")
        self.go_on_button.setVisible(broken and bool(message.text))

    def advance(self) -> bool:
        if self._dirty:
            self._dirty = False
            self._show_words()
            self.body.set_text(self.message.text, final=self.message.state != "streaming")
        return self.body.advance()

    def take_apart(self) -> bool:
        return self.body.take_apart()

    def redraw(self) -> None:
        self.body.redraw()
        self.thinking.redraw()
        self._dirty = True

    def _show_words(self) -> None:
        message = self.message
        running = message.state == "streaming"
        self.left_out.show_left_out(message.left_out)
        self.thinking.setVisible(bool(message.thinking))
        if message.thinking:
            still = running and not message.text
            self.thinking.show_thinking(message.thinking, message.thinking_s, running=still)
        self.body.setVisible(bool(message.text))
        note = self._note()
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.figures.setText(self._figures())
        name = self.tr("Answer, being written") if running else self.tr("Answer")
        self.setAccessibleName(name)
        self.setAccessibleDescription("" if running else message.text[:200])

    def _note(self) -> str:
        message = self.message
        if message.note is not None:
            return words.text(message.note)
        if message.state == "interrupted":
            return self.tr("Stopped here.")
        if message.state == "failed":
            return self.tr("No answer came. Your question is kept; ask again.")
        if message.finish_reason == "length":
            return self.tr("The limit of tokens for one answer was reached.")
        if message.finish_reason == "context":
            return self.tr("The context is full. Continue offers what can be done about it.")
        return ""

    def _figures(self) -> str:
        message, stats = self.message, self.message.stats
        parts = []
        if stats is not None and stats.generated_tokens:
            parts.append(self.tr("{rate} tokens/s").format(rate=words.rate(stats.generation_tps)))
            parts.append(self.tr("first token {duration}").format(duration=words.duration(stats.ttft_s)))
            parts.append(self.tr("%n tokens", "", stats.generated_tokens))
            if stats.accepted_tokens:  # a trial that gave nothing is told beside the chat, not here
                guessed = self.tr("{right} of {all} guesses right, {gain}×")
                right, drafted = words.count(stats.accepted_tokens), words.count(stats.drafted_tokens)
                parts.append(guessed.format(right=right, all=drafted, gain=words.rate(stats.speculation_gain)))
        elif message.state == "streaming":
            parts.append(self.tr("Reading the conversation…"))
        if message.title:
            parts.append(message.title)
        return " · ".join(parts)


def make_view(message: Message, attachments: Path, parent: QWidget | None = None) -> MessageView:
    """The view for a turn; `attachments`: the folder of pictures and sounds."""
    if message.role == "assistant":
        return AnswerView(message, parent)
    return QuestionView(message, attachments, parent)
