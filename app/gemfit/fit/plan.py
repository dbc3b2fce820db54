"""The leanest plan that fits: where a model runs, and what is given up to make it fit.

Places, in order: whole on one GPU of its own memory (the one with the most free memory first), whole over several of
them, partly on them (a mixture of experts keeps experts back first; models with per-layer embeddings go whole or not at
all, llama.cpp #21730), whole on a GPU that shares the system's memory, and the processor. A GPU that this engine build
cannot use is none. The first place where it fits is taken, else the first where it is tight.

In each place, what saves memory is tried from the cheapest on: micro-batches of 256 tokens instead of 512, the KV cache
in q8_0 instead of f16 and, on the processor, the file mapped instead of read. Repacking is no such choice: read without
it, E2B takes the same 1,740 MiB and processes prompts at 40 % of the speed. Mapped and with it, both stand in memory
(2,747 MiB); mapped without it, 1,524 MiB, of which 1,250 can be dropped. A shorter context is only suggested.

Free memory counts, not total, and of it a part is left to others (`reserve`). Pure arithmetic; what GPUs take was not
compared with a GPU.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

import msgspec

from gemfit.catalog.types import Shape, TensorLayout
from gemfit.fit.memory import (
    CELLS_STEP,
    MIB,
    beside_output_bytes,
    by_device,
    components,
    gpu_fixed_bytes,
    gpu_layer_bytes,
)
from gemfit.fit.types import SYSTEM_MEMORY, Component, Plan, Share, Verdict
from gemfit.machine.types import Gpu, Machine
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

# Left free for everything else: programs grow, and a machine that swaps is slower than one with a smaller model.
HEADROOM_SHARE = 0.10
HEADROOM_BYTES = 512 * MIB
SMALL_UBATCH = 256
# What a GPU gets of the system's memory where its driver does not say: on Apple's chips two thirds, from 36 GB on three
# quarters (the recommended working set of Metal); elsewhere half (Windows' shared GPU memory).
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
    def verdict(self) -> Verdict:
        if self.needed_bytes > self.free_bytes:
            return "no"
        return "fits" if self.needed_bytes <= self.free_bytes - self.reserve_bytes else "tight"


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A plan with what it takes. `rooms`: every memory that it uses, where it computes first, system memory last.

    `notes` say what its choices save and cost. `verdict` is that of the fullest memory.
    """

    plan: Plan
    components: list[Component]
    rooms: list[Room]
    verdict: Verdict
    notes: list[Sentence] = []

    @property
    def total_bytes(self) -> int:
        return sum(component.n_bytes for component in self.components)

    @property
    def fullest(self) -> Room:
        """The memory that decides: where most is missing, else where least is left over after the reserve."""
        return max(self.rooms, key=lambda room: room.needed_bytes - room.free_bytes + room.reserve_bytes)

    @property
    def missing_bytes(self) -> int:
        """How much more memory would have to be free where most is missing; 0 if nothing is."""
        return max(room.missing_bytes for room in self.rooms)


class Model(NamedTuple):
    """What is to be planned for, besides the context. Sizes of the other files are 0 where they are not wanted."""

    shape: Shape
    tensors: TensorLayout
    projector_bytes: int = 0
    drafter_bytes: int = 0


def leanest(
    machine: Machine,
    shape: Shape,
    tensors: TensorLayout,
    context_tokens: int,
    *,
    projector_bytes: int = 0,
    drafter_bytes: int = 0,
) -> Planned:
    """The plan that costs least of what fits this machine now; one with the verdict `no` where nothing does.

    With the sizes of a projector and a drafter these are loaded too. Never gives less context than was asked for.
    """
    model = Model(shape, tensors, projector_bytes, drafter_bytes)
    found = _search(_rooms(machine), model, context_tokens)
    return msgspec.structs.replace(found, notes=_notes(machine, model, found))


def max_context(
    machine: Machine, shape: Shape, tensors: TensorLayout, *, projector_bytes: int = 0, drafter_bytes: int = 0
) -> int:
    """The largest context that fits in what is free, in steps of 256, with every saving; 0 if none."""
    model, rooms = Model(shape, tensors, projector_bytes, drafter_bytes), _rooms(machine)
    low, high = 0, shape.context_tokens // CELLS_STEP
    while low < high:
        middle = (low + high + 1) // 2
        if _search(rooms, model, middle * CELLS_STEP).verdict == "no":
            high = middle - 1
        else:
            low = middle
    return low * CELLS_STEP


def forced_plan(
    machine: Machine,
    shape: Shape,
    tensors: TensorLayout,
    context_tokens: int,
    *,
    projector_bytes: int = 0,
    drafter_bytes: int = 0,
) -> Planned:
    """The plan to use although nothing fits: on the processor, mapped, so that the system can drop pages of the file.

    Where something does fit it is `leanest`'s, not forced.
    """
    model = Model(shape, tensors, projector_bytes, drafter_bytes)
    rooms = _rooms(machine)
    found = _search(rooms, model, context_tokens)
    if found.verdict != "no":
        return msgspec.structs.replace(found, notes=_notes(machine, model, found))
    plan = msgspec.structs.replace(_first_plan(model, context_tokens), ubatch_tokens=SMALL_UBATCH, forced=True)
    mapped = msgspec.structs.replace(plan, load_mode="mapped", repack=False)
    forced = _planned(rooms, model, mapped)
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "Forced: it needs {missing_bytes} more than is free. The file is mapped, so the system can drop what it has to "
        "and read it again from the disk, which can be slower by far.",
    )
    return msgspec.structs.replace(forced, notes=[say(text, missing_bytes=forced.missing_bytes)])


def reserve(free_bytes: int) -> int:
    """What is to stay free of `free_bytes`; grows slower than it, so that more memory is never worse."""
    return max(HEADROOM_BYTES, round(free_bytes * HEADROOM_SHARE))


# -- the memories of a machine ------------------------------------------------------------------------------------------


class _Rooms(NamedTuple):
    """`own`: GPUs with memory of their own, `shared`: those that take the system's; each the roomiest first."""

    own: list[Room]
    shared: list[Room]
    system: Room


def _rooms(machine: Machine) -> _Rooms:
    available = machine.memory.available_bytes
    system = _room(SYSTEM_MEMORY, machine.cpu.model, available)
    own, shared = [], []
    for gpu in machine.gpus:
        if not gpu.usable:
            continue
        device = gpu.engine_device or gpu.name
        if gpu.shared_memory:
            free = min(_lent_bytes(gpu, machine), available)
            shared.append(_room(device, gpu.name, free, shared=True))
        else:
            free = gpu.free_bytes if gpu.free_bytes is not None else gpu.total_bytes or 0
            own.append(_room(device, gpu.name, free))
    for found in (own, shared):
        found.sort(key=lambda room: room.free_bytes, reverse=True)
    return _Rooms([room for room in own if room.free_bytes], shared, system)


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


# -- the search ---------------------------------------------------------------------------------------------------------


def _search(rooms: _Rooms, model: Model, context_tokens: int) -> Planned:
    """The first plan that fits, else the first that is tight, else the one with the least missing."""
    tight: Planned | None = None
    least: Planned | None = None
    first = _first_plan(model, context_tokens)
    for place in _places(rooms, model):
        for plan in _savings(first, on_processor=place == _PROCESSOR):
            found = _in_place(rooms, model, plan, place)
            if found is None:
                continue
            if found.verdict == "fits":
                return found
            if found.verdict == "tight":
                tight = tight or found
            elif least is None or found.missing_bytes < least.missing_bytes:
                least = found
            if found.missing_bytes > _most_saved(found):
                break
    found = tight or least
    assert found is not None, "the processor is always a place"
    return found


def _first_plan(model: Model, context_tokens: int) -> Plan:
    return Plan(context_tokens=context_tokens, projector=bool(model.projector_bytes), drafter=bool(model.drafter_bytes))


def _savings(plan: Plan, *, on_processor: bool) -> Iterator[Plan]:
    """The plan, then what saves memory, from the cheapest on, each with all before it."""
    yield plan
    smaller = msgspec.structs.replace(plan, ubatch_tokens=SMALL_UBATCH)
    yield smaller
    quantized = msgspec.structs.replace(smaller, kv_type="q8_0")
    yield quantized
    if on_processor:
        yield msgspec.structs.replace(quantized, load_mode="mapped", repack=False)


def _most_saved(found: Planned) -> int:
    """No more than this is saved by what is left to try."""
    by_kind = {name: sum(c.n_bytes for c in found.components if c.name == name) for name in ("kv", "compute")}
    weights = sum(c.n_bytes for c in found.components if c.name == "weights" and not found.plan.shares)
    return by_kind["kv"] // 2 + by_kind["compute"] // 2 + weights // 4


class _Place(NamedTuple):
    """GPUs to use together (none: the processor), and whether only a part of the model may go there."""

    gpus: tuple[Room, ...]
    partly: bool = False


_PROCESSOR = _Place(())


def _places(rooms: _Rooms, model: Model) -> Iterator[_Place]:
    for room in rooms.own:
        yield _Place((room,))
    if len(rooms.own) > 1:
        yield _Place(tuple(rooms.own))
    if rooms.own and not model.tensors.lazy_bytes:
        yield _Place(tuple(rooms.own), partly=True)
    for room in rooms.shared:
        yield _Place((room,))
    yield _PROCESSOR


def _in_place(rooms: _Rooms, model: Model, plan: Plan, place: _Place) -> Planned | None:
    """This plan in this place; None where the place holds nothing of it."""
    layers = model.shape.layers
    if not place.gpus:
        return _planned(rooms, model, plan)
    if place.partly:
        return _in_part(rooms, model, plan, place.gpus)
    if len(place.gpus) == 1:
        whole = msgspec.structs.replace(plan, shares=[Share(place.gpus[0].device, layers + 1)])
        return _planned(rooms, model, whole)
    return _spread(rooms, model, plan, place.gpus)


def _planned(rooms: _Rooms, model: Model, plan: Plan) -> Planned:
    """The plan with what it takes of each memory."""
    found = _parts(model, plan)
    sums = by_device(found)
    system_bytes = sums.get(SYSTEM_MEMORY, 0)
    used = []
    for room in (*rooms.own, *rooms.shared):
        needed = sums.get(room.device, 0)
        if needed and plan.shares:
            used.append(_with_needed(room, needed))
            system_bytes += needed if room.shared else 0
    used.append(_with_needed(rooms.system, system_bytes))
    verdicts = [room.verdict for room in used]
    verdict: Verdict = "no" if "no" in verdicts else "tight" if "tight" in verdicts else "fits"
    return Planned(plan=plan, components=found, rooms=used, verdict=verdict)


def _with_needed(room: Room, needed_bytes: int) -> Room:
    return Room(
        device=room.device,
        name=room.name,
        free_bytes=room.free_bytes,
        reserve_bytes=room.reserve_bytes,
        needed_bytes=needed_bytes,
        shared=room.shared,
    )


# -- over several GPUs, and partly on them ------------------------------------------------------------------------------


def _spread(rooms: _Rooms, model: Model, plan: Plan, gpus: Sequence[Room]) -> Planned:
    """Whole over several GPUs: by their free memory, which leaves each some; else each filled up before the next."""
    layers = model.shape.layers
    free = sum(gpu.free_bytes for gpu in gpus)
    ends = [round((layers + 1) * part / free) for part in accumulate(gpu.free_bytes for gpu in gpus)]
    even = [end - begin for begin, end in zip([0, *ends], ends, strict=False)]
    found = _planned(rooms, model, _sharing(plan, gpus, even))
    if found.verdict == "fits":
        return found
    for comfortably in (True, False):
        filled = _filled(model, plan, gpus, layers + 1, comfortably=comfortably)
        if filled is not None:
            packed = _planned(rooms, model, _sharing(plan, gpus, filled))
            if packed.verdict == "fits" or (packed.verdict == "tight" and found.verdict == "no"):
                return packed
    return found


def _in_part(rooms: _Rooms, model: Model, plan: Plan, gpus: Sequence[Room]) -> Planned | None:
    """As much on the GPUs as fits: of a mixture of experts all but the fewest experts, else the most blocks."""
    found: Planned | None = None
    for comfortably in (True, False):
        best = _keeping_experts(model, plan, gpus, comfortably=comfortably) if model.tensors.expert_bytes else None
        if best is None:
            kept = msgspec.structs.replace(plan, host_expert_layers=len(model.tensors.expert_bytes))
            best = _fewer_blocks(model, kept, gpus, comfortably=comfortably)
        if best is None:
            continue
        tried = _planned(rooms, model, best)
        if tried.verdict == "fits":
            return tried
        if found is None or (tried.verdict == "tight" and found.verdict == "no"):
            found = tried
    return found


def _keeping_experts(model: Model, plan: Plan, gpus: Sequence[Room], *, comfortably: bool) -> Plan | None:
    """All blocks on the GPUs, with the experts of as few as possible in system memory."""
    low, high = 1, model.shape.layers + 1
    while low < high:
        middle = (low + high) // 2
        tried = msgspec.structs.replace(plan, host_expert_layers=middle)
        if _filled(model, tried, gpus, model.shape.layers + 1, comfortably=comfortably) is None:
            low = middle + 1
        else:
            high = middle
    best = msgspec.structs.replace(plan, host_expert_layers=low)
    filled = _filled(model, best, gpus, model.shape.layers + 1, comfortably=comfortably)
    return None if filled is None else _sharing(best, gpus, filled)


def _fewer_blocks(model: Model, plan: Plan, gpus: Sequence[Room], *, comfortably: bool) -> Plan | None:
    """As many of the last blocks on the GPUs as fit there, with the output matrix; None if not even one does."""
    low, high = 1, model.shape.layers
    while low < high:
        middle = (low + high + 1) // 2
        if _filled(model, plan, gpus, middle, comfortably=comfortably) is None:
            high = middle - 1
        else:
            low = middle
    filled = _filled(model, plan, gpus, low, comfortably=comfortably) if low > 1 else None
    return None if filled is None else _sharing(plan, gpus, filled)


def _filled(model: Model, plan: Plan, gpus: Sequence[Room], on_gpus: int, *, comfortably: bool) -> list[int] | None:
    """How many layers each GPU gets when each is filled before the next; None if they do not hold `on_gpus` of them.

    Layers as llama.cpp counts them: blocks, and the output matrix as one more.
    """
    first = model.shape.layers + 1 - on_gpus
    sizes = gpu_layer_bytes(model.shape, model.tensors, plan, first)
    sizes[-1] += beside_output_bytes(model.shape, plan, model.projector_bytes, model.drafter_bytes)
    sums = [0, *accumulate(sizes)]
    counts, done = [], 0
    for i, gpu in enumerate(gpus):
        fixed = gpu_fixed_bytes(model.shape, model.tensors, plan, first, leads=i == 0)
        limit = gpu.free_bytes - (gpu.reserve_bytes if comfortably else 0) - fixed
        end = bisect_right(sums, sums[done] + limit) - 1 if limit > 0 else done
        counts.append(end - done)
        done = end
    return counts if done == on_gpus else None


def _sharing(plan: Plan, gpus: Iterable[Room], counts: Iterable[int]) -> Plan:
    shares = [Share(gpu.device, count) for gpu, count in zip(gpus, counts, strict=True) if count]
    return msgspec.structs.replace(plan, shares=shares)


# -- what the choices save and cost -------------------------------------------------------------------------------------


def _notes(machine: Machine, model: Model, found: Planned) -> list[Sentence]:
    plan = found.plan
    said = [*_notes_of_place(model, found), *_notes_of_savings(model, found)]
    if model.tensors.lazy_bytes and plan.lazy_embeddings:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "{saved_bytes} of the weights, the per-layer embeddings, stay on the disk and are read row by row: that "
            "costs next to no speed.",
        )
        said.append(say(text, saved_bytes=model.tensors.lazy_bytes))
    if found.verdict == "no":
        said += _way_out(machine, model, found)
    return said


def _notes_of_place(model: Model, found: Planned) -> list[Sentence]:
    plan, layers = found.plan, model.shape.layers
    names = {room.device: room.name for room in found.rooms}
    if len(plan.shares) > 1:
        text = QT_TRANSLATE_NOOP("gemfit", "Spread over {count} GPUs, which work one after the other: {names}.")
        listed = ", ".join(names.get(share.device, share.device) for share in plan.shares)
        return [say(text, count=len(plan.shares), names=listed)] + _notes_of_host(model, plan, layers)
    return _notes_of_host(model, plan, layers)


def _notes_of_host(model: Model, plan: Plan, layers: int) -> list[Sentence]:
    on_gpus = sum(share.layers for share in plan.shares)
    said = []
    if plan.shares and on_gpus <= layers:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "{gpu_layers} of {layers} layers and the output run on the GPU, the others on the processor: faster than "
            "without a GPU, slower than all on it.",
        )
        said.append(say(text, gpu_layers=on_gpus - 1, layers=layers))
    if plan.shares and plan.host_expert_layers:
        first = layers + 1 - min(layers + 1, on_gpus)
        saved = sum(model.tensors.expert_bytes[first : plan.host_expert_layers])
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The experts of {layers} layers stay in system memory: that saves {saved_bytes} of video memory, and the "
            "processor computes them, which is slower.",
        )
        said.append(say(text, layers=plan.host_expert_layers - first, saved_bytes=saved))
    return said


def _notes_of_savings(model: Model, found: Planned) -> list[Sentence]:
    """Each saving with what it saves: the difference to the same plan without it."""
    plan, said = found.plan, []
    steps: list[tuple[str, Plan]] = []
    if plan.ubatch_tokens == SMALL_UBATCH:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "Prompts are processed 256 tokens at a time instead of 512: that saves {saved_bytes} and makes long "
            "prompts a little slower.",
        )
        steps.append((text, msgspec.structs.replace(plan, ubatch_tokens=Plan().ubatch_tokens)))
    if plan.kv_type == "q8_0":
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The KV cache is kept in 8 bits instead of 16: that saves {saved_bytes}; answers change hardly at all, and "
            "long contexts get a little slower.",
        )
        steps.append((text, msgspec.structs.replace(plan, kv_type="f16")))
    if plan.load_mode == "mapped":
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The file is mapped instead of read: that saves {saved_bytes}, and the system can drop the rest when it "
            "has to. Prompts and answers take about twice as long.",
        )
        steps.append((text, msgspec.structs.replace(plan, load_mode="read", repack=True)))
    for text, without in steps:
        more = sum(c.n_bytes for c in _parts(model, without))
        if more > found.total_bytes:
            said.append(say(text, saved_bytes=more - found.total_bytes))
    return said


def _way_out(machine: Machine, model: Model, found: Planned) -> list[Sentence]:
    """What is missing and where; why a GPU does not help; the context that would fit."""
    room = found.fullest
    text = QT_TRANSLATE_NOOP(
        "gemfit", "{missing_bytes} are missing: {needed_bytes} needed, {free_bytes} free ({name})."
    )
    missing = say(
        text,
        missing_bytes=room.missing_bytes,
        needed_bytes=room.needed_bytes,
        free_bytes=room.free_bytes,
        name=room.name,
    )
    said = [missing]
    if model.tensors.lazy_bytes and _rooms(machine).own:
        text = QT_TRANSLATE_NOOP("gemfit", "This model runs whole on a GPU or not at all there.")
        said.append(say(text))
    most = max_context(machine, *model[:2], projector_bytes=model.projector_bytes, drafter_bytes=model.drafter_bytes)
    if most:
        said.append(
            say(QT_TRANSLATE_NOOP("gemfit", "With a context of {most_tokens} tokens it fits."), most_tokens=most)
        )
    return said


def _parts(model: Model, plan: Plan) -> list[Component]:
    return components(
        model.shape, model.tensors, plan, projector_bytes=model.projector_bytes, drafter_bytes=model.drafter_bytes
    )
