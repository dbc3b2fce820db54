"""A calibration that is real and small: three slices of half a megabyte to five, timed on the processor."""

from functools import partial

import msgspec
import pytest

from gemfit.measured import calibrate
from gemfit.measured.calibrate import Probe
from gemfit.measured.slices import Layer, Slice
from tests.ui.machine.parts import look


def probe_of(blocks: int, feed_forward: int) -> Probe:
    layers = [Layer(feed_forward=feed_forward), Layer(feed_forward=feed_forward, full=True)] * blocks
    wanted = Slice(name="small", layers=layers, embedding=256, heads=2, kv_heads=(1, 1), head_lengths=(64, 64))
    return Probe(wanted=wanted, prompt_tokens=[16], generate_tokens=16, repetitions=1, limit_s=1.0)


@pytest.fixture
def small_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    probes = [probe_of(1, 256), probe_of(4, 256), probe_of(1, 4096)]
    monkeypatch.setattr(calibrate, "calibrate", partial(calibrate.calibrate, probes=probes))


@pytest.fixture
def quiet(session, machine, probed, small_probes, qtbot):
    """A session on a machine of one processor, looked at."""
    probed[:] = [msgspec.structs.replace(machine, gpus=[])]
    look(session, qtbot)
    return session
