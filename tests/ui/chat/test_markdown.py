"""A text that grows gives the same blocks as the whole of it, and no text takes long."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemfit.ui.chat.markdown import LARGEST_BLOCK, LONG_BLOCK, Block, Growing, parse

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


def words_of(blocks: list[Block]) -> list[str]:
    return [token.content for block in blocks for token in block.tokens if token.type == "inline"]


LONG_LIST = "".join(f"1. item {n} of **many**\n   - within {n}\n" for n in range(120))
LOOSE_LIST = "".join(f"- item {n}\n\n  more of it\n\n" for n in range(120))
LONG_TABLE = "| n | word |\n|---|---|\n" + "".join(f"| {n} | a word of {n} |\n" for n in range(120))


@settings(max_examples=25)
@given(st.sampled_from([LONG_LIST, LOOSE_LIST, LONG_TABLE]), st.integers(40, 3000), st.sampled_from(["", "After.\n"]))
def test_a_long_list_or_table_comes_out_whole_however_it_grows(text: str, size: int, after: str):
    text = f"Before.\n\n{text}\n\n{after}"
    chunks = [text[at : at + size] for at in range(0, len(text), size)]
    found = grown(chunks)
    assert words_of(found) == words_of(parse(text))
    assert {block.kind for block in found} == {"prose"}


@pytest.mark.parametrize("text", [LONG_LIST, LOOSE_LIST, LONG_TABLE])
def test_of_a_long_list_or_table_only_the_end_can_still_change(text: str):
    growing, most = Growing(), 0
    for end in range(0, len(text), 40):
        step = growing.step(text[:end], final=False)
        while step.more:
            step = growing.step(text[:end], final=False)
        most = max(most, sum(len(words) for words in words_of(step.tail)))
    assert most < LONG_BLOCK


def test_a_list_that_is_finished_in_parts_goes_on_counting():
    lists = [block.tokens for block in grown(["Before.\n\n" + LONG_LIST])[1:]]
    assert len(lists) > 1
    counted = 1
    for tokens in lists:
        assert int(tokens[0].attrs.get("start", 1)) == counted
        counted += sum(token.type == "list_item_open" and token.level == 1 for token in tokens)
    assert counted == 121


def test_a_list_that_is_finished_in_parts_keeps_its_distances():
    lists = [block.tokens for block in grown([LOOSE_LIST[at : at + 100] for at in range(0, len(LOOSE_LIST), 100)])]
    assert len(lists) > 1
    assert not any(token.hidden for tokens in lists for token in tokens if token.type == "paragraph_open")


def test_a_table_that_is_finished_in_parts_has_one_head():
    tables = grown([LONG_TABLE[at : at + 100] for at in range(0, len(LONG_TABLE), 100)])
    assert [block.continued for block in tables] == [False, *[True] * (len(tables) - 1)]
    heads = [sum(token.type == "th_open" for token in block.tokens) for block in tables]
    assert heads == [2, *[0] * (len(tables) - 1)]
    assert len(tables) > 1
