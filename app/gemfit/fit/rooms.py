"""The memories of a machine that a model can take, and how much of each is free for it."""

from typing import NamedTuple

import msgspec

from gemfit.fit.memory import MIB
from gemfit.fit.types import SYSTEM_MEMORY, Verdict
from gemfit.machine.types import Gpu, Machine

# Left free for everything else: programs grow, and a machine that swaps is slower than one with a smaller model.
HEADROOM_SHARE = 0.10
HEADROOM_BYTES = 512 * MIB
# What a GPU gets of the system's memory where its driver does not say: on Apple's chips two thirds, from 36 GB on three
# quarters (the working set that Metal recommends); elsewhere half (Windows' shared GPU memory).
_APPLE_SHARES = (2 / 3, 3 / 4)
_APPLE_LARGE_BYTES = 36 << 30
_SHARED_SHARE = 0.5


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """One memory that a plan uses. `device`: the engine's name, or SYSTEM_MEMORY; `name`: for people.

    `reserve_bytes` of the `free_bytes` are to stay free. `needed_bytes` of system memory include those of a GPU that
    shares it (`shared`).
    """

    device: str
    name: str
    free_bytes: int
    reserve_bytes: int
    needed_bytes: int = 0
    shared: bool = False

    @property
    def missing_bytes(self) -> int:
        """How much more would have to be free; 0 where it fits or is tight."""
        return max(0, self.needed_bytes - self.free_bytes)

    @property
    def comfortable_bytes(self) -> int:
        """What may be taken of it without touching the reserve; below 0 where hardly anything is free."""
        return self.free_bytes - self.reserve_bytes

    @property
    def verdict(self) -> Verdict:
        if self.needed_bytes > self.free_bytes:
            return "no"
        return "fits" if self.needed_bytes <= self.comfortable_bytes else "tight"

    def taking(self, needed_bytes: int) -> "Room":
        """The same memory, of which so much is needed."""
        return Room(
            device=self.device,
            name=self.name,
            free_bytes=self.free_bytes,
            reserve_bytes=self.reserve_bytes,
            needed_bytes=needed_bytes,
            shared=self.shared,
        )


class Rooms(NamedTuple):
    """`own`: GPUs with memory of their own, `shared`: those that take the system's; each the roomiest first."""

    own: list[Room]
    shared: list[Room]
    system: Room


def reserve(free_bytes: int) -> int:
    """What is to stay free of `free_bytes`; grows slower than it, so that more memory is never worse."""
    return max(HEADROOM_BYTES, round(free_bytes * HEADROOM_SHARE))


def rooms_of(machine: Machine) -> Rooms:
    """What is free now. A GPU that this engine build cannot use, or nothing is known of, is none."""
    available = machine.memory.available_bytes
    own, shared = [], []
    for gpu in machine.gpus:
        if not gpu.usable:
            continue
        device = gpu.engine_device or gpu.name
        if gpu.shared_memory:
            shared.append(_room(device, gpu.name, min(_lent_bytes(gpu, machine), available), shared=True))
        else:
            free = gpu.free_bytes if gpu.free_bytes is not None else gpu.total_bytes or 0
            own.append(_room(device, gpu.name, free))
    for found in (own, shared):
        found.sort(key=lambda room: room.free_bytes, reverse=True)
    system = _room(SYSTEM_MEMORY, machine.cpu.model, available)
    return Rooms([room for room in own if room.free_bytes], shared, system)


def _room(device: str, name: str, free_bytes: int, *, shared: bool = False) -> Room:
    return Room(device=device, name=name, free_bytes=free_bytes, reserve_bytes=reserve(free_bytes), shared=shared)


def _lent_bytes(gpu: Gpu, machine: Machine) -> int:
    """What a GPU may take of the system's memory, whoever uses it now."""
    if gpu.free_bytes is not None:
        return gpu.free_bytes
    if gpu.total_bytes is not None:
        return gpu.total_bytes
    total = machine.memory.total_bytes
    if gpu.vendor == "Apple":
        return int(total * _APPLE_SHARES[total >= _APPLE_LARGE_BYTES])
    return int(total * _SHARED_SHARE)
