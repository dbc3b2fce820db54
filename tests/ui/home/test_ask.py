"""Asking the engine itself, for a file on the Hub and one that is here: real children, a loopback Hub."""

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from gemfit.fit.types import Component, Plan
from gemfit.ui import words
from gemfit.ui.home.ask import AskEngine
from gemfit.ui.session import SETTINGS
from tests.fakes.hub import Fault
from tests.ui.conftest import KEY

# The figures of the catalogue are those of the real weights, and the small ones that stand in for them differ.
pytestmark = pytest.mark.logs_warnings


@pytest.fixture
def ask(ready, qtbot):
    made = AskEngine(ready)
    qtbot.addWidget(made)
    made.resize(700, 200)
    made.show()
    yield made
    made.model.stop()


@pytest.fixture
def small(ready):
    """The option whose weights the Hub here has, to be loaded on the processor."""
    option = ready.machine.option(*KEY)
    return msgspec.structs.replace(option, place="cpu", plan=Plan(context_tokens=4096))


def press(qtbot, button) -> None:
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)


def test_nothing_is_fetched_before_the_click_and_the_cost_is_said(ask, small, hub):
    before = len(hub.requests("cdn"))
    ask.show_option(small)
    assert "about 16 MB of header are fetched from the Hub" in ask.answer.text()
    assert ask.go.accessibleDescription() == ask.answer.text()
    assert len(hub.requests("cdn")) == before


def test_where_the_engine_says_otherwise_its_figures_are_shown_with_the_difference(ask, small, qtbot):
    ask.show_option(small)
    assert ask.components(small) == small.components
    press(qtbot, ask.go)
    qtbot.waitUntil(lambda: "The engine says otherwise" in ask.answer.text(), timeout=30_000)
    shown = ask.components(small)
    assert shown != small.components
    weights = next(c.n_bytes for c in shown if c.name == "weights")
    assert f"Weights in RAM {words.size(weights)}, not" in ask.answer.text()
    assert "1 MB were fetched" in ask.answer.text()


def test_where_the_figures_are_the_engines_it_says_the_same(ask, small, qtbot):
    ask.show_option(small)
    press(qtbot, ask.go)
    qtbot.waitUntil(lambda: ask.components(small) != small.components, timeout=30_000)
    right = msgspec.structs.replace(small, components=ask.components(small))
    ask.show_option(right)
    assert "The engine says the same" in ask.answer.text()
    assert ask.components(right) == right.components


def test_an_answer_is_about_one_plan_alone(ask, small, qtbot):
    ask.show_option(small)
    press(qtbot, ask.go)
    qtbot.waitUntil(lambda: "The engine says" in ask.answer.text(), timeout=30_000)
    other = msgspec.structs.replace(small, plan=Plan(context_tokens=8192))
    ask.show_option(other)
    assert "The engine says" not in ask.answer.text()
    assert ask.go.isVisible()


def test_a_file_that_is_here_is_asked_about_without_the_hub(ask, small, ready, hub, qtbot):
    with qtbot.waitSignal(ready.library.downloads.arrived, timeout=15_000):
        ready.library.get(KEY)
    before = len(hub.requests("cdn")) + len(hub.requests("api"))
    ask.show_option(small)
    assert "Hub" not in ask.answer.text()
    press(qtbot, ask.go)
    qtbot.waitUntil(lambda: "The engine says" in ask.answer.text(), timeout=30_000)
    assert "fetched" not in ask.answer.text()
    assert len(hub.requests("cdn")) + len(hub.requests("api")) == before


def test_it_can_be_stopped(ask, small, hub, qtbot):
    hub.fault(Fault("cdn", "slow", times=-1, bytes_per_s=50_000))
    ask.show_option(small)
    press(qtbot, ask.go)
    qtbot.waitUntil(lambda: ask.stop.isVisible() and "Fetching the header" in ask.answer.text(), timeout=15_000)
    press(qtbot, ask.stop)
    assert ask.go.isVisible()
    assert "about 16 MB" in ask.answer.text()


def test_trouble_is_said_here_with_a_way_out(ask, small, ready, hub, qtbot):
    hub.fault(Fault("api", "status", status=401, times=1))
    ask.show_option(small)
    press(qtbot, ask.go)
    qtbot.waitUntil(lambda: bool(ask.notice.text()), timeout=15_000)
    buttons = {button.text(): button for button in ask.notice.findChildren(QPushButton)}
    with qtbot.waitSignal(ready.page_wanted) as asked:
        press(qtbot, buttons["Enter a token"])
    assert asked.args == [SETTINGS]
    assert ask.go.isVisible()
    press(qtbot, buttons["Close"])
    assert ask.notice.text() == ""


def test_what_this_engine_cannot_lay_out_is_not_offered(ask, small, ready):
    mobile = ready.machine.option("E2B", "mobile")
    ask.show_option(mobile)
    assert not ask.isVisible()
    ask.show_option(None)
    assert not ask.isVisible()


def test_a_part_that_only_one_side_knows_is_a_difference(ask, small, qtbot):
    ask.show_option(small)
    press(qtbot, ask.go)
    qtbot.waitUntil(lambda: ask.components(small) != small.components, timeout=30_000)
    elsewhere = [Component(c.name, "CUDA0", c.n_bytes) for c in ask.components(small)]
    ask.show_option(msgspec.structs.replace(small, components=elsewhere))
    assert "Weights in RTX 3060" in ask.answer.text()


def test_a_difference_too_small_for_the_unit_is_said_in_bytes(ask, small, qtbot):
    ask.show_option(small)
    press(qtbot, ask.go)
    qtbot.waitUntil(lambda: ask.components(small) != small.components, timeout=30_000)
    told = ask.components(small)
    nearly = [Component(c.name, c.device, c.n_bytes + (8 if c.name == "weights" else 0)) for c in told]
    ask.show_option(msgspec.structs.replace(small, components=nearly))
    weights = next(c.n_bytes for c in told if c.name == "weights")
    assert f"Weights in RAM {words.count(weights)} B, not {words.count(weights + 8)} B" in ask.answer.text()
