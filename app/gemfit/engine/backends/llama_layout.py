"""What llama.cpp laid out, as a `Layout`: from its own account, else from its log."""

from typing import get_args

import msgspec

from gemfit.engine.backends import llama_breakdown, llama_log
from gemfit.engine.backends.llama_breakdown import Held
from gemfit.engine.backends.llama_native import NativeModel
from gemfit.engine.protocol import SYSTEM_MEMORY, Buffer, BufferKind, Layout, LoadPlan
from gemfit.gguf.types import GgufHeader

LAZY_TENSORS = {"gemma4": "per_layer_token_embd.weight", "qwen4exp": "per_layer_token_embd.weight"}
"""By architecture, the tensor that llama.cpp reads row by row if told to (src/models/, TENSOR_READ_LAZY)."""
TENSOR_ALIGNMENT = 32
"""In the processor's buffers (ggml-backend.cpp), and in the file."""
KINDS: tuple[BufferKind, ...] = get_args(BufferKind)


def layout(model: NativeModel, header: GgufHeader, log: list[str], plan: LoadPlan, *, no_alloc: bool) -> Layout:
    """The layout of `model`. With `no_alloc`, what would be mapped and lazy is told from the plan."""
    logged = llama_log.read(log)
    lazy_tensor = LAZY_TENSORS.get(header.architecture)
    names = {lazy_tensor} if no_alloc and plan.lazy_embeddings else set(logged.lazy_tensors)
    lazy_bytes = sum(tensor.n_bytes for tensor in header.tensors if tensor.name in names)
    held = llama_breakdown.read(model.context)
    if held is None:
        return _sum(_from_log(model, logged, lazy_bytes, plan, no_alloc=no_alloc), exact=False)
    buffers = [buffer for entry in held for buffer in _buffers(entry)]
    if no_alloc:
        buffers = _as_loaded(buffers, sum(_padded(tensor.n_bytes) for tensor in header.tensors), lazy_bytes, plan)
    else:
        # What is read lazily was mapped, whatever else was.
        buffers = _moved(buffers, "mapped", "lazy", lazy_bytes, lazy_bytes)
    return _sum(buffers)


def _sum(buffers: list[Buffer], *, exact: bool = True) -> Layout:
    """One buffer for each kind and device, in the order of the kinds, and the sums."""
    together: dict[tuple[int, str], int] = {}
    for buffer in buffers:
        key = KINDS.index(buffer.kind), buffer.device
        together[key] = together.get(key, 0) + buffer.n_bytes

    def total(*kinds: BufferKind) -> int:
        return sum(buffer.n_bytes for buffer in buffers if buffer.kind in kinds)

    weights, kv, compute = total("weights", "repacked", "mapped", "lazy"), total("kv"), total("compute")
    return Layout(
        weights_bytes=weights,
        kv_bytes=kv,
        compute_bytes=compute,
        total_bytes=weights + kv + compute,
        lazy_bytes=total("lazy"),
        buffers=[Buffer(KINDS[kind], device, n) for (kind, device), n in sorted(together.items()) if n],
        exact=exact,
    )


def with_more(found: Layout, buffers: list[Buffer]) -> Layout:
    """The same with what lies beside the model (a drafter)."""
    more_bytes = sum(buffer.n_bytes for buffer in buffers)
    return msgspec.structs.replace(
        found, buffers=[*found.buffers, *buffers], total_bytes=found.total_bytes + more_bytes
    )


def _buffers(held: Held) -> list[Buffer]:
    device = SYSTEM_MEMORY if held.device is None else held.device
    weights: BufferKind = "mapped" if held.name.endswith("_Mapped") else "weights" if held.plain else "repacked"
    return [
        Buffer(weights, device, held.model_bytes),
        Buffer("kv", device, held.kv_bytes),
        Buffer("compute", device, held.compute_bytes),
    ]


def _padded(n_bytes: int) -> int:
    return -(-n_bytes // TENSOR_ALIGNMENT) * TENSOR_ALIGNMENT


def _as_loaded(buffers: list[Buffer], tensor_bytes: int, lazy_bytes: int, plan: LoadPlan) -> list[Buffer]:
    """What would be lazy and mapped after a load: where nothing is allocated all of it counts as copied.

    Of a mapped file llama.cpp keeps one copy of everything, however often it stands in the account.
    """
    buffers = _moved(buffers, "weights", "lazy", _padded(lazy_bytes), lazy_bytes)
    if plan.load_mode == "mapped":
        here = sum(b.n_bytes for b in buffers if b.kind == "weights" and b.device == SYSTEM_MEMORY)
        rest = [b for b in buffers if not (b.kind == "weights" and b.device == SYSTEM_MEMORY)]
        return [*rest, Buffer("mapped", SYSTEM_MEMORY, min(here, tensor_bytes - lazy_bytes))]
    return buffers


def _moved(
    buffers: list[Buffer], source: BufferKind, target: BufferKind, taken_bytes: int, n_bytes: int
) -> list[Buffer]:
    """`taken_bytes` fewer of `source` in the computer's memory, and `n_bytes` of `target` instead."""
    out = []
    for buffer in buffers:
        if buffer.kind == source and buffer.device == SYSTEM_MEMORY and taken_bytes:
            rest = max(0, buffer.n_bytes - taken_bytes)
            out += [Buffer(source, SYSTEM_MEMORY, rest), Buffer(target, SYSTEM_MEMORY, n_bytes)]
            taken_bytes = 0
        else:
            out.append(buffer)
    return out


def _from_log(
    model: NativeModel, logged: llama_log.Logged, lazy_bytes: int, plan: LoadPlan, *, no_alloc: bool
) -> list[Buffer]:
    """Without the account, by the log. Where nothing was allocated it knows the file's tensors and the KV cache whole:
    they are put on the first device of the plan, if there is any.
    """
    buffers = [_logged(kind, name, n_bytes) for kind, name, n_bytes in logged.buffers]
    if not no_alloc:
        taken = lazy_bytes + llama_log.STEP_BYTES if lazy_bytes else 0
        return _moved(buffers, "mapped", "lazy", taken, lazy_bytes)
    place = plan.shares[0].device if plan.shares else SYSTEM_MEMORY
    weights: BufferKind = "mapped" if plan.load_mode == "mapped" and not plan.shares else "weights"
    return [
        Buffer(weights, place, model.size_bytes - lazy_bytes),
        Buffer("lazy", SYSTEM_MEMORY, lazy_bytes),
        Buffer("kv", place, logged.kv_bytes),
        *(buffer for buffer in buffers if buffer.kind == "compute"),
    ]


def _logged(kind: str, name: str, n_bytes: int) -> Buffer:
    """A buffer by the name of its type: `CPU…` and pinned memory (`CUDA_Host`) are the computer's own."""
    here = name.startswith("CPU") or name.endswith("_Host")
    device = SYSTEM_MEMORY if here else name.removesuffix("_Mapped")
    if kind != "model":
        return Buffer("kv" if kind == "KV" else "compute", device, n_bytes)
    if name.endswith("_Mapped"):
        return Buffer("mapped", device, n_bytes)
    return Buffer("repacked" if name.startswith("CPU_") else "weights", device, n_bytes)
