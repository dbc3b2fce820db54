"""From the Models page to other places: the Hub, other programs, and a machine without a network."""

import os
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit, QPushButton

from gemfit.ui.at_work import at_work
from gemfit.ui.models.page import ModelsPage
from tests.ui.conftest import KEY


@pytest.fixture
def page(ready, qtbot):
    page = ModelsPage(ready)
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show()
    with qtbot.waitSignal(ready.library.downloads.arrived, timeout=15_000):
        ready.library.add(KEY)
    qtbot.waitUntil(lambda: page.row(KEY) is not None and page.row(KEY).chat.isVisible())
    return page


def choose(page, text: str) -> None:
    next(action for action in page.row(KEY).choices() if action.text == text).run()


def shown_buttons(widget) -> dict[str, QPushButton]:
    return {b.text(): b for b in widget.findChildren(QPushButton) if b.isVisible()}


def test_the_hub_is_browsed_in_the_place_of_the_lists(page, hub, qtbot):
    asked = len(hub.requests())
    page.list.find_button.click()
    browse = page.views.currentWidget()
    assert browse is not page.splitter
    shown_buttons(browse)["Back to the models"].click()
    assert page.views.currentWidget() is page.splitter
    page.browse()
    assert page.views.currentWidget() is browse
    assert len(hub.requests()) == asked


def test_handing_over_says_what_each_program_needs_and_changes_nothing(page, ready, tmp_path, monkeypatch, qtbot):
    monkeypatch.setenv("HOME", str(tmp_path / "person"))
    (tmp_path / "person").mkdir()
    choose(page, "Hand over…")
    view = page.views.currentWidget()
    qtbot.waitUntil(lambda: any("llama-server" in f.text() for f in view.findChildren(QLineEdit)), timeout=15_000)
    commands = [field for field in view.findChildren(QLineEdit) if "llama-server" in field.text()]
    local = ready.library.local(KEY)
    assert local is not None
    assert local.path in commands[0].text()
    assert "llama-server" in commands[0].accessibleName()
    assert list((tmp_path / "person").rglob("*.gguf")) == []
    view.back.click()
    assert page.views.currentWidget() is page.splitter


@pytest.fixture
def slow_ollama(tmp_path: Path, monkeypatch) -> None:
    """In the place of Ollama a program of that name that has no models, and never ends with making one."""
    program = tmp_path / "bin" / "ollama"
    program.parent.mkdir()
    program.write_text(
        f"#!{sys.executable}\nimport sys, time\nprint('NAME')\nsys.argv[1] == 'list' or time.sleep(60)\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script with a first line")
def test_closing_the_window_would_interrupt_a_hand_over(page, ready, slow_ollama, qtbot):
    choose(page, "Hand over…")
    view = page.views.currentWidget()
    qtbot.waitUntil(lambda: "Make the model in Ollama…" in shown_buttons(view), timeout=15_000)
    shown_buttons(view)["Make the model in Ollama…"].click()
    qtbot.waitUntil(lambda: "Make it" in shown_buttons(view))
    shown_buttons(view)["Make it"].click()
    assert [work.text for work in at_work(ready)] == ["Weights are being handed over."]
    qtbot.waitUntil(lambda: "Stop" in shown_buttons(view))
    shown_buttons(view)["Stop"].click()
    qtbot.waitUntil(lambda: at_work(ready) == [], timeout=15_000)


def test_a_model_is_exported_into_a_bundle(page, tmp_path: Path, qtbot):
    target = tmp_path / "stick" / "e2b.tar"
    target.parent.mkdir()
    page.list.exporting.export(KEY, target)
    qtbot.waitUntil(lambda: "Exported" in page.list.exporting.notice.text(), timeout=15_000)
    assert target.stat().st_size > 1_000_000
    qtbot.waitUntil(lambda: "Close" in shown_buttons(page.list.exporting))
    shown_buttons(page.list.exporting)["Close"].click()
    assert not page.list.exporting.isVisible()


def test_an_export_that_fails_says_why(page, tmp_path: Path, qtbot):
    target = tmp_path / "e2b.tar"
    target.mkdir()
    page.list.exporting.export(KEY, target)
    qtbot.waitUntil(lambda: str(target) in page.list.exporting.notice.text(), timeout=15_000)
