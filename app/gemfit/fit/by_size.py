"""What to expect of a file of which nothing is known but its length: an estimate, and to be shown as one."""

import msgspec

from gemfit.fit.memory import MIB
from gemfit.fit.rooms import Room, rooms_of
from gemfit.fit.types import Verdict
from gemfit.machine.types import Machine

# Of the five Gemma 4 in Q4_0 with a context of 4,096 tokens, as llama.cpp lays them out, KV cache and compute buffers
# come to 3 to 11 % of the weights (26B-A4B 3 %, E4B 5 %, E2B 6 %, 12B 11 %, 31B 11 %).
BESIDE_WEIGHTS = 0.11
_PROCESS_BYTES = 150 * MIB
_RANK: dict[Verdict, int] = {"fits": 0, "tight": 1, "no": 2}


class SizeEstimate(msgspec.Struct, frozen=True):
    """`needed_bytes` of memory with a context of 4,096 tokens, and whether that is there now. `partly`: only on GPU and
    processor together.
    """

    verdict: Verdict
    needed_bytes: int
    partly: bool = False


def estimate(machine: Machine, file_bytes: int) -> SizeEstimate:
    """By the length of a file of weights alone, in the best place of this machine as it is now."""
    needed = round(file_bytes * (1 + BESIDE_WEIGHTS)) + _PROCESS_BYTES
    rooms = rooms_of(machine)
    whole = [*rooms.own, *rooms.shared, rooms.system, *([_together(rooms.own)] if len(rooms.own) > 1 else [])]
    best = min((room.taking(needed).verdict for room in whole), key=_RANK.__getitem__)
    if best == "no" and rooms.own:
        spread = _together([*rooms.own, rooms.system]).taking(needed).verdict
        if spread != "no":
            return SizeEstimate(spread, needed, partly=True)
    return SizeEstimate(best, needed)


def _together(rooms: list[Room]) -> Room:
    return Room(
        device="",
        name="",
        free_bytes=sum(room.free_bytes for room in rooms),
        reserve_bytes=sum(room.reserve_bytes for room in rooms),
    )
