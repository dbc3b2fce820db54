"""What is on its way: a row for each entry, its figures, its buttons and keys, its place."""

import random

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu, QPushButton

from gemfit.catalog.types import CatalogFile
from gemfit.library.queue import Entry, QueuedFile
from gemfit.ui.models.entry_texts import figures_text, file_text, state_text
from gemfit.ui.models.page import ModelsPage
from gemfit.words import say
from tests.fakes.hub import Fault
from tests.ui.conftest import KEY

REPO = "test/large"
SIZE = 3_000_000


def file(name: str = "a.gguf", **changes: object) -> QueuedFile:
    return QueuedFile(source=CatalogFile(file=name, repo=REPO), total_bytes=4_200_000_000, **changes)


def entry(*files: QueuedFile, **changes: object) -> Entry:
    values = {"id": "1", "title": "A model", "weights_dir": "/w", "folder": "/w/a", "files": files}
    return Entry(**{**values, **changes})


@pytest.fixture
def slow(hub) -> list[CatalogFile]:
    """Two files on a Hub that takes its time."""
    hub.fault(Fault("cdn", "slow", times=-1, bytes_per_s=150_000))
    data = random.Random(3).randbytes(SIZE)
    return [
        CatalogFile(
            file=f"{name}.gguf",
            repo=f"{REPO}-{name}",
            bytes=SIZE,
            sha256=hub.add(f"{REPO}-{name}", f"{name}.gguf", data),
        )
        for name in ("first", "second")
    ]


@pytest.fixture
def page(ready, qtbot):
    page = ModelsPage(ready)
    qtbot.addWidget(page)
    page.resize(900, 700)
    page.show()
    page.activateWindow()
    qtbot.waitActive(page)
    return page


@pytest.fixture
def rows(page, ready, slow, qtbot):
    """The rows of two downloads, the first of which has begun."""
    for source in slow:
        ready.library.add_files(source.file, [source])
    queue = page.list.queue
    qtbot.waitUntil(lambda: len(queue.rows()) == 2 and queue.rows()[1].height() > 40)
    qtbot.waitUntil(lambda: ready.library.downloads.entries()[0].done_bytes > 0, timeout=15_000)
    yield queue.rows
    for row in queue.rows():
        ready.library.downloads.cancel(row.key)


def press(widget, text: str) -> None:
    next(b for b in widget.findChildren(QPushButton) if b.isVisible() and b.text() == text).click()


def shown_buttons(widget) -> set[str]:
    return {b.text() for b in widget.findChildren(QPushButton) if b.isVisible()}


def test_figures_give_amount_share_speed_and_time():
    moving = entry(file(state="downloading", done_bytes=1_050_000_000, speed_bps=12_000_000))
    assert figures_text(moving) == "1.1 GB of 4.2 GB · 25 % · 12 MB/s · 4 min 22 s left"
    assert figures_text(entry(QueuedFile(source=CatalogFile(file="a.gguf")))) == ""


@pytest.mark.parametrize(
    ("of", "said"),
    [
        ({"state": "waiting"}, "Waiting for its turn"),
        ({"state": "asking"}, "Downloading"),
        ({"state": "verifying"}, "Checking what came"),
        ({"state": "no_room"}, "Waiting for room"),
        ({"state": "offline"}, "Waiting for the network"),
        ({"state": "failed"}, "Needs you"),
        ({"state": "done"}, "Here, and verified"),
    ],
)
def test_every_state_has_words_and_a_sign(of, said):
    text, role = state_text(entry(file(**of)))
    assert said in text
    assert not text[0].isalnum()
    assert role


def test_what_is_paused_says_that_nothing_is_lost():
    assert "is kept" in state_text(entry(file(), paused=True))[0]


def test_a_line_that_was_cut_is_said_while_it_is_tried_again():
    cut = entry(file(state="retrying", sentence=say("The connection was lost: trying again.")))
    assert "trying again" in state_text(cut)[0]
    assert file_text(cut.files[0]).endswith("trying again")


def test_pause_and_resume_by_the_button(rows, ready, qtbot):
    first = rows()[0]
    assert first.toggle.text() == "Pause"
    qtbot.mouseClick(first.toggle, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: first.toggle.text() == "Resume")
    assert "Paused" in first.text()
    qtbot.waitUntil(lambda: not ready.library.downloads.entries()[0].under_way, timeout=15_000)
    qtbot.mouseClick(first.toggle, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: first.toggle.text() == "Pause")


def test_the_space_bar_pauses_and_resumes(rows, qtbot):
    first = rows()[0]
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: first.entry.paused)
    qtbot.keyClick(first, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not first.entry.paused)


def test_alt_and_arrows_change_the_order_and_keep_the_focus(rows, ready, qtbot):
    first, second = rows()
    second.setFocus()
    qtbot.keyClick(second, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: rows() == [second, first])
    assert second.hasFocus()
    qtbot.keyClick(second, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert rows() == [second, first]
    qtbot.keyClick(second, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: rows() == [first, second])


def test_dragging_a_row_below_another_puts_it_there(rows, page, qtbot):
    first, second = rows()
    here, there = QPoint(20, 10), QPoint(20, second.y() - first.y() + second.height() - 4)
    qtbot.mousePress(first, Qt.MouseButton.LeftButton, pos=here)
    qtbot.mouseMove(first, here + QPoint(0, QApplication.startDragDistance() + 5))
    qtbot.mouseMove(first, there)
    qtbot.mouseRelease(first, Qt.MouseButton.LeftButton, pos=there)
    qtbot.waitUntil(lambda: rows() == [second, first])


def test_a_short_slip_of_the_mouse_moves_nothing(rows, qtbot):
    before = rows()
    qtbot.mousePress(before[0], Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    qtbot.mouseRelease(before[0], Qt.MouseButton.LeftButton, pos=QPoint(21, 11))
    assert rows() == before


def test_cancelling_asks_what_becomes_of_what_came(rows, ready, qtbot):
    first = rows()[0]
    qtbot.mouseClick(first.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Go on" in shown_buttons(first.question))
    press(first.question, "Go on")
    assert first.question.text() == ""
    assert len(rows()) == 2
    qtbot.keyClick(first, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: "Cancel and delete them" in shown_buttons(first.question))
    press(first.question, "Cancel and delete them")
    qtbot.waitUntil(lambda: len(rows()) == 1)
    folder = ready.settings.weights_folder
    qtbot.waitUntil(lambda: not list(folder.rglob("first.gguf.part")), timeout=15_000)


def test_cancelled_and_kept_bytes_stay(rows, ready, qtbot):
    first = rows()[0]
    first.ask_to_cancel()
    qtbot.waitUntil(lambda: "Cancel and keep them" in shown_buttons(first.question))
    press(first.question, "Cancel and keep them")
    qtbot.waitUntil(lambda: len(rows()) == 1)
    assert list(ready.settings.weights_folder.rglob("first.gguf.part"))


def test_the_menu_offers_what_can_be_done(rows, qtbot):
    first = rows()[0]
    qtbot.keyClick(first, Qt.Key.Key_Menu)
    menu = first.findChild(QMenu)
    qtbot.waitUntil(menu.isVisible)
    enabled = {action.text(): action.isEnabled() for action in menu.actions()}
    assert enabled["Pause"]
    assert not enabled["Move up"]
    assert enabled["Move down"]
    menu.close()


def test_all_are_paused_and_resumed_at_once(rows, page, qtbot):
    queue = page.list.queue
    assert queue.totals_text().startswith("2 downloads · 6 MB to come") or "2 downloads" in queue.totals_text()
    qtbot.mouseClick(queue.pause_all, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: all(row.entry.paused for row in rows()))
    assert not queue.pause_all.isVisible()
    qtbot.mouseClick(queue.resume_all, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not any(row.entry.paused for row in rows()))


def test_speed_is_painted_and_put_in_words(rows, page, ready, qtbot):
    picture = page.list.queue.picture
    qtbot.waitUntil(picture.isVisible, timeout=15_000)
    assert picture.accessibleDescription().startswith("Now ")
    image = picture.grab().toImage()
    assert len({image.pixelColor(x, image.height() - 3).name() for x in range(image.width())}) > 1


def test_a_file_that_needs_a_token_leads_to_the_settings(page, ready, hub, slow, qtbot):
    hub.fault(Fault("api", "status", status=401, times=-1))
    hub.fault(Fault("file", "status", status=401, times=-1))
    ready.library.add_files("Locked", [msgspec.structs.replace(slow[0], sha256=None)])
    qtbot.waitUntil(lambda: bool(page.list.queue.rows()))
    (row,) = page.list.queue.rows()
    qtbot.waitUntil(lambda: row.entry.state == "failed", timeout=15_000)
    assert row.toggle.text() == "Try again"
    qtbot.waitUntil(lambda: "Enter a token" in shown_buttons(row.trouble))
    with qtbot.waitSignal(ready.page_wanted):
        press(row.trouble, "Enter a token")
    ready.library.downloads.cancel(row.key)


def test_a_model_of_several_files_shows_each_of_them(page, ready, hub, slow, qtbot):
    ready.library.add(KEY, ("weights", "projector"))
    qtbot.waitUntil(lambda: bool(page.list.queue.rows()))
    (row,) = page.list.queue.rows()
    texts = row.files.texts()
    assert texts[0].startswith("Weights")
    assert texts[1].startswith("Pictures and sound")
    ready.library.downloads.cancel(KEY)
