"""The leanest plan: where a model goes, what is given up for it, and what holds on every machine."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemfit.catalog.load import find_build, load_catalog
from gemfit.catalog.types import Build, Model
from gemfit.fit.memory import by_device, tensors_of
from gemfit.fit.plan import Planned, forced_plan, leanest, max_context
from gemfit.fit.rooms import reserve, rooms_of
from gemfit.fit.types import SYSTEM_MEMORY
from gemfit.machine.types import Cpu, Disk, Gpu, Machine, Memory

relaxed = settings(deadline=None)  # how long an example takes depends on what else runs
MIB, GIB = 1 << 20, 1 << 30
CATALOG = load_catalog()
PAIRS = [(model, build) for model in CATALOG.models for build in model.builds]
VERDICTS = ("no", "tight", "fits")


def machine(available_bytes: int, *gpus: Gpu, total_bytes: int | None = None) -> Machine:
    return Machine(
        memory=Memory(total_bytes=total_bytes or available_bytes, available_bytes=available_bytes),
        cpu=Cpu(model="a processor", physical_cores=8, logical_cores=8),
        gpus=list(gpus),
        disk=Disk(path="/", total_bytes=1 << 41, free_bytes=1 << 40),
    )


def card(name: str, free_bytes: int, *, usable: bool = True) -> Gpu:
    return Gpu(name=f"the {name}", engine_device=name, total_bytes=free_bytes, free_bytes=free_bytes, usable=usable)


def plan(here: Machine, model_id: str, build_id: str = "q4_0", context: int = 4096, **others: int) -> Planned:
    model, build = find_build(CATALOG, model_id, build_id)
    return leanest(here, model.shape, tensors_of(model, build), context, **others)


def shares(planned: Planned) -> list[tuple[str, int]]:
    return [(share.device, share.layers) for share in planned.plan.shares]


def said(planned: Planned) -> str:
    return " ".join(str(note) for note in planned.notes)


def test_without_a_gpu_the_processor_takes_it_as_the_engine_loads_it_anyway():
    found = plan(machine(16 * GIB), "12B")
    assert (found.verdict, found.plan.shares, found.plan.kv_type, found.plan.ubatch_tokens) == ("fits", [], "f16", 512)
    assert [room.device for room in found.rooms] == [SYSTEM_MEMORY]
    assert found.notes == []


def test_a_model_that_only_just_fits_is_tight():
    usual = plan(machine(64 * GIB), "12B")
    needed = usual.total_bytes - usual.plan.checkpoint_bytes
    assert plan(machine(needed), "12B").verdict == "tight"
    assert plan(machine(round(usual.total_bytes / 0.9) + 1), "12B").verdict == "fits"


def test_earlier_states_of_a_conversation_are_given_up_where_memory_is_short():
    usual = plan(machine(64 * GIB), "12B")
    assert usual.plan.checkpoint_bytes == pytest.approx(2 * 320 * MIB, rel=0.001)
    short = plan(machine(round((usual.total_bytes - 300 * MIB) / 0.9) + 1), "12B")
    assert (short.verdict, short.plan.checkpoint_bytes, short.plan.kv_type) == ("fits", 0, "f16")
    assert "No earlier states of the conversation are kept: that saves 640 MiB" in said(short)
    assert plan(machine(64 * GIB), "12B", context=1024).plan.checkpoint_bytes == 0  # nothing is ever dropped


def test_it_goes_whole_on_the_gpu_with_the_most_free_memory():
    found = plan(machine(32 * GIB, card("CUDA0", 10 * GIB), card("CUDA1", 12 * GIB)), "12B")
    assert (found.verdict, shares(found)) == ("fits", [("CUDA1", 49)])


def test_a_gpu_that_this_build_cannot_use_is_never_used():
    found = plan(machine(32 * GIB, card("CUDA0", 48 * GIB, usable=False)), "12B")
    assert found.plan.shares == []


def test_what_is_free_counts_not_what_there_is():
    busy = msgspec.structs.replace(card("CUDA0", 24 * GIB), free_bytes=2 * GIB)
    assert plan(machine(32 * GIB, busy), "E4B").plan.shares == []


def test_two_gpus_share_what_is_too_large_for_each():
    found = plan(machine(32 * GIB, card("CUDA0", 15 * GIB), card("CUDA1", 15 * GIB)), "31B")
    assert found.verdict == "fits"
    assert sum(layers for _, layers in shares(found)) == 61
    assert abs(shares(found)[0][1] - shares(found)[1][1]) <= 1
    assert "Spread over 2 GPUs, which work one after the other: the CUDA0, the CUDA1." in said(found)


def test_unlike_gpus_get_unlike_shares():
    found = plan(machine(32 * GIB, card("CUDA0", 8 * GIB), card("CUDA1", 16 * GIB)), "31B")
    assert found.verdict in ("fits", "tight")
    assert dict(shares(found))["CUDA1"] > 1.5 * dict(shares(found))["CUDA0"]


@pytest.mark.parametrize(("model_id", "layers"), [("12B", 48), ("31B", 60)])
def test_of_a_dense_model_as_many_layers_as_fit_go_to_a_small_gpu(model_id: str, layers: int):
    here = machine(32 * GIB, card("CUDA0", 6 * GIB))
    found = plan(here, model_id)
    ((_, on_gpu),) = shares(found)
    assert found.verdict == "fits"
    assert 1 < on_gpu <= layers
    assert f"{on_gpu - 1} of {layers} layers run on the GPU" in said(found)
    on_card = found.rooms[0]
    assert on_card.needed_bytes <= on_card.comfortable_bytes
    assert on_card.needed_bytes + find_layer_bytes(model_id) > on_card.comfortable_bytes  # not one more


def find_layer_bytes(model_id: str) -> int:
    model, build = find_build(CATALOG, model_id, "q4_0")
    return max(tensors_of(model, build).layer_bytes) + max(model.shape.kv_bytes_per_cell) * 4096


@pytest.mark.parametrize("model_id", ["E2B", "E4B"])
def test_a_model_with_per_layer_embeddings_goes_whole_or_not_at_all(model_id: str):
    assert plan(machine(32 * GIB, card("CUDA0", GIB)), model_id).plan.shares == []
    assert len(plan(machine(32 * GIB, card("CUDA0", 6 * GIB)), model_id).plan.shares) == 1


def test_a_mixture_of_experts_leaves_experts_in_system_memory_first():
    found = plan(machine(32 * GIB, card("CUDA0", 8 * GIB)), "26B-A4B")
    assert found.verdict == "fits"
    assert shares(found) == [("CUDA0", 31)]
    assert 0 < found.plan.host_expert_layers < 30
    assert "The experts of" in said(found)


def test_when_even_without_experts_not_all_layers_fit_some_go_to_the_processor():
    found = plan(machine(64 * GIB, card("CUDA0", 2 * GIB)), "26B-A4B")
    assert found.plan.host_expert_layers == 30
    assert 1 < shares(found)[0][1] < 31


def test_smaller_batches_come_first_and_say_what_they_save_and_cost():
    usual = plan(machine(64 * GIB, card("CUDA0", 24 * GIB)), "E4B", context=32768)
    needed = usual.rooms[0].needed_bytes
    found = plan(machine(4 * GIB, card("CUDA0", needed + 480 * MIB)), "E4B", context=32768)
    assert (found.verdict, found.plan.ubatch_tokens, found.plan.kv_type) == ("fits", 256, "f16")
    saved = usual.total_bytes - found.total_bytes
    assert f"256 tokens at a time instead of 512: that saves {saved / MIB:.0f} MiB" in said(found)


def test_then_the_cache_in_eight_bits():
    usual = plan(machine(64 * GIB, card("CUDA0", 24 * GIB)), "E4B", context=131072).rooms[0].needed_bytes
    found = plan(machine(5 * GIB, card("CUDA0", usual)), "E4B", context=131072)
    assert (found.verdict, found.plan.ubatch_tokens, found.plan.kv_type) == ("fits", 256, "q8_0")
    assert "8 bits instead of 16" in said(found)


def test_a_mapped_file_comes_last_and_is_tight_at_best():
    usual = plan(machine(64 * GIB), "12B")
    found = plan(machine(usual.total_bytes - usual.plan.checkpoint_bytes - 500 * MIB), "12B")
    assert (found.verdict, found.plan.load_mode, found.plan.repack) == ("tight", "mapped", False)
    assert "mapped instead of read: that saves 540 MiB" in said(found)


def test_the_context_asked_for_is_never_made_smaller_and_a_smaller_one_is_suggested():
    model, build = find_build(CATALOG, "E4B", "q4_0")
    here = machine(3 * GIB)
    found = plan(here, "E4B", context=131072)
    assert (found.verdict, found.plan.context_tokens) == ("no", 131072)
    most = max_context(here, model.shape, tensors_of(model, build))
    assert f"With a context of at most {most:,} tokens it fits." in said(found)
    assert plan(here, "E4B", context=most).verdict != "no"
    assert plan(here, "E4B", context=most + 256).verdict == "no"


def test_what_does_not_fit_says_how_much_is_missing_and_where():
    found = plan(machine(8 * GIB), "31B")
    assert found.verdict == "no"
    assert found.missing_bytes == found.total_bytes - 8 * GIB
    assert "are missing:" in said(found)
    assert "8.0 GiB free (a processor)" in said(found)


def test_more_than_is_missing_makes_it_fit():
    model, build = find_build(CATALOG, "31B", "q4_0")
    found = plan(machine(8 * GIB), "31B")
    assert leanest(machine(8 * GIB + found.missing_bytes), model.shape, tensors_of(model, build), 4096).verdict != "no"


def test_a_forced_plan_is_mapped_and_says_so_and_what_fits_is_not_forced():
    model, build = find_build(CATALOG, "12B", "q4_0")
    forced = forced_plan(machine(4 * GIB), model.shape, tensors_of(model, build), 4096)
    assert (forced.plan.forced, forced.plan.load_mode, forced.plan.repack) == (True, "mapped", False)
    assert forced.plan.context_tokens == 4096
    assert "Forced: it needs" in said(forced)
    assert not forced_plan(machine(16 * GIB), model.shape, tensors_of(model, build), 4096).plan.forced


def test_micro_batches_stay_large_enough_for_an_image():
    short = machine(plan(machine(32 * GIB), "12B").total_bytes + 700 * MIB)
    assert plan(short, "12B").plan.ubatch_tokens == 256
    assert plan(short, "12B", projector_bytes=1).plan.ubatch_tokens == 512


def test_a_projector_counts_where_the_model_runs():
    without = plan(machine(32 * GIB, card("CUDA0", 12 * GIB)), "E2B")
    found = plan(machine(32 * GIB, card("CUDA0", 12 * GIB)), "E2B", projector_bytes=986_833_728)
    assert found.plan.projector
    assert found.rooms[0].needed_bytes == without.rooms[0].needed_bytes + 986_833_728


def apple(total_gib: int, available_bytes: int) -> Machine:
    gpu = Gpu(name="Apple M", vendor="Apple", engine_device="MTL0", shared_memory=True, usable=True)
    return machine(available_bytes, gpu, total_bytes=total_gib * GIB)


def test_memory_that_a_gpu_shares_with_the_system_is_counted_once():
    found = plan(apple(32, 24 * GIB), "12B")
    gpu, system = found.rooms
    assert shares(found) == [("MTL0", 49)]
    assert system.needed_bytes == found.total_bytes > gpu.needed_bytes


@pytest.mark.parametrize(("total_gib", "share"), [(16, 2 / 3), (24, 2 / 3), (36, 3 / 4), (64, 3 / 4)])
def test_apples_gpus_get_the_working_set_that_metal_recommends(total_gib: int, share: float):
    room = rooms_of(apple(total_gib, total_gib * GIB)).shared[0]
    assert room.free_bytes == pytest.approx(total_gib * GIB * share, abs=1)


def test_what_the_driver_says_goes_before_the_usual_share_and_what_is_free_before_both():
    here = apple(16, 16 * GIB)
    told = msgspec.structs.replace(here.gpus[0], total_bytes=11 * GIB)
    assert rooms_of(msgspec.structs.replace(here, gpus=[told])).shared[0].free_bytes == 11 * GIB
    assert rooms_of(apple(16, 5 * GIB)).shared[0].free_bytes == 5 * GIB


def test_other_shared_gpus_get_half_where_the_driver_says_nothing():
    gpu = Gpu(name="Iris", shared_memory=True, usable=True)
    assert rooms_of(machine(16 * GIB, gpu)).shared[0].free_bytes == 8 * GIB


# -- what holds on every machine ---------------------------------------------------------------------------------------

sizes = st.integers(0, 80 * GIB)


@st.composite
def machines(draw: st.DrawFn) -> Machine:
    gpus = [card(f"CUDA{i}", n) for i, n in enumerate(draw(st.lists(sizes, max_size=3)))]
    if draw(st.booleans()):
        gpus.append(
            Gpu(
                name="shared",
                engine_device="Vulkan0",
                shared_memory=True,
                usable=True,
                total_bytes=draw(st.none() | sizes),
            )
        )
    available = draw(sizes)
    return machine(available, *gpus, total_bytes=available + draw(sizes))


pairs = st.sampled_from(PAIRS)
contexts = st.integers(1, 262_144)


@relaxed
@given(machines(), pairs, contexts)
def test_a_plan_never_takes_more_than_is_free_unless_it_says_no(here: Machine, pair: tuple[Model, Build], context: int):
    model, build = pair
    found = leanest(here, model.shape, tensors_of(model, build), context)
    assert sum(c.n_bytes for c in found.components) == found.total_bytes
    sums = by_device(found.components)
    assert {room.device for room in found.rooms} == set(sums)
    for room in found.rooms:
        shared = sum(other.needed_bytes for other in found.rooms if other.shared and room.device == SYSTEM_MEMORY)
        assert room.needed_bytes == sums[room.device] + shared
        assert room.needed_bytes <= room.free_bytes or found.verdict == "no"
        assert room.needed_bytes <= room.free_bytes - reserve(room.free_bytes) or found.verdict != "fits"
    assert (found.missing_bytes > 0) == (found.verdict == "no")
    assert found.plan.context_tokens == context


@relaxed
@given(machines(), pairs, contexts, st.data())
def test_more_free_memory_never_makes_it_worse(
    here: Machine, pair: tuple[Model, Build], context: int, data: st.DataObject
):
    model, build = pair
    more = st.integers(0, 20 * GIB)
    memory = msgspec.structs.replace(here.memory, available_bytes=here.memory.available_bytes + data.draw(more))
    gpus = [
        gpu if gpu.free_bytes is None else msgspec.structs.replace(gpu, free_bytes=gpu.free_bytes + data.draw(more))
        for gpu in here.gpus
    ]
    richer = msgspec.structs.replace(here, memory=memory, gpus=gpus)
    before, after = (leanest(m, model.shape, tensors_of(model, build), context) for m in (here, richer))
    assert VERDICTS.index(after.verdict) >= VERDICTS.index(before.verdict)


@relaxed
@given(machines(), pairs, contexts, contexts)
def test_a_longer_context_never_fits_better(here: Machine, pair: tuple[Model, Build], one: int, other: int):
    model, build = pair
    few, many = sorted((one, other))
    short, long = (leanest(here, model.shape, tensors_of(model, build), n) for n in (few, many))
    assert VERDICTS.index(long.verdict) <= VERDICTS.index(short.verdict)


@relaxed
@given(machines(), pairs)
def test_the_largest_context_is_the_last_that_fits(here: Machine, pair: tuple[Model, Build]):
    model, build = pair
    tensors = tensors_of(model, build)
    most = max_context(here, model.shape, tensors)
    assert most % 256 == 0
    assert most <= model.shape.context_tokens
    assert not most or leanest(here, model.shape, tensors, most).verdict != "no"
    beyond = most + 256
    assert beyond > model.shape.context_tokens or leanest(here, model.shape, tensors, beyond).verdict == "no"
