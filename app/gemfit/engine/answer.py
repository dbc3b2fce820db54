"""From token pieces to text: UTF-8 never split, thinking told apart from the answer by Gemma 4's channel tokens.

A channel is `<|channel>NAME\\n…<channel|>`. The markers are tokens of their own, so a model that merely writes about
them in ordinary tokens does not open one.
"""

import codecs
from typing import NamedTuple

OPEN, CLOSE = "<|channel>", "<channel|>"
THOUGHT = "thought"


class Text(NamedTuple):
    """New text of the answer and of the thinking; either may be empty."""

    text: str
    thinking: str


class AnswerText:
    """Fed with the bytes of one token at a time; says what is new for the reader."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._in_channel = False
        self._name: str | None = None

    def feed(self, piece: bytes) -> Text:
        """Plain bytes of a token."""
        return self._place(self._decoder.decode(piece))

    def open_channel(self) -> Text:
        """The token `<|channel>`."""
        rest = self._flush()
        self._in_channel, self._name = True, ""
        return rest

    def close_channel(self) -> Text:
        """The token `<channel|>`."""
        rest = self._flush()
        self._in_channel, self._name = False, None
        return rest

    def finish(self) -> Text:
        """The end of the answer: what was held back."""
        return self._flush()

    def _flush(self) -> Text:
        return self._place(self._decoder.decode(b"", final=True))

    def _place(self, text: str) -> Text:
        if not self._in_channel:
            return Text(text, "")
        if self._name is not None:  # the channel's name, up to the end of its line, is not for the reader
            name, newline, rest = (self._name + text).partition("\n")
            if newline:
                self._name, text = None, rest
            elif THOUGHT.startswith(name):
                self._name, text = name, ""
            else:  # no name at all: the model went straight to its thought
                self._name, text = None, name
        return Text("", text)
