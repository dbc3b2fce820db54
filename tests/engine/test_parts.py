"""A model in several parts, in a real engine child: it is the same model."""

from pathlib import Path

import pytest

from gemfit.engine.protocol import ChatMessage, Failed, Generate, Loaded, Sampling
from gemfit.fit.types import Plan
from gemfit.measured.engine_word import ask_engine
from tests.engine.conftest import Engine
from tests.gguf.split import split


@pytest.fixture
def parts(data_dir: Path, tmp_path: Path) -> list[Path]:
    return split(data_dir / "gemma4-tiny.gguf", tmp_path, tensors_each=30)


def answer(engine: Engine, path: Path) -> tuple[Loaded, str]:
    loaded = engine.load(path)
    assert isinstance(loaded, Loaded), loaded
    messages = [ChatMessage("user", "Hello")]
    asked = Generate(request_id=1, messages=messages, sampling=Sampling(temperature=0.0), max_tokens=24)
    text, thinking, _done = engine.answer(asked)
    return loaded, text + thinking


def test_a_split_model_chats_as_the_whole_one_does(engine: Engine, tiny: Path, parts: list[Path]) -> None:
    whole, said_whole = answer(engine, tiny)
    split_one, said_split = answer(engine, parts[0])
    assert said_split == said_whole
    assert split_one.layout.weights_bytes == whole.layout.weights_bytes


def test_a_split_model_without_one_of_its_parts_is_refused_with_its_name(engine: Engine, parts: list[Path]) -> None:
    parts[2].unlink()
    failed = engine.load(parts[0])
    assert isinstance(failed, Failed)
    assert failed.code == "gguf_truncated"
    assert parts[2].name in str(failed.sentence)


@pytest.mark.logs_warnings  # the compute buffers of so small a model are none of the formula's
def test_the_engine_lays_a_split_model_out_as_the_whole_one(tiny: Path, parts: list[Path]) -> None:
    plan = Plan(context_tokens=512)
    word, whole = ask_engine(parts[0], plan), ask_engine(tiny, plan)
    assert word.components == whole.components
    assert word.differences == whole.differences
    assert word.file_bytes == sum(part.stat().st_size for part in parts)
