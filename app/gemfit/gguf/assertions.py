"""What llama.cpp asserts about a model's numbers when it lays the model out.

It stops its process over each of these, so they are asked first. Found by trying every number of a small Gemma 4 with
the llama.cpp of the pinned binding; places in its sources are given.
"""

from collections.abc import Iterator

from gemfit.gguf.types import GgufHeader


def impossible(header: GgufHeader) -> str | None:
    """The key of a number that llama.cpp would stop over; None if there is none."""
    return next(_impossible(header), None)


def _impossible(header: GgufHeader) -> Iterator[str]:
    prefix = header.architecture + "."

    def number(key: str) -> int:
        return header.integer(prefix + key) or 0

    for end in ("", "_swa"):
        key_length, value_length = number(f"attention.key_length{end}"), number(f"attention.value_length{end}")
        # ggml.c, ggml_rope: c->ne[0] >= n_dims / 2
        if key_length and number(f"rope.dimension_count{end}") > key_length:
            yield f"{prefix}rope.dimension_count{end}"
        if not end and (heads := number("attention.head_count")):
            # llama-model.cpp: hparams.n_embd_head_k_full = hparams.n_embd / hparams.n_head()
            key_length = key_length or number("embedding_length") // heads
            value_length = value_length or number("embedding_length") // heads
        # models/gemma4.cpp: n_embd_head == hparams.n_embd_head_v(il)
        if header.architecture == "gemma4" and key_length and value_length and value_length != key_length:
            yield f"{prefix}attention.value_length{end}"
    # llama-model.cpp: n_expert_used_max <= hparams.n_expert, n_expert_used_max > 0
    experts, used = number("expert_count"), number("expert_used_count")
    if used > experts or (experts and not used):
        yield f"{prefix}expert_used_count"
    if header.architecture == "gemma4" and not _can_share(header, number("block_count"), number(SHARED)):
        yield prefix + SHARED


SHARED = "attention.shared_kv_layers"


def _can_share(header: GgufHeader, layers: int, shared: int) -> bool:
    """Whether the layers without a KV cache of their own find one of their kind among the last two that have one.

    llama-model.cpp: n_layer_kv_from_start >= 2; llama-kv-cache.cpp: map_layer_ids.find(il_reuse).
    """
    if not shared:
        return True
    first = layers - shared
    if first < 2:
        return False
    sliding = header.per_layer("gemma4.attention.sliding_window_pattern", layers)
    if sliding is None:
        return True
    # A global layer takes the cache of the last layer that has one, a sliding one that of the layer before it.
    return all(bool(sliding[first - 2 if kind else first - 1]) is bool(kind) for kind in sliding[first:layers])
