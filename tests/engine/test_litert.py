"""The mobile format in a real child: the same messages as for GGUF, and each trap of the library with its remedy."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gemfit import paths
from gemfit.engine.formats import backend_of
from gemfit.engine.protocol import (
    Bench,
    Benched,
    BenchRun,
    ChatMessage,
    Delta,
    Done,
    EngineExit,
    Failed,
    Generate,
    Layout,
    Loaded,
    LoadPlan,
    Measured,
    PromptProgress,
    Sampling,
    SaveState,
    StateSaved,
)
from tests.engine.conftest import Engine

GREEDY = Sampling(temperature=0.0)
HELLO = "Hello! How can I help you today?"


def ask(*texts: str, number: int = 1, **more: object) -> Generate:
    """Questions and answers in turn; the last is a question."""
    roles = ("user", "assistant")
    messages = [ChatMessage(roles[i % 2], text) for i, text in enumerate(texts)]
    return Generate(**{"request_id": number, "messages": messages, "sampling": GREEDY, **more})


@pytest.fixture(scope="module")
def shared() -> Iterator[Engine]:
    """One child for all tests that end where they began: with a loaded model that is asked anew."""
    running = Engine("litert")
    yield running
    running.client.close()


@pytest.fixture
def loaded(shared: Engine, mobile: Path) -> Engine:
    assert isinstance(shared.load(mobile), Loaded)
    return shared


def test_the_ending_of_the_name_chooses_the_backend() -> None:
    assert backend_of(Path("gemma-4-E2B-it.litertlm")) == backend_of("A.LITERTLM") == "litert"
    assert backend_of(Path("a.gguf")) == backend_of(Path("litertlm")) == "llama"


def test_the_child_says_what_it_is_and_what_it_loaded(mobile_engine: Engine, mobile: Path) -> None:
    assert mobile_engine.hello.backend == "litert"
    assert "litert-lm-api" in mobile_engine.hello.build
    found = mobile_engine.load(mobile)
    assert isinstance(found, Loaded)
    assert (found.architecture, found.context_tokens, found.train_context_tokens) == ("gemma3", 1024, 1024)
    assert found.supports_thinking
    assert not found.template_known
    assert (found.sampling.temperature, found.sampling.top_k) == (1.0, 40)
    assert found.layout.weights_bytes == 858_432
    assert found.layout.kv_bytes == 1 << 20
    assert found.resident_bytes > 0
    assert found.problem is None


def test_a_smaller_context_is_kept_to_and_a_larger_one_is_the_models(mobile_engine: Engine, mobile: Path) -> None:
    larger, smaller = mobile_engine.load(mobile, context_tokens=4096), mobile_engine.load(mobile, context_tokens=300)
    assert isinstance(larger, Loaded)
    assert isinstance(smaller, Loaded)
    assert (larger.context_tokens, smaller.context_tokens) == (1024, 300)


def test_it_answers_and_counts(loaded: Engine) -> None:
    text, thinking, done = loaded.answer(ask("Hello"))
    assert (text, thinking, done.finish_reason) == (HELLO, "", "stop")
    stats = done.stats
    assert (stats.prompt_tokens, stats.cached_tokens, stats.generated_tokens) == (10, 0, 9)
    assert stats.context_used_tokens == 20
    assert stats.ttft_s > 0
    assert stats.prompt_tps > 0
    assert stats.generation_tps > 0
    assert stats.resident_bytes > 10 << 20


def test_the_prompts_progress_comes_before_the_answer(loaded: Engine) -> None:
    loaded.client.generate(ask("Hello"))
    assert isinstance(loaded.wait_for(PromptProgress, Delta), PromptProgress)
    loaded.wait_for(Done)


def test_a_thought_is_told_apart_from_the_answer(loaded: Engine) -> None:
    text, thinking, done = loaded.answer(ask("What is the capital of France?", think=True))
    assert thinking == "The user asks about France. The capital is Paris."
    assert text == "The capital of France is Paris."
    assert done.finish_reason == "stop"


def test_characters_of_several_bytes_come_whole(loaded: Engine) -> None:
    text, _, _ = loaded.answer(ask("Say hello in Japanese."))
    assert "こんにちは" in text
    assert "\ufffd" not in text


def test_the_next_turn_processes_only_what_is_new(loaded: Engine) -> None:
    loaded.answer(ask("Hello"))
    text, _, done = loaded.answer(ask("Hello", HELLO, "What is 2 + 2?", number=2))
    assert text == "2 + 2 = 4"
    assert done.stats.cached_tokens == 19  # the question, its frame, and the answer
    assert done.stats.prompt_tokens == 19  # the end of the turn before, and the new question in its frame
    again = loaded.answer(ask("Hello", HELLO, "What is 2 + 2?", number=3))[2].stats
    assert (again.cached_tokens, again.prompt_tokens) == (37, 1)


def test_an_edited_question_keeps_what_came_before_it(loaded: Engine) -> None:
    loaded.answer(ask("Hello", HELLO, "What is 2 + 2?"))
    text, _, done = loaded.answer(ask("Hello", HELLO, "What is the capital of France?", number=2))
    assert text == "The capital of France is Paris."
    assert done.stats.cached_tokens > 20


def test_a_thought_that_the_template_removes_costs_only_what_follows_it(loaded: Engine) -> None:
    question = "What is the capital of France?"
    answer = loaded.answer(ask(question, think=True))[0]
    text, _, done = loaded.answer(ask(question, answer, "Hello", number=2))
    assert text == HELLO
    assert done.stats.cached_tokens >= 9


def test_after_a_cancel_the_conversation_goes_on(loaded: Engine) -> None:
    loaded.client.generate(ask("Tell me a story."))
    delta = loaded.wait_for(Delta)
    assert isinstance(delta, Delta)
    loaded.client.cancel(1)
    said = delta.text
    while not isinstance(event := loaded.next(), Done):
        said += event.text if isinstance(event, Delta) else ""
    assert event.finish_reason == "cancelled"
    assert "Once there was".startswith(said[:14])
    for number in range(2, 8):
        text, _, done = loaded.answer(ask("Tell me a story.", said, "Hello", number=number))
        assert (text, done.finish_reason) == (HELLO, "stop")
    assert done.stats.cached_tokens > 10


def test_the_token_limit_loses_nothing_of_the_text(loaded: Engine) -> None:
    whole = HELLO
    for limit, cut in ((1, "Hello"), (2, "Hello!"), (3, "Hello! How"), (9, whole)):
        text, _, done = loaded.answer(ask("Hello", number=limit, max_tokens=limit))
        assert (text, done.stats.generated_tokens) == (cut, limit)
        assert done.finish_reason == "length"


def test_the_end_of_the_context_is_said(mobile_engine: Engine, mobile: Path) -> None:
    assert isinstance(mobile_engine.load(mobile, context_tokens=60), Loaded)
    text, _, done = mobile_engine.answer(ask("Tell me a story."))
    assert done.finish_reason == "context"
    assert done.stats.context_used_tokens == 60
    assert done.stats.generated_tokens == 60 - 15
    assert text.startswith("Once there was a small blue boat")


def test_the_end_of_the_compiled_context_is_said_too(loaded: Engine) -> None:
    _, _, done = loaded.answer(ask("Hello " * 1000 + "Tell me a story."))
    assert done.finish_reason == "context"
    assert done.stats.context_used_tokens <= 1024


def test_prompts_that_only_just_fit_are_answered(mobile_engine: Engine, mobile: Path) -> None:
    """The library pads a prompt to compiled lengths, and near the end of the context there is no room for that."""
    assert isinstance(mobile_engine.load(mobile), Loaded)
    for number, words in enumerate(range(880, 1008, 9)):
        _, _, done = mobile_engine.answer(ask("Hello " * words + "Tell me a story.", number=number))
        assert done.finish_reason in ("stop", "context")
        assert done.stats.generated_tokens > 0


def test_a_conversation_that_does_not_fit_is_refused_before_it_is_processed(loaded: Engine) -> None:
    loaded.client.generate(ask("Hello " * 1100))
    failed = loaded.wait_for(Failed, Delta, PromptProgress)
    assert isinstance(failed, Failed)
    assert failed.code == "context_full"
    assert "1,024" in str(failed.sentence)
    assert loaded.answer(ask("Hello", number=2))[0] == HELLO


def test_a_stop_text_ends_the_answer_and_is_not_shown(loaded: Engine) -> None:
    text, _, done = loaded.answer(ask("Hello", stop=["help you"]))
    assert (text, done.finish_reason) == ("Hello! How can I ", "stop")
    text, _, done = loaded.answer(ask("Hello", number=2, stop=["today!"]))
    assert (text, done.finish_reason) == (HELLO, "stop")


def test_what_a_person_types_is_never_a_control_token(loaded: Engine) -> None:
    plain = loaded.answer(ask("Hello"))[2].stats.prompt_tokens
    typed = loaded.answer(ask("Hello<end_of_turn>", number=2))[2].stats
    assert typed.prompt_tokens + typed.cached_tokens > plain + 5  # one token, were it the real one


def test_an_answer_goes_on_from_what_it_began_with(loaded: Engine) -> None:
    text, _, done = loaded.answer(ask("Hello", prefill="Hello! How can"))
    assert (text, done.finish_reason) == (" I help you today?", "stop")


def test_without_a_seed_answers_differ_and_with_one_they_are_the_same(loaded: Engine) -> None:
    hot = Sampling(temperature=3.0, top_k=0, top_p=1.0)
    drawn = {loaded.answer(ask("Hello", number=n, sampling=hot, max_tokens=12))[0] for n in range(1, 5)}
    assert len(drawn) > 1
    seeded = Sampling(temperature=3.0, top_k=0, top_p=1.0, seed=7)
    same = {loaded.answer(ask("Hello", number=n, sampling=seeded, max_tokens=12))[0] for n in range(5, 8)}
    assert len(same) == 1


def test_a_lone_temperature_is_not_greedy(loaded: Engine) -> None:
    warm = Sampling(temperature=3.0)
    assert len({loaded.answer(ask("Hello", number=n, sampling=warm, max_tokens=12))[0] for n in range(1, 6)}) > 1


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"sampling": Sampling(repeat_penalty=1.3)}, "repetition penalty"),
        ({"sampling": Sampling(min_p=0.1)}, "min-p"),
        ({"grammar": 'root ::= "a"'}, "grammar"),
        ({"json_schema": "{}"}, "JSON schema"),
    ],
)
def test_what_the_library_cannot_do_is_refused_by_name(loaded: Engine, more: dict[str, object], named: str) -> None:
    loaded.client.generate(ask("Hello", **more))
    failed = loaded.wait_for(Failed, Delta)
    assert isinstance(failed, Failed)
    assert failed.code == "not_in_this_format"
    assert named in str(failed.sentence)


def test_a_long_prompt_can_be_stopped_between_its_parts(loaded: Engine) -> None:
    loaded.client.generate(ask("Hello " * 900))
    loaded.wait_for(PromptProgress)
    loaded.client.cancel(1)
    done = loaded.wait_for(Done)
    assert isinstance(done, Done)
    assert done.finish_reason == "cancelled"
    assert done.stats.prompt_tokens < 900
    assert loaded.answer(ask("Hello", number=2))[0] == HELLO


def test_a_prompt_in_parts_gives_the_same_answer_as_in_one(loaded: Engine) -> None:
    long = "Hello " * 150 + "What is 2 + 2?"
    once = loaded.answer(ask(long))[0]
    assert loaded.answer(ask("Hello", number=2))[0] == HELLO
    assert loaded.answer(ask(long, number=3))[0] == once


def test_the_cache_is_in_our_folder_and_nothing_is_beside_the_model(
    mobile_engine: Engine, mobile: Path, tmp_path: Path
) -> None:
    model = tmp_path / "weights" / "model.litertlm"
    model.parent.mkdir()
    shutil.copy(mobile, model)
    assert isinstance(mobile_engine.load(model), Loaded)
    assert mobile_engine.answer(ask("Hello"))[0] == HELLO
    assert [path.name for path in model.parent.iterdir()] == [model.name]
    assert [path.suffix for path in paths.litert_cache_dir(model).iterdir()] == [".xnnpack_cache"]


def test_measuring_needs_no_load(mobile_engine: Engine, mobile: Path) -> None:
    mobile_engine.client.measure(mobile, LoadPlan())
    measured = mobile_engine.wait_for(Measured, Failed)
    assert isinstance(measured, Measured)
    assert isinstance(measured.layout, Layout)
    assert measured.layout.total_bytes == 858_432 + (1 << 20)
    assert not measured.layout.exact


def test_a_bench_times_prompts_and_tokens(mobile_engine: Engine, mobile: Path) -> None:
    runs = [
        BenchRun(prompt_tokens=64),
        BenchRun(generate_tokens=2),
        BenchRun(depth_tokens=32, prompt_tokens=32, generate_tokens=4),
    ]
    mobile_engine.client.bench(Bench(request_id=1, path=str(mobile), runs=runs, repetitions=2))
    benched = mobile_engine.wait_for(Benched, Failed)
    assert isinstance(benched, Benched)
    assert [len(times) for times in benched.prompt_s] == [2, 0, 2]
    assert all(second > 0 for times in benched.prompt_s for second in times)
    assert not benched.token_s[0]


def test_a_file_that_is_no_model_is_refused_in_words(mobile_engine: Engine, mobile: Path, tmp_path: Path) -> None:
    bad = tmp_path / "model.litertlm"
    for data, code in (
        (b"", "not_litertlm"),
        (b"GGUF" * 100, "not_litertlm"),
        (mobile.read_bytes()[:9000], "litertlm_truncated"),
        (mobile.read_bytes()[:-1], "litertlm_truncated"),
    ):
        bad.write_bytes(data)
        failed = mobile_engine.load(bad)
        assert isinstance(failed, Failed)
        assert failed.code == code
    other = tmp_path / "model.bin"
    shutil.copy(mobile, other)
    failed = mobile_engine.load(other)
    assert isinstance(failed, Failed)
    assert ".litertlm" in str(failed.sentence)
    assert isinstance(mobile_engine.load(mobile), Loaded)


def test_a_gpu_that_does_not_work_gives_way_to_the_processor_and_that_is_said(
    mobile_engine: Engine, mobile: Path
) -> None:
    from gemfit.engine.protocol import DeviceLayers

    found = mobile_engine.load(mobile, shares=[DeviceLayers("GPU", 1)])
    assert isinstance(found, Loaded)
    assert found.problem is None or "GPU" in str(found.problem)
    assert mobile_engine.answer(ask("Hello"))[0] == HELLO


@pytest.mark.skipif(os.name != "posix", reason="Windows does not let a mapped file be cut")
def test_a_file_cut_while_it_is_loaded_ends_in_a_sentence(mobile_engine: Engine, mobile: Path, tmp_path: Path) -> None:
    model = tmp_path / "model.litertlm"
    shutil.copy(mobile, model)
    assert isinstance(mobile_engine.load(model), Loaded)
    os.truncate(model, 20_000)
    mobile_engine.client.generate(ask("Hello"))
    event = mobile_engine.next()
    while not isinstance(event, Failed | EngineExit):
        event = mobile_engine.next()
    if isinstance(event, Failed):
        assert event.code == "file_changed"
    assert "file" in str(event.sentence)


def test_an_unsupported_kind_is_told_before_a_load(mobile_engine: Engine) -> None:
    mobile_engine.client.generate(ask("Hello"))
    failed = mobile_engine.wait_for(Failed)
    assert isinstance(failed, Failed)
    assert failed.code == "not_loaded"


def test_closing_gives_everything_back(mobile_engine: Engine, mobile: Path) -> None:
    assert isinstance(mobile_engine.load(mobile), Loaded)
    ended = mobile_engine.client.close()
    assert ended is not None
    assert ended.expected
    assert ended.returncode == 0


def test_there_is_no_state_to_keep_and_another_context_needs_a_load(loaded: Engine) -> None:
    loaded.client.save_state(SaveState(request_id=7, name="a"))
    saved = loaded.wait_for(StateSaved, Failed)
    assert isinstance(saved, StateSaved)
    assert (saved.tokens, saved.n_bytes) == (0, 0)
    loaded.client.resize(8, 512)
    assert isinstance(loaded.wait_for(Failed), Failed)
    assert loaded.answer(ask("Hello", number=9))[0] == HELLO
