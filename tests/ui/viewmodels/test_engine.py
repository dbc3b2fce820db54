"""The engine session against a real engine child and a tiny Gemma 4."""

import os
import signal
import sys
from pathlib import Path

import msgspec
import psutil
import pytest
from pytestqt.qtbot import QtBot

from gemfit import paths
from gemfit.engine.client import EngineClient
from gemfit.engine.protocol import ChatMessage, Done, EngineExit, Failed, LoadPlan, Sampling
from gemfit.engine.recovery import Trouble, Try
from gemfit.engine.state_files import state_file
from gemfit.measured.lessons import fingerprint, learn, new_lesson
from gemfit.ui import worker
from gemfit.ui.viewmodels.engine import EngineSession
from gemfit.ui.viewmodels.selection import Selection
from gemfit.words import Sentence

QUESTION = [ChatMessage("user", "Why is the sky blue?")]
SEEDED = Sampling(seed=1)
WAIT_MS = 30_000


@pytest.fixture
def tiny(data_dir: Path) -> Selection:
    plan = LoadPlan(context_tokens=512, threads=1)
    return Selection(path=data_dir / "gemma4-tiny.gguf", plan=plan, title="Tiny · F16", predicted_bytes=50 << 20)


def loaded(qtbot: QtBot, engine: EngineSession, selection: Selection) -> None:
    with qtbot.waitSignal(engine.loaded, timeout=WAIT_MS):
        engine.load(selection)


def test_a_load_an_answer_and_the_end(qtbot: QtBot, engine: EngineSession, tiny: Selection):
    states: list[str] = []
    engine.state_changed.connect(states.append)
    loaded(qtbot, engine, tiny)
    assert engine.loaded_info is not None
    assert engine.loaded_info.context_tokens == 512
    assert (engine.title, engine.predicted_bytes) == ("Tiny · F16", 50 << 20)
    assert (engine.resident_bytes() or 0) > 10 << 20
    text: list[str] = []
    engine.delta.connect(lambda delta: text.append(delta.text + delta.thinking))
    with qtbot.waitSignal(engine.done, timeout=WAIT_MS) as done:
        request_id = engine.generate(QUESTION, max_tokens=12)
    assert isinstance(done.args[0], Done)
    assert done.args[0].request_id == request_id
    assert engine.last_stats is not None
    assert engine.last_stats.generated_tokens <= 12
    with qtbot.waitSignal(engine.exited, timeout=WAIT_MS) as exited:
        engine.unload()
    assert exited.args[0].expected
    assert engine.resident_bytes() is None
    assert states == ["starting", "loading", "ready", "answering", "ready", "stopping", "idle"]


def test_an_answer_can_be_stopped(qtbot: QtBot, engine: EngineSession, data_dir: Path):
    plan = LoadPlan(context_tokens=32768, threads=1)
    loaded(qtbot, engine, Selection(path=data_dir / "gemma4-copycat.gguf", plan=plan))
    with qtbot.waitSignal(engine.delta, timeout=WAIT_MS):
        engine.generate(QUESTION, SEEDED)
    with qtbot.waitSignal(engine.done, timeout=WAIT_MS) as done:
        engine.cancel()
    assert done.args[0].finish_reason == "cancelled"
    assert engine.state == "ready"


def answering(qtbot: QtBot, engine: EngineSession) -> int:
    """The process that is writing an answer."""
    with qtbot.waitSignal(engine.delta, timeout=WAIT_MS):
        engine.generate(QUESTION, SEEDED)
    return engine.pid or 0


@pytest.fixture
def copycat(data_dir: Path) -> Selection:
    return Selection(path=data_dir / "gemma4-copycat.gguf", plan=LoadPlan(context_tokens=32768, threads=1))


def test_an_engine_for_which_nothing_can_be_done_says_so_and_can_be_loaded_again(
    qtbot: QtBot, engine: EngineSession, copycat: Selection
):
    loaded(qtbot, engine, copycat)
    pid = answering(qtbot, engine)
    with qtbot.waitSignal(engine.exited, timeout=WAIT_MS) as exited:
        os.kill(pid, signal.SIGILL)
    assert isinstance(exited.args[0], EngineExit)
    assert not exited.args[0].expected
    assert engine.state == "ended"
    with pytest.raises(RuntimeError, match="ended"):
        engine.generate(QUESTION, SEEDED)
    with qtbot.waitSignal(engine.loaded, timeout=WAIT_MS):
        engine.reload()


def test_an_engine_that_is_killed_is_loaded_again_by_itself_until_nothing_is_left_to_try(
    qtbot: QtBot, engine: EngineSession, copycat: Selection
):
    loaded(qtbot, engine, copycat)
    contexts = []
    for step in ("as_it_was", "half_context"):
        pid = answering(qtbot, engine)
        found: list[Try] = []
        engine.recovering.connect(found.append)
        with qtbot.waitSignal(engine.loaded, timeout=WAIT_MS):
            os.kill(pid, signal.SIGKILL)
        engine.recovering.disconnect(found.append)
        assert [one.step for one in found] == [step]
        assert "killed" in str(found[0].sentence)
        assert engine.loaded_info is not None
        contexts.append(engine.loaded_info.context_tokens)
    assert contexts == [8192, 8192]  # the model was made for no more
    pid = answering(qtbot, engine)
    with qtbot.waitSignal(engine.exited, timeout=WAIT_MS) as exited:
        os.kill(pid, signal.SIGKILL)
    assert "What could help was tried" in str(exited.args[0].sentence)
    assert engine.state == "ended"


def test_between_two_questions_nothing_is_loaded_again(qtbot: QtBot, engine: EngineSession, tiny: Selection):
    loaded(qtbot, engine, tiny)
    with qtbot.waitSignal(engine.exited, timeout=WAIT_MS) as exited:
        os.kill(engine.pid or 0, signal.SIGKILL)
    assert exited.args[0].doing == "idle"
    assert engine.state == "ended"


def test_what_helped_is_heeded_at_the_next_load_and_said(qtbot: QtBot, engine: EngineSession, tiny: Selection):
    wanted = msgspec.structs.replace(tiny, plan=LoadPlan(context_tokens=4096, threads=1))
    loaded(qtbot, engine, wanted)
    lesson = new_lesson(
        fingerprint(tiny.path),
        engine.engine_build,
        "Tiny",
        Trouble(cause="out_of_memory"),
        wanted.plan,
        ["half_context"],
        LoadPlan(context_tokens=2048),
    )
    learn(lesson)
    noticed: list[Sentence] = []
    engine.noticed.connect(noticed.append)
    loaded(qtbot, engine, msgspec.structs.replace(wanted))
    assert noticed == [lesson.sentence]
    assert engine.loaded_info is not None
    assert engine.loaded_info.context_tokens == 2048


def test_closing_in_the_middle_of_an_answer_does_not_wait(qtbot: QtBot, engine: EngineSession, data_dir: Path):
    plan = LoadPlan(context_tokens=32768, threads=1)
    loaded(qtbot, engine, Selection(path=data_dir / "gemma4-copycat.gguf", plan=plan))
    with qtbot.waitSignal(engine.delta, timeout=WAIT_MS):
        engine.generate(QUESTION, SEEDED)
    with qtbot.waitSignal(engine.exited, timeout=WAIT_MS):
        engine.close()
        assert engine.state == "stopping"


def test_another_model_takes_the_place_of_the_first(qtbot: QtBot, engine: EngineSession, tiny: Selection):
    loaded(qtbot, engine, tiny)
    other = Selection(path=tiny.path.with_name("gemma4-tiny-moe.gguf"), plan=tiny.plan, title="Other")
    with qtbot.waitSignals([engine.exited, engine.loaded], timeout=WAIT_MS):
        engine.load(other)
    assert engine.title == "Other"


def test_a_file_that_is_no_model_gives_a_sentence(qtbot: QtBot, engine: EngineSession, tmp_path: Path):
    wrong = tmp_path / "wrong.gguf"
    wrong.write_text("This is a text file.")
    with qtbot.waitSignal(engine.failed, timeout=WAIT_MS) as failed:
        engine.load(Selection(path=wrong))
    assert isinstance(failed.args[0], Failed)
    assert "wrong.gguf" in str(failed.args[0].sentence)
    qtbot.waitUntil(lambda: engine.state == "idle", timeout=WAIT_MS)


@pytest.mark.logs_warnings
def test_a_child_that_cannot_be_started_gives_a_sentence(
    qtbot: QtBot, engine: EngineSession, tiny: Selection, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with qtbot.waitSignal(engine.failed, timeout=WAIT_MS) as failed:
        engine.load(tiny)
    assert "/nowhere/python" in str(failed.args[0].sentence)
    assert engine.state == "ended"
    engine.unload()
    assert engine.state == "idle"


def test_the_client_can_be_another(qtbot: QtBot, tiny: Selection):
    made: list[EngineClient] = []
    session = EngineSession(make_client=lambda listener: made.append(EngineClient(listener)) or made[-1])
    loaded(qtbot, session, tiny)
    assert session.resident_bytes() == made[0].resident_bytes()
    with qtbot.waitSignal(session.exited, timeout=WAIT_MS):
        session.close()
    assert worker.wait_for_all(10)


def test_a_load_is_broken_off_without_an_error(qtbot: QtBot, engine: EngineSession, tiny: Selection):
    failures: list[object] = []
    engine.failed.connect(failures.append)
    for state in ("starting", "loading"):
        with qtbot.waitSignal(engine.exited, timeout=WAIT_MS) as exited:
            engine.load(tiny)
            qtbot.waitUntil(lambda state=state: engine.state == state, timeout=WAIT_MS)
            engine.unload()
        assert exited.args[0].expected
        qtbot.waitUntil(lambda: engine.state == "idle", timeout=WAIT_MS)
    assert failures == []
    loaded(qtbot, engine, tiny)


def test_what_is_unloaded_is_given_back_and_the_process_is_gone(qtbot: QtBot, engine: EngineSession, tiny: Selection):
    loaded(qtbot, engine, tiny)
    pid = engine.pid
    assert pid is not None
    with qtbot.waitSignal(engine.exited, timeout=WAIT_MS):
        engine.unload()
    assert engine.given_back_bytes > 10 << 20
    assert not psutil.pid_exists(pid)


def test_a_model_that_is_not_used_gives_its_memory_back_and_can_be_loaded_again(
    qtbot: QtBot, engine: EngineSession, tiny: Selection
):
    loaded(qtbot, engine, tiny)
    with qtbot.waitSignal(engine.exited, timeout=WAIT_MS) as exited:
        engine.idle_limit.set_minutes(0)
    assert exited.args[0].expected
    assert engine.idled
    engine.idle_limit.set_minutes(None)
    with qtbot.waitSignal(engine.loaded, timeout=WAIT_MS):
        engine.reload()  # while it is still being ended, or after
    assert not engine.idled


def test_an_answer_under_way_is_no_idleness(qtbot: QtBot, engine: EngineSession, data_dir: Path):
    plan = LoadPlan(context_tokens=32768, threads=1)
    loaded(qtbot, engine, Selection(path=data_dir / "gemma4-copycat.gguf", plan=plan))
    engine.generate(QUESTION, SEEDED)
    engine.idle_limit.set_minutes(0)
    with qtbot.waitSignal(engine.delta, timeout=WAIT_MS):
        pass
    assert engine.state == "answering"
    with qtbot.waitSignal(engine.exited, timeout=WAIT_MS):
        engine.cancel()
    assert engine.idled


def test_what_was_computed_of_a_conversation_comes_back_after_a_restart(
    qtbot: QtBot, engine: EngineSession, tiny: Selection
):
    engine.computed.limit_bytes = 1 << 30
    long = [ChatMessage("user", "Why is the sky blue and the grass green? " * 20)]
    loaded(qtbot, engine, tiny)
    with qtbot.waitSignal(engine.done, timeout=WAIT_MS):
        engine.generate(long, SEEDED, max_tokens=4, conversation="c1")
    with qtbot.waitSignal(engine.exited, timeout=WAIT_MS):
        engine.unload()
    qtbot.waitUntil(lambda: engine.state == "idle", timeout=WAIT_MS)
    assert [path.name for path in paths.states_dir().iterdir()] == [state_file(paths.states_dir(), "c1").name]
    loaded(qtbot, engine, tiny)
    with qtbot.waitSignal(engine.done, timeout=WAIT_MS) as done:
        engine.generate(long, SEEDED, max_tokens=4, conversation="c1")
    assert done.args[0].stats.restored_tokens > 64


def test_a_conversation_is_kept_when_another_one_begins(qtbot: QtBot, engine: EngineSession, tiny: Selection):
    engine.computed.limit_bytes = 1 << 30
    first = [ChatMessage("user", "Why is the sky blue and the grass green? " * 20)]
    second = [ChatMessage("user", "The cat sat on the wall and looked at the sea. " * 20)]
    loaded(qtbot, engine, tiny)
    restored = []
    for conversation, messages in (("c1", first), ("c2", second), ("c1", first)):
        with qtbot.waitSignal(engine.done, timeout=WAIT_MS) as done:
            engine.generate(messages, SEEDED, max_tokens=4, conversation=conversation)
        restored.append(done.args[0].stats.restored_tokens)
    assert restored[:2] == [0, 0]
    assert restored[2] > 64


def test_nothing_is_kept_where_that_is_not_wanted(qtbot: QtBot, engine: EngineSession, tiny: Selection):
    engine.computed.limit_bytes = 0
    loaded(qtbot, engine, tiny)
    with qtbot.waitSignal(engine.done, timeout=WAIT_MS):
        engine.generate([ChatMessage("user", "word " * 200)], SEEDED, max_tokens=4, conversation="c1")
    with qtbot.waitSignal(engine.exited, timeout=WAIT_MS):
        engine.unload()
    assert not paths.states_dir().exists() or not list(paths.states_dir().iterdir())


def test_the_context_grows_without_losing_the_conversation_or_the_process(
    qtbot: QtBot, engine: EngineSession, tiny: Selection
):
    loaded(qtbot, engine, tiny)
    messages = [ChatMessage("user", "Why is the sky blue and the grass green? " * 20)]
    with qtbot.waitSignal(engine.done, timeout=WAIT_MS):
        engine.generate(messages, SEEDED, max_tokens=4)
    pid = engine.pid
    plan = msgspec.structs.replace(tiny.plan, context_tokens=1024)
    with qtbot.waitSignal(engine.loaded, timeout=WAIT_MS) as grown:
        engine.resize(msgspec.structs.replace(tiny, plan=plan))
    assert grown.args[0].context_tokens == 1024
    assert engine.pid == pid
    with qtbot.waitSignal(engine.done, timeout=WAIT_MS) as done:
        engine.generate(messages, SEEDED, max_tokens=4)
    assert done.args[0].stats.cached_tokens > 64
    assert engine.selection is not None
    assert engine.selection.plan.context_tokens == 1024
