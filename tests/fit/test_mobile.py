"""The mobile format: what is predicted against what is published and was measured, and when it is taken."""

from pathlib import Path

import msgspec
import pytest

from gemfit.catalog.load import find_build, load_catalog
from gemfit.fit import mobile
from gemfit.fit.correct import learn
from gemfit.fit.files import facts_of
from gemfit.fit.intent import intend
from gemfit.fit.memory import checkpoint_bytes, components, tensors_of
from gemfit.fit.option import assess, question
from gemfit.fit.plan import forced_plan, leanest
from gemfit.fit.recommend import recommend
from gemfit.fit.types import SYSTEM_MEMORY, Component, Known, Outcome, Plan, Wish
from gemfit.machine.saved import load_machine

DATA = Path(__file__).parents[1] / "data"
CATALOG = load_catalog()
MB = 1_000_000


def predicted_mb(model_id: str) -> float:
    tensors = tensors_of(*find_build(CATALOG, model_id, "mobile"))
    return sum(part.n_bytes for part in mobile.components(tensors, Plan())) / MB


def test_e2b_on_a_processor_takes_what_is_published() -> None:
    """Peaks of Linux on a Raspberry Pi 5, a PC and a telephone: https://ai.google.dev/edge/litert-lm/overview."""
    for published_mb in (1546, 1628, 1733):
        assert predicted_mb("E2B") == pytest.approx(published_mb, rel=0.12)


@pytest.mark.parametrize(("cached", "measured_mb"), [(True, 588), (False, 1032)])
def test_gemma_3_270m_takes_what_was_measured(cached: bool, measured_mb: float) -> None:
    tensors = mobile._layout(285 * MB, 0)
    found = mobile.components(tensors, Plan(), cached=cached)
    process_mb = (mobile.PROCESS_BYTES - 63 * MB) / MB  # it was measured in a bare interpreter
    assert sum(part.n_bytes for part in found) / MB - process_mb == pytest.approx(measured_mb, rel=0.03)


def test_e2b_is_as_fast_as_published_on_a_raspberry_pi() -> None:
    machine = load_machine(DATA / "machines" / "raspberry-pi-5-8gb.json")
    model, build = find_build(CATALOG, "E2B", "mobile")
    option = assess(question(machine, Wish(), Known()), model, build)
    assert option.generation_tps == pytest.approx(8, rel=0.15)
    assert option.tps_source == "published"


def test_what_is_looked_up_row_by_row_stays_on_disk() -> None:
    tensors = tensors_of(*find_build(CATALOG, "E2B", "mobile"))
    assert sum(tensors.layer_bytes) == 840 * MB
    assert tensors.total_bytes == 2_588_147_712
    assert mobile.is_mobile(tensors)


def test_a_file_says_what_it_is() -> None:
    facts = facts_of(DATA / "tiny-gemma-chat.litertlm")
    assert (facts.architecture, facts.shape.context_tokens) == ("gemma3", 1024)
    assert sum(facts.tensors.layer_bytes) == 858_432
    assert sum(facts.shape.kv_bytes_per_cell) * 1024 == 1 << 20
    found = {part.name for part in components(facts.shape, facts.tensors, Plan())}
    assert found == {"weights", "base"}


def test_a_load_is_planned_for_the_processor_and_never_beyond_the_compiled_context() -> None:
    machine = load_machine(DATA / "machines" / "rtx-4090-24gb.json")
    facts = facts_of(DATA / "tiny-gemma-chat.litertlm")
    intent = intend(machine, facts.shape, facts.tensors, 8192, known=Known())
    assert (intent.plan.context_tokens, intent.plan.shares, intent.refusal) == (1024, [], [])


def test_what_does_not_fit_is_refused_with_numbers_and_can_be_forced() -> None:
    machine = load_machine(DATA / "machines" / "no-room.json")
    model, build = find_build(CATALOG, "E4B", "mobile")
    tensors = tensors_of(model, build)
    assert "memory" in str(intend(machine, model.shape, tensors, 4096, known=Known()).refusal[0])
    assert intend(machine, model.shape, tensors, 4096, known=Known(), force=True).plan.forced


def test_it_is_taken_where_q4_0_is_too_slow_and_not_where_that_will_do() -> None:
    slow, quick = (load_machine(DATA / "machines" / f"{name}.json") for name in ("raspberry-pi-5-8gb", "desktop-32gb"))
    taken = recommend(slow, CATALOG, Wish(context_tokens=8192)).best
    assert taken is not None
    assert (taken.model, taken.build) == ("E2B", "mobile")
    for goal in ("smallest", "balanced", "best"):
        best = recommend(quick, CATALOG, Wish(context_tokens=8192, goal=goal)).best
        assert best is not None
        assert best.build != "mobile"


def test_pictures_and_contexts_beyond_what_it_is_compiled_for_rule_it_out() -> None:
    machine = load_machine(DATA / "machines" / "desktop-32gb.json")
    model, build = find_build(CATALOG, "E2B", "mobile")
    assert assess(question(machine, Wish(media=True), Known()), model, build).verdict == "no"
    assert assess(question(machine, Wish(context_tokens=65_536), Known()), model, build).verdict == "no"
    assert assess(question(machine, Wish(context_tokens=32_000), Known()), model, build).verdict == "fits"


def test_its_cache_counts_on_the_disk() -> None:
    machine = load_machine(DATA / "machines" / "desktop-32gb.json")
    model, build = find_build(CATALOG, "E2B", "mobile")
    for free_bytes, verdict in ((3_000 * MB, "no"), (3_500 * MB, "fits")):
        disk = msgspec.structs.replace(machine.disk, free_bytes=free_bytes)
        small = msgspec.structs.replace(machine, disk=disk)
        assert assess(question(small, Wish(), Known()), model, build).verdict == verdict


def test_loads_of_each_engine_teach_about_that_engine_alone() -> None:
    def outcome(engine_build: str, base_bytes: int) -> Outcome:
        return Outcome(
            at="2026-11-22T00:00:00+00:00",
            engine_build=engine_build,
            model="E2B",
            build="x",
            title="",
            plan=Plan(),
            predicted=[Component("base", SYSTEM_MEMORY, 100 * MB)],
            measured=[Component("base", SYSTEM_MEMORY, base_bytes)],
            prompt_tokens=10,
        )

    past = [outcome("litert-lm-api 0.18.1", 900 * MB), outcome("llama.cpp x", 110 * MB)]
    assert learn(past, "llama.cpp x").host_base_bytes == 10 * MB
    assert learn(past, mobile.ENGINE).host_base_bytes == 800 * MB


@pytest.mark.parametrize("context_tokens", [4096, 32768])
def test_no_earlier_states_are_counted_since_the_library_keeps_its_own(context_tokens: int) -> None:
    """Also where the model has a sliding window, which the other formats keep states of."""
    machine = load_machine(DATA / "machines" / "raspberry-pi-5-8gb.json")
    model, build = find_build(CATALOG, "E2B", "mobile")
    assert checkpoint_bytes(model.shape, context_tokens) > 0
    facts = facts_of(DATA / "tiny-gemma-chat.litertlm")
    for shape, tensors in ((model.shape, tensors_of(model, build)), (facts.shape, facts.tensors)):
        planned = [plan(machine, shape, tensors, context_tokens) for plan in (leanest, forced_plan)]
        wanted = intend(machine, shape, tensors, context_tokens, known=Known())
        for plan, parts in [*((p.plan, p.components) for p in planned), (wanted.plan, wanted.predicted)]:
            assert plan.checkpoint_bytes == 0
            assert {part.name for part in parts} == {"weights", "base"}
            asked_for = msgspec.structs.replace(plan, checkpoint_bytes=1 << 24)
            assert components(shape, tensors, asked_for) == components(shape, tensors, plan)
