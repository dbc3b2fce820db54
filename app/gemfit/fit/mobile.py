"""How much memory and work a model in the mobile format takes: pure arithmetic.

LiteRT-LM does not say what it lays out, so this rests on what was measured, and on what is published. Gemma 3 270M (a
file of 285 MB) has 588 MB resident at the most with a cache of the library's own on disk, 753 MB when that is made, and
1,032 MB without it; the library alone 63 MB (litert-lm-api 0.18.1, Linux x86-64). For Gemma 4 E2B, whose weights for
text are 0.84 GB, 1,546 to 1,733 MB are published for processors of a Raspberry Pi 5, a PC and a telephone with Linux
(https://ai.google.dev/edge/litert-lm/overview). All of these are 1.8 to 2.0 times the weights besides the library. On a
Mac it is half of that, on Windows twice.
"""

from pathlib import Path

from gemfit.catalog.types import Build, Model, Shape, TensorLayout
from gemfit.fit.types import SYSTEM_MEMORY, Component, Plan
from gemfit.litertlm import tflite
from gemfit.litertlm.types import LitertlmHeader

MB = 1_000_000
TIMES_WITH_CACHE = 1.85
"""Of the weights for text: once, and again for buffers, the KV cache and what is kept of both copies."""
TIMES_WITHOUT_CACHE = 3.4
PROCESS_BYTES = 137 * MB
"""The engine child with the library and without a model, as `gemfit chat` has it with a model of 1 MB."""
VALUES_PER_BYTE = 2.4
"""E2B computes with 2.3 billion values, of 2 to 8 bits, in 0.84 GB; E4B with 4.5 billion in 2.2 GB."""
KIND = "litertlm"
"""As the type of tensors: what is in a model compiled for LiteRT-LM is not told."""
ENGINE = "litert-lm-api"
"""How the names of its builds begin, in the record of past loads."""
UNKNOWN_CONTEXT = 32_000
"""Of a file that does not say: what Google's own app allows for E2B and E4B (AI Edge Gallery 1.0.20)."""


def tensors_of_build(model: Model, build: Build) -> TensorLayout:
    """Of a build of the catalogue: what is published of the weights for text, else the whole file."""
    file = build.weights
    n_bytes = file.bytes or file.approx_bytes or 0
    published = model.published_memory_gb
    text_gb = published.get("mobile_text") or published.get("mobile")
    text_bytes = min(n_bytes, int(text_gb * 1e9)) if text_gb and n_bytes else n_bytes
    return _layout(text_bytes, n_bytes - text_bytes)


def of_file(path: Path, header: LitertlmHeader) -> tuple[Shape, TensorLayout]:
    """Of a file: its compiled models. Raises OSError."""
    context_tokens = header.metadata.context_tokens or UNKNOWN_CONTEXT
    shape = Shape(
        layers=1,
        embedding_length=0,
        vocab_tokens=0,
        context_tokens=context_tokens,
        sliding_window_tokens=0,
        kv_bytes_per_cell=[tflite.compiled(path, header).kv_bytes // context_tokens],
        full_layers=[0],
        query_lengths=[0],
        compute_base_bytes=0,
    )
    return shape, _layout(header.weights_bytes, header.looked_up_bytes)


def _layout(text_bytes: int, looked_up_bytes: int) -> TensorLayout:
    return TensorLayout(
        embedding_bytes=0,
        lazy_bytes=max(0, looked_up_bytes),
        layer_bytes=[text_bytes],
        read_bytes={KIND: text_bytes},
    )


def components(tensors: TensorLayout, plan: Plan, *, cached: bool = True) -> list[Component]:
    """Everything that a load takes of system memory, the KV cache within `base`: the library does not tell them apart.

    `cached`: with the library's cache on disk, as the engine always has it where it can be written.
    """
    weights = sum(tensors.layer_bytes)
    times = TIMES_WITH_CACHE if cached else TIMES_WITHOUT_CACHE
    device = plan.shares[0].device if plan.shares else SYSTEM_MEMORY
    more = Component("base", SYSTEM_MEMORY, PROCESS_BYTES + int(weights * (times - 1)))
    return [Component("weights", device, weights), more]


def cache_bytes(tensors: TensorLayout) -> int:
    """What the library keeps on disk of a file besides the file: nearly as much (273 MB for one of 285 MB)."""
    return sum(tensors.layer_bytes)


def is_mobile(tensors: TensorLayout) -> bool:
    """Whether these are of a model compiled for LiteRT-LM, which is one piece."""
    return KIND in tensors.read_bytes
