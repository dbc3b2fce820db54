"""The line at the foot of the window: what a load does, what was given back, and that it comes again."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from gemfit.engine.protocol import LoadPlan
from gemfit.ui import theme
from gemfit.ui.status import StatusLine
from gemfit.ui.viewmodels.engine import EngineSession
from gemfit.ui.viewmodels.selection import Selection

WAIT_MS = 30_000


def test_what_a_model_gave_back_is_said_and_that_it_comes_again(
    qapp, qtbot: QtBot, engine: EngineSession, data_dir: Path
):
    theme.apply(qapp, "light")
    line = StatusLine(engine)
    qtbot.addWidget(line)
    assert line.text() == "No model is loaded; the engine takes no memory"
    texts: list[str] = []
    engine.load_progress.connect(lambda _fraction: texts.append(line.text()))
    with qtbot.waitSignal(engine.loaded, timeout=WAIT_MS):
        engine.load(
            Selection(path=data_dir / "gemma4-tiny.gguf", plan=LoadPlan(context_tokens=256, threads=1), title="Tiny")
        )
    assert "warming up" in texts[-1]
    with qtbot.waitSignal(engine.exited, timeout=WAIT_MS):
        engine.idle_limit.set_minutes(0)
    qtbot.waitUntil(lambda: engine.state == "idle", timeout=WAIT_MS)
    assert "MiB given back" in line.text()
    assert "Tiny was not used for a while and comes back with your next message" in line.text()
