"""What is in the KV cache, entry by entry: adding to it, taking back, and keeping what the next prompt begins with."""

from collections.abc import Sequence

from gemfit.engine.backends.llama_native import ABORTED, NO_ROOM, Cancelled, NativeModel
from gemfit.engine.backends.prompt import Entry, positions_of, tokens_of
from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say


class Cache:
    """The cache of one context. `entries` never claims more than what is really there."""

    def __init__(self, model: NativeModel) -> None:
        self._model = model
        self.entries: list[Entry] = []
        self.tokens = 0
        """What the entries take of the context."""

    def keep_common(self, prompt: list[Entry]) -> int:
        """Keep what `prompt` begins with; returns how many of its entries that are. At least one is left to process.

        A sliding-window cache cannot give back positions that it has dropped: then all of it is processed again.
        """
        common = _common(self.entries, prompt[:-1])
        if common < len(self.entries) and not self._cut(common):
            common = 0
            self.clear()
        return common

    def _cut(self, entries: int) -> bool:
        """Keep the first `entries`, if the window still has what they need. False: it does not, or nothing is left."""
        kept = positions_of(self.entries[:entries])
        first, _ = self._model.cached_range()
        window = self._model.window_tokens
        if entries == 0 or (window and first > max(0, kept - window)) or not self._model.keep(kept):
            return False
        self._shorten(entries)
        return True

    def clear(self) -> None:
        """Forget everything."""
        self._model.clear_cache()
        self._shorten(0)

    def _shorten(self, entries: int) -> None:
        del self.entries[entries:]
        self.tokens = tokens_of(self.entries)

    def process(self, tokens: Sequence[int], *, outputs_for_all: bool = False) -> None:
        """Add tokens: what comes after the last of them, or after each, can be sampled then.

        Raises Cancelled, or GemfitError when llama.cpp cannot go on.
        """
        if self._model.abort.is_set():  # devices other than the CPU do not look at the flag themselves
            raise Cancelled
        result = self._model.decode(tokens, outputs_for_all=outputs_for_all)
        if result != 0:
            self._failed(result)
        self.entries += tokens
        self.tokens += len(tokens)

    def take_back(self, tokens: int) -> bool:
        """Remove the last `tokens`, which were just processed (guesses that were wrong).

        They must be tokens and fewer than the cells that the window has to spare (`ubatch_tokens`). False: this kind of
        cache cannot; then it is empty.
        """
        if tokens == 0 or self._model.keep(positions_of(self.entries) - tokens):
            self._shorten(len(self.entries) - tokens)
            return True
        self.clear()
        return False

    def _failed(self, result: int) -> None:
        # What of the batch is in the cache is not told, so the list must not claim it: keep only what was there.
        if not self._model.keep(positions_of(self.entries)):
            self.clear()
        if result == ABORTED:
            raise Cancelled
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The engine could not go on (code {code}). What was written is kept. Ask again, or load the model again.",
        )
        code = "context_full" if result == NO_ROOM else "decode_failed"
        raise GemfitError(code, say(text, code=str(result)))


def _common(old: list[Entry], new: list[Entry]) -> int:
    """How many entries both begin with."""
    for number, (one, other) in enumerate(zip(old, new, strict=False)):
        if one != other:
            return number
    return min(len(old), len(new))
