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
