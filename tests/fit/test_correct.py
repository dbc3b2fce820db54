"""What past loads teach: bounded, robust, never counted twice."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemfit.fit.correct import alike, corrected, learn, measured_speed
from gemfit.fit.types import SYSTEM_MEMORY, Component, Outcome, Plan, Share, Speed

MIB = 1 << 20
BUILD = "llama.cpp 0c1e5709"
HERE = {"model": "E2B", "build": "q4_0", "plan": Plan()}
FORMULA = [
    Component("weights", SYSTEM_MEMORY, 1400 * MIB),
    Component("kv", SYSTEM_MEMORY, 36 * MIB),
    Component("compute", SYSTEM_MEMORY, 114 * MIB),
    Component("base", SYSTEM_MEMORY, 160 * MIB),
]
ON_GPU = [Component("weights", "CUDA0", 1400 * MIB), Component("base", "CUDA0", 400 * MIB)]


def base(n_mib: float, device: str = SYSTEM_MEMORY) -> Component:
    return Component("base", device, round(n_mib * MIB))


def load(number: int = 0, base_mib: float = 160, **more: object) -> Outcome:
    """A load number `number` whose base was `base_mib` MiB, after a prompt that filled the buffers."""
    given: dict = {
        "at": f"2026-01-01T00:00:{number:02}+00:00",
        "engine_build": BUILD,
        "model": "E2B",
        "build": "q4_0",
        "title": "E2B",
        "plan": Plan(context_tokens=256 * (number + 20)),
        "predicted": FORMULA,
        "measured": [*FORMULA[:-1], base(base_mib)],
        "prompt_tokens": 512,
    }
    return Outcome(**(given | more))


def answered(**more: object) -> Outcome:
    """A load with an answer of 100 tokens at 12 tokens/s."""
    given: dict = {
        "generated_tokens": 100,
        "generation_tps": 12.0,
        "context_used_tokens": 550,
        "prompt_tps": 30.0,
    }
    return load(**(given | more))


def base_of(components: list[Component], device: str = SYSTEM_MEMORY) -> float:
    return next(c.n_bytes for c in components if (c.name, c.device) == ("base", device)) / MIB


def test_without_a_past_the_formula_stands():
    found = corrected(FORMULA, learn([], BUILD), **HERE)
    assert found.components == FORMULA
    assert found.corrected_by == []
    assert found.reason is None


def test_the_base_moves_by_what_past_loads_took_more_and_a_sentence_says_so():
    found = corrected(FORMULA, learn([load(1, 190), load(2, 180), load(3, 200)], BUILD), **HERE)
    assert base_of(found.components) == 190
    assert found.corrected_by == [base(30)]
    assert str(found.reason) == ("30 MiB more than the formula says, because past loads on this machine (3) took that.")


def test_less_is_said_as_less():
    found = corrected(FORMULA, learn([load(1, 140)], BUILD), **HERE)
    assert str(found.reason).startswith("20 MiB less than")


def test_loads_with_another_engine_build_teach_nothing():
    assert corrected(FORMULA, learn([load(1, 300, engine_build="another")], BUILD), **HERE).components == FORMULA


def test_a_load_that_never_answered_teaches_nothing():
    assert corrected(FORMULA, learn([load(1, 20, prompt_tokens=0)], BUILD), **HERE).components == FORMULA


def test_a_mapped_file_teaches_nothing():
    past = [load(1, 20, plan=Plan(load_mode="mapped"))]
    assert corrected(FORMULA, learn(past, BUILD), model="E2B", build="q4_0", plan=past[0].plan).components == FORMULA


def test_one_load_again_and_again_counts_once():
    again = [load(n, 300, plan=Plan()) for n in range(9)]
    found = corrected(FORMULA, learn([*again, load(10, 170), load(11, 170)], BUILD), **HERE)
    assert base_of(found.components) == 170


def test_a_gpus_base_learns_from_gpus_alone():
    on_gpu = load(
        1,
        plan=Plan(shares=[Share("CUDA0", 36)]),
        predicted=[*ON_GPU, base(160)],
        measured=[ON_GPU[0], base(520, "CUDA0"), base(160)],
    )
    found = corrected([*ON_GPU, base(160)], learn([on_gpu, load(2, 190), load(3, 190)], BUILD), **HERE)
    assert base_of(found.components, "CUDA0") == 520
    assert base_of(found.components) == 190


def test_what_was_laid_out_for_the_very_same_plan_is_taken_over():
    past = load(1, measured=[Component("weights", SYSTEM_MEMORY, 1404 * MIB), *FORMULA[1:]], plan=Plan())
    same = corrected(FORMULA, learn([past], BUILD), **HERE)
    assert same.components[0].n_bytes == 1404 * MIB
    other = corrected(FORMULA, learn([past], BUILD), model="E2B", build="q4_0", plan=Plan(context_tokens=8192))
    assert other.components[0] == FORMULA[0]


def test_a_file_of_ones_own_is_never_taken_for_another():
    past = load(1, model="", build="", plan=Plan(), measured=[Component("weights", SYSTEM_MEMORY, 7), *FORMULA[1:]])
    assert corrected(FORMULA, learn([past], BUILD), model="", build="", plan=Plan()).components == FORMULA


BASES = st.lists(st.integers(min_value=0, max_value=4000), min_size=1, max_size=12)


@given(BASES)
def test_however_odd_the_past_the_base_stays_between_half_and_double(found: list[int]):
    lessons = learn([load(n, mib) for n, mib in enumerate(found)], BUILD)
    assert 80 <= base_of(corrected(FORMULA, lessons, **HERE).components) <= 320


@given(st.integers(min_value=0, max_value=1 << 20), st.integers(min_value=2, max_value=9))
def test_one_odd_load_among_like_ones_changes_nothing(odd: int, others: int):
    like = [load(n, 175) for n in range(others)]
    assert base_of(corrected(FORMULA, learn([*like, load(20, odd)], BUILD), **HERE).components) == 175


@given(BASES)
def test_a_correction_is_never_counted_twice(found: list[int]):
    """Loads that were predicted with the correction teach the same as those that were not."""
    past = [load(n, mib) for n, mib in enumerate(found)]
    first = corrected(FORMULA, learn(past, BUILD), **HERE)
    again = [msgspec.structs.replace(o, predicted=first.components, corrected_by=first.corrected_by) for o in past]
    assert corrected(FORMULA, learn(again, BUILD), **HERE).components == first.components


@given(BASES)
def test_the_correction_is_the_difference_of_the_components(found: list[int]):
    result = corrected(FORMULA, learn([load(n, mib) for n, mib in enumerate(found)], BUILD), **HERE)
    by = sum(c.n_bytes for c in result.corrected_by)
    assert sum(c.n_bytes for c in result.components) == sum(c.n_bytes for c in FORMULA) + by
    assert (result.reason is None) == (not result.corrected_by)


def constant(_tokens: int) -> Speed:
    return Speed(generation_tps=10.0, prompt_tps=25.0, source="published")


def falling(tokens: int) -> Speed:
    """Half as fast with 10,000 tokens in the context, which is for a context of 20,000."""
    tps = 10 / (1 + tokens / 20_000)
    return Speed(generation_tps=tps, prompt_tps=25.0, tps_range=(tps / 2, 10.0))


def test_a_past_answer_is_a_measured_speed():
    speed = measured_speed(learn([answered()], BUILD), **HERE, formula=constant)
    assert speed is not None
    assert (speed.source, speed.generation_tps, speed.prompt_tps) == ("measured", 12.0, 30.0)
    assert speed.tps_range == pytest.approx((10.8, 13.2))


def test_the_formula_carries_it_to_another_context():
    asked = Plan(context_tokens=20_000)
    speed = measured_speed(learn([answered()], BUILD), model="E2B", build="q4_0", plan=asked, formula=falling)
    assert speed is not None
    assert speed.generation_tps == pytest.approx(12 * 1.05 / 2)
    assert speed.tps_range == pytest.approx((0.9 * 12 * 1.05 / 4, 1.1 * 12 * 1.05))


def test_an_answer_of_a_busy_machine_does_not_spoil_the_others():
    past = [answered(number=1, generation_tps=12.0), answered(number=2, generation_tps=1.3)]
    speed = measured_speed(learn(past[::-1], BUILD), **HERE, formula=constant)
    assert speed is not None
    assert speed.generation_tps == 12.0


def test_what_was_long_ago_counts_no_more():
    past = [answered(number=n, generation_tps=12.0 if n < 9 else 20.0) for n in range(14)]
    speed = measured_speed(learn(past, BUILD), **HERE, formula=constant)
    assert speed is not None
    assert speed.generation_tps == 20.0


@pytest.mark.parametrize(
    "other",
    [
        {"generated_tokens": 63},
        {"engine_build": "another"},
        {"build": "bf16"},
        {"model": "E4B"},
        {"plan": Plan(shares=[Share("CUDA0", 36)])},
        {"plan": Plan(kv_type="q8_0")},
    ],
)
def test_what_was_not_this_model_this_build_and_a_like_plan_is_no_measure(other: dict[str, object]):
    assert measured_speed(learn([answered(**other)], BUILD), **HERE, formula=constant) is None


def test_a_short_prompt_tells_nothing_of_the_prompts_speed():
    speed = measured_speed(learn([answered(prompt_tokens=12)], BUILD), **HERE, formula=constant)
    assert speed is not None
    assert speed.prompt_tps == 25.0


def test_where_the_formula_knows_nothing_the_measured_speed_stands():
    speed = measured_speed(learn([answered()], BUILD), **HERE, formula=lambda _: Speed())
    assert speed is not None
    assert speed.generation_tps == 12.0


@given(st.integers(min_value=1, max_value=131_072), st.floats(min_value=0.1, max_value=500))
def test_a_measured_speed_lies_in_its_range(context_tokens: int, tps: float):
    plan = Plan(context_tokens=context_tokens)
    lessons = learn([answered(number=1), answered(number=2, generation_tps=tps)], BUILD)
    speed = measured_speed(lessons, model="E2B", build="q4_0", plan=plan, formula=falling)
    assert speed is not None
    assert speed.tps_range is not None
    assert speed.generation_tps is not None
    assert speed.tps_range[0] <= speed.generation_tps <= speed.tps_range[1]


def test_plans_are_alike_whatever_their_context():
    assert alike(Plan(context_tokens=512), Plan(context_tokens=4096, forced=True))
    assert not alike(Plan(), Plan(load_mode="mapped"))
