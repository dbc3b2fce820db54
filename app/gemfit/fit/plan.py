"""The leanest plan that fits: where a model runs, and what is given up to make it fit. Pure arithmetic.

Places, in order: whole on GPUs with memory of their own (one, the roomiest first, then several together), partly on
them (a mixture of experts keeps experts back first; models with per-layer embeddings go whole or not at all, llama.cpp
#21730), whole on a GPU that shares the system's memory, and the processor. The first place where it fits is taken, else
the first where it is tight.

In each place, what saves memory is tried from the cheapest on: micro-batches of 256 tokens instead of 512, the KV cache
in q8_0 instead of f16 and, on the processor, the file mapped instead of read. That last one is slow, so a plan with it
is tight at best. Leaving out the repacking alone is no such choice: read without it, E2B takes the same 1,740 MiB and
processes prompts at 40 % of the speed; mapped with it, both copies stand in memory (2,747 MiB); mapped without it takes
1,524 MiB, of which the system can drop 1,250 (measured on two cores). A shorter context is only suggested, never taken.

Free memory counts, not total, less a reserve for others. What GPUs take was not compared with a GPU.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import msgspec

from gemfit.catalog.types import Shape, TensorLayout
from gemfit.fit import offload
from gemfit.fit.memory import CELLS_STEP, DEFAULT_UBATCH, Subject, by_device, checkpoint_bytes
from gemfit.fit.mobile import is_mobile
from gemfit.fit.plan_notes import forced_note, notes_of, suggested_context
from gemfit.fit.rooms import Room, Rooms, rooms_of
from gemfit.fit.types import SYSTEM_MEMORY, Component, Plan, Share, Verdict
from gemfit.machine.types import Machine
from gemfit.media.types import DEFAULT_IMAGE_TOKENS
from gemfit.words import Sentence

SMALL_UBATCH = 256


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A plan with what it takes. `rooms`: every memory that it uses, the GPUs' first, system memory last.

    `notes` say what its choices save and cost. `verdict` is that of the fullest memory.
    """

    plan: Plan
    components: list[Component]
    rooms: list[Room]
    verdict: Verdict
    notes: list[Sentence] = []

    @property
    def total_bytes(self) -> int:
        """On all devices together."""
        return sum(component.n_bytes for component in self.components)

    @property
    def fullest(self) -> Room:
        """The memory that decides: where most is missing, else where least is left besides the reserve."""
        return max(self.rooms, key=lambda room: room.needed_bytes - room.comfortable_bytes)

    @property
    def missing_bytes(self) -> int:
        """How much more would have to be free where most is missing; 0 if nothing is."""
        return max(room.missing_bytes for room in self.rooms)


def leanest(
    machine: Machine,
    shape: Shape,
    tensors: TensorLayout,
    context_tokens: int,
    *,
    projector_bytes: int = 0,
    drafter_bytes: int = 0,
    image_tokens: int = DEFAULT_IMAGE_TOKENS,
    draft_tokens: int = 0,
) -> Planned:
    """The plan that costs least of those that fit this machine now; one with the verdict `no` where none does.

    With the sizes of a projector and a drafter these are loaded too, for pictures of up to `image_tokens`. Never gives
    less context than was asked for.
    """
    subject = Subject(shape, tensors, projector_bytes, drafter_bytes, image_tokens, draft_tokens)
    rooms = rooms_of(machine)
    found = _search(rooms, subject, context_tokens)
    said = notes_of(subject, found.plan, found.rooms, found.components)
    if found.verdict == "no" and _shorter_helps(found):
        most = _largest(rooms, subject, context_tokens)
        said += suggested_context(most) if most else []
    return msgspec.structs.replace(found, notes=said)


def max_context(
    machine: Machine, shape: Shape, tensors: TensorLayout, *, projector_bytes: int = 0, drafter_bytes: int = 0
) -> int:
    """The largest context that fits in what is free, in steps of 256, with every saving; 0 if none."""
    subject = Subject(shape, tensors, projector_bytes, drafter_bytes)
    return _largest(rooms_of(machine), subject, shape.context_tokens)


def forced_plan(
    machine: Machine,
    shape: Shape,
    tensors: TensorLayout,
    context_tokens: int,
    *,
    projector_bytes: int = 0,
    drafter_bytes: int = 0,
    image_tokens: int = DEFAULT_IMAGE_TOKENS,
    draft_tokens: int = 0,
) -> Planned:
    """The plan to use although nothing fits: on the processor, mapped, so that the system can drop pages of the file.

    Where something does fit it is `leanest`'s, not forced.
    """
    found = leanest(
        machine,
        shape,
        tensors,
        context_tokens,
        projector_bytes=projector_bytes,
        drafter_bytes=drafter_bytes,
        image_tokens=image_tokens,
        draft_tokens=draft_tokens,
    )
    if found.verdict != "no":
        return found
    if is_mobile(tensors):
        return msgspec.structs.replace(
            found,
            plan=msgspec.structs.replace(found.plan, forced=True),
            notes=[forced_note(found.missing_bytes)],
        )
    subject = Subject(shape, tensors, projector_bytes, drafter_bytes, image_tokens, draft_tokens)
    forced = msgspec.structs.replace(
        _first_plan(subject, context_tokens),
        ubatch_tokens=SMALL_UBATCH,
        checkpoint_bytes=0,
        load_mode="mapped",
        repack=False,
        forced=True,
    )
    planned = _planned(rooms_of(machine), subject, forced)
    return msgspec.structs.replace(planned, notes=[forced_note(planned.missing_bytes)])


def _largest(rooms: Rooms, subject: Subject, most_tokens: int) -> int:
    """The largest context of at most so many tokens that fits; by bisection, since more context is more memory."""

    def fits(steps: int) -> bool:
        return _search(rooms, subject, steps * CELLS_STEP).verdict != "no"

    high = min(most_tokens, subject.shape.context_tokens) // CELLS_STEP
    if not high or not fits(1):
        return 0
    if fits(high):
        return high * CELLS_STEP
    return bisect_left(range(2, high), True, key=lambda steps: not fits(steps)) * CELLS_STEP + CELLS_STEP


def _shorter_helps(found: Planned) -> bool:
    """Whether what is missing is less than what grows with the context."""
    return found.missing_bytes < _kept_for_context(found)


def _kept_for_context(found: Planned) -> int:
    return sum(
        component.n_bytes for component in found.components if component.name in ("kv", "compute", "checkpoints")
    )


# -- the search --------------------------------------------------------------------------------------------------------


def _search(rooms: Rooms, subject: Subject, context_tokens: int) -> Planned:
    """The first plan that fits, else the first that is tight, else the one with the least missing."""
    if is_mobile(subject.tensors):  # compiled as it is: there is nothing to choose
        return _planned(rooms, subject, Plan(context_tokens=context_tokens))
    first = _first_plan(subject, context_tokens)
    found = _best_of(_tried(rooms, subject, first))
    if found.verdict == "no" and first.checkpoint_bytes:  # what is missing is missing without this comfort
        found = _best_of(_tried(rooms, subject, msgspec.structs.replace(first, checkpoint_bytes=0)))
    return found


def _best_of(tried: Iterator[Planned]) -> Planned:
    tight: Planned | None = None
    least: Planned | None = None
    for found in tried:
        if found.verdict == "fits":
            return found
        if found.verdict == "tight":
            tight = tight or found
        elif least is None or found.missing_bytes < least.missing_bytes:
            least = found
    chosen = tight or least
    assert chosen is not None, "the processor is always a place"
    return chosen


def _first_plan(subject: Subject, context_tokens: int) -> Plan:
    # A picture has to fit a micro-batch, since attention looks ahead within it: llama.cpp #23409.
    pictures = subject.image_tokens if subject.projector_bytes else 0
    return Plan(
        context_tokens=context_tokens,
        ubatch_tokens=max(DEFAULT_UBATCH, pictures),
        projector=bool(subject.projector_bytes),
        drafter=bool(subject.drafter_bytes),
        draft_tokens=subject.draft_tokens,
        checkpoint_bytes=checkpoint_bytes(subject.shape, context_tokens),
    )


def _tried(rooms: Rooms, subject: Subject, first: Plan) -> Iterator[Planned]:
    """Each place with each saving, in the order of preference, until no saving can make up for what is missing."""
    savings = [changes for changes in _SAVINGS if "ubatch_tokens" not in changes or not first.projector]
    for place in _places(rooms, subject):
        plan = first
        for changes in (*savings, _MAPPED) if place.func is _on_processor else savings:
            plan = msgspec.structs.replace(plan, **changes)
            found = place(plan)
            yield from found
            if all(planned.missing_bytes > _could_save(subject, planned) for planned in found):
                break


_SAVINGS: tuple[dict[str, Any], ...] = (
    {},
    {"ubatch_tokens": SMALL_UBATCH},
    {"checkpoint_bytes": 0},
    {"kv_type": "q8_0"},
)
_MAPPED: dict[str, Any] = {"load_mode": "mapped", "repack": False}
_Place = partial[list["Planned"]]


def _places(rooms: Rooms, subject: Subject) -> Iterator[_Place]:
    """Those that can hold the weights; the processor always, so that there is an answer."""
    weights_bytes = sum(subject.tensors.layer_bytes)
    own_bytes = sum(room.free_bytes for room in rooms.own)
    if rooms.own and weights_bytes <= own_bytes:
        yield partial(_whole, rooms, subject, rooms.own)
    if rooms.own and not subject.tensors.lazy_bytes:
        yield partial(_partly, rooms, subject)
    for room in rooms.shared:
        if weights_bytes <= room.free_bytes:
            yield partial(_whole, rooms, subject, [room])
    yield partial(_on_processor, rooms, subject)


def _could_save(subject: Subject, found: Planned) -> int:
    """No more than this is saved by what may be left to try."""
    copied = subject.tensors.embedding_bytes if not found.plan.shares else 0
    return _kept_for_context(found) // 2 + found.plan.checkpoint_bytes + copied


def _on_processor(rooms: Rooms, subject: Subject, plan: Plan) -> list[Planned]:
    return [_planned(rooms, subject, plan)]


def _whole(rooms: Rooms, subject: Subject, gpus: Sequence[Room], plan: Plan) -> list[Planned]:
    """On one of these GPUs, and over all of them: by their free memory, or each filled before the next."""
    layers = subject.shape.layers + 1
    alone = [msgspec.structs.replace(plan, shares=[Share(gpu.device, layers)]) for gpu in gpus]
    found = [_planned(rooms, subject, one) for one in alone]
    if len(gpus) < 2 or any(planned.verdict == "fits" for planned in found):
        return found
    dealt = offload.deal(subject, plan, gpus)
    spread = [offload.evenly(dealt), offload.filling(dealt), offload.filling(dealt.pressed())]
    return found + [_planned(rooms, subject, one) for one in spread if one is not None]


def _partly(rooms: Rooms, subject: Subject, plan: Plan) -> list[Planned]:
    """As much on the GPUs as fits: of a mixture of experts all but the fewest experts, else the most blocks."""
    comfortable = offload.deal(subject, plan, rooms.own)
    pressed = _dealt_in_part(rooms, subject, comfortable.pressed())
    if pressed is None or pressed.verdict == "no":
        return [pressed] if pressed else []
    eased = _dealt_in_part(rooms, subject, comfortable)
    return [eased, pressed] if eased else [pressed]


def _dealt_in_part(rooms: Rooms, subject: Subject, dealt: offload.Deal) -> Planned | None:
    best = offload.keeping_experts(dealt) if dealt.expert_sums else None
    best = best or offload.most_blocks(dealt)
    return _planned(rooms, subject, best) if best else None


def _planned(rooms: Rooms, subject: Subject, plan: Plan) -> Planned:
    """The plan with what it takes of each memory."""
    found = subject.components(plan)
    sums = by_device(found)
    system_bytes = sums.get(SYSTEM_MEMORY, 0)
    used = []
    for room in (*rooms.own, *rooms.shared) if plan.shares else ():
        if room.device in sums:
            used.append(room.taking(sums[room.device]))
            system_bytes += sums[room.device] if room.shared else 0
    used.append(rooms.system.taking(system_bytes))
    verdicts = [room.verdict for room in used]
    verdict: Verdict = "no" if "no" in verdicts else "tight" if "tight" in verdicts else "fits"
    if plan.load_mode == "mapped" and verdict == "fits":
        verdict = "tight"
    return Planned(plan=plan, components=found, rooms=used, verdict=verdict)
