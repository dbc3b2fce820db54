"""A load before it happens: the plan, what it is expected to take, and why it is refused where it does not fit."""

from collections.abc import Callable
from functools import partial

import msgspec

from gemfit.catalog.types import Shape, TensorLayout
from gemfit.fit import mobile
from gemfit.fit.correct import corrected, learn, measured_speed
from gemfit.fit.memory import by_device
from gemfit.fit.option import refitted
from gemfit.fit.plan import Planned, forced_plan, leanest, max_context
from gemfit.fit.rooms import Room
from gemfit.fit.speed import speed_of
from gemfit.fit.types import SYSTEM_MEMORY, Component, Intent, Known, Plan, Speed
from gemfit.machine.types import Machine
from gemfit.media.types import DEFAULT_IMAGE_TOKENS
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say


def intend(
    machine: Machine,
    shape: Shape,
    tensors: TensorLayout,
    context_tokens: int,
    *,
    known: Known,
    model: str = "",
    build: str = "",
    force: bool = False,
    projector_bytes: int = 0,
    image_tokens: int = DEFAULT_IMAGE_TOKENS,
    drafter_bytes: int = 0,
    draft_tokens: int = 0,
) -> Intent:
    """Plan a load on this machine as it is now; one that does not fit is refused, unless it is forced.

    With `projector_bytes` (see `fit.projector`) it is planned for pictures of up to `image_tokens` and for sound; where
    it only fits without them, without them: `plan.projector` says which.

    With `draft_tokens` so many are guessed ahead, and with `drafter_bytes` (the length of its file) by a drafter, where
    that presses nothing else: `plan.drafter` says whether.

    A longer context than the model was trained for is cut to that, as the engine does.
    """
    context_tokens = min(context_tokens, shape.context_tokens or context_tokens)
    plan = forced_plan if force else leanest
    choose = partial(
        plan, machine, shape, tensors, context_tokens, image_tokens=image_tokens, draft_tokens=draft_tokens
    )
    planned = _with_what_fits(choose, projector_bytes, drafter_bytes)
    lessons = learn(known.outcomes, mobile.ENGINE if mobile.is_mobile(tensors) else machine.engine.build)
    correction = corrected(planned.components, lessons, model=model, build=build, plan=planned.plan)
    planned = refitted(planned, correction.components)
    formula = partial(_speed_with, machine, shape, tensors, planned.plan, known)
    speed = measured_speed(lessons, model=model, build=build, plan=planned.plan, formula=formula)
    speed = speed or formula(planned.plan.context_tokens)
    refused = planned.verdict == "no" and not force
    largest = max_context(_with_less(machine, correction.corrected_by), shape, tensors) if refused else context_tokens
    return Intent(
        model=model,
        build=build,
        plan=planned.plan,
        predicted=correction.components,
        corrected_by=correction.corrected_by,
        predicted_tps=speed.generation_tps,
        notes=planned.notes,
        refusal=_refusal(planned, largest) if refused else [],
        largest_context=largest,
    )


def _with_what_fits(choose: Callable[..., Planned], projector_bytes: int, drafter_bytes: int) -> Planned:
    """With the drafter where that presses nothing, with the projector where that fits, else without; and without room
    for guesses where nothing else fits.
    """
    if drafter_bytes:
        planned = choose(projector_bytes=projector_bytes, drafter_bytes=drafter_bytes)
        if planned.verdict == "fits":
            return planned
    planned = choose(projector_bytes=projector_bytes)
    if projector_bytes and (planned.verdict == "no" or planned.plan.forced):
        planned = choose()
    return choose(draft_tokens=0) if planned.verdict == "no" or planned.plan.forced else planned


def _speed_with(
    machine: Machine, shape: Shape, tensors: TensorLayout, plan: Plan, known: Known, context_tokens: int
) -> Speed:
    """By the formula, of the same plan with another context."""
    return speed_of(machine, shape, tensors, msgspec.structs.replace(plan, context_tokens=context_tokens), known)


def _with_less(machine: Machine, corrected_by: list[Component]) -> Machine:
    """The machine without the memory that past loads took more than the formula says: that is not there for context."""
    more = max(0, by_device(corrected_by).get(SYSTEM_MEMORY, 0))
    memory = msgspec.structs.replace(machine.memory, available_bytes=max(0, machine.memory.available_bytes - more))
    return msgspec.structs.replace(machine, memory=memory)


def could_take(title: str, needed_bytes: int) -> Sentence:
    """Another model that would fit."""
    return say(
        QT_TRANSLATE_NOOP("gemfit", "{title} would fit: it needs {needed_bytes}."),
        title=title,
        needed_bytes=needed_bytes,
    )


def what_may_happen() -> Sentence:
    """What to expect of a load that was forced."""
    return say(
        QT_TRANSLATE_NOOP(
            "gemfit",
            "The chosen model can be loaded anyway. It may then be very slow, and for want of memory the system may "
            "end it or another program. Conversations are safe.",
        )
    )


def _refusal(planned: Planned, largest_context: int) -> list[Sentence]:
    said = [_shortage(room) for room in planned.rooms if room.missing_bytes]
    if largest_context:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "With a context of at most {context_tokens} tokens it fits, where needed with the KV cache in 8 bits.",
        )
        said.append(say(text, context_tokens=largest_context))
    else:
        said.append(say(QT_TRANSLATE_NOOP("gemfit", "It does not fit with any context, however short.")))
    return said


def _shortage(room: Room) -> Sentence:
    if room.device == SYSTEM_MEMORY:
        text = QT_TRANSLATE_NOOP("gemfit", "Needs {needed_bytes} of memory; {free_bytes} are free.")
        return say(text, needed_bytes=room.needed_bytes, free_bytes=room.free_bytes)
    text = QT_TRANSLATE_NOOP("gemfit", "Needs {needed_bytes} of memory on the {gpu}; {free_bytes} are free.")
    return say(text, needed_bytes=room.needed_bytes, free_bytes=room.free_bytes, gpu=room.name)
