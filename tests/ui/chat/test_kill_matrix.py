"""Whatever happens to the engine, and whenever: the conversation is whole, nothing is left, and the next load works.

The child is the real one with a fault in it (`tests/fakes/engine_child.py`); the children after it are as they are.
"""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from gemfit.chat.store import ChatStore, Draft
from gemfit.chat.tree import Message
from gemfit.engine import client, watch
from gemfit.engine.client import EngineClient, Listener
from gemfit.engine.protocol import (
    Delta,
    EngineExit,
    Event,
    Hello,
    Loaded,
    LoadPlan,
    LoadProgress,
    PromptProgress,
    Sampling,
)
from gemfit.paths import engine_command
from gemfit.ui import worker
from gemfit.ui.chat.controller import ChatController, ChatOptions
from gemfit.ui.viewmodels.engine import EngineSession
from gemfit.ui.viewmodels.selection import Selection

WAIT_MS = 30_000
CHILD = Path(__file__).parents[2] / "fakes" / "engine_child.py"
LONG = "Hello " * 600  # more than one batch
GREEDY = ChatOptions(sampling=Sampling(temperature=0.0), max_tokens=25)
FAULTY_AFTER = {"load": LoadProgress, "prompt": PromptProgress, "generation": Delta, "idle": Loaded}
MOMENTS = {"load": "loading", "prompt": "prompt", "generation": "generating", "idle": "idle"}
CAUSES = {
    "SIGKILL": "killed",
    "SIGSEGV": "crash",
    "SIGABRT": "assertion",
    "memory": "out_of_memory",
    "stopped": "hang",
    "still": "hang",
    "circles": "hang",
    "nonsense": "bad_message",
    "endless": "bad_message",
    "silent": "bad_message",
    "cut": "file_changed",
}

pytestmark = [
    pytest.mark.logs_warnings,
    pytest.mark.skipif(sys.platform != "linux", reason="the faults are made with what Linux has"),
]


class Bench:
    """A conversation with a model whose first engine has a fault."""

    def __init__(self, qtbot: QtBot, store: ChatStore, file: Path, watch_closely: Callable[[Event], None]) -> None:
        self.qtbot = qtbot
        self.watch_closely = watch_closely
        self.store = store
        self.file = file
        self.pids: list[int] = []
        self.exits: list[EngineExit] = []
        self.engine = EngineSession(make_client=self._client)
        self.controller = ChatController(self.engine, store, lambda: GREEDY)

    def _client(self, listener: Listener) -> EngineClient:
        def told(event: Event | EngineExit) -> None:
            if isinstance(event, Hello):
                self.pids.append(event.pid)
            elif isinstance(event, EngineExit) and not event.expected:
                self.exits.append(event)
            if not isinstance(event, EngineExit):
                self.watch_closely(event)
            listener(event)

        return EngineClient(told)

    def begin(self) -> None:
        plan = LoadPlan(context_tokens=2048, threads=1)
        self.engine.load(Selection(path=self.file, plan=plan, title="Tiny"))

    def wait_ready(self) -> None:
        self.qtbot.waitUntil(lambda: self.engine.state == "ready", timeout=WAIT_MS)

    def ask(self, text: str) -> Message:
        """One question; what came of it, as it stands on the disk."""
        with self.qtbot.waitSignal(self.controller.finished, timeout=WAIT_MS) as finished:
            self.controller.send(Draft(text))
        assert finished.args is not None
        return self.kept(finished.args[0].id)

    def kept(self, message_id: str) -> Message:
        conversation = self.store.load(self.controller.conversation_id).result(5)
        assert conversation is not None
        return conversation.tree.messages[message_id]

    def is_gone(self, pid: int) -> bool:
        return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


@pytest.fixture
def bench(
    qtbot: QtBot, tmp_path: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Bench]:
    fault, moment = request.param
    file = tmp_path / "model.gguf"
    shutil.copy(data_dir / "gemma4-tiny.gguf", file)
    started: list[str] = []

    def command(*arguments: object, **named: object) -> list[str]:
        started.append(fault)
        if len(started) == 1:
            return [sys.executable, str(CHILD), fault, moment, str(file)]
        monkeypatch.undo()  # those after it are watched with patience
        return engine_command(*arguments, **named)

    monkeypatch.setattr(client, "engine_command", command)
    monkeypatch.setattr(client, "CANCEL_S", 0.5)
    monkeypatch.setattr(client, "LOOK_S", 0.2)

    def watch_closely(event: Event) -> None:
        """From the moment of the fault on: before it, a busy machine may take its time."""
        if CAUSES.get(fault) == "hang" and isinstance(event, FAULTY_AFTER[moment]) and len(started) == 1:
            for name, limit_s in (("LIFE_S", 1.0), ("WORK_S", 1.2), ("PROGRESS_S", 1.5)):
                monkeypatch.setattr(watch, name, limit_s)

    if fault in ("cut", "replaced"):
        monkeypatch.setenv("GEMFIT_ENGINE_WRITES", str(tmp_path))
    store = ChatStore(tmp_path / "chats.sqlite3")
    made = Bench(qtbot, store, file, watch_closely)
    yield made
    made.engine.close()
    qtbot.waitUntil(lambda: made.engine.state == "idle", timeout=WAIT_MS)
    assert worker.wait_for_all(10)
    store.close()
    assert all(made.is_gone(pid) for pid in made.pids)


def moments_of(fault: str) -> list[str]:
    """`endless` is `nonsense` in another dress, and `circles` is `still`."""
    return ["generation"] if fault in ("endless", "circles") else list(MOMENTS)


def cases(faults: list[str], without: str = "") -> pytest.MarkDecorator:
    """Each fault at each moment but one."""
    found = [(fault, moment) for fault in faults for moment in moments_of(fault) if moment != without]
    return pytest.mark.parametrize("bench", found, indirect=True, ids=[f"{f}-{m}" for f, m in found])


def asked(bench: Bench, moment: str) -> Message:
    """The fault happens, and a question is answered over it."""
    bench.begin()
    if moment in ("prompt", "generation", "idle"):
        bench.wait_ready()
    if moment == "idle":
        bench.qtbot.waitUntil(lambda: bench.engine.state == "ended", timeout=WAIT_MS)
    return bench.ask(LONG)


def whole(bench: Bench, answer: Message) -> None:
    """The answer is there to its end, and another question is answered too."""
    assert answer.state == "complete"
    assert answer.finish_reason in ("length", "stop")
    assert len(answer.text + answer.thinking) > 0
    again = bench.ask("And now?")
    assert again.state == "complete"
    assert bench.kept(answer.id) == answer
    assert len(bench.pids) == 2
    assert bench.is_gone(bench.pids[0])


@cases(["SIGKILL", "SIGSEGV", "SIGABRT", "nonsense", "endless", "silent"])
def test_the_conversation_goes_on(bench: Bench, request: pytest.FixtureRequest):
    fault, moment = request.node.callspec.params["bench"]
    answer = asked(bench, moment)
    if moment == "load" and CAUSES[fault] in ("crash", "assertion"):
        # What breaks while loading breaks again: a person is told, and decides.
        assert answer.state in ("failed", "interrupted")
        assert answer.note is not None
        answer = bench.ask("Once more")
    whole(bench, answer)
    (end,) = bench.exits
    assert (end.cause, end.doing) == (CAUSES[fault], MOMENTS[moment])


@cases(["memory"], without="idle")
def test_the_conversation_goes_on_with_less_memory(bench: Bench, request: pytest.FixtureRequest):
    moment = request.node.callspec.params["bench"][1]
    whole(bench, asked(bench, moment))
    assert bench.engine._recovery is not None
    assert bench.engine._recovery.plan.kv_type == "q8_0"
    assert [end.cause for end in bench.exits] == ([] if moment == "load" else ["out_of_memory"])


@cases(["stopped"], without="idle")
def test_a_stopped_engine_is_found_out(bench: Bench, request: pytest.FixtureRequest):
    whole(bench, asked(bench, request.node.callspec.params["bench"][1]))
    assert [end.cause for end in bench.exits] == ["hang"]


@pytest.mark.parametrize("bench", [("stopped", "idle")], indirect=True)
def test_an_engine_that_was_stopped_between_two_questions_is_found_out_at_the_next(bench: Bench):
    bench.begin()
    bench.wait_ready()
    bench.qtbot.waitUntil(lambda: psutil.Process(bench.pids[0]).status() == psutil.STATUS_STOPPED, timeout=WAIT_MS)
    whole(bench, bench.ask(LONG))
    assert [end.cause for end in bench.exits] == ["hang"]


@pytest.mark.parametrize("bench", [("deaf", "idle")], indirect=True)
def test_an_engine_that_does_not_hear_is_replaced_at_the_next_question(bench: Bench):
    bench.begin()
    bench.wait_ready()
    ear = Path(f"/proc/{bench.pids[0]}/fd/0")
    bench.qtbot.waitUntil(lambda: str(ear.readlink()) == "/dev/null", timeout=WAIT_MS)
    whole(bench, bench.ask(LONG))
    assert [end.cause for end in bench.exits] == ["ended"]


@cases(["still", "circles"], without="idle")
def test_an_engine_that_beats_and_does_not_move_is_found_out(bench: Bench, request: pytest.FixtureRequest):
    whole(bench, asked(bench, request.node.callspec.params["bench"][1]))
    assert [end.cause for end in bench.exits] == ["hang"]


@cases(["cut"])
def test_a_file_that_is_cut_while_it_is_in_use(bench: Bench, data_dir: Path, request: pytest.FixtureRequest):
    moment = request.node.callspec.params["bench"][1]
    bench.begin()
    if moment == "idle":
        bench.wait_ready()
        bench.qtbot.waitUntil(lambda: bench.file.stat().st_size == 4096, timeout=WAIT_MS)
    answer = bench.ask(LONG)
    assert answer.state in ("failed", "interrupted")
    assert "model.gguf" in str(answer.note)
    shutil.copy(data_dir / "gemma4-tiny.gguf", bench.file)
    again = bench.ask("And now?")
    assert again.state == "complete"
    assert bench.kept(answer.id) == answer
    assert [end.cause for end in bench.exits] == (["file_changed"] if moment in ("prompt", "generation") else [])


@cases(["replaced"])
def test_a_file_that_another_is_moved_over_is_used_to_the_end(bench: Bench):
    bench.begin()
    bench.wait_ready()
    assert bench.ask(LONG).state == "complete"
    assert bench.ask("And now?").state == "complete"
    assert len(bench.pids) == 1
    bench.qtbot.waitUntil(lambda: bench.file.read_bytes() == b"another file", timeout=WAIT_MS)
