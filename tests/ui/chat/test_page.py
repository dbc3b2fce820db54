"""The chat page as a person finds it: models, loads, names of its controls."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget
from pytestqt.qtbot import QtBot

from gemfit.chat.store import ChatStore
from gemfit.engine.protocol import Stats
from gemfit.ui.chat.page import ChatPage
from gemfit.ui.viewmodels.engine import EngineSession
from gemfit.ui.viewmodels.selection import Selection

from .conftest import WAIT_MS
from .parts import kept, question, reply, write


def test_without_a_model_the_page_says_what_to_do(qtbot: QtBot, page: ChatPage, models: list[Selection]):
    models.clear()
    page.empty.refresh()
    (get,) = page.empty.offers()
    with qtbot.waitSignal(page.models_wanted):
        qtbot.mouseClick(get, Qt.MouseButton.LeftButton)


def test_a_message_without_a_model_is_kept_and_the_choice_offered(qtbot: QtBot, page: ChatPage):
    write(qtbot, page, "Hello")
    assert page.composer.text == "Hello"
    assert "No model is loaded" in page.bar.text
    assert page.bar.isVisible()


def test_a_model_of_this_computer_is_one_click_away(qtbot: QtBot, page: ChatPage, engine: EngineSession):
    (offer,) = page.empty.offers()
    with qtbot.waitSignal(engine.loaded, timeout=WAIT_MS):
        qtbot.mouseClick(offer, Qt.MouseButton.LeftButton)
    assert page.focusWidget() is page.composer.field
    assert page.picker.text() == "Copycat · F16"
    assert page.empty.offers() == []
    texts = [action.text() for action in page.picker.actions_for(page.picker.menu())]
    assert texts == ["Copycat · F16", "", "Unload, and give the memory back", "Get more models…"]


@pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen windows have no keyboard to grab
def test_the_menu_of_models_loads_and_gives_back(qtbot: QtBot, page: ChatPage, engine: EngineSession):
    page.picker.open_menu()
    (menu,) = page.picker.findChildren(QMenu)
    with qtbot.waitSignal(engine.loaded, timeout=WAIT_MS):
        menu.actions()[0].trigger()
    menu.close()
    page.picker.open_menu()
    menu = page.picker.findChildren(QMenu)[-1]
    assert menu.actions()[0].isChecked()
    with qtbot.waitSignal(engine.exited, timeout=WAIT_MS):
        menu.actions()[2].trigger()
    menu.close()
    qtbot.waitUntil(lambda: engine.state == "idle", timeout=WAIT_MS)
    assert page.picker.text() == "Choose a model"


def test_thinking_is_offered_where_the_model_can(qtbot: QtBot, loaded: ChatPage, engine: EngineSession):
    assert engine.loaded_info is not None
    assert loaded.composer.think.isVisible() == engine.loaded_info.supports_thinking
    loaded.composer.think.setChecked(True)
    assert loaded.controller.answering.think


def test_every_control_has_a_name(qtbot: QtBot, page: ChatPage, store: ChatStore):
    kept(store, qtbot, page, question(), reply("Text\n\n```\ncode\n```\n", thinking="Hm.", stats=Stats()))
    nameless = [
        f"{type(w).__name__} {w.objectName()}"
        for w in page.findChildren(QWidget)
        if w.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not w.objectName().startswith("qt_")
        and not w.accessibleName()
        and not (isinstance(w, QAbstractButton) and w.text())
    ]
    assert nameless == []


@pytest.mark.logs_warnings
def test_trouble_with_the_store_is_said_on_the_page(qtbot: QtBot, page: ChatPage, store: ChatStore):
    with qtbot.waitSignal(page.controller.trouble, timeout=5000):
        store._do("INSERT INTO nowhere VALUES (1)", ())
    assert "cannot be kept" in page.bar.text


def test_a_load_shows_what_it_does_and_esc_stops_it(
    qtbot: QtBot, page: ChatPage, engine: EngineSession, copycat: Selection
):
    engine.load(copycat)
    qtbot.waitUntil(lambda: engine.state in ("starting", "loading"), timeout=WAIT_MS)
    assert "Copycat · F16" in page.loading.text
    qtbot.keyClick(page.composer.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: engine.state == "idle", timeout=WAIT_MS)
    assert not page.loading.isVisible()
    assert not page.bar.isVisible()
