"""What each device has to do for a token and for a prompt, and how long that takes at given rates. Pure arithmetic.

Everything takes its own time and the times add up: the bytes of the weights that one token reads, the multiplications
of a prompt, attention to what is in the context, and fixed costs of blocks, vocabulary and step. Amounts are named:
`read:q4_0` (bytes), `flop:q4_0` (operations), `attention` (query elements times cells), `layer`, `vocab`, `fixed`, …
The same amounts serve calibration, which solves for the costs, and prediction, which adds them up.
"""

from typing import NamedTuple

from gemfit.catalog.types import Shape, TensorLayout
from gemfit.fit import mobile
from gemfit.fit.memory import spans
from gemfit.fit.types import SYSTEM_MEMORY, DeviceRates, Plan
from gemfit.gguf.ggml_types import GGML_TYPES

EXPERTS = ":experts"
"""Ends the name of a tensor type where a mixture's experts are meant: they are computed by other kernels."""

_BYTES_PER_VALUE = {kind.name.lower(): kind.block_bytes / kind.block_values for kind in GGML_TYPES.values()}
_BYTES_PER_VALUE[mobile.KIND] = 1 / mobile.VALUES_PER_BYTE
_FLOATS = ("bf16", "f16", "f32")


class Work(NamedTuple):
    """What one device does. `read_bytes` of its blocks and of the output matrix, by type; query elements of the blocks
    that attend to everything and of those with a window (0: none).
    """

    device: str
    blocks: int
    embedding_length: int
    block_bytes: dict[str, float]
    output_bytes: dict[str, float]
    vocab_tokens: int
    full_queries: int
    window_queries: int
    window_tokens: int


def works(shape: Shape, tensors: TensorLayout, plan: Plan) -> list[Work]:
    """The work of each device that has any, in the order in which a token passes them."""
    if mobile.is_mobile(tensors):
        return [_whole(shape, tensors, plan)]
    output_type, output = _output(tensors)
    dense = {kind: float(n) for kind, n in tensors.read_bytes.items()}
    if output_type:
        dense[output_type] -= output
    plain = [n - e for n, e in zip(tensors.layer_bytes, _experts(tensors), strict=True)]
    kept_back = plan.host_expert_layers if plan.shares else 0
    found = []
    for span in spans(shape.layers, plan):
        here = range(span.first, span.end)
        share = _share(plain, set(here))
        if span.device == SYSTEM_MEMORY:
            expert_blocks = set(here) | set(range(kept_back))
        else:
            expert_blocks = set(here) - set(range(kept_back))
        expert_share = _share(_experts(tensors), expert_blocks)
        block_bytes = {kind: n * share for kind, n in dense.items() if n > 0 and share}
        for kind, n in tensors.expert_read_bytes.items():
            if expert_share:
                block_bytes[kind + EXPERTS] = n * expert_share
        full = set(shape.full_layers)
        queries = shape.query_lengths
        work = Work(
            device=span.device,
            blocks=len(here),
            embedding_length=shape.embedding_length,
            block_bytes=block_bytes,
            output_bytes={output_type: float(output)} if span.output and output_type else {},
            vocab_tokens=shape.vocab_tokens if span.output else 0,
            full_queries=sum(queries[i] for i in here if i in full),
            window_queries=sum(queries[i] for i in here if i not in full),
            window_tokens=shape.sliding_window_tokens,
        )
        if work.block_bytes or work.output_bytes:
            found.append(work)
    return found


def _whole(shape: Shape, tensors: TensorLayout, plan: Plan) -> Work:
    """A model in the mobile format is one piece, on one device."""
    full = set(shape.full_layers)
    return Work(
        device=plan.shares[0].device if plan.shares else SYSTEM_MEMORY,
        blocks=shape.layers,
        embedding_length=shape.embedding_length,
        block_bytes={kind: float(n) for kind, n in tensors.read_bytes.items()},
        output_bytes={},
        vocab_tokens=shape.vocab_tokens,
        full_queries=sum(n for i, n in enumerate(shape.query_lengths) if i in full),
        window_queries=sum(n for i, n in enumerate(shape.query_lengths) if i not in full),
        window_tokens=shape.sliding_window_tokens,
    )


def token_amounts(work: Work, used_tokens: int) -> dict[str, float]:
    """For generating one token with so many in the context before it."""
    cells = used_tokens + 1
    window = min(cells, work.window_tokens) if work.window_tokens else cells
    amounts = _step_amounts(work)
    for kind, n_bytes in work.block_bytes.items():
        _add(amounts, f"read:{kind}", n_bytes)
    amounts["attention"] = float(work.full_queries * cells + work.window_queries * window)
    return amounts


def prompt_amounts(work: Work, tokens: int) -> dict[str, float]:
    """For a prompt of so many tokens in an empty context. Only its last token passes the output matrix."""
    amounts = _step_amounts(work)
    for kind, n_bytes in work.block_bytes.items():
        values = n_bytes / _BYTES_PER_VALUE.get(kind.removesuffix(EXPERTS), 1.0)
        _add(amounts, f"flop:{kind}", 2.0 * values * tokens)
    pairs = tokens * (tokens + 1) // 2
    window = min(tokens, work.window_tokens) if work.window_tokens else tokens
    in_window = window * (window + 1) // 2 + (tokens - window) * window
    amounts["prompt_attention"] = float(work.full_queries * pairs + work.window_queries * in_window)
    amounts["element"] = float(work.blocks * work.embedding_length * tokens)
    return amounts


def token_s(works: list[Work], rates: dict[str, DeviceRates], used_tokens: int) -> float:
    """Seconds for one token: the devices follow one another."""
    return sum(seconds(token_amounts(work, used_tokens), rates[work.device]) for work in works)


def prompt_s(works: list[Work], rates: dict[str, DeviceRates], tokens: int) -> float:
    """Seconds for a prompt of so many tokens."""
    return sum(seconds(prompt_amounts(work, tokens), rates[work.device]) for work in works)


def seconds(amounts: dict[str, float], rates: DeviceRates) -> float:
    """Amounts times costs."""
    return sum(amount * _cost(name, rates) for name, amount in amounts.items())


def _step_amounts(work: Work) -> dict[str, float]:
    """What a step costs whether it is one token or many."""
    amounts = {"fixed": 1.0, "layer": float(work.blocks), "vocab": float(work.vocab_tokens)}
    return amounts | {f"read:{kind}": n for kind, n in work.output_bytes.items()}


def _add(amounts: dict[str, float], name: str, amount: float) -> None:
    amounts[name] = amounts.get(name, 0.0) + amount


def _cost(name: str, rates: DeviceRates) -> float:
    kind, _, type_name = name.partition(":")
    if kind == "read":
        return 1 / rate_for(rates.read_bps, type_name)
    if kind == "flop":
        return 1 / rate_for(rates.prompt_flops, type_name)
    return {
        "fixed": rates.fixed_s,
        "layer": rates.layer_s,
        "vocab": rates.vocab_s,
        "attention": rates.attention_s,
        "prompt_attention": rates.prompt_attention_s,
        "element": rates.element_s,
    }[name]


def rate_for(known: dict[str, float], type_name: str) -> float:
    """The rate of a tensor type, or of the nearest that is known: floats for floats, Q6_K for what is not Q4_0."""
    plain = type_name.removesuffix(EXPERTS)
    near = _FLOATS if plain in _FLOATS else ("q6_k", "q4_0")
    for name in (type_name, plain, *near):
        if name in known:
            return known[name]
    return min(known.values())


def _experts(tensors: TensorLayout) -> list[int]:
    return tensors.expert_bytes or [0] * len(tensors.layer_bytes)


def _share(sizes: list[int], chosen: set[int]) -> float:
    whole = sum(sizes)
    return sum(n for i, n in enumerate(sizes) if i in chosen) / whole if whole else 0.0


def _output(tensors: TensorLayout) -> tuple[str, int]:
    """The type of the output matrix and its size: of the types read, the smallest amount that can hold it."""
    size = tensors.output_matrix_bytes
    able = [(n, kind) for kind, n in tensors.read_bytes.items() if n >= size]
    return (min(able)[1], size) if able and size else ("", 0)
