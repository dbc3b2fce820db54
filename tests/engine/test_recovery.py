"""What is tried after a trouble: in order, once each, and nothing that takes what is needed."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemfit.engine.protocol import DeviceLayers, EngineExit, ExitCause, Failed, LoadPlan
from gemfit.engine.recovery import Needs, Step, Trouble, apply, next_try, nothing_left, trouble_of
from gemfit.words import say

ON_GPU = LoadPlan(context_tokens=8192, shares=[DeviceLayers("CUDA0", 40), DeviceLayers("CUDA1", 3)])
ON_CPU = LoadPlan(context_tokens=8192, checkpoint_bytes=1 << 20)


NO_NEEDS = Needs()


def steps(trouble: Trouble, plan: LoadPlan, needs: Needs = NO_NEEDS) -> list[Step]:
    """All that is tried when nothing helps."""
    tried: list[Step] = []
    while found := next_try(trouble, plan, tried, needs):
        tried.append(found.step)
        plan = found.plan
    return tried


@pytest.mark.parametrize(
    ("cause", "plan", "doing", "expected"),
    [
        ("out_of_memory", ON_CPU, "loading", ["lean_cache", "half_context", "mapped"]),
        ("out_of_memory", ON_GPU, "prompt", ["lean_cache", "half_context", "mapped"]),
        ("device_out_of_memory", ON_GPU, "loading", ["lean_cache", "half_context", "fewer_layers", "processor"]),
        ("gpu_fault", ON_GPU, "generating", ["as_it_was", "processor"]),
        ("hang", ON_GPU, "prompt", ["as_it_was", "processor"]),
        ("hang", ON_CPU, "prompt", ["as_it_was"]),
        ("assertion", ON_CPU, "loading", []),
        ("assertion", ON_GPU, "loading", ["processor"]),
        ("assertion", ON_CPU, "prompt", ["as_it_was"]),
        ("killed", ON_CPU, "generating", ["as_it_was", "half_context"]),
        ("missing_library", ON_GPU, "starting", []),
        ("illegal_instruction", ON_CPU, "prompt", []),
        ("disk_full", ON_CPU, "prompt", []),
        ("not_stopping", ON_CPU, "generating", []),
        ("bad_message", ON_CPU, "idle", ["as_it_was"]),
    ],
)
def test_each_trouble_has_its_steps(cause: ExitCause, plan: LoadPlan, doing: str, expected: list[str]) -> None:
    assert steps(Trouble(cause=cause, doing=doing), plan) == expected


def test_every_cause_says_what_happened_and_what_is_tried() -> None:
    for cause in msgspec.inspect.type_info(ExitCause).values:
        trouble = Trouble(cause=cause, doing="prompt", detail="x.c:1: why")
        assert "conversation is safe" in str(nothing_left(trouble))
        if found := next_try(trouble, ON_GPU, [], Needs()):
            assert "loaded again" in str(found.sentence)


def test_a_step_says_what_it_changes() -> None:
    trouble = Trouble(cause="device_out_of_memory")
    assert "4,096 tokens" in str(next_try(trouble, ON_GPU, ["lean_cache"], Needs()).sentence)
    assert "32 layers on the GPU" in str(next_try(trouble, ON_GPU, ["lean_cache", "half_context"], Needs()).sentence)


def test_layers_are_taken_from_every_device() -> None:
    fewer = apply("fewer_layers", ON_GPU, Needs())
    assert fewer is not None
    assert [share.layers for share in fewer.shares] == [30, 2]


def test_a_model_that_goes_whole_or_not_at_all_goes_to_the_processor() -> None:
    found = steps(Trouble(cause="device_out_of_memory"), ON_GPU, Needs(whole_only=True))
    assert found == ["lean_cache", "half_context", "processor"]


def test_the_context_is_not_made_too_small_for_the_conversation() -> None:
    assert apply("half_context", ON_CPU, Needs(tokens=3000)) is not None
    assert apply("half_context", ON_CPU, Needs(tokens=3500)) is None
    assert apply("half_context", msgspec.structs.replace(ON_CPU, context_tokens=1024), Needs()) is None


def test_the_mobile_format_has_its_own_layout() -> None:
    needs = Needs(fixed_layout=True)
    assert steps(Trouble(cause="out_of_memory"), ON_CPU, needs) == ["half_context"]


def test_a_lean_plan_guesses_nothing_ahead() -> None:
    lean = apply("lean_cache", msgspec.structs.replace(ON_CPU, speculation="auto", draft_tokens=4), Needs())
    assert lean is not None
    assert (lean.speculation, lean.draft_tokens) == ("off", 0)


def test_a_picture_keeps_its_batch() -> None:
    lean = apply("lean_cache", msgspec.structs.replace(ON_CPU, ubatch_tokens=1120), Needs(media=True))
    assert lean is not None
    assert (lean.ubatch_tokens, lean.kv_type, lean.checkpoint_bytes) == (1120, "q8_0", 0)


@given(
    context=st.integers(1, 1 << 20),
    layers=st.integers(1, 100),
    step=st.sampled_from(["lean_cache", "half_context", "fewer_layers", "processor", "mapped"]),
)
def test_no_step_asks_for_more(context: int, layers: int, step: Step) -> None:
    plan = LoadPlan(context_tokens=context, shares=[DeviceLayers("CUDA0", layers)])
    changed = apply(step, plan, Needs())
    if changed is not None:
        assert changed != plan
        assert changed.context_tokens <= plan.context_tokens
        assert changed.gpu_layers <= plan.gpu_layers
        assert changed.ubatch_tokens <= plan.ubatch_tokens
        assert all(share.layers > 0 for share in changed.shares)


def test_an_end_that_was_asked_for_is_no_trouble() -> None:
    assert trouble_of(EngineExit(returncode=0, expected=True, sentence=say("x")), ON_CPU) is None


def test_a_failed_load_for_want_of_memory_is_trouble_and_says_whose() -> None:
    reason = "unable to allocate CUDA0 buffer"
    failed = Failed(code="out_of_memory", sentence=say("{reason}", reason=reason))
    assert trouble_of(failed, ON_GPU) == Trouble(cause="device_out_of_memory", detail=reason)
    assert trouble_of(failed, ON_CPU) == Trouble(cause="out_of_memory", detail=reason)
    assert trouble_of(Failed(code="gguf_damaged", sentence=say("x")), ON_CPU) is None
    assert trouble_of(Failed(code="out_of_memory", sentence=say("x"), request_id=1), ON_CPU) is None
