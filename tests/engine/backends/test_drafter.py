"""Which drafter belongs to which model."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from gemfit.engine.backends.drafter import belongs
from gemfit.gguf.reader import read_header
from gemfit.gguf.types import GgufHeader


@pytest.fixture
def drafter(data_dir: Path) -> GgufHeader:
    return read_header(data_dir / "gemma4-drafter.gguf")


@pytest.fixture
def header(data_dir: Path) -> Callable[[str], GgufHeader]:
    return lambda name: read_header(data_dir / f"gemma4-{name}.gguf")


def changed(header: GgufHeader, **values: int | str) -> GgufHeader:
    """A header with some of its architecture's values changed (`attention__key_length`)."""
    named = {f"{header.architecture}.{key.replace('__', '.')}": value for key, value in values.items()}
    assert named.keys() <= header.metadata.keys()
    return msgspec.structs.replace(header, metadata={**header.metadata, **named})


@pytest.mark.parametrize("name", ["tiny", "copycat"])
def test_a_drafter_belongs_to_what_it_was_made_for(
    drafter: GgufHeader, header: Callable[[str], GgufHeader], name: str
) -> None:
    assert belongs(drafter, header(name))


def test_a_model_is_no_drafter_and_a_drafter_no_model(drafter: GgufHeader, header: Callable[[str], GgufHeader]) -> None:
    assert not belongs(header("tiny"), header("tiny"))
    assert not belongs(drafter, drafter)


@pytest.mark.parametrize(
    "key", ["embedding_length_out", "attention__key_length", "attention__key_length_swa", "attention__sliding_window"]
)
def test_a_drafter_whose_lengths_are_others_belongs_to_another(
    drafter: GgufHeader, header: Callable[[str], GgufHeader], key: str
) -> None:
    assert not belongs(changed(drafter, **{key: 48}), header("tiny"))


@pytest.mark.parametrize(("heads", "fit"), [(0, False), (1, False), (2, True), (3, False), (4, True)])
def test_a_drafters_heads_have_to_be_shared_out_over_those_of_the_models_cache(
    drafter: GgufHeader, header: Callable[[str], GgufHeader], heads: int, fit: bool
) -> None:
    tiny = header("tiny")
    info = tiny.array("gemma4.attention.head_count_kv")
    assert info is not None
    two = {"gemma4.attention.head_count_kv": msgspec.structs.replace(info, values=(1, 1, 2, 2))}
    model = msgspec.structs.replace(tiny, metadata={**tiny.metadata, **two})
    assert belongs(changed(drafter, attention__head_count=heads), model) is fit
