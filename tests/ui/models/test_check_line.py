"""Checking everything from the Models page, and the silent look at what other programs keep."""

import pytest

from gemfit.catalog.load import find_build
from gemfit.library.store import path_of
from gemfit.ui.models.page import ModelsPage
from tests.ui.conftest import KEY
from tests.ui.test_models import look, press


@pytest.fixture
def place(catalog, session):
    """Where the weights of E2B belong."""
    model, build = find_build(catalog, *KEY)
    path = path_of(session.settings.weights_folder, model, build, build.weights)
    path.parent.mkdir(parents=True)
    return path


@pytest.fixture
def page(session, qtbot):
    page = ModelsPage(session)
    qtbot.addWidget(page)
    page.show()
    return page


@pytest.fixture
def lines(page, session, place, weights, qtbot):
    place.write_bytes(weights)
    look(session, qtbot)
    qtbot.waitUntil(lambda: session.library.local(KEY) is not None and not session.library.any_running())
    return page.list.keeping


def check_all(lines, qtbot):
    qtbot.waitUntil(lines.check_all.isEnabled)  # not while the starter is verified by itself
    lines.check_all.click()


def finished(session, qtbot):
    qtbot.waitUntil(lambda: session.checking.done is not None, timeout=30_000)
    qtbot.waitUntil(lambda: not session.library._scanning)


def test_everything_is_checked_in_turn_and_what_was_found_is_said(lines, session, qtbot):
    told = []
    session.checking.progressed.connect(lambda: told.append(session.checking.progress))
    check_all(lines, qtbot)
    assert not lines.checks.under_way.isHidden()
    assert not lines.check_all.isEnabled()
    finished(session, qtbot)
    assert "as published" in lines.checks.found.text()
    assert lines.checks.under_way.isHidden()
    assert session.library.local(KEY).verified
    assert [progress.number for progress in told] == sorted(progress.number for progress in told)
    press(lines.checks, "Close")
    assert lines.checks.isHidden()


def test_a_damaged_file_is_named_and_not_offered_for_chat(lines, session, place, weights, qtbot):
    place.write_bytes(b"x" + weights[1:])
    check_all(lines, qtbot)
    finished(session, qtbot)
    assert str(place) in lines.checks.found.text()
    qtbot.waitUntil(lambda: session.library.local(KEY) is None)
    assert place.is_file()


def test_a_check_can_be_stopped_and_finds_nothing_then(lines, session, place, qtbot):
    with place.with_name("long.gguf").open("wb") as file:
        file.truncate(8 << 30)  # a hole: nothing on the disk, and many seconds to hash
    session.library.refresh()
    qtbot.waitUntil(lambda: any(file.bytes == 8 << 30 for file in session.library.files))
    check_all(lines, qtbot)
    qtbot.waitUntil(lambda: session.checking.progress is not None)
    lines.checks.stop.click()
    qtbot.waitUntil(lambda: not session.checking.running)
    assert (session.checking.done, session.checking.trouble) == (None, "")
    assert lines.checks.isHidden()
    assert lines.check_all.isEnabled()
    qtbot.waitUntil(lambda: not session.library._scanning)


@pytest.fixture
def theirs(tmp_path, monkeypatch, weights):
    """The weights of the catalogue as the Hugging Face cache of another program has them, but for their name."""
    folder = tmp_path / "hf" / "models--acme--other" / "snapshots" / ("c" * 40)
    folder.mkdir(parents=True)
    path = folder / "other-name.gguf"
    path.write_bytes(weights)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hf"))
    return path


def test_in_idle_time_weights_of_other_programs_are_looked_at_if_that_is_wanted(page, session, theirs, qtbot):
    look(session, qtbot)
    qtbot.waitUntil(lambda: any(file.maybe for file in session.library.files) and not session.library.any_running())
    session.checking.check_in_idle()
    assert session.checking._silent is False  # nobody asked for it
    session.change_settings(check_in_idle=True)
    session.checking.check_in_idle()
    assert session.checking.running is False
    qtbot.waitUntil(lambda: any(f.path == str(theirs) and f.verified for f in session.library.files))
    assert session.library.local(KEY).path == str(theirs)
    qtbot.waitUntil(lambda: not session.library._scanning)
