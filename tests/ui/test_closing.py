"""Closing while work other than downloads is under way: asked once, and what is stopped is whole or can go on."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from gemfit.engine.protocol import ChatMessage, LoadPlan
from gemfit.library import bring
from gemfit.library.import_file import import_paths
from gemfit.settings import read_settings
from gemfit.ui import tray, under_way
from gemfit.ui.at_work import at_work
from gemfit.ui.session import MODELS
from gemfit.ui.viewmodels.selection import Selection
from gemfit.ui.viewmodels.working import Work
from tests.ui.conftest import KEY


@pytest.fixture
def import_under_way(window, ready, tmp_path, weights, monkeypatch):
    """An import that waits in the middle of its file until it is let go on, or stopped."""
    go_on, path = threading.Event(), tmp_path / "elsewhere" / "mine.gguf"
    path.parent.mkdir()
    path.write_bytes(weights)
    monkeypatch.setattr(bring, "_reflink", lambda *_: False)
    monkeypatch.setattr(bring, "BUFFER_BYTES", 64 << 10)
    panel = window._models_page().list.importing
    write = bring._write

    def slow(copy, data):
        while not (go_on.wait(0.02) or panel.cancelled.is_set()):
            pass
        write(copy, data)

    monkeypatch.setattr(bring, "_write", slow)
    panel.take_in([path], "copy")
    yield path, go_on
    go_on.set()


def press(window, name: str, qtbot) -> None:
    qtbot.mouseClick(getattr(window.under_way.question, name), Qt.MouseButton.LeftButton)


def test_an_import_is_told_and_what_becomes_of_it(window, import_under_way, ready, qtbot):
    window.close()
    question = window.under_way.question
    assert question.isVisible()
    assert "being imported" in question.accessibleDescription()
    assert "the file under way is as it was" in question.accessibleDescription()
    assert "Paused downloads" not in question.accessibleDescription()
    qtbot.keyClick(question.tray, Qt.Key.Key_Escape)
    assert window.isVisible()
    import_under_way[1].set()
    qtbot.waitUntil(lambda: at_work(ready) == [], timeout=15_000)


@pytest.mark.parametrize("answer", ["pause", "stop"])
def test_a_stopped_import_leaves_nothing_half(window, import_under_way, ready, answer, weights, qtbot):
    window.close()
    with qtbot.waitSignal(window.closed):
        press(window, answer, qtbot)
    qtbot.waitUntil(lambda: at_work(ready) == [], timeout=15_000)
    path, _go_on = import_under_way
    assert path.read_bytes() == weights
    assert [file for file in ready.settings.weights_folder.rglob("*") if file.is_file()] == []
    again = import_paths([path], ready.settings.weights_folder, ready.machine.catalog, how="copy")
    assert [Path(file.path).read_bytes() for file in again.files] == [weights]


def test_an_import_goes_on_in_the_tray(window, import_under_way, ready, monkeypatch, qtbot):
    monkeypatch.setattr(under_way, "has_tray", lambda: True)
    monkeypatch.setattr(tray, "has_tray", lambda: True)
    window.close()
    press(window, "tray", qtbot)
    qtbot.waitUntil(lambda: not window.isVisible())
    assert "being imported" in window.under_way.tray.tooltip()
    import_under_way[1].set()
    qtbot.waitUntil(lambda: at_work(ready) == [], timeout=15_000)
    assert window.under_way.tray.tooltip() == "Gemfit"
    window.under_way.tray.show_action.trigger()
    qtbot.waitUntil(lambda: "Imported" in window._models_page().list.importing.notice.text())


def test_a_check_is_told_and_a_stopped_one_goes_on_the_next_time(window, ready, monkeypatch, qtbot):
    with qtbot.waitSignal(ready.library.downloads.arrived, timeout=15_000):
        ready.library.add(KEY)
    from gemfit.library import store

    verify, reached = store.verify, threading.Event()

    def slow(path, *args, cancelled=None, **options):
        reached.set()
        cancelled.wait(20)
        return verify(path, *args, cancelled=cancelled, **options)

    monkeypatch.setattr(store, "verify", slow)
    ready.checking.check_all()
    assert reached.wait(20)
    window.close()
    assert "being checked" in window.under_way.question.accessibleDescription()
    with qtbot.waitSignal(window.closed):
        press(window, "pause", qtbot)
    qtbot.waitUntil(lambda: not ready.checking.running, timeout=15_000)
    assert ready.checking.trouble == ""


def test_an_answer_is_told_and_stopped_in_order(window, on_the_processor, ready, data_dir, qtbot):
    plan = LoadPlan(context_tokens=2048, threads=1)
    selection = Selection(path=data_dir / "gemma4-copycat.gguf", plan=plan, title="Copycat", predicted_bytes=0)
    with qtbot.waitSignal(ready.engine.loaded, timeout=30_000):
        ready.engine.load(selection)
    ready.engine.generate([ChatMessage("user", "again " * 50)])
    window.close()
    question = window.under_way.question
    assert "An answer is being written." in question.accessibleDescription()
    assert "can go on from there" in question.accessibleDescription()
    with qtbot.waitSignal(ready.engine.done, timeout=15_000) as done, qtbot.waitSignal(window.closed):
        press(window, "stop", qtbot)
    assert done.args[0].finish_reason == "cancelled"


def test_everything_under_way_is_in_one_question(window, ready, qtbot):
    stopped = []
    for name in ("one", "two"):
        ready.working.begin(name, Work(f"{name} runs.", f"{name} is kept.", lambda name=name: stopped.append(name)))
    window.close()
    said = window.under_way.question.accessibleDescription()
    assert all(text in said for text in ("one runs.", "two runs.", "one is kept.", "two is kept.", "Nothing that has"))
    window.under_way.question.remember.click()
    with qtbot.waitSignal(window.closed):
        press(window, "stop", qtbot)
    assert stopped == ["one", "two"]
    assert read_settings().settings.on_close == "stop"
    for name in ("one", "two"):
        ready.working.end(name)


def test_what_nobody_asked_for_is_no_reason_to_ask(window, ready, qtbot):
    assert at_work(ready) == []
    shown = {b.text() for b in window.under_way.question.findChildren(QPushButton) if b.isVisible()}
    assert shown == set()
    assert window.page(MODELS) is not None
    with qtbot.waitSignal(window.closed):
        window.close()


def test_the_system_is_not_kept_waiting_by_a_question(window, ready, qtbot):
    ready.working.begin("one", Work("One runs.", "One is kept.", lambda: None))
    with qtbot.waitSignal(window.closed):
        window.leave()
    assert not window.under_way.question.isVisible()
    ready.working.end("one")
