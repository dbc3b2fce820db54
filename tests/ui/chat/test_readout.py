"""Speed and memory beside the chat, for the eye and for a screen reader."""

import msgspec
from pytestqt.qtbot import QtBot

from gemfit.engine.protocol import Stats
from gemfit.ui.chat.page import ChatPage
from gemfit.ui.viewmodels.engine import EngineSession

from .parts import answered


def test_the_readout_says_what_it_paints(qtbot: QtBot, loaded: ChatPage, engine: EngineSession):
    answered(qtbot, loaded)
    loaded.update_readout()
    lines = dict(loaded.readout.lines())
    assert lines["Context"].endswith("/ 8,192")  # what the model was trained for
    assert "tokens/s" in lines["Generation"]
    assert lines["Engine memory"].endswith("MiB")
    assert "Generation: " in loaded.readout.accessibleDescription()
    loaded.readout.grab()


def test_the_gpu_is_read_out_where_there_is_one(qtbot: QtBot, loaded: ChatPage, engine: EngineSession):
    loaded.update_readout()
    assert "GPU memory" not in dict(loaded.readout.lines())
    assert engine.selection is not None
    engine.selection = msgspec.structs.replace(engine.selection, gpu_total_bytes=6 << 30)
    engine.last_stats = Stats(device_bytes=1 << 30)
    loaded.update_readout()
    assert dict(loaded.readout.lines())["GPU memory"] == "1.0 GiB of 6.0 GiB"
