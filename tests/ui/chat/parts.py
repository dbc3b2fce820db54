"""What the tests of the chat do and find on its page."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gemfit.chat.store import ChatStore
from gemfit.chat.tree import Message
from gemfit.ui.chat.message import AnswerView
from gemfit.ui.chat.page import ChatPage

from .conftest import WAIT_MS, settle

TITLE = "Gemma 4 E2B · Q4_0 QAT"


def write(qtbot: QtBot, page: ChatPage, text: str) -> None:
    qtbot.keyClicks(page.composer.field, text)
    qtbot.keyClick(page.composer.field, Qt.Key.Key_Return)


def answer(page: ChatPage) -> AnswerView:
    found = page.transcript.views()[-1]
    assert isinstance(found, AnswerView)
    return found


def answered(qtbot: QtBot, page: ChatPage, text: str = "Say it again") -> AnswerView:
    """Ask, let some words come, stop."""
    write(qtbot, page, text)
    qtbot.waitUntil(lambda: len(answer(page).message.text) > 5, timeout=WAIT_MS)
    with qtbot.waitSignal(page.controller.finished, timeout=WAIT_MS):
        qtbot.keyClick(page.composer.field, Qt.Key.Key_Escape)
    drawn(qtbot, page)
    return answer(page)


def drawn(qtbot: QtBot, page: ChatPage) -> None:
    qtbot.waitUntil(lambda: not page.transcript.working, timeout=WAIT_MS)


def kept(store: ChatStore, qtbot: QtBot, page: ChatPage, *messages: Message, title: str = "Sky") -> None:
    """Put a conversation into the store and open it."""
    store.create("c1", title)
    for message in messages:
        store.save("c1", message)
    store.choose("c1", messages[-1].id)
    page.controller.refresh()
    page.open_chat("c1")
    settle(qtbot, store)
    drawn(qtbot, page)


def question(text: str = "Why is the sky blue?", name: str = "q1", parent: str | None = None) -> Message:
    return Message(id=name, parent=parent, role="user", text=text)


def reply(text: str = "Because.", name: str = "a1", parent: str = "q1", **more: object) -> Message:
    return Message(id=name, parent=parent, role="assistant", text=text, title=TITLE, **more)  # type: ignore[arg-type]
