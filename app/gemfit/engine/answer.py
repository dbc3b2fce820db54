"""From token pieces to text: UTF-8 never split, thinking told apart from the answer by Gemma 4's channel tokens.

A channel is `<|channel>NAME\\n…<channel|>`. The markers are tokens of their own, so a model that merely writes about
them in ordinary tokens does not open one.
"""

import codecs
from collections.abc import Iterable
from typing import NamedTuple

OPEN, CLOSE = "<|channel>", "<channel|>"
THOUGHT = "thought"


class Text(NamedTuple):
    """New text of the answer and of the thinking; either may be empty."""

    text: str
    thinking: str


class StopTexts:
    """Texts before which an answer ends. What may be the beginning of one is held back until that is known."""

    def __init__(self, stops: Iterable[str]) -> None:
        self._stops = [stop for stop in stops if stop]
        self._held = ""
        self.stopped = False

    def feed(self, text: str) -> str:
        """What of the text so far may be shown now. Of several stops the one that is complete first counts."""
        if self.stopped or not self._stops:
            return "" if self.stopped else text
        text = self._held + text
        begin = self._first(text)
        if begin is not None:
            self.stopped, self._held = True, ""
            return text[:begin]
        shown = len(text) - self._beginning(text)
        self._held = text[shown:]
        return text[:shown]

    def release(self) -> str:
        """What was held back, when no stop can come of it any more."""
        held, self._held = self._held, ""
        return held

    def _first(self, text: str) -> int | None:
        """Where the stop begins that is complete first; of those that end together, the longest."""
        found = [(begin + len(stop), begin) for stop in self._stops if (begin := text.find(stop)) >= 0]
        return min(found)[1] if found else None

    def _beginning(self, text: str) -> int:
        """How many of the last characters may be the beginning of a stop."""
        longest = min(len(text), max(map(len, self._stops)) - 1)
        return next((n for n in range(longest, 0, -1) if any(s.startswith(text[-n:]) for s in self._stops)), 0)


class AnswerText:
    """Fed with the bytes of one token at a time; says what is new for the reader. `stop` ends an answer, no thought."""

    def __init__(self, stop: Iterable[str] = ()) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._stop = StopTexts(stop)
        self._in_channel = False
        self._name: str | None = None

    @property
    def stopped(self) -> bool:
        """Whether a text came that ends the answer; nothing more is given out then."""
        return self._stop.stopped

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
        rest = self._place(self._decoder.decode(b"", final=True))
        return Text(rest.text + self._stop.release(), rest.thinking)

    def _place(self, text: str) -> Text:
        if not self._in_channel:
            return Text(self._stop.feed(text), "")
        if self._name is not None:  # the channel's name, up to the end of its line, is not for the reader
            name, newline, rest = (self._name + text).partition("\n")
            if newline:
                self._name, text = None, rest
            elif THOUGHT.startswith(name):
                self._name, text = name, ""
            else:  # no name at all: the model went straight to its thought
                self._name, text = None, name
        return Text("", text)
