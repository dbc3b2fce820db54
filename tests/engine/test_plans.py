"""Every choice of a load plan reaches llama.cpp: memory moves where the plan says, and the answer stays the same."""

from pathlib import Path

import pytest

from gemfit.engine.backends import llama_breakdown
from gemfit.engine.backends.llama import LlamaBackend
from gemfit.engine.protocol import (
    ChatMessage,
    DeviceLayers,
    Event,
    Failed,
    Generate,
    Layout,
    Load,
    Loaded,
    LoadPlan,
    Measure,
    Measured,
    Sampling,
)
from gemfit.gguf.reader import read_header
from tests.engine.conftest import Engine

GREEDY = Sampling(temperature=0.0)


@pytest.fixture
def mixture(data_dir: Path) -> Path:
    """A Gemma 4 mixture of experts of 4 layers: real tokens, made-up weights."""
    return data_dir / "gemma4-tiny-moe.gguf"


def answer(engine: Engine) -> str:
    request = Generate(request_id=1, messages=[ChatMessage("user", "Hello")], sampling=GREEDY, max_tokens=24)
    text, thinking, done = engine.answer(request)
    assert done.stats.generated_tokens > 0
    return thinking + text


def measured(engine: Engine, path: Path, **plan: object) -> Layout:
    engine.client.measure(path, LoadPlan(**{"context_tokens": 1024, **plan}))
    event = engine.wait_for(Measured, Failed)
    assert isinstance(event, Measured), event
    return event.layout


def held(layout: Layout, *kinds: str) -> int:
    return sum(buffer.n_bytes for buffer in layout.buffers if buffer.kind in kinds)


@pytest.mark.parametrize(
    "plan",
    [
        {"load_mode": "mapped"},
        {"repack": False},
        {"lazy_embeddings": False},
        {"lazy_embeddings": False, "load_mode": "mapped"},
        {"ubatch_tokens": 64},
    ],
    ids=str,
)
def test_no_choice_of_memory_changes_the_answer(engine: Engine, tiny: Path, plan: dict[str, object]) -> None:
    assert isinstance(engine.load(tiny, repack=True), Loaded)
    usual = answer(engine)
    assert isinstance(engine.load(tiny, **plan), Loaded)
    assert answer(engine) == usual


@pytest.mark.parametrize("layers", [1, 3, 4, 9])
def test_experts_kept_in_system_memory_answer_the_same(engine: Engine, mixture: Path, layers: int) -> None:
    assert isinstance(engine.load(mixture), Loaded)
    usual, layout = answer(engine), measured(engine, mixture)
    loaded = engine.load(mixture, host_expert_layers=layers)
    assert isinstance(loaded, Loaded)
    assert answer(engine) == usual
    assert loaded.layout == layout  # without a device they are there anyway


def test_what_is_repacked_mapped_or_lazy_is_told_apart(engine: Engine, tiny: Path) -> None:
    usual = measured(engine, tiny)
    assert held(usual, "repacked") > 0
    assert held(usual, "lazy") == usual.lazy_bytes > 0
    assert not held(usual, "mapped")
    plain = measured(engine, tiny, repack=False)
    assert not held(plain, "repacked")
    assert plain.total_bytes == usual.total_bytes
    mapped = measured(engine, tiny, load_mode="mapped")
    assert held(mapped, "mapped") > 0
    assert not held(mapped, "weights", "repacked")
    whole = measured(engine, tiny, lazy_embeddings=False)
    assert whole.lazy_bytes == 0
    assert 0 <= whole.total_bytes - usual.total_bytes < 32  # in memory it is padded


@pytest.mark.parametrize("plan", [{}, {"repack": False}, {"lazy_embeddings": False}, {"kv_type": "q8_0"}], ids=str)
def test_a_load_takes_to_the_byte_what_was_measured_before(engine: Engine, tiny: Path, plan: dict[str, object]) -> None:
    before = measured(engine, tiny, **plan)
    loaded = engine.load(tiny, **plan)
    assert isinstance(loaded, Loaded)
    assert loaded.layout == before


def test_a_mapped_load_maps_and_copies_nothing(engine: Engine, tiny: Path) -> None:
    loaded = engine.load(tiny, load_mode="mapped")
    assert isinstance(loaded, Loaded)
    assert held(loaded.layout, "mapped") > 0
    assert not held(loaded.layout, "repacked")


def test_a_device_that_is_not_there_is_named(engine: Engine, tiny: Path) -> None:
    failed = engine.load(tiny, shares=[DeviceLayers("CUDA7", 3)])
    assert isinstance(failed, Failed)
    assert failed.code == "unknown_device"
    assert "CUDA7" in str(failed.sentence)
    assert isinstance(engine.load(tiny), Loaded)  # the child lives on


def test_the_layers_of_a_plan_are_those_of_its_shares() -> None:
    assert LoadPlan().gpu_layers == 0
    assert LoadPlan(shares=[DeviceLayers("CUDA0", 20), DeviceLayers("CUDA1", 16)]).gpu_layers == 36


class Told:
    """A backend in this process, and what it sends."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.backend = LlamaBackend(self.events.append)

    def layout(self, path: Path, plan: LoadPlan, *, load: bool) -> Layout:
        if load:
            self.backend.load(Load(str(path), plan))
        else:
            self.backend.measure(Measure(str(path), plan))
        last = self.events[-1]
        assert isinstance(last, Loaded | Measured), last
        return last.layout


@pytest.mark.parametrize("plan", [{}, {"repack": False}, {"load_mode": "mapped"}, {"kv_type": "q8_0"}], ids=str)
def test_without_its_own_account_the_log_says_the_same_of_a_load(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, plan: dict[str, object]
) -> None:
    wanted, told = LoadPlan(**{"context_tokens": 1024, "threads": 1, **plan}), Told()
    account = told.layout(tiny, wanted, load=True)
    monkeypatch.setattr(llama_breakdown, "read", lambda _context: None)
    log = told.layout(tiny, wanted, load=True)
    told.backend.close()
    assert (account.exact, log.exact) == (True, False)
    assert [(b.kind, b.device) for b in log.buffers] == [(b.kind, b.device) for b in account.buffers]
    for one, other in zip(log.buffers, account.buffers, strict=True):
        assert abs(one.n_bytes - other.n_bytes) <= 0.01 * (1 << 20)


def test_without_its_own_account_a_measurement_knows_no_copies(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told()
    account = told.layout(tiny, LoadPlan(), load=False)
    monkeypatch.setattr(llama_breakdown, "read", lambda _context: None)
    log = told.layout(tiny, LoadPlan(), load=False)
    assert not log.exact
    assert log.lazy_bytes == account.lazy_bytes
    assert abs(log.kv_bytes - account.kv_bytes) <= 0.01 * (1 << 20)
    assert abs(log.compute_bytes - account.compute_bytes) <= 0.01 * (1 << 20)
    assert log.weights_bytes == sum(tensor.n_bytes for tensor in read_header(tiny).tensors) < account.weights_bytes
