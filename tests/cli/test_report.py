"""`gemfit report` prints the whole report of this computer and names nobody."""

import json
from pathlib import Path

import pytest

from gemfit.cli.main import main


def test_the_report_of_this_computer_names_nobody(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    home = tmp_path / "marylou"
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setenv("GEMFIT_HOME", str(home / "gemfit"))
    monkeypatch.setattr("platform.node", lambda: "kitchen-pc")
    assert main(["report"]) == 0
    printed = capsys.readouterr().out
    for part in ("# Gemfit report", "- Gemfit 0.", "| Memory |", "## The engine for it", "## Past loads", "~/gemfit"):
        assert part in printed
    assert "marylou" not in printed
    assert "kitchen" not in printed


def test_programs_get_it_as_one_object(capsys: pytest.CaptureFixture[str]):
    assert main(["report", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["report"].startswith("# Gemfit report\n")
