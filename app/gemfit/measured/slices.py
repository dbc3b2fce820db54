"""Short slices of models: real layer shapes, few layers, no vocabulary, made-up weights; written in a second each.

The layout is that of Gemma 4 as llama.cpp reads it (src/models/gemma4.cpp). The weights are tiled from a small random
pattern whose scales keep every activation finite, as a trained model's do; the rows of a mixture's router differ, so
that tokens spread over its experts.
"""

import random
import struct
import threading
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import msgspec

from gemfit.gguf.ggml_types import GGML_TYPES, GgmlType

_TYPES: Final = {kind.name.lower(): (number, kind) for number, kind in GGML_TYPES.items()}
_ALIGNMENT = 32
_PATTERN_BYTES = 1 << 20
_UINT32, _FLOAT32, _BOOL, _STRING, _ARRAY = 4, 6, 7, 8, 9
_SEED = 4


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """One block. `full`: attends to the whole context (and has longer heads). `shared_kv`: has no keys of its own."""

    full: bool = False
    shared_kv: bool = False
    feed_forward: int


class Slice(msgspec.Struct, frozen=True, kw_only=True):
    """What to write. `kv_heads`: of windowed and of full layers; `head_lengths` alike. `weight_type` and the others are
    ggml's names in lower case. `experts`: how many, how many of them a token uses, and their width; none for a dense
    model.
    """

    name: str
    layers: list[Layer]
    embedding: int
    heads: int
    kv_heads: tuple[int, int]
    head_lengths: tuple[int, int] = (256, 512)
    vocab_tokens: int = 2048
    per_layer_embedding: int = 0
    window: int = 512
    experts: tuple[int, int, int] | None = None
    keys_are_values: bool = False
    weight_type: str = "q4_0"
    embedding_type: str = "q4_0"
    context_tokens: int = 8192

    @property
    def shared_kv_layers(self) -> int:
        return sum(layer.shared_kv for layer in self.layers)


class Tensor(NamedTuple):
    """One tensor of a slice; `shape` has the row length first. `fill` for f32: what every value is, None: random."""

    name: str
    shape: tuple[int, ...]
    type: str
    fill: float | None = None

    @property
    def values(self) -> int:
        count = 1
        for length in self.shape:
            count *= length
        return count

    @property
    def n_bytes(self) -> int:
        kind = _TYPES[self.type][1]
        return self.values // kind.block_values * kind.block_bytes


def tensors_of(wanted: Slice) -> list[Tensor]:
    """Every tensor, in the order of the file."""
    width, big, table = wanted.embedding, wanted.weight_type, wanted.embedding_type
    found = [Tensor("token_embd.weight", (width, wanted.vocab_tokens), table)]
    if wanted.per_layer_embedding:
        inputs = wanted.per_layer_embedding * len(wanted.layers)
        found += [
            Tensor("per_layer_token_embd.weight", (inputs, wanted.vocab_tokens), table),
            Tensor("per_layer_model_proj.weight", (width, inputs), big),
            Tensor("per_layer_proj_norm.weight", (wanted.per_layer_embedding,), "f32", 1.0),
        ]
    found.append(Tensor("output_norm.weight", (width,), "f32", 1.0))
    if any(layer.full for layer in wanted.layers):
        found.append(Tensor("rope_freqs.weight", (wanted.head_lengths[1] // 2,), "f32", 1.0))
    return found + [tensor for i, layer in enumerate(wanted.layers) for tensor in _layer_tensors(wanted, i, layer)]


def _layer_tensors(wanted: Slice, number: int, layer: Layer) -> Iterator[Tensor]:
    width, big = wanted.embedding, wanted.weight_type
    head, kv_heads = wanted.head_lengths[layer.full], wanted.kv_heads[layer.full]
    matrices = {"attn_q": (width, head * wanted.heads), "attn_output": (head * wanted.heads, width)}
    norms = {"attn_norm": width, "attn_q_norm": head, "post_attention_norm": width, "ffn_norm": width}
    norms |= {"post_ffw_norm": width, "layer_output_scale": 1}
    if not layer.shared_kv:
        matrices["attn_k"] = (width, head * kv_heads)
        if not (wanted.keys_are_values and layer.full):
            matrices["attn_v"] = (width, head * kv_heads)
        norms["attn_k_norm"] = head
    matrices |= {"ffn_gate": (width, layer.feed_forward), "ffn_up": (width, layer.feed_forward)}
    matrices |= {"ffn_down": (layer.feed_forward, width)}
    if wanted.per_layer_embedding:
        matrices |= {"inp_gate": (width, wanted.per_layer_embedding), "proj": (wanted.per_layer_embedding, width)}
        norms["post_norm"] = width
    if wanted.experts:
        norms |= {"pre_ffw_norm_2": width, "post_ffw_norm_1": width, "post_ffw_norm_2": width}
    for name, shape in matrices.items():
        yield Tensor(f"blk.{number}.{name}.weight", shape, big)
    for name, length in norms.items():
        yield Tensor(f"blk.{number}.{name}.weight", (length,), "f32", 1.0)
    if wanted.experts:
        count, _, inner = wanted.experts
        yield Tensor(f"blk.{number}.ffn_gate_inp.weight", (width, count), "f32")
        yield Tensor(f"blk.{number}.ffn_gate_inp.scale", (width,), "f32", 1.0)
        yield Tensor(f"blk.{number}.ffn_gate_up_exps.weight", (width, 2 * inner, count), big)
        yield Tensor(f"blk.{number}.ffn_down_exps.weight", (inner, width, count), big)
        yield Tensor(f"blk.{number}.ffn_down_exps.scale", (count,), "f32", 1.0)


def file_bytes(wanted: Slice) -> int:
    """How long the file will be, to within its header of a few KiB for each layer."""
    return sum(_padded(tensor.n_bytes) for tensor in tensors_of(wanted)) + (4096 * (1 + len(wanted.layers)))


def write_slice(wanted: Slice, path: Path, stop: threading.Event) -> None:
    """Write the file, or a part of it where `stop` is set meanwhile. Raises OSError."""
    tensors = tensors_of(wanted)
    patterns = {kind: _pattern(kind) for kind in {tensor.type for tensor in tensors}}
    with path.open("wb") as file:
        header = _header(wanted, tensors)
        file.write(header + bytes(-len(header) % _ALIGNMENT))
        for tensor in tensors:
            if stop.is_set():
                return
            filled = patterns[tensor.type] if tensor.fill is None else struct.pack("<f", tensor.fill) * tensor.values
            _tile(file, filled, tensor.n_bytes)
            file.write(bytes(-tensor.n_bytes % _ALIGNMENT))


def _tile(file: BinaryIO, pattern: bytes, n_bytes: int) -> None:
    whole, rest = divmod(n_bytes, len(pattern))
    for _ in range(whole):
        file.write(pattern)
    file.write(memoryview(pattern)[:rest])


def _padded(n_bytes: int) -> int:
    return -(-n_bytes // _ALIGNMENT) * _ALIGNMENT


def _pattern(name: str) -> bytes:
    """Random values of one type, about 0.02 in size; not a whole power of two long, so that rows differ."""
    source = random.Random(_SEED)
    kind = _TYPES[name][1]
    if name == "f32":
        return struct.pack("<16381f", *(source.gauss(0.0, 0.05) for _ in range(16381)))
    if name in ("bf16", "f16"):
        # Sign and exponent for 0.01 to 0.03; every bit of the rest random.
        high = b"\x3c\xbc" if name == "bf16" else b"\x24\xa4"
        table = bytes(high[i & 1] for i in range(256))
        values = bytearray(source.randbytes(_PATTERN_BYTES - 2 * 509))
        values[1::2] = values[1::2].translate(table)
        return bytes(values)
    return b"".join(_block(kind, source) for _ in range(_PATTERN_BYTES // kind.block_bytes))


def _block(kind: GgmlType, source: random.Random) -> bytes:
    """One block: random digits under one scale. Layouts: `block_q4_0` and `block_q6_K` in ggml/src/ggml-common.h."""
    if kind.name == "Q4_0":
        return struct.pack("<e", 0.004) + source.randbytes(16)
    if kind.name == "Q6_K":
        return source.randbytes(192) + b"\4" * 16 + struct.pack("<e", 0.0005)
    raise ValueError(f"no pattern for {kind.name}")


def _header(wanted: Slice, tensors: list[Tensor]) -> bytes:
    """Magic, keys and values, and where each tensor lies: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md"""
    entries = list(_entries(wanted))
    out = bytearray(struct.pack("<4sIQQ", b"GGUF", 3, len(tensors), len(entries)))
    for key, value in entries:
        out += _text(key) + value
    offset = 0
    for tensor in tensors:
        out += _text(tensor.name) + struct.pack(f"<I{len(tensor.shape)}Q", len(tensor.shape), *tensor.shape)
        out += struct.pack("<IQ", _TYPES[tensor.type][0], offset)
        offset += _padded(tensor.n_bytes)
    return bytes(out)


def _entries(wanted: Slice) -> Iterator[tuple[str, bytes]]:
    layers = wanted.layers
    numbers = {
        "block_count": len(layers),
        "context_length": wanted.context_tokens,
        "embedding_length": wanted.embedding,
        "vocab_size": wanted.vocab_tokens,
        "attention.head_count": wanted.heads,
        "attention.key_length": wanted.head_lengths[1],
        "attention.value_length": wanted.head_lengths[1],
        "attention.key_length_swa": wanted.head_lengths[0],
        "attention.value_length_swa": wanted.head_lengths[0],
        "rope.dimension_count": wanted.head_lengths[1],
        "rope.dimension_count_swa": wanted.head_lengths[0],
        "attention.sliding_window": wanted.window,
        "attention.shared_kv_layers": wanted.shared_kv_layers,
        "embedding_length_per_layer_input": wanted.per_layer_embedding,
    }
    if wanted.experts:
        count, used, inner = wanted.experts
        numbers |= {"expert_count": count, "expert_used_count": used, "expert_feed_forward_length": inner}
    floats = {
        "rope.freq_base": 1e6,
        "rope.freq_base_swa": 1e4,
        "attention.layer_norm_rms_epsilon": 1e-6,
        "final_logit_softcapping": 30.0,
    }
    yield "general.architecture", struct.pack("<I", _STRING) + _text("gemma4")
    yield "general.name", struct.pack("<I", _STRING) + _text(wanted.name)
    yield "tokenizer.ggml.model", struct.pack("<I", _STRING) + _text("none")
    for key, number in numbers.items():
        yield f"gemma4.{key}", struct.pack("<II", _UINT32, number)
    for key, value in floats.items():
        yield f"gemma4.{key}", struct.pack("<If", _FLOAT32, value)
    yield "gemma4.feed_forward_length", _array(_UINT32, "I", [layer.feed_forward for layer in layers])
    yield "gemma4.attention.head_count_kv", _array(_UINT32, "I", [wanted.kv_heads[layer.full] for layer in layers])
    yield "gemma4.attention.sliding_window_pattern", _array(_BOOL, "?", [not layer.full for layer in layers])


def _text(text: str) -> bytes:
    raw = text.encode()
    return struct.pack("<Q", len(raw)) + raw


def _array(type_: int, code: str, values: list[int] | list[bool]) -> bytes:
    return struct.pack("<IIQ", _ARRAY, type_, len(values)) + struct.pack(f"<{len(values)}{code}", *chain(values))
