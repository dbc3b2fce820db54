"""The options of `gemfit chat` for how its answers are made."""

import argparse
import json
from pathlib import Path

import pytest

from gemfit.chat.options import ChatOptions
from gemfit.cli.answer_options import add_arguments, chat_options
from gemfit.cli.main import main
from gemfit.engine.protocol import Sampling
from gemfit.errors import GemfitError


def parsed(*arguments: str) -> ChatOptions:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return chat_options(parser.parse_args(list(arguments)))


def test_what_is_not_given_is_as_the_model_has_it():
    assert parsed() == ChatOptions()


def test_everything_can_be_given(tmp_path: Path):
    schema = tmp_path / "schema.json"
    schema.write_text('{"type": "object"}')
    found = parsed(
        *("--temperature", "0.7", "--top-k", "20", "--top-p", "0.9", "--min-p", "0.05", "--repeat-penalty", "1.1"),
        *("--presence-penalty", "0.5", "--frequency-penalty", "-0.5", "--seed", "7", "--max-tokens", "9"),
        *("--stop", "END", "--stop", "###", "--json-schema", str(schema), "--system", "Be brief."),
        *("--when-full", "drop"),
    )
    sampling = Sampling(
        temperature=0.7, top_k=20, top_p=0.9, min_p=0.05, repeat_penalty=1.1, presence_penalty=0.5,
        frequency_penalty=-0.5, seed=7,
    )  # fmt: skip
    assert found == ChatOptions(
        system="Be brief.",
        sampling=sampling,
        max_tokens=9,
        stop=["END", "###"],
        json_schema='{"type": "object"}',
        when_full="drop",
    )


@pytest.mark.parametrize(
    "given",
    [
        ("--temperature", "nan"),
        ("--temperature", "inf"),
        ("--temperature", "-1"),
        ("--top-k", "-5"),
        ("--top-p", "3"),
        ("--min-p", "-0.1"),
        ("--repeat-penalty", "0"),
        ("--presence-penalty", "9"),
        ("--seed", "99999999999999"),
        ("--seed", "-1"),
    ],
)
def test_a_number_that_means_nothing_is_refused(given: tuple[str, str], capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        parsed(*given)
    assert ended.value.code == 2
    assert f"not {given[1]}" in capsys.readouterr().err


def test_a_file_that_is_no_schema_or_not_there_is_said(tmp_path: Path):
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    with pytest.raises(GemfitError, match="is no JSON"):
        parsed("--json-schema", str(bad))
    with pytest.raises(GemfitError, match="could not be read"):
        parsed("--grammar", str(tmp_path / "gone.gbnf"))
    with pytest.raises(SystemExit):
        parsed("--grammar", str(bad), "--json-schema", str(bad))


def test_the_answer_follows_a_schema(data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    schema = tmp_path / "schema.json"
    schema.write_text('{"type": "boolean"}')
    model = str(data_dir / "gemma4-tiny.gguf")
    assert main(["chat", "--model", model, "--json", "--json-schema", str(schema), "--max-tokens", "40", "Is it?"]) == 0
    assert json.loads(json.loads(capsys.readouterr().out)["text"]) in (True, False)


def test_the_answer_ends_before_a_text_and_never_shows_it(data_dir: Path, capsys: pytest.CaptureFixture[str]):
    arguments = ["chat", "--model", str(data_dir / "gemma4-tiny.gguf"), "--json", "--seed", "3", "--max-tokens", "30"]
    assert main([*arguments, "Hello"]) == 0
    text = json.loads(capsys.readouterr().out)["text"]
    stop = text[len(text) // 2 :][:4]
    assert main([*arguments, "--stop", stop, "Hello"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["text"] == text[: text.index(stop)]
    assert answer["finish_reason"] == "stop"


def test_what_a_load_gave_back_is_told_with_the_figures(data_dir: Path, capsys: pytest.CaptureFixture[str]):
    model = str(data_dir / "gemma4-tiny.gguf")
    assert main(["chat", "--model", model, "--stats", "--max-tokens", "3", "Hello"]) == 0
    assert "are free again" in capsys.readouterr().err
