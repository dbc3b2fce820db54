"""`gemfit engine lessons`."""

import json

import pytest

from gemfit.cli.main import main
from gemfit.measured.lessons import learn, read_lessons
from tests.ui.machine.test_process import LESSON


def test_what_was_learnt_is_printed_and_forgotten(capsys: pytest.CaptureFixture[str]) -> None:
    learn(LESSON)
    assert main(["engine", "lessons"]) == 0
    assert "Gemma 4 E2B" in capsys.readouterr().out
    assert main(["engine", "lessons", "--forget"]) == 0
    assert "Forgotten: 1" in capsys.readouterr().out
    assert read_lessons() == []
    assert main(["engine", "lessons"]) == 0
    assert "Nothing went wrong" in capsys.readouterr().out


def test_it_speaks_json(capsys: pytest.CaptureFixture[str]) -> None:
    learn(LESSON)
    assert main(["engine", "lessons", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [lesson["trouble"]["cause"] for lesson in answer["lessons"]] == ["device_out_of_memory"]
