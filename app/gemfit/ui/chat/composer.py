"""Where the person writes: grows to eight lines, keeps long pastes as an attachment, sends and stops."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QToolButton, QVBoxLayout, QWidget

from gemfit.chat.tree import Draft
from gemfit.media.types import Attachment
from gemfit.ui import theme
from gemfit.ui.chat.attachments import AttachmentRow, local_files
from gemfit.ui.chat.buttons import tool_button, word_button

MOST_LINES = 8
LONG_PASTE = 4000
"""Characters from which a paste becomes an attachment: laying it out would stop the window."""
DRAFT_DELAY_MS = 500


class _Field(QPlainTextEdit):
    """Plain text; tells of the keys that mean something here."""

    entered = Signal()
    escaped = Signal()
    up_in_empty = Signal()
    pasted = Signal(str)
    files = Signal(object)
    image = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(4)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        self.setPalette(palette)
        self.textChanged.connect(self.fit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, shift = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not shift:
            self.entered.emit()
        elif key == Qt.Key.Key_Escape:
            self.escaped.emit()
        elif key == Qt.Key.Key_Up and not self.toPlainText():
            self.up_in_empty.emit()
        else:
            super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Only text comes in, from wherever; a long one goes beside the field, and so do pictures and files."""
        paths = local_files(source)
        if paths:
            self.files.emit(paths)
            return
        if source.hasImage() and not source.hasText():
            self.image.emit(QImage(source.imageData()))
            return
        text = source.text()
        if len(text) > LONG_PASTE:
            self.pasted.emit(text)
        else:
            self.insertPlainText(text)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText() or source.hasImage() or bool(local_files(source))

    @Slot()
    def fit(self) -> None:
        lines = int(min(max(self.document().size().height(), 1), MOST_LINES))
        height = lines * self.fontMetrics().lineSpacing() + 12
        if height != self.height():
            self.setFixedHeight(height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())


class Composer(QFrame):
    """Signals: `sent(Draft)` with the whole text and what is attached, `stopped()`, `edit_last()`, `edit_cancelled()`,
    `draft(Draft)` when it has rested, `think_toggled(bool)`, `attach_wanted()` when files are to be chosen,
    `files_given(list[Path])` and `image_given(QImage)` when they were dropped or pasted.

    `attachments`: the folder that holds what is attached.
    """

    sent = Signal(object)
    stopped = Signal()
    edit_last = Signal()
    edit_cancelled = Signal()
    draft = Signal(object)
    think_toggled = Signal(bool)
    attach_wanted = Signal()
    files_given = Signal(object)
    image_given = Signal(object)

    def __init__(self, attachments: Path = Path(), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.field = _Field(self)
        self.field.setAccessibleName(self.tr("Your message"))
        self.field.setPlaceholderText(self.tr("Write a message"))
        self.field.setToolTip(self.tr("Enter sends, Shift+Enter begins a new line, Esc stops the answer"))
        self.think = QCheckBox(self.tr("Think first"), self)
        self.think.setToolTip(self.tr("The model thinks before it answers: slower, and often better"))
        self.think.toggled.connect(self.think_toggled)
        self.think.hide()
        self.attach = tool_button(self, "clip", self.tr("Attach a picture or a sound"))
        self.attach.clicked.connect(self.attach_wanted)
        self.media = AttachmentRow(attachments, self, removable=True)
        self.media.changed.connect(self._changed)
        self._reading = QLabel(self)
        self._reading.setProperty("role", "muted")
        self._reading.hide()
        self._taking = 0
        self.setAcceptDrops(True)
        self.send = QToolButton(self)
        self.send.setAutoRaise(True)
        self.send.clicked.connect(self._send_or_stop)
        self._attachment = ""
        self._answering = False
        self._chip = self._make_chip()
        self._editing = self._make_editing()
        self._layout()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DRAFT_DELAY_MS)
        self._timer.timeout.connect(self.save_draft)
        self.field.entered.connect(self._send)
        self.field.escaped.connect(self._escaped)
        self.field.up_in_empty.connect(self.edit_last)
        self.field.pasted.connect(self._attach)
        self.field.files.connect(self.files_given)
        self.field.image.connect(self.image_given)
        self.field.textChanged.connect(self._changed)
        self.setFocusProxy(self.field)
        self.set_answering(False)

    def _make_chip(self) -> QWidget:
        chip = QWidget(self)
        row = QHBoxLayout(chip)
        row.setContentsMargins(theme.GAP_S, 0, 0, 0)
        self._chip_label = QLabel(chip)
        self._chip_label.setProperty("role", "muted")
        self.remove_attachment = tool_button(chip, "cross", self.tr("Remove the pasted text"))
        self.remove_attachment.clicked.connect(lambda: self._attach(""))
        row.addWidget(self._chip_label)
        row.addWidget(self.remove_attachment)
        row.addStretch(1)
        chip.hide()
        return chip

    def _make_editing(self) -> QWidget:
        bar = QWidget(self)
        row = QHBoxLayout(bar)
        row.setContentsMargins(theme.GAP_S, 0, 0, 0)
        label = QLabel(self.tr("Editing: the earlier version is kept beside it."), bar)
        label.setProperty("role", "muted")
        label.setMinimumWidth(0)
        cancel = word_button(bar, self.tr("Cancel"))
        cancel.clicked.connect(self.edit_cancelled)
        row.addWidget(label, 1)
        row.addWidget(cancel)
        bar.hide()
        return bar

    def _layout(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.field, 1)
        row.addWidget(self.send, 0, Qt.AlignmentFlag.AlignBottom)
        below = QHBoxLayout()
        below.setSpacing(theme.GAP_S)
        below.addWidget(self.attach)
        below.addWidget(self.think)
        below.addWidget(self._reading)
        below.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.GAP_S, theme.GAP_XS, theme.GAP_S, theme.GAP_XS)
        box.setSpacing(theme.GAP_XS)
        box.addWidget(self._editing)
        box.addWidget(self.media)
        box.addWidget(self._chip)
        box.addLayout(row)
        box.addLayout(below)

    @property
    def text(self) -> str:
        """What would be sent: what is written, and what was pasted below it."""
        return "\n\n".join(part for part in (self.field.toPlainText(), self._attachment) if part.strip())

    @property
    def written(self) -> Draft:
        """What would be sent."""
        return Draft(self.text, list(self.media.attachments))

    def set_written(self, draft: Draft) -> None:
        """Put a text and what is attached in, without making it a draft again."""
        self.media.show_all(draft.media)
        self.set_text(draft.text)

    def add_attachment(self, attachment: Attachment) -> None:
        """One more, unless it is there already."""
        if attachment.sha256 not in {one.sha256 for one in self.media.attachments}:
            self.media.show_all([*self.media.attachments, attachment])
            self._changed()

    def set_taking(self, count: int) -> None:
        """So many files are still being read; nothing is sent before they are there."""
        self._taking = count
        self._reading.setText(self.tr("Reading %n files…", "", count))
        self._reading.setVisible(bool(count))
        self._show_send()

    def set_text(self, text: str) -> None:
        """Put a text in, without making it a draft again."""
        long = len(text) > LONG_PASTE
        self._attach(text if long else "")
        self.field.setPlainText("" if long else text)
        self.field.moveCursor(self.field.textCursor().MoveOperation.End)
        self._timer.stop()

    def set_editing(self, editing: bool) -> None:
        self._editing.setVisible(editing)

    def set_thinking_possible(self, possible: bool) -> None:
        self.think.setVisible(possible)

    def set_answering(self, answering: bool) -> None:
        """Stop stands where send was while an answer is being written."""
        self._answering = answering
        name = self.tr("Stop the answer") if answering else self.tr("Send")
        self.send.setToolTip(name)
        self.send.setAccessibleName(name)
        self._show_send()

    @Slot()
    def save_draft(self) -> None:
        """Tell of the draft now, not in half a second."""
        self._timer.stop()
        self.draft.emit(self.written)

    @Slot()
    def _changed(self) -> None:
        self._timer.start()
        self._show_send()

    def _show_send(self) -> None:
        self.send.setEnabled(self._answering or (bool(self.written) and not self._taking))
        role: theme.Role = "accent" if self.send.isEnabled() else "muted"
        theme.set_icon(self.send, "stop" if self._answering else "send", role, 22)

    def _attach(self, text: str) -> None:
        self._attachment = text
        lines = text.count("\n") + 1
        self._chip_label.setText(
            self.tr("Pasted text, %n lines, {characters} characters", "", lines).format(characters=f"{len(text):,}")
        )
        self._chip.setVisible(bool(text))
        self._changed()

    @Slot()
    def _send(self) -> None:
        if not self._answering and self.written and not self._taking:
            self.sent.emit(self.written)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event.mimeData()) or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.field.insertFromMimeData(event.mimeData())
        event.acceptProposedAction()

    @Slot()
    def _send_or_stop(self) -> None:
        if self._answering:
            self.stopped.emit()
        else:
            self._send()

    @Slot()
    def _escaped(self) -> None:
        if self._answering:
            self.stopped.emit()
        elif self._editing.isVisible():
            self.edit_cancelled.emit()
