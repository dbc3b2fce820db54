"""A conversation's state on disk, with real children: it comes back after a restart, or is told why not and gone."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gemfit.engine import state_files
from gemfit.engine.protocol import ChatMessage, Done, Failed, Generate, Sampling, SaveState, StateSaved
from gemfit.paths import states_dir
from tests.engine.conftest import Engine

GREEDY = Sampling(temperature=0.0)
LONG = {"context_tokens": 4096, "ubatch_tokens": 64, "checkpoint_bytes": 1 << 24}
QUESTION = "Tell me about " + " ".join(f"word{number}" for number in range(150))


def ask(messages: list[ChatMessage], tokens: int = 20) -> Generate:
    return Generate(request_id=1, messages=messages, sampling=GREEDY, think=True, max_tokens=tokens)


def save(engine: Engine, name: str = "chat 1", limit_bytes: int = 1 << 30) -> StateSaved:
    engine.client.save_state(SaveState(request_id=7, name=name, folder_limit_bytes=limit_bytes))
    event = engine.wait_for(StateSaved, Failed)
    assert isinstance(event, StateSaved), event
    return event


@pytest.fixture
def talked(engine: Engine, tiny: Path) -> list[ChatMessage]:
    """A conversation whose answer has pushed its question out of the window; its state is kept."""
    engine.load(tiny, **LONG)
    messages = [ChatMessage("user", QUESTION)]
    engine.answer(ask(messages, 300))
    return [*messages, ChatMessage("assistant", "Something short."), ChatMessage("user", "And then?")]


@pytest.fixture
def later() -> Iterator[Engine]:
    """The child after a restart."""
    running = Engine()
    yield running
    running.client.close()


def test_a_conversation_comes_back_and_goes_on_as_if_nothing_had_happened(
    engine: Engine, later: Engine, tiny: Path, talked: list[ChatMessage]
) -> None:
    saved = save(engine)
    assert saved.tokens > 700
    assert saved.n_bytes == sum(path.stat().st_size for path in state_files.state_files(states_dir())) > 0
    said = engine.answer(ask(talked))
    later.load(tiny, **LONG)
    heard = later.answer(ask(talked))
    assert heard[2].stats.restored_tokens > 400
    assert heard[2].stats.prompt_tokens == said[2].stats.prompt_tokens < 50
    assert heard[:2] == said[:2]


def test_a_state_that_helps_nothing_is_left_alone(later: Engine, tiny: Path, engine: Engine, talked: list) -> None:
    save(engine)
    later.load(tiny, **LONG)
    done = later.answer(ask([ChatMessage("user", "Another conversation.")]))[2]
    assert (done.stats.cached_tokens, done.stats.restored_tokens) == (0, 0)
    assert len(state_files.state_files(states_dir())) == 1


def damaged(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def lied_about(path: Path) -> None:
    """Another token in the description, and lengths as before."""
    data = path.read_bytes()
    at = data.rindex(b'"entries":[') + len(b'"entries":[')
    digit = b"7" if data[at : at + 1] != b"7" else b"8"
    path.write_bytes(data[:at] + digit + data[at + 1 :])


def nonsense(path: Path) -> None:
    path.write_bytes(b"\0" * 5000)


@pytest.mark.parametrize("spoil", [damaged, cut, lied_about, nonsense])
def test_a_spoilt_state_is_removed_and_never_loaded(
    engine: Engine, later: Engine, tiny: Path, talked: list[ChatMessage], spoil
) -> None:
    save(engine)
    path = state_files.state_file(states_dir(), "chat 1")
    spoil(path)
    later.load(tiny, **LONG)
    done = later.answer(ask(talked))[2]
    assert (done.stats.cached_tokens, done.stats.restored_tokens) == (0, 0)
    assert spoil is lied_about or not path.exists()


def test_a_state_fits_only_its_model_and_its_kind_of_cache(
    engine: Engine, later: Engine, tiny: Path, tmp_path: Path, talked: list[ChatMessage]
) -> None:
    save(engine)
    path = state_files.state_file(states_dir(), "chat 1")
    copy = tmp_path / "another.gguf"
    shutil.copy(tiny, copy)  # of another time: without its hash nobody knows that it is the same
    later.load(copy, **LONG)
    assert later.answer(ask(talked))[2].stats.restored_tokens == 0
    assert path.exists()
    later.load(tiny, **LONG, kv_type="q8_0")
    assert later.answer(ask(talked))[2].stats.restored_tokens == 0
    assert not path.exists()


def test_the_folder_keeps_its_size_and_the_oldest_go_first(engine: Engine, tiny: Path, talked: list) -> None:
    size = save(engine, "first").n_bytes
    save(engine, "second", limit_bytes=3 * size)
    save(engine, "third", limit_bytes=2 * size + 100)
    names = {state_files.state_file(states_dir(), name) for name in ("second", "third")}
    assert set(state_files.state_files(states_dir())) == names
    assert save(engine, "fourth", limit_bytes=size // 2).n_bytes == 0
    state_files.forget_state(states_dir(), "third")
    assert state_files.state_files(states_dir()) == [state_files.state_file(states_dir(), "second")]
    state_files.forget_state(states_dir(), "third")


def test_a_short_conversation_is_not_worth_a_file(engine: Engine, tiny: Path) -> None:
    engine.load(tiny)
    engine.answer(Generate(request_id=1, messages=[ChatMessage("user", "Hi")], max_tokens=2))
    assert (save(engine).n_bytes, state_files.state_files(states_dir())) == (0, [])


def test_a_disk_that_takes_nothing_is_a_sentence(engine: Engine, tiny: Path, talked: list) -> None:
    states_dir().parent.mkdir(parents=True, exist_ok=True)
    states_dir().write_text("no folder")
    engine.client.save_state(SaveState(request_id=7, name="x"))
    failed = engine.wait_for(StateSaved, Failed)
    assert isinstance(failed, Failed)
    assert (failed.code, failed.request_id) == ("state_not_saved", 7)
    assert isinstance(engine.answer(ask(talked))[2], Done)
