"""Markdown cut into blocks: CommonMark with tables and strikethrough, without HTML. Pure, and made for text that grows.

While an answer grows, only its last block can change; the blocks before it are finished and never looked at again
(link references, which reach backwards, are the exception we accept). A block of absurd length is shown as plain text,
so that no answer can stop the window.
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

    `first_line` counts from 0 in the text that was parsed.
    """

    kind: Kind
    first_line: int = 0
    tokens: tuple[Token, ...] = ()
    text: str = ""
    language: str = ""


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

    def step(self, text: str, *, final: bool) -> Step:
        """Take in `text`, which begins with the text of the step before. With `final`, it will not grow any more."""
        whole = text.replace("\r\n", "\n").replace("\r", "\n")
        rest = whole[self._start :]
        if len(rest) > WINDOW:
            window = rest[:WINDOW]
            blocks = parse(window)
            finished = _settled(window, blocks)
            if finished:
                self._start += _offset(window, blocks[finished].first_line)
                return Step(blocks[:finished], [], True)
        window = rest[:LARGEST_BLOCK]
        blocks = parse(window)
        if len(rest) > LARGEST_BLOCK:
            return self._large(rest, window, blocks, final)
        if final:
            self._start = len(whole)
            return Step(blocks, [], False)
        finished = _settled(window, blocks)
        if finished:
            self._start += _offset(window, blocks[finished].first_line)
        return Step(blocks[:finished], blocks[finished:], False)

    def _large(self, rest: str, window: str, blocks: list[Block], final: bool) -> Step:
        """There is more than one window: take what is finished in this one, or the whole of a code block."""
        finished = _settled(window, blocks)
        if finished:
            self._start += _offset(window, blocks[finished].first_line)
            return Step(blocks[:finished], [], True)
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
