"""How much memory a build of a model takes: pure arithmetic over its shape.

The formulas are llama.cpp's (vendored by llama-cpp-python 0.3.36, commit 0c1e5709), for the way the engine loads: one
sequence, `swa_full` off, one output a batch, weights read into memory (no memory map), flash attention. Each was
compared with what llama.cpp logs for the five Gemma 4 shapes; the tests hold the figures.
"""

from collections.abc import Iterable
from typing import NamedTuple

from gemfit.catalog.types import Build, Model, Shape, TensorLayout
from gemfit.fit import mobile
from gemfit.fit.types import SYSTEM_MEMORY, Component, KvType, Plan
from gemfit.media.types import KEPT_BYTES

MIB = 1 << 20
CELLS_STEP = 256
DEFAULT_UBATCH = 512
# 32 values in 34 bytes (q8_0) where f16 takes 64.
_KV_SCALE = {"f16": (1, 1), "q8_0": (34, 64)}
# Resident size of an engine child without weights, cache and buffers, and what the vocabulary's tables take of it for
# each token. Measured on Linux x86-64 after a prompt of 512 tokens: 162 MiB with Gemma's 262,144 tokens; for the bare
# binding 149 MiB, and 59 MiB with the starter's 49,152 tokens.
_PROCESS_BYTES = 52 * MIB
_BYTES_PER_TOKEN_OF_VOCABULARY = 440
# What llama.cpp writes into a state besides the cells: their positions, and types and sizes of the layers.
_STATE_BYTES_PER_TOKEN = 12
_STATE_BYTES = 8192
_CHECKPOINTS_BYTES = 64 * MIB
# What a GPU's driver and its libraries take for themselves. An estimate: CUDA takes 200 to 500 MiB.
_GPU_BASE_BYTES = 400 * MIB


def tensors_of(model: Model, build: Build) -> TensorLayout:
    """The tensors of a build. Where they are not known, the file's size stands for them, spread over the blocks."""
    if build.tensors is not None:
        return build.tensors
    if build.container == "litertlm":
        return mobile.tensors_of_build(model, build)
    file, layers = build.weights, model.shape.layers
    n_bytes = file.bytes or file.approx_bytes or 0
    each = n_bytes // layers
    return TensorLayout(
        embedding_bytes=0,
        other_bytes=n_bytes - each * layers,
        layer_bytes=[each] * layers,
        read_bytes={build.format: n_bytes},
    )


def padded(tokens: int) -> int:
    """Cells of a KV cache come in steps of 256."""
    return -(-tokens // CELLS_STEP) * CELLS_STEP


def swa_cells(shape: Shape, context_tokens: int, ubatch_tokens: int = DEFAULT_UBATCH) -> int:
    """Cells of the sliding-window cache (llama.cpp, src/llama-kv-cache-iswa.cpp); 0 for a model without a window."""
    if not shape.sliding_window_tokens:
        return 0
    ubatch = min(ubatch_tokens, context_tokens)
    return min(padded(context_tokens), padded(shape.sliding_window_tokens + ubatch))


def kv_bytes(shape: Shape, context_tokens: int, kv_type: KvType = "f16", ubatch_tokens: int = DEFAULT_UBATCH) -> int:
    """The KV cache: cells for the whole context in the full layers, for the window in the others."""
    cells = shape.kv_bytes_per_cell
    in_full = sum(cells[i] for i in shape.full_layers)
    full = in_full * padded(context_tokens)
    window = (sum(cells) - in_full) * swa_cells(shape, context_tokens, ubatch_tokens)
    numerator, denominator = _KV_SCALE[kv_type]
    return (full + window) * numerator // denominator


def checkpoint_bytes(
    shape: Shape, context_tokens: int, kv_type: KvType = "f16", ubatch_tokens: int = DEFAULT_UBATCH
) -> int:
    """Memory for earlier states of the sliding window; 0 where the cache never drops anything.

    One state is the window's tokens in the layers that have one, and a few bytes for each. Two are the least with which
    the last question can be edited and its answer made again; where they are small, up to eight of a conversation are
    kept.
    """
    if swa_cells(shape, context_tokens, ubatch_tokens) in (0, padded(context_tokens)):
        return 0
    cells = shape.kv_bytes_per_cell
    numerator, denominator = _KV_SCALE[kv_type]
    each = (sum(cells) - sum(cells[i] for i in shape.full_layers)) * numerator // denominator + _STATE_BYTES_PER_TOKEN
    state = each * shape.sliding_window_tokens + _STATE_BYTES
    return max(2 * state, min(8 * state, _CHECKPOINTS_BYTES))


def compute_bytes(
    shape: Shape, context_tokens: int, kv_type: KvType = "f16", ubatch_tokens: int = DEFAULT_UBATCH
) -> int:
    """The compute buffer: activations, which grow with the micro-batch, and the two attention masks in f16."""
    ubatch = min(ubatch_tokens, context_tokens)
    activations = shape.compute_base_bytes * ubatch // DEFAULT_UBATCH
    if kv_type == "q8_0":
        activations += shape.kv_rotation_bytes
    masks = 2 * ubatch * (padded(context_tokens) + swa_cells(shape, context_tokens, ubatch_tokens))
    return max(activations + masks, 4 * shape.vocab_tokens)


def process_bytes(shape: Shape) -> int:
    """What the engine child takes besides: itself, the vocabulary, and the scores of one token (4 bytes each)."""
    return _PROCESS_BYTES + shape.vocab_tokens * (_BYTES_PER_TOKEN_OF_VOCABULARY + 4)


class Span(NamedTuple):
    """What one device computes: the blocks from `first` to before `end`, and the output matrix or not."""

    device: str
    first: int
    end: int
    output: bool


def spans(layers: int, plan: Plan) -> list[Span]:
    """Who computes what, as llama.cpp deals it out: system memory the first blocks, GPUs the last ones and the output.

    The first span is always system memory's, also with no blocks. `Share.layers` counts the output matrix as one more.
    """
    on_gpus = min(layers + 1, sum(share.layers for share in plan.shares))
    place = layers + 1 - on_gpus
    found = [Span(SYSTEM_MEMORY, 0, min(place, layers), output=not on_gpus)]
    for share in plan.shares:
        end = min(layers + 1, place + share.layers)
        if end > place:
            found.append(Span(share.device, place, min(end, layers), output=end > layers))
        place = end
    return found


def components(
    shape: Shape, tensors: TensorLayout, plan: Plan, *, projector_bytes: int = 0, drafter_bytes: int = 0
) -> list[Component]:
    """Everything that this plan takes, by kind and device, in bytes. `projector_bytes` is what `fit.projector` says,
    `drafter_bytes` the length of that file.

    What stays on disk (lazy embeddings) is left out; what is mapped counts as if all of it were read, since generating
    reads all of it. Projector and drafter run beside the output matrix; what the projector makes is kept in system
    memory. The drafter reads the model's own cache, and takes the scores of one token besides, twice: where they are
    computed, and where they are read.
    What GPUs take was not compared with a GPU; system memory is what llama.cpp lays out.
    """
    if mobile.is_mobile(tensors):
        return mobile.components(tensors, plan)
    dealt = spans(shape.layers, plan)
    whole = compute_bytes(shape, plan.context_tokens, plan.kv_type, plan.ubatch_tokens)
    found: list[Component] = []
    for span in dealt:
        on_host = span.device == SYSTEM_MEMORY
        base = process_bytes(shape) + 4 * shape.vocab_tokens * plan.draft_tokens if on_host else _GPU_BASE_BYTES
        amounts = {
            "weights": _span_weights(tensors, plan, span),
            "kv": _span_kv(shape, plan, span),
            "compute": _span_compute(shape, tensors, plan, span, whole, alone=len(dealt) == 1),
            "base": base,
        }
        found += [Component(name, span.device, n) for name, n in amounts.items() if n]  # type: ignore[arg-type]
    if plan.checkpoint_bytes:
        found.append(Component("checkpoints", SYSTEM_MEMORY, plan.checkpoint_bytes))
    last = dealt[-1].device
    if plan.projector and projector_bytes:
        found += _projector(last, projector_bytes)
    if plan.drafter and drafter_bytes:
        found.append(Component("drafter", last, _drafter_bytes(shape, drafter_bytes)))
    return found


def by_device(found: Iterable[Component]) -> dict[str, int]:
    """The sums of components for each device."""
    sums: dict[str, int] = {}
    for component in found:
        sums[component.device] = sums.get(component.device, 0) + component.n_bytes
    return sums


class Subject(NamedTuple):
    """What is to be loaded: a model, and the lengths of the other files, 0 where they are not wanted."""

    shape: Shape
    tensors: TensorLayout
    projector_bytes: int = 0
    drafter_bytes: int = 0
    image_tokens: int = 0
    draft_tokens: int = 0

    def components(self, plan: Plan) -> list[Component]:
        """Everything that this plan takes of it."""
        return components(
            self.shape,
            self.tensors,
            plan,
            projector_bytes=self.projector_bytes,
            drafter_bytes=self.drafter_bytes,
        )


def gpu_layer_bytes(subject: Subject, plan: Plan) -> list[int]:
    """What each block takes of the GPU that it is dealt to, weights and KV cache, and the output matrix after them.

    With what lies beside the output: a projector, a drafter. Sums of these, and `gpu_fixed_bytes`, are what
    `components` says of a GPU.
    """
    shape, tensors = subject.shape, subject.tensors
    numerator, denominator = _KV_SCALE[plan.kv_type]
    window = swa_cells(shape, plan.context_tokens, plan.ubatch_tokens) * numerator
    cells = [window] * shape.layers
    full = padded(plan.context_tokens) * numerator
    for i in shape.full_layers:
        cells[i] = full
    rows = zip(tensors.layer_bytes, shape.kv_bytes_per_cell, cells, strict=True)
    blocks = [weights + kv * count // denominator for weights, kv, count in rows]
    output = tensors.other_bytes + tensors.output_matrix_bytes
    if plan.projector:
        output += subject.projector_bytes
    if plan.drafter and subject.drafter_bytes:
        output += _drafter_bytes(shape, subject.drafter_bytes)
    return [*blocks, output]


def gpu_fixed_bytes(shape: Shape, plan: Plan) -> int:
    """What a GPU takes besides its layers: a compute buffer, and what its driver and libraries keep."""
    return _GPU_BASE_BYTES + compute_bytes(shape, plan.context_tokens, plan.kv_type, plan.ubatch_tokens)


def largest_moved_bytes(tensors: TensorLayout) -> int:
    """The largest matrix that a GPU fetches from system memory to compute a prompt with it, where some are left there.

    About two thirds of a block's experts, or a third of a block without; not compared with a GPU.
    """
    if tensors.expert_bytes:
        return max(tensors.expert_bytes) * 2 // 3
    return max(tensors.layer_bytes, default=0) // 3


def _projector(device: str, n_bytes: int) -> list[Component]:
    """The projector where it computes, and what it made of pictures and sounds, which is kept in system memory."""
    if device == SYSTEM_MEMORY:
        return [Component("projector", device, n_bytes + KEPT_BYTES)]
    return [Component("projector", device, n_bytes), Component("projector", SYSTEM_MEMORY, KEPT_BYTES)]


def _drafter_bytes(shape: Shape, file_bytes: int) -> int:
    return file_bytes + 8 * shape.vocab_tokens


def _span_weights(tensors: TensorLayout, plan: Plan, span: Span) -> int:
    """The blocks' tensors but for experts kept back, and what belongs to the input and the output."""
    n_bytes = sum(tensors.layer_bytes[span.first : span.end])
    kept_back = plan.host_expert_layers if len(plan.shares) else 0
    experts = tensors.expert_bytes[:kept_back]
    if span.device != SYSTEM_MEMORY:
        n_bytes -= sum(experts[span.first : span.end])
        return n_bytes + (tensors.other_bytes + tensors.output_matrix_bytes if span.output else 0)
    n_bytes += sum(experts[span.end :]) + tensors.embedding_bytes
    if not plan.lazy_embeddings:
        n_bytes += tensors.lazy_bytes
    if span.output:
        n_bytes += tensors.other_bytes + tensors.output_bytes
        if tensors.copied and plan.load_mode == "read":  # mapped, both are the same pages of the file
            n_bytes += tensors.embedding_bytes
    return n_bytes


def _span_kv(shape: Shape, plan: Plan, span: Span) -> int:
    cells = shape.kv_bytes_per_cell
    everything = sum(cells[span.first : span.end])
    in_full = sum(cells[i] for i in shape.full_layers if span.first <= i < span.end)
    full = in_full * padded(plan.context_tokens)
    window = (everything - in_full) * swa_cells(shape, plan.context_tokens, plan.ubatch_tokens)
    numerator, denominator = _KV_SCALE[plan.kv_type]
    return (full + window) * numerator // denominator


def _span_compute(shape: Shape, tensors: TensorLayout, plan: Plan, span: Span, whole: int, *, alone: bool) -> int:
    """A `whole` compute buffer for each device that computes; without blocks, system memory only holds the inputs.

    Where GPUs compute prompts with weights that lie in system memory, llama.cpp copies each matrix to the first of
    them.
    """
    if span.device == SYSTEM_MEMORY:
        if alone or span.end or (tensors.expert_bytes and plan.host_expert_layers):
            return whole
        ubatch = min(plan.ubatch_tokens, plan.context_tokens)
        masks = padded(plan.context_tokens) + swa_cells(shape, plan.context_tokens, plan.ubatch_tokens)
        return ubatch * (4 * (shape.input_length or shape.embedding_length) + 2 * masks)
    leads = span.device == plan.shares[0].device
    moves = span.first or (tensors.expert_bytes and plan.host_expert_layers)
    return whole + (largest_moved_bytes(tensors) if leads and moves else 0)
