"""Downloads told whatever page is shown; closing asks once; the tray and the notification at the end."""

import random
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QPushButton, QSystemTrayIcon

from gemfit.catalog.types import CatalogFile
from gemfit.settings import read_settings
from gemfit.ui import tray, under_way
from gemfit.ui.session import HOME, MODELS
from tests.fakes.hub import Fault
from tests.ui.conftest import KEY

SIZE = 3_000_000


@pytest.fixture
def downloading(window, ready, hub, qtbot):
    """A download that takes its time; returns its key."""
    hub.fault(Fault("cdn", "slow", times=-1, bytes_per_s=200_000))
    data = random.Random(5).randbytes(SIZE)
    sha256 = hub.add("test/large", "large.gguf", data)
    key = ready.library.add_files(
        "Large", [CatalogFile(file="large.gguf", repo="test/large", bytes=SIZE, sha256=sha256)]
    )
    qtbot.waitUntil(lambda: ready.library.downloads.entries()[0].done_bytes > 0, timeout=15_000)
    yield key
    if ready.library.downloads.entry(key) is not None:
        ready.library.downloads.cancel(key)


@pytest.fixture
def tray_here(monkeypatch):
    """A desktop with a tray; what it would show is kept in a list."""
    messages: list[tuple[str, str]] = []
    monkeypatch.setattr(under_way, "has_tray", lambda: True)
    monkeypatch.setattr(tray, "has_tray", lambda: True)
    monkeypatch.setattr(QSystemTrayIcon, "supportsMessages", staticmethod(lambda: True))
    monkeypatch.setattr(QSystemTrayIcon, "showMessage", lambda _icon, title, text, *_: messages.append((title, text)))
    return messages


def shown_buttons(widget) -> set[str]:
    return {b.text() for b in widget.findChildren(QPushButton) if b.isVisible()}


def test_nothing_on_its_way_marks_nothing(window):
    assert window.sidebar.badge(MODELS).text == ""
    assert not window.status.transfers.isVisible()


def test_the_sidebar_counts_downloads_and_says_so(window, downloading, ready, qtbot):
    button = window.sidebar._buttons[MODELS]
    qtbot.waitUntil(lambda: window.sidebar.badge(MODELS).text == "1")
    assert button.accessibleName() == "Models, 1 download under way"
    before = button.grab().toImage()
    ready.library.downloads.pause(downloading)
    qtbot.waitUntil(lambda: button.accessibleName() == "Models")
    assert button.grab().toImage() != before


def test_a_download_that_needs_a_person_is_marked(window, ready, hub, qtbot):
    ready.library.add_files("Gone", [CatalogFile(file="gone.gguf", repo="test/gone", bytes=10)])
    qtbot.waitUntil(lambda: window.sidebar.badge(MODELS).attention, timeout=15_000)
    assert window.sidebar.badge(MODELS) == ("!", "a download needs you", True)
    assert "wait" in window.status.transfers.text()


def test_the_foot_of_the_window_tells_of_downloads_on_every_page(window, downloading, qtbot):
    window.open_page(HOME)
    qtbot.waitUntil(lambda: "1 download" in window.status.transfers.text() and "%" in window.status.transfers.text())
    qtbot.mouseClick(window.status.transfers, Qt.MouseButton.LeftButton)
    assert window.stack.currentWidget() is window.page(MODELS)


def test_with_nothing_under_way_it_closes_without_a_question(window, qtbot):
    with qtbot.waitSignal(window.closed):
        window.close()
    assert not window.isVisible()


def test_closing_asks_and_escape_stays(window, downloading, qtbot):
    window.close()
    question = window.under_way.question
    assert window.isVisible()
    assert question.isVisible()
    assert "Large" in question.accessibleDescription()
    assert question.tray.hasFocus()
    qtbot.keyClick(question.tray, Qt.Key.Key_Escape)
    assert not question.isVisible()
    assert window.isVisible()


def test_pause_and_close_leaves_it_to_go_on_at_the_next_start(window, downloading, ready, qtbot):
    window.close()
    with qtbot.waitSignal(window.closed):
        qtbot.mouseClick(window.under_way.question.pause, Qt.MouseButton.LeftButton)
    assert not ready.library.downloads.entry(downloading).paused


def test_stop_and_close_leaves_it_paused(window, downloading, ready, qtbot):
    window.close()
    with qtbot.waitSignal(window.closed):
        qtbot.mouseClick(window.under_way.question.stop, Qt.MouseButton.LeftButton)
    assert ready.library.downloads.entry(downloading).paused


def test_without_a_tray_the_window_becomes_small_and_says_so(window, downloading, monkeypatch, qtbot):
    monkeypatch.setattr(under_way, "has_tray", lambda: False)
    window.close()
    answer = window.under_way.question.tray
    assert "minimised" in answer.text()
    assert answer.accessibleName() == answer.text()
    qtbot.mouseClick(answer, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(window.isMinimized)


def test_it_goes_on_in_the_tray_and_comes_back(window, downloading, tray_here, ready, qtbot):
    window.close()
    qtbot.mouseClick(window.under_way.question.tray, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.isVisible())
    icon = window.under_way.tray
    qtbot.waitUntil(lambda: "1 download" in icon.tooltip())
    assert icon.pause_action.isEnabled()
    icon.pause_action.trigger()
    qtbot.waitUntil(lambda: ready.library.downloads.entry(downloading).paused)
    qtbot.waitUntil(icon.resume_action.isEnabled)
    icon.show_action.trigger()
    assert window.isVisible()


def test_quit_in_the_tray_ends_the_program(window, downloading, tray_here, qtbot):
    window.under_way._carry_out("tray")
    with qtbot.waitSignal(window.closed):
        window.under_way.tray.quit_action.trigger()


def test_an_answer_that_is_remembered_is_not_asked_for_again(window, downloading, ready, qtbot):
    window.close()
    question = window.under_way.question
    question.remember.click()
    with qtbot.waitSignal(window.closed):
        qtbot.mouseClick(question.stop, Qt.MouseButton.LeftButton)
    assert ready.settings.on_close == "stop"
    assert read_settings().settings.on_close == "stop"


def test_a_remembered_answer_is_carried_out(window, downloading, ready, qtbot):
    ready.change_settings(on_close="stop")
    with qtbot.waitSignal(window.closed):
        window.close()
    assert not window.under_way.question.isVisible()
    assert ready.library.downloads.entry(downloading).paused


def test_the_end_of_a_long_download_is_told_to_the_system(window, tray_here, ready, monkeypatch, qtbot):
    now = [0.0]
    monkeypatch.setattr(window.under_way, "_clock", lambda: now[0])
    monkeypatch.setattr(window, "isActiveWindow", lambda: False)
    ready.library.add(KEY)
    window.under_way.refresh()
    now[0] = 61.0
    qtbot.waitUntil(lambda: bool(tray_here), timeout=15_000)
    assert tray_here[0][0] == "Download complete"
    assert ready.machine.title(*KEY) in tray_here[0][1]


def test_a_short_download_is_not_told(window, tray_here, ready, monkeypatch, qtbot):
    monkeypatch.setattr(window, "isActiveWindow", lambda: False)
    with qtbot.waitSignal(ready.library.downloads.arrived, timeout=15_000):
        ready.library.add(KEY)
    assert tray_here == []


def test_nothing_is_told_to_somebody_who_looks_at_the_window(window, tray_here):
    assert window.isActiveWindow()
    assert window.under_way.tray.notify("Download complete", "E2B is here.") == ""
    assert tray_here == []


def test_without_a_tray_the_task_bar_is_asked_for_attention(window, monkeypatch):
    monkeypatch.setattr(window, "isActiveWindow", lambda: False)
    monkeypatch.setattr(tray, "has_tray", lambda: False)
    assert window.under_way.tray.notify("Download complete", "E2B is here.") == "alert"


def drop(window, urls: list[QUrl]) -> bool:
    """Drop these on the window as a file manager does. Returns whether it takes them."""
    mime = QMimeData()
    mime.setUrls(urls)
    keys, buttons = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPointF(300, 300).toPoint(), Qt.DropAction.CopyAction, mime, buttons, keys)
    enter.ignore()
    window.dragEnterEvent(enter)
    if enter.isAccepted():
        window.dropEvent(QDropEvent(QPointF(300, 300), Qt.DropAction.CopyAction, mime, buttons, keys))
    return enter.isAccepted()


@pytest.fixture
def own_file(tmp_path: Path, weights: bytes) -> Path:
    path = tmp_path / "elsewhere" / "mine.gguf"
    path.parent.mkdir()
    path.write_bytes(weights)
    return path


@pytest.mark.parametrize(("answer", "stays"), [("Use where it is", True), ("Copy", False)])
def test_a_file_dropped_on_the_window_comes_into_the_library(window, ready, own_file, answer, stays, qtbot):
    assert drop(window, [QUrl.fromLocalFile(str(own_file))])
    page = window.page(MODELS)
    panel = page.list.importing
    qtbot.waitUntil(lambda: answer in shown_buttons(panel))
    assert "mine.gguf" in panel.notice.text()
    next(b for b in panel.findChildren(QPushButton) if b.text() == answer).click()
    qtbot.waitUntil(lambda: "Show its card" in shown_buttons(panel), timeout=15_000)
    assert "Imported" in panel.notice.text()
    next(b for b in panel.findChildren(QPushButton) if b.text() == "Show its card").click()
    qtbot.waitUntil(page.details.isVisible)
    qtbot.waitUntil(lambda: ("Architecture", "gemma4") in page.details.header.lines())
    here = [Path(f.path) for f in ready.library.files]
    assert (own_file in here) == stays
    assert own_file.exists()


def test_a_file_used_where_it_is_can_be_taken_out_again_and_stays(window, ready, own_file, qtbot):
    window.import_files([own_file])
    page = window.page(MODELS)
    page.list.importing.take_in([own_file], "leave")
    qtbot.waitUntil(lambda: page.row(("", str(own_file))) is not None, timeout=15_000)
    choices = page.row(("", str(own_file))).choices()
    assert "Remove…" not in {choice.text for choice in choices}
    next(choice for choice in choices if choice.text.startswith("Take out")).run()
    qtbot.waitUntil(lambda: page.row(("", str(own_file))) is None, timeout=15_000)
    assert own_file.exists()


def test_a_file_that_is_none_of_weights_is_refused_with_the_reason(window, tmp_path, qtbot):
    path = tmp_path / "notes.gguf"
    path.write_bytes(b"not a model at all")
    drop(window, [QUrl.fromLocalFile(str(path))])
    panel = window.page(MODELS).list.importing
    qtbot.waitUntil(lambda: "Use where it is" in shown_buttons(panel))
    next(b for b in panel.findChildren(QPushButton) if b.text() == "Use where it is").click()
    qtbot.waitUntil(lambda: shown_buttons(panel) == {"Close"}, timeout=15_000)
    assert "notes.gguf" in panel.notice.text()
    assert path.exists()


def test_a_link_to_the_web_is_not_taken(window):
    assert not drop(window, [QUrl("https://example.org/model.gguf")])


def test_the_import_button_asks_for_files(window, own_file, qtbot):
    window.open_page(MODELS)
    page = window.page(MODELS)
    page.list.import_button.click()
    dialog = page.list.importing.findChild(QFileDialog)
    qtbot.waitUntil(dialog.isVisible)
    dialog.filesSelected.emit([str(own_file)])
    dialog.reject()
    qtbot.waitUntil(lambda: "Import mine.gguf?" in page.list.importing.notice.text())
    qtbot.waitUntil(lambda: "Not now" in shown_buttons(page.list.importing))
    next(b for b in page.list.importing.findChildren(QPushButton) if b.text() == "Not now").click()
    assert not page.list.importing.isVisible()
