"""What confines the engine's process, and what was learnt from past troubles: shown, forgotten and brought back."""

import pytest

from gemfit.engine import sandbox
from gemfit.engine.protocol import LoadPlan
from gemfit.engine.recovery import Trouble
from gemfit.measured.lessons import learn, new_lesson, read_lessons
from gemfit.ui.machine.process import ProcessCard
from tests.ui.machine.parts import buttons

LESSON = new_lesson(
    "abc",
    "b1",
    "Gemma 4 E2B",
    Trouble(cause="device_out_of_memory"),
    LoadPlan(context_tokens=8192),
    ["half_context"],
    LoadPlan(context_tokens=4096),
)


def shown(qtbot) -> ProcessCard:
    card = ProcessCard()
    qtbot.addWidget(card)
    card.show()
    return card


def test_it_says_what_confines_the_engine(qtbot):
    said = shown(qtbot).sandbox.text()
    assert (f"Landlock {sandbox.version()}" in said) == bool(sandbox.version())


def test_where_there_is_nothing_it_says_so(qtbot, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sandbox, "version", lambda: 0)
    assert "has nothing that would keep" in shown(qtbot).sandbox.text()


def test_without_lessons_there_is_nothing_to_forget(qtbot):
    card = shown(qtbot)
    assert not card.forget.isVisible()
    assert not card.lessons.isVisible()


def test_a_lesson_is_shown_forgotten_and_brought_back(qtbot):
    learn(LESSON)
    card = shown(qtbot)
    qtbot.waitUntil(card.lessons.isVisible)
    assert "Gemma 4 E2B" in card.lessons.text()
    assert "4,096 tokens" in card.lessons.text()
    card.forget.click()
    qtbot.waitUntil(card.notice.isVisible)
    assert read_lessons() == []
    assert not card.lessons.isVisible()
    buttons(card)["Bring them back"].click()
    qtbot.waitUntil(card.lessons.isVisible)
    assert read_lessons() == [LESSON]
    assert card.forget.accessibleName()
