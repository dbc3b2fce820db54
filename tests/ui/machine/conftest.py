"""A calibration that is real and small: two slices, of half a megabyte and of five, timed on the processor.

Slices so small tell nothing about speed, so one round of them is enough, and what is derived from their times is
fixed; the rest is the real thing.
"""

from collections.abc import Sequence
from functools import partial

import msgspec
import pytest

from gemfit.fit.types import DeviceRates
from gemfit.measured import calibrate
from gemfit.measured.calibrate import Probe
from gemfit.measured.rates import Timing
from gemfit.measured.slices import Layer, Slice
from tests.ui.machine.parts import look


def probe_of(blocks: int, feed_forward: int) -> Probe:
    layers = [Layer(feed_forward=feed_forward), Layer(feed_forward=feed_forward, full=True)] * blocks
    wanted = Slice(name="small", layers=layers, embedding=256, heads=2, kv_heads=(1, 1), head_lengths=(64, 64))
    return Probe(wanted=wanted, prompt_tokens=[16], generate_tokens=16, repetitions=1, limit_s=1.0)


def rates_of(device: str, threads: int, timings: Sequence[Timing]) -> DeviceRates:
    assert all(timing.prompt_s > 0 and timing.token_s > 0 for timing in timings)
    return DeviceRates(
        device=device,
        threads=threads,
        fixed_s=0.001,
        layer_s=1e-5,
        read_bps={"q4_0": 2e10},
        attention_s=1e-9,
        prompt_flops={"q4_0": 2e11},
    )


@pytest.fixture
def small_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibrate, "rates_of", rates_of)
    monkeypatch.setattr(calibrate, "MOST_ROUNDS", 1)
    probes = [probe_of(1, 256), probe_of(1, 4096)]
    monkeypatch.setattr(calibrate, "calibrate", partial(calibrate.calibrate, probes=probes))


@pytest.fixture
def quiet(session, machine, probed, small_probes, qtbot):
    """A session on a machine of one processor, looked at."""
    probed[:] = [msgspec.structs.replace(machine, gpus=[])]
    look(session, qtbot)
    return session
