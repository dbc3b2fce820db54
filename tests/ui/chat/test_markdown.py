"""A text that grows gives the same blocks as the whole of it, and no text takes long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemfit.ui.chat.markdown import LARGEST_BLOCK, Block, Growing, parse

PIECES = [
    "A paragraph.\n", "\n", "\n\n", "- item\n", "  - nested\n", "1. one\n", "3. three\n", "> quote\n", "# Heading\n",
    "```python\n", "```\n", "~~~\n", "    indented\n", "| a | b |\n|---|---|\n", "| 1 | 2 |\n", "---\n", "===\n",
    "**bold** and `code`", "*", "+ ", "text", " ", "\r\n", "~~gone~~", "![x](file:///etc/passwd)", "<b>html</b>\n",
]  # fmt: skip


def outline(blocks: list[Block]) -> list[tuple[object, ...]]:
    return [(b.kind, b.text, b.language, [(t.type, t.tag, t.content) for t in b.tokens]) for b in blocks]


def grown(chunks: list[str]) -> list[Block]:
    growing, text, found = Growing(), "", []
    for chunk in chunks:
        text += chunk
        step = growing.step(text, final=False)
        found += step.finished
        while step.more:
            step = growing.step(text, final=False)
            found += step.finished
    step = growing.step(text, final=True)
    found += step.finished
    while step.more:
        step = growing.step(text, final=True)
        found += step.finished
    return found


@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_growing_ends_where_parsing_all_at_once_does(chunks: list[str]):
    assert outline(grown(chunks)) == outline(parse("".join(chunks)))


@given(st.text(alphabet="ab *-_`#>|\n1.[]()!<&~", max_size=200), st.integers(1, 7))
def test_the_same_for_text_cut_anywhere(text: str, size: int):
    chunks = [text[at : at + size] for at in range(0, len(text), size)]
    assert "".join(b.text for b in grown(chunks)) == "".join(b.text for b in parse(text))


def test_finished_blocks_are_given_once_and_the_tail_is_the_rest():
    growing = Growing()
    step = growing.step("First.\n\nSecond", final=False)
    assert (len(step.finished), len(step.tail)) == (0, 2)
    step = growing.step("First.\n\nSecond.\n", final=False)
    assert (len(step.finished), len(step.tail)) == (1, 1)
    step = growing.step("First.\n\nSecond.\n", final=True)
    assert (len(step.finished), len(step.tail)) == (1, 0)


def test_code_has_its_language_and_its_text():
    (block,) = parse("```python title=x\nprint(1)\n\nprint(2)\n```\n")
    assert (block.kind, block.language, block.text) == ("code", "python", "print(1)\n\nprint(2)")


def test_html_stays_text():
    (block,) = parse("<img src='http://example.org/x.png'><script>alert(1)</script>")
    assert {t.type for t in block.tokens} == {"paragraph_open", "inline", "paragraph_close"}


@pytest.mark.parametrize("start", ["", "* ", "> ", "| a |\n|---|\n| "])
def test_a_line_of_a_megabyte_is_cut_into_plain_pieces(start: str):
    text = start + "word " * 200_000
    blocks = grown([text])
    assert "".join(b.text for b in blocks if b.kind == "plain").count("word") > 190_000
    assert max(len(b.text) for b in blocks) <= LARGEST_BLOCK


@pytest.mark.parametrize("fence", ["```", "~~~~", ""])
def test_long_code_stays_one_block(fence: str):
    body = "".join(f"    line {n}\n" for n in range(2000))
    text = f"{fence}\n{body}{fence}\n\nAfter.\n" if fence else f"{body}\nAfter.\n"
    assert [b.kind for b in grown([text])] == ["code", "prose"]
    assert outline(grown([text[at : at + 5000] for at in range(0, len(text), 5000)])) == outline(parse(text))


@pytest.mark.parametrize("hostile", ["[" * 9000, "*a " * 3000, "`" * 9000, "> " * 500 + "x", "![" * 4000, "<" * 9000])
def test_hostile_marks_come_out_as_blocks(hostile: str):
    assert grown([hostile])


def test_long_code_that_never_ends_is_there_when_the_answer_is():
    (block,) = grown(["```sql\n" + "select 1;\n" * 2000])
    assert (block.kind, block.language, block.text.count("select")) == ("code", "sql", 2000)
