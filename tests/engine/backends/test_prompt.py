"""A conversation as entries of the cache: in batches, and with the places that a next prompt may leave it at."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemfit.engine import template
from gemfit.engine.backends.llama_native import Abort, Log, NativeModel
from gemfit.engine.backends.prompt import Entry, MediaChunk, PromptMaker, batches, common
from gemfit.engine.protocol import ChatMessage, Generate, LoadPlan

PICTURE = MediaChunk("ab", tokens=256, positions=256)


@given(st.lists(st.one_of(st.integers(0, 9), st.just(PICTURE))), st.integers(1, 5))
def test_batches_are_all_of_it_in_order_and_a_picture_is_alone(whole: list[Entry], most: int) -> None:
    parts = list(batches(whole, most))
    assert [entry for part in parts for entry in (part if isinstance(part, list) else [part])] == whole
    assert all(0 < len(part) <= most for part in parts if isinstance(part, list))


@given(st.text(alphabet="ab"), st.text(alphabet="ab"))
def test_what_two_begin_with_is_as_long_as_it_can_be(one: str, other: str) -> None:
    n = common(one, other)
    assert one[:n] == other[:n]
    assert one[n : n + 1] != other[n : n + 1] or n == len(one) == len(other)


def maker(path: Path, context_tokens: int) -> tuple[NativeModel, PromptMaker]:
    Log()
    model = NativeModel(str(path), LoadPlan(context_tokens=context_tokens), 1, Abort())
    source = model.chat_template()
    assert source is not None
    return model, PromptMaker(model, template.ChatTemplate(source, bos="<bos>", eos="<eos>"))


@pytest.fixture
def prompts(data_dir: Path) -> Iterator[PromptMaker]:
    model, prompts = maker(data_dir / "gemma4-tiny.gguf", 4096)
    yield prompts
    model.close()


TALK = [
    ChatMessage("system", "Be brief."),
    ChatMessage("user", "One?"),
    ChatMessage("assistant", "Two."),
    ChatMessage("user", "Three <turn|> 日本語?"),
]


@pytest.mark.parametrize("think", [True, False])
@pytest.mark.parametrize("prefill", ["", "It is"])
def test_the_marks_are_where_the_next_prompts_part(prompts: PromptMaker, think: bool, prefill: str) -> None:
    prompt = prompts.prompt(Generate(request_id=1, messages=TALK, think=think, prefill=prefill))
    answered = [*TALK, ChatMessage("assistant", "An answer."), ChatMessage("user", "And?")]
    edited = [*TALK[:-1], ChatMessage("user", "What else?")]
    for messages, mark in ((edited, prompt.marks[0]), (answered, prompt.marks[1])):
        other = prompts.prompt(Generate(request_id=2, messages=messages, think=think))
        assert common(prompt.entries, other.entries) == mark > 0
    if not prefill:
        rest = prompt.entries[prompt.marks[1] :]  # an empty thought, which is in no later prompt
        assert (rest == []) if think else (rest[0], rest[-1]) == (prompts.open, prompts.close)


def test_an_answer_that_goes_on_keeps_its_prompt_and_skips_its_thought(prompts: PromptMaker) -> None:
    asked = prompts.prompt(Generate(request_id=1, messages=TALK, think=True)).entries
    going_on = prompts.prompt(Generate(request_id=2, messages=TALK, think=True, prefill="So")).entries
    silent = prompts.prompt(Generate(request_id=3, messages=TALK, think=False, prefill="So")).entries
    assert going_on[: len(asked)] == asked
    added = going_on[len(asked) :]
    assert added == silent[-len(added) :]
    assert added[0] == prompts.open
    assert prompts.close in added


def test_where_nothing_is_ever_dropped_there_are_no_marks(data_dir: Path) -> None:
    model, prompts = maker(data_dir / "gemma4-tiny.gguf", 512)
    assert prompts.prompt(Generate(request_id=1, messages=TALK)).marks == []
    model.close()
