"""Settings are taken and saved at once, and what cannot be taken says what to do."""

import keyring
import msgspec
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from gemfit import paths, settings
from gemfit.engine import builds
from gemfit.machine.types import EngineBuild
from gemfit.settings import Settings, load_settings
from gemfit.ui import worker
from gemfit.ui.settings_page import SettingsPage, is_address
from tests.engine.test_builds import copy_of_ours
from tests.test_settings import MemoryKeyring


@pytest.fixture
def ring():
    before, ring = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.fixture
def page(session, qtbot):
    page = SettingsPage(session)
    qtbot.addWidget(page)
    page.resize(800, 800)
    page.show()
    qtbot.waitUntil(lambda: not worker._running)
    return page


def pick(box, value: str) -> None:
    box.setCurrentIndex(box.findData(value))


def type_into(field: QLineEdit, text: str) -> None:
    field.setText(text)
    field.editingFinished.emit()


def test_theme_and_language_are_saved_at_once(page, session):
    pick(page.theme, "dark")
    pick(page.language, "de")
    assert (load_settings().theme, load_settings().language) == ("dark", "de")
    assert session.settings == load_settings()


def test_the_wheel_scrolls_the_page_and_changes_no_setting(page, session):
    """Also with the focus on the list, where Qt would take the wheel for it."""
    page.theme.setFocus()
    place = QPointF(page.theme.rect().center())
    there = page.theme.mapToGlobal(place)
    turn = QWheelEvent(
        place, there, QPoint(), QPoint(0, -120), Qt.NoButton, Qt.NoModifier, Qt.ScrollPhase.NoScrollPhase, False
    )
    before = session.settings
    QApplication.sendEvent(page.theme, turn)
    assert page.theme.currentData() == "system"
    assert session.settings == before
    assert not turn.isAccepted()  # so that it goes on to the page


def test_threads(page):
    pick(page.threads, "1")
    assert load_settings().threads == 1
    pick(page.threads, "")
    assert load_settings().threads is None


def test_downloads_files_at_once_and_bandwidth(page):
    pick(page.parallel, "4")
    pick(page.bandwidth, "5000000")
    assert (load_settings().parallel_files, load_settings().bandwidth_bps) == (4, 5_000_000)
    pick(page.bandwidth, "")
    assert load_settings().bandwidth_bps is None


def test_a_limit_from_the_file_that_is_not_among_the_choices_is_shown(session, qtbot):
    session.change_settings(parallel_files=5, bandwidth_bps=3_000_000)
    page = SettingsPage(session)
    qtbot.addWidget(page)
    assert (page.parallel.currentText(), page.bandwidth.currentText()) == ("5", "3.0 MB/s")


def test_keeping_conversations(page):
    page.keep.click()
    assert load_settings().keep_chats is False


def test_a_weights_folder_is_taken_and_can_be_given_up(page, session, tmp_path):
    type_into(page.folder, str(tmp_path / "w"))
    assert load_settings().weights_folder == tmp_path / "w"
    assert session.library.settings.weights_folder == tmp_path / "w"
    type_into(page.folder, "")
    assert load_settings().weights_dir is None
    assert page.folder.text() == str(paths.default_weights_dir())


def test_a_weights_folder_that_cannot_be_is_explained_and_not_saved(page, tmp_path):
    (tmp_path / "f").write_text("")
    for wrong, words in (("relative/path", "whole path"), (str(tmp_path / "f"), "This is a file")):
        type_into(page.folder, wrong)
        assert page.folder_problem.isVisible()
        assert words in page.folder_problem.text()
        assert load_settings().weights_dir is None


def test_a_chosen_folder_is_taken(page, tmp_path, monkeypatch):
    monkeypatch.setattr("gemfit.ui.settings_page.QFileDialog.getExistingDirectory", lambda *_: str(tmp_path))
    page._choose_folder()
    assert load_settings().weights_dir == str(tmp_path)


def test_an_endpoint_is_taken_and_can_be_given_up(page):
    type_into(page.endpoint, "https://hub.example/")
    assert load_settings().endpoint == "https://hub.example"
    type_into(page.endpoint, "")
    assert load_settings().endpoint is None


@pytest.mark.parametrize("wrong", ["hub.example", "ftp://hub.example", "https://", "https://[", "x y"])
def test_an_endpoint_that_is_no_address_is_explained_and_not_saved(page, wrong):
    type_into(page.endpoint, wrong)
    assert page.endpoint_problem.isVisible()
    assert load_settings().endpoint is None
    assert not is_address(wrong)


def test_settings_that_cannot_be_saved_hold_and_say_so(page, session):
    paths.config_dir().write_text("a file where the folder should be")
    pick(page.theme, "dark")
    assert session.settings.theme == "dark"
    assert "could not be saved" in page.notice.text()


def test_a_token_is_hidden_kept_and_forgotten(ring, page, qtbot):
    token = page.token
    assert token.field.echoMode() == QLineEdit.EchoMode.Password
    assert not token.forget.isEnabled()
    token.field.setText("hf_secret")
    qtbot.keyClick(token.field, Qt.Key.Key_Return)
    assert token.field.text() == ""
    qtbot.waitUntil(token.forget.isEnabled)
    assert ring.kept
    assert not paths.settings_file().exists() or "hf_secret" not in paths.settings_file().read_text()
    token.forget.click()
    qtbot.waitUntil(lambda: not token.forget.isEnabled())
    assert not ring.kept


def test_without_a_keyring_it_says_how_long_the_token_holds(page, qtbot):
    page.token.field.setText("hf_run")
    page.token.save.click()
    qtbot.waitUntil(lambda: "until Gemfit closes" in page.token.state.text())
    settings.delete_token()


def test_an_empty_token_is_none(page):
    page.token.save.click()
    assert page.token.state.text() == "No token."


def test_folders_can_be_opened(page, monkeypatch, home):
    opened = []
    monkeypatch.setattr(
        "gemfit.ui.settings_page.QDesktopServices.openUrl", lambda url: opened.append(url.toLocalFile())
    )
    for button in page.findChildren(QPushButton):
        if button.text() == "Open folder":
            button.click()
    assert opened == [str(p) for p in (paths.config_dir(), paths.data_dir(), paths.state_dir())]
    assert all(path.is_dir() for path in (paths.config_dir(), paths.data_dir(), paths.state_dir()))


def test_what_is_set_is_shown_again(session, qtbot):
    session.change_settings(theme="dark", threads=1, endpoint="https://hub.example", keep_chats=False)
    page = SettingsPage(session)
    qtbot.addWidget(page)
    assert page.theme.currentData() == "dark"
    assert page.threads.currentData() == "1"
    assert page.endpoint.text() == "https://hub.example"
    assert not page.keep.isChecked()
    assert session.settings != Settings()
    qtbot.waitUntil(lambda: not worker._running)


def test_the_engine_rests_after_a_time_of_ones_own(page, session):
    pick(page.rest, "5")
    assert load_settings().unload_after_min == 5
    assert session.engine.idle_limit.minutes == 5
    pick(page.rest, "")
    assert load_settings().unload_after_min is None
    assert session.engine.idle_limit.minutes is None


def test_what_happens_at_a_full_context_guessing_and_priority(page):
    pick(page.when_full, "compact")
    pick(page.guessing, "off")
    page.low_priority.setChecked(True)
    now = load_settings()
    assert (now.when_full, now.guessing, now.low_priority) == ("compact", "off", True)


def test_what_was_computed_of_conversations_can_be_seen_limited_and_deleted(page, session, qtbot):
    folder = paths.states_dir()
    folder.mkdir(parents=True)
    (folder / f"{'0' * 32}.state").write_bytes(bytes(3 << 20))
    page.states.refresh()
    qtbot.waitUntil(lambda: "3 MiB are kept" in page.states.size.text())
    pick(page.states.limit, str(1 << 30))
    assert session.engine.computed.limit_bytes == 1 << 30
    qtbot.mouseClick(page.states.clear, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Nothing is kept" in page.states.size.text())
    assert list(folder.iterdir()) == []
    page.states.keep.setChecked(False)
    assert session.engine.computed.limit_bytes == 0


def test_without_kept_chats_nothing_computed_of_them_is_kept_either(page, session):
    page.keep.setChecked(False)
    assert session.engine.computed.limit_bytes == 0


def test_the_build_of_the_engine_is_shown_with_its_age(page, session, probed, machine, qtbot):
    engine = EngineBuild(build="llama.cpp 0.5", commit="0c1e570", commit_date="2026-10-01", backends=["CPU", "CUDA"])
    probed[:] = [msgspec.structs.replace(machine, engine=engine)]
    session.machine.probe()
    qtbot.waitUntil(lambda: "llama.cpp 0.5 · made on 2026-10-01, " in page.build.state.text())
    assert "built with CPU, CUDA" in page.build.state.text()
    assert page.build.box.count() == 1
    assert not page.build.remove.isVisible()


def test_another_build_is_chosen_and_removed(page, session, qtbot):
    builds.add("second", copy_of_ours)
    page.build.refresh()
    with qtbot.waitSignal(page.build.used, timeout=20_000):
        pick(page.build.box, "second")
    assert paths.engine_in_use() == paths.engines_dir() / "second"
    assert page.build.remove.isVisible()
    with qtbot.waitSignal(page.build.used, timeout=20_000):
        qtbot.mouseClick(page.build.remove, Qt.MouseButton.LeftButton)
    assert paths.engine_in_use() is None
    assert page.build.box.count() == 1
    qtbot.waitUntil(lambda: session.machine.state == "ready", timeout=20_000)


def test_a_build_that_does_not_work_is_not_chosen(page, qtbot):
    builds.add("second", copy_of_ours)
    module = paths.engines_dir() / "second" / "llama_cpp" / "llama_cpp.py"
    module.unlink()
    module.write_text("raise ImportError('libcudart.so.12: not found')")
    page.build.refresh()
    pick(page.build.box, "second")
    qtbot.waitUntil(lambda: "libcudart" in page.build.state.text(), timeout=20_000)
    assert paths.engine_in_use() is None
    assert page.build.box.currentData() == "own"
    qtbot.waitUntil(lambda: not worker._running, timeout=20_000)


def test_a_build_comes_from_a_file_under_a_name(page, qtbot, monkeypatch, tmp_path):
    monkeypatch.setattr(builds, "pip", lambda **_: copy_of_ours)
    page.build.offer(tmp_path / "llama_cpp_python-0.3.36-py3-none-any.whl")
    qtbot.keyClicks(page.build.name, "mine")
    qtbot.keyClick(page.build.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.build.box.count() == 2, timeout=20_000)
    qtbot.waitUntil(lambda: not worker._running, timeout=20_000)
