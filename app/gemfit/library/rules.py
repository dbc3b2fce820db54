"""How a transfer behaves, apart from what it fetches."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gemfit.library.disk import usual_reserve_bytes
from gemfit.library.throttle import Throttle


@dataclass(frozen=True)
class Rules:
    """How patient a transfer is, how much it takes of the line and the disk, and where it takes time and chance from.

    `wait` is given seconds and returns True when the cancel came; None: the cancel event's own.
    `reserve_bytes` stay free on the disk; None: 2 GiB, or a twentieth of a small disk. With `waits_for_room` a download
    that has begun sits out a full disk in the state `no_room` and goes on when there is room; without, it ends with
    `disk_full`, as one does in any case that would not fit from the start.
    `connections`: at most so many for one file. `throttle` is shared by all that are given it.
    `piece_bytes` None: by the size of the file.
    """

    stall_s: float = 30.0
    connect_s: float = 15.0
    reserve_bytes: int | None = None
    waits_for_room: bool = False
    connections: int = 4
    throttle: Throttle | None = None
    piece_bytes: int | None = None
    clock: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random
    wait: Callable[[float], bool] | None = None

    def reserve(self, folder: Path) -> int:
        """Bytes to leave free where `folder` is, or will be."""
        return usual_reserve_bytes(folder) if self.reserve_bytes is None else self.reserve_bytes
