"""Tokens guessed ahead: whoever guesses, and however well, the answer is the one that comes without."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gemfit.engine.protocol import (
    ChatMessage,
    Delta,
    Done,
    Failed,
    Generate,
    Loaded,
    LoadPlan,
    Media,
    Sampling,
)
from tests.engine.conftest import Engine
from tests.media import make

GREEDY = Sampling(temperature=0.0)
GRAMMAR = 'root ::= " house house house house house no house house house"'
DRAFT_TOKENS = 3
WINDOW = {"context_tokens": 2048, "ubatch_tokens": 64, "kv_type": "q8_0"}
"""The window is of 512 tokens, its cells are 768; with this cache any number of tokens is computed in the same way."""


@pytest.fixture
def drafter(data_dir: Path) -> Path:
    """Guesses that the last token comes again: right for the copycat, wrong for the tiny model."""
    return data_dir / "gemma4-drafter.gguf"


def load(
    engine: Engine, path: Path, drafter: Path | None = None, projector: Path | None = None, **plan: object
) -> Loaded:
    """With guesses, unless the plan says otherwise."""
    wanted = {"context_tokens": 1024, "threads": 1, "speculation": "auto", "draft_tokens": DRAFT_TOKENS, **plan}
    engine.client.load(path, LoadPlan(**wanted), drafter=drafter, projector=projector)
    loaded = engine.wait_for(Loaded, Failed)
    assert isinstance(loaded, Loaded), loaded
    return loaded


def ask(engine: Engine, sampling: Sampling = GREEDY, tokens: int = 60, **more: object) -> tuple[str, str, Done]:
    request = Generate(
        request_id=1, messages=[ChatMessage("user", "Hello?")], sampling=sampling, max_tokens=tokens, prefill=" house"
    )
    return engine.answer(Generate(**{**{f: getattr(request, f) for f in request.__struct_fields__}, **more}))


def test_a_drafter_that_is_always_right_saves_most_steps(engine: Engine, copycat: Path, drafter: Path) -> None:
    plain = load(engine, copycat, speculation="off")
    assert plain.guessers == []
    expected = ask(engine)
    loaded = load(engine, copycat, drafter)
    assert loaded.guessers == ["ngram", "drafter"]
    assert loaded.drafter_problem is None
    got = ask(engine)
    assert got[:2] == expected[:2]
    stats = got[2].stats
    assert stats.generated_tokens == expected[2].stats.generated_tokens == 60
    assert stats.context_used_tokens == expected[2].stats.context_used_tokens
    assert stats.drafted_tokens == stats.accepted_tokens > 0
    assert stats.decode_steps == 59 - stats.accepted_tokens
    assert stats.speculation_gain > 0
    assert expected[2].stats.drafted_tokens == 0
    assert expected[2].stats.speculation_gain == 1.0


def test_a_drafter_that_is_always_wrong_changes_nothing_and_falls_silent(
    engine: Engine, tiny: Path, drafter: Path
) -> None:
    load(engine, tiny, speculation="off")
    expected = ask(engine)
    load(engine, tiny, drafter)
    got = ask(engine)
    assert got[:2] == expected[:2]
    assert got[2].stats.accepted_tokens == 0
    assert 0 < got[2].stats.drafted_tokens <= 3 * DRAFT_TOKENS
    assert got[2].stats.decode_steps == 59


SAMPLINGS = [
    GREEDY,
    Sampling(temperature=0.0, repeat_penalty=1.3),
    Sampling(temperature=0.15, seed=1),
    Sampling(temperature=0.2, seed=2, repeat_penalty=1.05, top_k=40, min_p=0.01),
]


def test_the_same_seed_says_the_same(engine: Engine, copycat: Path, drafter: Path) -> None:
    load(engine, copycat, speculation="off")
    expected = [ask(engine, sampling, 150)[:2] for sampling in SAMPLINGS]
    load(engine, copycat, drafter)
    got = [ask(engine, sampling, 150) for sampling in SAMPLINGS * 2]
    assert [answer[:2] for answer in got] == expected * 2
    assert sum(answer[2].stats.accepted_tokens for answer in got) > 0


def test_the_same_seed_says_the_same_also_past_the_sliding_window(engine: Engine, copycat: Path, drafter: Path) -> None:
    load(engine, copycat, speculation="off", **WINDOW)
    expected = ask(engine, SAMPLINGS[2], 640)
    assert expected[2].stats.generated_tokens == 640
    load(engine, copycat, drafter, **WINDOW)
    got = ask(engine, SAMPLINGS[2], 640)
    assert got[:2] == expected[:2]
    assert got[2].stats.accepted_tokens > 0


def test_greedy_answers_are_the_same_where_kernels_differ_with_the_number_of_tokens(
    engine: Engine, tiny: Path, drafter: Path
) -> None:
    """With more than 256 cells of f16, llama.cpp's attention is another for single tokens; so nothing is guessed."""
    question = [ChatMessage("user", "word " * 260)]
    load(engine, tiny, speculation="off", threads=2)
    expected = ask(engine, messages=question)
    assert expected[2].stats.prompt_tokens > 256
    load(engine, tiny, drafter, threads=2)
    got = ask(engine, messages=question)
    assert got[:2] == expected[:2]
    assert got[2].stats.drafted_tokens == 0


def test_with_a_cache_in_q8_0_greedy_answers_are_guessed_at_any_length(
    engine: Engine, copycat: Path, drafter: Path
) -> None:
    """There the number of tokens and of threads makes no difference."""
    question = [ChatMessage("user", "word " * 260)]
    load(engine, copycat, speculation="off", threads=2, kv_type="q8_0")
    expected = ask(engine, messages=question)
    assert expected[2].stats.prompt_tokens > 256
    load(engine, copycat, drafter, threads=2, kv_type="q8_0")
    got = ask(engine, messages=question)
    assert got[:2] == expected[:2]
    assert got[2].stats.accepted_tokens > 0


def test_what_the_conversation_repeats_is_guessed_without_a_drafter(engine: Engine, copycat: Path) -> None:
    load(engine, copycat, speculation="off")
    expected = ask(engine)
    loaded = load(engine, copycat)
    assert loaded.guessers == ["ngram"]
    got = ask(engine)
    assert got[:2] == expected[:2]
    assert got[2].stats.accepted_tokens > 0


def test_a_conversation_goes_on_over_guesses_as_without(engine: Engine, copycat: Path, drafter: Path) -> None:
    said = []
    for speculation in ("off", "auto"):
        load(engine, copycat, drafter, speculation=speculation, checkpoint_bytes=64 << 20, **WINDOW)
        messages, turns = [], []
        for turn in range(3):
            messages.append(ChatMessage("user", f"Question {turn}. " + "word " * 60))
            text, _, done = ask(engine, Sampling(temperature=0.2, seed=turn), 200, messages=list(messages))
            messages.append(ChatMessage("assistant", text))
            turns.append((text, done.stats.prompt_tokens, done.stats.cached_tokens, done.stats.context_used_tokens))
        said.append(turns)
    assert said[0] == said[1]


def test_the_limit_of_tokens_is_kept_to_the_token(engine: Engine, copycat: Path, drafter: Path) -> None:
    load(engine, copycat, drafter)
    ask(engine)
    for tokens in range(1, 9):
        _, _, done = ask(engine, tokens=tokens)
        assert (done.finish_reason, done.stats.generated_tokens) == ("length", tokens)


def test_a_text_that_ends_the_answer_ends_it_between_guesses_too(engine: Engine, copycat: Path, drafter: Path) -> None:
    ends = []
    for speculation in ("off", "auto"):
        load(engine, copycat, drafter, speculation=speculation)
        text, _, done = ask(engine, stop=[" house" * 7])
        ends.append((text, done.finish_reason, done.stats.generated_tokens, done.stats.context_used_tokens))
    assert ends[0] == ends[1]
    assert ends[0][1] == "stop"


def test_a_grammar_allows_no_guess_that_breaks_it(engine: Engine, copycat: Path, drafter: Path) -> None:
    said = []
    for speculation in ("off", "auto"):
        load(engine, copycat, drafter, speculation=speculation)
        text, _, done = ask(engine, grammar=GRAMMAR)
        said.append((text, done.finish_reason))
    # One of the five stands already in what the answer begins with.
    assert said[0] == said[1] == (" house" * 4 + " no" + " house" * 3, "stop")


def test_the_context_is_used_to_its_end(engine: Engine, copycat: Path, drafter: Path) -> None:
    ends = []
    for speculation in ("off", "auto"):
        load(engine, copycat, drafter, speculation=speculation, context_tokens=256)
        text, _, done = ask(engine, tokens=None, max_tokens=None)
        ends.append((text, done.finish_reason, done.stats.generated_tokens, done.stats.context_used_tokens))
    assert ends[0] == ends[1]
    assert ends[0][1] == "context"


def test_a_picture_in_the_question_changes_nothing(
    engine: Engine, copycat: Path, drafter: Path, data_dir: Path, tmp_path: Path
) -> None:
    picture = make.picture(tmp_path / "a.png", 64, 64)
    said = []
    for speculation in ("off", "auto"):
        load(engine, copycat, drafter, data_dir / "gemma4-mmproj.gguf", speculation=speculation, ubatch_tokens=1120)
        message = ChatMessage("user", "What is this?", [Media(str(picture), "image")])
        text, _, done = ask(engine, messages=[message])
        said.append((text, done.stats.media_tokens, done.stats.prompt_tokens))
    assert said[0] == said[1]
    assert done.stats.media_tokens > 0
    assert done.stats.accepted_tokens > 0


def test_a_cancel_ends_it_and_the_next_answer_is_whole(engine: Engine, copycat: Path, drafter: Path) -> None:
    load(engine, copycat, drafter, context_tokens=8192)
    expected = ask(engine)[0]
    engine.client.generate(
        Generate(request_id=2, messages=[ChatMessage("user", "Hello?")], sampling=GREEDY, prefill=" house")
    )
    engine.wait_for(Delta)
    engine.client.cancel(2)
    done = engine.wait_for(Done)
    assert isinstance(done, Done)
    assert done.finish_reason == "cancelled"
    assert ask(engine)[0] == expected


def test_the_drafter_of_another_model_is_refused_and_the_model_runs_without(
    engine: Engine, tiny: Path, data_dir: Path, edited: Callable[..., Path]
) -> None:
    loaded = load(engine, data_dir / "gemma4-tiny-moe.gguf", tiny)
    assert "does not draft for this model" in str(loaded.drafter_problem)
    assert loaded.guessers == ["ngram"]
    assert ask(engine, tokens=5)[2].finish_reason == "length"


def test_a_drafter_that_is_not_there_is_no_reason_not_to_load(engine: Engine, tiny: Path, tmp_path: Path) -> None:
    loaded = load(engine, tiny, tmp_path / "nothing.gguf")
    assert loaded.drafter_problem is not None
    assert loaded.guessers == ["ngram"]


def test_the_memory_of_the_drafter_is_in_the_layout(engine: Engine, copycat: Path, drafter: Path) -> None:
    without = load(engine, copycat).layout
    loaded = load(engine, copycat, drafter).layout
    n_bytes = sum(buffer.n_bytes for buffer in loaded.buffers if buffer.kind == "drafter")
    assert n_bytes > 0
    assert loaded.total_bytes == without.total_bytes + n_bytes
    assert (loaded.weights_bytes, loaded.kv_bytes) == (without.weights_bytes, without.kv_bytes)
