"""From a request to what the model is to process: its conversation through the template, as entries of the cache."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from gemfit.engine import template
from gemfit.engine.answer import CLOSE, OPEN
from gemfit.engine.backends.llama_native import NativeModel
from gemfit.engine.protocol import ChatMessage, Generate, Media
from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say


class MediaChunk(msgspec.Struct, frozen=True):
    """A picture or a sound in the prompt; it is processed whole or not at all.

    Two of them are the same where their content and its preparation are (`sha256` tells). `tokens` is what it takes in
    the cache, `positions` by how much it moves on what comes after it: fewer, where positions have several dimensions.
    """

    sha256: str
    tokens: int
    positions: int


Entry = int | MediaChunk
"""What a prompt and a cache consist of: a token, or a media chunk."""


def tokens_of(entries: list[Entry]) -> int:
    """What `entries` take in the cache."""
    return sum(1 if isinstance(entry, int) else entry.tokens for entry in entries)


def positions_of(entries: list[Entry]) -> int:
    """The position of what comes after `entries`."""
    return sum(1 if isinstance(entry, int) else entry.positions for entry in entries)


def batches(entries: Sequence[Entry], most: int) -> Iterator[list[int] | MediaChunk]:
    """`entries` in the parts that are processed at once: at most so many tokens, or one media chunk."""
    tokens: list[int] = []
    for entry in entries:
        if tokens and (not isinstance(entry, int) or len(tokens) == most):
            yield tokens
            tokens = []
        if isinstance(entry, int):
            tokens.append(entry)
        else:
            yield entry
    if tokens:
        yield tokens


def common(one: Sequence[Any], other: Sequence[Any]) -> int:
    """How many items both begin with; by halves, which are compared at once."""
    same, different = 0, min(len(one), len(other))
    if one[:different] == other[:different]:
        return different
    while different - same > 1:
        middle = (same + different) // 2
        if one[same:middle] == other[same:middle]:
            same = middle
        else:
            different = middle
    return same


_END_CHARACTERS = 40
"""By so much of its end a prompt is found again in another: more than a turn's marks, fewer than what may differ."""


class Prompt(NamedTuple):
    """What to process. `marks`: after so many entries it may be that the next prompt goes another way, in rising order.

    They are the beginning of the last question (which may be edited), and what stays of the prompt when the answer has
    become a part of the conversation (templates give it another beginning then, and remove its thought).
    """

    entries: list[Entry]
    marks: list[int]


class PromptMaker:
    """A vocabulary and a chat template. `media_entries` gives what stands in a prompt for a picture or sound."""

    def __init__(
        self,
        model: NativeModel,
        chat: template.ChatTemplate,
        media_entries: Callable[[Media], list[Entry]] | None = None,
    ) -> None:
        self._model = model
        self._template = chat
        self._media_entries = media_entries or _no_projector
        self.open, self.close = self._marker(OPEN), self._marker(CLOSE)
        marked = [t for t in (self.open, self.close) if t is not None]
        texts = [model.token_text(t) for t in [*model.control_tokens(), *marked]]
        self._controls = template.control_pattern([*texts, *template.MEDIA_TOKENS])

    def _marker(self, text: str) -> int | None:
        """The token of a channel marker, if this vocabulary has it as one token."""
        tokens = self._model.tokenize(text, add_special=False, parse_special=True)
        return tokens[0] if len(tokens) == 1 and self._model.token_text(tokens[0]) == text else None

    def prompt(self, request: Generate) -> Prompt:
        """The conversation. What a person wrote never becomes a control token.

        Raises GemfitError `context_full`, and for pictures and sound as `Projector.entries` does.
        """
        broken = [
            msgspec.structs.replace(m, content=template.break_controls(m.content, self._controls))
            for m in request.messages
        ]
        think = request.think
        rendered = self._template.render(broken, think=think)
        text = rendered + self._begun(broken, rendered, request)
        media = [self._media_entries(one) for message in broken for one in message.media]
        entries = self._entries(text, media)
        if tokens_of(entries) >= self._model.context_tokens:
            raise _too_long(tokens_of(entries), self._model.context_tokens)
        turnings = self._turnings(broken, rendered, think=think)
        marks = {self._entries_before(entries, text[end:], media) for end in turnings}
        return Prompt(entries, sorted(mark for mark in marks if mark))

    def _entries(self, text: str, media: list[list[Entry]]) -> list[Entry]:
        bos = self._model.token_text(self._model.bos())
        text = text.removeprefix(bos) if bos else text  # the tokenizer adds it where the vocabulary wants it
        entries: list[Entry] = []
        for between, part in zip([[], *media], text.split(template.MEDIA), strict=True):
            entries += between
            for piece in template.pieces(part):
                entries += self._model.tokenize(piece, add_special=not entries, parse_special=True)
        return entries

    def _begun(self, messages: list[ChatMessage], rendered: str, request: Generate) -> str:
        """What the answer already begins with. One that goes on is past its thinking: no second thought is asked for,
        in the way of the template for those that do not think, and all before stays what it was, and in the cache.
        """
        prefill = template.break_controls(request.prefill, self._controls)
        if not prefill or not request.think:
            return prefill
        end, silent = rendered[-_END_CHARACTERS:], self._template.render(messages, think=False)
        place = silent.rfind(end)
        return (silent[place + len(end) :] if place >= 0 else "") + prefill

    def _turnings(self, messages: list[ChatMessage], rendered: str, *, think: bool) -> list[int]:
        """Up to where `rendered` stays the same when it is answered, and when its last question is another."""
        last = messages[-1] if messages else None
        if self._model.window_cells >= self._model.context_tokens or last is None or last.role != "user":
            return []  # nothing is ever dropped from the cache
        answered = [*messages, ChatMessage("assistant", "."), ChatMessage("user", ".")]
        another = msgspec.structs.replace(last, content="," if last.content.lstrip().startswith(".") else ".")
        try:
            others = [self._template.render(m, think=think) for m in (answered, [*messages[:-1], another])]
        except GemfitError:  # a template that refuses such a conversation
            return []
        return [common(rendered, other) for other in others]

    def _entries_before(self, entries: list[Entry], rest: str, media: list[list[Entry]]) -> int:
        """How many of `entries` come before `rest`, the end of their text; where a token spans both, it is not one."""
        left_bytes = len(rest.replace(template.BREAK, "").replace(template.MEDIA, "").encode())
        for between in media[len(media) - rest.count(template.MEDIA) :]:  # the tokens around them are in no text
            left_bytes += sum(self._model.spelling_bytes(entry) for entry in between if isinstance(entry, int))
        for number in range(len(entries), 0, -1):
            entry = entries[number - 1]
            if left_bytes <= 0:
                return number
            if isinstance(entry, int):
                left_bytes -= self._model.spelling_bytes(entry)
        return 0


def _no_projector(_: Media) -> list[Entry]:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "The model was loaded without its part for pictures and sound, the projector. Nothing was sent. "
        "Get it on the Models page and load the model again, or remove the picture or sound from the message.",
    )
    raise GemfitError("no_projector", say(text))


def _too_long(tokens: int, context_tokens: int) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "This conversation has {tokens} tokens; the context holds {context_tokens}. Nothing is lost. "
        "Start a new chat, or load the model with a larger context.",
    )
    return GemfitError("context_full", say(text, tokens=tokens, context_tokens=context_tokens))
