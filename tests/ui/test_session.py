"""Loading in the window: what does not fit is refused and can be forced; what a load took is kept and shown."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from gemfit.engine.protocol import ChatMessage
from gemfit.machine.types import Machine
from gemfit.measured.account import OWN_FILE
from gemfit.measured.outcomes import read_outcomes
from gemfit.ui.chat.page import ChatPage
from gemfit.ui.session import CHAT, Session
from gemfit.ui.viewmodels.selection import Selection
from gemfit.ui.window import MainWindow
from tests.ui.conftest import KEY

WAIT_MS = 30_000
MIB = 1 << 20
STARTER = ("SmolLM2-135M", "q4_1")


@pytest.fixture
def free(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How much memory is free when a load is planned; a test may change it."""
    found = [machine.memory.available_bytes]
    monkeypatch.setattr(
        "gemfit.machine.memory.probe_memory",
        lambda: msgspec.structs.replace(machine.memory, available_bytes=found[0]),
    )
    return found


@pytest.fixture
def files(home: Path, weights: bytes) -> None:
    """E2B's small weights on this disk, and a file of one's own."""
    folder = home / "data" / "models"
    (folder / "E2B" / "q4_0").mkdir(parents=True)
    (folder / "E2B" / "q4_0" / "e2b.gguf").write_bytes(weights)
    (folder / "my-own-secret.gguf").write_bytes(weights)


@pytest.fixture
def here(on_the_processor: None, free: list[int], files: None, ready: Session) -> Session:
    """The session that knows a machine without a GPU, and the files."""
    assert ready.library.local(KEY) is not None
    return ready


@pytest.fixture
def window(here: Session, qtbot: QtBot) -> MainWindow:
    window = MainWindow(here)
    qtbot.addWidget(window)
    window.resize(900, 640)
    window.show()
    return window


def selected(session: Session, title: str) -> Selection:
    return next(s for s in session.local_models() if title in s.title)


def loaded(session: Session, qtbot: QtBot, title: str, **how: object) -> None:
    with qtbot.waitSignal(session.engine.loaded, timeout=WAIT_MS):
        session.loads.load(selected(session, title), **how)


def kept(session: Session, qtbot: QtBot, count: int) -> None:
    """Until the outcome of `count` loads is kept and known."""
    qtbot.waitUntil(lambda: len(session.machine.known.outcomes) == count, timeout=WAIT_MS)


def buttons(page: ChatPage) -> dict[str, QPushButton]:
    found = page.refusal.findChildren(QPushButton)
    return {b.text(): b for b in found if b.isVisibleTo(page.refusal)}


def chat_page(window: MainWindow) -> ChatPage:
    page = window.page(CHAT)
    assert isinstance(page, ChatPage)
    return page


def test_files_of_ones_own_are_offered_last(here):
    assert [s.title for s in here.local_models()][-1] == "my-own-secret"
    assert "E2B" in here.local_models()[0].title


def test_what_does_not_fit_is_refused_with_the_numbers_and_what_would_fit(window, here, free, qtbot):
    free[0] = 130 * MIB
    here.chat_with(KEY)
    page = chat_page(window)
    qtbot.waitUntil(page.refusal.isVisible)
    assert "E2B" in page.refusal.text
    assert "130 MiB are free" in page.refusal.text
    assert "slow" in page.refusal.text
    assert here.engine.state == "idle"
    assert "Load anyway" in buttons(page)


def test_what_is_refused_can_be_loaded_anyway_mapped(window, here, free, qtbot):
    free[0] = 130 * MIB
    here.chat_with(KEY)
    page = chat_page(window)
    qtbot.waitUntil(page.refusal.isVisible)
    with qtbot.waitSignal(here.engine.loaded, timeout=WAIT_MS):
        buttons(page)["Load anyway"].click()
    assert not page.refusal.isVisible()
    selection = here.engine.selection
    assert selection is not None
    assert selection.plan.load_mode == "mapped"
    assert selection.intent.plan.forced
    kept(here, qtbot, 1)
    assert read_outcomes()[0].plan.forced


def test_with_the_largest_context_that_fits_it_is_loaded(window, here, free, qtbot):
    here.machine.set_context(131_072)
    free[0] = 1900 * MIB  # by the catalogue's shape E2B fits here, but not with all of its context
    here.chat_with(KEY)
    page = chat_page(window)
    qtbot.waitUntil(page.refusal.isVisible)
    offered = [text for text in buttons(page) if text.startswith("Load with a context of")]
    assert len(offered) == 1
    with qtbot.waitSignal(here.engine.loaded, timeout=WAIT_MS):
        buttons(page)[offered[0]].click()
    selection = here.engine.selection
    assert selection is not None
    assert selection.intent.refusal == []
    assert 256 <= selection.plan.context_tokens < 131_072


def test_memory_that_became_free_counts_at_once(window, here, free, qtbot):
    free[0] = 130 * MIB
    here.chat_with(KEY)
    qtbot.waitUntil(chat_page(window).refusal.isVisible)
    free[0] = 8000 * MIB
    with qtbot.waitSignal(here.engine.loaded, timeout=WAIT_MS):
        here.chat_with(KEY)
    assert not chat_page(window).refusal.isVisible()


def test_a_file_of_ones_own_is_planned_from_its_header_and_refused_alike(window, here, free, qtbot):
    page = chat_page(window)
    free[0] = 20 * MIB
    with qtbot.waitSignal(here.loads.refused, timeout=WAIT_MS):
        here.loads.load(selected(here, "my-own-secret"))
    assert "my-own-secret does not fit" in page.refusal.text
    free[0] = 8000 * MIB
    loaded(here, qtbot, "my-own-secret")
    kept(here, qtbot, 1)
    (outcome,) = read_outcomes()
    assert (outcome.model, outcome.title) == ("", OWN_FILE)
    weights = next(c for c in outcome.predicted if c.name == "weights")
    assert weights.n_bytes < 10 * MIB  # of this file, and not of a model of the catalogue


def test_a_refusal_is_left_by_escape_and_read_by_keyboard(window, here, free, qtbot):
    free[0] = 20 * MIB
    here.chat_with(KEY)
    page = chat_page(window)
    qtbot.waitUntil(page.refusal.isVisible)
    assert page.refusal.isAncestorOf(window.focusWidget())
    assert "does not fit" in window.focusWidget().accessibleName()
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    assert not page.refusal.isVisible()


def test_predicted_stands_beside_measured_after_a_load_and_an_answer(window, here, qtbot):
    loaded(here, qtbot, "my-own-secret")
    page = chat_page(window)
    window.open_page(CHAT)
    qtbot.waitUntil(lambda: "KV cache:" in window.status.accessibleDescription(), timeout=WAIT_MS)
    assert "not yet filled" in window.status.accessibleDescription()
    with qtbot.waitSignal(here.engine.done, timeout=WAIT_MS):
        here.engine.generate([ChatMessage("user", "word " * 600)], max_tokens=3)
    described = window.status.accessibleDescription()
    assert "predicted" in described
    assert not [line for line in described.splitlines() if line.startswith("Compute") and "not yet" in line]
    qtbot.waitUntil(lambda: "KV cache:" in page.readout.accessibleDescription() or not page.readout.isVisible())
    kept(here, qtbot, 1)
    qtbot.waitUntil(lambda: read_outcomes()[0].generated_tokens > 0, timeout=WAIT_MS)
    outcome = read_outcomes()[0]
    assert outcome.machine_key
    assert outcome.engine_build.startswith("llama-cpp-python")


def test_the_memory_of_a_loaded_model_counts_as_free_for_the_next(window, here, free, qtbot):
    loaded(here, qtbot, "my-own-secret")
    resident = here.engine.resident_bytes()
    assert resident is not None
    free[0] = 40 * MIB
    assert resident > 40 * MIB
    loaded(here, qtbot, "my-own-secret")
