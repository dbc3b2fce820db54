"""What is new is sent when the window can show it: not token by token, and never left lying until more comes."""

import time

import pytest

from gemfit.engine.backends.ggml_devices import GpuMemory
from gemfit.engine.backends.reply import GATHER_S, MEMORY_S, Reply
from gemfit.engine.protocol import ChatMessage, Delta, Done, Event, Generate


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def reply(events: list[Event]) -> Reply:
    request = Generate(request_id=1, messages=[ChatMessage("user", "Hello")])
    return Reply(request, events.append, GpuMemory(), (None, None))


def say(reply: Reply, *words: str) -> None:
    for word in words:
        reply.token(7, word.encode())


def texts(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, Delta)]


def test_tokens_of_fast_steps_are_gathered(reply: Reply, events: list[Event]) -> None:
    began = time.perf_counter()
    reply.hand_over(began)
    for step in range(1, 4):
        say(reply, "word ")
        reply.hand_over(began + step * GATHER_S / 10)
    assert texts(events) == []
    say(reply, "end")
    reply.hand_over(time.perf_counter() + GATHER_S)
    assert texts(events) == ["word word word end"]


def test_a_token_is_sent_before_a_step_as_long_as_the_last(reply: Reply, events: list[Event]) -> None:
    began = time.perf_counter()
    reply.hand_over(began)
    say(reply, "slow")
    reply.hand_over(began + 2 * GATHER_S)
    assert texts(events) == ["slow"]


def test_what_was_guessed_right_does_not_wait_for_the_next_guess(reply: Reply, events: list[Event]) -> None:
    reply.hand_over(time.perf_counter())
    say(reply, "first ")
    reply.hand_over(time.perf_counter() + 0.2)
    say(reply, "three ", "at ", "once")
    reply.hand_over(time.perf_counter() + 0.4)
    assert texts(events) == ["first ", "three at once"]
    assert [event.stats.generated_tokens for event in events if isinstance(event, Delta)] == [1, 4]


def test_the_rest_comes_with_the_end(reply: Reply, events: list[Event]) -> None:
    say(reply, "rest")
    reply.finish("stop")
    assert texts(events) == ["rest"]
    assert isinstance(events[-1], Done)


def test_memory_is_looked_at_now_and_then_and_at_the_end(
    reply: Reply, events: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    monkeypatch.setattr(reply._gpus, "used_bytes", lambda: looks.append(1) or len(looks))
    now = time.perf_counter()
    for after_s in (0.1, 0.2, 0.3, 0.2 + MEMORY_S):
        say(reply, "word ")
        reply.hand_over(now + after_s)
    reply.finish("stop")
    told = [event.stats.device_bytes for event in events if isinstance(event, Delta | Done)]
    assert told == [1, 1, 1, 2, 3]
