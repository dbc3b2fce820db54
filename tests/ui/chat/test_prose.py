"""Markdown becomes a document that has what the text says, and copies as plain text."""

import pytest
from PySide6.QtGui import QTextBlock, QTextDocument, QTextTable
from pytestqt.qtbot import QtBot

from gemfit.ui.chat.blocks import CodeView, MessageBody, ProseView
from gemfit.ui.chat.markdown import parse
from gemfit.ui.chat.prose import LONGEST_PARAGRAPH


@pytest.fixture
def view(qtbot: QtBot) -> ProseView:
    view = ProseView()
    qtbot.addWidget(view)
    view.resize(500, 100)
    view.show()
    return view


def write(view: ProseView, text: str) -> list[QTextBlock]:
    view.writer.clear()
    for block in parse(text):
        view.writer.write(block.tokens)
    return blocks(view.document())


def blocks(document: QTextDocument) -> list[QTextBlock]:
    found, block = [], document.begin()
    while block.isValid():
        found.append(block)
        block = block.next()
    return found


def test_headings_have_their_level_and_paragraphs_follow(view: ProseView):
    first, second, third = write(view, "# One\n\n### Three\n\nText\nin lines.")
    assert [b.blockFormat().headingLevel() for b in (first, second, third)] == [1, 3, 0]
    assert third.text() == "Text\u2028in lines."


def test_lists_nest_and_count_from_where_they_say(view: ProseView):
    found = write(view, "3. three\n4. four\n   - inner\n\n     more of it\n5. five")
    lists = [b.textList() for b in found]
    assert [b.text() for b in found] == ["three", "four", "inner", "more of it", "five"]
    assert [x.format().indent() if x else None for x in lists] == [1, 1, 2, None, 1]
    assert lists[0] is not None
    assert lists[0].format().start() == 3
    assert lists[0].count() == 3


def test_a_list_right_inside_a_list(view: ProseView):
    assert [b.text() for b in write(view, "- - deep")] == ["", "deep"]


def test_quotes_are_set_in(view: ProseView):
    outer, inner = write(view, "> one\n>\n> > two")
    assert 0 < outer.blockFormat().leftMargin() < inner.blockFormat().leftMargin()


def test_a_table_has_its_cells(view: ProseView):
    write(view, "| a | b |\n|---|---|\n| **1** | 2 |\n\nAfter.")
    (table,) = [f for f in view.document().rootFrame().childFrames() if isinstance(f, QTextTable)]
    cells = [[table.cellAt(r, c).firstCursorPosition().block().text() for c in range(2)] for r in range(2)]
    assert cells == [["a", "b"], ["1", "2"]]
    assert blocks(view.document())[-1].text() == "After."


def test_code_inside_a_list_keeps_its_lines(view: ProseView):
    found = write(view, "- item\n\n  ```\n  a\n  b\n  ```\n-     indented")
    assert [b.text() for b in found] == ["item", "a\u2028b", "", "indented"]


def test_a_rule_stands_below_a_table(view: ProseView):
    found = write(view, "| a |\n|---|\n| 1 |\n\n---\n\nEnd")
    assert [b.text() for b in found][-3:] == ["", "", "End"]


def test_marks_within_a_line(view: ProseView):
    (block,) = write(view, "**b** *i* ~~s~~ `c` [l](https://example.org)  \nnext")
    formats = {f.format.fontWeight() > 500 for f in block.textFormats()}
    assert formats == {True, False}
    assert any(f.format.fontItalic() for f in block.textFormats())
    assert any(f.format.fontStrikeOut() for f in block.textFormats())
    assert any(f.format.fontFixedPitch() for f in block.textFormats())
    assert [f.format.anchorHref() for f in block.textFormats() if f.format.isAnchor()] == ["https://example.org"]
    assert block.text() == "b i s c l\u2028next"


def test_plain_text_is_left_alone_and_bounded(view: ProseView):
    view.writer.plain("**not bold**\n" + "x" * (LONGEST_PARAGRAPH + 1))
    assert [len(b.text()) for b in blocks(view.document())] == [12, LONGEST_PARAGRAPH, 1]


def test_what_is_copied_is_plain(view: ProseView):
    write(view, "**bold** and [link](https://example.org)")
    view.selectAll()
    mime = view.createMimeDataFromSelection()
    assert (mime.text(), mime.hasHtml()) == ("bold and link", False)


def test_the_view_is_as_high_as_its_text(view: ProseView):
    write(view, "word " * 400)
    tall = view.height()
    view.resize(1000, tall)
    assert 0 < view.height() < tall


TEXT = (
    "One **paragraph**.\n\n```python\nprint(1)\n```\n\n- a\n- b\n\n"
    "| x |\n|---|\n| y |\n\nThe last one, over\ntwo lines."
)


def placed(body: MessageBody) -> list[object]:
    """What is on the page, from above."""
    items = [body._box.itemAt(place) for place in range(body._box.count())]
    return [item.widget() for item in items if item is not None]


@pytest.mark.parametrize("size", [1, 7, 40, 1000])
def test_a_body_that_grew_shows_each_block_once(qtbot: QtBot, size: int):
    body = MessageBody()
    qtbot.addWidget(body)
    body.show()
    for end in range(0, len(TEXT), size):
        body.set_text(TEXT[:end], final=False)
        while body.advance():
            continue
    body.set_text(TEXT, final=True)
    while body.advance():
        continue
    shown = placed(body)
    prose = [v.toPlainText().split("\n") for v in shown if isinstance(v, ProseView)]
    assert prose == [["One paragraph."], ["a", "b", "x", "y", "The last one, over", "two lines."]]
    assert [v.code for v in shown if isinstance(v, CodeView)] == ["print(1)"]


def test_another_text_takes_the_place_of_the_first(qtbot: QtBot):
    body = MessageBody()
    qtbot.addWidget(body)
    body.show()
    for text in ("First.\n\nMore.", "Second."):
        body.set_text(text, final=True)
        while body.advance():
            continue
    assert [v.toPlainText() for v in placed(body) if isinstance(v, ProseView)] == ["Second."]


def grow(qtbot: QtBot, text: str, size: int) -> MessageBody:
    body = MessageBody()
    qtbot.addWidget(body)
    body.resize(600, 100)
    body.show()
    for end in [*range(0, len(text), size), len(text)]:
        body.set_text(text[:end], final=end == len(text))
        while body.advance():
            continue
    return body


@pytest.mark.parametrize("size", [37, 100_000])
def test_the_columns_of_a_long_table_stand_below_each_other(qtbot: QtBot, size: int):
    text = "| n | square | word |\n|---|---|---|\n" + "".join(
        f"| {n} | {n * n} | {'w' * (n % 9)} |\n" for n in range(150)
    )
    body = grow(qtbot, text, size)
    (view,) = [v for v in placed(body) if isinstance(v, ProseView)]
    tables = [frame for frame in view.document().rootFrame().childFrames() if isinstance(frame, QTextTable)]
    assert len(tables) > 1
    assert sum(table.rows() for table in tables) == 151
    assert [table.format().headerRowCount() for table in tables] == [1, *[0] * (len(tables) - 1)]
    layout = view.document().documentLayout()
    lefts = [
        [layout.blockBoundingRect(table.cellAt(0, column).firstCursorPosition().block()).left() for column in range(3)]
        for table in tables
    ]
    for column in range(3):
        places = [left[column] for left in lefts]
        assert max(places) - min(places) < 4  # whole pixels of each cell's frame


def test_a_long_list_counts_on(qtbot: QtBot):
    body = grow(qtbot, "".join(f"1. item {n}\n" for n in range(300)), 50)
    (view,) = [v for v in placed(body) if isinstance(v, ProseView)]
    lists = [block.textList() for block in blocks(view.document())]
    numbers = [x.format().start() + x.itemNumber(b) for x, b in zip(lists, blocks(view.document()), strict=True) if x]
    assert numbers == list(range(1, 301))


def test_paragraphs_do_not_make_views(qtbot: QtBot):
    body = grow(qtbot, "# Heading\n\nA paragraph.\n\n- a list\n\n" * 20, 3)
    assert len([v for v in placed(body) if isinstance(v, ProseView)]) == 1
    made = body.findChildren(ProseView)
    assert len(made) <= 2  # deleted later: one that was the end while it grew


def test_a_body_that_is_drawn_anew_stays_as_high_until_it_is(qtbot: QtBot):
    body = grow(qtbot, "A paragraph.\n\n" * 100, 1000)
    qtbot.waitUntil(lambda: body.sizeHint().height() > 1000)
    body.resize(600, body.sizeHint().height())
    before = body.height()
    body.set_text("A paragraph.\n\n" * 101, final=False)
    assert body.minimumHeight() == before
    while body.advance():
        continue
    assert body.minimumHeight() == 0
    qtbot.waitUntil(lambda: body.sizeHint().height() > before)
