"""Slices small enough to be written and timed in a moment."""

import msgspec

from gemfit.measured.probes import Probe
from gemfit.measured.slices import Layer, Slice

DENSE = Slice(
    name="dense",
    layers=[
        Layer(feed_forward=128),
        Layer(feed_forward=128, full=True),
        Layer(feed_forward=256, shared_kv=True),
        Layer(feed_forward=256, full=True, shared_kv=True),
    ],
    embedding=64,
    heads=2,
    kv_heads=(1, 1),
    head_lengths=(32, 64),
    vocab_tokens=256,
    per_layer_embedding=32,
)
MIXTURE = Slice(
    name="mixture",
    layers=[Layer(feed_forward=64), Layer(feed_forward=64, full=True)],
    embedding=64,
    heads=2,
    kv_heads=(2, 1),
    head_lengths=(32, 64),
    vocab_tokens=256,
    keys_are_values=True,
    experts=(8, 2, 32),
)
FLOATS = msgspec.structs.replace(DENSE, name="floats", weight_type="bf16", embedding_type="bf16")
K_QUANT = Slice(
    name="k-quant",
    layers=[Layer(feed_forward=256), Layer(feed_forward=256, full=True)],
    embedding=256,
    heads=4,
    kv_heads=(1, 1),
    head_lengths=(64, 64),
    vocab_tokens=512,
    weight_type="q6_k",
    embedding_type="q6_k",
)
SLICES = [DENSE, MIXTURE, FLOATS, K_QUANT]


def probe(wanted: Slice, *prompt_tokens: int) -> Probe:
    return Probe(wanted=wanted, prompt_tokens=list(prompt_tokens) or [16], generate_tokens=4, repetitions=2)


PROBES = [probe(DENSE, 16, 128), probe(MIXTURE), probe(FLOATS), probe(K_QUANT)]
ENDLESS = Probe(wanted=DENSE, prompt_tokens=[4000], generate_tokens=1000, repetitions=1000, limit_s=1e6)
"""Runs until it is stopped."""
