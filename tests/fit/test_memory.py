"""Memory as llama.cpp lays it out: the figures are what it logs for the five Gemma 4 shapes and the starter."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemfit.catalog.load import find_build, load_catalog
from gemfit.catalog.types import Build, Model
from gemfit.fit.memory import (
    MIB,
    compute_bytes,
    kv_bytes,
    need_on_cpu,
    need_on_gpu,
    padded,
    swa_cells,
    tensors_of,
    weights_of,
)
from gemfit.fit.types import KvType

relaxed = settings(deadline=None)  # how long an example takes depends on what else runs
K = 1024
CATALOG = load_catalog()
PAIRS = [(model, build) for model in CATALOG.models for build in model.builds]

# Model, context, ubatch, KV type; global KV, sliding-window KV, compute buffer: MiB as llama.cpp logs them.
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


@pytest.mark.parametrize(
    ("model_id", "gib"), [("E2B", 2.43), ("E4B", 3.91), ("12B", 6.24), ("26B-A4B", 13.26), ("31B", 16.09)]
)
def test_the_tensors_of_q4_0_are_what_llama_cpp_calls_the_file_size(model_id: str, gib: float):
    model, build = find_build(CATALOG, model_id)
    assert weights_of(model, build).tensor_bytes / (1 << 30) == pytest.approx(gib, abs=0.005)


@pytest.mark.parametrize(("model_id", "mib"), [("E2B", 1752), ("12B", 7770), ("26B-A4B", 14_600)])
def test_the_total_is_within_a_hundredth_of_the_resident_set_measured(model_id: str, mib: int):
    model, build = find_build(CATALOG, model_id)
    need = need_on_cpu(model.shape, weights_of(model, build), 4096)
    assert need.total_bytes / MIB == pytest.approx(mib, rel=0.01)


def test_the_buffers_of_e2b_are_those_of_a_real_load():
    model, build = find_build(CATALOG, "E2B")
    need = need_on_cpu(model.shape, weights_of(model, build), 4096)
    assert need.weights_bytes / MIB == pytest.approx(217.09 + 1222.80, abs=0.02)
    google = find_build(CATALOG, "E2B", "q4_0-google")[1]
    need = need_on_cpu(model.shape, weights_of(model, google), 4096)
    assert need.weights_bytes / MIB == pytest.approx(657.34 + 999.42, abs=0.02)


def test_on_a_gpu_the_token_embedding_stays_in_system_memory():
    model, build = find_build(CATALOG, "E2B")
    weights = weights_of(model, build)
    need = need_on_gpu(model.shape, weights, 4096)
    assert need.weights_bytes / MIB == pytest.approx(1224, abs=1)  # published: 1224 to 1342 MiB of video memory
    assert need.host_bytes > weights.tied_bytes


def test_a_bf16_file_whose_size_is_only_published_has_the_tensors_of_its_shape():
    model, build = find_build(CATALOG, "E2B", "bf16")
    tensors = tensors_of(model, build)
    assert tensors.total_bytes == pytest.approx(9_310_000_000 - 16_500_000, rel=0.001)  # the file without its header
    assert tensors.lazy_bytes == 4_697_620_480


pairs = st.sampled_from(PAIRS)
tokens = st.integers(1, 262_144)


@relaxed
@given(pairs, tokens, tokens)
def test_more_context_never_takes_less_memory(pair: tuple[Model, Build], one: int, other: int):
    model, build = pair
    few, many = sorted((one, other))
    weights = weights_of(model, build)
    for need in (need_on_cpu, need_on_gpu):
        assert need(model.shape, weights, few).total_bytes <= need(model.shape, weights, many).total_bytes


@relaxed
@given(pairs, tokens, st.integers(1, 4096))
def test_a_quantized_cache_is_smaller_and_the_window_never_larger_than_the_context(
    pair: tuple[Model, Build], context: int, ubatch: int
):
    shape = pair[0].shape
    assert kv_bytes(shape, context, "q8_0", ubatch) < kv_bytes(shape, context, "f16", ubatch)
    assert swa_cells(shape, context, ubatch) <= padded(context)
    assert 0 <= padded(context) - context < 256
