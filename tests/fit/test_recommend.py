"""Which model for which machine: what holds for every machine. What is expected of real ones: test_answers.py."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemfit.catalog.load import find_build, load_catalog
from gemfit.catalog.types import Catalog
from gemfit.errors import GemfitError
from gemfit.fit.memory import CELLS_STEP
from gemfit.fit.option import can_run
from gemfit.fit.policy import memory_bytes, rank
from gemfit.fit.recommend import options, recommend
from gemfit.fit.types import Choice, Component, Goal, Known, Option, Outcome, Recommendation, Wish
from gemfit.machine.types import Cpu, Disk, EngineBuild, Gpu, Machine, Memory

relaxed = settings(deadline=None, max_examples=40)  # how long an example takes depends on what else runs
GIB = 1 << 30
CATALOG = load_catalog()
GOALS: tuple[Goal, ...] = ("smallest", "balanced", "best")
QUALITY = {model.id: model.quality for model in CATALOG.models}


def machine(
    available_bytes: int, *, gpus: list[Gpu] | None = None, cores: int = 8, disk_bytes: int = 1 << 40
) -> Machine:
    return Machine(
        memory=Memory(total_bytes=max(available_bytes, 1), available_bytes=available_bytes),
        cpu=Cpu(model="a processor", physical_cores=cores, logical_cores=cores),
        gpus=gpus or [],
        disk=Disk(path="/", total_bytes=1 << 41, free_bytes=disk_bytes),
        engine=EngineBuild(build="x", formats=["gguf"]),
    )


def card(free_bytes: int, *, usable: bool = True, name: str = "NVIDIA GeForce RTX 3090") -> Gpu:
    return Gpu(name=name, total_bytes=free_bytes, free_bytes=free_bytes, usable=usable)


def option(found: list[Option], model: str, build: str = "q4_0") -> Option:
    return next(o for o in found if (o.model, o.build) == (model, build))


def said(choice: Choice | None) -> str:
    assert choice is not None
    return " ".join(str(reason) for reason in choice.reasons)


def test_the_numbers_that_decide_are_in_the_reasons():
    result = recommend(machine(10 * GIB), CATALOG, Wish(context_tokens=4096))
    assert "Needs 3.2 GiB of memory; 10.0 GiB are free." in said(result.best)
    assert "tokens per second (estimated)" in said(result.best)


def test_the_mobile_format_is_shown_with_the_reason_why_it_cannot_run():
    found = option(options(machine(64 * GIB), CATALOG, Wish(context_tokens=4096)), "E2B", "mobile")
    assert (found.verdict, found.runnable) == ("no", False)
    assert "litert-lm-api" in str(found.reasons[0])


def test_an_engine_that_runs_the_mobile_format_is_offered_it():
    able = msgspec.structs.replace(machine(64 * GIB), engine=EngineBuild(formats=["gguf", "litert"]))
    assert option(options(able, CATALOG, Wish(context_tokens=4096)), "E2B", "mobile").verdict == "fits"


@pytest.mark.parametrize(
    "engine", [EngineBuild(problem="The engine ended."), EngineBuild(build="x", formats=["litert"])]
)
def test_nothing_in_gguf_is_recommended_to_an_engine_that_cannot_run_it(engine: EngineBuild):
    result = recommend(msgspec.structs.replace(machine(64 * GIB), engine=engine), CATALOG, Wish(context_tokens=4096))
    runnable = [o for o in result.options if o.verdict != "no"]
    assert all(o.build == "mobile" for o in runnable)
    assert (result.best is None) == (not engine.formats)
    if result.best is None:
        assert "The engine ended." in str(result.sentence)


def test_with_no_memory_at_all_nothing_is_recommended_and_a_sentence_says_what_to_do():
    result = recommend(machine(50 << 20), CATALOG, Wish(context_tokens=4096))
    assert (result.best, result.runner_up) == (None, None)
    assert "Close other programs" in str(result.sentence)


def test_a_model_that_only_just_fits_is_tight_and_comes_before_the_starter():
    need = option(options(machine(GIB), CATALOG, Wish(context_tokens=4096)), "E2B").total_bytes
    result = recommend(machine(need + 1), CATALOG, Wish(context_tokens=4096))
    assert option(result.options, "E2B").verdict == "tight"
    assert result.best is not None
    assert result.best.model == "E2B"
    assert "close some first" in said(result.best)


def test_on_a_slow_processor_the_fastest_is_taken_and_it_is_said():
    result = recommend(machine(64 * GIB, cores=1), CATALOG, Wish(context_tokens=4096))
    assert result.best is not None
    assert result.best.model == "E2B"
    assert "Nothing that fits here is faster." in said(result.best)


def test_a_gpu_of_unknown_speed_that_holds_the_model_is_fast_enough():
    result = recommend(machine(16 * GIB, gpus=[card(24 * GIB, name="Brand New 1")]), CATALOG, Wish(context_tokens=4096))
    assert result.best is not None
    assert result.best.model == "31B"
    assert option(result.options, "31B").tps_range is None


def test_partly_on_a_gpu_of_unknown_speed_it_is_as_fast_as_on_the_processor():
    found = option(options(machine(32 * GIB, gpus=[card(6 * GIB, name="Brand New 1")]), CATALOG, Wish()), "31B")
    alone = option(options(machine(32 * GIB), CATALOG, Wish()), "31B")
    assert found.place == "gpu"
    assert found.generation_tps == alone.generation_tps


def test_of_two_gpus_the_one_with_more_free_memory_is_taken():
    found = options(
        machine(16 * GIB, gpus=[card(4 * GIB), card(24 * GIB, name="NVIDIA GeForce RTX 4090")]),
        CATALOG,
        Wish(context_tokens=1),
    )
    assert option(found, "12B").device == "NVIDIA GeForce RTX 4090"


def test_a_model_too_large_for_the_gpu_runs_on_the_processor_and_says_why():
    found = option(options(machine(16 * GIB, gpus=[card(3 * GIB)]), CATALOG, Wish(context_tokens=4096)), "E4B")
    assert found.place == "cpu"
    assert any("of video memory; 3.0 GiB are free there" in str(r) for r in found.reasons)


def test_a_model_that_goes_partly_on_the_gpu_says_what_it_takes_of_both():
    found = option(options(machine(32 * GIB, gpus=[card(8 * GIB)]), CATALOG, Wish(context_tokens=4096)), "26B-A4B")
    assert (found.place, found.verdict) == ("gpu", "fits")
    assert found.plan.host_expert_layers > 0
    assert "Runs partly on the NVIDIA GeForce RTX 3090" in str(found.reasons[0])
    assert found.host_bytes > 6 * GIB
    assert found.plan_notes


def test_shared_memory_counts_once_and_no_more_than_the_system_has_free():
    apple = Gpu(name="Apple M1 Pro", total_bytes=11 * GIB, shared_memory=True, usable=True)
    found = option(options(machine(8 * GIB, gpus=[apple]), CATALOG, Wish(context_tokens=4096)), "E4B")
    assert (found.place, found.available_bytes) == ("gpu", 8 * GIB)
    assert "of the memory that it shares; 8.0 GiB are free" in str(found.reasons[0])
    short = option(options(machine(3 * GIB, gpus=[apple]), CATALOG, Wish(context_tokens=4096)), "12B")
    assert short.verdict == "no"


def test_what_is_on_the_disk_already_needs_no_room():
    full = machine(64 * GIB, disk_bytes=0)
    assert option(options(full, CATALOG, Wish(context_tokens=4096)), "12B").verdict == "no"
    found = option(
        options(full, CATALOG, Wish(context_tokens=4096), Known(installed=frozenset({("12B", "q4_0")}))), "12B"
    )
    assert (found.verdict, found.download_bytes) == ("fits", 0)


def test_a_short_memory_says_whether_closing_programs_would_do():
    busy = msgspec.structs.replace(machine(2 * GIB), memory=Memory(total_bytes=16 * GIB, available_bytes=2 * GIB))
    reasons = [str(r) for r in option(options(busy, CATALOG, Wish(context_tokens=4096)), "12B").reasons]
    assert "This computer has 16.0 GiB in all: with other programs closed it could run." in reasons


def test_a_context_that_a_model_was_not_made_for_rules_it_out():
    found = option(options(machine(64 * GIB), CATALOG, Wish(context_tokens=200_000)), "E2B")
    assert found.verdict == "no"
    assert "at most 131,072 tokens; 200,000 were asked for" in str(found.reasons[0])


@pytest.mark.parametrize("context", [0, -1, 262_145])
def test_a_context_that_no_model_has_is_refused(context: int):
    with pytest.raises(GemfitError, match="from 1 to 262,144") as caught:
        recommend(machine(GIB), CATALOG, Wish(context_tokens=context))
    assert caught.value.code == "bad_context"


def test_an_engine_that_says_nothing_about_formats_is_taken_to_run_gguf():
    build = CATALOG.models[0].builds[0]
    assert can_run(EngineBuild(build="x"), build)


sizes = st.integers(0, 96 * GIB)
cards = st.sampled_from(["NVIDIA GeForce RTX 3090", "NVIDIA GeForce GTX 1650", "Brand New 1"])
gpu_lists = st.lists(st.builds(card, st.integers(0, 48 * GIB), usable=st.booleans(), name=cards), max_size=2)
contexts = st.sampled_from([1, 300, 4096, 8192, 32_768, 131_072])


def quality(found: Choice | None) -> int:
    return QUALITY[found.model] if found else 0


def goodness(found: Choice | None, goal: Goal) -> tuple[int, int, bool]:
    """How good the answers of a choice are, as the policy has it."""
    if found is None:
        return 0, 0, False
    model, build = find_build(CATALOG, found.model, found.build)
    return rank(model, build, goal)


leanings: st.SearchStrategy[Goal] = st.sampled_from(["balanced", "best"])


@relaxed
@given(sizes, sizes, gpu_lists, contexts, st.integers(1, 32), leanings)
def test_more_memory_never_lowers_the_quality(
    one: int, other: int, gpus: list[Gpu], context: int, cores: int, goal: Goal
):
    less, more = sorted((one, other))
    wish = Wish(context_tokens=context, goal=goal)
    low = recommend(machine(less, gpus=gpus, cores=cores), CATALOG, wish)
    high = recommend(machine(more, gpus=gpus, cores=cores), CATALOG, wish)
    assert goodness(low.best, goal) <= goodness(high.best, goal)


@relaxed
@given(sizes, st.integers(0, 48 * GIB), st.integers(0, 48 * GIB), contexts, leanings, cards)
def test_more_video_memory_never_lowers_the_quality(
    system: int, one: int, other: int, context: int, goal: Goal, name: str
):
    less, more = sorted((one, other))
    wish = Wish(context_tokens=context, goal=goal)
    low = recommend(machine(system, gpus=[card(less, name=name)]), CATALOG, wish)
    high = recommend(machine(system, gpus=[card(more, name=name)]), CATALOG, wish)
    assert goodness(low.best, goal) <= goodness(high.best, goal)


@relaxed
@given(sizes, gpu_lists, contexts, st.integers(1, 32))
def test_smallest_takes_no_more_than_balanced_and_best_answers_no_worse(
    system: int, gpus: list[Gpu], context: int, cores: int
):
    here = machine(system, gpus=gpus, cores=cores)
    found = {goal: recommend(here, CATALOG, Wish(context_tokens=context, goal=goal)) for goal in GOALS}
    if found["balanced"].best is None:
        assert found["smallest"].best is found["best"].best is None
        return
    assert taken(found["smallest"]) <= taken(found["balanced"])
    assert quality(found["best"].best) >= quality(found["balanced"].best)


def taken(result: Recommendation) -> int:
    assert result.best is not None
    return memory_bytes(option(result.options, result.best.model, result.best.build))


@relaxed
@given(sizes, gpu_lists, contexts, st.integers(0, 40 * GIB), st.sampled_from(GOALS), st.booleans())
def test_what_is_recommended_can_be_run_and_fits(
    system: int, gpus: list[Gpu], context: int, disk: int, goal: Goal, media: bool
):
    here = machine(system, gpus=gpus, disk_bytes=disk)
    result = recommend(here, CATALOG, Wish(context_tokens=context, goal=goal, media=media))
    for choice in filter(None, (result.best, result.runner_up)):
        chosen = option(result.options, choice.model, choice.build)
        assert chosen.runnable
        assert chosen.verdict != "no"
        assert chosen.total_bytes <= chosen.available_bytes
        assert chosen.download_bytes <= disk
        assert choice.reasons
    assert all(choice.reasons for choice in result.ruled_out)
    fitting = [o for o in result.options if o.verdict != "no" and o.model != "SmolLM2-135M"]
    assert result.best is None or result.best.model != "SmolLM2-135M" or not fitting
    if result.best and result.runner_up:
        assert result.best.model != result.runner_up.model


@relaxed
@given(sizes, gpu_lists)
def test_the_largest_context_fits_and_the_next_does_not(system: int, gpus: list[Gpu]):
    here = machine(system, gpus=gpus)
    trained = {model.id: model.shape.context_tokens for model in CATALOG.models}
    for found in options(here, CATALOG, Wish(context_tokens=4096)):
        if not found.runnable or not found.max_context:
            continue
        assert found.max_context <= trained[found.model]
        at_most = option(options(here, CATALOG, Wish(context_tokens=found.max_context)), found.model, found.build)
        assert at_most.verdict != "no"
        assert at_most.total_bytes <= at_most.available_bytes
        if found.place == "cpu" and found.max_context < trained[found.model]:
            beyond = option(
                options(here, CATALOG, Wish(context_tokens=found.max_context + CELLS_STEP)), found.model, found.build
            )
            assert beyond.verdict == "no"


@relaxed
@given(sizes, gpu_lists, contexts)
def test_every_option_adds_up(system: int, gpus: list[Gpu], context: int):
    for found in options(machine(system, gpus=gpus), CATALOG, Wish(context_tokens=context)):
        parts = found.weights_bytes + found.kv_bytes + found.compute_bytes + found.base_bytes
        assert found.total_bytes == parts
        assert min(found.weights_bytes, found.base_bytes) > 0
        assert found.compute_bytes > 0 or found.format == "mobile"
        assert found.total_bytes + found.host_bytes == sum(part.n_bytes for part in found.components)
        assert found.reasons


@relaxed
@given(sizes, gpu_lists, contexts, leanings)
def test_with_the_memory_of_the_next_step_up_that_is_what_is_recommended(
    system: int, gpus: list[Gpu], context: int, goal: Goal
):
    wish = Wish(context_tokens=context, goal=goal)
    step = recommend(machine(system, gpus=gpus), CATALOG, wish).step_up
    if step is None:
        return
    said = step.reasons[0].values
    more = int(said["more_bytes"])
    if "gpu" in said:
        largest = max((gpu for gpu in gpus if gpu.usable), key=lambda gpu: gpu.free_bytes or 0)
        grown = msgspec.structs.replace(
            largest, free_bytes=(largest.free_bytes or 0) + more, total_bytes=(largest.total_bytes or 0) + more
        )
        there = machine(system, gpus=[grown if gpu is largest else gpu for gpu in gpus])
    else:
        there = machine(system + more, gpus=gpus)
    result = recommend(there, CATALOG, wish)
    assert option(result.options, step.model, step.build).verdict == "fits"
    assert goodness(result.best, goal) >= goodness(step, goal)


def test_best_answers_takes_the_weights_as_trained_where_they_run_comfortably():
    large = machine(64 * GIB, gpus=[card(48 * GIB, name="NVIDIA H200")])
    found = {goal: recommend(large, only("12B"), Wish(goal=goal)).best for goal in GOALS}
    assert [choice.build if choice else "" for choice in found.values()] == ["q4_0", "q4_0", "bf16"]
    slow = recommend(machine(64 * GIB), only("12B"), Wish(goal="best"))
    assert slow.best is not None
    assert slow.best.build == "q4_0"


def test_a_bigger_model_in_q4_0_comes_before_a_smaller_one_as_trained():
    large = machine(64 * GIB, gpus=[card(30 * GIB, name="NVIDIA H200")])
    result = recommend(large, CATALOG, Wish(goal="best"))
    assert result.best is not None
    assert (result.best.model, result.best.build) == ("31B", "q4_0")


def test_balanced_says_what_the_weights_as_trained_would_take_instead():
    large = machine(64 * GIB, gpus=[card(48 * GIB, name="NVIDIA H200")])
    result = recommend(large, only("12B"), Wish())
    assert [(c.model, c.build) for c in result.ruled_out] == [("12B", "bf16")]
    assert "is exactly as trained, but takes" in said(result.ruled_out[0])


def only(model_id: str) -> Catalog:
    return msgspec.structs.replace(CATALOG, models=[m for m in CATALOG.models if m.id == model_id])


def test_a_model_without_a_part_for_images_is_ruled_out_where_they_are_asked_for():
    bare = only("E4B")
    builds = [msgspec.structs.replace(b, files=b.files[:1]) for b in bare.models[0].builds]
    bare = msgspec.structs.replace(bare, models=[msgspec.structs.replace(bare.models[0], builds=builds)])
    result = recommend(machine(64 * GIB), bare, Wish(media=True))
    assert result.best is None
    assert str(option(result.options, "E4B").reasons[0]) == "It takes text alone; pictures and sound were asked for."
    assert recommend(machine(64 * GIB), bare, Wish()).best is not None


def test_the_preferred_packing_stands_for_its_model_unless_only_the_other_one_is_here():
    tight = option(options(machine(GIB), CATALOG, Wish()), "E4B").total_bytes
    result = recommend(machine(tight), CATALOG, Wish())
    assert [choice.build for choice in (result.best, result.runner_up) if choice] == ["q4_0", "q4_0"]
    here = Known(installed=frozenset({("12B", "q4_0-google")}))
    result = recommend(machine(64 * GIB, gpus=[card(24 * GIB)], disk_bytes=0), CATALOG, Wish(), here)
    assert result.best is not None
    assert (result.best.model, result.best.build) == ("12B", "q4_0-google")


def test_graphics_inside_the_processor_are_not_missed_beside_a_card():
    inside = Gpu(name="AMD Radeon(TM) Graphics", vendor="AMD", shared_memory=True)
    with_card = recommend(machine(64 * GIB, gpus=[card(24 * GIB), inside]), CATALOG, Wish())
    assert "AMD Radeon" not in said(with_card.best)
    alone = recommend(machine(64 * GIB, gpus=[inside]), CATALOG, Wish())
    assert "The AMD Radeon(TM) Graphics cannot be used by this engine build." in said(alone.best)


def loaded(found: Option, more_base_bytes: int, generation_tps: float) -> Outcome:
    """A load of that option that took so much more than the formula says, and its answer's speed."""
    measured = [
        Component(part.name, part.device, part.n_bytes + (more_base_bytes if part.name == "base" else 0))
        for part in found.components
    ]
    return Outcome(
        at="2026-11-01T00:00:00Z",
        engine_build="x",
        model=found.model,
        build=found.build,
        title=found.model,
        plan=found.plan,
        predicted=found.components,
        measured=measured,
        prompt_tps=100.0,
        prompt_tokens=512,
        generation_tps=generation_tps,
        generated_tokens=256,
        context_used_tokens=768,
    )


def test_what_past_loads_took_and_how_fast_they_answered_goes_before_the_formula():
    here = machine(16 * GIB)
    before = option(options(here, CATALOG, Wish()), "E2B")
    known = Known(outcomes=[loaded(before, 40 << 20, 9.0)])
    after = option(options(here, CATALOG, Wish(), known), "E2B")
    assert after.total_bytes == before.total_bytes + (40 << 20)
    assert [(part.name, part.n_bytes) for part in after.corrected_by] == [("base", 40 << 20)]
    assert (before.tps_source, after.tps_source) == ("published", "measured")
    assert after.generation_tps == pytest.approx(9.0, rel=0.1)
    assert any("past loads on this machine" in str(note) for note in after.plan_notes)
    assert any("(measured here)" in str(reason) for reason in after.reasons)


def test_a_model_that_took_more_than_is_free_no_longer_fits():
    before = option(options(machine(16 * GIB), CATALOG, Wish()), "E4B")
    here = machine(before.total_bytes + (20 << 20))
    assert option(options(here, CATALOG, Wish()), "E4B").verdict == "tight"
    known = Known(outcomes=[loaded(before, 60 << 20, 9.0)])
    after = option(options(here, CATALOG, Wish(), known), "E4B")
    assert after.plan == before.plan
    assert (after.verdict, after.missing_bytes) == ("no", 40 << 20)
