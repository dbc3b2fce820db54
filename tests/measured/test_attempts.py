"""What helped with a model is kept and heeded at its next load, until it is forgotten."""

from pathlib import Path

import pytest

from gemfit.engine.protocol import DeviceLayers, EngineExit, LoadPlan
from gemfit.measured import lessons
from gemfit.measured.attempts import Attempts
from gemfit.measured.lessons import fingerprint, forget, lessons_file, read_lessons
from gemfit.words import say

PLAN = LoadPlan(context_tokens=8192)
RAN_OUT = EngineExit(returncode=-9, expected=False, sentence=say("ran out"), cause="out_of_memory", doing="loading")
KILLED = EngineExit(returncode=-9, expected=False, sentence=say("killed"), cause="killed", doing="generating")


@pytest.fixture
def model(data_dir: Path) -> Path:
    return data_dir / "gemma4-tiny.gguf"


def helped(model: Path, steps: int = 2) -> Attempts:
    """A load that ran out of memory so many times and then went well."""
    attempts = Attempts(model, PLAN, "Tiny")
    attempts.heed("b1")
    for _ in range(steps):
        assert attempts.after(RAN_OUT) is not None
    attempts.went_well()
    return attempts


def test_what_helped_is_done_at_once_the_next_time(model: Path):
    first = helped(model)
    again = Attempts(model, PLAN)
    assert again.heed("b1") == first.plan
    assert again.plan.context_tokens == 4096
    assert again.lesson is not None
    assert "ran out of memory" in str(again.lesson.sentence)
    assert "4,096 tokens" in str(again.lesson.sentence)
    assert again.lesson.title == "Tiny"


def test_a_larger_plan_gets_no_more_than_what_went_well(model: Path):
    helped(model)
    assert Attempts(model, LoadPlan(context_tokens=32768)).heed("b1").context_tokens == 4096


def test_steps_that_were_learnt_are_not_tried_again(model: Path):
    helped(model)
    again = Attempts(model, PLAN)
    again.heed("b1")
    found = again.after(RAN_OUT)
    assert found is not None
    assert found.step == "mapped"
    assert again.after(RAN_OUT) is None
    assert "What could help was tried" in str(again.last_word(RAN_OUT))
    again.went_well()
    (lesson,) = read_lessons()
    assert lesson.steps == ["lean_cache", "half_context", "mapped"]


@pytest.mark.parametrize(
    ("plan", "build"),
    [
        (LoadPlan(context_tokens=4096), "b1"),
        (LoadPlan(context_tokens=8192, shares=[DeviceLayers("CUDA0", 5)]), "b1"),
        (PLAN, "b2"),
    ],
)
def test_a_lesson_is_for_its_build_its_devices_and_plans_that_ask_as_much(model: Path, plan: LoadPlan, build: str):
    helped(model)
    assert Attempts(model, plan).heed(build) == plan


def test_another_file_is_another_matter(model: Path, data_dir: Path):
    helped(model)
    other = Attempts(data_dir / "gemma4-copycat.gguf", PLAN)
    assert other.heed("b1") == PLAN
    assert fingerprint(model) != fingerprint(data_dir / "gemma4-copycat.gguf")


def test_the_same_again_is_nothing_to_learn_and_may_be_tried_again_after_an_answer(model: Path):
    attempts = Attempts(model, PLAN)
    attempts.heed("b1")
    for _ in range(3):
        found = attempts.after(KILLED)
        assert found is not None
        assert found.step == "as_it_was"
        attempts.went_well()
    assert read_lessons() == []


def test_the_same_again_is_tried_once_without_an_answer_between(model: Path):
    attempts = Attempts(model, PLAN)
    attempts.heed("b1")
    tried = [found.step for _ in range(5) if (found := attempts.after(KILLED))]
    assert tried == ["as_it_was", "half_context"]


def test_a_lesson_can_be_forgotten(model: Path):
    helped(model)
    forget(read_lessons())
    assert read_lessons() == []
    assert Attempts(model, PLAN).heed("b1") == PLAN


def test_a_file_that_is_not_there_is_for_the_load_to_tell(tmp_path: Path):
    attempts = Attempts(tmp_path / "none.gguf", PLAN)
    assert attempts.heed("b1") == PLAN
    assert attempts.after(RAN_OUT) is not None
    attempts.went_well()
    assert read_lessons() == []


@pytest.mark.logs_warnings
def test_a_damaged_record_is_begun_anew(model: Path):
    lessons_file().parent.mkdir(parents=True)
    lessons_file().write_bytes(b"{")
    assert Attempts(model, PLAN).heed("b1") == PLAN
    helped(model)
    assert len(read_lessons()) == 1


@pytest.mark.logs_warnings
def test_a_record_that_cannot_be_written_is_no_reason_to_stop(model: Path, caplog: pytest.LogCaptureFixture):
    lessons_file().parent.parent.mkdir(parents=True, exist_ok=True)
    lessons_file().parent.write_text("in the way")
    helped(model)
    assert "could not be kept" in caplog.text


def test_there_is_an_end_to_what_is_kept(model: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lessons, "MOST", 2)
    for tokens in (8192, 16384, 32768):
        attempts = Attempts(model, LoadPlan(context_tokens=tokens))
        attempts.heed(f"b{tokens}")
        attempts.after(RAN_OUT)
        attempts.went_well()
    assert [lesson.failed.context_tokens for lesson in read_lessons()] == [16384, 32768]
