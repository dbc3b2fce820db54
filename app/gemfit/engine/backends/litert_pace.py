"""How many tokens of a prompt the next native call gets. Pure.

A call cannot be interrupted, so it should be short. And a compiled model takes prompts of certain lengths, to which the
library pads: near the end of the context a padded run has no room any more ("Prefill input length exceeds available
state entries"), so the last tokens go in full runs of the shortest length.
"""

from collections.abc import Sequence

FIRST_TOKENS = 128
"""Gemma's compiled prompt lengths are multiples of it."""
MOST_TOKENS = 2048
CALL_S = 0.5
"""About how long one call should take: a cancel waits for its end."""


class PrefillPace:
    """For a model with prompts compiled for `lengths` (empty: any) and a context of `context_tokens` (0: unknown)."""

    def __init__(self, lengths: Sequence[int], context_tokens: int) -> None:
        self._shortest = min(lengths, default=1)
        longest = max(lengths, default=1)
        self._roomy = context_tokens - longest if context_tokens else 1 << 40
        """Up to this position every run has room."""
        self._tail = self._roomy - longest
        self._size = FIRST_TOKENS

    def kept(self, common: int, total: int) -> int:
        """How many of `common` tokens to leave in the cache, so that the rest of `total` can be processed."""
        return min(common, max(0, total - self._shortest)) if total >= self._roomy else common

    def next(self, at: int, total: int) -> int:
        """Tokens for the next call, when `at` of `total` are processed."""
        rest = total - at
        if total < self._roomy or rest <= 0:
            return min(rest, self._size)
        if at < self._tail:
            return min(self._size, self._tail - at)
        return rest % self._shortest or self._shortest

    def took(self, tokens: int, took_s: float) -> None:
        """A call with so many tokens took so long."""
        if took_s < CALL_S / 2 and tokens >= self._size:
            self._size = min(MOST_TOKENS, self._size * 2)
        elif took_s > CALL_S and self._size > FIRST_TOKENS:
            self._size //= 2
