"""A conversation costs only what is new: whatever is asked next, what the prompt begins with is not processed again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gemfit.engine.protocol import ChatMessage, Done, Generate, Loaded, Sampling
from tests.engine.conftest import Engine

GREEDY = Sampling(temperature=0.0)
WINDOW_BYTES = 72_000
"""A little more than one state of the tiny model's window."""
MANY = 64 * WINDOW_BYTES
LONG = {"context_tokens": 8192, "ubatch_tokens": 64}
"""The window is of 512 tokens, its cells are 768: an answer of 300 tokens pushes out what the next turn needs."""


class Conversation:
    """Turns with a real child, and what they cost. The tiny model's answers are noise, and as long as asked for."""

    def __init__(self, engine: Engine, *, think: bool) -> None:
        self.engine = engine
        self.think = think
        self.messages: list[ChatMessage] = []
        self.number = 0

    def ask(self, text: str, tokens: int) -> Done:
        """Ask, and take the answer into the conversation (without its thought, as the program does)."""
        self.messages.append(ChatMessage("user", text))
        text, _, done = self.again(tokens)
        self.messages.append(ChatMessage("assistant", text))
        return done

    def again(self, tokens: int) -> tuple[str, str, Done]:
        """Answer the last question."""
        self.number += 1
        request = Generate(
            request_id=self.number, messages=self.messages, sampling=GREEDY, think=self.think, max_tokens=tokens
        )
        return self.engine.answer(request)


def words(count: int, first: int = 0) -> str:
    return " ".join(f"word{first + number}" for number in range(count))


@pytest.fixture
def other() -> Iterator[Engine]:
    """A second child, to which nothing was said before."""
    running = Engine()
    yield running
    running.client.close()


@pytest.mark.parametrize("think", [True, False])
def test_ten_turns_process_hardly_more_than_is_new(engine: Engine, copycat: Path, think: bool) -> None:
    assert isinstance(engine.load(copycat, **LONG, checkpoint_bytes=MANY), Loaded)
    talk = Conversation(engine, think=think)
    processed, longest = 0, 0
    for turn in range(10):
        done = talk.ask(words(20 + 2 * turn, 100 * turn), 300 if turn % 2 else 30)
        processed += done.stats.prompt_tokens
        longest = done.stats.prompt_tokens + done.stats.cached_tokens
    assert processed <= 1.05 * longest  # every token of the last prompt was new once


def test_without_checkpoints_a_turn_after_a_long_answer_costs_everything(engine: Engine, copycat: Path) -> None:
    engine.load(copycat, **LONG)
    talk = Conversation(engine, think=True)
    talk.ask(words(150), 500)
    done = talk.ask("And?", 4)
    assert done.stats.cached_tokens == 0
    assert done.stats.checkpoint_bytes == 0


@pytest.mark.parametrize("kv_type", ["f16", "q8_0"])
def test_what_comes_after_a_checkpoint_is_what_a_child_says_that_never_left(
    engine: Engine, other: Engine, tiny: Path, kv_type: str
) -> None:
    """To the bit: so both are led through the same batches, and the window's cells are in the same order."""
    said = []
    for one, tokens in ((engine, 400), (other, 1)):
        one.load(tiny, **LONG, checkpoint_bytes=MANY, kv_type=kv_type)
        talk = Conversation(one, think=True)
        talk.ask(words(130), tokens)
        talk.messages[-1:] = [ChatMessage("assistant", "Ten."), ChatMessage("user", "What was the first word?")]
        said.append(talk.again(40))
    assert said[0][2].stats.cached_tokens == said[1][2].stats.cached_tokens > 300
    assert said[0][2].stats.checkpoint_bytes > 0
    assert said[0][:2] == said[1][:2]


def test_a_regeneration_costs_one_token_and_an_edit_the_edited_question(engine: Engine, tiny: Path) -> None:
    engine.load(tiny, **LONG, checkpoint_bytes=MANY)
    talk = Conversation(engine, think=True)
    talk.ask(words(150), 300)
    talk.ask(words(50, 500), 300)
    del talk.messages[-1]
    once, _, again = talk.again(300)
    assert again.stats.prompt_tokens == 1
    assert talk.again(300)[0] == once
    talk.messages[-1] = ChatMessage("user", "Something else.")
    assert talk.again(300)[2].stats.prompt_tokens < 20


def test_an_earlier_branch_goes_on_from_where_it_left(engine: Engine, tiny: Path) -> None:
    engine.load(tiny, **LONG, checkpoint_bytes=MANY)
    talk = Conversation(engine, think=False)
    for turn in range(4):
        talk.ask(words(40, 100 * turn), 300)
    talk.messages = [*talk.messages[:2], ChatMessage("user", "Another way.")]
    done = talk.again(5)[2]
    assert done.stats.prompt_tokens < 20 + 300  # the answer before it is in no prompt's end yet


@pytest.mark.parametrize("windows", [1, 2])
def test_checkpoints_take_no_more_than_they_may(engine: Engine, tiny: Path, windows: int) -> None:
    engine.load(tiny, **LONG, checkpoint_bytes=windows * WINDOW_BYTES)
    talk = Conversation(engine, think=True)
    prompt_tokens = 0
    for turn in range(3):
        stats = talk.ask(words(150, 1000 * turn), 300).stats
        assert WINDOW_BYTES * 0.9 < stats.checkpoint_bytes <= windows * WINDOW_BYTES
        assert stats.cached_tokens >= prompt_tokens
        prompt_tokens = stats.cached_tokens + stats.prompt_tokens


def test_an_answer_that_goes_on_after_an_interruption_costs_what_was_written(engine: Engine, tiny: Path) -> None:
    engine.load(tiny, **LONG, checkpoint_bytes=MANY)
    talk = Conversation(engine, think=True)
    talk.ask(words(200), 300)
    talk.messages.append(ChatMessage("user", "Go on."))
    talk.again(300)
    request = Generate(
        request_id=9, messages=talk.messages, sampling=GREEDY, think=True, max_tokens=5, prefill="The first words"
    )
    assert engine.answer(request)[2].stats.prompt_tokens < 12
