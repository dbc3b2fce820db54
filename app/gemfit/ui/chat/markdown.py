"""Markdown cut into blocks: CommonMark with tables and strikethrough, without HTML. Pure, and made for text that grows.

While an answer grows, only its last block can change; the blocks before it are finished and never looked at again
(link references, which reach backwards, are the exception we accept). Of a long list or table, only the last item or
row can: what is before it is a block by itself, so that a line more costs a line. A block of absurd length is shown as
plain text, so that no answer can stop the window.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

LARGEST_BLOCK = 8192
"""Characters of one paragraph, list or table that are still taken as Markdown."""

WINDOW = 2048
"""Characters that one step looks at, unless they hold no end of a block."""
LONG_BLOCK = 640
"""Characters from which on a list or a table is finished in parts."""
MOST_BRACKETS = 200
"""In one paragraph; the parser's time for links grows with their square."""

Kind = Literal["prose", "code", "plain"]


def _inline(state: StateCore) -> None:
    """The parser's own rule, but for a paragraph of nothing but brackets."""
    for token in state.tokens:
        if token.type != "inline":
            continue
        if token.content.count("[") > MOST_BRACKETS:
            token.children = [Token("text", "", 0, content=token.content)]
        else:
            token.children = []
            state.md.inline.parse(token.content, state.md, state.env, token.children)


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.core.ruler.at("inline", _inline)
    return parser


_parser = _make_parser()


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """One block of the top level. `text`: the code of `code`, the text of `plain`; `tokens`: of `prose`.

    `first_line` counts from 0 in the text that was parsed. `continued`: rows with which a table goes on.
    """

    kind: Kind
    first_line: int = 0
    tokens: tuple[Token, ...] = ()
    text: str = ""
    language: str = ""
    continued: bool = False


class _Rest(msgspec.Struct, frozen=True):
    """What a list or table was, of which the beginning is finished. `head`: the lines that make the rest a table;
    `number`: of the next item of a list; `loose`: its items are paragraphs.
    """

    head: str = ""
    number: int = 0
    loose: bool = False


def parse(text: str) -> list[Block]:
    """The blocks of a text, in order."""
    blocks: list[Block] = []
    group: list[Token] = []
    for token in _parser.parse(text):
        group.append(token)
        if token.level == 0 and token.nesting <= 0:
            blocks.append(_block(group))
            group = []
    return blocks


def _block(group: Sequence[Token]) -> Block:
    first = group[0]
    line = first.map[0] if first.map else 0
    if first.type in ("fence", "code_block"):
        language = first.info.split(maxsplit=1)[0] if first.info.strip() else ""
        return Block(kind="code", first_line=line, text=first.content.removesuffix("\n"), language=language)
    return Block(kind="prose", first_line=line, tokens=tuple(group))


class Step(msgspec.Struct, frozen=True):
    """What one step found: blocks `finished` for good, the `tail` that may still change, whether there is `more`."""

    finished: list[Block]
    tail: list[Block]
    more: bool


class Growing:
    """Cuts a growing text into blocks, a bounded piece of work at a time."""

    def __init__(self) -> None:
        self._start = 0
        self._rest: _Rest | None = None

    def step(self, text: str, *, final: bool) -> Step:
        """Take in `text`, which begins with the text of the step before. With `final`, it will not grow any more."""
        whole = text.replace("\r\n", "\n").replace("\r", "\n")
        rest = whole[self._start :]
        if len(rest) > WINDOW:
            found = self._take(rest[:WINDOW], self._parse(rest[:WINDOW]))
            if found:
                return Step(found, [], True)
        window = rest[:LARGEST_BLOCK]
        blocks = self._parse(window)
        if len(rest) > LARGEST_BLOCK:
            return self._large(rest, window, blocks, final)
        if final:
            self._start, self._rest = len(whole), None
            return Step(blocks, [], False)
        found = self._take(window, blocks)
        if found and self._rest is not None:
            return Step(found, [], True)
        return Step(found, blocks[len(found) :], False)

    def _parse(self, window: str) -> list[Block]:
        """The blocks of a text that begins where the last finished one ended."""
        if self._rest is None:
            return parse(window)
        blocks = parse(self._rest.head + window)
        lines = self._rest.head.count("\n")
        blocks = [msgspec.structs.replace(block, first_line=max(0, block.first_line - lines)) for block in blocks]
        blocks[0] = _rows_alone(blocks[0]) if lines else _numbered(blocks[0], self._rest)
        return blocks

    def _take(self, window: str, blocks: list[Block]) -> list[Block]:
        """What of these is finished; the next step begins behind it."""
        settled = _settled(window, blocks)
        if settled:
            self._start += _offset(window, blocks[settled].first_line)
            self._rest = None
            return blocks[:settled]
        cut = _cut(window, blocks[0], self._rest) if blocks else None
        if cut is None:
            return []
        block, lines, self._rest = cut
        self._start += _offset(window, lines)
        return [block]

    def _large(self, rest: str, window: str, blocks: list[Block], final: bool) -> Step:
        """There is more than one window: take what is finished in this one, or the whole of a code block."""
        found = self._take(window, blocks)
        if found:
            return Step(found, [], True)
        self._rest = None
        if blocks and blocks[0].kind == "code":
            return self._large_code(rest, final)
        cut = window.rfind("\n") + 1 or len(window)
        self._start += cut
        return Step([Block(kind="plain", text=window[:cut].removesuffix("\n"))], [], True)

    def _large_code(self, rest: str, final: bool) -> Step:
        """Code has no inline marks, so its length costs little: look for its end in all of the text."""
        lines = rest.split("\n")
        opening = parse("\n".join(lines[: _first_line_of_text(lines) + 1]))
        fenced = bool(opening) and opening[0].kind == "code" and _is_fence(lines[_first_line_of_text(lines)])
        end = _end_of_fence(lines) if fenced else _end_of_indented(lines)
        piece = "\n".join(lines[:end])
        blocks = parse(piece)
        if end >= len(lines) and not final:
            return Step([], blocks, False)
        self._start += min(len(piece) + 1, len(rest))
        return Step(blocks, [], True)


def _settled(text: str, blocks: Sequence[Block]) -> int:
    """How many blocks cannot change: those before a block that begins in a line that is complete."""
    complete = text.count("\n")
    settled = 0
    for number, block in enumerate(blocks[1:], start=1):
        if block.first_line < complete:
            settled = number
    return settled


def _cut(text: str, block: Block, before: _Rest | None) -> tuple[Block, int, _Rest] | None:
    """The items or rows of a long `block` before its last, so many lines, and what the rest has to know of them.

    None where there is nothing to take: it is neither list nor table, it is not long, or it has one whole line.
    """
    tokens = block.tokens
    kind = tokens[0].type if tokens else ""
    is_table = kind == "table_open"
    if len(text) < LONG_BLOCK or not (is_table or kind in ("bullet_list_open", "ordered_list_open")):
        return None
    inside = ("tr_open", 2) if is_table else ("list_item_open", 1)
    parts = [at for at, token in enumerate(tokens) if (token.type, token.level) == inside]
    parts = [at for at in parts if not (is_table and tokens[at - 1].type == "thead_open")]
    begins = [(token.map or [0])[0] - _lines(before) for token in (tokens[at] for at in parts)]
    last = sum(line < text.count("\n") for line in begins) - 1  # the last that begins with a whole line
    if last < 1:
        return None
    closing = tokens[-2:] if is_table and tokens[-2].type == "tbody_close" else tokens[-1:]
    first = msgspec.structs.replace(block, tokens=(*tokens[: parts[last]], *closing))
    if is_table:
        head = before.head if before is not None else text[: _offset(text, block.first_line + 2)]
        return first, begins[last], _Rest(head=head)
    number = int(tokens[0].attrs.get("start", 1)) + last
    loose = any(t.type == "paragraph_open" and t.level == 2 and not t.hidden for t in tokens)
    return first, begins[last], _Rest(number=number, loose=loose)


def _lines(rest: _Rest | None) -> int:
    """So many lines were put before the text that was parsed."""
    return rest.head.count("\n") if rest is not None else 0


def _rows_alone(table: Block) -> Block:
    """Without the head, which is shown already."""
    end = next(at for at, token in enumerate(table.tokens) if token.type == "thead_close")
    return msgspec.structs.replace(table, tokens=(table.tokens[0], *table.tokens[end + 1 :]), continued=True)


def _numbered(block: Block, rest: _Rest) -> Block:
    """The rest of a list, with its own number and the distances of its beginning."""
    if block.tokens[0].type == "ordered_list_open":
        block.tokens[0].attrs["start"] = rest.number
    for token in block.tokens:
        if rest.loose and token.level == 2 and token.type in ("paragraph_open", "paragraph_close"):
            token.hidden = False
    return block


def _offset(text: str, line: int) -> int:
    """Where `line` begins in `text`."""
    at = 0
    for _ in range(line):
        at = text.index("\n", at) + 1
    return at


def _first_line_of_text(lines: Sequence[str]) -> int:
    return next((number for number, line in enumerate(lines) if line.strip()), 0)


def _is_fence(line: str) -> bool:
    return line.lstrip(" ").startswith(("```", "~~~"))


def _end_of_fence(lines: Sequence[str]) -> int:
    """The number of lines up to and with the closing fence; all of them when it has not come yet."""
    first = _first_line_of_text(lines)
    opening = lines[first].lstrip(" ")
    mark = opening[: len(opening) - len(opening.lstrip(opening[0]))]
    for number in range(first + 1, len(lines)):
        line = lines[number].strip()
        if len(line) >= len(mark) and set(line) == {mark[0]}:
            return number + 1
    return len(lines)


def _end_of_indented(lines: Sequence[str]) -> int:
    for number, line in enumerate(lines):
        if line.strip() and not line.startswith(("    ", "\t")):
            return number
    return len(lines)
