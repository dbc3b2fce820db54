"""The shape and the tensors of a model, for the arithmetic, from the header of its GGUF file: any architecture.

The rules are llama.cpp's (`src/llama-hparams.cpp`, `src/llama-kv-cache.cpp` and `src/models/`). Where a header does not
say what it should, the key counts as absent; what cannot be (a negative length, more layers than llama.cpp takes) is
refused, so that the work is bounded whatever a file says.
"""

import re
from collections import defaultdict

from gemfit.catalog.types import Shape, TensorLayout
from gemfit.fit.memory import DEFAULT_UBATCH
from gemfit.gguf import failures
from gemfit.gguf.check import LAYERS_CAP
from gemfit.gguf.types import GgufHeader, TensorInfo

# Every n-th layer attends to the whole context, where the file does not say so itself (llama.cpp, src/models/).
_FULL_LAYER_EVERY = {
    "afmoe": 4,
    "cohere2": 4,
    "exaone-moe": 4,
    "exaone4": 4,
    "gemma2": 2,
    "gemma3": 6,
    "gemma3n": 5,
    "gpt-oss": 2,
    "llama4": 4,
    "mellum": 4,
    "muse-glimmer": 4,
    "olmo2": 4,
    "plamo3": 8,
}
# The same, with the first layer of each group instead of the last.
_FULL_LAYER_FIRST = {"cohere2moe": 4, "smallthinker": 4}
# Every n-th layer keeps a cache at all; the others are recurrent.
_CACHE_EVERY = {"qwen3next": 4, "qwen35": 4, "qwen35moe": 4}
# Where the token embedding is the output matrix as well, llama.cpp keeps it twice: for types that it repacks for the
# processor, and for this architecture in every type (it makes the output first).
_ALWAYS_TWICE = frozenset({"gemma4"})
# What the processor's kernels lay out anew on x86-64 with AVX2 and on ARM with dotprod (ggml-cpu/repack.cpp), if the
# rows come in eights.
_REPACKED_TYPES = frozenset({"q4_0", "q4_k", "iq4_nl"})
_REPACKED_ROWS = 8

# By blocks and width, what `_compute_base_bytes` counts for the five models; asked of llama.cpp, which lays them out.
_GEMMA4_FLOATS = {(35, 1536): 56_075, (42, 2560): 57_355, (48, 3840): 65_802, (30, 2816): 49_162, (60, 5376): 88_842}

_ALIGNMENT = 32

_LAZY = "per_layer_token_embd.weight"
_EMBEDDING, _OUTPUT = "token_embd.weight", "output.weight"
_BLOCK = re.compile(r"blk\.(\d{1,6})\.")
# What some files hold for layers that use another's cache: loaded, and never read.
_UNUSED = re.compile(r"\.attn_(k|v|k_norm)\.")
_LARGEST = 1 << 40


def shape_from_header(header: GgufHeader) -> Shape:
    """What memory depends on besides the tensors. Raises GemfitError `gguf_damaged` for what cannot be.

    KV sizes are exact for the architectures that keep one cache of keys and values for each layer; recurrent states
    are not counted. `compute_base_bytes` is exact for Gemma 4 and for dense models, else an estimate.
    """
    layers = _integer(header, "block_count")
    if layers > LAYERS_CAP:
        raise failures.bad_value(header.file, f"{header.architecture}.block_count")
    full, window = _full_layers(header, layers), _integer(header, "attention.sliding_window")
    cells, queries = _cell_bytes(header, layers, full), _query_lengths(header, layers, full)
    return Shape(
        layers=layers,
        embedding_length=_integer(header, "embedding_length"),
        vocab_tokens=_vocabulary(header),
        context_tokens=_integer(header, "context_length"),
        sliding_window_tokens=window if len(full) < layers else 0,
        kv_bytes_per_cell=cells,
        full_layers=sorted(full),
        query_lengths=queries,
        input_length=_integer(header, "embedding_length")
        + _integer(header, "embedding_length_per_layer_input") * layers,
        kv_rotation_bytes=_rotation_bytes(header, cells, full),
        compute_base_bytes=_compute_base_bytes(header, layers, queries, full),
    )


def tensors_from_header(header: GgufHeader) -> TensorLayout:
    """Where the tensors go, and what generating one token reads of them. Raises as `shape_from_header`."""
    layers = min(_integer(header, "block_count"), LAYERS_CAP)
    sharing = layers - min(layers, _integer(header, "attention.shared_kv_layers"))
    experts, used = _integer(header, "expert_count"), _integer(header, "expert_used_count")
    used = min(used, experts)
    by_name = {tensor.name: tensor for tensor in header.tensors}
    embedding, output = by_name.get(_EMBEDDING), by_name.get(_OUTPUT)
    layer_bytes, expert_bytes = [0] * layers, [0] * layers
    other = repacked = 0
    read: defaultdict[str, int] = defaultdict(int)
    read_experts: defaultdict[str, int] = defaultdict(int)
    for tensor in header.tensors:
        kind = tensor.type_name.lower()
        if tensor.name == _LAZY:
            continue
        if tensor.name != _EMBEDDING or output is None:
            repacked += tensor.n_bytes if _is_repacked(tensor) else 0
        block = _BLOCK.match(tensor.name)
        place = int(block[1]) if block else layers
        if experts and "_exps." in tensor.name:
            read_experts[kind] += tensor.n_bytes * used // experts
            if place < layers:
                expert_bytes[place] += _held_bytes(tensor)
        elif (tensor.name != _EMBEDDING or output is None) and not (
            sharing <= place < layers and _UNUSED.search(tensor.name)
        ):
            read[kind] += tensor.n_bytes
        if place < layers:
            layer_bytes[place] += _held_bytes(tensor)
        elif tensor.name not in (_EMBEDDING, _OUTPUT):
            other += _held_bytes(tensor)
    tied = output is None and embedding is not None
    return TensorLayout(
        embedding_bytes=_held_bytes(embedding) if embedding else 0,
        output_bytes=_held_bytes(output) if output else 0,
        copied=tied and (header.architecture in _ALWAYS_TWICE or _is_repacked(embedding)),
        lazy_bytes=by_name[_LAZY].n_bytes if _LAZY in by_name else 0,
        other_bytes=other,
        layer_bytes=layer_bytes,
        expert_bytes=expert_bytes if any(expert_bytes) else [],
        repack_bytes=repacked,
        read_bytes=dict(sorted(read.items())),
        expert_read_bytes=dict(sorted(read_experts.items())),
    )


def _held_bytes(tensor: TensorInfo) -> int:
    """What a tensor takes in a buffer of the processor, as in the file: a multiple of 32 bytes."""
    return -(-tensor.n_bytes // _ALIGNMENT) * _ALIGNMENT


def _is_repacked(tensor: TensorInfo | None) -> bool:
    if tensor is None or len(tensor.shape) < 2 or tensor.type_name.lower() not in _REPACKED_TYPES:
        return False
    return tensor.shape[1] % _REPACKED_ROWS == 0


def _integer(header: GgufHeader, key: str) -> int:
    """The integer under a key of the architecture, 0 if there is none."""
    name = f"{header.architecture}.{key}"
    value = header.integer(name) or 0
    if not 0 <= value <= _LARGEST:
        raise failures.bad_value(header.file, name)
    return value


def _vocabulary(header: GgufHeader) -> int:
    tokens = header.array("tokenizer.ggml.tokens")
    return tokens.count if tokens else _integer(header, "vocab_size")


def _per_layer(header: GgufHeader, key: str, layers: int) -> list[int]:
    name = f"{header.architecture}.{key}"
    values = header.per_layer(name, layers)
    if not values:
        return []
    if any(not 0 <= value <= _LARGEST for value in values):  # also refuses what is not a number
        raise failures.bad_value(header.file, name)
    return [int(value) for value in values[:layers]]


def _full_layers(header: GgufHeader, layers: int) -> frozenset[int]:
    """The layers that attend to the whole context; all of them where there is no window."""
    if not _integer(header, "attention.sliding_window"):
        return frozenset(range(layers))
    key = "attention.sliding_window_pattern"
    windowed = _per_layer(header, key, layers) if header.array(f"{header.architecture}.{key}") else []
    if windowed:
        return frozenset(i for i in range(layers) if not windowed[i])
    first = _FULL_LAYER_FIRST.get(header.architecture)
    every = _integer(header, key) or first or _FULL_LAYER_EVERY.get(header.architecture) or 1
    return frozenset(range(0 if first else every - 1, layers, every))


def _length(header: GgufHeader, part: str, layer_heads: int, full: bool) -> int:
    """Values of one head's keys or values."""
    own = 0 if full else _integer(header, f"attention.{part}_length_swa")
    default = _integer(header, "embedding_length") // max(1, layer_heads)
    return own or _integer(header, f"attention.{part}_length") or default


def _cell_bytes(header: GgufHeader, layers: int, full: frozenset[int]) -> list[int]:
    """Bytes of one cell of each layer, keys and values, in f16; 0 for layers without a cache of their own."""
    heads = _per_layer(header, "attention.head_count", layers) or [0] * layers
    kv_heads = _per_layer(header, "attention.head_count_kv", layers) or heads
    own = layers - min(layers, _integer(header, "attention.shared_kv_layers"))
    every = _CACHE_EVERY.get(header.architecture)
    every = every and (_integer(header, "full_attention_interval") or every)
    # Latent attention (DeepSeek) keeps one compressed row, which is keys and values at once.
    parts = ("key",) if _integer(header, "attention.key_length_mla") else ("key", "value")
    return [
        2 * kv_heads[i] * sum(_length(header, part, heads[i], i in full) for part in parts)
        if i < own and not (every and (i + 1) % every)
        else 0
        for i in range(layers)
    ]


def _query_lengths(header: GgufHeader, layers: int, full: frozenset[int]) -> list[int]:
    heads = _per_layer(header, "attention.head_count", layers) or [0] * layers
    return [heads[i] * _length(header, "key", heads[i], i in full) for i in range(layers)]


def _rotation_bytes(header: GgufHeader, cells: list[int], full: frozenset[int]) -> int:
    """The matrices of floats that rotate the keys and the values of a quantized cache (src/llama-kv-cache.cpp).

    One cache for the full layers and one for the others, each with the largest power of two that divides the length of
    a head's keys, and 64 x 64 for the values.
    """
    heads = max(_per_layer(header, "attention.head_count", len(cells)), default=0)
    total = 0
    for wanted in (True, False):
        if not any(cells[i] for i in range(len(cells)) if (i in full) == wanted):
            continue
        keys, values = (_length(header, part, heads, wanted) for part in ("key", "value"))
        if keys % 64 == 0:
            total += 4 * (keys & -keys) ** 2
        if values % 64 == 0:
            total += 4 * 64**2
    return total


def _compute_base_bytes(header: GgufHeader, layers: int, queries: list[int], full: frozenset[int]) -> int:
    """Floats that llama.cpp holds at once for each token of a micro-batch, and the numbers of its inputs.

    Exact for dense models: three vectors of the feed-forward part, three of the model's width, and the queries where
    those three do not fit into their place. A mixture holds three for each expert used, and what the experts give back
    besides where that does not fit into the place of what they computed. Compared with what llama.cpp logs for 26 other
    models with an f16 cache: within 8 %, most of them exact. An estimate for per-layer inputs, whose buffers llama.cpp
    fits together as it can; those of Gemma 4 are known.
    """
    width = _integer(header, "embedding_length")
    known = _GEMMA4_FLOATS.get((layers, width)) if header.architecture == "gemma4" else None
    if known is not None:
        return 4 * known * DEFAULT_UBATCH
    feed_forward = max(_per_layer(header, "feed_forward_length", layers), default=0)
    held = 3 * feed_forward
    used = min(_integer(header, "expert_used_count"), _integer(header, "expert_count"))
    if used:
        expert = _integer(header, "expert_feed_forward_length") or feed_forward
        shared = _integer(header, "expert_shared_feed_forward_length")
        given_back = used * width if width > 2 * expert else 0
        beside_dense = held if _integer(header, "leading_dense_block_count") else 0
        held = max(beside_dense, 3 * max(used * expert, shared) + given_back) + (width if shared else 0)
    fused = any(tensor.name.endswith(".attn_qkv.weight") for tensor in header.tensors)
    attention = 3 * width if fused else max((q if q >= 3 * width else 3 * width + q for q in queries), default=0)
    per_layer_inputs = _integer(header, "embedding_length_per_layer_input") * layers
    caches = 2 if 0 < len(full) < layers else 1
    inputs = 2 + 4 * caches if layers else 0  # the token, its position, and for each cache two places of 8 bytes
    return 4 * (held + attention + per_layer_inputs + inputs) * DEFAULT_UBATCH
