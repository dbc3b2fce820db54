"""Timing a file: a real child decodes made-up tokens, and stops when it is told to."""

import threading
from pathlib import Path

import pytest

from gemfit.engine.protocol import Bench, Benched, BenchProgress, BenchRun, Cancel, Failed, LoadPlan
from gemfit.measured.slices import write_slice
from tests.engine.conftest import Engine
from tests.measured.tiny import SLICES


def bench(path: Path, **more: object) -> Bench:
    runs = [BenchRun(prompt_tokens=tokens, generate_tokens=3) for tokens in (16, 100)]
    fields = {"runs": runs, "repetitions": 2, **more}
    return Bench(request_id=7, path=str(path), plan=LoadPlan(context_tokens=1024, threads=1), **fields)


def test_every_length_is_timed_as_often_as_asked(engine: Engine, tiny: Path):
    engine.client.bench(bench(tiny))
    answer = engine.wait_for(Benched, Failed)
    assert isinstance(answer, Benched)
    assert answer.request_id == 7
    assert [len(times) for times in answer.prompt_s] == [2, 2]
    assert [len(times) for times in answer.token_s] == [6, 6]
    assert all(s > 0 for times in (*answer.prompt_s, *answer.token_s) for s in times)
    assert answer.threads == 1
    assert answer.load_s > 0
    assert answer.busy_cores >= 0


def test_progress_comes_after_each_prompt(engine: Engine, tiny: Path):
    engine.client.bench(bench(tiny))
    fractions = []
    while True:
        event = engine.wait_for(Benched, BenchProgress)
        if isinstance(event, Benched):
            break
        fractions.append(event.fraction)
    assert fractions == [0.25, 0.5, 0.75, 1.0]


@pytest.mark.parametrize("wanted", SLICES, ids=lambda wanted: wanted.name)
def test_a_file_without_a_vocabulary_can_be_timed(engine: Engine, wanted, tmp_path: Path):
    path = tmp_path / "slice.gguf"
    write_slice(wanted, path, threading.Event())
    engine.client.bench(bench(path))
    assert isinstance(engine.wait_for(Benched, Failed), Benched)


def test_no_repetition_begins_after_the_limit(engine: Engine, tiny: Path):
    engine.client.bench(bench(tiny, repetitions=1000, limit_s=0.0))
    answer = engine.wait_for(Benched, Failed)
    assert isinstance(answer, Benched)
    assert [len(times) for times in answer.prompt_s] == [1, 1]


def test_a_prompt_longer_than_a_batch_is_timed_whole(engine: Engine, tiny: Path):
    engine.client.bench(bench(tiny, runs=[BenchRun(prompt_tokens=700)], repetitions=1))
    assert isinstance(engine.wait_for(Benched, Failed), Benched)


def test_what_stands_in_the_context_is_there_again_for_each_repetition(engine: Engine, tiny: Path):
    runs = [BenchRun(depth_tokens=600, prompt_tokens=40), BenchRun(depth_tokens=600, generate_tokens=4, sampled=False)]
    engine.client.bench(bench(tiny, runs=runs, repetitions=3))
    answer = engine.wait_for(Benched, Failed)
    assert isinstance(answer, Benched)
    assert [len(times) for times in answer.prompt_s] == [3, 0]
    assert [len(times) for times in answer.token_s] == [0, 12]
    assert answer.layout is not None
    assert answer.resident_bytes > answer.layout.kv_bytes


def test_a_bench_stops_when_told_to_and_the_child_goes_on(engine: Engine, tiny: Path):
    engine.client.bench(bench(tiny, repetitions=100_000))
    engine.wait_for(BenchProgress)
    engine.client.cancel(7)
    answer = engine.wait_for(Benched, Failed)
    assert isinstance(answer, Failed)
    assert (answer.code, answer.request_id) == ("cancelled", 7)
    engine.client.bench(bench(tiny))
    assert isinstance(engine.wait_for(Benched, Failed), Benched)
    assert engine.client.exit is None


def test_a_cancel_that_comes_first_counts(engine: Engine, tiny: Path):
    engine.client._send(Cancel(7))
    engine.client.bench(bench(tiny, repetitions=100_000))
    answer = engine.wait_for(Benched, Failed)
    assert isinstance(answer, Failed)
    assert answer.code == "cancelled"


def test_a_file_that_is_no_model_fails_with_the_reason(engine: Engine, tmp_path: Path):
    path = tmp_path / "no.gguf"
    path.write_bytes(b"no")
    engine.client.bench(bench(path))
    answer = engine.wait_for(Benched, Failed)
    assert isinstance(answer, Failed)
    assert answer.code in ("not_gguf", "gguf_truncated")
    assert answer.request_id == 7
