"""Guessing ahead, as the window loads it."""

from pathlib import Path

import msgspec
from pytestqt.qtbot import QtBot

from gemfit.engine.protocol import LoadPlan
from gemfit.ui.chat.page import ChatPage
from gemfit.ui.viewmodels.engine import EngineSession, Selection

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
