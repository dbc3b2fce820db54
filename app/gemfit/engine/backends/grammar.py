"""Answers that follow a grammar (GBNF) or a JSON schema, by llama.cpp's own grammar sampler.

The grammar is asked about the token that the chain chose; only where it forbids that one are all of them looked at, as
llama.cpp's own programs do it (common/sampling.cpp). It binds the answer alone: a thought before it is free.
"""

import ctypes
import json
from typing import Any

import llama_cpp.llama_cpp as lib

from gemfit.engine.backends.llama_native import NativeModel
from gemfit.engine.protocol import Generate
from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

MAX_CHARACTERS = 64 << 10
MAX_DEPTH = 100
"""Of brackets within brackets: llama.cpp's parser calls itself for each, until its stack is used up."""

_CANDIDATE = [("id", "<i4"), ("logit", "<f4"), ("p", "<f4")]
"""`llama_token_data`, as NumPy says it. NumPy itself is imported only where there is a grammar: it takes 10 MiB."""


class Grammar:
    """The grammar's state within one answer. Close it."""

    def __init__(
        self, model: NativeModel, text: str, channel: tuple[int | None, int | None], *, thinks: bool, of_schema: bool
    ) -> None:
        """`channel`: the tokens that open and close a thought; with `thinks`, the answer may begin with one.
        `of_schema`: `text` was made of a JSON schema.

        Raises GemfitError `grammar_bad`, or `schema_bad`.
        """
        import numpy as np

        if not _is_bearable(text):
            raise _grammar_bad()
        self._sampler = lib.llama_sampler_init_grammar(model.vocab, text.encode(), b"root")
        if not self._sampler:
            raise _schema_bad(_not_taken()) if of_schema else _grammar_bad()
        self._open, self._close = channel
        self._may_open, self._in_thought = thinks, False
        self._ids = np.arange(model.vocab_tokens, dtype=np.int32)

    def go_on_after(self, tokens: list[int]) -> None:
        """The answer already begins with these. Raises GemfitError `grammar_stuck` where they do not follow it."""
        for token in tokens:
            if not self._allows(token):
                raise _left()
            lib.llama_sampler_accept(self._sampler, token)

    def close(self) -> None:
        lib.llama_sampler_free(self._sampler)

    def sample(self, chain: Any, scores: Any) -> int:
        """Choose by `chain` from the model's `scores`, as far as the grammar allows.

        Raises GemfitError `grammar_stuck`.
        """
        token = _apply(chain, self._candidates(scores))
        if self._is_free(token):
            lib.llama_sampler_accept(chain, token)
            return token
        if not self._allows(token):
            # A forbidden token must never be accepted: llama.cpp ends the process then.
            candidates = self._candidates(scores)
            _apply(self._sampler, candidates)
            if not _any_left(candidates):
                raise _stuck()
            token = _apply(chain, candidates)
            if not self._allows(token):
                raise _stuck()
        lib.llama_sampler_accept(chain, token)
        lib.llama_sampler_accept(self._sampler, token)
        return token

    def _is_free(self, token: int) -> bool:
        """Whether this token belongs to a thought, which the grammar does not bind."""
        if self._in_thought:
            self._in_thought = token != self._close
            return True
        if self._may_open and token == self._open:
            self._in_thought = True
            return True
        self._may_open = False
        return False

    def _candidates(self, scores: Any) -> Any:
        import numpy as np

        found = np.empty(len(self._ids), dtype=_CANDIDATE)
        found["id"], found["p"] = self._ids, 0.0
        found["logit"] = np.ctypeslib.as_array(scores, (len(self._ids),))
        return found

    def _allows(self, token: int) -> bool:
        import numpy as np

        one = np.array([(token, 0.0, 0.0)], dtype=_CANDIDATE)
        _apply(self._sampler, one)
        return _any_left(one)


def grammar_of(request: Generate) -> str | None:
    """The grammar that a request asks for. Raises GemfitError `schema_bad` for a schema that makes none, or one that
    is too large.
    """
    if request.json_schema is None:
        return request.grammar
    # The binding brings llama.cpp's own converter, in Python; it fetches nothing.
    from llama_cpp.llama_grammar import json_schema_to_gbnf

    if len(request.json_schema) > MAX_CHARACTERS:
        raise _schema_bad(_too_large())
    try:
        text = str(json_schema_to_gbnf(request.json_schema))
    except Exception as error:  # a schema is foreign, and the converter raises whatever comes to it
        raise _schema_bad(_why(error)) from error
    if not _is_bearable(text):
        raise _schema_bad(_too_large())
    return text


def _is_bearable(text: str) -> bool:
    """Whether llama.cpp's parser would survive it."""
    if len(text) > MAX_CHARACTERS:
        return False
    depth = deepest = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    return deepest <= MAX_DEPTH and "\0" not in text and bool(text.strip())


def _any_left(candidates: Any) -> bool:
    import numpy as np

    return bool(np.isfinite(candidates["logit"]).any())


def _apply(sampler: Any, candidates: Any) -> int:
    """Have a sampler change the candidates, in place; returns the token that it chose, if it is one that chooses."""
    data = candidates.ctypes.data_as(ctypes.POINTER(lib.llama_token_data))
    array = lib.llama_token_data_array(data, len(candidates), -1, False)
    lib.llama_sampler_apply(sampler, ctypes.byref(array))
    return int(array.data[array.selected].id) if array.selected >= 0 else -1


def _grammar_bad() -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "The engine does not understand the grammar. Nothing was generated. Check its rules (GBNF, with a rule "
        "named root), or ask without it.",
    )
    return GemfitError("grammar_bad", say(text))


def _schema_bad(detail: str | Sentence) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "No grammar can be made of the JSON schema ({detail}). Nothing was generated. Check it, or ask without it.",
    )
    return GemfitError("schema_bad", say(text, detail=detail))


def _why(error: Exception) -> str | Sentence:
    """What is wrong with a schema, from what the converter or Python's JSON parser raised for it."""
    if isinstance(error, json.JSONDecodeError):
        text = QT_TRANSLATE_NOOP("gemfit", "it is not JSON from line {line}, character {column} on")
        return say(text, line=error.lineno, column=error.colno)
    if isinstance(error, RecursionError):
        return _too_large()
    told = str(error).splitlines()
    if isinstance(error, AssertionError | ValueError) and told:  # the converter's own words
        return told[0][:200]
    # It took a value for what it should have been, and Python's words for that help nobody.
    return say(QT_TRANSLATE_NOOP("gemfit", "a value or a pattern in it is not what JSON Schema has there"))


def _not_taken() -> Sentence:
    return say(QT_TRANSLATE_NOOP("gemfit", "the engine cannot follow a pattern in it"))


def _too_large() -> Sentence:
    return say(QT_TRANSLATE_NOOP("gemfit", "it makes a grammar too large or too deeply nested for the engine"))


def _left() -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "What is written so far does not follow the grammar, so the answer cannot go on by it. It is kept. Ask anew, "
        "or go on without the grammar.",
    )
    return GemfitError("grammar_stuck", say(text))


def _stuck() -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "The model has no word left that the grammar allows. What was written is kept. Check the grammar, or ask "
        "without it.",
    )
    return GemfitError("grammar_stuck", say(text))
