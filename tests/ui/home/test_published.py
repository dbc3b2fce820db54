"""The published figures beside the computed and measured ones, and the five dimensions, for eye and ear."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from gemfit.fit.types import Component, Known, Outcome, Plan
from gemfit.ui.home.published import Comparison, ScoreBar
from tests.ui.conftest import KEY

GIB = 1 << 30


@pytest.fixture
def comparison(ready, qtbot):
    made = Comparison(ready.machine)
    qtbot.addWidget(made)
    made.resize(800, 900)
    made.show()
    return made


def rows(comparison) -> list[list[str]]:
    model = comparison.table.model()
    return [
        [model.index(row, column).data() or "" for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def test_every_model_stands_with_the_official_figures_in_their_order(comparison):
    found = rows(comparison)
    start = next(n for n, row in enumerate(found) if row[0] == "Gemma 4 E2B")
    block = found[start + 1 :]
    assert block[0][:2] == ["BF16", "11.4 GB"]
    assert block[1][:2] == ["SFP8", "5.7 GB"]
    assert block[2][:2] == ["Q4_0 QAT", "2.9 GB"]
    assert [row[0] for row in found if row[1] == ""] == [
        "Gemma 4 E2B",
        "Gemma 4 E4B",
        "Gemma 4 12B",
        "Gemma 4 26B-A4B",
        "Gemma 4 31B",
    ]


def test_what_a_load_took_stands_beside_what_was_computed(comparison, ready, qtbot):
    took = Outcome(
        at="2026-11-20T10:00:00Z",
        engine_build="b",
        model=KEY[0],
        build=KEY[1],
        title="",
        plan=Plan(),
        predicted=[],
        measured=[Component("weights", "", 2_000_000_000)],
    )
    assert not any(row[4].startswith("2.0") for row in rows(comparison))
    ready.machine.use_known(Known(outcomes=[took]))
    qtbot.waitUntil(lambda: [row[0] for row in rows(comparison) if row[4] == "2.0 GB"] == ["Q4_0 QAT"])


def test_each_cell_says_of_which_model_and_what(comparison):
    model = comparison.table.model()
    explained = model.index(1, 1).data(Qt.ItemDataRole.AccessibleDescriptionRole)
    assert explained == "Gemma 4 E2B · BF16, 11.4 GB: Google's figure for the weights in memory."
    assert model.index(1, 1).data(Qt.ItemDataRole.ToolTipRole) == explained


def test_the_option_in_hand_has_five_dimensions_with_a_sentence_each(comparison, ready):
    ready.machine.select(("E2B", "bf16"))
    bars = comparison.findChildren(ScoreBar)
    assert len(bars) == 5
    assert "Quality: 100 of 100" in [bar.accessibleName() for bar in bars]
    shown = [label.text() for label in comparison.findChildren(QLabel)]
    assert all(bar.accessibleDescription() in shown for bar in bars)
    assert "Gemma 4 E2B · BF16: what speaks for it" in shown


def test_what_is_not_known_is_an_empty_outline(qtbot):
    bar = ScoreBar("Quality")
    qtbot.addWidget(bar)
    bar.show_score(None, "Not published.")
    assert bar.accessibleName() == "Quality: not known"
    bar.show_score(0.5, "Half.")
    assert bar.accessibleName() == "Quality: 50 of 100"
    image = bar.grab().toImage()
    left, right = (image.pixelColor(x, 5).name() for x in (20, 120))
    assert left != right
