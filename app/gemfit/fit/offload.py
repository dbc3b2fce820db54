"""Which layers go to which GPU: over several of them, or only a part of the model. Pure arithmetic.

llama.cpp deals the last blocks, and the output matrix after them, to the GPUs one after the other. So a deal is the
first block that is not left to the processor, and how many layers each GPU gets; the most that fits is found by filling
each GPU before the next, which is exact, since every device's part is one run of layers.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

import msgspec

from gemfit.fit.memory import Subject, gpu_fixed_bytes, gpu_layer_bytes, largest_moved_bytes
from gemfit.fit.rooms import Room
from gemfit.fit.types import Plan, Share


class Deal(NamedTuple):
    """What is to be dealt to GPUs, with running sums over the layers: `sums[n]` of the first n, the output the last.

    `expert_sums`: of them, the experts. `limits`: what each GPU has for layers, while nothing is left to the processor;
    `moved_bytes`: what the first GPU needs besides when something is.
    """

    plan: Plan
    gpus: Sequence[Room]
    sums: list[int]
    expert_sums: list[int]
    limits: list[int]
    moved_bytes: int

    def pressed(self) -> "Deal":
        """The same with the GPUs' reserve to be used up."""
        more = [limit + gpu.reserve_bytes for limit, gpu in zip(self.limits, self.gpus, strict=True)]
        return self._replace(limits=more)

    @property
    def layers(self) -> int:
        """Layers as llama.cpp counts them: blocks, and the output matrix as one more."""
        return len(self.sums) - 1


def deal(subject: Subject, plan: Plan, gpus: Sequence[Room]) -> Deal:
    """Everything that the questions below need. The GPUs' reserve stays free."""
    experts = subject.tensors.expert_bytes
    fixed = gpu_fixed_bytes(subject.shape, plan)
    return Deal(
        plan=plan,
        gpus=gpus,
        sums=[0, *accumulate(gpu_layer_bytes(subject, plan))],
        expert_sums=[0, *accumulate(experts)] if experts else [],
        limits=[gpu.comfortable_bytes - fixed for gpu in gpus],
        moved_bytes=largest_moved_bytes(subject.tensors),
    )


def evenly(found: Deal) -> Plan:
    """Everything on the GPUs, in proportion to what is free there."""
    free = sum(gpu.free_bytes for gpu in found.gpus)
    ends = [round(found.layers * part / free) for part in accumulate(gpu.free_bytes for gpu in found.gpus)]
    return _sharing(found, [end - begin for begin, end in zip([0, *ends[:-1]], ends, strict=True)])


def filling(found: Deal) -> Plan | None:
    """Everything on the GPUs, each filled before the next; None if it does not fit."""
    counts = _filled(found, first=0, kept=0)
    return None if counts is None else _sharing(found, counts)


def keeping_experts(found: Deal) -> Plan | None:
    """All blocks on the GPUs, with the experts of as few as possible in system memory; None if all are too many."""
    blocks = found.layers - 1
    kept = 1 + bisect_left(range(1, blocks + 1), 1, key=lambda n: int(_filled(found, first=0, kept=n) is not None))
    counts = _filled(found, first=0, kept=kept) if kept <= blocks else None
    return None if counts is None else _sharing(found, counts, kept)


def most_blocks(found: Deal) -> Plan | None:
    """As many of the last blocks on the GPUs as fit, with the output matrix, and all experts in system memory.

    None if not even one block does.
    """
    blocks = found.layers - 1
    kept = blocks if found.expert_sums else 0
    first = 1 + bisect_left(range(1, blocks), 1, key=lambda n: int(_filled(found, first=n, kept=kept) is not None))
    counts = _filled(found, first=first, kept=kept) if first < blocks else None
    return None if counts is None else _sharing(found, counts, kept)


def _filled(found: Deal, *, first: int, kept: int) -> list[int] | None:
    """How many layers from `first` on each GPU gets; None if they do not hold all. The experts of the first `kept`
    blocks are left out.
    """
    sums, experts = found.sums, found.expert_sums
    limits = list(found.limits)
    if first or kept:
        limits[0] -= found.moved_bytes
    needed = sums[-1] - sums[first] - (experts[kept] - experts[first] if kept > first else 0)
    if needed > sum(limit for limit in limits if limit > 0):
        return None
    if len(limits) == 1:
        return [found.layers - first]
    if kept:
        sums = [n - experts[min(i, kept)] for i, n in enumerate(sums)]
    counts, done = [], first
    for limit in limits:
        end = bisect_right(sums, sums[done] + limit) - 1 if limit > 0 else done
        counts.append(end - done)
        done = end
    return counts if done == found.layers else None


def _sharing(found: Deal, counts: Sequence[int], kept: int = 0) -> Plan:
    shares = [Share(gpu.device, count) for gpu, count in zip(found.gpus, counts, strict=True) if count]
    return msgspec.structs.replace(found.plan, shares=shares, host_expert_layers=kept)
