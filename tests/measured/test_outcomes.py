"""The record of past loads: bounded, tolerant of damage, written by two processes at once."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemfit.fit.types import SYSTEM_MEMORY, Component, Outcome, Plan
from gemfit.measured.outcomes import bounded, outcomes_file, read_outcomes, remember, try_to_remember


def load(number: int, context_tokens: int = 4096, **more: object) -> Outcome:
    given: dict = {
        "at": f"2026-01-01T00:00:00.{number:06}+00:00",
        "engine_build": "b1",
        "model": "E2B",
        "build": "q4_0",
        "title": "Gemma 4 E2B · Q4_0 QAT",
        "plan": Plan(context_tokens=context_tokens),
        "predicted": [Component("weights", SYSTEM_MEMORY, 100)],
        "measured": [Component("weights", SYSTEM_MEMORY, 101)],
    }
    return Outcome(**(given | more))


def test_without_a_record_there_is_no_past():
    assert read_outcomes() == []


def test_what_is_remembered_is_read_again():
    remember(load(1))
    remember(load(2))
    assert read_outcomes() == [load(1), load(2)]


def test_the_same_load_after_an_answer_takes_its_own_place():
    remember(load(1))
    remember(load(2))
    remember(load(1, generated_tokens=80))
    assert read_outcomes() == [load(1, generated_tokens=80), load(2)]


@pytest.mark.logs_warnings
def test_damaged_lines_cost_themselves_and_the_file_is_set_aside(caplog: pytest.LogCaptureFixture):
    remember(load(1))
    file = outcomes_file()
    damaged = file.read_bytes() + b'{"at": 3}\n\xff\xfe\n{"at": "2026'
    file.write_bytes(damaged)
    assert read_outcomes() == [load(1)]
    remember(load(2))
    assert read_outcomes() == [load(1), load(2)]
    assert file.with_name("outcomes.damaged.jsonl").read_bytes() == damaged
    assert "3 lines" in caplog.text


@pytest.mark.logs_warnings
def test_a_record_that_cannot_be_written_stops_nobody(home: Path, caplog: pytest.LogCaptureFixture):
    (home / "state").write_text("a file where a folder should be")
    assert try_to_remember(load(1)) is False
    assert "could not be kept" in caplog.text


def test_two_processes_lose_nothing_of_each_other():
    code = (
        "import sys\n"
        "from tests.measured.test_outcomes import load\n"
        "from gemfit.measured.outcomes import remember\n"
        "for n in range(20): remember(load(n * 2 + int(sys.argv[1])))\n"
    )
    root = Path(__file__).parents[2]
    others = [
        subprocess.Popen([sys.executable, "-c", code, str(n)], cwd=root, env=os.environ | {"PYTHONPATH": str(root)})
        for n in (0, 1)
    ]
    assert [other.wait(60) for other in others] == [0, 0]
    assert read_outcomes() == [load(n) for n in range(40)]


@given(st.lists(st.tuples(st.integers(0, 999), st.integers(1, 3)), max_size=20, unique_by=lambda t: t[0]), st.data())
def test_the_newest_of_each_plan_outlives_the_others(found: list[tuple[int, int]], data: st.DataObject):
    loads = [load(number, 1024 * context) for number, context in found]
    newest = {o.plan.context_tokens: o for o in sorted(loads, key=lambda o: o.at)}
    most = data.draw(st.integers(min_value=len(newest), max_value=25))
    kept = bounded(loads, most)
    assert len(kept) == min(most, len(loads))
    assert kept == sorted(kept, key=lambda o: o.at)
    assert all(o in kept for o in newest.values())


def test_the_oldest_falls_out_first():
    assert bounded([load(n) for n in range(5)], 3) == [load(n) for n in (2, 3, 4)]


def test_nothing_of_a_line_is_a_path_of_this_machine(home: Path):
    remember(load(1))
    assert str(home) not in outcomes_file().read_text()
    assert msgspec.json.decode(outcomes_file().read_bytes())["title"] == "Gemma 4 E2B · Q4_0 QAT"
