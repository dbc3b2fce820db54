"""What to try by itself after an engine ended or could not load: a leaner plan, the processor, or the same again. Pure.

Each step is tried once at the most. What is tried depends on the cause: want of memory asks for less of it, a failing
GPU for the processor, and what may have been chance for the same again. Another format is not tried by itself, since it
is another file; the sentence names it when nothing else is left.
"""

from collections.abc import Collection, Mapping
from typing import Literal

import msgspec

from gemfit.engine.protocol import DeviceLayers, Doing, EngineExit, ExitCause, Failed, LoadPlan
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, Value, say

Step = Literal["as_it_was", "lean_cache", "half_context", "fewer_layers", "processor", "mapped"]

LEAST_CONTEXT_TOKENS = 1024
SMALL_UBATCH_TOKENS = 256


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """What went wrong: an engine's end, or a load that failed."""

    cause: ExitCause
    doing: Doing = "loading"
    detail: str = ""


class Needs(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan must keep. `tokens`: of the conversation. `media`: a picture has to fit a micro-batch. `whole_only`:
    the model goes to a device whole or not at all (per-layer embeddings,
    https://github.com/ggml-org/llama.cpp/issues/21730). `fixed_layout`: cache and batches are the file's own (the
    mobile format), and so is how it is read.
    """

    tokens: int = 0
    media: bool = False
    whole_only: bool = False
    fixed_layout: bool = False


class Try(msgspec.Struct, frozen=True, kw_only=True):
    """What is tried now. `sentence`: what happened and what is done about it."""

    step: Step
    plan: LoadPlan
    sentence: Sentence


def trouble_of(event: EngineExit | Failed, plan: LoadPlan) -> Trouble | None:
    """The trouble behind an end or a failure; None for an end that was asked for and for other failures."""
    if isinstance(event, EngineExit):
        return None if event.expected else Trouble(cause=event.cause, doing=event.doing, detail=event.detail)
    if event.code == "file_changed":
        return Trouble(cause="file_changed", doing="prompt")
    if event.code != "out_of_memory" or event.request_id is not None:
        return None
    reason = str(event.sentence.values.get("reason", ""))
    on_device = any(share.device in reason for share in plan.shares)
    return Trouble(cause="device_out_of_memory" if on_device else "out_of_memory", detail=reason)


def next_try(trouble: Trouble, plan: LoadPlan, tried: Collection[Step], needs: Needs) -> Try | None:
    """The first step for this trouble that was not tried and changes something; None when there is none left."""
    for step in _steps(trouble, plan):
        if step in tried:
            continue
        changed = apply(step, plan, needs)
        if changed is not None:
            return Try(step=step, plan=changed, sentence=_sentence(trouble, step, changed))
    return None


def _steps(trouble: Trouble, plan: LoadPlan) -> tuple[Step, ...]:
    """In order. What went wrong while loading will do so again: only another plan can help."""
    steps = _STEPS.get(trouble.cause, ())
    if trouble.doing == "loading" and trouble.cause in ("assertion", "crash", "bug"):
        steps = tuple(step for step in steps if step != "as_it_was")
    if trouble.cause == "out_of_memory" and plan.shares:  # layers taken from the device would need more of it
        steps = tuple(step for step in steps if step not in ("fewer_layers", "processor"))
    return steps


_STEPS: Mapping[ExitCause, tuple[Step, ...]] = {
    "out_of_memory": ("lean_cache", "half_context", "mapped"),
    "device_out_of_memory": ("lean_cache", "half_context", "fewer_layers", "processor"),
    "killed": ("as_it_was", "half_context"),
    "assertion": ("as_it_was", "processor"),
    "crash": ("as_it_was", "processor"),
    "gpu_fault": ("as_it_was", "processor"),
    "hang": ("as_it_was", "processor"),
    "bad_message": ("as_it_was",),
    "file_changed": ("as_it_was",),
    "bug": ("as_it_was",),
    "ended": ("as_it_was",),
}
"""Not here: `missing_library` and `illegal_instruction`, where this build can do nothing; `disk_full`, where a person
has to make room; `not_stopping`, where a person wanted an end."""


def apply(step: Step, plan: LoadPlan, needs: Needs) -> LoadPlan | None:
    """The plan changed by a step; None where the step changes nothing or takes what is needed."""
    changed = _CHANGES[step](plan, needs)
    return changed if changed != plan or step == "as_it_was" else None


def _lean_cache(plan: LoadPlan, needs: Needs) -> LoadPlan:
    """Micro-batches of 256 tokens and a KV cache in q8_0, as `fit` saves; no drafter, no earlier states."""
    if needs.fixed_layout:
        return plan
    small = min(plan.ubatch_tokens, SMALL_UBATCH_TOKENS)
    return msgspec.structs.replace(
        plan,
        ubatch_tokens=plan.ubatch_tokens if needs.media else small,
        kv_type="q8_0",
        checkpoint_bytes=0,
        speculation="off",
        draft_tokens=0,
    )


def _half_context(plan: LoadPlan, needs: Needs) -> LoadPlan:
    half = plan.context_tokens // 2
    enough = half >= max(LEAST_CONTEXT_TOKENS, needs.tokens * 5 // 4)
    return msgspec.structs.replace(plan, context_tokens=half) if enough else plan


def _fewer_layers(plan: LoadPlan, needs: Needs) -> LoadPlan:
    """A quarter less on each device."""
    if needs.whole_only:
        return plan
    shares = [DeviceLayers(share.device, share.layers - -(-share.layers // 4)) for share in plan.shares]
    return msgspec.structs.replace(plan, shares=[share for share in shares if share.layers])


def _processor(plan: LoadPlan, _: Needs) -> LoadPlan:
    return msgspec.structs.replace(plan, shares=[], host_expert_layers=0)


def _mapped(plan: LoadPlan, needs: Needs) -> LoadPlan:
    """The system may drop pages of the file then; slow, and better than nothing."""
    if needs.fixed_layout:
        return plan
    return msgspec.structs.replace(plan, load_mode="mapped", repack=False)


_CHANGES = {
    "as_it_was": lambda plan, _: plan,
    "lean_cache": _lean_cache,
    "half_context": _half_context,
    "fewer_layers": _fewer_layers,
    "processor": _processor,
    "mapped": _mapped,
}


def what_happened(trouble: Trouble) -> Sentence:
    """The cause in a short sentence, without advice."""
    text = _WHAT.get(trouble.cause, _WHAT["ended"])
    return say(text, detail=trouble.detail) if "{detail}" in text else say(text)


def what_is_changed(step: Step, plan: LoadPlan) -> Sentence:
    """What a step makes of a plan: `plan` is the changed one."""
    text = _CHANGED[step]
    values: dict[str, Value] = {"context_tokens": plan.context_tokens, "layers": plan.gpu_layers}
    return Sentence(text, {name: value for name, value in values.items() if f"{{{name}}}" in text})


def _sentence(trouble: Trouble, step: Step, plan: LoadPlan) -> Sentence:
    text = QT_TRANSLATE_NOOP("gemfit", "{what} Your conversation is safe. The model is being loaded again, {changed}.")
    return say(text, what=what_happened(trouble), changed=what_is_changed(step, plan))


def nothing_left(trouble: Trouble) -> Sentence:
    """When everything was tried."""
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{what} Your conversation is safe. What could help was tried. Choose another format of the model, or a smaller "
        "model.",
    )
    return say(text, what=what_happened(trouble))


_CHANGED: Mapping[Step, str] = {
    "as_it_was": QT_TRANSLATE_NOOP("gemfit", "as it was"),
    "lean_cache": QT_TRANSLATE_NOOP("gemfit", "with a KV cache in q8_0, smaller batches and no guessing ahead"),
    "half_context": QT_TRANSLATE_NOOP("gemfit", "with a context of {context_tokens} tokens"),
    "fewer_layers": QT_TRANSLATE_NOOP("gemfit", "with {layers} layers on the GPU"),
    "processor": QT_TRANSLATE_NOOP("gemfit", "on the processor only"),
    "mapped": QT_TRANSLATE_NOOP("gemfit", "with its file mapped instead of read, which is slower"),
}

_WHAT: Mapping[ExitCause, str] = {
    "out_of_memory": QT_TRANSLATE_NOOP("gemfit", "The engine ran out of memory."),
    "device_out_of_memory": QT_TRANSLATE_NOOP("gemfit", "The GPU's memory ran out."),
    "killed": QT_TRANSLATE_NOOP("gemfit", "The engine was killed."),
    "assertion": QT_TRANSLATE_NOOP("gemfit", "The engine stopped itself ({detail})."),
    "gpu_fault": QT_TRANSLATE_NOOP("gemfit", "The GPU or its driver failed ({detail})."),
    "hang": QT_TRANSLATE_NOOP("gemfit", "The engine did not move any more."),
    "bad_message": QT_TRANSLATE_NOOP("gemfit", "The engine said something that makes no sense."),
    "file_changed": QT_TRANSLATE_NOOP("gemfit", "The model's file was changed while it was in use."),
    "crash": QT_TRANSLATE_NOOP("gemfit", "The engine crashed."),
    "bug": QT_TRANSLATE_NOOP("gemfit", "The engine made a mistake of its own."),
    "ended": QT_TRANSLATE_NOOP("gemfit", "The engine ended unexpectedly."),
}
