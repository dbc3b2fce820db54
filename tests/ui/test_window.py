"""The frame: pages, shortcuts, panels, the engine's line, and what is remembered."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from gemfit import paths
from gemfit.chat.tree import Message
from gemfit.engine.protocol import Stats
from gemfit.library.types import LocalFile
from gemfit.ui import theme
from gemfit.ui.program import speak
from gemfit.ui.session import CHAT, HOME, MACHINE, MODELS, SETTINGS
from gemfit.ui.viewmodels.working import Work
from gemfit.ui.window import MainWindow
from tests.ui.conftest import KEY


@pytest.fixture
def window(session, qtbot):
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.resize(1100, 760)
    window.show()
    qtbot.waitExposed(window)
    return window


def page(window) -> int:
    return next(n for n, p in window._pages.items() if p is window.stack.currentWidget())


def test_it_opens_on_home_and_builds_pages_only_when_visited(window):
    assert page(window) == HOME
    assert list(window._pages) == [HOME]
    window.open_page(MACHINE)
    window.open_page(MACHINE)
    assert list(window._pages) == [HOME, MACHINE]


@pytest.mark.parametrize("number", range(5))
def test_ctrl_and_a_number_open_a_page(window, qtbot, number):
    qtbot.keyClick(window, Qt.Key(Qt.Key.Key_1 + number), Qt.KeyboardModifier.ControlModifier)
    assert page(window) == number
    assert window.sidebar._group.checkedId() == number


def test_the_sidebar_opens_pages(window, qtbot):
    qtbot.mouseClick(window.sidebar._group.button(MODELS), Qt.MouseButton.LeftButton)
    assert page(window) == MODELS


def test_ctrl_comma_opens_the_settings(window, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert page(window) == SETTINGS


@pytest.mark.parametrize("key", [Qt.Key.Key_N, Qt.Key.Key_L])
def test_ctrl_n_and_ctrl_l_lead_to_the_composer(window, qtbot, key):
    qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
    assert page(window) == CHAT
    assert window.page(CHAT).isAncestorOf(window.focusWidget())


def test_a_narrow_window_keeps_the_icons_and_their_names(window, qtbot):
    button = window.sidebar._group.button(MODELS)
    assert button.text() == "Models"
    window.resize(720, 520)
    qtbot.waitUntil(lambda: button.text() == "")
    assert button.accessibleName() == "Models"
    assert "Models" in button.toolTip()
    window.resize(1100, 760)
    qtbot.waitUntil(lambda: button.text() == "Models")


def test_no_page_is_wider_than_the_smallest_window(window, qtbot, session):
    session.machine.probe()
    qtbot.waitUntil(lambda: session.machine.state == "ready" and session.library.scanned)
    window.resize(720, 520)
    for number in (HOME, MODELS, MACHINE, SETTINGS):
        window.open_page(number)
        qtbot.waitUntil(lambda n=number: window.page(n).isVisible())
        shown = window.page(number)
        shown = shown.list if number == MODELS else shown
        assert shown.widget().minimumSizeHint().width() <= shown.viewport().width(), number
    assert window.width() == 720


def test_go_to_anything_filters_and_goes(window, session, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert window.goto.isVisible()
    qtbot.waitUntil(window.goto.field.hasFocus)
    everything = window.goto.list.count()
    qtbot.keyClicks(window.goto.field, "mach")
    assert 0 < window.goto.list.count() < everything
    qtbot.keyClick(window.goto.field, Qt.Key.Key_Down)
    assert window.goto.list.currentRow() == 1
    qtbot.keyClick(window.goto.field, Qt.Key.Key_Up)
    qtbot.keyClick(window.goto.field, Qt.Key.Key_Return)
    assert not window.goto.isVisible()
    assert page(window) == MACHINE


def test_go_to_anything_finds_chats(window, session, qtbot):
    session.store.create("c1", "About herons").result(5)
    session.store.save("c1", Message(id="m1", parent=None, role="user", text="Tell me about herons"))
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: any(d.kind == "chat" for d in window.goto._found))
    qtbot.keyClicks(window.goto.field, "herons")
    qtbot.keyClick(window.goto.field, Qt.Key.Key_Return)
    assert page(window) == CHAT


def test_go_to_anything_finds_models_that_are_here(on_the_processor, window, ready, qtbot):
    with qtbot.waitSignal(ready.library.downloads.arrived, timeout=15_000):
        ready.library.get(KEY)
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(window.goto.field, "e2b model")
    with qtbot.waitSignal(ready.engine.loaded, timeout=30_000):
        qtbot.keyClick(window.goto.field, Qt.Key.Key_Return)


def test_nothing_found_goes_nowhere(window, qtbot):
    window.go_to_anything()
    qtbot.keyClicks(window.goto.field, "qqqq")
    qtbot.keyClick(window.goto.field, Qt.Key.Key_Return)
    assert window.goto.isVisible()


def test_escape_closes_a_panel_and_gives_the_focus_back(window, qtbot):
    window.open_page(SETTINGS)
    field = window.page(SETTINGS).endpoint
    field.setFocus()
    window.go_to_anything()
    qtbot.keyClick(window.goto.field, Qt.Key.Key_Escape)
    assert not window.goto.isVisible()
    assert field.hasFocus()


def test_f1_shows_the_shortcuts(window, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert window.shortcuts.isVisible()
    shown = " ".join(label.text() for label in window.shortcuts.findChildren(QLabel))
    assert "Ctrl+K" in shown
    qtbot.keyClick(window.shortcuts, Qt.Key.Key_Escape)
    assert not window.shortcuts.isVisible()


def test_panels_stay_inside_a_window_that_shrinks(window, qtbot):
    window.go_to_anything()
    window.resize(720, 520)
    qtbot.waitUntil(lambda: window.rect().contains(window.goto.geometry()))


def test_the_engines_line_says_what_it_is_and_costs(on_the_processor, window, ready, qtbot):
    assert "No model is loaded" in window.status.text()
    with qtbot.waitSignal(ready.library.downloads.arrived, timeout=15_000):
        ready.library.get(KEY)
    with qtbot.waitSignal(ready.engine.loaded, timeout=30_000):
        ready.chat_with(KEY)
    qtbot.waitUntil(lambda: "ready" in window.status.text())
    text = window.status.text()
    assert text.startswith(ready.machine.title(*KEY))
    assert "predicted" in text
    assert "context 0/8,192" in text
    ready.engine.last_stats = Stats(generation_tps=61.2, context_used_tokens=1204)
    window.status.refresh()
    assert "last 61 t/s · context 1,204/8,192" in window.status.text()
    ready.engine.unload()
    qtbot.waitUntil(lambda: "No model is loaded" in window.status.text(), timeout=15_000)


def test_what_the_session_says_in_passing_is_shown(window, session):
    session.said.emit("The old conversations are kept aside.")
    assert window.status.text() == "The old conversations are kept aside."


def test_the_place_of_the_window_is_remembered(window, session, qtbot):
    window.resize(700, 500)
    window.close()
    assert (paths.state_dir() / "window.geometry").exists()
    again = MainWindow(session)
    qtbot.addWidget(again)
    assert (again.width(), again.height()) == (700, 500)


def test_another_start_brings_it_forward(window):
    window.showMinimized()
    window.come_forward()
    assert not window.isMinimized()
    assert window.isVisible()


def test_another_language_is_spoken_at_once(window, session, qapp, qtbot):
    window.open_page(SETTINGS)
    speak(qapp, session.settings)
    window.rebuild()
    assert page(window) == SETTINGS
    assert window.stack.count() == 2
    window.open_page(HOME)


def test_another_language_waits_until_no_page_is_at_work(window, session):
    owner, home = object(), window.page(HOME)
    session.working.begin(owner, Work("Files are being imported …", "", lambda: None))
    window.rebuild()
    assert window.page(HOME) is home
    session.working.end(owner)
    assert window.page(HOME) is not home


def test_the_theme_changes_under_open_pages(window, ready, qapp):
    for number in range(5):
        window.open_page(number)
    theme.apply(qapp, "dark")
    assert window.grab().toImage().pixelColor(600, 8).lightness() < 80
    theme.apply(qapp, "light")
    assert window.grab().toImage().pixelColor(600, 8).lightness() > 200


def test_the_chat_page_offers_a_model_as_soon_as_it_is_found(window, session):
    window.open_page(CHAT)
    empty = window.page(CHAT).empty
    assert [button.text() for button in empty.offers()] == ["Get a model"]
    session.library.files = [
        LocalFile(path="/srv/weights/e2b.gguf", bytes=1, model=KEY[0], build=KEY[1], verified=True)
    ]
    session.library.changed.emit()
    assert "Get a model" not in [button.text() for button in empty.offers()]


def test_the_first_window_is_no_larger_than_the_screen(session, qtbot):
    window = MainWindow(session)
    qtbot.addWidget(window)
    room = window.screen().availableSize()
    assert window.width() <= max(room.width(), window.minimumSizeHint().width())
    assert window.height() <= max(room.height(), window.minimumSizeHint().height())
