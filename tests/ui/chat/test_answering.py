"""Answers from a real engine: asked for, stopped, gone on with, and what becomes of them when the engine ends."""

import os
import signal

import msgspec
import pytest
from PySide6.QtCore import QMimeData, Qt
from pytestqt.qtbot import QtBot

from gemfit.chat.store import ChatStore
from gemfit.engine.protocol import LoadPlan
from gemfit.ui.chat.page import ChatPage
from gemfit.ui.viewmodels.engine import EngineSession
from gemfit.ui.viewmodels.selection import Selection

from .conftest import WAIT_MS, settle
from .parts import answer, answered, drawn, write


def test_an_answer_streams_stops_and_is_kept(qtbot: QtBot, loaded: ChatPage, store: ChatStore):
    view = answered(qtbot, loaded)
    assert view.message.state == "interrupted"
    assert "tokens/s" in view.figures.text()
    assert "Copycat · F16" in view.figures.text()
    assert loaded.composer.text == ""
    (summary,) = store.conversations().result(5)
    assert summary.title == "Say it again"
    conversation = store.load(summary.id).result(5)
    assert conversation is not None
    assert conversation.tree == loaded.controller.tree


def test_a_message_sent_while_the_model_loads_is_answered_after(
    qtbot: QtBot, page: ChatPage, engine: EngineSession, copycat: Selection
):
    engine.load(copycat)
    write(qtbot, page, "At once")
    assert answer(page).message.state == "streaming"
    qtbot.waitUntil(lambda: len(answer(page).message.text) > 5, timeout=WAIT_MS)
    with qtbot.waitSignal(page.controller.finished, timeout=WAIT_MS):
        qtbot.mouseClick(page.composer.send, Qt.MouseButton.LeftButton)


def test_another_answer_stands_beside_the_first(qtbot: QtBot, loaded: ChatPage):
    first = answered(qtbot, loaded).message
    qtbot.mouseClick(answer(loaded).again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(answer(loaded).message.text) > 5, timeout=WAIT_MS)
    with qtbot.waitSignal(loaded.controller.finished, timeout=WAIT_MS):
        loaded.controller.stop()
    drawn(qtbot, loaded)
    assert answer(loaded)._place.text() == "2/2"
    qtbot.mouseClick(answer(loaded)._older, Qt.MouseButton.LeftButton)
    assert answer(loaded).message.id == first.id
    assert answer(loaded)._place.text() == "1/2"


def test_an_answer_that_was_stopped_goes_on_where_it_was(qtbot: QtBot, loaded: ChatPage):
    before = answered(qtbot, loaded).message
    qtbot.mouseClick(answer(loaded).go_on_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(answer(loaded).message.text) > len(before.text), timeout=WAIT_MS)
    with qtbot.waitSignal(loaded.controller.finished, timeout=WAIT_MS):
        loaded.controller.stop()
    after = answer(loaded).message
    assert after.id == before.id
    assert after.text.startswith(before.text)


def test_when_the_engine_is_killed_the_answer_goes_on_by_itself_where_it_was(
    qtbot: QtBot, loaded: ChatPage, engine: EngineSession, store: ChatStore
):
    write(qtbot, loaded, "Say it again")
    qtbot.waitUntil(lambda: len(answer(loaded).message.text) > 5, timeout=WAIT_MS)
    with qtbot.waitSignal(engine.recovering, timeout=WAIT_MS):
        os.kill(engine.pid or 0, signal.SIGKILL)
    before = answer(loaded).message
    assert "is being loaded again" in loaded.bar.text
    qtbot.waitUntil(lambda: len(answer(loaded).message.text) > len(before.text), timeout=WAIT_MS)
    assert answer(loaded).message.id == before.id
    assert answer(loaded).message.text.startswith(before.text)
    with qtbot.waitSignal(loaded.controller.finished, timeout=WAIT_MS):
        loaded.controller.stop()


def test_when_nothing_can_be_done_for_the_engine_the_text_stays_and_one_click_goes_on(
    qtbot: QtBot, loaded: ChatPage, engine: EngineSession, store: ChatStore
):
    write(qtbot, loaded, "Say it again")
    qtbot.waitUntil(lambda: len(answer(loaded).message.text) > 5, timeout=WAIT_MS)
    with qtbot.waitSignal(loaded.controller.broken_off, timeout=WAIT_MS):
        os.kill(engine.pid or 0, signal.SIGILL)
    before = answer(loaded).message
    assert before.state == "interrupted"
    assert loaded.bar.isVisible()
    conversation = store.load(loaded.controller.conversation_id).result(5)
    assert conversation is not None
    assert conversation.tree.messages[before.id].text == before.text
    go_on = loaded.bar.buttons()[0]
    assert go_on.text() == "Go on"
    qtbot.mouseClick(go_on, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(answer(loaded).message.text) > len(before.text), timeout=WAIT_MS)
    assert answer(loaded).message.text.startswith(before.text)
    with qtbot.waitSignal(loaded.controller.finished, timeout=WAIT_MS):
        loaded.controller.stop()


def test_an_engine_that_ends_between_two_answers_is_loaded_again_with_one_click(
    qtbot: QtBot, loaded: ChatPage, engine: EngineSession
):
    with qtbot.waitSignal(loaded.controller.engine_ended, timeout=WAIT_MS):
        os.kill(engine.pid or 0, signal.SIGKILL)
    with qtbot.waitSignal(engine.loaded, timeout=WAIT_MS):
        loaded.bar.buttons()[0].click()


def test_an_answer_goes_on_in_its_own_conversation_while_another_is_open(
    qtbot: QtBot, loaded: ChatPage, store: ChatStore
):
    write(qtbot, loaded, "Say it again")
    qtbot.waitUntil(lambda: len(answer(loaded).message.text) > 5, timeout=WAIT_MS)
    name = loaded.controller.conversation_id
    loaded.new_chat()
    settle(qtbot, store)
    assert loaded.transcript.views() == []
    write(qtbot, loaded, "Me too")
    assert "Another answer" in loaded.bar.text
    loaded.open_chat(name)
    settle(qtbot, store)
    qtbot.waitUntil(lambda: loaded.controller.answering_here and not loaded.transcript._waiting, timeout=WAIT_MS)
    length = len(answer(loaded).message.text)
    qtbot.waitUntil(lambda: len(answer(loaded).message.text) > length, timeout=WAIT_MS)
    with qtbot.waitSignal(loaded.controller.finished, timeout=WAIT_MS):
        loaded.controller.stop()


@pytest.fixture
def narrow(qtbot: QtBot, page: ChatPage, engine: EngineSession, copycat: Selection) -> ChatPage:
    """The page with a model that has a context of 4,096 tokens."""
    with qtbot.waitSignal(engine.loaded, timeout=WAIT_MS):
        engine.load(msgspec.structs.replace(copycat, plan=LoadPlan(context_tokens=4096, threads=1)))
    return page


def test_what_cannot_fit_the_context_is_not_sent_and_not_lost(qtbot: QtBot, narrow: ChatPage):
    mime = QMimeData()
    mime.setText("word " * 20_000)
    narrow.composer.field.insertFromMimeData(mime)
    qtbot.keyClick(narrow.composer.field, Qt.Key.Key_Return)
    assert "4,096 tokens" in narrow.bar.text
    assert narrow.composer.text == "word " * 20_000
    assert narrow.controller.tree.messages == {}


def test_what_does_not_fit_by_the_engines_count_gives_a_sentence(qtbot: QtBot, narrow: ChatPage):
    mime = QMimeData()
    mime.setText("a b c d e f g h " * 700)
    narrow.composer.field.insertFromMimeData(mime)
    with qtbot.waitSignal(narrow.controller.finished, timeout=WAIT_MS):
        qtbot.keyClick(narrow.composer.field, Qt.Key.Key_Return)
    view = answer(narrow)
    qtbot.waitUntil(lambda: not narrow.transcript.working, timeout=WAIT_MS)
    assert view.message.state == "failed"
    assert "4,096" in view.note.text()


def test_a_question_that_waits_for_a_load_that_is_stopped_is_kept(
    qtbot: QtBot, page: ChatPage, engine: EngineSession, copycat: Selection
):
    engine.load(copycat)
    write(qtbot, page, "Why?")
    with qtbot.waitSignal(page.controller.finished, timeout=WAIT_MS):
        page.loading.stop.click()
    assert answer(page).message.state == "interrupted"
    qtbot.waitUntil(lambda: engine.state == "idle", timeout=WAIT_MS)
    assert page.controller.regenerate(answer(page).message.id)
    qtbot.waitUntil(lambda: len(answer(page).message.text) > 5, timeout=WAIT_MS)
    page.controller.stop()


def test_a_model_that_rested_comes_back_with_the_next_question(qtbot: QtBot, loaded: ChatPage, engine: EngineSession):
    with qtbot.waitSignal(engine.exited, timeout=WAIT_MS):
        engine.idle_limit.set_minutes(0)
    engine.idle_limit.set_minutes(None)
    assert len(answered(qtbot, loaded, "Are you there?").message.text) > 5
