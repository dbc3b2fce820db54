"""A load before it happens: what fits is planned, what does not is refused with the numbers, and can be forced."""

from functools import cache

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from gemfit.catalog.load import find_build, load_catalog
from gemfit.catalog.types import Shape, TensorLayout
from gemfit.fit.intent import could_take, intend
from gemfit.fit.memory import by_device, tensors_of
from gemfit.fit.types import SYSTEM_MEMORY, Component, Intent, Known, Outcome
from gemfit.machine.types import Cpu, Disk, EngineBuild, Gpu, Machine, Memory

GIB = 1 << 30
MIB = 1 << 20


def machine(free_gib: float, gpu_gib: float | None = None) -> Machine:
    gpus = []
    if gpu_gib is not None:
        n_bytes = round(gpu_gib * GIB)
        card = Gpu(name="RTX 3060", total_bytes=12 * GIB, free_bytes=n_bytes, usable=True, engine_device="CUDA0")
        gpus.append(card)
    return Machine(
        memory=Memory(total_bytes=64 * GIB, available_bytes=round(free_gib * GIB)),
        cpu=Cpu(model="Ryzen 7 5800H", physical_cores=8, logical_cores=16),
        gpus=gpus,
        disk=Disk(path="/", total_bytes=GIB, free_bytes=GIB),
        engine=EngineBuild(build="b1", formats=["gguf"]),
    )


@cache
def parts(model: str, build: str = "q4_0") -> tuple[Shape, TensorLayout]:
    found = find_build(load_catalog(), model, build)
    return found[0].shape, tensors_of(*found)


def intent(of: Machine, model: str = "E4B", context: int = 8192, known: Known | None = None, **how: int) -> Intent:
    return intend(of, *parts(model), context, known=known or Known(), model=model, build="q4_0", **how)


def more(base_mib: int) -> Known:
    """A past load whose process took so much more than the formula says."""
    plan = intent(machine(32)).plan
    predicted = [Component("base", SYSTEM_MEMORY, 160 * MIB)]
    measured = [Component("base", SYSTEM_MEMORY, (160 + base_mib) * MIB)]
    ids = {"at": "2026", "engine_build": "b1", "model": "E2B", "build": "q4_0", "title": "E2B"}
    return Known(outcomes=[Outcome(**ids, plan=plan, predicted=predicted, measured=measured, prompt_tokens=600)])


def test_what_fits_is_not_refused():
    found = intent(machine(32))
    assert found.refusal == []
    assert found.host_bytes == found.total_bytes > 3 * GIB
    assert found.plan.context_tokens == 8192


def test_what_does_not_fit_is_refused_with_what_it_needs_and_what_is_free():
    found = intent(machine(2))
    assert "Needs" in str(found.refusal[0])
    assert "2.0 GiB are free" in str(found.refusal[0])
    assert found.largest_context == 0
    assert "any context" in str(found.refusal[1])


def test_the_largest_context_that_fits_is_offered_and_is_not_refused():
    found = intent(machine(3.6), context=131_072)
    assert 0 < found.largest_context < 131_072
    assert f"{found.largest_context:,}" in str(found.refusal[1])
    assert intent(machine(3.6), context=found.largest_context).refusal == []


def test_what_past_loads_took_more_counts_against_the_largest_context():
    known = more(100)
    found = intent(machine(3.6), context=131_072, known=known)
    assert found.refusal
    assert intent(machine(3.6), context=found.largest_context, known=known).refusal == []


def test_a_correction_is_in_the_prediction_and_named():
    plain, wiser = intent(machine(32)), intent(machine(32), known=more(40))
    assert wiser.total_bytes == plain.total_bytes + 40 * MIB
    assert wiser.corrected_by == [Component("base", SYSTEM_MEMORY, 40 * MIB)]


def test_what_is_forced_is_mapped_and_not_refused():
    found = intent(machine(2), force=True)
    assert found.refusal == []
    assert (found.plan.forced, found.plan.load_mode) == (True, "mapped")
    assert found.notes


def test_forcing_what_fits_changes_nothing():
    assert intent(machine(32), force=True) == intent(machine(32))


def test_a_context_longer_than_trained_is_cut_to_that():
    assert intent(machine(64), context=10_000_000).plan.context_tokens == parts("E4B")[0].context_tokens


def test_on_a_gpu_the_process_takes_the_rest():
    found = intent(machine(32, gpu_gib=11))
    sums = by_device(found.predicted)
    assert found.plan.shares[0].device == "CUDA0"
    assert found.host_bytes == sums[SYSTEM_MEMORY] < sums["CUDA0"]


def test_another_model_is_named_with_what_it_needs():
    assert str(could_take("Gemma 4 E2B · Q4_0 QAT", 2 * GIB)) == "Gemma 4 E2B · Q4_0 QAT would fit: it needs 2.0 GiB."


@given(
    st.sampled_from(["E2B", "E4B", "12B", "26B-A4B", "31B"]),
    st.floats(min_value=0.5, max_value=64),
    st.one_of(st.none(), st.floats(min_value=1, max_value=48)),
    st.integers(min_value=256, max_value=131_072),
)
def test_refused_or_it_fits_and_what_is_offered_fits(model: str, free: float, gpu: float | None, context: int):
    of = machine(free, gpu)
    found = intent(of, model, context)
    host_free = of.memory.available_bytes
    if not found.refusal:
        assert found.host_bytes <= host_free
    elif found.largest_context:
        assert intent(of, model, found.largest_context).refusal == []
    assert intent(of, model, context, force=True).refusal == []


def test_the_speed_that_is_expected_is_kept_with_it():
    fast = machine(32)
    cpu = msgspec.structs.replace(fast.cpu, features=["AVX2", "FMA"])
    found = intent(msgspec.structs.replace(fast, cpu=cpu))
    assert (found.predicted_tps or 0) > 0


def test_a_drafter_is_planned_for_where_it_presses_nothing():
    drafter_bytes = 59_678_016
    easy = intent(machine(32), draft_tokens=4, drafter_bytes=drafter_bytes)
    assert easy.plan.drafter
    assert easy.plan.draft_tokens == 4
    assert easy.total_bytes == intent(machine(32)).total_bytes + drafter_bytes + (4 + 2) * 4 * 262_144
    need_gib = easy.host_bytes / GIB
    pressed = intent(machine(need_gib), draft_tokens=4, drafter_bytes=drafter_bytes)
    assert not pressed.plan.drafter
    assert pressed.plan.draft_tokens == 4
