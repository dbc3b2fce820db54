"""Another context size, with the weights and the conversation where they are."""

from pathlib import Path

import msgspec
import pytest

from gemfit.engine.backends.llama import LlamaBackend
from gemfit.engine.backends.llama_native import NativeModel
from gemfit.engine.protocol import (
    ChatMessage,
    Done,
    Event,
    Failed,
    Generate,
    Load,
    LoadPlan,
    LoadProgress,
    Resize,
    Resized,
    Sampling,
)
from tests.engine.conftest import Engine

GREEDY = Sampling(temperature=0.0)


def ask(text: str, tokens: int = 20) -> Generate:
    return Generate(request_id=1, messages=[ChatMessage("user", text)], sampling=GREEDY, max_tokens=tokens)


def resize(engine: Engine, context_tokens: int) -> Resized | Failed:
    engine.client.resize(5, context_tokens)
    event = engine.wait_for(Resized, Failed, LoadProgress)
    assert not isinstance(event, LoadProgress), "nothing is read again"
    assert isinstance(event, Resized | Failed)
    return event


@pytest.mark.parametrize("context_tokens", [2048, 512])
def test_a_context_grows_and_shrinks_and_the_conversation_stays(
    engine: Engine, tiny: Path, context_tokens: int
) -> None:
    loaded = engine.load(tiny, context_tokens=1024)
    said = engine.answer(ask("Hello, who is there?"))
    event = resize(engine, context_tokens)
    assert isinstance(event, Resized)
    assert (event.request_id, event.context_tokens) == (5, context_tokens)
    assert event.kept_tokens == said[2].stats.context_used_tokens
    assert (event.layout.kv_bytes > loaded.layout.kv_bytes) == (context_tokens > 1024)
    assert event.layout.weights_bytes == loaded.layout.weights_bytes
    again = engine.answer(ask("Hello, who is there?"))
    assert again[2].stats.prompt_tokens == 1
    assert again[:2] == said[:2]


def test_what_a_smaller_context_cannot_hold_is_processed_again(engine: Engine, tiny: Path) -> None:
    engine.load(tiny, context_tokens=1024)
    engine.answer(ask("word " * 600))
    event = resize(engine, 256)
    assert isinstance(event, Resized)
    assert event.kept_tokens == 0
    assert engine.answer(ask("Hello"))[2].stats.cached_tokens == 0


def test_a_context_that_cannot_be_made_leaves_all_as_it_was(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process, with batches of no tokens, which llama.cpp refuses: memory for too much would be taken."""
    events: list[Event] = []
    backend = LlamaBackend(events.append)
    backend.load(Load(str(tiny), LoadPlan(context_tokens=1024, threads=1)))
    model = backend._model
    assert model is not None

    def refused(before: LoadPlan, after: LoadPlan) -> bool:
        return NativeModel.resize(model, before, msgspec.structs.replace(after, ubatch_tokens=0))

    monkeypatch.setattr(model, "resize", refused)
    backend.generate(ask("Hello, who is there?"))
    backend.resize(Resize(request_id=5, context_tokens=2048))
    failed = events[-1]
    assert isinstance(failed, Failed)
    assert (failed.code, failed.request_id) == ("out_of_memory", 5)
    assert model.context_tokens == 1024
    backend.generate(ask("Hello, who is there?"))
    done = events[-1]
    assert isinstance(done, Done)
    assert done.stats.prompt_tokens == 1
    backend.close()


def test_nothing_loaded_has_no_context(engine: Engine) -> None:
    event = resize(engine, 1024)
    assert isinstance(event, Failed)
    assert event.code == "not_loaded"
