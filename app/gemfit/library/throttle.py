"""How fast downloads may be, all together."""

import threading
import time
from collections.abc import Callable

SMALLEST_BLOCK_BYTES = 4 << 10
BURST_S = 0.25


class Throttle:
    """A token bucket that any number of transfers share. `bytes_per_s` can be changed at any time; None: no limit.

    Each transfer pays for what it has read and then waits as long as it is told, so the sum is right whoever asks.
    """

    def __init__(self, bytes_per_s: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.bytes_per_s = bytes_per_s
        self._clock = clock
        self._lock = threading.Lock()
        self._balance_bytes, self._at = 0.0, clock()

    def block_bytes(self, most: int) -> int:
        """How much to read at once, at most `most`: a twentieth of a second's worth."""
        rate = self.bytes_per_s
        return most if not rate else min(most, max(SMALLEST_BLOCK_BYTES, int(rate / 20)))

    def pay(self, n_bytes: int) -> float:
        """Take note of `n_bytes` that were read. Returns the seconds to wait before the next are read."""
        rate = self.bytes_per_s
        with self._lock:
            now = self._clock()
            elapsed_s, self._at = now - self._at, now
            if not rate:
                self._balance_bytes = 0.0
                return 0.0
            self._balance_bytes = min(self._balance_bytes + elapsed_s * rate, BURST_S * rate) - n_bytes
            return max(0.0, -self._balance_bytes / rate)
