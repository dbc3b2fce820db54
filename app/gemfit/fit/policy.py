"""Which option to take: the policy, whole.

1. Never what this engine build cannot run, what was not trained for the context, what cannot read the images and
   sounds that were asked for, or what the disk cannot hold: the verdict of those is `no`.
2. Comfortable is what `fits` (a tenth of the free memory stays free) and generates at reading speed or better.
3. Of what is comfortable: the least memory (goal `smallest`), or the best answers (`balanced` and `best`).
4. The bigger model always answers better, whatever the formats: Q4_0 QAT keeps what the model was trained with (it
   chooses the same token as BF16 in 86 to 98 % of cases, mean KLD 0.002 to 0.014 where published), while the next
   smaller model in BF16 is twice to four times as large as it is, and half as large a model.
5. Of one model, `balanced` takes Q4_0: nearly the same answers for a quarter of the memory and several times the speed.
   `best` takes BF16, exactly as trained, once that is comfortable. Of several packings the catalogue prefers the most
   exact one.
6. Of one model, the mobile format is taken only where Q4_0 and BF16 are not comfortable: a Raspberry Pi 5 writes 8
   tokens a second with it and 5 with Q4_0. What it takes in memory is an estimate (on Windows it can be twice that);
   how close its answers are to those as trained is not published.
7. `best` puts up with half of reading speed for a bigger model, though not for BF16.
8. If nothing is comfortable: the fastest that fits (`smallest`: the least memory). If nothing fits: the smallest that
   is tight. The starter only if there is no other.
"""

from collections.abc import Sequence
from typing import NamedTuple

from gemfit.catalog.types import Build, FormatName, Model
from gemfit.fit.speed import COMFORTABLE_TPS
from gemfit.fit.types import Goal, Option

_LITTLE_FIRST: tuple[FormatName, ...] = ("q4_0", "bf16", "mobile", "other")
_EXACT_FIRST: tuple[FormatName, ...] = ("bf16", "q4_0", "mobile", "other")


class Candidate(NamedTuple):
    """An option with the model and the build that it is about."""

    model: Model
    build: Build
    option: Option


def rank(model: Model, build: Build, goal: Goal) -> tuple[int, int, bool]:
    """How good the answers are, memory and speed aside; more is better."""
    formats = _EXACT_FIRST if goal == "best" else _LITTLE_FIRST
    return model.quality, -formats.index(build.format), build.preferred


def comfortable(candidate: Candidate, goal: Goal) -> bool:
    option = candidate.option
    patient = goal == "best" and option.format != "bf16"
    return option.verdict == "fits" and speed(option) >= (COMFORTABLE_TPS / 2 if patient else COMFORTABLE_TPS)


def choose(candidates: Sequence[Candidate], goal: Goal) -> Candidate | None:
    """The one to take of `candidates`, which come with the best answers first; None if none can be run."""
    able = _first_packings([c for c in candidates if c.option.verdict != "no" and not c.model.starter])
    fitting = [c for c in able if c.option.verdict == "fits"]
    good = _mobile_where_needed([c for c in fitting if comfortable(c, goal)])
    if goal == "smallest" and fitting:
        return min(good or _mobile_where_needed(fitting), key=lambda c: memory_bytes(c.option))
    if good:
        return good[0]
    if fitting:
        return max(fitting, key=lambda c: speed(c.option))
    if able:
        return min(_mobile_where_needed(able), key=lambda c: memory_bytes(c.option))
    return next((c for c in candidates if c.option.verdict != "no"), None)


def _first_packings(able: Sequence[Candidate]) -> list[Candidate]:
    """Without the packings that the catalogue does not prefer, where the preferred one will do."""
    preferred = {(c.model.id, c.build.format) for c in able if c.build.preferred}
    return [c for c in able if c.build.preferred or (c.model.id, c.build.format) not in preferred]


def _mobile_where_needed(able: Sequence[Candidate]) -> list[Candidate]:
    """Without the mobile format of models that can be had in another."""
    others = {c.model.id for c in able if c.build.container != "litertlm"}
    return [c for c in able if c.build.container != "litertlm" or c.model.id not in others]


def speed(option: Option) -> float:
    """Tokens per second. A GPU that nothing is known about, and that holds the whole model, is fast enough."""
    return option.generation_tps or COMFORTABLE_TPS


def memory_bytes(option: Option) -> int:
    """All that it takes, on every device."""
    return sum(component.n_bytes for component in option.components)
