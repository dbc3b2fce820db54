"""A conversation that is longer than its context, with a real engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gemfit.chat.options import ChatOptions
from gemfit.chat.tree import Message
from gemfit.cli.conversation import Answered, Talk
from gemfit.cli.running import Engine, running_engine
from gemfit.engine.protocol import Delta, Done, Event, Loaded, LoadPlan, Sampling
from gemfit.errors import GemfitError
from gemfit.settings import WhenFull

CONTEXT = 512
OPTIONS = ChatOptions(system="Be brief.", sampling=Sampling(temperature=0.0), max_tokens=24)
QUESTION = "The grey cat sat on the warm stone wall and looked at the sea for a long while. " * 4


@pytest.fixture
def engine() -> Iterator[Engine]:
    with running_engine() as running:
        yield running


@pytest.fixture
def loaded(engine: Engine, data_dir: Path) -> Loaded:
    return engine.load(data_dir / "gemma4-copycat.gguf", LoadPlan(context_tokens=CONTEXT, threads=1))


def collect(events: Iterator[Event], _request_id: int) -> Answered:
    text = ""
    for event in events:
        if isinstance(event, Delta):
            text += event.text
        elif isinstance(event, Done):
            return Answered(text, "", event)
    raise AssertionError("an answer ends with Done")


def talk(engine: Engine, loaded: Loaded, when_full: WhenFull, options: ChatOptions = OPTIONS) -> Talk:
    return Talk(engine, loaded, options, when_full, think=False, receive=collect)


def ask(talk: Talk, text: str = QUESTION) -> Answered:
    return talk.ask(Message(id="", parent=None, role="user", text=text))


def test_a_full_context_stops_the_conversation_and_the_question_is_not_part_of_it(engine: Engine, loaded: Loaded):
    conversation = talk(engine, loaded, "stop")
    for _ in range(3):
        ask(conversation)
    with pytest.raises(GemfitError, match="512") as caught:
        [ask(conversation) for _ in range(20)]
    assert caught.value.code == "context_full"


def test_the_oldest_turns_are_left_out_and_that_is_said(
    engine: Engine, loaded: Loaded, capsys: pytest.CaptureFixture[str]
):
    conversation = talk(engine, loaded, "drop")
    used = [ask(conversation).done.stats.context_used_tokens for _ in range(12)]
    assert max(used) <= CONTEXT
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith("From here on the model no longer sees the first ")
    assert len(said) < len(used)  # not at every turn: what begins the prompt stays the same for a while


def test_the_oldest_turns_are_summed_up_by_the_model(
    engine: Engine, loaded: Loaded, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("gemfit.chat.limit.SUMMARY_TOKENS", 40)
    conversation = talk(engine, loaded, "compact")
    for _ in range(8):
        ask(conversation)
    assert "its own summary instead of the first " in capsys.readouterr().err
    assert conversation._left_out.summary


def test_an_answer_that_reaches_the_end_of_the_context_goes_on_without_the_oldest_turns(
    engine: Engine, loaded: Loaded, capsys: pytest.CaptureFixture[str]
):
    options = ChatOptions(sampling=Sampling(temperature=0.0))  # the copycat never ends by itself
    conversation = talk(engine, loaded, "drop", ChatOptions(sampling=Sampling(temperature=0.0), max_tokens=24))
    ask(conversation)
    conversation._options = options
    answered = ask(conversation)
    assert answered.done.finish_reason == "context"  # nothing more could be left out
    said = capsys.readouterr().err
    assert "no longer sees the first 2 messages" in said
    assert "breaks off here: the context of 512 tokens is full" in said


def test_an_answer_that_breaks_off_at_the_end_of_the_context_says_so(
    engine: Engine, loaded: Loaded, capsys: pytest.CaptureFixture[str]
):
    ask(talk(engine, loaded, "stop", ChatOptions(sampling=Sampling(temperature=0.0))))
    assert "breaks off here: the context of 512 tokens is full" in capsys.readouterr().err
