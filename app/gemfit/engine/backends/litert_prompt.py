"""From a request to the texts that a LiteRT-LM session is given, with their tokens."""

import re
from typing import NamedTuple

import msgspec

from gemfit.engine import template
from gemfit.engine.backends.litert_native import NativeModel
from gemfit.engine.protocol import Generate
from gemfit.errors import GemfitError
from gemfit.litertlm.types import LlmMetadata
from gemfit.words import QT_TRANSLATE_NOOP, say

GEMMA_CONTROLS = (
    "<bos>",
    "<eos>",
    "<pad>",
    "<start_of_turn>",
    "<end_of_turn>",
    "<|turn>",
    "<turn|>",
    "<|channel>",
    "<channel|>",
    "<|think|>",
    "<|tool>",
    "<tool|>",
    "<|tool_call>",
    "<tool_call|>",
    "<|tool_response>",
    "<tool_response|>",
    '<|"|>',
    "<|image|>",
    "<|audio|>",
    "<|video|>",
    "<start_of_image>",
    "<end_of_image>",
)
"""Looked for besides what the file itself names; the tokenizer says which of them it has."""
_MARKED = re.compile(r"<[^<>\s{}']{1,40}>")


class Part(NamedTuple):
    """A text that is tokenized by itself, and its tokens."""

    text: str
    tokens: list[int]


def template_source(metadata: LlmMetadata) -> str:
    """The file's chat template; where it has none, one of the texts that it puts around turns."""
    if metadata.template:
        return metadata.template
    if any((metadata.user, metadata.model, metadata.system)) and metadata.user != ("", ""):
        roles = {"user": metadata.user, "assistant": metadata.model, "system": metadata.system}
        turns = "".join(
            f"{{% if m.role == {role!r} %}}{{{{ {before!r} + m.content + {after!r} }}}}{{% endif %}}"
            for role, (before, after) in roles.items()
        )
        begin = f"{{{{ {metadata.model[0]!r} }}}}"
        return f"{{% for m in messages %}}{turns}{{% endfor %}}{begin}"
    return template.PLAIN


class PromptMaker:
    """A tokenizer and a chat template."""

    def __init__(self, model: NativeModel, metadata: LlmMetadata) -> None:
        """Raises GemfitError `template_bad`."""
        self._model = model
        self._start = metadata.start_text
        source = template_source(metadata)
        self._template = template.ChatTemplate(source, bos=self._start, eos="")
        named = {*GEMMA_CONTROLS, *_MARKED.findall(source), *metadata.stop_texts, self._start}
        named |= {marker for channel in metadata.channels for marker in (channel.start, channel.end)}
        self._controls = template.control_pattern([text for text in named if self._is_one_token(text)])

    def _is_one_token(self, text: str) -> bool:
        return bool(text) and len(self._model.tokenize(text)) == 1

    def parts(self, request: Generate) -> list[Part]:
        """The conversation; what a person wrote never becomes a control token. Raises GemfitError `template_bad`."""
        broken = [
            msgspec.structs.replace(m, content=template.break_controls(m.content, self._controls))
            for m in request.messages
        ]
        # An answer that goes on is past its thinking: no second thought is asked for.
        text = self._template.render(broken, think=request.think and not request.prefill)
        text = text.removeprefix(self._start) if self._start else text  # the library puts it there by itself
        text += template.break_controls(request.prefill, self._controls)
        return [Part(piece, self._model.tokenize(piece)) for piece in template.pieces(text)]

    def cut(self, parts: list[Part], at: int) -> tuple[list[Part], list[Part]]:
        """What comes before the token `at`, and what comes from there on. Cut a little earlier, or at the end of the
        part, where texts do not become just these tokens otherwise.
        """
        for number, part in enumerate(parts):
            if at <= 0:
                return parts[:number], parts[number:]
            if at < len(part.tokens):
                before, after = self._cut_part(part, at)
                return [*parts[:number], *before], [*after, *parts[number + 1 :]]
            at -= len(part.tokens)
        return parts, []

    def _cut_part(self, part: Part, at: int) -> tuple[list[Part], list[Part]]:
        for size in range(at, max(0, at - _CUTS), -1):
            begin, end = self.exact(part.tokens[:size]), self.exact(part.tokens[size:])
            if begin is not None and end is not None:
                return [Part(begin, part.tokens[:size])], [Part(end, part.tokens[size:])]
        return [part], []

    def exact(self, tokens: list[int]) -> str | None:
        """The text that becomes just these tokens, if there is one."""
        text = self._model.detokenize(tokens)
        return text if self._model.tokenize(text) == tokens else None


_CUTS = 16
"""Places to try for a cut: a character of several byte tokens is four long at the most."""


def too_long(tokens: int, context_tokens: int) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "This conversation has {tokens} tokens; the context holds {context_tokens}. Nothing is lost. "
        "Start a new chat, or load the model with a larger context.",
    )
    return GemfitError("context_full", say(text, tokens=tokens, context_tokens=context_tokens))
