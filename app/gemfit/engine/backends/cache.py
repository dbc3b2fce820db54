"""What is in the KV cache, entry by entry: adding to it, taking back, and keeping what the next prompt begins with."""

from collections.abc import Sequence

from gemfit.engine.backends.checkpoints import Checkpoints
from gemfit.engine.backends.llama_native import ABORTED, NO_ROOM, Cancelled, NativeModel
from gemfit.engine.backends.media import Projector
from gemfit.engine.backends.prompt import Entry, MediaChunk, common, positions_of, tokens_of
from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say


class Cache:
    """The cache of one context. `entries` never claims more than what is really there."""

    def __init__(self, model: NativeModel, checkpoint_bytes: int) -> None:
        self._model = model
        self.checkpoints = Checkpoints(checkpoint_bytes)
        self.entries: list[Entry] = []
        self.tokens = 0
        """What the entries take of the context."""

    def keep_common(self, prompt: list[Entry]) -> int:
        """Keep what `prompt` begins with; returns how many of its entries that are. At least one is left to process.

        A sliding-window cache cannot give back positions that it has dropped: then a checkpoint of it is put back, and
        without one all of it is processed again.
        """
        shared = common(self.entries, prompt[:-1])
        if shared < len(self.entries) and not self._cut(shared) and not self._go_back(shared):
            self.clear()
        self.checkpoints.forget_after(len(self.entries) + 1)  # one more than those kept: see `_go_back`
        return len(self.entries)

    def _cut(self, entries: int) -> bool:
        """Keep the first `entries`, if the window still has what they need. False: it does not, or nothing is left."""
        kept = positions_of(self.entries[:entries])
        first, _ = self._model.cached_range()
        window = self._model.window_tokens
        if entries == 0 or (window and first > max(0, kept - window)) or not self._model.keep(kept):
            return False
        self._shorten(entries)
        return True

    def _go_back(self, entries: int) -> bool:
        """Keep as many of the first `entries` as a checkpoint allows. False: none does."""
        # A checkpoint has one position more than the next token looks back to, so it serves one entry less as well:
        # the same prompt once more is all but its last token, which has to be processed for what comes after it.
        one_less = {entries + 1} if isinstance(self.entries[entries], int) else set()
        found = self.checkpoints.best(lambda have: have <= entries or have in one_less)
        if found is None:
            return False
        kept = min(entries, found.entries)
        self._model.keep(positions_of(self.entries[: found.entries]))
        if not self._model.set_state(found.state, window_only=True):
            return False
        if kept < found.entries and not self._model.keep(positions_of(self.entries[:kept])):
            return False
        self._shorten(kept)
        return True

    def checkpoint(self, expected_tokens: int | None) -> None:
        """Make it possible to come back to here, after so many more tokens (None: nobody knows).

        Nothing is copied where the window would still have what is needed.
        """
        model = self._model
        if expected_tokens is None or expected_tokens > model.window_cells - model.window_tokens:
            self.checkpoints.take(len(self.entries), model)

    def hold(self, entries: list[Entry]) -> None:
        """These are in the cache now: they were put there from outside."""
        self.entries = entries
        self.tokens = tokens_of(entries)

    def settle(self) -> int:
        """After the context was made anew: forget what is not in it; returns the entries that are."""
        if self._model.cached_range()[1] + 1 != positions_of(self.entries):
            self.clear()
        return len(self.entries)

    def clear(self) -> None:
        """Forget everything."""
        self._model.clear_cache()
        self.checkpoints.forget_after(0)
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

    def process_media(self, chunk: MediaChunk, projector: Projector) -> None:
        """Add a picture or a sound. Raises as `process`, and GemfitError when its file cannot be read any more."""
        if self._model.abort.is_set():
            raise Cancelled
        result = projector.process(chunk, positions_of(self.entries))
        if result != 0:
            self._failed(result)
        self.entries.append(chunk)
        self.tokens += chunk.tokens

    def take_back(self, tokens: int) -> bool:
        """Remove the last `tokens`, which were just processed (guesses that were wrong).

        They must be tokens and fewer than the cells that the window has to spare (`ubatch_tokens`). False: this kind of
        cache cannot; then it is empty.
        """
        if tokens == 0:
            return True
        if self._model.keep(self._model.cached_range()[1] + 1 - tokens):
            del self.entries[-tokens:]
            self.tokens -= tokens
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
