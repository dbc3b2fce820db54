"""Timing a file in rounds, alone and beside a program that speaks as llama-bench does."""

import os
import sys
import threading
from pathlib import Path

import pytest

from gemfit.engine.protocol import BenchRun, DeviceLayers, LoadPlan
from gemfit.errors import GemfitError
from gemfit.measured.bench import Speed, bench, name_of, runs_for
from gemfit.measured.llama_bench import arguments, llama_bench

PLAN = LoadPlan(context_tokens=512, threads=1, ubatch_tokens=128)
STAND_IN = """#!{python}
# Answers as `llama-bench -o json` does: every prompt and every generation at every depth, 0.25 s each.
import json, sys
words = sys.argv[1:]
given = dict(zip(words[::2], words[1::2]))
prompts, tokens, depths = ([int(n) for n in given[flag].split(",")] for flag in ("-p", "-n", "-d"))
kinds = [(p, 0) for p in prompts if p] + [(0, n) for n in tokens if n]
tests = [{{"n_prompt": p, "n_gen": n, "n_depth": d, "samples_ns": [250_000_000]}} for p, n in kinds for d in depths]
print(json.dumps(tests))
"""


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A program with llama-bench's arguments and answer."""
    return script(tmp_path, STAND_IN.format(python=sys.executable))


def script(folder: Path, text: str) -> Path:
    path = folder / "llama-bench"
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def tiny(data_dir: Path) -> Path:
    return data_dir / "gemma4-tiny.gguf"


def silent(_fraction: float) -> None:
    pass


def test_a_prompt_and_single_tokens_are_timed_at_each_depth_and_sampling_once():
    assert [name_of(run) for run in runs_for(512, 128, [0, 4096])] == [
        "pp512", "tg128", "tg128 + sampling", "pp512 @ d4096", "tg128 @ d4096",
    ]  # fmt: skip
    assert [name_of(run) for run in runs_for(0, 8, [16])] == ["tg8 @ d16", "tg8 @ d16 + sampling"]
    assert runs_for(0, 0, [0]) == []


def test_every_plan_is_timed_as_often_as_asked_and_progress_ends_at_one(tiny: Path):
    seen: list[float] = []
    plans = [PLAN, LoadPlan(context_tokens=512, threads=1, ubatch_tokens=64)]
    table = bench(tiny, plans, runs_for(100, 4, [0, 30]), 2, threading.Event(), seen.append)
    assert [(speed.ubatch_tokens, len(speed.tps)) for speed in table.speeds] == [(128, 2)] * 5 + [(64, 2)] * 5
    assert all(tps > 0 for speed in table.speeds for tps in speed.tps)
    assert all(speed.ratio is None for speed in table.speeds)
    assert len(table.load_s) == 4
    assert table.threads == 1
    assert table.layout is not None
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script with a first line")
def test_beside_llama_bench_each_row_but_the_sampled_one_has_a_ratio(tiny: Path, other: Path):
    table = bench(tiny, [PLAN], runs_for(100, 4, [0, 30]), 2, threading.Event(), silent, other)
    by_name = {speed.test: speed for speed in table.speeds}
    assert by_name["pp100"].other_tps == [400.0, 400.0]  # 100 tokens in 0.25 s
    assert by_name["tg4 @ d30"].other_tps == [16.0, 16.0]
    assert by_name["tg4 + sampling"].other_tps == []
    assert by_name["pp100"].ratio == pytest.approx(
        sum(by_name["pp100"].tps) / 2 / 400
    )  # of two, the middle is the mean


def test_the_ratio_is_the_middle_of_the_rounds():
    speed = Speed(test="tg4", ubatch_tokens=1, tps=[10.0, 20.0, 1.0], other_tps=[10.0, 10.0, 10.0])
    assert speed.ratio == 1.0


def test_the_other_program_is_given_the_same_settings(tmp_path: Path):
    shares = [DeviceLayers("CUDA0", 10), DeviceLayers("CUDA1", 5)]
    plan = LoadPlan(shares=shares, host_expert_layers=3, kv_type="q8_0", ubatch_tokens=256, load_mode="mapped")
    words = arguments(tmp_path / "lb", tmp_path / "m.gguf", plan, 7, runs_for(512, 128, [0, 64]))
    given = dict(zip(words[1::2], words[2::2], strict=True))
    assert given == {
        "-m": str(tmp_path / "m.gguf"), "-o": "json", "-r": "1", "-t": "7", "-b": "256", "-ub": "256", "-ctk": "q8_0",
        "-ctv": "q8_0", "-lm": "mmap", "-lzm": "on", "--repack": "1", "-dev": "CUDA0/CUDA1", "-ngl": "15",
        "-ts": "10/5", "-ncmoe": "3", "-p": "512", "-n": "128", "-d": "0,64",
    }  # fmt: skip


def test_a_program_that_is_not_there_is_said(tiny: Path, tmp_path: Path):
    with pytest.raises(GemfitError) as caught:
        llama_bench(tmp_path / "none", tiny, PLAN, 1, runs_for(8, 0, [0]), threading.Event())
    assert caught.value.code == "no_llama_bench"


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script with a first line")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("#!/bin/sh\necho 'no such model' >&2; exit 3\n", "no such model"),
        ("#!/bin/sh\necho hello\n", "something else than its figures"),
        ("#!/bin/sh\necho '[]'\n", "something else than its figures"),
    ],
    ids=["it fails", "it is another program", "it leaves tests out"],
)
def test_a_program_that_fails_is_said_with_its_own_words(tiny: Path, tmp_path: Path, text: str, said: str):
    with pytest.raises(GemfitError) as caught:
        llama_bench(script(tmp_path, text), tiny, PLAN, 1, runs_for(8, 0, [0]), threading.Event())
    assert caught.value.code == "llama_bench_failed"
    assert said in str(caught.value)


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script with a first line")
def test_a_stop_ends_the_other_program(tiny: Path, tmp_path: Path):
    stop = threading.Event()
    waits = script(tmp_path, f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 600\n")
    threading.Timer(0.3, stop.set).start()
    with pytest.raises(GemfitError) as caught:
        llama_bench(waits, tiny, PLAN, 1, [BenchRun(prompt_tokens=8)], stop)
    assert caught.value.code == "cancelled"
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
