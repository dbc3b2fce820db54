"""Guesses from the conversation itself: what followed the last time the same few tokens stood there."""

import sys
from array import array
from collections.abc import Sequence

from gemfit.engine.backends.prompt import Entry
from gemfit.engine.protocol import Guesser

LONGEST = 6
SHORTEST = 3
"""How many tokens have to be the same: pairs of tokens come again by chance."""
_NO_TOKEN = -1
_WIDTH = array("i").itemsize


class Ngrams:
    """The tokens so far, as one run of bytes: searching that backwards needs no index and takes microseconds."""

    name: Guesser = "ngram"

    def __init__(self) -> None:
        self._bytes = bytearray()

    def begin(self, entries: Sequence[Entry]) -> None:
        """Another conversation, or the same one cut or gone on. What is no token breaks what is repeated."""
        self._bytes = bytearray(array("i", [e if isinstance(e, int) else _NO_TOKEN for e in entries]).tobytes())

    def add(self, tokens: Sequence[int]) -> None:
        for token in tokens:
            self._bytes += token.to_bytes(_WIDTH, sys.byteorder)

    def guess(self, limit: int, _row: int = -1) -> list[int]:
        """At most `limit` tokens that may come next; none where nothing like the end stood before."""
        place = self._after_the_same(SHORTEST)
        if place < 0:
            return []
        longer = (self._after_the_same(length) for length in range(LONGEST, SHORTEST, -1))
        return self._from(next((found for found in longer if found >= 0), place), limit)

    def _after_the_same(self, tokens: int) -> int:
        """Where what followed the last so many tokens begins, the last time they stood there; -1 for nowhere."""
        start = len(self._bytes) - tokens * _WIDTH
        if start <= 0:
            return -1
        pattern, until = self._bytes[start:], len(self._bytes) - 1
        while (found := self._bytes.rfind(pattern, 0, until)) >= 0 and found % _WIDTH:
            until = found + len(pattern) - 1
        return found + len(pattern) if found >= 0 else -1

    def _from(self, place: int, limit: int) -> list[int]:
        """The tokens from `place` on; where they end, the same over again: a repetition of its own length."""
        known = array("i")
        known.frombytes(bytes(self._bytes[place : place + limit * _WIDTH]))
        guesses: list[int] = []
        while len(guesses) < limit:
            guess = known[len(guesses) % len(known)]
            if guess == _NO_TOKEN:
                break
            guesses.append(guess)
        return guesses
