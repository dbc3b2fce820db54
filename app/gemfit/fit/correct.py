"""What past loads on this machine teach: later estimates of memory and speed are corrected by them.

The policy:

1. Only loads with the same engine build count. `learn` goes through them once; the rest is quick.
2. What the engine laid out for the very same model, build and plan (weights, KV cache, compute buffers) is taken over.
3. The base of the process, and that of a GPU's driver, is moved by the median error of past loads; each model, build
   and plan counts once, by its newest load that answered something. The prediction moves at most to half and to double,
   however odd a load was. A mapped file teaches nothing: what of it is in memory is the system's choice.
4. A speed is measured when a past answer of this model, this build and a like plan was long enough; it is carried to
   another context by the formula.
"""

from collections.abc import Callable, Sequence
from statistics import median, median_high

import msgspec

from gemfit.fit import mobile
from gemfit.fit.types import SYSTEM_MEMORY, Component, Outcome, Plan, Speed
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

ENOUGH_TOKENS = 64
"""An answer, or a prompt, of so many tokens is long enough for its speed to be that of the model."""
SPREAD = 0.1
"""Answers vary by about a tenth."""
NEWEST = 5
"""Of so many answers the middle one counts."""
_LAID_OUT = ("weights", "kv", "compute")

SpeedAt = Callable[[int], Speed]
"""The formula's speed for a context of so many tokens, half of which are used."""


class Lessons(msgspec.Struct, frozen=True, kw_only=True):
    """What `learn` found. `loads` were different ones; `by_model`: all of a model id and a build id, the oldest first.

    `host_base_bytes` and `gpu_base_bytes`: by how much the formula's base is too small in system memory and on a GPU;
    None where no load tells.
    """

    loads: int = 0
    host_base_bytes: int | None = None
    gpu_base_bytes: int | None = None
    by_model: dict[tuple[str, str], list[Outcome]] = {}


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """Corrected `components`, what of them the correction is (`corrected_by`), and a sentence if it is anything."""

    components: list[Component]
    corrected_by: list[Component] = []
    reason: Sentence | None = None


def learn(outcomes: Sequence[Outcome], engine_build: str) -> Lessons:
    """Go through past loads with this engine build; `mobile.ENGINE`: with any of the engine for the mobile format."""
    builds = {o.engine_build for o in outcomes}
    ours = {b for b in builds if b == engine_build or (engine_build == mobile.ENGINE and b.startswith(mobile.ENGINE))}
    past = sorted((o for o in outcomes if o.engine_build in ours and o.prompt_tokens), key=lambda o: o.at)
    different = {(o.model, o.build, msgspec.json.encode(o.plan)): o for o in past if o.plan.load_mode == "read"}
    by_model: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in past:
        if outcome.model:
            by_model.setdefault((outcome.model, outcome.build), []).append(outcome)
    return Lessons(
        loads=len(different),
        host_base_bytes=_median_error(list(different.values()), on_gpu=False),
        gpu_base_bytes=_median_error(list(different.values()), on_gpu=True),
        by_model=by_model,
    )


def corrected(components: Sequence[Component], lessons: Lessons, *, model: str, build: str, plan: Plan) -> Correction:
    """Correct the formula's `components` by what loads on this machine took. Without any they stay as they are."""
    same = [o for o in lessons.by_model.get((model, build), []) if o.plan == plan and _filled(o)]
    found = [_corrected(component, lessons, same[-1] if same else None) for component in components]
    changed = [
        Component(new.name, new.device, new.n_bytes - old.n_bytes)
        for old, new in zip(components, found, strict=True)
        if new != old
    ]
    if not changed:
        return Correction(components=found)
    return Correction(
        components=found, corrected_by=changed, reason=_reason(sum(c.n_bytes for c in changed), lessons.loads)
    )


def measured_speed(lessons: Lessons, *, model: str, build: str, plan: Plan, formula: SpeedAt) -> Speed | None:
    """The speed of past answers of this model and build with a like plan, for the context of `plan`; None without one.

    It is the formula's, times what answers were faster than the formula says for the context that they used; so is the
    range, and a tenth wider. Of the newest answers the middle one counts: the machine may have been busy with others.
    """
    like = [o for o in lessons.by_model.get((model, build), []) if alike(o.plan, plan)]
    past = [o for o in like if o.generated_tokens >= ENOUGH_TOKENS and o.generation_tps > 0][-NEWEST:]
    if not past:
        return None
    asked = formula(plan.context_tokens)
    found = [o.generation_tps * _ratio(asked.generation_tps, formula(2 * _middle(o)).generation_tps) for o in past]
    prompts = [
        o.prompt_tps * _ratio(asked.prompt_tps, formula(o.prompt_tokens).prompt_tps)
        for o in like
        if o.prompt_tokens >= ENOUGH_TOKENS and o.prompt_tps > 0
    ][-NEWEST:]
    generation_tps = median_high(found)
    low, high = generation_tps, generation_tps
    if asked.tps_range is not None and asked.generation_tps:
        low, high = (generation_tps / asked.generation_tps * end for end in asked.tps_range)
    return Speed(
        generation_tps=generation_tps,
        prompt_tps=median_high(prompts) if prompts else asked.prompt_tps,
        tps_range=(low * (1 - SPREAD), high * (1 + SPREAD)),
        source="measured",
    )


def alike(one: Plan, other: Plan) -> bool:
    """Whether two plans differ in nothing but the context, as far as speed goes."""
    changes = {"context_tokens": 0, "checkpoint_bytes": 0, "draft_tokens": 0, "forced": False}
    plain = [msgspec.structs.replace(plan, **changes) for plan in (one, other)]
    return plain[0] == plain[1]


def _corrected(component: Component, lessons: Lessons, same: Outcome | None) -> Component:
    n_bytes = component.n_bytes
    if component.name == "base":
        error = lessons.host_base_bytes if component.device == SYSTEM_MEMORY else lessons.gpu_base_bytes
        n_bytes = min(max(n_bytes + (error or 0), n_bytes // 2), 2 * n_bytes)
    elif same is not None and component.name in _LAID_OUT:
        n_bytes = _bytes_of(same.measured, component.name, component.device)
    return Component(component.name, component.device, n_bytes)


def _filled(outcome: Outcome) -> bool:
    """Whether all that was laid out is in memory: once a prompt has filled the compute buffers."""
    return outcome.plan.load_mode == "read" and outcome.prompt_tokens >= min(
        outcome.plan.ubatch_tokens, outcome.plan.context_tokens
    )


def _median_error(outcomes: Sequence[Outcome], *, on_gpu: bool) -> int | None:
    """By how much the uncorrected base was too small: the median over every device of every load."""
    errors = []
    for outcome in outcomes:
        measured = {c.device: c.n_bytes for c in outcome.measured if c.name == "base"}
        for component in outcome.predicted:
            device = component.device
            if component.name == "base" and (device != SYSTEM_MEMORY) == on_gpu and device in measured:
                formula = component.n_bytes - _bytes_of(outcome.corrected_by, "base", device)
                errors.append(measured[device] - formula)
    return round(median(errors)) if errors else None


def _bytes_of(components: Sequence[Component], name: str, device: str) -> int:
    return sum(c.n_bytes for c in components if (c.name, c.device) == (name, device))


def _middle(outcome: Outcome) -> int:
    """Tokens in the context in the middle of the answer, where its speed is about the average."""
    return max(1, outcome.context_used_tokens - outcome.generated_tokens // 2)


def _ratio(asked_tps: float | None, then_tps: float | None) -> float:
    """By how much the formula is faster at the asked context; 1 where it says nothing."""
    return asked_tps / then_tps if asked_tps and then_tps else 1.0


def _reason(by_bytes: int, loads: int) -> Sentence:
    if by_bytes >= 0:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "{more_bytes} more than the formula says, because past loads on this machine ({loads}) took that."
        )
        return say(text, more_bytes=by_bytes, loads=loads)
    text = QT_TRANSLATE_NOOP(
        "gemfit", "{less_bytes} less than the formula says, because past loads on this machine ({loads}) took that."
    )
    return say(text, less_bytes=-by_bytes, loads=loads)
