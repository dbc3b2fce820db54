"""Past loads: what was predicted beside what was measured, cleared and brought back."""

import msgspec
import pytest
from PySide6.QtCore import Qt

from gemfit.measured.outcomes import outcomes_file, read_outcomes, remember
from gemfit.ui.machine.past import PastCard
from gemfit.ui.viewmodels.past import PastModel
from tests.ui.machine.parts import buttons, look, outcome


@pytest.fixture
def card(session, qtbot):
    look(session, qtbot)
    card = PastCard(PastModel(session.machine))
    qtbot.addWidget(card)
    card.resize(900, 500)
    card.show()
    return card


@pytest.fixture
def know(card, session, qtbot):
    """Makes loads known, on disk and in the window."""

    def known(*outcomes) -> None:
        for each in outcomes:
            remember(each)
        session.machine.use_known(msgspec.structs.replace(session.machine.known, outcomes=list(outcomes)))
        qtbot.waitUntil(lambda: card.table.model().rowCount() == len(outcomes))

    return known


def cell(card, row: int, column: int, role=Qt.ItemDataRole.DisplayRole) -> str:
    return card.table.model().index(row, column).data(role)


def test_before_the_first_load_it_says_what_will_stand_here(card):
    assert "No model has been loaded here yet." in card.summary.text()
    assert not card.table.isVisible()
    assert not card.clear.isVisible()


def test_the_newest_load_comes_first_with_the_difference(card, session, know):
    know(outcome(1, title="Old"), outcome(2, predicted_tps=20.0, generation_tps=22.0))
    assert [cell(card, row, 0) for row in (0, 1)] == ["Gemma 4 E2B · Q4_0 QAT", "Old"]
    assert [cell(card, 0, column) for column in (2, 3, 4, 5, 6)] == [
        "8,192",
        "1,000 MiB",
        "1.0 GiB",
        "+3.0 %",
        "~20 → 22",
    ]


def test_the_sentence_has_the_median_error_and_what_it_corrects(card, session, know):
    know(outcome(1), outcome(2, predicted_tps=20.0, generation_tps=22.0))
    said = card.summary.text()
    assert "Memory was off by 3.0 % in the median (loads with an answer: 2)." in said
    assert "Speed was off by 10.0 %." in said
    assert "Estimates for this machine now have 30 MiB more" in said


@pytest.mark.parametrize("more", [{"engine_build": "older"}, {"prompt_tokens": 0}])
def test_loads_with_another_engine_or_without_an_answer_correct_nothing(card, session, know, more):
    know(outcome(1, **more))
    assert "They correct nothing yet" in card.summary.text()


def test_a_load_without_an_answer_says_why_it_took_less(card, session, know):
    know(outcome(1, prompt_tokens=0))
    assert "It has not answered" in cell(card, 0, 0, Qt.ItemDataRole.ToolTipRole)
    assert "median" not in card.summary.text()


def test_the_row_in_hand_shows_its_components(card, session, know, qtbot):
    know(outcome(1), outcome(2, generation_tps=22.0, generated_tokens=300))
    assert not card.details.isVisible()
    card.table.setFocus()
    card.table.selectRow(1)
    assert "Program in system memory: 100 MiB predicted, 130 MiB measured" in card.details.text()
    qtbot.keyClick(card.table, Qt.Key.Key_Up)
    assert "22 tokens/s measured over 300 tokens" in card.details.text()
    assert cell(card, 0, 0, Qt.ItemDataRole.ToolTipRole) == card.details.text()


def test_what_was_not_measured_is_a_dash(card, session, know):
    know(outcome(1, measured=[], predicted=[]))
    assert [cell(card, 0, column) for column in (3, 4, 5, 6)] == ["–"] * 4


def test_clearing_forgets_and_undo_brings_back(card, session, know, qtbot):
    know(outcome(1), outcome(2))
    card.clear.setFocus()
    qtbot.keyClick(card.clear, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "Past loads cleared: 2." in card.notice.text())
    assert read_outcomes() == []
    assert session.machine.known.outcomes == []
    assert not card.table.isVisible()
    know(outcome(3))  # a load that ended meanwhile stays
    qtbot.mouseClick(buttons(card.notice)["Bring them back"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: card.table.model().rowCount() == 3)
    assert [known.at[:10] for known in read_outcomes()] == ["2026-01-01", "2026-01-02", "2026-01-03"]
    assert card.notice.text() == ""


@pytest.mark.logs_warnings
def test_a_record_that_cannot_be_cleared_says_so_and_stays(card, session, know, qtbot, home):
    know(outcome(1))
    file = outcomes_file()
    kept = file.read_bytes()
    file.unlink()
    file.mkdir()
    (file / "in the way").write_bytes(kept)
    card.clear.click()
    qtbot.waitUntil(lambda: "cannot be written" in card.notice.text())
    assert card.table.model().rowCount() == 1


def test_narrow_it_keeps_what_matters(card, know, qtbot):
    know(outcome(1))
    card.resize(460, 500)
    hidden = [False, True, True, False, False, False, True]
    qtbot.waitUntil(lambda: [card.table.isColumnHidden(column) for column in range(7)] == hidden)
