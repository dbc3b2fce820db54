"""The shape of a model, for the arithmetic, from the header of its GGUF file: any architecture."""

from gemfit.catalog.types import Shape
from gemfit.fit.memory import DEFAULT_UBATCH, Weights
from gemfit.gguf.types import GgufHeader, TensorInfo

# Every n-th layer attends to the whole context, where the file does not say so itself (llama.cpp, src/models/).
_FULL_LAYER_EVERY = {"gemma2": 2, "gemma3": 6, "gemma3n": 5}
# Where the token embedding is the output matrix as well, llama.cpp keeps it twice for these types, which it repacks for
# the processor, and for these architectures.
_REPACKED_TYPES = frozenset({"Q4_0"})
_ALWAYS_TWICE = frozenset({"gemma4"})


def shape_from_header(header: GgufHeader) -> Shape:
    """KV sizes by llama.cpp's rules from heads, head sizes, window and shared layers; unknown keys count as absent.

    `compute_base_bytes` is an estimate: within 30 % for the shapes that it was compared with.
    """
    layers = _integer(header, "block_count")
    own = range(max(0, layers - _integer(header, "attention.shared_kv_layers")))
    full, window = _full_layers(header, layers), _integer(header, "attention.sliding_window")
    sizes = [_cell_bytes(header, layer, layer in full) for layer in own]
    return Shape(
        layers=layers,
        embedding_length=_integer(header, "embedding_length"),
        vocab_tokens=header.vocab_tokens or 0,
        context_tokens=_integer(header, "context_length"),
        sliding_window_tokens=window if len(full) < layers else 0,
        kv_full_bytes_per_token=sum(sizes[layer] for layer in own if layer in full),
        kv_swa_bytes_per_cell=sum(sizes[layer] for layer in own if layer not in full),
        compute_base_bytes=_compute_base_bytes(header, layers),
        lazy_bytes={"": _tensor_bytes(header, "per_layer_token_embd.weight")},
    )


def weights_from_header(header: GgufHeader) -> Weights:
    """What of the file's tensors is kept, copied and read."""
    tied = 0 if header.tensor("output.weight") else _tensor_bytes(header, "token_embd.weight")
    lazy = _tensor_bytes(header, "per_layer_token_embd.weight")
    experts, used = _integer(header, "expert_count"), _integer(header, "expert_used_count")
    expert_bytes = sum(t.n_bytes for t in header.tensors if "_exps." in t.name)
    idle = expert_bytes - expert_bytes * used // experts if experts else 0
    embedding = header.tensor("token_embd.weight")
    return Weights(
        tensor_bytes=header.tensor_bytes,
        lazy_bytes=lazy,
        tied_bytes=tied,
        copied=header.architecture in _ALWAYS_TWICE or (embedding is not None and _repacked(embedding)),
        read_bytes_per_token=header.tensor_bytes - lazy - idle,
    )


def _repacked(tensor: TensorInfo) -> bool:
    return tensor.type_name.upper() in _REPACKED_TYPES


def _integer(header: GgufHeader, key: str) -> int:
    return header.integer(f"{header.architecture}.{key}") or 0


def _tensor_bytes(header: GgufHeader, name: str) -> int:
    tensor = header.tensor(name)
    return tensor.n_bytes if tensor else 0


def _per_layer(header: GgufHeader, key: str, layers: int) -> list[int]:
    values = header.per_layer(f"{header.architecture}.{key}", layers)
    return [int(value) for value in values] if values else []


def _full_layers(header: GgufHeader, layers: int) -> frozenset[int]:
    """The layers that attend to the whole context; all of them where there is no window."""
    if not _integer(header, "attention.sliding_window"):
        return frozenset(range(layers))
    key = f"{header.architecture}.attention.sliding_window_pattern"
    every = header.integer(key) or _FULL_LAYER_EVERY.get(header.architecture)
    if every:
        return frozenset(range(every - 1, layers, every))
    windowed = header.per_layer(key, layers)
    return frozenset(i for i in range(layers) if not (windowed and windowed[i]))


def _cell_bytes(header: GgufHeader, layer: int, full: bool) -> int:
    """Bytes of one cell of one layer, keys and values, in f16."""
    layers = _integer(header, "block_count")
    heads = _per_layer(header, "attention.head_count", layers) or [0] * layers
    kv_heads = _per_layer(header, "attention.head_count_kv", layers) or heads
    default = _integer(header, "embedding_length") // max(1, heads[layer])
    suffix = "" if full else "_swa"
    sizes = (
        _integer(header, f"attention.{part}_length{suffix}") or _integer(header, f"attention.{part}_length") or default
        for part in ("key", "value")
    )
    return 2 * kv_heads[layer] * sum(sizes)


def _compute_base_bytes(header: GgufHeader, layers: int) -> int:
    """Floats held at once for each token of a micro-batch, fitted to what llama.cpp logs for six models."""
    width = _integer(header, "embedding_length")
    heads = max(_per_layer(header, "attention.head_count", layers), default=0)
    head_length = _integer(header, "attention.key_length") or width // max(1, heads)
    feed_forward = max(_per_layer(header, "feed_forward_length", layers), default=0)
    feed_forward += _integer(header, "expert_used_count") * _integer(header, "expert_feed_forward_length")
    per_layer_inputs = _integer(header, "embedding_length_per_layer_input") * layers
    floats = 3 * feed_forward + 3 * width + 2 * heads * head_length + per_layer_inputs
    return 4 * floats * DEFAULT_UBATCH
