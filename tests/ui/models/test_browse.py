"""Any model on the Hub, in the window: nothing unasked, the catalogue's models first, the fit before the download."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QPushButton

from gemfit.ui.models.browse import BrowsePage, _rows
from gemfit.ui.models.browse_rows import CatalogRow, FileRow, RepositoryRow
from tests.fakes.hub import Fault
from tests.gguf.split import split
from tests.ui.conftest import KEY

REPO = "acme/tiny-gemma-GGUF"
FILE = "tiny-gemma-Q4_0.gguf"

# The formula is for models of the usual size; with a tiny one the engine's own word counts, and that is logged.
pytestmark = pytest.mark.logs_warnings


@pytest.fixture
def acme(hub, weights, data_dir, tmp_path, monkeypatch):
    """A repository outside the catalogue, on a Hub that counts as the official one."""
    hub.add(REPO, FILE, weights)
    hub.add(REPO, "mmproj-BF16.gguf", b"eyes" * 1000)
    for part in split(data_dir / "gemma4-tiny.gguf", tmp_path / "big", "big-BF16", tensors_each=40):
        hub.add(REPO, part.name, part.read_bytes())
    hub.add(REPO, "torn-Q8_0-00001-of-00002.gguf", b"x")
    hub.about[REPO] = {
        "downloads": 1234,
        "gated": "auto",
        "tags": ["gguf", "license:gemma"],
        "gguf": {"total": 4_630_000_000, "architecture": "gemma4", "context_length": 4096},
    }
    monkeypatch.setattr("gemfit.library.web.OFFICIAL_ENDPOINT", hub.url)
    return hub


@pytest.fixture
def page(on_the_processor, acme, ready, qtbot):
    page = BrowsePage(ready)
    qtbot.addWidget(page)
    page.resize(760, 700)
    page.show()
    yield page
    page.model.stop()


def type_and_enter(page, qtbot, text: str) -> None:
    page.field.setText(text)
    qtbot.keyClick(page.field, Qt.Key.Key_Return)


def searched(page, qtbot, text: str) -> list[str]:
    type_and_enter(page, qtbot, text)
    qtbot.waitUntil(lambda: page.model.state in ("found", "failed"))
    return [row.title for row in _rows(page._found_box, RepositoryRow)]


def opened(page, qtbot) -> FileRow:
    """The row of the weights, in the open repository."""
    type_and_enter(page, qtbot, REPO)
    qtbot.waitUntil(lambda: page.model.listing is not None)
    return next(row for row in page.rows() if row.title == FILE)


def shown(widget) -> set[str]:
    return {b.text() for b in widget.findChildren(QPushButton) if b.isVisibleTo(widget)}


def test_nothing_is_asked_before_enter(page, hub, qtbot):
    asked = len(hub.requests())
    qtbot.keyClicks(page.field, "gemma tiny")
    assert len(hub.requests()) == asked
    assert page.model.state == "idle"
    searched(page, qtbot, "tiny")
    assert len(hub.requests("search")) == 1


def test_the_five_gemma_4_stand_first_without_a_question(page, hub):
    assert not hub.requests("search")
    titles = [row.title for row in _rows(page._first_box, CatalogRow)]
    assert [title.split(" · ")[0] for title in titles] == [
        "Gemma 4 E2B",
        "Gemma 4 E4B",
        "Gemma 4 12B",
        "Gemma 4 26B-A4B",
        "Gemma 4 31B",
    ]


def test_results_say_what_is_known_of_them(page, qtbot):
    assert searched(page, qtbot, "tiny gemma") == [REPO]
    (row,) = _rows(page._found_box, RepositoryRow)
    said = row.accessibleDescription()
    assert "gemma4 · 4.6 billion parameters · 1,234 downloads · changed 2026-10-01 · gemma" in said
    assert "licence has to be accepted" in said
    assert _rows(page._first_box, CatalogRow) == []


def test_a_model_of_the_catalogue_that_matches_comes_before_what_the_hub_has(page, qtbot):
    searched(page, qtbot, "E4B")
    assert [row.title.split(" · ")[0] for row in _rows(page._first_box, CatalogRow)] == ["Gemma 4 E4B"]


def test_an_empty_search_brings_back_the_beginning(page, qtbot, hub):
    searched(page, qtbot, "tiny")
    asked = len(hub.requests())
    type_and_enter(page, qtbot, "  ")
    assert page.model.state == "idle"
    assert len(_rows(page._first_box, CatalogRow)) == 5
    assert len(hub.requests()) == asked


def test_what_is_not_found_is_said(page, qtbot):
    assert searched(page, qtbot, "no such thing") == []
    assert "no repository" in page.state.text()


def test_more_results_are_added_and_the_keyboard_goes_on_there(page, qtbot, hub, qapp):
    for number in range(25):
        hub.add(f"many/model-{number:02}", "x-Q4_0.gguf", b"x")
    assert len(searched(page, qtbot, "many/")) == 20
    page.activateWindow()
    page.more_button.click()
    qtbot.waitUntil(lambda: len(_rows(page._found_box, RepositoryRow)) == 25)
    assert not page.more_button.isVisibleTo(page)
    assert page.focusWidget() is _rows(page._found_box, RepositoryRow)[20].files


def test_the_files_of_a_repository_come_with_size_format_and_an_estimate(page, qtbot):
    row = opened(page, qtbot)
    assert [one.title for one in page.rows()] == ["torn-Q8_0.gguf", FILE, "big-BF16.gguf", "mmproj-BF16.gguf"]
    assert "Q4_0 · 1 MB" in row.accessibleDescription()
    assert row.fit.text().startswith("By its size alone: ● fits, about")
    assert row.fit.text().endswith("(estimated)")
    assert shown(row) == {"Fit by the engine", "Get"}
    assert page._gated.isVisibleTo(page)
    assert page._page.text().endswith(REPO)


def test_a_split_model_with_a_part_missing_says_why_it_cannot_be_got(page, qtbot):
    opened(page, qtbot)
    (torn,) = [row for row in page.rows() if row.title == "torn-Q8_0.gguf"]
    assert shown(torn) == set()
    assert "torn-Q8_0-00002-of-00002.gguf" in torn.fit.text()


def test_a_split_model_is_one_row_judged_by_the_engine_and_got_whole(page, ready, qtbot):
    opened(page, qtbot)
    (big,) = [row for row in page.rows() if row.title == "big-BF16.gguf"]
    assert shown(big) == {"Fit by the engine", "Get"}
    big.ask.click()
    qtbot.waitUntil(lambda: page.model.fits.word(big.offered) is not None, timeout=20_000)
    assert big.fit.text().startswith("By the engine: ● fits · ")
    with qtbot.waitSignal(ready.library.downloads.arrived, timeout=20_000):
        big.get.click()
    qtbot.waitUntil(lambda: "Here already." in big.fit.text())
    assert page.model.here(big.offered).parts == 2
    assert "Chat" in shown(big)


def test_the_engine_says_whether_a_file_fits_before_it_is_downloaded(page, qtbot, hub):
    row = opened(page, qtbot)
    row.ask.click()
    assert shown(row) == {"Stop", "Get"}
    qtbot.waitUntil(lambda: page.model.fits.word(row.offered) is not None, timeout=20_000)
    assert row.fit.text().startswith("By the engine: ● fits · ")
    assert "free on Ryzen 7 5800H" in row.fit.text()
    assert f"Context of {page.model._session.machine.context_tokens:,} tokens, at most" in row.detail.text()
    assert "tokens/s, by published figures" in row.detail.text()
    assert shown(row) == {"Get"}
    fetched = hub.sent_bytes()
    assert 0 < fetched < row.offered.bytes
    page.model.close_repository()
    assert opened(page, qtbot).fit.text().startswith("By the engine")
    assert hub.sent_bytes() == fetched


def test_a_question_to_the_engine_can_be_stopped(page, qtbot, hub):
    hub.fault(Fault("cdn", "hang", after_bytes=100))
    row = opened(page, qtbot)
    row.ask.click()
    hub.wait_for("cdn")
    row.stop.click()
    assert shown(row) == {"Fit by the engine", "Get"}
    assert row.fit.text().startswith("By its size alone")


def test_what_the_engine_cannot_read_is_said_in_the_row(page, qtbot, hub):
    hub.add(REPO, "broken-Q8_0.gguf", b"no GGUF at all" * 100)
    opened(page, qtbot)
    (broken,) = [row for row in page.rows() if row.title == "broken-Q8_0.gguf"]
    broken.ask.click()
    qtbot.waitUntil(lambda: bool(page.model.fits.trouble(broken.offered)), timeout=20_000)
    assert broken.fit.text() == page.model.fits.trouble(broken.offered)
    assert "GGUF" in broken.fit.text()


def test_a_file_is_got_through_the_queue_verified_and_can_be_talked_to(page, ready, qtbot, hub):
    row = opened(page, qtbot)
    row.get.click()
    qtbot.waitUntil(lambda: getattr(page.model.here(row.offered), "verified", False), timeout=20_000)
    here = page.model.here(row.offered)
    assert here.path == str(ready.settings.weights_folder / "hub" / REPO / FILE)
    assert here.sha256 == hub.sha256(hub.root / REPO / FILE)
    qtbot.waitUntil(lambda: "Chat" in shown(row))
    assert "Get" not in shown(row)
    row.chat.click()
    qtbot.waitUntil(lambda: ready.engine.state == "ready", timeout=30_000)
    ready.engine.unload()


def test_a_file_of_the_catalogue_goes_where_the_catalogue_has_it(page, ready, qtbot):
    type_and_enter(page, qtbot, "test/e2b")
    qtbot.waitUntil(lambda: page.model.listing is not None)
    (row,) = page.rows()
    assert "In Gemfit's catalogue" in row.accessibleDescription()
    row.get.click()
    qtbot.waitUntil(lambda: page.model.here(row.offered) is not None, timeout=20_000)
    assert ready.library.local(KEY).path == str(ready.settings.weights_folder / "E2B" / "q4_0" / "e2b.gguf")
    assert "Here already." in row.fit.text()


def test_trouble_is_a_sentence_with_a_way_on(page, qtbot, hub):
    hub.fault(Fault("search", "status", status=403))
    assert searched(page, qtbot, "tiny") == []
    assert "token" in page.notice.text()
    next(b for b in page.notice.findChildren(QPushButton) if b.text() == "Try again").click()
    qtbot.waitUntil(lambda: page.model.state == "found")
    assert page.notice.text() == ""
    assert len(_rows(page._found_box, RepositoryRow)) == 1


def test_offline_is_said_and_nothing_is_asked(page, qtbot, hub, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    searched(page, qtbot, "tiny")
    assert "HF_HUB_OFFLINE" in page.notice.text()
    assert not hub.requests("search")


def test_a_mirror_without_search_still_opens_a_repository_by_name(page, qtbot, hub):
    hub.searches = False
    searched(page, qtbot, "tiny")
    assert "OWNER/NAME" in page.notice.text()
    opened(page, qtbot)
    assert page.notice.text() == ""


def test_a_repository_that_is_not_there_is_said(page, qtbot):
    type_and_enter(page, qtbot, "acme/nothing-here")
    qtbot.waitUntil(lambda: bool(page.notice.text()))
    assert "acme/nothing-here" in page.notice.text()


def test_a_search_can_be_stopped(page, qtbot, hub):
    hub.fault(Fault("search", "hang", after_bytes=-1))
    type_and_enter(page, qtbot, "tiny")
    hub.wait_for("search")
    assert page.state.text() == "Searching …"
    page.stop_button.click()
    qtbot.waitUntil(lambda: page.model.state != "asking")
    assert page.notice.text() == ""
    assert page.search_button.isEnabled()


def test_a_later_search_is_what_counts(page, qtbot, hub):
    hub.fault(Fault("search", "hang", after_bytes=-1))
    type_and_enter(page, qtbot, "slow one")
    hub.wait_for("search")
    assert searched(page, qtbot, "tiny") == [REPO]


def test_escape_goes_back_one_step_at_a_time(page, qtbot):
    searched(page, qtbot, "tiny")
    page.activateWindow()
    (row,) = _rows(page._found_box, RepositoryRow)
    row.files.click()
    qtbot.waitUntil(lambda: page.model.listing is not None)
    assert page.focusWidget() is page.back_button
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not page.model.opened
    assert page.focusWidget() is _rows(page._found_box, RepositoryRow)[0].files
    with qtbot.waitSignal(page.closed):
        qtbot.keyClick(page, Qt.Key.Key_Escape)


def test_what_the_hub_says_is_shown_as_plain_text(page, qtbot, hub):
    hub.add("acme/x-GGUF", "a&amp;b-Q4_0.gguf", b"x")
    type_and_enter(page, qtbot, "acme/x-GGUF")
    qtbot.waitUntil(lambda: page.model.listing is not None)
    formats = {one.textFormat() for row in page.rows() for one in row.findChildren(QLabel)}
    assert formats == {Qt.TextFormat.PlainText}


def test_every_control_says_its_name_and_is_reached_by_the_keyboard(page, qtbot):
    opened(page, qtbot)
    for kind in (QAbstractButton, QLineEdit):
        for control in page.findChildren(kind):
            if isinstance(control.parentWidget(), QLineEdit) or not control.isVisibleTo(page):
                continue
            interface = QAccessible.queryAccessibleInterface(control)
            assert interface.text(QAccessible.Text.Name), control
            assert control.focusPolicy() & Qt.FocusPolicy.TabFocus or not control.isEnabled(), control
    row = next(row for row in page.rows() if row.title == FILE)
    assert row.get.accessibleName() == f"Get: {FILE}"


def test_another_context_asks_for_another_answer(page, ready, qtbot):
    row = opened(page, qtbot)
    row.ask.click()
    qtbot.waitUntil(lambda: page.model.fits.word(row.offered) is not None, timeout=20_000)
    ready.machine.set_context(2048)
    qtbot.waitUntil(lambda: ready.machine.context_tokens == 2048)
    assert page.model.fits.word(row.offered) is None
