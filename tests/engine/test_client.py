"""The engine child: real files, real answers, real ends."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from gemfit.engine import sandbox
from gemfit.engine.protocol import (
    ChatMessage,
    Delta,
    Done,
    EngineExit,
    Failed,
    Generate,
    Load,
    Loaded,
    LoadPlan,
    LoadProgress,
    Measured,
    PromptProgress,
    Sampling,
    encode,
)
from gemfit.paths import self_command
from tests.engine.conftest import PATIENCE_S, Engine

GREEDY = Sampling(temperature=0.0)


def ask(text: str, number: int = 1, **more: object) -> Generate:
    fields = {"messages": [ChatMessage("user", text)], "sampling": GREEDY, "max_tokens": 20, **more}
    return Generate(request_id=number, **fields)


def test_the_child_says_first_what_it_is(engine: Engine) -> None:
    assert engine.hello.backend == "llama"
    assert "llama.cpp" in engine.hello.build
    assert engine.hello.pid == engine.client.pid


@pytest.mark.skipif(os.name != "posix", reason="the signal is sent by its number")
def test_ctrl_c_at_a_terminal_is_for_the_parent(engine: Engine, tiny: Path) -> None:
    engine.load(tiny)
    os.kill(engine.hello.pid, signal.SIGINT)  # as a terminal does, to every process of the group
    engine.client.generate(ask("Hello", max_tokens=20))
    os.kill(engine.hello.pid, signal.SIGINT)
    done = engine.wait_for(Done)
    assert isinstance(done, Done)
    assert done.finish_reason == "length"


def test_a_loaded_model_says_what_it_is_and_takes(engine: Engine, tiny: Path) -> None:
    engine.client.load(tiny, LoadPlan(context_tokens=1024, threads=1))
    first = engine.next()
    assert isinstance(first, LoadProgress)
    assert 0 <= first.fraction <= 1
    loaded = engine.wait_for(Loaded)
    assert isinstance(loaded, Loaded)
    assert (loaded.architecture, loaded.context_tokens, loaded.train_context_tokens) == ("gemma4", 1024, 8192)
    assert loaded.supports_thinking
    assert loaded.template_known
    assert (loaded.sampling.temperature, loaded.sampling.top_k) == (1.0, 64)
    assert loaded.layout.weights_bytes > 900_000
    assert loaded.layout.lazy_bytes > 500_000
    assert 0 < loaded.resident_bytes <= (engine.client.resident_bytes() or 0) * 2


def test_the_file_says_how_to_sample_and_the_publisher_where_it_does_not(
    engine: Engine, tiny: Path, starter: Path
) -> None:
    published = Sampling(temperature=0.2, top_k=3)
    tiny_one, starter_one = engine.load(tiny, sampling=published), engine.load(starter, sampling=published)
    assert isinstance(tiny_one, Loaded)
    assert isinstance(starter_one, Loaded)
    assert (tiny_one.sampling.temperature, tiny_one.sampling.top_k) == (1.0, 64)
    assert (starter_one.sampling.temperature, starter_one.sampling.top_k, starter_one.sampling.top_p) == (0.2, 3, 0.95)


def test_a_context_larger_than_the_models_is_the_models(engine: Engine, tiny: Path) -> None:
    loaded = engine.load(tiny, context_tokens=1_000_000)
    assert isinstance(loaded, Loaded)
    assert loaded.context_tokens == 8192


def test_the_starter_answers_sensibly(engine: Engine, starter: Path) -> None:
    assert isinstance(engine.load(starter), Loaded)
    text, thinking, done = engine.answer(ask("What is the capital of France?", max_tokens=30))
    assert "Paris" in text
    assert thinking == ""
    assert done.stats.generated_tokens > 3
    assert done.stats.ttft_s > 0
    assert done.stats.prompt_tokens > 20
    assert done.stats.generation_tps > 0
    assert done.stats.resident_bytes > 90_000_000


def test_greedy_answers_and_seeded_answers_repeat(engine: Engine, tiny: Path) -> None:
    engine.load(tiny)
    assert engine.answer(ask("Hello"))[0] == engine.answer(ask("Hello", 2))[0]
    seeded = Sampling(temperature=1.0, seed=7)
    other = Sampling(temperature=1.0, seed=8)
    first = engine.answer(ask("Hello", 3, sampling=seeded))[0]
    assert first == engine.answer(ask("Hello", 4, sampling=seeded))[0]
    assert first != engine.answer(ask("Hello", 5, sampling=other))[0]


def test_a_second_turn_processes_only_what_is_new(engine: Engine, starter: Path) -> None:
    engine.load(starter)
    messages = [ChatMessage("user", "Name a colour.")]
    text, _, first = engine.answer(ask("", messages=messages))
    assert first.finish_reason in ("stop", "length")
    messages += [ChatMessage("assistant", text), ChatMessage("user", "Another one.")]
    _, _, second = engine.answer(ask("", 2, messages=messages))
    assert second.stats.cached_tokens >= first.stats.prompt_tokens
    assert second.stats.prompt_tokens < first.stats.prompt_tokens + 20


def test_the_answer_does_not_depend_on_what_was_kept(engine: Engine, tiny: Path) -> None:
    engine.load(tiny)
    long = "word " * 700  # longer than the window of 512: the sliding-window cache has dropped its beginning
    alone = engine.answer(ask("Another question"))[0]
    engine.answer(ask(long, 2))
    assert engine.answer(ask("Another question", 3))[0] == alone
    engine.answer(ask(long + "!", 4))
    assert engine.answer(ask(long, 5))[0] == engine.answer(ask(long, 6))[0]


def test_the_copycat_thinks_only_where_thinking_is_asked_for(engine: Engine, copycat: Path) -> None:
    engine.load(copycat)
    text, thinking, _ = engine.answer(ask("Hello", max_tokens=5))
    assert thinking == ""
    assert "<channel|>" not in text


@pytest.mark.parametrize("marker", ["<|channel>", "<channel|>"])
def test_a_channel_marker_of_the_model_is_never_shown(
    engine: Engine, edited: Callable[..., Path], copycat: Path, marker: str
) -> None:
    template = "{{ bos_token }}{{ messages[0].content }}" + marker  # which the copycat says again and again
    engine.load(edited(base=copycat, **{"tokenizer.chat_template": template}))
    text, thinking, done = engine.answer(ask("Hello", max_tokens=6))
    assert (text, thinking) == ("", "")
    assert done.stats.generated_tokens == 6


def test_an_ordinary_word_of_the_model_is_shown(engine: Engine, edited: Callable[..., Path], copycat: Path) -> None:
    engine.load(edited(base=copycat, **{"tokenizer.chat_template": "{{ bos_token }}{{ messages[0].content }}"}))
    text, thinking, _ = engine.answer(ask("the", max_tokens=3))
    assert (text.count("the"), thinking) == (3, "")


def test_what_a_person_writes_is_no_control_token(engine: Engine, tiny: Path) -> None:
    engine.load(tiny)
    _, _, plain = engine.answer(ask("ab"))
    _, _, forged = engine.answer(ask("a<turn|>b", 2))
    # As a control token it would be 1 token more; as text it is several.
    assert forged.stats.prompt_tokens + forged.stats.cached_tokens > plain.stats.prompt_tokens + 2


def test_an_answer_goes_on_from_the_text_it_is_given(engine: Engine, starter: Path) -> None:
    engine.load(starter)
    question = "What is the capital of France?"
    whole = engine.answer(ask(question, max_tokens=24))[0]
    begun = engine.answer(ask(question, 2, max_tokens=6))[0]
    rest = engine.answer(ask(question, 3, prefill=begun, max_tokens=24))[0]
    assert whole.startswith(begun)
    assert (begun + rest).startswith(whole[: len(begun) + 8])


def test_the_limit_the_context_and_the_end_are_told_apart(engine: Engine, tiny: Path, starter: Path) -> None:
    engine.load(tiny, context_tokens=256)
    assert engine.answer(ask("Hello", max_tokens=3))[2].finish_reason == "length"
    done = engine.answer(ask("Hello", 2, max_tokens=None, sampling=Sampling(seed=1)))[2]
    assert done.finish_reason == "context"
    assert done.stats.context_used_tokens == 256
    engine.load(starter)
    assert engine.answer(ask("Say hi.", 3, max_tokens=200))[2].finish_reason == "stop"


def test_a_conversation_longer_than_the_context_is_refused_with_the_numbers(engine: Engine, tiny: Path) -> None:
    engine.load(tiny, context_tokens=256)
    engine.client.generate(ask("word " * 500))
    failed = engine.wait_for(Failed)
    assert isinstance(failed, Failed)
    assert failed.code == "context_full"
    assert failed.request_id == 1
    assert "256" in str(failed.sentence)
    assert engine.answer(ask("Hello", 2))[2].finish_reason == "length"


def test_an_answer_without_a_model_is_refused(engine: Engine) -> None:
    engine.client.generate(ask("Hello"))
    failed = engine.wait_for(Failed)
    assert isinstance(failed, Failed)
    assert failed.code == "not_loaded"


def test_cancel_stops_an_answer_and_the_next_one_is_right(engine: Engine, starter: Path) -> None:
    engine.load(starter)
    alone = engine.answer(ask("Name a colour."))[0]
    engine.client.generate(ask("Write a very long story.", 2, max_tokens=None))
    engine.wait_for(Delta)
    engine.client.cancel(2)
    done = engine.wait_for(Done)
    assert isinstance(done, Done)
    assert done.finish_reason == "cancelled"
    assert done.request_id == 2
    assert engine.answer(ask("Name a colour.", 3))[0] == alone


def test_a_cancel_that_comes_after_the_end_harms_nobody(
    engine: Engine, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gemfit.engine.client.CANCEL_S", 0.0)  # who does not acknowledge it at once is ended
    engine.load(tiny)
    engine.answer(ask("Hello"))
    engine.client.cancel(1)
    _, _, done = engine.answer(ask("Hello"))  # the same number again
    assert done.finish_reason == "length"
    assert engine.client.exit is None


def test_cancel_stops_prompt_processing_within_a_batch(engine: Engine, starter: Path) -> None:
    engine.load(starter, context_tokens=8192, ubatch_tokens=128)
    engine.client.generate(ask("story " * 6000))
    progress = engine.wait_for(PromptProgress)
    assert isinstance(progress, PromptProgress)
    engine.client.cancel(1)
    done = engine.wait_for(Done)
    assert isinstance(done, Done)
    assert done.finish_reason == "cancelled"
    assert done.stats.prompt_tokens < progress.total_tokens
    assert engine.answer(ask("Say hi.", 2))[2].stats.generated_tokens > 0


def test_a_cancel_that_overtakes_its_request_still_counts(engine: Engine, starter: Path) -> None:
    engine.load(starter)
    engine.client.cancel(1)
    engine.client.generate(ask("Write a long story.", max_tokens=None))
    done = engine.wait_for(Done)
    assert isinstance(done, Done)
    assert done.finish_reason == "cancelled"


@pytest.mark.logs_warnings
def test_a_child_that_does_not_stop_is_ended(
    engine: Engine, tiny: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("gemfit.engine.client.CANCEL_S", 0.1)
    engine.load(tiny)
    assert engine.client.pid is not None
    os.kill(engine.client.pid, signal.SIGSTOP)
    engine.client.cancel(1)
    end = engine.wait_for(EngineExit)
    assert isinstance(end, EngineExit)
    assert end.returncode == -signal.SIGKILL
    assert "did not stop in time" in str(end.sentence)
    assert "did not stop" in caplog.text


def test_a_killed_engine_is_an_event_with_a_sentence(engine: Engine, starter: Path) -> None:
    engine.load(starter)
    engine.client.generate(ask("Write a long story.", max_tokens=None))
    engine.wait_for(Delta)
    assert engine.client.pid is not None
    os.kill(engine.client.pid, signal.SIGKILL)
    end = engine.wait_for(EngineExit)
    assert isinstance(end, EngineExit)
    assert not end.expected
    assert "killed" in str(end.sentence)
    assert engine.client.resident_bytes() is None
    engine.client.generate(ask("Anyone there?", 2))
    engine.client.cancel(2)
    assert engine.client.close() == end


def test_measuring_allocates_nothing_and_agrees_with_the_load(engine: Engine, tiny: Path) -> None:
    before = engine.client.resident_bytes() or 0
    engine.client.measure(tiny, LoadPlan(context_tokens=1024))
    measured = engine.wait_for(Measured)
    assert isinstance(measured, Measured)
    assert (engine.client.resident_bytes() or 0) - before < 64 << 20
    loaded = engine.load(tiny)
    assert isinstance(loaded, Loaded)
    assert measured.layout == loaded.layout
    assert measured.layout.total_bytes == sum(
        (measured.layout.weights_bytes, measured.layout.kv_bytes, measured.layout.compute_bytes)
    )


def test_a_q8_cache_takes_34_64ths_of_an_f16_one(engine: Engine, tiny: Path) -> None:
    sizes = []
    for kind in ("f16", "q8_0"):
        engine.client.measure(tiny, LoadPlan(context_tokens=8192, kv_type=kind))
        measured = engine.wait_for(Measured)
        assert isinstance(measured, Measured)
        sizes.append(measured.layout.kv_bytes)
    assert sizes[1] / sizes[0] == pytest.approx(34 / 64, rel=0.02)


def test_a_mixture_of_experts_runs(engine: Engine, data_dir: Path) -> None:
    assert isinstance(engine.load(data_dir / "gemma4-tiny-moe.gguf"), Loaded)
    assert engine.answer(ask("Hello"))[2].stats.generated_tokens == 20


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda p, _: p.write_text("This is no model.\n"), "not_gguf"),
        (lambda p, _: p.write_bytes(b""), "not_gguf"),
        (lambda p, _: p.mkdir(), "gguf_unreadable"),
        (lambda _p, _: None, "gguf_unreadable"),
        (lambda p, whole: p.write_bytes(whole[: len(whole) // 2]), "gguf_truncated"),
        (lambda p, whole: p.write_bytes(whole[:1000]), "gguf_truncated"),
        (lambda p, whole: p.write_bytes(whole[:16] + b"\xff" * 8 + whole[24:]), "gguf_damaged"),
    ],
)
def test_a_bad_file_is_a_sentence_and_the_child_lives_on(
    engine: Engine, tiny: Path, tmp_path: Path, make: Callable[[Path, bytes], object], code: str
) -> None:
    bad = tmp_path / "bad.gguf"
    make(bad, tiny.read_bytes())
    failed = engine.load(bad)
    assert isinstance(failed, Failed)
    assert failed.code == code
    engine.client.measure(bad, LoadPlan())
    measured = engine.wait_for(Failed)
    assert isinstance(measured, Failed)
    assert measured.code == code
    assert isinstance(engine.load(tiny), Loaded)


def test_a_template_that_reaches_for_python_is_refused(engine: Engine, edited: Callable[..., Path]) -> None:
    path = edited(**{"tokenizer.chat_template": "{{ ''.__class__.__mro__[1].__subclasses__() }}"})
    assert isinstance(engine.load(path), Loaded)
    engine.client.generate(ask("Hello"))
    failed = engine.wait_for(Failed)
    assert isinstance(failed, Failed)
    assert failed.code == "template_bad"


def test_a_template_that_does_not_compile_is_refused_at_the_load(engine: Engine, edited: Callable[..., Path]) -> None:
    failed = engine.load(edited(**{"tokenizer.chat_template": "{% if %}"}))
    assert isinstance(failed, Failed)
    assert failed.code == "template_bad"


def test_an_architecture_that_the_engine_does_not_know_is_named(engine: Engine, edited: Callable[..., Path]) -> None:
    failed = engine.load(edited(arch="gemma99", **{"gemma99.block_count": "x"}))
    assert isinstance(failed, Failed)
    assert "gemma99" in str(failed.sentence) or failed.code == "gguf_damaged"


def test_the_child_ends_when_its_parent_is_killed(starter: Path) -> None:
    """A parent that is killed cannot say goodbye; the end of its pipe must do."""
    script = (
        "import sys, threading\n"
        "from pathlib import Path\n"
        "from gemfit.engine.client import EngineClient\n"
        "from gemfit.engine.protocol import ChatMessage, Delta, Generate, LoadPlan\n"
        "def show(event):\n"
        "    if isinstance(event, Delta):\n"
        "        print(client.pid, flush=True)\n"
        "client = EngineClient(show)\n"
        "client.start()\n"
        "client.load(Path(sys.argv[1]), LoadPlan(threads=1))\n"
        "client.generate(Generate(request_id=1, messages=[ChatMessage('user', 'Write a long story.')]))\n"
        "threading.Event().wait()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, str(starter)], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert psutil.wait_procs([child], timeout=PATIENCE_S)[1] == []


def test_what_native_code_prints_does_not_reach_the_protocol(tiny: Path) -> None:
    child = subprocess.run(
        [*self_command(), "--child", "engine"],
        input=encode(Load(str(tiny), LoadPlan(context_tokens=256))),
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert child.returncode == 0
    assert all(line.startswith(b'{"type":') for line in child.stdout.splitlines())
    assert b"Traceback" not in child.stderr


def test_a_request_that_is_no_message_ends_the_child_with_a_reason(tiny: Path) -> None:
    child = subprocess.run(
        [*self_command(), "--child", "engine"],
        input=b"nonsense\n",
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert child.returncode == 1
    assert b"DecodeError" in child.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="the system does it on Linux alone")
def test_a_stopped_child_ends_when_its_parent_is_killed(tiny: Path) -> None:
    """It cannot notice the end of its pipe. The thread that asked for it to be started is gone by then, too."""
    script = (
        "import threading\n"
        "from gemfit.engine.client import EngineClient\n"
        "client = EngineClient(lambda event: print(event.pid, flush=True))\n"
        "thread = threading.Thread(target=client.start); thread.start(); thread.join()\n"
        "threading.Event().wait()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    child.suspend()
    while child.status() != psutil.STATUS_STOPPED:  # a signal takes its time
        os.sched_yield()
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert psutil.wait_procs([child], timeout=PATIENCE_S)[1] == []


def test_a_child_that_works_gives_signs_of_life(engine: Engine, starter: Path) -> None:
    engine.load(starter, context_tokens=8192)
    engine.client.generate(ask("story " * 3000, max_tokens=None))
    while (beat := engine.client.beat) is None or beat.doing == "loading":
        engine.events.get(timeout=PATIENCE_S)
    assert beat.doing in ("prompt", "generating")
    assert beat.cpu_s > 0
    assert beat.read_bytes > 50_000_000
    if sys.platform == "linux":
        assert (beat.nodes or 0) > 100


def test_the_child_says_what_confines_it(engine: Engine) -> None:
    assert engine.hello.sandbox == (f"landlock {sandbox.version()}" if sandbox.version() else "")


def test_a_child_that_stands_back_lets_others_go_first(engine: Engine, tiny: Path) -> None:
    assert engine.client.pid is not None
    before = psutil.Process(engine.client.pid).nice()
    assert isinstance(engine.load(tiny, low_priority=True), Loaded)
    assert psutil.Process(engine.client.pid).nice() > before


def test_a_file_that_was_written_to_is_not_answered_from(engine: Engine, tiny: Path, tmp_path: Path) -> None:
    file = tmp_path / "model.gguf"
    shutil.copy(tiny, file)
    assert isinstance(engine.load(file), Loaded)
    with file.open("r+b") as opened:
        opened.seek(-100, os.SEEK_END)
        opened.write(b"x" * 100)
    engine.client.generate(ask("Hello"))
    failed = engine.wait_for(Failed)
    assert isinstance(failed, Failed)
    assert failed.code == "file_changed"
    assert isinstance(engine.load(file), Loaded)
    assert engine.answer(ask("Hello", 2))[2].stats.generated_tokens == 20
