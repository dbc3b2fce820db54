"""Threads of a loaded model: timed where the machine is quiet, given up while others are busy."""

from collections.abc import Iterator
from pathlib import Path

import llama_cpp.llama_cpp as lib
import pytest

from gemfit.engine import threads
from gemfit.engine.backends.llama_native import Abort, NativeModel
from gemfit.engine.backends.pacing import Pacing
from gemfit.engine.protocol import LoadPlan


class Meter(threads.BusyMeter):
    """Others are as busy as the test says."""

    def __init__(self, busy: float) -> None:
        super().__init__()
        self.busy = busy

    def busy_cores(self) -> float:
        return self.busy


@pytest.fixture
def model(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[NativeModel]:
    monkeypatch.setattr(threads, "physical_cores", lambda: 2)
    monkeypatch.setattr(threads, "logical_cores", lambda: 2)
    monkeypatch.setattr(threads, "LOOK_S", 0.0)
    model = NativeModel(str(data_dir / "gemma4-tiny.gguf"), LoadPlan(context_tokens=256), 2, Abort())
    yield model
    model.close()


def in_force(model: NativeModel) -> int:
    return int(lib.llama_n_threads(model.context))


def test_the_fastest_number_is_found_on_a_quiet_machine_and_nothing_stays_in_the_cache(model: NativeModel):
    pacing = Pacing(model, LoadPlan(), Meter(0.0))
    found = pacing.warm_up()
    assert found in (1, 2)
    assert in_force(model) == pacing.threads == found
    assert model.cached_range() == (-1, -1)


def test_nothing_is_timed_beside_others_or_when_it_is_known_or_fixed(model: NativeModel):
    assert Pacing(model, LoadPlan(), Meter(1.2)).warm_up() is None
    assert Pacing(model, LoadPlan(best_threads=2), Meter(0.0)).warm_up() is None
    assert Pacing(model, LoadPlan(threads=1), Meter(0.0)).warm_up() is None
    assert in_force(model) == 1


def test_threads_follow_what_others_do_while_it_computes(model: NativeModel):
    meter = Meter(0.0)
    pacing = Pacing(model, LoadPlan(best_threads=2), meter)
    pacing.warm_up()
    model.before_decode = pacing.before_decode
    assert in_force(model) == 2
    meter.busy = 1.5
    model.decode([2])
    assert in_force(model) == 1
    meter.busy = 0.0
    for _ in range(threads.IDLE_LOOKS):
        model.decode([2])
    assert in_force(model) == 2


def test_a_fixed_number_stays_whatever_others_do(model: NativeModel):
    pacing = Pacing(model, LoadPlan(threads=2), Meter(2.0))
    pacing.warm_up()
    pacing.before_decode()
    assert in_force(model) == 2


def test_a_load_that_is_stopped_times_no_further(model: NativeModel):
    model.abort.set()
    assert Pacing(model, LoadPlan(), Meter(0.0)).warm_up() is None
    model.abort.clear()
