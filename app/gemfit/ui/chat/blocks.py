"""The widgets that a message is made of: prose, code, and the body that puts them one below the other."""

from collections import deque
from collections.abc import Sequence
from itertools import groupby
from typing import TypeVar

from PySide6.QtCore import QMimeData, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QFont, QGuiApplication, QPalette, QResizeEvent, QTextCursor, QTextOption, QWheelEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QSizePolicy,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from gemfit.ui import theme
from gemfit.ui.chat.buttons import tool_button
from gemfit.ui.chat.markdown import Block, Growing
from gemfit.ui.chat.prose import LONGEST_PARAGRAPH, Writer

View = TypeVar("View", bound=QWidget)
BLOCKS_AT_ONCE = 4


class ProseView(QTextBrowser):
    """Text as high as it is long, selectable, with the scrolling left to the page. It loads nothing, ever."""

    def __init__(self, parent: QWidget | None = None, *, muted: bool = False) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextBrowserInteraction | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self.document().setIndentWidth(24)
        self.writer = Writer(self.document(), muted=muted)
        self._rewriting = False
        self.document().documentLayout().documentSizeChanged.connect(self._fit)

    def loadResource(self, kind: int, name: QUrl | str) -> object:  # noqa: ARG002 - Qt's signature
        """Nothing that a text names is read, from this computer or from the network."""
        return None

    def createMimeDataFromSelection(self) -> QMimeData:
        """Copies plain text: what goes to another program has no colours of ours."""
        mime = QMimeData()
        mime.setText(self.textCursor().selection().toPlainText())
        return mime

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(40, 0)

    def rewrite(self, blocks: Sequence[Block]) -> None:
        """Show `blocks` instead of what is there. The height changes once: in between there is nothing to see."""
        self._rewriting = True
        self.writer.clear()
        for block in blocks:
            self.add(block)
        self._rewriting = False
        self._fit()

    def add(self, block: Block) -> None:
        """Show `block` after what is there."""
        if block.kind == "plain":
            self.writer.plain(block.text)
        else:
            self.writer.write(block.tokens)

    def _fit(self, _: object = None) -> None:
        if self._rewriting:
            return
        height = int(self.document().size().height() + 0.99)
        if height != self.height():
            self.setFixedHeight(height)


class _CodeText(QPlainTextEdit):
    """Code as high as it is long, as wide as the page, scrolled sideways."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFont(code_font(self.font()))
        self.document().setDocumentMargin(theme.GAP_S)
        self.viewport().setAutoFillBackground(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if abs(event.angleDelta().x()) > abs(event.angleDelta().y()):
            super().wheelEvent(event)
        else:
            event.ignore()

    def fit(self) -> None:
        bar = self.horizontalScrollBar()
        lines = self.document().blockCount() * self.fontMetrics().lineSpacing()
        height = int(lines + 2 * theme.GAP_S + (bar.sizeHint().height() if bar.maximum() > 0 else 0)) + 1
        if height != self.height():
            self.setFixedHeight(height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()


def code_font(beside: QFont) -> QFont:
    """The fixed font, in the size of the text beside it."""
    font = theme.fixed_font()
    font.setPointSizeF(beside.pointSizeF())
    return font


class CodeView(QFrame):
    """A block of code with its language, a button that copies it, and its own sideways scrolling."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self._code = ""
        self._language = QLabel(self)
        self._language.setProperty("role", "muted")
        theme.small(self._language)
        self.copy = tool_button(self, "copy", self.tr("Copy code"))
        self.copy.clicked.connect(self._copy)
        self.text = _CodeText(self)
        self.text.setAccessibleName(self.tr("Code"))
        head = QHBoxLayout()
        head.setContentsMargins(theme.GAP_S, 2, 2, 0)
        head.addWidget(self._language, 1)
        head.addWidget(self.copy)
        box = QVBoxLayout(self)
        box.setContentsMargins(1, 1, 1, 1)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self.text)

    @property
    def code(self) -> str:
        return self._code

    def show_code(self, code: str, language: str) -> None:
        """Show `code`; when it begins with what is shown already, only the rest is put in."""
        self._language.setText(language or self.tr("Code"))
        shown = _short_lines(code)
        before = _short_lines(self._code)
        if self._code and shown.startswith(before):
            cursor = QTextCursor(self.text.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(shown[len(before) :])
        elif shown != before:
            self.text.setPlainText(shown)
        self._code = code
        self.text.fit()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._code)


def _short_lines(code: str) -> str:
    """Lines of absurd length are broken for showing, not for copying: Qt needs seconds to lay one out."""
    if max(map(len, code.split("\n")), default=0) <= LONGEST_PARAGRAPH:
        return code
    pieces = []
    for line in code.split("\n"):
        pieces += [line[at : at + LONGEST_PARAGRAPH] for at in range(0, max(len(line), 1), LONGEST_PARAGRAPH)]
    return "\n".join(pieces)


class MessageBody(QWidget):
    """A Markdown text that may grow. Finished blocks stay as they are; only the last one is written anew.

    `set_text` says what is to be shown, `advance` does a bounded piece of the work and says whether there is more.
    """

    link_clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(theme.GAP_S)
        self._text = ""
        self._final = False
        self._more = False
        self._restart()

    def set_text(self, text: str, *, final: bool) -> None:
        if not text.startswith(self._text) or (self._final and text != self._text):
            self._restart()
        self._text, self._final = text, final

    def advance(self) -> bool:
        """Take one step, a parsing or the writing of one block; returns whether another is needed."""
        more = self._advance()
        if not more and self.minimumHeight():
            self.setMinimumHeight(0)
        return more

    def _advance(self) -> bool:
        if self._waiting:
            self._finish(self._waiting.popleft())
            return bool(self._waiting or self._more)
        step = self._growing.step(self._text, final=self._final)
        self._waiting.extend(step.finished)
        self._more = step.more or bool(step.finished)  # after the last of them, the tail is shown anew
        if not step.finished:
            self._show_tail(step.tail)
        return bool(self._waiting or self._more)

    def take_apart(self) -> bool:
        """Delete a few blocks; returns whether there are more. All at once, a long answer would hold the window up."""
        for _ in range(BLOCKS_AT_ONCE):
            if (item := self._box.takeAt(self._box.count() - 1)) is None:
                return False
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        return True

    def redraw(self) -> None:
        """Begin anew, in the colours in force now."""
        self._restart()

    def _restart(self) -> None:
        """Begin anew. Until all is written again, the body stays as high as it was: the page does not jump."""
        if self._box.count():
            self.setMinimumHeight(self.height())
        self._growing = Growing()
        self._waiting: deque[Block] = deque()
        self._more = False
        self._run: ProseView | None = None
        self._tail: list[ProseView | CodeView] = []
        while (item := self._box.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _finish(self, block: Block) -> None:
        """Put a block in its place for good; code that was the tail stays where it is."""
        if block.kind == "code":
            code = self._tail[0] if self._tail else None
            if isinstance(code, CodeView):
                self._tail.pop(0)
            else:
                self._drop_tail()
                code = self._add(CodeView(self))
            code.show_code(block.text, block.language)
            self._run = None
            return
        if self._tail and isinstance(self._tail[0], CodeView):
            self._drop_tail()
        if self._run is not None:
            self._run.add(block)
            return
        self._run = self._take_prose()
        self._run.rewrite([block])

    def _take_prose(self) -> ProseView:
        """The tail's own view becomes the run: nothing moves on the screen."""
        if self._tail and isinstance(self._tail[0], ProseView):
            view = self._tail.pop(0)
            assert isinstance(view, ProseView)
            return view
        return self._add(self._prose())

    def _show_tail(self, blocks: list[Block]) -> None:
        """Prose that follows on prose is in one view: a new one for each block would take longer than all the rest."""
        parts = [(code, list(part)) for code, part in groupby(blocks, lambda block: block.kind == "code")]
        pieces = [piece for code, part in parts for piece in ([[block] for block in part] if code else [part])]
        kinds = [CodeView if piece[0].kind == "code" else ProseView for piece in pieces]
        if [type(view) for view in self._tail] != kinds:
            self._drop_tail()
            self._tail = [self._add(CodeView(self) if kind is CodeView else self._prose()) for kind in kinds]
        for view, piece in zip(self._tail, pieces, strict=True):
            if isinstance(view, CodeView):
                view.show_code(piece[0].text, piece[0].language)
            else:
                if self._run is not None and piece[0].continued:
                    view.writer.columns = self._run.writer.columns
                view.rewrite(piece)

    def _drop_tail(self) -> None:
        for view in self._tail:
            self._box.removeWidget(view)
            view.hide()
            view.deleteLater()
        self._tail = []

    def _prose(self) -> ProseView:
        view = ProseView(self)
        view.resize(self.width(), 1)  # as it will be: what is written is laid out once
        view.setAccessibleName(self.tr("Answer"))
        view.setPalette(_clear(view.palette()))
        view.anchorClicked.connect(self._anchor_clicked)
        return view

    def _anchor_clicked(self, url: QUrl) -> None:
        self.link_clicked.emit(url.toString())

    def _add(self, view: View) -> View:
        self._box.addWidget(view)
        view.show()  # the layout would show it in the next turn of the event loop, and lay all out once more
        return view


def _clear(palette: QPalette) -> QPalette:
    """The page shows through."""
    palette.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
    return palette
