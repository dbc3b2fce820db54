"""A chat page with a real store and a real engine child."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gemfit.chat.options import ChatOptions
from gemfit.chat.store import ChatStore
from gemfit.engine.protocol import LoadPlan, Sampling
from gemfit.ui import theme
from gemfit.ui.chat.page import ChatPage
from gemfit.ui.viewmodels.engine import EngineSession
from gemfit.ui.viewmodels.selection import Selection

WAIT_MS = 15_000
SEEDED = ChatOptions(sampling=Sampling(seed=1))


@pytest.fixture
def themed(qapp: QApplication) -> None:
    theme.apply(qapp, "light")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ChatStore]:
    store = ChatStore(tmp_path / "chats.sqlite3")
    yield store
    store.close()


@pytest.fixture
def copycat(data_dir: Path) -> Selection:
    """Writes some two thousand tokens a second and finds no end: the context has room for seconds of it."""
    plan = LoadPlan(context_tokens=32768, threads=1)
    return Selection(path=data_dir / "gemma4-copycat.gguf", plan=plan, title="Copycat · F16", model="copy", build="f16")


@pytest.fixture
def models(copycat: Selection) -> list[Selection]:
    """What is on this computer; tests may change it."""
    return [copycat]


@pytest.fixture
def page(
    qtbot: QtBot, themed: None, engine: EngineSession, store: ChatStore, models: list[Selection]
) -> Iterator[ChatPage]:
    page = ChatPage(engine, store, lambda: models, lambda: SEEDED)
    qtbot.addWidget(page)
    page.resize(1200, 760)
    with qtbot.waitExposed(page):
        page.show()
    settle(qtbot, store)
    yield page
    settle(qtbot, store)


def settle(qtbot: QtBot, store: ChatStore) -> None:
    """Let the store answer what it was asked, and the answers arrive."""
    reached: list[bool] = []
    store.conversations().result(5)
    QTimer.singleShot(0, lambda: reached.append(True))
    qtbot.waitUntil(lambda: bool(reached), timeout=5000)


@pytest.fixture
def loaded(qtbot: QtBot, page: ChatPage, engine: EngineSession, copycat: Selection) -> ChatPage:
    """The page with a model that is ready."""
    with qtbot.waitSignal(engine.loaded, timeout=WAIT_MS):
        engine.load(copycat)
    return page
