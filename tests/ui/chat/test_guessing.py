"""Guessing ahead, as the window loads it."""

from pathlib import Path

import msgspec
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gemfit.chat.tree import Message
from gemfit.engine.protocol import LoadPlan, Stats
from gemfit.ui.chat.message import make_view
from gemfit.ui.chat.page import ChatPage
from gemfit.ui.viewmodels.engine import EngineSession
from gemfit.ui.viewmodels.selection import Selection

from .conftest import WAIT_MS

PLAN = LoadPlan(context_tokens=512, threads=1, speculation="auto", draft_tokens=3)


def load(qtbot: QtBot, engine: EngineSession, selection: Selection, drafter: Path) -> None:
    with qtbot.waitSignal(engine.loaded, timeout=WAIT_MS):
        engine.load(msgspec.structs.replace(selection, plan=PLAN, drafter=drafter))


def test_the_drafter_of_the_model_goes_with_it(
    qtbot: QtBot, page: ChatPage, engine: EngineSession, copycat: Selection, data_dir: Path
) -> None:
    load(qtbot, engine, copycat, data_dir / "gemma4-drafter.gguf")
    assert engine.loaded_info is not None
    assert engine.loaded_info.guessers == ["ngram", "drafter"]
    assert not page.bar.text


def test_a_drafter_that_does_not_fit_the_model_is_named(
    qtbot: QtBot, page: ChatPage, engine: EngineSession, copycat: Selection, data_dir: Path
) -> None:
    load(qtbot, engine, copycat, data_dir / "gemma4-tiny.gguf")
    assert "does not draft for this model" in page.bar.text


def test_guesses_are_told_of_below_an_answer_only_where_some_were_right(qtbot: QtBot) -> None:
    def figures(accepted: int) -> str:
        stats = Stats(
            generated_tokens=20, generation_tps=10.0, drafted_tokens=8, accepted_tokens=accepted, speculation_gain=1.5
        )
        message = Message(id="2", parent="1", role="assistant", text="Hello", state="complete", stats=stats)
        view = make_view(message, Path())
        qtbot.addWidget(view)
        while view.advance():
            pass
        return " ".join(label.text() for label in view.findChildren(QLabel))

    assert "6 of 8 guesses right, 1.5×" in figures(6)
    assert "guesses" not in figures(0)
