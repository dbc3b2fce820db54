"""The slices that a calibration times: real layer shapes of Gemma 4, chosen so that their costs can be told apart."""

import msgspec

from gemfit.measured.slices import Layer, Slice


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """A slice, and how to time it in one round. `limit_s`: no repetition begins after that, on each device."""

    wanted: Slice
    prompt_tokens: list[int]
    generate_tokens: int = 24
    repetitions: int = 4
    limit_s: float = 1.0


def _layers(full_every: int, *feed_forward: int, shared_from: int = 1000) -> list[Layer]:
    return [
        Layer(feed_forward=ff, full=(i + 1) % full_every == 0, shared_kv=i >= shared_from)
        for i, ff in enumerate(feed_forward)
    ]


def _narrow(name: str, layers: list[Layer], weight_type: str = "q4_0", per_layer_embedding: int = 256) -> Slice:
    """Of E2B's widths, with layers of its own."""
    return Slice(
        name=name,
        layers=layers,
        embedding=1536,
        heads=8,
        kv_heads=(1, 1),
        per_layer_embedding=per_layer_embedding,
        weight_type=weight_type,
        embedding_type=weight_type,
    )


_E2B_FF = (6144, 6144, 6144, 12288, 12288, 12288)
_WIDE = Slice(
    name="wide",  # 12B's widths
    layers=_layers(2, 15360, 15360),
    embedding=3840,
    heads=16,
    kv_heads=(8, 1),
    window=1024,
    keys_are_values=True,
)
_MIXTURE = Slice(
    name="mixture",  # 26B-A4B's widths and all its experts
    layers=_layers(2, 2112, 2112),
    embedding=2816,
    heads=16,
    kv_heads=(8, 2),
    window=1024,
    keys_are_values=True,
    experts=(128, 8, 704),
)

PROBES = [
    Probe(wanted=_narrow("narrow", _layers(3, *_E2B_FF, shared_from=3)), prompt_tokens=[64]),
    Probe(wanted=_narrow("thin", _layers(5, *[256] * 15)), prompt_tokens=[64, 512], limit_s=2.0),
    Probe(wanted=_WIDE, prompt_tokens=[64]),
    Probe(wanted=_MIXTURE, prompt_tokens=[256], limit_s=1.5),
    Probe(wanted=_narrow("floats", _layers(2, 6144, 6144, 12288, 12288, shared_from=2), "bf16"), prompt_tokens=[64]),
    Probe(
        wanted=msgspec.structs.replace(
            _narrow("vocabulary", _layers(2, 256, 256), per_layer_embedding=0), vocab_tokens=262144
        ),
        prompt_tokens=[64],
    ),
    Probe(
        wanted=msgspec.structs.replace(
            _narrow("vocabulary in q6_k", _layers(2, 6144, 6144), "q6_k", per_layer_embedding=0), vocab_tokens=262144
        ),
        prompt_tokens=[64],
    ),
]
"""Every tensor type of the catalogue, narrow and wide, and what tells fixed costs, blocks and attention apart."""
