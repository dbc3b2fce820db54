"""Which command, which exit code, and what is said when it goes wrong."""

import os
import sys

import pytest

from gemfit import __main__ as entry
from gemfit.cli import main as cli
from gemfit.cli.main import COMMANDS, main


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main([command, "--help"])
    assert end.value.code == 0
    assert "--json" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["frobnicate"], ["fit", "--frobnicate"], ["window", "x"]])
def test_wrong_usage_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert "usage: gemfit" in capsys.readouterr().err


def test_what_cannot_be_done_is_one_sentence_and_a_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chat", "--model", "nosuch", "Hello"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("gemfit: There is no model called nosuch.")
    assert said.err.count("\n") == 1


def test_an_interrupt_is_no_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(_args: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("gemfit.cli.fit.run", interrupted)
    assert main(["fit"]) == 130
    assert capsys.readouterr().err == "gemfit: stopped.\n"


@pytest.mark.parametrize(
    ("arguments", "left", "catalog"),
    [
        (["--catalog", "mine.json", "fit"], ["fit"], "mine.json"),
        (["--catalog=mine.json"], [], "mine.json"),
        (["--catalog"], ["--catalog"], None),
        (["fit", "--catalog", "mine.json"], ["fit", "--catalog", "mine.json"], None),
        ([], [], None),
    ],
)
def test_a_catalogue_named_first_counts_for_everything(
    arguments: list[str], left: list[str], catalog: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEMFIT_CATALOG", "")
    monkeypatch.delenv("GEMFIT_CATALOG")
    assert entry._choose_catalog(arguments) == left
    assert os.environ.get("GEMFIT_CATALOG") == catalog


def test_the_program_runs_the_command_line_when_there_is_a_command(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["gemfit", "list", "--json"])
    assert entry.main() == 0
    assert '"files"' in capfd.readouterr().out


def test_a_child_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["gemfit", "--child", "unknown"])
    with pytest.raises(SystemExit, match="unknown"):
        entry.main()


def test_only_the_chosen_command_has_its_options() -> None:
    parsed = cli.parser("measure").parse_args(["measure", "x.gguf", "--context", "512"])
    assert parsed.context == 512
