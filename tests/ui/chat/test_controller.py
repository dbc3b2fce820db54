"""The rules of the chat page, without the page."""

import sqlite3
from concurrent.futures import Future

import pytest
from PySide6.QtCore import QObject
from shiboken6 import delete

from gemfit.chat.store import ChatStore
from gemfit.ui.chat.controller import ChatController
from gemfit.ui.chat.later import Later
from gemfit.ui.viewmodels.engine import EngineSession


@pytest.mark.logs_warnings
def test_the_store_goes_on_when_it_has_trouble_and_a_page_from_before_is_gone(engine: EngineSession, store: ChatStore):
    before = QObject()
    ChatController(engine, store, parent=before)
    delete(before)
    with pytest.raises(sqlite3.Error):
        store._do("INSERT INTO nowhere VALUES (1)", ()).result(5)
    assert store.conversations().result(5) == []


def test_an_answer_for_a_page_that_is_gone_is_dropped(qapp):
    page, asked, told = QObject(), Future(), []
    Later(page).when(asked, told.append)
    delete(page)
    asked.set_result("late")
    qapp.processEvents()
    assert told == []
