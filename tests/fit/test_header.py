"""The same arithmetic from a file's own header, and from headers of other architectures."""

from pathlib import Path
from typing import Any

import pytest

from gemfit.catalog.load import find_build, load_catalog
from gemfit.catalog.starter import find_packaged
from gemfit.fit.header import shape_from_header, tensors_from_header, weights_from_header
from gemfit.fit.memory import MIB, kv_bytes, need_on_cpu
from gemfit.gguf.reader import read_header
from gemfit.gguf.types import ArrayInfo, GgufHeader, TensorInfo


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


def test_the_starters_header_gives_the_shape_of_the_catalogue():
    model, build = find_build(load_catalog(), "starter")
    path = find_packaged(build.weights)
    assert path is not None
    found, known = shape_from_header(read_header(path)), model.shape
    assert (found.layers, found.embedding_length, found.vocab_tokens, found.context_tokens) == (30, 576, 49152, 8192)
    assert found.kv_bytes_per_cell == known.kv_bytes_per_cell == [768] * 30
    assert (found.full_layers, found.sliding_window_tokens) == (list(range(30)), 0)
    assert found.query_lengths == [576] * 30
    assert found.compute_base_bytes == pytest.approx(known.compute_base_bytes, rel=0.3)
    weights = weights_from_header(read_header(path))
    assert tensors_from_header(read_header(path)) == build.tensors
    assert need_on_cpu(found, weights, 512).weights_bytes == weights.tensor_bytes  # Q4_1 is not kept twice


def test_a_gemma_4_with_shared_layers_a_window_and_lazy_embeddings(data_dir: Path):
    parsed = read_header(data_dir / "gemma4-tiny.gguf")
    shape, weights = shape_from_header(parsed), weights_from_header(parsed)
    # Four layers, the last two share: one windowed (head size 32) and one full (64) keep a cache of their own.
    assert shape.kv_bytes_per_cell == [2 * 2 * 32, 2 * 2 * 64, 0, 0]
    assert shape.full_layers == [1, 3]
    assert shape.query_lengths == [2 * 32, 2 * 64, 2 * 32, 2 * 64]
    assert shape.sliding_window_tokens == 512
    assert weights.lazy_bytes > 0
    need = need_on_cpu(shape, weights, 512)
    assert need.weights_bytes / MIB == pytest.approx(0.55 + 0.10, abs=0.01)  # the buffers of a real load


def test_a_mixture_of_experts_reads_only_the_experts_it_uses(data_dir: Path):
    weights = weights_from_header(read_header(data_dir / "gemma4-tiny-moe.gguf"))
    assert 0 < weights.read_bytes_per_token < weights.tensor_bytes


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
    assert need_on_cpu(shape, weights_from_header(header("llama", [embedding])), 1).weights_bytes == 7488
    assert need_on_cpu(shape, weights_from_header(header("llama", [embedding, output])), 1).weights_bytes == 7488


def test_a_header_that_says_nothing_takes_nothing():
    shape = shape_from_header(header("odd"))
    assert (shape.layers, kv_bytes(shape, 4096), shape.compute_base_bytes) == (0, 0, 0)
