"""A full disk under the cache folder: nothing is kept there, and nothing else is lost."""

import sys
from pathlib import Path

import pytest

from gemfit.engine import client
from gemfit.engine.protocol import ChatMessage, Failed, Generate, Loaded, Sampling, SaveState, StateSaved
from gemfit.paths import states_dir
from tests.engine.conftest import Engine

CHILD = Path(__file__).parents[1] / "fakes" / "engine_child.py"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the fault is made with what Linux has")


def ask(number: int) -> Generate:
    messages = [ChatMessage("user", "Hello " * 300)]
    return Generate(request_id=number, messages=messages, sampling=Sampling(temperature=0.0), max_tokens=10)


@pytest.mark.parametrize("moment", ["load", "prompt", "generation", "idle"])
def test_a_state_that_finds_no_room_is_refused_and_the_answers_go_on(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, moment: str
):
    command = [sys.executable, str(CHILD), "disk", moment, str(tiny)]
    monkeypatch.setattr(client, "engine_command", lambda *_a, **_n: command)
    engine = Engine()
    try:
        assert isinstance(engine.load(tiny), Loaded)
        first = engine.answer(ask(1))
        engine.client.save_state(SaveState(request_id=2, name="one"))
        failed = engine.wait_for(Failed, StateSaved)
        assert isinstance(failed, Failed)
        assert failed.code == "state_not_saved"
        assert [path for path in states_dir().rglob("*") if path.is_file() and path.stat().st_size] == []
        assert engine.answer(ask(3))[0] == first[0]
    finally:
        engine.client.close()
    assert engine.client.exit is not None
    assert engine.client.exit.cause == "asked"
