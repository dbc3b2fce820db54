"""Where else weights are looked for."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QPushButton

from gemfit.settings import load_settings
from gemfit.ui.models.page import ModelsPage
from gemfit.ui.settings_page import SettingsPage
from tests.library.stores.homes import put


@pytest.fixture
def folders(session, qtbot):
    page = SettingsPage(session)
    qtbot.addWidget(page)
    page.show()
    return page.folders


def look(session, qtbot):
    session.machine.probe()
    qtbot.waitUntil(lambda: session.library.scanned)


def called(session) -> list[str]:
    return [file.called for file in session.library.files if file.origin in ("folder", "lmstudio")]


def test_a_folder_is_looked_into_as_soon_as_it_is_added(folders, session, qtbot, tmp_path, monkeypatch):
    look(session, qtbot)
    put(tmp_path / "share" / "x.gguf")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(tmp_path / "share"))
    folders.add_button.click()
    assert load_settings().model_folders == [str(tmp_path / "share")]
    qtbot.waitUntil(lambda: called(session) == ["x.gguf"])
    folders.add(tmp_path / "share")
    assert load_settings().model_folders == [str(tmp_path / "share")]


def test_it_is_taken_out_again_and_the_folder_stays(folders, session, qtbot, tmp_path):
    look(session, qtbot)
    kept = put(tmp_path / "share" / "x.gguf")
    folders.add(tmp_path / "share")
    qtbot.waitUntil(lambda: called(session) == ["x.gguf"])
    (gone,) = [b for b in folders.findChildren(QPushButton) if b.text() == "Take out" and not b.isHidden()]
    assert gone.accessibleName() == f"Take out: {tmp_path / 'share'}"
    gone.click()
    assert load_settings().model_folders == []
    qtbot.waitUntil(lambda: called(session) == [])
    assert kept.exists()


def test_no_folder_chosen_changes_nothing(folders, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: "")
    folders.add_button.click()
    assert load_settings().model_folders == []


def test_other_programs_can_be_left_out(folders, session, qtbot):
    put(Path.home() / ".lmstudio/models/a/b/x.gguf")
    look(session, qtbot)
    qtbot.waitUntil(lambda: called(session) == ["a/b/x.gguf"])
    folders.others.click()
    assert load_settings().use_other_stores is False
    qtbot.waitUntil(lambda: called(session) == [])


def test_a_place_that_is_not_there_is_said_on_the_models_page(folders, session, qtbot, tmp_path):
    page = ModelsPage(session)
    qtbot.addWidget(page)
    page.show()
    look(session, qtbot)
    folders.add(tmp_path / "gone")
    qtbot.waitUntil(lambda: "gone is not there" in page.list._unseen.text())
    assert page.list._unseen.isVisible()
