"""What more memory would bring: the least that has to be free besides, and of which kind, for a better model."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

import msgspec

from gemfit.fit.option import Question, assess
from gemfit.fit.policy import Candidate, comfortable
from gemfit.fit.types import Choice
from gemfit.machine.types import Gpu, Machine
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

# A tenth of a GiB, which is what sizes are printed in.
_STEP_BYTES = -(-(1 << 30) // 10)


class _Kind(NamedTuple):
    """A kind of memory: the GPU's own, or the system's (None); `grow` gives a machine with so many bytes more."""

    gpu: Gpu | None
    grow: Callable[[int], Machine]


class _Step(NamedTuple):
    more_bytes: int
    candidate: Candidate
    kind: _Kind


def step_up(asked: Question, best: Candidate | None, better: Sequence[Candidate]) -> Choice | None:
    """The one of `better` that becomes comfortable with the least more free memory, by the arithmetic itself.

    Where not even `best` fits, fitting is enough. None if one would do already (another goal would take it), or if no
    memory makes one so.
    """
    machine, goal = asked.machine, asked.wish.goal
    none_fits = best is None or best.model.starter or best.option.verdict == "tight"

    def good(candidate: Candidate) -> bool:
        return candidate.option.verdict == "fits" if none_fits else comfortable(candidate, goal)

    def enough(kind: _Kind, candidate: Candidate, more_bytes: int) -> bool:
        model, build, _ = candidate
        return good(candidate._replace(option=assess(asked._replace(machine=kind.grow(more_bytes)), model, build)))

    wanted = [c for c in better if c.option.runnable]
    if goal == "smallest" or any(map(good, wanted)):
        return None
    least: _Step | None = None
    for candidate in reversed(wanted):
        for kind in _kinds(machine):
            most_bytes = least.more_bytes if least else 2 * candidate.option.total_bytes
            more_bytes = _least(most_bytes, partial(enough, kind, candidate))
            if more_bytes is not None:
                least = _Step(more_bytes, candidate, kind)
    if least is None:
        return None
    model, build, _ = least.candidate
    return Choice(model=model.id, build=build.id, reasons=[_sentence(least, machine)])


def _least(most_bytes: int, enough: Callable[[int], bool]) -> int | None:
    """The least number of bytes, in steps and below `most_bytes`, that is enough; None if none is."""
    low, high = 0, (most_bytes - 1) // _STEP_BYTES
    if high <= 0 or not enough(high * _STEP_BYTES):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle * _STEP_BYTES) else (middle, high)
    return high * _STEP_BYTES


def _kinds(machine: Machine) -> Iterator[_Kind]:
    """The system's memory, and that of the usable card with the most free."""
    yield _Kind(None, lambda more: _with_memory(machine, more))
    cards = [gpu for gpu in machine.gpus if gpu.usable and not gpu.shared_memory and gpu.total_bytes is not None]
    if cards:
        card = max(cards, key=lambda gpu: gpu.free_bytes or 0)
        yield _Kind(card, lambda more: _with_video_memory(machine, card, more))


def _with_memory(machine: Machine, more_bytes: int) -> Machine:
    """With more system memory; a GPU that shares it may take as much more."""
    memory = machine.memory
    return msgspec.structs.replace(
        machine,
        memory=msgspec.structs.replace(
            memory,
            total_bytes=memory.total_bytes + more_bytes,
            available_bytes=memory.available_bytes + more_bytes,
        ),
        gpus=[_larger(gpu, more_bytes) if gpu.shared_memory else gpu for gpu in machine.gpus],
    )


def _with_video_memory(machine: Machine, card: Gpu, more_bytes: int) -> Machine:
    return msgspec.structs.replace(
        machine, gpus=[_larger(gpu, more_bytes) if gpu is card else gpu for gpu in machine.gpus]
    )


def _larger(gpu: Gpu, more_bytes: int) -> Gpu:
    total, free = gpu.total_bytes, gpu.free_bytes
    return msgspec.structs.replace(
        gpu,
        total_bytes=None if total is None else total + more_bytes,
        free_bytes=None if free is None else free + more_bytes,
    )


def _sentence(step: _Step, machine: Machine) -> Sentence:
    name, more = f"{step.candidate.model.name} in {step.candidate.build.title}", step.more_bytes
    if step.kind.gpu is not None:
        text = QT_TRANSLATE_NOOP("gemfit", "With {more_bytes} more video memory free on the {gpu}: {model}.")
        return say(text, more_bytes=more, gpu=step.kind.gpu.name, model=name)
    if machine.memory.available_bytes + more <= machine.memory.total_bytes * 0.9:
        text = QT_TRANSLATE_NOOP("gemfit", "With {more_bytes} more memory free, by closing other programs: {model}.")
        return say(text, more_bytes=more, model=name)
    return say(QT_TRANSLATE_NOOP("gemfit", "With {more_bytes} more memory: {model}."), more_bytes=more, model=name)
