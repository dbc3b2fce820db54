"""Conversations with pictures: what is kept of them, in memory and on disk, is that of these very pictures.

In this process, with a cache in q8_0: then a prompt is computed in the same way whatever parts it is processed in, and
answers can be compared to the token. (With f16, llama.cpp's attention on a processor differs with the size of a batch.)
"""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from gemfit.engine.backends.llama import LlamaBackend
from gemfit.engine.protocol import (
    ChatMessage,
    Delta,
    Done,
    Event,
    Generate,
    Load,
    LoadPlan,
    Media,
    Sampling,
    SaveState,
    StateSaved,
    Stats,
)
from tests.media import make

GREEDY = Sampling(temperature=0.0)
PLAN = LoadPlan(
    context_tokens=4096, ubatch_tokens=280, threads=1, kv_type="q8_0", checkpoint_bytes=1 << 24, speculation="off"
)
"""The tiny model's window is of 512 tokens; its cells are 1024 with this micro-batch."""


class Answer(NamedTuple):
    text: str
    stats: Stats


class Seeing:
    """A backend with the tiny model and a projector, as after a start of the program."""

    def __init__(self, data_dir: Path, states: Path | None, projector: Path | None = None) -> None:
        self.events: list[Event] = []
        self.backend = LlamaBackend(self.events.append)
        projector = projector or data_dir / "gemma4-mmproj.gguf"
        model = data_dir / "gemma4-tiny.gguf"
        cache_dir = None if states is None else str(states)
        self.backend.load(Load(str(model), PLAN, projector=str(projector), cache_dir=cache_dir))

    def ask(self, messages: list[ChatMessage], tokens: int = 40) -> Answer:
        self.events.clear()
        self.backend.generate(Generate(request_id=1, messages=messages, sampling=GREEDY, think=True, max_tokens=tokens))
        done = self.events[-1]
        assert isinstance(done, Done), done
        said = "".join(event.thinking + event.text for event in self.events if isinstance(event, Delta))
        return Answer(said, done.stats)

    def save(self) -> None:
        self.backend.save_state(SaveState(request_id=7, name="chat", folder_limit_bytes=1 << 30))
        assert isinstance(self.events[-1], StateSaved)

    def restore(self, messages: list[ChatMessage]) -> int:
        """Only put back what is kept; returns how many tokens."""
        generation, model = self.backend._generation, self.backend._model
        assert generation is not None
        assert generation._states is not None
        assert model is not None
        prompt = generation._prompts.prompt(Generate(request_id=1, messages=messages, think=True))
        return generation._states.restore(prompt.entries, model, generation.cache)

    def cache(self) -> bytes:
        """Everything that llama.cpp holds of the conversation."""
        assert self.backend._model is not None
        return bytes(self.backend._model.state(window_only=False))


def question(picture: Path, before: int, after: int) -> list[ChatMessage]:
    """So many words before the picture, in a turn of their own, and so many after it."""
    earlier = [ChatMessage("user", "w " * before), ChatMessage("assistant", "Yes.")]
    message = ChatMessage("user", "What is this? " + "word " * after, [Media(str(picture), "image")])
    return [*(earlier if before else []), message]


def gone_on(messages: list[ChatMessage]) -> list[ChatMessage]:
    return [*messages, ChatMessage("assistant", "Something."), ChatMessage("user", "And then?")]


Start = Callable[..., Seeing]


@pytest.fixture
def start(data_dir: Path) -> Iterator[Start]:
    """Starts one, with or without a folder of states."""
    with contextlib.ExitStack() as closing:

        def started(states: Path | None = None, projector: Path | None = None) -> Seeing:
            seeing = Seeing(data_dir, states, projector)
            closing.callback(seeing.backend.close)
            return seeing

        yield started


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    return make.picture(tmp_path / "one.png", 500, 400, seed=1)


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Another one of the same size."""
    return make.picture(tmp_path / "other.png", 500, 400, seed=2)


@pytest.fixture
def states(tmp_path: Path) -> Path:
    return tmp_path / "states"


@pytest.mark.parametrize(
    ("before", "after", "answer"),
    [(0, 0, 5), (600, 0, 5), (0, 300, 300), (300, 600, 700)],
    ids=["alone", "after much text", "at the edge of the window", "left behind by the window"],
)
def test_a_conversation_with_a_picture_comes_back_to_the_bit_and_goes_on_as_if_nothing_had_happened(
    start: Start, states: Path, picture: Path, before: int, after: int, answer: int
) -> None:
    messages = question(picture, before, after)
    first = start(states)
    asked = first.ask(messages, answer)
    first.save()
    kept = first.cache()
    said = first.ask(gone_on(messages))
    later = start(states)
    assert later.restore(gone_on(messages)) > asked.stats.media_tokens
    assert later.cache() == kept
    heard = start(states).ask(gone_on(messages))
    fresh = start().ask(gone_on(messages))
    assert heard.stats.restored_tokens > asked.stats.media_tokens == heard.stats.media_tokens
    assert heard.stats.prompt_tokens < fresh.stats.prompt_tokens
    assert heard.text == said.text == fresh.text != ""


def test_a_state_is_of_its_picture_and_serves_no_other(start: Start, states: Path, picture: Path, other: Path) -> None:
    first = start(states)
    of_one = first.ask(question(picture, 300, 0))
    first.save()
    again = start(states).ask(question(picture, 300, 0))
    assert again.stats.restored_tokens > of_one.stats.media_tokens
    assert again.text == of_one.text
    heard = start(states).ask(question(other, 300, 0))
    assert 0 < heard.stats.cached_tokens < again.stats.cached_tokens - heard.stats.media_tokens, "what was before it"
    assert heard.text == start().ask(question(other, 300, 0)).text != of_one.text


def test_a_state_of_another_projector_serves_only_what_was_before_its_picture(
    start: Start, states: Path, picture: Path, data_dir: Path, tmp_path: Path
) -> None:
    first = start(states)
    first.ask(question(picture, 0, 0))
    first.save()
    copy = shutil.copy(data_dir / "gemma4-mmproj.gguf", tmp_path / "another.gguf")  # of another time: who knows
    assert start(states, Path(copy)).ask(question(picture, 0, 0)).stats.cached_tokens == 0


def test_branches_and_answers_made_again_are_of_the_picture_that_stands_in_them(
    start: Start, picture: Path, other: Path
) -> None:
    fresh = [start().ask(question(path, 100, 20)) for path in (picture, other)]
    assert fresh[0].text != fresh[1].text
    one = start()
    one.ask(question(picture, 100, 20))
    again = one.ask(question(picture, 100, 20))
    assert (again.text, again.stats.prompt_tokens) == (fresh[0].text, 1)
    branch = one.ask(question(other, 100, 20))
    assert branch.text == fresh[1].text
    assert branch.stats.prompt_tokens > branch.stats.media_tokens
    assert branch.stats.cached_tokens > 90, "what both begin with"
    back = one.ask(gone_on(question(picture, 100, 20)))
    assert back.text == start().ask(gone_on(question(picture, 100, 20))).text
    both = [*question(picture, 100, 20), ChatMessage("assistant", "Yes."), *question(other, 0, 5)]
    turned = [*question(other, 100, 20), ChatMessage("assistant", "Yes."), *question(picture, 0, 5)]
    assert one.ask(both).text != one.ask(turned).text
