"""`gemfit engine`: builds of the engine beside each other."""

import json

import pytest

from gemfit import paths
from gemfit.cli.main import main
from gemfit.engine import builds, sandbox
from tests.engine.test_builds import copy_of_ours


@pytest.fixture(autouse=True)
def no_pip(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """What `pip` was asked for; a copy of our own build arrives."""
    asked: list[dict[str, object]] = []

    def pip(**wanted: object) -> object:
        asked.append(wanted)
        return copy_of_ours

    monkeypatch.setattr(builds, "pip", pip)
    return asked


def test_the_build_that_runs_is_shown_with_its_commit_its_age_and_what_it_uses(capsys: pytest.CaptureFixture[str]):
    assert main(["engine"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("* own        llama-cpp-python ")
    assert "days ago, installed 2" in said
    assert "built with CPU" in said
    assert "uses " in said


@pytest.mark.parametrize(
    ("version", "said", "named"),
    [
        (7, "only to its cache folder and make no connections (Landlock 7).", "landlock 7"),
        (3, "only to its cache folder (Landlock 3).", "landlock 3"),
        (0, "nothing that would keep it from your files", ""),
    ],
)
def test_what_confines_the_engine_is_said(
    version: int, said: str, named: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(sandbox, "version", lambda: version)
    assert main(["engine"]) == 0
    assert said in capsys.readouterr().out
    assert main(["engine", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sandbox"] == named


def test_a_build_is_added_chosen_and_removed(no_pip: list[dict[str, object]], capsys: pytest.CaptureFixture[str]):
    assert main(["engine", "add", "plain", "--wheels", "cpu"]) == 0
    assert str(no_pip[0]["index"]).endswith("/whl/cpu")
    assert "plain works. Choose it: gemfit engine use plain" in capsys.readouterr().out
    assert main(["engine", "--json", "use", "plain"]) == 0
    used = json.loads(capsys.readouterr().out)
    assert (used["name"], used["in_use"], used["problem"]) == ("plain", True, None)
    assert main(["probe", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["engine"]["name"] == "plain"
    assert main(["engine", "remove", "plain"]) == 0
    assert paths.engine_in_use() is None


def test_what_cannot_be_done_is_said(capsys: pytest.CaptureFixture[str]):
    assert main(["engine", "use", "cuda"]) == 1
    assert "There is no engine called cuda here. There are: own." in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["engine", "add", "cuda"])
