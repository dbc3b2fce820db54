"""The list of chats: found, opened, renamed, deleted and brought back; what was half written stays with its chat."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from gemfit import paths
from gemfit.chat.store import ChatStore
from gemfit.engine.state_files import state_file
from gemfit.ui.chat.page import ChatPage

from .conftest import settle
from .parts import kept, question, reply


@pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen windows have no keyboard to grab
def test_the_menu_of_a_chat_renames_and_deletes(qtbot: QtBot, page: ChatPage, store: ChatStore):
    kept(store, qtbot, page, question(), reply())
    chats = page.conversations.list
    at = chats.visualItemRect(chats.item(0)).center()
    chats.customContextMenuRequested.emit(at)
    (menu,) = page.conversations.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert [action.text() for action in menu.actions()] == ["Rename", "Delete"]
    menu.actions()[0].trigger()
    assert chats.state() == chats.State.EditingState
    menu.actions()[1].trigger()
    menu.close()
    settle(qtbot, store)
    assert chats.count() == 0


def test_a_draft_stays_with_its_conversation(qtbot: QtBot, page: ChatPage, store: ChatStore):
    kept(store, qtbot, page, question(), reply())
    qtbot.keyClicks(page.composer.field, "half a thou")
    page.new_chat()
    settle(qtbot, store)
    assert page.composer.text == ""
    qtbot.keyClicks(page.composer.field, "something new")
    page.open_chat("c1")
    settle(qtbot, store)
    assert page.composer.text == "half a thou"
    page.new_chat()
    settle(qtbot, store)
    assert page.composer.text == "something new"


def test_what_is_typed_before_the_draft_is_found_stays(qtbot: QtBot, page: ChatPage, store: ChatStore):
    page.new_chat()
    qtbot.keyClicks(page.composer.field, "Write a")  # the store has not answered yet
    settle(qtbot, store)
    assert page.composer.text == "Write a"


def test_a_deleted_chat_comes_back_with_undo(qtbot: QtBot, page: ChatPage, store: ChatStore):
    kept(store, qtbot, page, question(), reply())
    qtbot.keyClick(page.conversations.list, Qt.Key.Key_Delete)
    settle(qtbot, store)
    assert page.conversations.list.count() == 0
    assert page.transcript.views() == []
    qtbot.mouseClick(page.bar.buttons()[0], Qt.MouseButton.LeftButton)
    settle(qtbot, store)
    assert page.conversations.list.count() == 1
    assert page.controller.title == "Sky"


def test_search_rename_and_open_by_keyboard(qtbot: QtBot, page: ChatPage, store: ChatStore):
    kept(store, qtbot, page, question(), reply())
    store.create("c2", "Sea")
    qtbot.keyClicks(page.conversations.search, "sea")
    settle(qtbot, store)
    assert [page.conversations.list.item(0).text(), page.conversations.list.count()] == ["Sea", 1]
    page.conversations.list.setCurrentRow(0)
    page.conversations.list.item(0).setText("Ocean")
    qtbot.keyClick(page.conversations.list, Qt.Key.Key_Return)
    settle(qtbot, store)
    assert (page.controller.conversation_id, page.controller.title) == ("c2", "Ocean")


def test_a_chat_that_is_deleted_leaves_nothing_that_was_computed_of_it(qtbot: QtBot, page: ChatPage, store: ChatStore):
    kept(store, qtbot, page, question(), reply())
    file = state_file(paths.states_dir(), "c1")
    file.parent.mkdir(parents=True)
    file.write_bytes(b"tokens")
    page.controller.delete("c1")
    assert not file.exists()
