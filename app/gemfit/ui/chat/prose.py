"""Writes Markdown blocks into a text document, piece by piece, through a cursor.

No HTML is made or read on the way, and no resource is ever named: an image is shown as the text that it was written as.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from markdown_it.token import Token
from PySide6.QtGui import (
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextList,
    QTextListFormat,
    QTextTable,
    QTextTableFormat,
)

from gemfit.ui import theme

LONGEST_PARAGRAPH = 2000
"""Characters of plain text in one paragraph of the document: longer ones are slow to lay out."""
_HEADING_SCALE = {"h1": 1.35, "h2": 1.2, "h3": 1.1}
_LINE_SEPARATOR = "\u2028"


def can_open(address: str) -> bool:
    """Whether a link may be opened at all, after asking: the web and mail, nothing on this computer."""
    try:
        return urlsplit(address).scheme.lower() in ("http", "https", "mailto")
    except ValueError:
        return False


class Writer:
    """Appends to `document`, which must not be changed by anyone else.

    `columns`: of the last table, how wide they are, in parts of a hundred of the document's width. Its rest, which may
    be in another document, is made as wide.
    """

    def __init__(self, document: QTextDocument, *, muted: bool = False) -> None:
        self._document = document
        self._muted = muted
        self._empty = True
        self.after_table = False
        self.columns: list[float] = []

    def clear(self) -> None:
        self._document.clear()
        self._empty = True
        self.after_table = False

    def plain(self, text: str) -> None:
        """Append text as it is, in paragraphs of bounded length."""
        cursor = self._cursor()
        cursor.beginEditBlock()
        for line in text.split("\n"):
            for at in range(0, max(len(line), 1), LONGEST_PARAGRAPH):
                self._block(cursor, QTextBlockFormat(), self._characters())
                cursor.insertText(line[at : at + LONGEST_PARAGRAPH])
        cursor.endEditBlock()

    def extend(self, text: str) -> None:
        """Append text to the paragraph that is there, line breaks as new paragraphs."""
        cursor = self._cursor()
        cursor.beginEditBlock()
        if self._empty:
            self._block(cursor, QTextBlockFormat(), self._characters())
        cursor.insertText(text, self._characters())
        cursor.endEditBlock()

    def write(self, tokens: Sequence[Token]) -> None:
        """Append one block of prose."""
        cursor = self._cursor()
        cursor.beginEditBlock()
        walk = _Walk(self, cursor)
        walk.over(tokens)
        cursor.endEditBlock()
        if walk.wide is not None:
            self.columns = _widths(self._document, walk.wide)

    def _cursor(self) -> QTextCursor:
        cursor = QTextCursor(self._document)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        return cursor

    def _block(self, cursor: QTextCursor, block: QTextBlockFormat, characters: QTextCharFormat) -> None:
        """Begin a paragraph; the one that an empty document (or the end of a table) already has is used first."""
        if self._empty:
            cursor.setBlockFormat(block)
            cursor.setBlockCharFormat(characters)
            cursor.setCharFormat(characters)
            self._empty = False
        else:
            cursor.insertBlock(block, characters)
        self.after_table = False

    def _characters(self) -> QTextCharFormat:
        characters = QTextCharFormat()
        colours = theme.tokens()
        characters.setForeground(colours.muted if self._muted else colours.text)
        return characters


def _widths(document: QTextDocument, table: QTextTable) -> list[float]:
    """Of the columns, with their padding, in parts of a hundred of the document's width."""
    layout, whole = document.documentLayout(), max(document.textWidth(), 1.0)
    first = [table.cellAt(0, column).firstCursorPosition().block() for column in range(table.columns())]
    around = 2 * table.format().cellPadding() + table.format().border()
    return [100 * (layout.blockBoundingRect(block).width() + around) / whole for block in first]


class _Walk:
    """The tokens of one block, in order; what is open (lists, quotes) is on the stacks."""

    def __init__(self, writer: Writer, cursor: QTextCursor) -> None:
        self._writer = writer
        self._cursor = cursor
        self._base = writer._characters()
        self._lists: list[tuple[QTextListFormat, QTextList | None]] = []
        self._new_item = False
        self._quotes = 0
        self._table: QTextTable | None = None
        self._cell = (-1, -1)
        self.wide: QTextTable | None = None
        """A table that is as wide as its words want."""

    def over(self, tokens: Sequence[Token]) -> None:
        for number, token in enumerate(tokens):
            kind = token.type
            if kind == "inline":
                self._inline(token.children or [])
            elif kind in ("paragraph_open", "heading_open"):
                self._paragraph(token)
            elif kind in ("bullet_list_open", "ordered_list_open"):
                self._open_list(token)
            elif kind in ("bullet_list_close", "ordered_list_close"):
                self._lists.pop()
            elif kind == "list_item_open":
                self._new_item = True
            elif kind == "blockquote_open":
                self._quotes += 1
            elif kind == "blockquote_close":
                self._quotes -= 1
            elif kind in ("fence", "code_block"):
                self._nested_code(token.content.removesuffix("\n"))
            elif kind == "hr":
                self._rule()
            elif kind == "table_open":
                self._open_table(tokens[number:])
            elif kind == "table_close":
                self._close_table()
            elif kind == "tr_open":
                self._cell = (self._cell[0] + 1, -1)
            elif kind in ("th_open", "td_open"):
                self._next_cell(token)

    def _paragraph(self, token: Token) -> None:
        block = QTextBlockFormat()
        characters = QTextCharFormat(self._base)
        block.setLineHeight(125, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        block.setBottomMargin(2 if token.hidden else theme.GAP_S)
        if token.type == "heading_open":
            block.setTopMargin(theme.GAP_S)
            block.setHeadingLevel(int(token.tag[1:]))
            characters.setFontWeight(QFont.Weight.DemiBold)
            size = self._writer._document.defaultFont().pointSizeF()
            characters.setFontPointSize(size * _HEADING_SCALE.get(token.tag, 1.0))
        if self._quotes:
            block.setLeftMargin(theme.GAP_M * self._quotes)
            characters.setForeground(theme.tokens().muted)
        if self._lists and not self._new_item:
            block.setIndent(len(self._lists))
        self._writer._block(self._cursor, block, characters)
        self._current = characters
        if self._lists and self._new_item:
            self._into_list()

    def _into_list(self) -> None:
        form, existing = self._lists[-1]
        if existing is None:
            self._lists[-1] = (form, self._cursor.createList(form))
        else:
            existing.add(self._cursor.block())
        self._new_item = False

    def _open_list(self, token: Token) -> None:
        if self._new_item:  # an item that begins with a list has no text of its own
            self._paragraph(Token("paragraph_open", "p", 1, hidden=True))
        form = QTextListFormat()
        if token.type == "ordered_list_open":
            form.setStyle(QTextListFormat.Style.ListDecimal)
            form.setStart(min(int(token.attrs.get("start", 1)), 2**31 - 1 - 10_000))
        elif len(self._lists) % 2:
            form.setStyle(QTextListFormat.Style.ListCircle)
        else:
            form.setStyle(QTextListFormat.Style.ListDisc)
        form.setIndent(len(self._lists) + 1)
        self._lists.append((form, None))

    def _nested_code(self, text: str) -> None:
        block = QTextBlockFormat()
        block.setBackground(theme.tokens().track)
        block.setIndent(len(self._lists))
        block.setBottomMargin(theme.GAP_S)
        if self._lists and self._new_item:
            self._paragraph(Token("paragraph_open", "p", 1, hidden=True))
        self._writer._block(self._cursor, block, self._code_characters())
        self._cursor.insertText(text.replace("\n", _LINE_SEPARATOR), self._code_characters())

    def _rule(self) -> None:
        block = QTextBlockFormat()
        block.setProperty(QTextBlockFormat.Property.BlockTrailingHorizontalRulerWidth, QTextLength())
        block.setTopMargin(theme.GAP_S)
        block.setBottomMargin(theme.GAP_M)
        if self._writer.after_table:  # the paragraph that a table leaves behind it would draw the line beside it
            self._writer._block(self._cursor, QTextBlockFormat(), self._base)
        self._writer._block(self._cursor, block, self._base)

    # Tables.

    def _open_table(self, tokens: Sequence[Token]) -> None:
        rows = sum(token.type == "tr_open" for token in tokens)
        columns = sum(token.type == "th_open" for token in tokens)
        if not columns:  # it goes on without its head
            columns = sum(token.type == "td_open" for token in tokens) // max(rows, 1)
        form = QTextTableFormat()
        form.setBorder(1)
        form.setBorderBrush(theme.tokens().line)
        form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        form.setBorderCollapse(True)
        form.setCellPadding(theme.GAP_XS)
        form.setBottomMargin(theme.GAP_S)
        if any(token.type == "th_open" for token in tokens):
            form.setHeaderRowCount(1)
        elif len(self._writer.columns) == columns:
            kind = QTextLength.Type.PercentageLength
            form.setColumnWidthConstraints([QTextLength(kind, wide) for wide in self._writer.columns])
        self._table = self._cursor.insertTable(max(rows, 1), max(columns, 1), form)
        self.wide = self._table if form.headerRowCount() else None
        self._cell = (-1, -1)

    def _next_cell(self, token: Token) -> None:
        assert self._table is not None
        row, column = self._cell
        self._cell = (row, column + 1)
        self._cursor = self._table.cellAt(row, column + 1).firstCursorPosition()
        self._current = QTextCharFormat(self._base)
        if token.type == "th_open":
            self._current.setFontWeight(QFont.Weight.DemiBold)

    def _close_table(self) -> None:
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        self._table = None
        self._writer._empty = self._writer.after_table = True

    # Inline.

    def _inline(self, children: Sequence[Token]) -> None:
        stack = [self._current]
        for token in children:
            kind = token.type
            if token.nesting == 1:
                stack.append(self._marked(stack[-1], token))
            elif token.nesting == -1:
                stack.pop()
            elif kind == "text":
                self._cursor.insertText(token.content, stack[-1])
            elif kind in ("softbreak", "hardbreak"):  # models mean their line breaks: poems, addresses, lists of names
                self._cursor.insertText(_LINE_SEPARATOR, stack[-1])
            elif kind == "code_inline":
                self._cursor.insertText(token.content, self._code_characters(stack[-1]))
            elif kind == "image":
                self._cursor.insertText(f"![{token.content}]({token.attrs.get('src', '')})", stack[-1])
            else:
                self._cursor.insertText(token.content, stack[-1])

    def _marked(self, outer: QTextCharFormat, token: Token) -> QTextCharFormat:
        inner = QTextCharFormat(outer)
        if token.type == "strong_open":
            inner.setFontWeight(QFont.Weight.Bold)
        elif token.type == "em_open":
            inner.setFontItalic(True)
        elif token.type == "s_open":
            inner.setFontStrikeOut(True)
        elif token.type == "link_open":
            address = str(token.attrs.get("href", ""))
            if can_open(address):
                inner.setAnchor(True)
                inner.setAnchorHref(address)
                inner.setForeground(theme.tokens().accent)
                inner.setFontUnderline(True)
            inner.setToolTip(address)
        return inner

    def _code_characters(self, outer: QTextCharFormat | None = None) -> QTextCharFormat:
        characters = QTextCharFormat(outer or self._base)
        characters.setFontFamilies(theme.fixed_font().families())
        characters.setFontFixedPitch(True)
        characters.setBackground(theme.tokens().track)
        return characters
