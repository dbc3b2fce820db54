"""Chat templates: they come from files that strangers made, so they run in Jinja's immutable sandbox.

The texts of the conversation must not be able to end a turn or start a thought, so what looks like a control token in
them is broken by a mark (`BREAK`) before rendering; `pieces` gives the rendered prompt cut at those marks, each piece
to be tokenized by itself. No character of the text is changed. Where pictures and sound belong, the rendered prompt has
a mark of another kind (`MEDIA`).
"""

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import jinja2
from jinja2.exceptions import SecurityError
from jinja2.ext import loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

from gemfit.engine.bounded import NoThread, bounded
from gemfit.engine.protocol import ChatMessage
from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say

BREAK = "\ue000"
"""A private-use character that stands where a control token in a person's text is cut in two."""

MEDIA = "\ue001"
"""A private-use character that stands where a picture or a sound goes."""

MEDIA_TOKENS = ("<|image|>", "<|audio|>")
"""What Gemma 4's template writes there."""

KNOWN_SHA256 = {
    "ae53464bf3be25802b3a5b37def7fd89667067d7577049b3b2d74c4d8de4c6d4": "Gemma 4 (12B, 31B)",
    "2dfbfc7d538912f4ea11d29d85b4e25d7bc26386e53f57529f1d707c28b5828c": "Gemma 4 (llama.cpp's vocabulary file)",
    "872be49dbb638044ad01b60388f48d469ff2980e5f0dccdc22ec907db54d0788": "SmolLM2",
}
"""Templates that were read by us. Others run too, in the same sandbox, and are said to be unknown."""

PLAIN = "{% for message in messages %}{{ message.role | capitalize }}: {{ message.content }}\n{% endfor %}Assistant:"
"""For files without a chat template (base models): named turns in plain text."""

MAX_SEQUENCE = 1 << 20
"""The longest string or list that a template may make by multiplication, and the longest number in bits."""


class _Sandbox(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: jinja2.runtime.Context, operator: str, left: Any, right: Any) -> Any:
        """Refuse `"a" * 10**10` and `9**9**9`: the sandbox itself limits only `range`."""
        if operator == "**" or (operator == "*" and _length(left, right) > MAX_SEQUENCE):
            raise SecurityError(f"the template may not compute {operator!r} with these values")
        return super().call_binop(context, operator, left, right)


def _length(left: Any, right: Any) -> int:
    for sequence, times in ((left, right), (right, left)):
        if isinstance(sequence, str | bytes | list | tuple) and isinstance(times, int):
            return len(sequence) * times
    if isinstance(left, int) and isinstance(right, int):
        return left.bit_length() + right.bit_length()
    return 0


def sha256(template: str) -> str:
    """The hash by which a template is known."""
    return hashlib.sha256(template.encode()).hexdigest()


def is_known(template: str) -> bool:
    return sha256(template) in KNOWN_SHA256


def supports_thinking(template: str) -> bool:
    """Whether the template has a switch for thinking."""
    return "enable_thinking" in template


class ChatTemplate:
    """A compiled template. Raises GemfitError: `template_bad` when it cannot be compiled or refuses the messages,
    `out_of_memory` where there is no room to watch it."""

    def __init__(self, source: str, *, bos: str, eos: str) -> None:
        environment = _Sandbox(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols])
        environment.globals.update(raise_exception=_refuse, strftime_now=_strftime_now)
        del environment.globals["lipsum"]  # Jinja's own, random text at length: nothing a prompt needs
        self._names = {"bos_token": bos, "eos_token": eos}
        try:
            self._template = bounded(lambda: environment.from_string(source))
        except NoThread as error:
            raise _no_room(error) from error
        except (jinja2.TemplateError, RecursionError, MemoryError, TimeoutError, SyntaxError) as error:
            raise _bad(error) from error

    def render(self, messages: list[ChatMessage], *, think: bool) -> str:
        """The prompt for the next answer, from the conversation so far, with a `MEDIA` for every picture and sound.

        They go where the template puts them; before the text of their turn where it does not know them.
        """
        wanted = sum(len(m.media) for m in messages)
        if not wanted:
            return self._rendered([{"role": m.role, "content": m.content} for m in messages], think=think)
        text = self._rendered([{"role": m.role, "content": _parts(m)} for m in messages], think=think)
        for token in MEDIA_TOKENS:
            text = text.replace(token, MEDIA)
        if text.count(MEDIA) != wanted:
            turns = [{"role": m.role, "content": MEDIA * len(m.media) + m.content} for m in messages]
            text = self._rendered(turns, think=think)
        if text.count(MEDIA) != wanted:
            raise _bad(ValueError("it leaves pictures or sound out"))
        return text

    def _rendered(self, turns: list[dict[str, Any]], *, think: bool) -> str:
        try:
            return bounded(
                lambda: self._template.render(
                    messages=turns, add_generation_prompt=True, enable_thinking=think, tools=None, **self._names
                )
            )
        except NoThread as error:
            raise _no_room(error) from error
        except Exception as error:  # a template is foreign code: whatever it raises is its own fault
            raise _bad(error) from error


def _parts(message: ChatMessage) -> str | list[dict[str, str]]:
    """Its content in the form that templates know for more than text."""
    if not message.media:
        return message.content
    return [*({"type": str(media.kind)} for media in message.media), {"type": "text", "text": message.content}]


def _bad(error: Exception) -> GemfitError:
    detail = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
    return GemfitError(
        "template_bad",
        say(
            QT_TRANSLATE_NOOP(
                "gemfit",
                "The chat template in this file was refused: {detail}. "
                "Nothing of it ran outside its sandbox. Take the model's file from its publisher.",
            ),
            detail=detail,
        ),
    )


def _no_room(error: NoThread) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "There is not enough memory to go on: the system gives the engine no more threads ({reason}). What was said is "
        "whole. Close other programs, or load the model with a smaller context.",
    )
    return GemfitError("out_of_memory", say(text, reason=str(error)))


def _refuse(message: str) -> None:
    raise jinja2.TemplateError(message)


def _strftime_now(form: str) -> str:
    return datetime.now(tz=UTC).astimezone().strftime(form)


def break_controls(text: str, controls: re.Pattern[str] | None) -> str:
    """Put `BREAK` into every control token that `text` spells out, so that it is read as plain text."""
    text = text.replace(BREAK, "").replace(MEDIA, "")
    if controls is None:
        return text
    return controls.sub(lambda found: found[0][0] + BREAK + found[0][1:], text)


def control_pattern(tokens: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern for the vocabulary's control tokens; None if it has none worth breaking."""
    texts = sorted({t for t in tokens if len(t) > 1}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, texts))) if texts else None


def pieces(prompt: str) -> list[str]:
    """The rendered prompt, cut at the marks."""
    return [piece for piece in prompt.split(BREAK) if piece]
