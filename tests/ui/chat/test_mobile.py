"""The chat page with a model in the mobile format: nothing in the window knows the difference."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psutil
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gemfit.chat.options import ChatOptions
from gemfit.chat.store import ChatStore
from gemfit.engine.protocol import LoadPlan, Sampling
from gemfit.loading import on_gpu
from gemfit.ui.chat.page import ChatPage
from gemfit.ui.viewmodels.engine import EngineSession
from gemfit.ui.viewmodels.selection import Selection

from .conftest import WAIT_MS, settle
from .parts import answer, drawn, write


@pytest.fixture
def mobile(data_dir: Path, tmp_path: Path) -> Selection:
    path = tmp_path / "tiny.litertlm"
    shutil.copy(data_dir / "tiny-gemma-chat.litertlm", path)
    return Selection(path=path, plan=LoadPlan(context_tokens=1024, threads=1), title="Tiny · Mobile")


@pytest.fixture
def chat(qtbot: QtBot, themed: None, engine: EngineSession, store: ChatStore, mobile: Selection) -> Iterator[ChatPage]:
    page = ChatPage(engine, store, lambda: [mobile], lambda: ChatOptions(sampling=Sampling(temperature=0.0)))
    qtbot.addWidget(page)
    page.resize(1200, 760)
    with qtbot.waitExposed(page):
        page.show()
    settle(qtbot, store)
    with qtbot.waitSignal(engine.loaded, timeout=WAIT_MS):
        engine.load(mobile)
    yield page
    settle(qtbot, store)


def ask(qtbot: QtBot, page: ChatPage, text: str) -> str:
    with qtbot.waitSignal(page.controller.finished, timeout=WAIT_MS):
        write(qtbot, page, text)
    drawn(qtbot, page)
    return answer(page).message.text


def test_a_conversation_of_several_turns(qtbot: QtBot, chat: ChatPage, engine: EngineSession):
    assert ask(qtbot, chat, "Hello") == "Hello! How can I help you today?"
    assert "tokens/s" in answer(chat).figures.text()
    assert ask(qtbot, chat, "What is 2 + 2?") == "2 + 2 = 4"
    assert engine.last_stats is not None
    assert engine.last_stats.cached_tokens > 10


def test_a_thought_is_shown_apart(qtbot: QtBot, chat: ChatPage):
    assert chat.composer.think.isVisible()
    chat.composer.think.setChecked(True)
    assert ask(qtbot, chat, "What is the capital of France?") == "The capital of France is Paris."
    assert answer(chat).message.thinking == "The user asks about France. The capital is Paris."


def test_what_the_model_writes_stays_text(qtbot: QtBot, chat: ChatPage):
    assert ask(qtbot, chat, "Write a tag.") == "<b>bold</b> & <script>alert(1)</script>"


def test_after_a_stop_the_conversation_goes_on(qtbot: QtBot, chat: ChatPage, engine: EngineSession):
    write(qtbot, chat, "Tell me a story.")
    qtbot.waitUntil(lambda: len(answer(chat).message.text) > 5, timeout=WAIT_MS)
    if engine.state == "answering":
        with qtbot.waitSignal(chat.controller.finished, timeout=WAIT_MS):
            qtbot.keyClick(chat.composer.field, Qt.Key.Key_Escape)
    drawn(qtbot, chat)
    assert answer(chat).message.text.startswith("Once")
    assert ask(qtbot, chat, "Hello") == "Hello! How can I help you today?"


def test_a_killed_engine_is_loaded_again(qtbot: QtBot, chat: ChatPage, engine: EngineSession):
    assert ask(qtbot, chat, "Hello").startswith("Hello")
    assert engine.pid is not None
    with qtbot.waitSignal(engine.exited, timeout=WAIT_MS):
        psutil.Process(engine.pid).kill()
    with qtbot.waitSignal(engine.loaded, timeout=WAIT_MS):
        engine.reload()
    assert ask(qtbot, chat, "What is 2 + 2?") == "2 + 2 = 4"


def test_a_gpu_that_does_not_work_is_said_and_the_model_answers(
    qtbot: QtBot, chat: ChatPage, engine: EngineSession, mobile: Selection
):
    with qtbot.waitSignal(engine.loaded, timeout=WAIT_MS) as loaded:
        engine.load(msgspec.structs.replace(mobile, plan=on_gpu(mobile.plan)))
    if loaded.args[0].problem is not None:
        assert "GPU" in chat.bar.text
    assert ask(qtbot, chat, "Hello") == "Hello! How can I help you today?"
