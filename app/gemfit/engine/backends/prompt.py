"""From a request to what the model is to process: its conversation through the template, as entries of the cache."""

import msgspec

from gemfit.engine import template
from gemfit.engine.answer import CLOSE, OPEN
from gemfit.engine.backends.llama_native import NativeModel
from gemfit.engine.protocol import Generate
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


class PromptMaker:
    """A vocabulary and a chat template."""

    def __init__(self, model: NativeModel, chat: template.ChatTemplate) -> None:
        self._model = model
        self._template = chat
        self.open, self.close = self._marker(OPEN), self._marker(CLOSE)
        marked = [t for t in (self.open, self.close) if t is not None]
        self._controls = template.control_pattern([model.token_text(t) for t in [*model.control_tokens(), *marked]])

    def _marker(self, text: str) -> int | None:
        """The token of a channel marker, if this vocabulary has it as one token."""
        tokens = self._model.tokenize(text, add_special=False, parse_special=True)
        return tokens[0] if len(tokens) == 1 and self._model.token_text(tokens[0]) == text else None

    def entries(self, request: Generate) -> list[Entry]:
        """The conversation. What a person wrote never becomes a control token. Raises GemfitError `context_full`."""
        broken = [
            msgspec.structs.replace(m, content=template.break_controls(m.content, self._controls))
            for m in request.messages
        ]
        # An answer that goes on is past its thinking: no second thought is asked for.
        think = request.think and not request.prefill
        text = self._template.render(broken, think=think)
        text += template.break_controls(request.prefill, self._controls)
        bos = self._model.token_text(self._model.bos())
        text = text.removeprefix(bos) if bos else text  # the tokenizer adds it where the vocabulary wants it
        entries: list[Entry] = []
        for number, piece in enumerate(template.pieces(text)):
            entries += self._model.tokenize(piece, add_special=number == 0, parse_special=True)
        if tokens_of(entries) >= self._model.context_tokens:
            raise _too_long(tokens_of(entries), self._model.context_tokens)
        return entries


def _too_long(tokens: int, context_tokens: int) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "This conversation has {tokens} tokens; the context holds {context_tokens}. Nothing is lost. "
        "Start a new chat, or load the model with a larger context.",
    )
    return GemfitError("context_full", say(text, tokens=tokens, context_tokens=context_tokens))
