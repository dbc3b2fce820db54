"""Speed and time left, smoothed, and told no more often than a person can read."""

import math
from collections.abc import Callable

from gemfit.library.types import TransferProgress, TransferState
from gemfit.words import Sentence

INTERVAL_S = 0.1
SMOOTHING_S = 4.0  # a change of speed shows by two thirds after this time

OnProgress = Callable[[TransferProgress], None]


class Speed:
    """Bytes per second, exponentially smoothed over `SMOOTHING_S`; 0 until the first two samples."""

    def __init__(self) -> None:
        self.bps = 0.0
        self._last: tuple[float, int] | None = None

    def sample(self, now_s: float, done_bytes: int) -> float:
        if self._last is None:
            self._last = now_s, done_bytes
            return self.bps
        elapsed_s = now_s - self._last[0]
        if elapsed_s <= 0:
            return self.bps
        current = max(0, done_bytes - self._last[1]) / elapsed_s
        weight = 1 - math.exp(-elapsed_s / SMOOTHING_S) if self.bps else 1.0
        self.bps += weight * (current - self.bps)
        self._last = now_s, done_bytes
        return self.bps

    def restart(self) -> None:
        """After a pause: forget the last sample, so that the pause does not count as slowness."""
        self._last = None


class Reporter:
    """Turns byte counts into `TransferProgress`, about ten times a second, and at every change of state."""

    def __init__(self, file: str, total_bytes: int, tell: OnProgress, clock: Callable[[], float]) -> None:
        self._file, self._total_bytes, self._tell, self._clock = file, total_bytes, tell, clock
        self._state: TransferState | None = None
        self._speed = Speed()
        self._told_at = -math.inf
        self.resumed_from_bytes = 0

    def report(
        self, state: TransferState, done_bytes: int, sentence: Sentence | None = None, connections: int = 0
    ) -> None:
        now = self._clock()
        if state == self._state and sentence is None and now - self._told_at < INTERVAL_S:
            return
        if state != self._state:
            self._speed.restart()
        self._state, self._told_at = state, now
        bps = self._speed.sample(now, done_bytes)
        self._tell(
            TransferProgress(
                state=state,
                file=self._file,
                done_bytes=done_bytes,
                total_bytes=self._total_bytes,
                resumed_from_bytes=self.resumed_from_bytes,
                speed_bps=bps,
                remaining_s=(self._total_bytes - done_bytes) / bps if bps else None,
                connections=connections,
                sentence=sentence,
            )
        )
