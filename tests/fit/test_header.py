"""The same arithmetic from a file's own header, and from headers of other architectures."""

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gemfit.catalog.load import find_build, load_catalog
from gemfit.catalog.starter import find_packaged
from gemfit.catalog.types import Shape, TensorLayout
from gemfit.errors import GemfitError
from gemfit.fit.header import shape_from_header, tensors_from_header
from gemfit.fit.memory import MIB, components, compute_bytes, kv_bytes
from gemfit.fit.plan import leanest
from gemfit.fit.types import Plan
from gemfit.gguf.reader import read_header
from gemfit.gguf.types import ArrayInfo, GgufHeader, TensorInfo
from gemfit.machine.types import Cpu, Disk, Gpu, Machine, Memory


def header(architecture: str, tensors: list[TensorInfo] | None = None, /, **metadata: Any) -> GgufHeader:
    values: dict[str, Any] = {"general.architecture": architecture}
    for key, value in metadata.items():
        is_list = isinstance(value, list)
        kept = ArrayInfo(5, len(value), 0, 4 * len(value), tuple(value)) if is_list else value
        values[f"{architecture}.{key.replace('__', '.')}"] = kept
    return GgufHeader(
        file="x.gguf",
        version=3,
        metadata=values,
        value_types={},
        tensors=tensors or [],
        alignment=32,
        data_offset=0,
        file_bytes=0,
    )


def weights_bytes(shape: Shape, tensors: TensorLayout) -> int:
    """On the processor."""
    return sum(c.n_bytes for c in components(shape, tensors, Plan()) if c.name == "weights")


def dense(
    layers: int,
    width: int,
    feed_forward: int,
    heads: int,
    kv_heads: int,
    head_length: int,
    *,
    window: int = 0,
    experts: tuple[int, int, int] = (0, 0, 0),
) -> dict[str, Any]:
    """The keys of a model; `experts`: how many, how many of them are used for one token, and their width."""
    keys: dict[str, Any] = {
        "block_count": layers,
        "embedding_length": width,
        "feed_forward_length": feed_forward,
        "attention__head_count": heads,
        "attention__head_count_kv": kv_heads,
        "attention__key_length": head_length,
        "attention__value_length": head_length,
    }
    if window:
        keys["attention__sliding_window"] = window
    if experts[0]:
        keys |= {
            "expert_count": experts[0],
            "expert_used_count": experts[1],
            "expert_feed_forward_length": experts[2],
        }
    return keys


def test_the_starters_header_gives_the_shape_of_the_catalogue():
    model, build = find_build(load_catalog(), "starter")
    path = find_packaged(build.weights)
    assert path is not None
    found, known = shape_from_header(read_header(path)), model.shape
    assert (found.layers, found.embedding_length, found.vocab_tokens, found.context_tokens) == (30, 576, 49152, 8192)
    assert found.kv_bytes_per_cell == known.kv_bytes_per_cell == [768] * 30
    assert (found.full_layers, found.sliding_window_tokens) == (list(range(30)), 0)
    assert found.query_lengths == [576] * 30
    assert found.compute_base_bytes == pytest.approx(known.compute_base_bytes, rel=0.001)
    tensors = tensors_from_header(read_header(path))
    assert tensors == build.tensors
    assert weights_bytes(found, tensors) == tensors.total_bytes  # Q4_1 is not kept twice


def test_a_gemma_4_with_shared_layers_a_window_and_lazy_embeddings(data_dir: Path):
    parsed = read_header(data_dir / "gemma4-tiny.gguf")
    shape, tensors = shape_from_header(parsed), tensors_from_header(parsed)
    # Four layers, the last two share: one windowed (head size 32) and one full (64) keep a cache of their own.
    assert shape.kv_bytes_per_cell == [2 * 2 * 32, 2 * 2 * 64, 0, 0]
    assert shape.full_layers == [1, 3]
    assert shape.query_lengths == [2 * 32, 2 * 64, 2 * 32, 2 * 64]
    assert shape.sliding_window_tokens == 512
    assert tensors.lazy_bytes > 0
    assert weights_bytes(shape, tensors) / MIB == pytest.approx(0.55 + 0.10, abs=0.01)  # the buffers of a real load


def test_a_mixture_of_experts_reads_only_the_experts_it_uses(data_dir: Path):
    tensors = tensors_from_header(read_header(data_dir / "gemma4-tiny-moe.gguf"))
    assert sum(tensors.expert_read_bytes.values()) * 4 == sum(tensors.expert_bytes)  # two of eight
    assert 0 < tensors.read_bytes_per_token < tensors.total_bytes


def test_without_a_window_every_layer_attends_to_everything():
    shape = shape_from_header(
        header("llama", block_count=32, embedding_length=4096, attention__head_count=32, attention__head_count_kv=8)
    )
    assert shape.kv_bytes_per_cell == [8 * 128 * 2 * 2] * 32
    assert shape.full_layers == list(range(32))


def test_without_grouped_heads_every_head_has_its_own_keys_and_values():
    shape = shape_from_header(header("gpt2", block_count=12, embedding_length=768, attention__head_count=12))
    assert shape.kv_bytes_per_cell == [12 * 64 * 2 * 2] * 12


def test_gemma_3_has_one_full_layer_in_six_although_its_file_does_not_say_so():
    shape = shape_from_header(
        header(
            "gemma3",
            block_count=18,
            embedding_length=640,
            attention__head_count=4,
            attention__head_count_kv=1,
            attention__key_length=256,
            attention__value_length=256,
            attention__sliding_window=512,
        )
    )
    assert shape.kv_bytes_per_cell == [512 * 2] * 18
    assert shape.full_layers == [5, 11, 17]


def test_an_unknown_architecture_with_a_window_is_taken_to_attend_to_everything():
    shape = shape_from_header(
        header("other", block_count=2, embedding_length=64, attention__head_count=1, attention__sliding_window=128)
    )
    assert (shape.sliding_window_tokens, shape.full_layers) == (0, [0, 1])


def test_layers_without_attention_keep_no_cache():
    shape = shape_from_header(
        header(
            "hybrid", block_count=3, embedding_length=64, attention__head_count=2, attention__head_count_kv=[0, 2, 0]
        )
    )
    assert shape.kv_bytes_per_cell == [0, 2 * 32 * 2 * 2, 0]


def test_an_output_matrix_of_its_own_is_kept_once():
    embedding = TensorInfo("token_embd.weight", (64, 104), 2, 0, "Q4_0", 3744)
    output = TensorInfo("output.weight", (64, 104), 2, 3744, "Q4_0", 3744)
    shape = shape_from_header(header("llama", [embedding], block_count=1))
    assert weights_bytes(shape, tensors_from_header(header("llama", [embedding]))) == 7488
    assert weights_bytes(shape, tensors_from_header(header("llama", [embedding, output]))) == 7488


def test_a_header_that_says_nothing_takes_nothing():
    shape = shape_from_header(header("odd"))
    assert (shape.layers, kv_bytes(shape, 4096), shape.compute_base_bytes) == (0, 0, 0)


# Headers with the shapes of other models: what llama.cpp logs at 4,096 tokens with micro-batches of 512 and an f16
# cache, in MiB: keys and values, compute buffer.
OTHERS: list[tuple[str, str, dict[str, Any], float, float]] = [
    ("Llama 3.1 8B", "llama", dense(32, 4096, 14336, 32, 8, 128), 512, 120.0),
    ("Llama 3.2 1B", "llama", dense(16, 2048, 8192, 32, 8, 64), 128, 68.0),
    ("Llama 3.3 70B", "llama", dense(80, 8192, 28672, 64, 8, 128), 1280, 236.0),
    ("Llama 2 13B", "llama", dense(40, 5120, 13824, 40, 40, 128), 3200, 125.0),
    ("Mixtral 8x7B", "llama", dense(32, 4096, 14336, 32, 8, 128, experts=(8, 2, 14336)), 512, 204.0),
    ("Qwen 2 7B", "qwen2", dense(28, 3584, 18944, 28, 4, 128), 224, 143.0),
    ("Qwen 3 8B", "qwen3", dense(36, 4096, 12288, 32, 8, 128), 576, 108.0),
    ("Qwen 3 0.6B", "qwen3", dense(28, 1024, 3072, 16, 8, 128), 448, 30.0),
    ("Qwen 3 30B-A3B", "qwen3moe", dense(48, 2048, 6144, 32, 4, 128, experts=(128, 8, 768)), 384, 92.0),
    ("OLMo 2 7B", "olmo2", dense(32, 4096, 11008, 32, 32, 128), 2048, 100.5),
    ("OLMoE", "olmoe", dense(16, 2048, 1024, 16, 16, 128, experts=(64, 8, 1024)), 512, 68.0),
    ("Gemma 2B", "gemma", dense(18, 2048, 16384, 8, 1, 256), 72, 116.0),
    ("Gemma 2 9B", "gemma2", dense(42, 3584, 14336, 16, 8, 256, window=4096), 1344, 121.0),
    ("Gemma 3 4B", "gemma3", dense(34, 2560, 10240, 8, 4, 256, window=1024), 254, 84.5),
    ("Gemma 3 27B", "gemma3", dense(62, 5376, 21504, 32, 16, 128, window=1024), 944, 171.0),
    ("gpt-oss 20B", "gpt-oss", dense(24, 2880, 2880, 64, 8, 64, window=128, experts=(32, 4, 2880)), 114, 97.1),
]


@pytest.mark.parametrize(
    ("architecture", "values", "kv", "compute"), [row[1:] for row in OTHERS], ids=[r[0] for r in OTHERS]
)
def test_other_architectures_take_what_llama_cpp_logs(
    architecture: str, values: dict[str, Any], kv: float, compute: float
):
    shape = shape_from_header(header(architecture, **values))
    assert kv_bytes(shape, 4096) / MIB == pytest.approx(kv, abs=0.01)
    assert compute_bytes(shape, 4096) / MIB == pytest.approx(compute, rel=0.08)


def test_fused_queries_keys_and_values_take_no_place_of_their_own():
    values = dense(32, 3072, 8192, 32, 32, 96)
    fused = [TensorInfo("blk.0.attn_qkv.weight", (3072, 9216), 2, 0, "Q4_0", 15_925_248)]
    phi = shape_from_header(header("phi3", fused, **values))
    assert compute_bytes(phi, 4096) / MIB == pytest.approx(70.0, rel=0.01)  # Phi 3 mini


def test_a_hybrid_keeps_a_cache_in_every_fourth_layer_only():
    shape = shape_from_header(header("qwen3next", **dense(48, 2048, 5120, 16, 2, 256)))
    assert [i for i, n_bytes in enumerate(shape.kv_bytes_per_cell) if n_bytes] == list(range(3, 48, 4))


def test_latent_attention_keeps_one_row_for_keys_and_values():
    shape = shape_from_header(
        header(
            "deepseek2",
            block_count=2,
            embedding_length=2048,
            attention__head_count=16,
            attention__head_count_kv=1,
            attention__key_length=576,
            attention__value_length=512,
            attention__key_length_mla=192,
            attention__value_length_mla=128,
        )
    )
    assert shape.kv_bytes_per_cell == [2 * 576] * 2


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("block_count", 1 << 31),
        ("block_count", -1),
        ("embedding_length", -5),
        ("attention__head_count", 1 << 62),
        ("attention__head_count_kv", [1, -1]),
        ("attention__head_count_kv", [1, float("nan")]),
        ("feed_forward_length", [float("inf"), 1]),
        ("vocab_size", -1),
    ],
)
def test_what_cannot_be_is_refused(key: str, value: Any):
    values = {"block_count": 2, "embedding_length": 64, "attention__head_count": 1, key: value}
    with pytest.raises(GemfitError) as caught:
        shape_from_header(header("llama", **values))
    assert caught.value.code == "gguf_damaged"


def answered(parsed: GgufHeader) -> None:
    """Everything that is asked of a header ends in an answer, or in a GemfitError; and the work is bounded."""
    try:
        shape, tensors = shape_from_header(parsed), tensors_from_header(parsed)
        found = leanest(HERE, shape, tensors, 4096)
    except GemfitError:
        return
    assert shape.layers == len(shape.kv_bytes_per_cell) == len(tensors.layer_bytes) <= 512
    assert found.total_bytes == sum(c.n_bytes for c in found.components)
    assert kv_bytes(shape, 4096) <= kv_bytes(shape, 8192)


HERE = Machine(
    memory=Memory(total_bytes=1 << 34, available_bytes=1 << 33),
    cpu=Cpu(model="a processor", physical_cores=2, logical_cores=2),
    gpus=[Gpu(name=f"GPU {i}", usable=True, total_bytes=1 << 32, free_bytes=1 << 32) for i in (1, 2)],
    disk=Disk(path="/", total_bytes=1, free_bytes=1),
)
KEYS = [
    "block_count",
    "embedding_length",
    "context_length",
    "feed_forward_length",
    "attention__head_count",
    "attention__head_count_kv",
    "attention__key_length",
    "attention__value_length_swa",
    "attention__sliding_window",
    "attention__sliding_window_pattern",
    "attention__shared_kv_layers",
    "embedding_length_per_layer_input",
    "expert_count",
    "expert_used_count",
    "expert_feed_forward_length",
    "vocab_size",
]
numbers = st.integers(-3, 600) | st.integers(-(1 << 63), 1 << 64) | st.floats() | st.booleans() | st.text(max_size=3)
values_of_keys = st.dictionaries(
    st.sampled_from(KEYS), numbers | st.lists(st.integers(-2, 99) | st.floats(), max_size=9)
)
names = st.sampled_from(
    [
        "token_embd.weight",
        "output.weight",
        "per_layer_token_embd.weight",
        "blk.0.ffn_up_exps.weight",
        "blk.999999.x",
        "y",
    ]
)
some_tensors = st.lists(
    st.builds(
        TensorInfo,
        names,
        st.lists(st.integers(0, 1 << 64), max_size=4).map(tuple),
        st.just(2),
        st.just(0),
        st.sampled_from(["Q4_0", "F32", ""]),
        st.integers(0, 1 << 70),
    ),
    max_size=6,
)


@settings(deadline=None)
@given(st.sampled_from(["gemma4", "gemma3", "llama", "qwen3next", "smallthinker"]), values_of_keys, some_tensors)
def test_any_values_give_a_shape_or_a_clear_error(architecture: str, values: dict[str, Any], tensors: list[TensorInfo]):
    answered(header(architecture, tensors, **values))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # it is the same folder each time
@given(st.data())
def test_any_damage_to_a_header_gives_a_shape_or_a_clear_error(data_dir: Path, data: st.DataObject):
    whole = (data_dir / "gemma4-tiny.gguf").read_bytes()
    end = read_header(io.BytesIO(whole)).data_offset
    damaged = bytearray(whole)
    # Most of the header is the vocabulary: the metadata before it and the tensors after it are where it matters.
    places = st.integers(0, 2000) | st.integers(end - 5000, end - 1) | st.integers(0, end - 1)
    for place, byte in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=8)):
        damaged[place] = byte
    try:
        parsed = read_header(io.BytesIO(bytes(damaged)))
    except GemfitError:
        return
    answered(parsed)
