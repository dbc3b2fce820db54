"""Memory as llama.cpp lays it out: the figures are what it logs for the five Gemma 4 shapes and the starter."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemfit.catalog.load import find_build, load_catalog
from gemfit.catalog.types import Build, Model
from gemfit.fit.memory import (
    MIB,
    Subject,
    by_device,
    checkpoint_bytes,
    components,
    compute_bytes,
    gpu_fixed_bytes,
    gpu_layer_bytes,
    kv_bytes,
    padded,
    spans,
    swa_cells,
    tensors_of,
)
from gemfit.fit.types import SYSTEM_MEMORY, KvType, Plan, Share

relaxed = settings(deadline=None)  # how long an example takes depends on what else runs
K = 1024
CATALOG = load_catalog()
PAIRS = [(model, build) for model in CATALOG.models for build in model.builds if build.container == "gguf"]

# Model, context, ubatch, KV type; global KV, sliding-window KV, compute buffer: MiB as llama.cpp logs them. They are
# the same for Q4_0 in both packings and for BF16.
LOGGED: list[tuple[str, int, int, KvType, float, float, float]] = [
    ("E2B", 4 * K, 512, "f16", 24, 12, 114.52),
    ("E2B", 32 * K, 512, "f16", 192, 12, 142.52),
    ("E2B", 128 * K, 512, "f16", 768, 12, 238.52),
    ("E2B", 32 * K, 512, "q8_0", 102, 6.38, 143.80),
    ("E2B", 4 * K, 1120, "f16", 24, 21, 252.16),
    ("E2B", 4 * K, 128, "f16", 24, 9, 28.57),
    ("E2B", 300, 512, "f16", 3, 6, 64.76),
    ("E2B", 1000, 512, "f16", 6, 12, 111.52),
    ("E4B", 4 * K, 512, "f16", 64, 40, 117.02),
    ("E4B", 32 * K, 512, "f16", 512, 40, 145.02),
    ("E4B", 128 * K, 512, "f16", 2048, 40, 241.02),
    ("E4B", 32 * K, 512, "q8_0", 272, 21.25, 146.30),
    ("E4B", 4 * K, 1120, "f16", 64, 70, 257.63),
    ("12B", 4 * K, 512, "f16", 64, 480, 134.02),
    ("12B", 32 * K, 512, "f16", 512, 480, 162.02),
    ("12B", 128 * K, 512, "f16", 2048, 480, 258.02),
    ("12B", 32 * K, 512, "q8_0", 272, 255, 163.30),
    ("12B", 4 * K, 1120, "f16", 64, 720, 294.81),
    ("12B", 5000, 512, "f16", 80, 480, 135.02),
    ("26B-A4B", 4 * K, 512, "f16", 80, 300, 101.52),
    ("26B-A4B", 32 * K, 512, "f16", 640, 300, 129.52),
    ("26B-A4B", 128 * K, 512, "f16", 2560, 300, 225.52),
    ("26B-A4B", 32 * K, 512, "q8_0", 340, 159.38, 130.80),
    ("26B-A4B", 4 * K, 1120, "f16", 80, 450, 223.71),
    ("31B", 4 * K, 512, "f16", 320, 1200, 179.02),
    ("31B", 32 * K, 512, "f16", 2560, 1200, 207.02),
    ("31B", 128 * K, 512, "f16", 10240, 1200, 303.02),
    ("31B", 32 * K, 512, "q8_0", 1360, 637.5, 208.30),
    ("31B", 4 * K, 1120, "f16", 320, 1800, 393.25),
    ("E2B", 512, 32, "f16", 3, 6, 6.91),
    ("E2B", 1000, 1120, "q8_0", 3.19, 6.38, 219.1),
    ("E2B", 5000, 256, "q8_0", 15.94, 4.78, 58.92),
    ("E2B", 64 * K, 256, "f16", 384, 9, 87.14),
    ("E2B", 64 * K, 1120, "q8_0", 204, 11.16, 384.69),
    ("E2B", 128 * K, 128, "q8_0", 408, 4.78, 60.85),
    ("E2B", 128 * K, 1120, "f16", 768, 21, 523.41),
    ("E4B", 512, 32, "f16", 8, 20, 7.06),
    ("E4B", 1000, 1120, "q8_0", 8.5, 21.25, 223.98),
    ("E4B", 5000, 256, "q8_0", 42.5, 15.94, 60.17),
    ("E4B", 64 * K, 256, "f16", 1024, 30, 88.39),
    ("E4B", 64 * K, 1120, "q8_0", 544, 37.19, 390.16),
    ("E4B", 128 * K, 128, "q8_0", 1088, 15.94, 61.47),
    ("E4B", 128 * K, 1120, "f16", 2048, 70, 528.88),
    ("12B", 512, 32, "f16", 8, 160, 8.1),
    ("12B", 1000, 1120, "q8_0", 8.5, 170, 256.2),
    ("12B", 5000, 256, "q8_0", 42.5, 212.5, 68.67),
    ("12B", 64 * K, 256, "f16", 1024, 400, 96.88),
    ("12B", 64 * K, 1120, "q8_0", 544, 382.5, 427.34),
    ("12B", 256 * K, 128, "q8_0", 2176, 212.5, 97.72),
    ("12B", 256 * K, 512, "f16", 4096, 480, 386.02),
    ("12B", 256 * K, 1120, "f16", 4096, 720, 846.06),
    ("26B-A4B", 512, 32, "f16", 10, 100, 6.06),
    ("26B-A4B", 1000, 1120, "q8_0", 10.62, 106.25, 192.73),
    ("26B-A4B", 5000, 256, "q8_0", 53.12, 132.81, 52.42),
    ("26B-A4B", 64 * K, 256, "f16", 1280, 250, 80.63),
    ("26B-A4B", 64 * K, 1120, "q8_0", 680, 239.06, 356.25),
    ("26B-A4B", 256 * K, 128, "q8_0", 2720, 132.81, 89.6),
    ("26B-A4B", 256 * K, 512, "f16", 5120, 300, 353.52),
    ("26B-A4B", 256 * K, 1120, "f16", 5120, 450, 774.96),
    ("31B", 512, 32, "f16", 40, 400, 10.91),
    ("31B", 1000, 1120, "q8_0", 42.5, 425, 344.09),
    ("31B", 5000, 256, "q8_0", 212.5, 531.25, 91.17),
    ("31B", 64 * K, 256, "f16", 5120, 1000, 119.38),
    ("31B", 64 * K, 1120, "q8_0", 2720, 956.25, 525.78),
    ("31B", 256 * K, 128, "q8_0", 10880, 531.25, 108.97),
    ("31B", 256 * K, 512, "f16", 20480, 1200, 431.02),
    ("31B", 256 * K, 1120, "f16", 20480, 1800, 944.5),
    ("starter", 4 * K, 512, "f16", 90, 0, 17.51),
    ("starter", 8 * K, 512, "f16", 180, 0, 21.51),
    ("starter", 4 * K, 1024, "f16", 90, 0, 35.02),
]


@pytest.mark.parametrize(("model_id", "context", "ubatch", "kv_type", "full", "window", "compute"), LOGGED)
def test_the_formulas_give_what_llama_cpp_logs(
    model_id: str, context: int, ubatch: int, kv_type: KvType, full: float, window: float, compute: float
):
    shape = find_build(CATALOG, model_id)[0].shape
    assert kv_bytes(shape, context, kv_type, ubatch) / MIB == pytest.approx(full + window, abs=0.01)
    assert compute_bytes(shape, context, kv_type, ubatch) / MIB == pytest.approx(compute, abs=0.03)


# The compute buffer at 4,096 tokens in bytes, as the engine measures it.
MEASURED = [
    ("E2B", 120_082_924),
    ("E4B", 122_704_364),
    ("26B-A4B", 106_451_436),
    ("31B", 187_716_076),
    ("starter", 18_360_566),
]


@pytest.mark.parametrize(("model_id", "n_bytes"), MEASURED)
def test_the_compute_buffer_is_right_to_the_byte(model_id: str, n_bytes: int):
    assert compute_bytes(find_build(CATALOG, model_id)[0].shape, 4 * K) == n_bytes


# What follows the header in these files: every tensor, padded to 32 bytes, as in memory.
SIZES = [
    ("E2B", "q4_0", 2_604_555_360),
    ("E2B", "q4_0-google", 3_333_700_704),
    ("E4B", "q4_0", 4_199_872_832),
    ("E4B", "q4_0-google", 5_139_118_400),
    ("12B", "q4_0", 6_700_533_248),
    ("12B", "q4_0-google", 6_960_055_808),
    ("12B", "bf16", 23_816_242_688),
    ("26B-A4B", "q4_0", 14_233_223_104),
    ("26B-A4B", "q4_0-google", 14_423_539_648),
    ("26B-A4B", "bf16", 50_489_313_216),
    ("31B", "q4_0", 17_271_836_544),
    ("31B", "q4_0-google", 17_635_168_128),
    ("31B", "bf16", 61_397_356_416),
]


@pytest.mark.parametrize(("model_id", "build_id", "n_bytes"), SIZES)
def test_the_tensors_are_right_to_the_byte(model_id: str, build_id: str, n_bytes: int):
    model, build = find_build(CATALOG, model_id, build_id)
    assert tensors_of(model, build).total_bytes == n_bytes


# BF16 files of which only rounded sizes are published, in GB: theirs hold 16 MB of header besides.
@pytest.mark.parametrize(("model_id", "gb"), [("E2B", 9.31), ("E4B", 15.1), ("26B-A4B", 50.5), ("31B", 61.4)])
def test_the_tensors_of_bf16_come_to_the_published_size(model_id: str, gb: float):
    model, build = find_build(CATALOG, model_id, "bf16")
    assert (tensors_of(model, build).total_bytes + 16_500_000) / 1e9 == pytest.approx(gb, rel=0.004)


# Resident set after a prompt of 512 tokens and 16 more, at 4,096 tokens of context, in MiB; full-size files on Linux.
RESIDENT = [
    ("E2B", "q4_0", Plan(), 1740),
    ("E2B", "q4_0", Plan(load_mode="mapped", repack=False), 1524),
    ("E2B", "bf16", Plan(), 5427),
    ("E2B", "bf16", Plan(load_mode="mapped", repack=False), 4659),
    ("12B", "q4_0", Plan(), 7770),
    ("26B-A4B", "q4_0", Plan(), 14_600),
]


@pytest.mark.parametrize(("model_id", "build_id", "plan", "mib"), RESIDENT)
def test_the_total_is_within_a_hundredth_of_the_resident_set_measured(
    model_id: str, build_id: str, plan: Plan, mib: int
):
    model, build = find_build(CATALOG, model_id, build_id)
    found = components(model.shape, tensors_of(model, build), plan)
    assert sum(c.n_bytes for c in found) / MIB == pytest.approx(mib, rel=0.011)


def amounts(model_id: str, build_id: str, plan: Plan, **others: int) -> dict[tuple[str, str], int]:
    model, build = find_build(CATALOG, model_id, build_id)
    found = components(model.shape, tensors_of(model, build), plan, **others)
    assert len({(c.name, c.device) for c in found}) == len(found)
    return {(c.name, c.device): c.n_bytes for c in found}


def test_the_buffers_of_e2b_are_those_of_a_real_load():
    weights = "weights", SYSTEM_MEMORY
    assert amounts("E2B", "q4_0", Plan())[weights] / MIB == pytest.approx(217.09 + 1222.80, abs=0.02)
    assert amounts("E2B", "q4_0-google", Plan())[weights] / MIB == pytest.approx(657.34 + 999.42, abs=0.02)


def test_on_a_gpu_the_token_embedding_stays_in_system_memory():
    found = amounts("E2B", "q4_0", Plan(shares=[Share("CUDA0", 36)]))
    # Published: 1224 to 1342 MiB of video memory.
    assert found["weights", "CUDA0"] / MIB == pytest.approx(1224, abs=1)
    assert found["weights", SYSTEM_MEMORY] == 226_492_416
    assert ("kv", SYSTEM_MEMORY) not in found


def test_the_last_blocks_go_to_the_gpu_and_their_cache_with_them():
    model = find_build(CATALOG, "12B")[0]
    assert [(s.device, s.first, s.end, s.output) for s in spans(48, Plan(shares=[Share("A", 9), Share("B", 8)]))] == [
        (SYSTEM_MEMORY, 0, 32, False),
        ("A", 32, 41, False),
        ("B", 41, 48, True),
    ]
    part = amounts("12B", "q4_0", Plan(shares=[Share("A", 9), Share("B", 8)]))
    assert sum(n for (name, _), n in part.items() if name == "kv") == kv_bytes(model.shape, 4096)
    assert part["weights", "B"] > part["weights", "A"]  # seven blocks and the output matrix; nine blocks
    assert part["compute", "A"] > part["compute", "B"]  # it also computes with what lies in system memory


def test_experts_kept_back_lie_in_system_memory_and_nothing_is_lost():
    whole = amounts("26B-A4B", "q4_0", Plan(shares=[Share("A", 31)]))
    kept = amounts("26B-A4B", "q4_0", Plan(shares=[Share("A", 31)], host_expert_layers=10))
    moved = whole["weights", "A"] - kept["weights", "A"]
    assert moved == kept["weights", SYSTEM_MEMORY] - whole["weights", SYSTEM_MEMORY] > 3 << 30
    assert kept["compute", SYSTEM_MEMORY] > whole["compute", SYSTEM_MEMORY]


def test_the_other_files_count_where_they_are_wanted_beside_the_output():
    plan = Plan(shares=[Share("A", 36)], projector=True, drafter=True)
    found = amounts("E2B", "q4_0", plan, projector_bytes=986_833_728, drafter_bytes=59_235_648)
    assert found["projector", "A"] == 986_833_728
    assert found["drafter", "A"] == 59_235_648 + 8 * 262_144
    unwanted = amounts("E2B", "q4_0", Plan(), projector_bytes=986_833_728, drafter_bytes=59_235_648)
    assert {name for name, _ in unwanted} == {"weights", "kv", "compute", "base"}


def test_the_scores_of_each_token_guessed_ahead_take_system_memory():
    for plan in (Plan(), Plan(shares=[Share("A", 36)])):
        guessing = amounts("E2B", "q4_0", msgspec.structs.replace(plan, draft_tokens=4))
        plain = amounts("E2B", "q4_0", plan)
        assert guessing.pop(("base", SYSTEM_MEMORY)) == plain.pop(("base", SYSTEM_MEMORY)) + 4 * 4 * 262_144
        assert guessing == plain


def test_embeddings_that_are_not_left_on_disk_count():
    eager, lazy = amounts("E2B", "q4_0", Plan(lazy_embeddings=False)), amounts("E2B", "q4_0", Plan())
    assert eager["weights", SYSTEM_MEMORY] - lazy["weights", SYSTEM_MEMORY] == 1_321_205_760


def test_a_format_whose_tensors_are_not_known_counts_with_its_file():
    model, build = find_build(CATALOG, "E2B", "q4_0")
    unknown = msgspec.structs.replace(build, tensors=None)
    assert tensors_of(model, unknown).total_bytes == build.weights.bytes
    assert tensors_of(model, unknown).read_bytes == {"q4_0": build.weights.bytes}


pairs = st.sampled_from(PAIRS)
tokens = st.integers(1, 262_144)
shares = st.lists(st.integers(0, 70), max_size=3).map(
    lambda counts: [Share(f"GPU{i}", n) for i, n in enumerate(counts)]
)
kv_types = st.sampled_from(("f16", "q8_0"))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    return Plan(
        context_tokens=draw(tokens),
        kv_type=draw(kv_types),
        ubatch_tokens=draw(st.integers(1, 2048)),
        shares=draw(shares),
        host_expert_layers=draw(st.integers(0, 70)),
        load_mode=draw(st.sampled_from(("read", "mapped"))),
        lazy_embeddings=draw(st.booleans()),
    )


@relaxed
@given(pairs, plans(), tokens)
def test_more_context_never_takes_less_memory_anywhere(pair: tuple[Model, Build], plan: Plan, other: int):
    model, build = pair
    few, many = sorted((plan.context_tokens, other))
    tensors = tensors_of(model, build)
    small, large = (
        components(model.shape, tensors, msgspec.structs.replace(plan, context_tokens=n)) for n in (few, many)
    )
    for before, after in zip(small, large, strict=True):
        assert (before.name, before.device) == (after.name, after.device)
        assert before.n_bytes <= after.n_bytes


@relaxed
@given(pairs, plans())
def test_however_it_is_dealt_out_every_byte_of_weights_and_cache_has_one_place(pair: tuple[Model, Build], plan: Plan):
    model, build = pair
    tensors = tensors_of(model, build)
    found = components(model.shape, tensors, plan)
    assert all(c.n_bytes > 0 for c in found)
    assert sum(by_device(found).values()) == sum(c.n_bytes for c in found)
    kv = sum(c.n_bytes for c in found if c.name == "kv")
    assert kv == kv_bytes(model.shape, plan.context_tokens, plan.kv_type, plan.ubatch_tokens)
    weights = sum(c.n_bytes for c in found if c.name == "weights")
    once = tensors.total_bytes - (tensors.lazy_bytes if plan.lazy_embeddings else 0)
    assert weights - once in (0, tensors.embedding_bytes)  # the token embedding may be there twice


@relaxed
@given(pairs, plans())
def test_what_is_dealt_to_a_gpu_is_what_its_layers_take(pair: tuple[Model, Build], plan: Plan):
    model, build = pair
    plan = msgspec.structs.replace(plan, host_expert_layers=0, shares=[Share("A", model.shape.layers + 1)])
    subject = Subject(model.shape, tensors_of(model, build))
    dealt = sum(gpu_layer_bytes(subject, plan)) + gpu_fixed_bytes(model.shape, plan)
    assert by_device(subject.components(plan))["A"] == dealt


@relaxed
@given(pairs, tokens, st.integers(1, 4096))
def test_a_quantized_cache_is_smaller_and_the_window_never_larger_than_the_context(
    pair: tuple[Model, Build], context: int, ubatch: int
):
    shape = pair[0].shape
    assert kv_bytes(shape, context, "q8_0", ubatch) < kv_bytes(shape, context, "f16", ubatch)
    assert swa_cells(shape, context, ubatch) <= padded(context)
    assert 0 <= padded(context) - context < 256


def test_two_states_of_the_window_are_kept_or_more_where_they_are_small():
    shapes = {model.id: model.shape for model in CATALOG.models}
    mib = {name: round(checkpoint_bytes(shape, 8192) / 2**20) for name, shape in shapes.items()}
    assert {name: mib[name] for name in ("E2B", "E4B", "12B", "26B-A4B", "31B")} == {
        "E2B": 48,
        "E4B": 64,
        "12B": 640,
        "26B-A4B": 400,
        "31B": 1600,
    }
    assert round(checkpoint_bytes(shapes["12B"], 8192, "q8_0") / 2**20) == 340
    assert checkpoint_bytes(shapes["12B"], 1024) == 0  # nothing is ever dropped
