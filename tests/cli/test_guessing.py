"""`gemfit chat --speculation`: guesses ahead, with the drafter that belongs to the model."""

import argparse
import json
from pathlib import Path

import pytest

from gemfit.catalog.load import load_catalog
from gemfit.cli import guessing
from gemfit.cli.main import main
from gemfit.errors import GemfitError
from gemfit.fit.types import DRAFT_TOKENS


def ask(model: Path, *more: str) -> int:
    fixed = ["--temperature", "0", "--max-tokens", "60"]
    return main(["chat", "--model", str(model), *fixed, *more, "Hello"])


@pytest.mark.parametrize("speculation", ["auto", "off"])
def test_a_drafter_guesses_where_that_is_wanted(
    data_dir: Path, capsys: pytest.CaptureFixture[str], speculation: str
) -> None:
    drafter = str(data_dir / "gemma4-drafter.gguf")
    assert ask(data_dir / "gemma4-copycat.gguf", "--drafter", drafter, "--speculation", speculation, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    stats = answer["stats"]
    memory = {one["name"]: one["measured_bytes"] for one in answer["components"]}
    assert (memory.get("drafter", 0) > 500_000) == (speculation == "auto")
    assert stats["generated_tokens"] == 60
    if speculation == "off":
        assert (stats["drafted_tokens"], stats["decode_steps"]) == (0, 59)
    else:
        assert stats["drafted_tokens"] == stats["accepted_tokens"] > 0
        assert stats["decode_steps"] == 59 - stats["accepted_tokens"]


def test_what_guessing_gave_is_said_with_the_figures(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drafter = str(data_dir / "gemma4-drafter.gguf")
    assert ask(data_dir / "gemma4-copycat.gguf", "--drafter", drafter, "--stats") == 0
    assert "guessed ahead:" in capsys.readouterr().err


def test_another_models_drafter_is_named_and_the_answer_comes_without(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(data_dir / "gemma4-tiny-moe.gguf", "--drafter", str(data_dir / "gemma4-tiny.gguf"), "--json") == 0
    out, err = capsys.readouterr()
    assert "gemma4-tiny.gguf does not draft for this model" in err
    assert json.loads(out)["stats"]["generated_tokens"] == 60


def args(**given: str | None) -> argparse.Namespace:
    return argparse.Namespace(**{"speculation": None, "drafter": None, **given})


def test_the_settings_decide_unless_it_is_said_otherwise() -> None:
    assert guessing.draft_tokens(args()) == DRAFT_TOKENS
    assert guessing.draft_tokens(args(speculation="off")) == 0


def test_a_drafter_that_is_not_here_is_none() -> None:
    assert guessing.find_drafter(args(), load_catalog(), "E2B", "q4_0") is None
    assert guessing.find_drafter(args(speculation="off", drafter="x.gguf"), load_catalog(), "", "") is None
    with pytest.raises(GemfitError, match=r"x\.gguf cannot be read"):
        guessing.find_drafter(args(drafter="x.gguf"), load_catalog(), "", "")
    assert guessing.file_bytes(Path("x.gguf")) == 0
