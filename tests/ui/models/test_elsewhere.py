"""From the Models page to other places: the Hub, other programs, and a machine without a network."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit, QPushButton

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
