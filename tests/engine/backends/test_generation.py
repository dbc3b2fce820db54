"""An answer out of real tokens of a real vocabulary, in this process."""

from pathlib import Path

import pytest

from gemfit.engine.backends.llama import LlamaBackend
from gemfit.engine.protocol import ChatMessage, Delta, Done, Event, Generate, Load, LoadPlan

SAID = "<|channel>thought\nThe user greets me. 👋<channel|>Hello! ñandú 日本語 👋"


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def backend(events: list[Event], data_dir: Path):
    backend = LlamaBackend(events.append)
    backend.load(Load(str(data_dir / "gemma4-tiny.gguf"), LoadPlan(context_tokens=512, threads=1)))
    events.clear()
    yield backend
    backend.close()


def test_a_thought_in_the_models_own_tokens_is_told_apart(backend: LlamaBackend, events: list[Event]) -> None:
    assert backend._model is not None
    assert backend._generation is not None
    request = Generate(request_id=1, messages=[ChatMessage("user", "Hello")], think=True)
    reply = backend._generation._reply(request)
    tokens = backend._model.tokenize(SAID, add_special=False, parse_special=True)
    for token in tokens:
        reply.token(token, backend._model.piece(token))
    reply.finish("stop")
    deltas = [event for event in events if isinstance(event, Delta)]
    assert "".join(d.thinking for d in deltas) == "The user greets me. 👋"
    assert "".join(d.text for d in deltas) == "Hello! ñandú 日本語 👋"
    assert isinstance(events[-1], Done)
    assert events[-1].stats.generated_tokens == len(tokens)


def test_an_answer_in_this_process_keeps_what_the_next_one_begins_with(
    backend: LlamaBackend, events: list[Event]
) -> None:
    for number in (1, 2):
        backend.generate(Generate(request_id=number, messages=[ChatMessage("user", "Hello")], max_tokens=4))
    done = [event for event in events if isinstance(event, Done)]
    assert done[0].stats.cached_tokens == 0
    assert done[1].stats.cached_tokens == done[0].stats.prompt_tokens - 1
    assert done[1].stats.prompt_tokens == 1
