"""Calibration in the window: begun, followed, cancelled, out of date; and what it says about every model."""

import msgspec
import pytest
from PySide6.QtCore import Qt

from gemfit import paths
from gemfit.engine.protocol import LoadPlan
from gemfit.errors import GemfitError
from gemfit.measured import calibrate
from gemfit.measured.calibrate import read_calibration
from gemfit.ui.machine.speeds import SpeedsCard
from gemfit.ui.viewmodels.calibration import CalibrationModel
from gemfit.ui.viewmodels.selection import Selection
from gemfit.words import say


@pytest.fixture
def card(quiet, qtbot):
    card = SpeedsCard(quiet, quiet.calibration)
    qtbot.addWidget(card)
    card.resize(900, 700)
    card.show()
    return card


def press(qtbot, control) -> None:
    control.setFocus()
    qtbot.keyClick(control, Qt.Key.Key_Space)


def calibrated(card, session, qtbot) -> None:
    press(qtbot, card.begin)
    qtbot.waitUntil(lambda: session.calibration.state == "idle", timeout=30_000)
    assert session.calibration.problem == ""


@pytest.fixture
def loaded(quiet, data_dir, qtbot):
    """A session whose engine holds a model."""
    model = Selection(path=data_dir / "gemma4-tiny.gguf", plan=LoadPlan(context_tokens=256), title="Gemma 4 tiny")
    with qtbot.waitSignal(quiet.engine.loaded, timeout=30_000):
        quiet.engine.load(model)
    return quiet


def endless(monkeypatch: pytest.MonkeyPatch) -> None:
    """A calibration that goes on until it is stopped."""

    def until_stopped(_machine, progress, stop):
        progress(0.25, say("Timing slice {number} of {count}", number=2, count=7))
        assert stop.wait(30)
        raise GemfitError("cancelled", say("Calibrating was stopped. What was known before is kept."))

    monkeypatch.setattr(calibrate, "calibrate", until_stopped)


def test_before_the_first_it_says_what_it_would_do_and_where(card):
    assert card.begin.text() == "Calibrate · under a minute"
    assert card.begin.property("kind") == "primary"
    assert "Not calibrated" in card.state.text()
    for promise in ("at most 2 GiB", "deletes them", "Nothing is sent"):
        assert promise in card.explained.text()
    assert not card.table.isVisible()
    assert not card.cancel.isVisible()


def test_it_measures_and_says_how_fast_every_model_is(card, quiet, qtbot):
    calibrated(card, quiet, qtbot)
    assert quiet.machine.known.calibration == read_calibration()
    titles = {line.texts[0] for line in card.table.lines}
    runnable = [o for o in quiet.machine.recommendation.options if o.runnable]
    assert titles == {quiet.machine.title(o.model, o.build) for o in runnable}
    assert all(line.texts[1] == "processor" and line.texts[2].startswith("~") for line in card.table.lines)
    assert "with a full context" in card.table.lines[0].explanation
    assert card.state.text().startswith("Measured on ")
    assert card.begin.text() == "Calibrate again"
    assert card.begin.property("kind") == ""
    assert card.begin.hasFocus()


def test_what_it_found_corrects_the_options(card, quiet, qtbot):
    calibrated(card, quiet, qtbot)
    qtbot.waitUntil(lambda: any(o.tps_source == "calibrated" for o in quiet.machine.recommendation.options))


def test_another_context_gives_other_speeds(card, quiet, qtbot):
    calibrated(card, quiet, qtbot)
    before = [line.explanation for line in card.table.lines]
    quiet.machine.set_context(quiet.machine.context_tokens * 4)
    qtbot.waitUntil(lambda: [line.explanation for line in card.table.lines] != before)


def test_on_the_way_it_says_what_it_does_and_can_be_cancelled(card, quiet, qtbot, monkeypatch):
    endless(monkeypatch)
    press(qtbot, card.begin)
    qtbot.waitUntil(lambda: card.doing.text() == "Timing slice 2 of 7")
    assert card.bar.value() == 250
    assert card.bar.accessibleDescription() == card.doing.text()
    assert card.cancel.hasFocus()
    assert not card.begin.isVisible()
    qtbot.keyClick(card.cancel, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: quiet.calibration.state == "idle")
    assert card.notice.text() == ""
    assert card.begin.isVisible()
    assert quiet.machine.known.calibration is None


def test_a_real_one_that_is_cancelled_leaves_nothing(card, quiet, qtbot, monkeypatch):
    press(qtbot, card.begin)
    qtbot.waitUntil(lambda: quiet.calibration.fraction > 0 or quiet.calibration.state == "idle", timeout=30_000)
    quiet.calibration.stop()
    qtbot.waitUntil(lambda: quiet.calibration.state == "idle", timeout=30_000)
    assert not (paths.cache_dir() / "calibration").exists()


def test_a_disk_without_room_is_said(card, quiet, qtbot, monkeypatch):
    monkeypatch.setattr(calibrate, "free_bytes", lambda _folder: 1 << 20)
    press(qtbot, card.begin)
    qtbot.waitUntil(lambda: "Free some space" in card.notice.text())
    assert card.begin.isEnabled()


def test_another_machine_or_engine_makes_it_stale(card, quiet, qtbot):
    calibrated(card, quiet, qtbot)
    machine = quiet.machine.machine
    quiet.machine.machine = msgspec.structs.replace(
        machine, engine=msgspec.structs.replace(machine.engine, build="another build")
    )
    quiet.machine.changed.emit()
    assert "do not count any more" in card.state.text()
    assert card.begin.text() == "Calibrate · under a minute"
    assert not card.table.isVisible()


def test_one_from_an_earlier_start_that_is_stale_is_told(card, quiet, qtbot):
    calibrated(card, quiet, qtbot)
    made = read_calibration()
    calibrate.calibration_file().write_bytes(msgspec.json.encode(msgspec.structs.replace(made, engine_build="old")))
    quiet.machine.known = msgspec.structs.replace(quiet.machine.known, calibration=None)
    later = CalibrationModel(quiet.machine, quiet.engine)
    quiet.machine.changed.emit()
    qtbot.waitUntil(lambda: later.calibration is not None)
    assert not later.valid


def test_a_loaded_model_is_named_and_unloaded_first(card, loaded, qtbot):
    assert card.begin.text() == "Unload and calibrate"
    assert "Gemma 4 tiny is loaded and would disturb" in card.explained.text()
    press(qtbot, card.begin)
    assert loaded.calibration.state == "unloading"
    assert card.doing.text() == "Unloading the model first …"
    qtbot.waitUntil(lambda: loaded.machine.known.calibration is not None, timeout=30_000)
    assert loaded.engine.state == "idle"


def test_unloading_can_be_cancelled_too(card, loaded, qtbot):
    press(qtbot, card.begin)
    loaded.calibration.stop()
    assert loaded.calibration.state == "idle"
    qtbot.waitUntil(lambda: loaded.engine.state == "idle", timeout=30_000)
    assert loaded.machine.known.calibration is None


def test_a_model_that_is_loaded_meanwhile_ends_it(card, quiet, data_dir, qtbot, monkeypatch):
    endless(monkeypatch)
    press(qtbot, card.begin)
    qtbot.waitUntil(lambda: quiet.calibration.fraction > 0)
    with qtbot.waitSignal(quiet.engine.loaded, timeout=30_000):
        quiet.engine.load(Selection(path=data_dir / "gemma4-tiny.gguf", plan=LoadPlan(context_tokens=256), title="T"))
    qtbot.waitUntil(lambda: quiet.calibration.state == "idle")
    assert "because a model was loaded" in card.notice.text()


def test_without_the_engines_word_there_is_nothing_to_measure(card, quiet):
    machine = quiet.machine.machine
    engine = msgspec.structs.replace(machine.engine, problem="It crashed.")
    quiet.machine.machine = msgspec.structs.replace(machine, engine=engine)
    quiet.machine.changed.emit()
    assert not card.begin.isEnabled()
    assert "could not be asked" in card.explained.text()


def test_the_end_of_the_program_stops_it(card, quiet, qtbot, monkeypatch):
    endless(monkeypatch)
    press(qtbot, card.begin)
    qtbot.waitUntil(lambda: quiet.calibration.fraction > 0)
    quiet.close()  # and the session's own end waits for the thread


def test_narrow_it_keeps_every_column_and_needs_no_scrolling(card, quiet, qtbot):
    calibrated(card, quiet, qtbot)
    card.resize(460, 500)
    qtbot.waitUntil(lambda: card.table.viewport().width() < 460)
    assert not any(card.table.isColumnHidden(column) for column in range(4))
    qtbot.waitUntil(lambda: card.table.horizontalHeader().length() <= card.table.viewport().width())
