"""The state behind Home: the wish, what is known, the answer to both, and the option in hand."""

import pytest

from gemfit.fit.types import Component, Known, Outcome, Plan
from gemfit.measured.outcomes import remember
from gemfit.settings import Settings
from gemfit.ui.viewmodels import machine as viewmodel
from gemfit.ui.viewmodels.machine import MachineModel


@pytest.fixture
def model(catalog, probed, qtbot):
    made = MachineModel(Settings(context_tokens=4096, goal="best", media=True))
    made.probe()
    qtbot.waitUntil(lambda: made.state == "ready")
    return made


def outcome(model: str, build: str, at: str) -> Outcome:
    return Outcome(
        at=at,
        engine_build="b",
        model=model,
        build=build,
        title="",
        plan=Plan(),
        predicted=[],
        measured=[Component("weights", "", 1)],
    )


def test_it_begins_with_the_wish_of_the_settings(model):
    assert (model.wish.context_tokens, model.wish.goal, model.wish.media) == (4096, "best", True)
    assert model.best().context_tokens == 4096


def test_each_wish_gets_an_answer_and_the_same_one_does_not(model, qtbot):
    answers = []
    model.changed.connect(lambda: answers.append(model.best()))
    model.set_goal("smallest")
    qtbot.waitUntil(lambda: len(answers) == 1)
    model.set_goal("smallest")
    model.set_context(8192)
    qtbot.waitUntil(lambda: len(answers) == 2)
    assert answers[-1].context_tokens == 8192
    model.set_media(False)
    qtbot.waitUntil(lambda: len(answers) == 3)


def test_a_wish_while_it_looks_is_not_lost(catalog, probed, qtbot):
    made = MachineModel(Settings())
    made.probe()
    made.set_context(32768)
    qtbot.waitUntil(lambda: made.state == "ready" and made.best().context_tokens == 32768)


def test_where_an_answer_is_not_instant_the_latest_wish_wins(model, qtbot, monkeypatch):
    monkeypatch.setattr(viewmodel, "_INSTANT_S", -1.0)
    before = model.recommendation
    for tokens in (6144, 8192, 16384):
        model.set_context(tokens)
    assert model.recommendation is before, "computed on this thread"
    qtbot.waitUntil(lambda: model.best().context_tokens == 16384)


def test_a_context_that_no_model_has_is_held_to_the_largest(catalog, probed, qtbot):
    made = MachineModel(Settings(context_tokens=10_000_000))
    made.probe()
    qtbot.waitUntil(lambda: made.state == "ready")
    assert {option.context_tokens for option in made.recommendation.options} == {262144}


def test_what_is_on_disk_is_known_after_a_look_and_after_being_told(model, qtbot):
    assert model.known.outcomes == []
    remember(outcome("E2B", "q4_0", "2026-11-20T10:00:00Z"))
    model.reload_known()
    qtbot.waitUntil(lambda: model.last_outcome("E2B", "q4_0") is not None)
    remember(outcome("E4B", "q4_0", "2026-11-21T10:00:00Z"))
    model.probe()
    qtbot.waitUntil(lambda: model.last_outcome("E4B", "q4_0") is not None)


def test_without_a_choice_the_recommended_one_is_in_hand(model, qtbot):
    assert model.selected() == model.best()
    with qtbot.waitSignal(model.selected_changed):
        model.select(("E2B", "bf16"))
    assert (model.selected().model, model.selected().build) == ("E2B", "bf16")
    model.set_context(8192)
    qtbot.waitUntil(lambda: model.selected().context_tokens == 8192)
    assert model.selected().build == "bf16"
    model.select(None)
    assert model.selected() == model.best()


def test_what_is_known_comes_and_what_is_installed_stays(model, qtbot):
    model.set_media(False)
    model.set_installed(frozenset({("E2B", "q4_0")}))
    qtbot.waitUntil(lambda: model.option("E2B", "q4_0").download_bytes == 0)
    older, newer = (outcome("E2B", "q4_0", f"2026-11-{day}T10:00:00Z") for day in (19, 20))
    model.use_known(Known(outcomes=[newer, older]))
    assert model.known.installed == {("E2B", "q4_0")}
    assert model.last_outcome("E2B", "q4_0") == newer
    assert model.last_outcome("E4B", "q4_0") is None
