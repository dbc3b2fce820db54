"""A conversation that reaches the end of its context, in the window, with a real engine."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gemfit.chat.options import ChatOptions
from gemfit.chat.store import ChatStore
from gemfit.chat.tree import Draft, LeftOut
from gemfit.engine.protocol import LoadPlan, Sampling
from gemfit.ui.chat.message import AnswerView
from gemfit.ui.chat.page import ChatPage
from gemfit.ui.viewmodels.engine import EngineSession
from gemfit.ui.viewmodels.selection import Selection

from .conftest import WAIT_MS, settle

QUESTION = "The grey cat sat on the warm stone wall and looked at the sea for a long while. " * 4
OPTIONS = ChatOptions(sampling=Sampling(seed=1), max_tokens=24)


class Growing:
    """Gives twice the context, by loading again."""

    def __init__(self, engine: EngineSession) -> None:
        self.engine = engine

    def larger_context(self) -> int:
        assert self.engine.loaded_info is not None
        return 2 * self.engine.loaded_info.context_tokens

    def look_closer(self, image_tokens: int) -> None:
        raise AssertionError(f"no picture of {image_tokens} tokens is looked at here")

    def grow(self, context_tokens: int) -> None:
        selection = self.engine.selection
        assert selection is not None
        plan = msgspec.structs.replace(selection.plan, context_tokens=context_tokens)
        self.engine.load(msgspec.structs.replace(selection, plan=plan))


@pytest.fixture
def full(qtbot: QtBot, themed: None, engine: EngineSession, store: ChatStore, data_dir: Path) -> Iterator[ChatPage]:
    """A page whose conversation has no room for another question; the bar says so."""
    page = ChatPage(engine, store, list, lambda: OPTIONS, growth=Growing(engine))
    qtbot.addWidget(page)
    page.resize(1200, 760)
    with qtbot.waitExposed(page):
        page.show()
    settle(qtbot, store)
    plan = LoadPlan(context_tokens=512, threads=1)
    with qtbot.waitSignal(engine.loaded, timeout=WAIT_MS):
        engine.load(Selection(path=data_dir / "gemma4-copycat.gguf", plan=plan, title="Copycat · F16"))
    while (message := asked(qtbot, page)).state == "complete":
        pass
    assert message.state == "failed"
    yield page
    settle(qtbot, store)


def asked(qtbot: QtBot, page: ChatPage):
    with qtbot.waitSignal(page.controller.finished, timeout=WAIT_MS) as finished:
        page.controller.send(Draft(QUESTION))
    return finished.args[0]


def press(page: ChatPage, word: str) -> None:
    next(button for button in page.bar.buttons() if word in button.text()).click()


def last(qtbot: QtBot, page: ChatPage) -> AnswerView:
    qtbot.waitUntil(lambda: not page.transcript.working, timeout=WAIT_MS)
    view = page.transcript.views()[-1]
    assert isinstance(view, AnswerView)
    return view


def test_nothing_leaves_that_nobody_chose(qtbot: QtBot, full: ChatPage):
    assert full.bar.text.startswith("The context is full. Nothing is lost")
    words = [button.text() for button in full.bar.buttons()]
    assert words == ["Continue with 1,024 tokens", "Leave out the oldest turns", "Sum them up"]
    assert all(message.left_out is None for message in full.controller.tree.path())


def test_the_oldest_turns_leave_when_that_is_chosen_and_a_line_says_so(qtbot: QtBot, full: ChatPage):
    before = len(full.controller.tree.path())
    with qtbot.waitSignal(full.controller.finished, timeout=WAIT_MS) as finished:
        press(full, "Leave out")
    message = finished.args[0]
    assert message.state == "complete"
    assert message.left_out is not None
    assert not message.left_out.summary
    line = last(qtbot, full).left_out
    assert f"no longer sees the first {message.left_out.messages} messages" in line.text.text()
    assert line.isVisible()
    assert not line.show_summary.isVisible()
    assert len(full.controller.tree.path()) == before  # everything is still there


def test_the_model_sums_up_what_leaves_and_the_summary_can_be_read(
    qtbot: QtBot, full: ChatPage, store: ChatStore, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("gemfit.chat.limit.SUMMARY_TOKENS", 30)
    with (
        qtbot.waitSignal(full.controller.summing_up, timeout=WAIT_MS),
        qtbot.waitSignal(full.controller.finished, timeout=WAIT_MS) as finished,
    ):
        press(full, "Sum them up")
    left_out = finished.args[0].left_out
    assert left_out.summary
    assert not full.bar.isVisible()
    line = last(qtbot, full).left_out
    line.show_summary.click()
    assert line.summary.isVisible()
    assert line.summary.text() == left_out.summary
    kept = store.load(full.controller.conversation_id).result(5)
    assert kept is not None
    assert kept.tree.path()[-1].left_out == left_out


def test_a_longer_context_goes_on_with_everything(qtbot: QtBot, full: ChatPage, engine: EngineSession):
    with qtbot.waitSignal(full.controller.finished, timeout=WAIT_MS) as finished:
        press(full, "Continue with 1,024")
    assert finished.args[0].state == "complete"
    assert finished.args[0].left_out is None
    assert engine.loaded_info is not None
    assert engine.loaded_info.context_tokens == 1024


def test_a_chat_that_may_leave_out_turns_goes_on_by_itself(qtbot: QtBot, full: ChatPage):
    full.controller.set_options(msgspec.structs.replace(full.controller.options, when_full="drop"))
    answers = [asked(qtbot, full) for _ in range(5)]
    assert {answer.state for answer in answers} == {"complete"}
    said = [answer.left_out for answer in answers if answer.left_out is not None]
    assert said == sorted(set(said), key=lambda left: left.messages)
    assert 0 < len(said) < len(answers)


def test_the_choice_is_offered_before_the_end(qtbot: QtBot, full: ChatPage):
    full.bar.dismiss()
    full.full_context._offered.clear()
    full.controller.filling.emit("any")
    assert "tokens of the context are used" in full.bar.text
    press(full, "Sum them up then")
    assert full.controller.options.when_full == "compact"
    assert full.options_panel.when_full.currentData() == "compact"


def test_what_was_left_out_is_remembered_with_the_conversation(qtbot: QtBot, full: ChatPage, store: ChatStore):
    with qtbot.waitSignal(full.controller.finished, timeout=WAIT_MS):
        press(full, "Leave out")
    conversation_id = full.controller.conversation_id
    full.new_chat()
    full.open_chat(conversation_id)
    settle(qtbot, store)
    assert isinstance(full.controller.tree.path()[-1].left_out, LeftOut)
    assert last(qtbot, full).left_out.isVisible()


def test_esc_stops_the_summing_up(qtbot: QtBot, full: ChatPage):
    with qtbot.waitSignal(full.controller.summing_up, timeout=WAIT_MS):
        press(full, "Sum them up")
    with qtbot.waitSignal(full.controller.finished, timeout=WAIT_MS) as finished:
        qtbot.keyClick(full.composer.field, Qt.Key.Key_Escape)
    assert finished.args[0].state in ("interrupted", "complete")
    assert not full.controller.busy
