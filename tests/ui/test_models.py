"""Models: what is here and what could be, and everything that can be done with it."""

import os
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from gemfit.catalog.load import find_build
from gemfit.library.store import path_of
from gemfit.settings import Settings
from gemfit.ui import theme
from gemfit.ui.models.page import ModelsPage
from gemfit.ui.models.row import ModelRow
from tests.fakes.hub import Fault
from tests.ui.conftest import KEY


@pytest.fixture
def page(session, qtbot):
    page = ModelsPage(session)
    qtbot.addWidget(page)
    page.resize(900, 700)
    page.show()
    return page


def look(session, qtbot) -> None:
    session.machine.probe()
    qtbot.waitUntil(lambda: session.machine.state != "waiting")
    qtbot.waitUntil(lambda: session.library.scanned or session.machine.state == "failed")


def shown_buttons(widget) -> set[str]:
    return {b.text() for b in widget.findChildren(QPushButton) if b.isVisible()}


def state(row: ModelRow) -> str:
    return row._state.text()


def press(widget, text: str) -> None:
    next(b for b in widget.findChildren(QPushButton) if b.isVisible() and b.text() == text).click()


def e2b(page, qtbot) -> ModelRow:
    """Its row, once it is on the page: Qt shows what is put into a layout a moment later."""
    qtbot.waitUntil(lambda: page.row(KEY) is not None and bool(shown_buttons(page.row(KEY))))
    row = page.row(KEY)
    assert row is not None
    return row


@pytest.fixture
def place(catalog) -> Path:
    """Where the weights of E2B go."""
    model, build = find_build(catalog, *KEY)
    path = path_of(Settings().weights_folder, model, build, build.weights)
    path.parent.mkdir(parents=True)
    return path


def test_while_it_looks_it_says_so(page):
    assert page._state.isVisible()
    assert not page._lists.isVisible()


def test_with_nothing_here_it_says_what_to_do(page, session, catalog, qtbot):
    catalog = msgspec.structs.replace(catalog, models=[m for m in catalog.models if not m.starter])
    Path(os.environ["GEMFIT_CATALOG"]).write_bytes(msgspec.json.encode(catalog))
    look(session, qtbot)
    assert page._nothing.isVisible()
    assert len(page.findChildren(ModelRow)) == sum(len(m.builds) for m in catalog.models)
    row = e2b(page, qtbot)
    assert shown_buttons(row) == {"Get", "Details"}
    assert "tokens/s" in state(row)


def test_a_catalogue_that_cannot_be_read_is_said(page, session, monkeypatch, tmp_path, qtbot):
    monkeypatch.setenv("GEMFIT_CATALOG", str(tmp_path / "none.json"))
    session.machine.probe()
    qtbot.waitUntil(lambda: bool(page.notice.text()))
    assert "none.json" in page.notice.text()
    assert "Look again" in shown_buttons(page.notice)


def test_get_verify_and_remove(page, session, qtbot):
    look(session, qtbot)
    row = e2b(page, qtbot)
    with qtbot.waitSignal(session.library.arrived, timeout=15_000):
        row.get.click()
    qtbot.waitUntil(lambda: shown_buttons(row) == {"Chat", "Verify", "Remove", "Details"})
    assert state(row).startswith("✓ Verified on")
    row.verify.click()
    qtbot.waitUntil(lambda: not session.library.busy(KEY))
    row.remove.click()
    qtbot.waitUntil(lambda: "Keep" in shown_buttons(row.question))
    press(row.question, "Keep")
    assert row.question.text() == ""
    row.remove.click()
    qtbot.waitUntil(lambda: "Remove 1 MB" in shown_buttons(row.question))
    press(row.question, "Remove 1 MB")
    qtbot.waitUntil(lambda: session.library.of(KEY) == [] and shown_buttons(row) == {"Get", "Details"})


def test_getting_without_chatting_stays_on_the_page(page, session, qtbot):
    look(session, qtbot)
    with qtbot.assertNotEmitted(session.page_wanted), qtbot.waitSignal(session.library.arrived, timeout=15_000):
        e2b(page, qtbot).get.click()


def test_pause_and_resume(page, session, hub, weights, qtbot):
    hub.fault(Fault("cdn", "slow", times=1, bytes_per_s=400_000))
    look(session, qtbot)
    row = e2b(page, qtbot)
    row.get.click()
    qtbot.waitUntil(lambda: row.transfer.bar.value() > 200, timeout=15_000)
    row.transfer.stop.click()
    qtbot.waitUntil(lambda: "Resume" in shown_buttons(row), timeout=15_000)
    assert state(row).startswith("◐")
    with qtbot.waitSignal(session.library.arrived, timeout=15_000):
        row.get.click()
    assert 0 < hub.requests("cdn")[-1].sent_bytes < len(weights)


def test_weights_that_were_put_here_can_be_used_and_verified(page, session, place, weights, qtbot):
    place.write_bytes(weights)
    look(session, qtbot)
    row = e2b(page, qtbot)
    assert state(row) == "○ Not verified yet."
    assert "Chat" in shown_buttons(row)
    row.verify.click()
    qtbot.waitUntil(lambda: state(row).startswith("✓"))


def test_weights_that_are_others_are_not_offered_for_chatting(page, session, place, weights, qtbot):
    place.write_bytes(weights[:-1] + b"!")
    look(session, qtbot)
    row = e2b(page, qtbot)
    row.verify.click()
    others = {"Get", "Verify", "Remove", "Details"}
    qtbot.waitUntil(lambda: state(row).startswith("✗") and shown_buttons(row) == others)


def test_a_file_the_catalogue_does_not_know_is_shown_and_warned_about(page, session, qtbot):
    stranger = Settings().weights_folder / "mine.gguf"
    stranger.parent.mkdir(parents=True)
    stranger.write_bytes(b"GGUF")
    look(session, qtbot)
    key = ("", str(stranger))
    qtbot.waitUntil(lambda: page.row(key) is not None and bool(shown_buttons(page.row(key))))
    row = page.row(key)
    assert row is not None
    assert row.title == "mine.gguf"
    row.remove.click()
    assert "only copy" in row.question.text()
    qtbot.waitUntil(lambda: "Keep" in shown_buttons(row.question))
    press(row.question, "Remove 0 MB")
    qtbot.waitUntil(lambda: page.row(key) is None)
    assert not stranger.exists()


def test_a_file_that_cannot_be_removed_says_why(page, session, place, weights, qtbot, monkeypatch):
    place.write_bytes(weights)
    look(session, qtbot)
    row = e2b(page, qtbot)
    place.unlink()
    row.remove.click()
    qtbot.waitUntil(lambda: "Remove 1 MB" in shown_buttons(row.question))
    press(row.question, "Remove 1 MB")
    qtbot.waitUntil(lambda: bool(row.transfer.notice.text()))


def test_details_unfold_source_hash_and_licence(page, session, catalog, qtbot):
    look(session, qtbot)
    row = e2b(page, qtbot)
    row.fold.click()
    names = {label.text() for label in row._details.findChildren(QLabel)}
    assert {"Publisher", "Licence", "Source", "Published SHA-256"} <= names
    exact = [w for w in row._details.children() if w.isWidgetType() and w.property("kind") == "exact"]
    assert exact
    assert all(w.isReadOnly() for w in exact)
    assert exact[0].font().family() == theme.fixed_font().family()


def test_chat_loads_and_opens_the_chat(on_the_processor, page, session, place, weights, qtbot):
    place.write_bytes(weights)
    look(session, qtbot)
    row = e2b(page, qtbot)
    with qtbot.waitSignals([session.engine.loaded, session.page_wanted], timeout=30_000):
        row.chat.click()


def test_what_cannot_run_here_says_so(page, session, qtbot):
    look(session, qtbot)
    row = page.row(("E2B", "mobile"))
    assert row is not None
    assert "cannot run it" in state(row)


def test_the_space_taken_is_shown(page, session, place, weights, qtbot):
    place.write_bytes(weights)
    look(session, qtbot)
    assert page._used.text().startswith("1 MB in ")


def test_the_starter_is_verified_by_itself_without_a_network(session, hub, qtbot):
    look(session, qtbot)
    starter = ("SmolLM2-135M", "q4_1")
    qtbot.waitUntil(lambda: all(f.verified for f in session.library.of(starter)) and not session.library.any_running())
    assert [f.role for f in session.library.of(starter)] == ["weights"]
    assert hub.requests() == []


def test_looks_that_overlap_end_with_the_newest(session, place, weights, qtbot):
    look(session, qtbot)
    heard: list[int] = []
    session.library.refresh(lambda: heard.append(len(session.library.of(KEY))))
    place.write_bytes(weights)
    session.library.refresh(lambda: heard.append(len(session.library.of(KEY))))
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert heard[1] == len(session.library.of(KEY)) == 1
