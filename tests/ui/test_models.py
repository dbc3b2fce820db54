"""Models: what is on its way, what is here and what could be, and everything that can be done with it."""

import os
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton

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
    page.resize(1100, 700)
    page.show()
    page.activateWindow()
    qtbot.waitActive(page)
    return page


def look(session, qtbot) -> None:
    session.machine.probe()
    qtbot.waitUntil(lambda: session.machine.state != "waiting")
    qtbot.waitUntil(lambda: session.library.scanned or session.machine.state == "failed")


def shown_buttons(widget) -> set[str]:
    return {b.text() for b in widget.findChildren(QPushButton) if b.isVisible() and b.text()}


def state(row: ModelRow) -> str:
    return row._state.text()


def press(widget, text: str) -> None:
    next(b for b in widget.findChildren(QPushButton) if b.isVisible() and b.text() == text).click()


def choose(row, text: str) -> None:
    """Do what the context menu has under that name."""
    action = next(action for action in row.choices() if action.text == text)
    assert action.enabled
    action.run()


def offered(row) -> set[str]:
    return {action.text for action in row.choices() if action.enabled}


def e2b(page, qtbot) -> ModelRow:
    """Its row, once it is on the page: Qt shows what is put into a layout a moment later."""
    qtbot.waitUntil(lambda: page.row(KEY) is not None and bool(shown_buttons(page.row(KEY))))
    row = page.row(KEY)
    qtbot.waitUntil(lambda: row.more.height() > 10)
    assert row is not None
    return row


def get(session, qtbot) -> None:
    with qtbot.waitSignal(session.library.downloads.arrived, timeout=15_000):
        session.library.get(KEY)


@pytest.fixture
def place(catalog) -> Path:
    """Where the weights of E2B go."""
    model, build = find_build(catalog, *KEY)
    path = path_of(Settings().weights_folder, model, build, build.weights)
    path.parent.mkdir(parents=True)
    return path


def test_while_it_looks_it_says_so(page):
    assert page.list._state.isVisible()
    assert not page.list._lists.isVisible()


def test_with_nothing_here_it_says_what_to_do(page, session, catalog, qtbot):
    catalog = msgspec.structs.replace(catalog, models=[m for m in catalog.models if not m.starter])
    Path(os.environ["GEMFIT_CATALOG"]).write_bytes(msgspec.json.encode(catalog))
    look(session, qtbot)
    row = e2b(page, qtbot)
    assert page.list._nothing.isVisible()
    assert not page.list.queue.isVisible()
    assert len(page.findChildren(ModelRow)) == sum(len(m.builds) for m in catalog.models)
    assert shown_buttons(row) == {"Get", "More"}
    assert "tokens/s" in state(row)


def test_a_catalogue_that_cannot_be_read_is_said(page, session, monkeypatch, tmp_path, qtbot):
    monkeypatch.setenv("GEMFIT_CATALOG", str(tmp_path / "none.json"))
    session.machine.probe()
    qtbot.waitUntil(lambda: bool(page.list.notice.text()))
    assert "none.json" in page.list.notice.text()
    assert "Look again" in shown_buttons(page.list.notice)


def test_what_is_got_moves_from_one_group_to_the_next(page, session, qtbot):
    look(session, qtbot)
    row = e2b(page, qtbot)
    with qtbot.waitSignal(session.library.downloads.arrived, timeout=15_000):
        qtbot.mouseClick(row.get, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.row(KEY) is not None and shown_buttons(page.row(KEY)) == {"Chat", "More"})
    qtbot.waitUntil(lambda: state(e2b(page, qtbot)).startswith("✓ Verified on"))
    (entry,) = page.list.queue.rows()
    assert "verified" in entry.text()
    qtbot.mouseClick(page.list.queue.clear_done, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.list.queue.rows() == [] and page.list.queue.isHidden())


def test_what_is_on_its_way_is_not_offered_again(page, session, hub, qtbot):
    hub.fault(Fault("cdn", "slow", times=-1, bytes_per_s=200_000))
    look(session, qtbot)
    session.library.get(KEY)
    qtbot.waitUntil(lambda: page.row(KEY) is None and len(page.list.queue.rows()) == 1)
    session.library.downloads.cancel(KEY)
    qtbot.waitUntil(lambda: page.row(KEY) is not None, timeout=15_000)


def test_verifying_again_shows_the_date(page, session, place, weights, qtbot):
    place.write_bytes(weights)
    look(session, qtbot)
    row = e2b(page, qtbot)
    assert state(row) == "○ Not verified yet."
    assert "Chat" in shown_buttons(row)
    choose(row, "Verify")
    qtbot.waitUntil(lambda: state(row).startswith("✓ Verified on 20"))


def test_getting_without_chatting_stays_on_the_page(page, session, qtbot):
    look(session, qtbot)
    with (
        qtbot.assertNotEmitted(session.page_wanted),
        qtbot.waitSignal(session.library.downloads.arrived, timeout=15_000),
    ):
        e2b(page, qtbot).get.click()


def test_weights_that_are_others_are_not_offered_for_chatting(page, session, place, weights, qtbot):
    place.write_bytes(weights[:-1] + b"!")
    look(session, qtbot)
    row = e2b(page, qtbot)
    choose(row, "Verify")
    qtbot.waitUntil(lambda: state(row).startswith("✗") and shown_buttons(row) == {"Get", "More"})
    assert {"Verify", "Remove…"} <= offered(row)


def test_removing_asks_goes_into_the_trash_and_can_be_undone(page, session, place, weights, qtbot, trash):
    place.write_bytes(weights)
    look(session, qtbot)
    row = e2b(page, qtbot)
    row.setFocus()
    qtbot.keyClick(row, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: "Keep" in shown_buttons(row.question))
    press(row.question, "Keep")
    assert row.question.text() == ""
    assert place.exists()
    choose(row, "Remove…")
    qtbot.waitUntil(lambda: "Remove 1 MB" in shown_buttons(row.question))
    press(row.question, "Remove 1 MB")
    undo = page.list.keeping.undo
    qtbot.waitUntil(lambda: "Undo" in shown_buttons(undo) and session.library.of(KEY) == [])
    assert not place.exists()
    assert "trash" in undo.text()
    press(undo, "Undo")
    qtbot.waitUntil(lambda: session.library.local(KEY) is not None and undo.text() == "")
    assert place.read_bytes() == weights


def test_a_disk_without_a_trash_offers_to_delete_for_good(page, session, place, weights, qtbot, monkeypatch):
    monkeypatch.setattr("gemfit.library.trash._trash_folders", lambda _path: iter(()))
    place.write_bytes(weights)
    look(session, qtbot)
    session.keeping.remove("E2B", session.library.of(KEY))
    undo = page.list.keeping.undo
    qtbot.waitUntil(lambda: "Delete for good" in shown_buttons(undo))
    assert place.exists()
    press(undo, "Delete for good")
    qtbot.waitUntil(lambda: session.library.of(KEY) == [])
    assert not place.exists()


def test_a_file_the_catalogue_does_not_know_is_shown_and_warned_about(page, session, qtbot, trash):
    stranger = Settings().weights_folder / "mine.gguf"
    stranger.parent.mkdir(parents=True)
    stranger.write_bytes(b"GGUF")
    look(session, qtbot)
    key = ("", str(stranger))
    qtbot.waitUntil(lambda: page.row(key) is not None and bool(shown_buttons(page.row(key))))
    row = page.row(key)
    assert row is not None
    assert row.title == "mine.gguf"
    row.ask_to_remove()
    assert "only copy" in row.question.text()
    qtbot.waitUntil(lambda: "Keep" in shown_buttons(row.question))
    press(row.question, "Remove 0 MB")
    qtbot.waitUntil(lambda: page.row(key) is None)
    assert not stranger.exists()


def test_a_file_that_cannot_be_removed_says_why(page, session, place, weights, qtbot):
    place.write_bytes(weights)
    look(session, qtbot)
    row = e2b(page, qtbot)
    place.unlink()
    row.ask_to_remove()
    qtbot.waitUntil(lambda: "Remove 1 MB" in shown_buttons(row.question))
    press(row.question, "Remove 1 MB")
    qtbot.waitUntil(lambda: bool(page.list.keeping.undo.text()))


@pytest.mark.parametrize(
    ("key", "modifier"),
    [(Qt.Key.Key_Menu, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)],
)
def test_the_menu_key_opens_everything_that_can_be_done(page, session, place, weights, qtbot, key, modifier):
    place.write_bytes(weights)
    look(session, qtbot)
    row = e2b(page, qtbot)
    qtbot.keyClick(row, key, modifier)
    menu = row.findChild(QMenu)
    qtbot.waitUntil(menu.isVisible)
    texts = [action.text() for action in menu.actions()]
    assert {"Chat", "Details", "Verify", "Show in folder", "Remove…"} <= set(texts)
    menu.close()


def test_weights_of_another_program_are_never_offered_for_removing(page, session, place, weights, qtbot):
    place.write_bytes(weights)
    look(session, qtbot)
    row = e2b(page, qtbot)
    (file,) = session.library.of(KEY)
    theirs = msgspec.structs.replace(file, origin="ollama", called="gemma4:e2b")
    session.library.files = [theirs if f == file else f for f in session.library.files]
    row.refresh()
    assert "In Ollama (gemma4:e2b)" in row._origin.text()
    assert "Remove…" not in offered(row)
    row.setFocus()
    qtbot.keyClick(row, Qt.Key.Key_Delete)
    assert row.question.text() == ""


def test_the_filter_leaves_what_has_all_the_words(page, session, qtbot):
    look(session, qtbot)
    row = e2b(page, qtbot)
    qtbot.keyClicks(page.list.filter, "e2b q4")
    assert row.isVisible()
    shown = [r for r in page.findChildren(ModelRow) if r.isVisible()]
    assert all("E2B" in r.title for r in shown)
    page.list.filter.setText("no such thing")
    assert page.list._no_match.isVisible()
    assert not any(r.isVisible() for r in page.findChildren(ModelRow))


def test_arrows_go_from_row_to_row(page, session, qtbot):
    look(session, qtbot)
    e2b(page, qtbot).setFocus()
    qtbot.waitUntil(lambda: e2b(page, qtbot).hasFocus())
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Down)
    after = page.focusWidget()
    assert isinstance(after, ModelRow)
    assert after.key != KEY
    qtbot.keyClick(after, Qt.Key.Key_Up)
    assert e2b(page, qtbot).hasFocus()


def test_the_row_in_hand_offers_what_goes_with_the_weights(page, session, hub, catalog, qtbot):
    look(session, qtbot)
    row = e2b(page, qtbot)
    assert not row.parts.isVisible()
    row.setFocus()
    qtbot.waitUntil(lambda: row.parts.isVisible())
    assert row.wanted_roles() == ("weights",)
    row.parts.box("projector").click()
    assert row.wanted_roles() == ("weights", "projector")
    hub.fault(Fault("cdn", "slow", times=-1, bytes_per_s=200_000))
    row.get.click()
    (entry,) = session.library.downloads.entries()
    assert [file.role for file in entry.files] == ["weights", "projector"]
    session.library.downloads.cancel(KEY)


def test_chat_loads_and_opens_the_chat(on_the_processor, page, session, place, weights, qtbot):
    place.write_bytes(weights)
    look(session, qtbot)
    row = e2b(page, qtbot)
    with qtbot.waitSignals([session.engine.loaded, session.page_wanted], timeout=30_000):
        row.chat.click()


def test_what_cannot_run_here_says_so(page, session, qtbot):
    look(session, qtbot)
    qtbot.waitUntil(lambda: page.row(("E2B", "mobile")) is not None)
    row = page.row(("E2B", "mobile"))
    assert row is not None
    assert "cannot run it" in state(row)


def test_the_space_taken_is_shown(page, session, place, weights, qtbot):
    place.write_bytes(weights)
    look(session, qtbot)
    qtbot.waitUntil(lambda: page.list._used.text().startswith("1 MB in "))


def test_leftovers_are_listed_and_go_only_when_asked(page, session, place, weights, qtbot):
    part = place.with_name(place.name + ".part")
    part.write_bytes(weights)
    look(session, qtbot)
    lines = page.list.keeping
    qtbot.waitUntil(lambda: bool(lines.leftovers.text()))
    assert lines.leftovers.text().startswith("Unfinished and left-over files: 1, 1 MB")
    qtbot.waitUntil(lambda: bool(shown_buttons(lines.leftovers)))
    press(lines.leftovers, "Show and reclaim…")
    assert str(part) in lines.leftovers.text()
    qtbot.waitUntil(lambda: "Delete them for good, 1 MB" in shown_buttons(lines.leftovers))
    assert part.exists()
    press(lines.leftovers, "Delete them for good, 1 MB")
    qtbot.waitUntil(lambda: not part.exists() and lines.leftovers.text() == "")


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


def test_details_give_files_hashes_places_and_the_licence(page, session, place, weights, qtbot):
    get(session, qtbot) if session.library.scanned else look(session, qtbot)
    place.write_bytes(weights)
    session.library.refresh()
    qtbot.waitUntil(lambda: session.library.local(KEY) is not None)
    row = e2b(page, qtbot)
    qtbot.keyClick(row, Qt.Key.Key_Return)
    assert page.details.isVisible()
    names = {fact.name for fact in page.details.facts()}
    assert {"Licence", "Published SHA-256", "Source", "Here", "Runs here"} <= names
    exact = [w for w in page.details.findChildren(object) if getattr(w, "isReadOnly", bool)()]
    assert exact
    assert exact[0].font().family() == theme.fixed_font().family()
    qtbot.waitUntil(lambda: ("Architecture", "gemma4") in page.details.header.lines())
    qtbot.keyClick(page.details.close_button, Qt.Key.Key_Escape)
    assert not page.details.isVisible()
    assert row.hasFocus()


def test_details_lie_beside_a_wide_list_and_below_a_narrow_one(page, session, qtbot):
    look(session, qtbot)
    e2b(page, qtbot).setFocus()
    qtbot.waitUntil(lambda: page.details.isVisible())
    assert page.splitter.orientation() == Qt.Orientation.Horizontal
    page.resize(900, 700)
    qtbot.waitUntil(lambda: page.splitter.orientation() == Qt.Orientation.Vertical)
    page.details.close_button.click()
    assert not page.details.isVisible()
    other = page.row(("E4B", "q4_0"))
    assert other is not None
    other.setFocus()
    assert not page.details.isVisible()


def test_a_page_of_the_web_is_opened_only_after_a_question(page, session, qtbot, monkeypatch):
    opened: list[str] = []
    monkeypatch.setattr("gemfit.ui.models.details.QDesktopServices.openUrl", lambda url: opened.append(url.toString()))
    look(session, qtbot)
    e2b(page, qtbot)
    page.show_details(KEY)
    link = next(
        b for b in page.details.findChildren(QPushButton) if b.accessibleName() == "Open in the browser: Licence"
    )
    link.click()
    assert opened == []
    qtbot.waitUntil(lambda: "Open" in shown_buttons(page.details.question))
    press(page.details.question, "Open")
    assert len(opened) == 1
    assert opened[0].startswith("https://")


def test_a_right_click_takes_the_row_in_hand(page, session, qtbot):
    look(session, qtbot)
    row = e2b(page, qtbot)
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    assert row.hasFocus()
    assert row.property("chosen") is True


def test_details_of_another_row_leave_nothing_of_the_one_before(page, session, qtbot):
    look(session, qtbot)
    e2b(page, qtbot)
    page.show_details(KEY)
    hashes = [f.value for f in page.details.facts() if f.name == "Published SHA-256"]
    page.show_details(("E4B", "q4_0"))

    def shown() -> set[str]:
        return {field.text() for field in page.details.findChildren(QLineEdit) if field.isVisible()}

    qtbot.waitUntil(lambda: shown() == {f.value for f in page.details.facts() if f.exact})
    assert not shown() & set(hashes)
