"""Earlier states of a sliding window: what makes it possible to go back in a conversation without processing it again.

A sliding-window cache forgets what has left the window, so it cannot simply be cut (llama.cpp, issues 21831 and 21468);
its state at a place of the conversation can be copied, and put back. The layers that attend to everything need no copy.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from gemfit.engine.backends.llama_native import NativeModel


class Checkpoint(NamedTuple):
    """The window's state after the first `entries` of the cache: a buffer of llama.cpp's making."""

    entries: int
    state: Any

    @property
    def n_bytes(self) -> int:
        return len(self.state)


class Checkpoints:
    """The states that were kept of one conversation, oldest first, in no more than `limit_bytes`."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self.kept: list[Checkpoint] = []

    @property
    def n_bytes(self) -> int:
        return sum(checkpoint.n_bytes for checkpoint in self.kept)

    def take(self, entries: int, model: NativeModel) -> None:
        """Keep the window as it is now, after `entries`; what is least useful goes, before anything is copied."""
        if any(checkpoint.entries == entries for checkpoint in self.kept):
            return
        size = model.state_bytes(window_only=True)
        if 0 < size <= self.limit_bytes:
            self._make_room(size)
            self.kept.append(Checkpoint(entries, model.state(window_only=True)))

    def add(self, entries: int, state: Any) -> None:
        """Keep a state that was saved before, after those that are kept."""
        if len(state) <= self.limit_bytes:
            self._make_room(len(state))
            self.kept.append(Checkpoint(entries, state))

    def best(self, fits: Callable[[int], bool]) -> Checkpoint | None:
        """The last checkpoint whose number of entries `fits`."""
        return next((checkpoint for checkpoint in reversed(self.kept) if fits(checkpoint.entries)), None)

    def forget_after(self, entries: int) -> None:
        """Drop what is of no use once only the first `entries` are in the cache."""
        self.kept = [checkpoint for checkpoint in self.kept if checkpoint.entries <= entries]

    def _make_room(self, n_bytes: int) -> None:
        while self.kept and self.n_bytes + n_bytes > self.limit_bytes:
            del self.kept[least_useful([checkpoint.entries for checkpoint in self.kept])]


def least_useful(entries: list[int]) -> int:
    """Which of these places, in rising order, to give up: the one that is nearest to the one before it.

    Whoever goes back to a place without a checkpoint processes what lies between it and the one before. The last one is
    where the conversation most likely goes on, so it is given up only when it is alone.
    """
    if len(entries) == 1:
        return 0
    gaps = [here - before for before, here in zip([0, *entries[:-2]], entries[:-1], strict=True)]
    return gaps.index(min(gaps))
