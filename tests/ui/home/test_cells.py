"""Every cell of the table says what it is and why, with the numbers."""

import msgspec
import pytest

from gemfit.fit.types import Component, Known, Outcome, Plan
from gemfit.ui.home import cells
from gemfit.ui.home.cells import Column
from gemfit.words import say

GIB, MIB = 1 << 30, 1 << 20


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"verdict": "fits"}, "● fits"),
        ({"verdict": "tight"}, "◐ tight"),
        ({"verdict": "no"}, "○ no"),
        ({"runnable": False}, "– cannot run"),
    ],
)
def test_a_verdict_is_a_shape_and_a_word(option, changes, shown):
    assert cells.verdict_text(option(**changes)) == shown


@pytest.mark.parametrize(
    ("changes", "shown", "said"),
    [
        ({"tps_source": "measured", "generation_tps": 61.2}, "61", "61 tokens/s, measured"),
        ({"tps_source": "calibrated", "generation_tps": 5.81}, "~5.8", "~5.8 tokens/s, calibrated"),
        (
            {"tps_source": "published", "generation_tps": 7.0, "tps_range": (5.0, 9.5)},
            "~5.0–9.5",
            "~5.0–9.5 tokens/s, estimated",
        ),
        ({"tps_source": "published", "generation_tps": 30.1, "tps_range": (30.0, 30.2)}, "~30", None),
        ({}, "–", "speed not known"),
        ({"verdict": "no", "tps_source": "measured", "generation_tps": 61.2}, "–", "speed not known"),
        ({"runnable": False, "tps_source": "measured", "generation_tps": 61.2}, "–", "speed not known"),
    ],
)
def test_a_speed_says_where_it_comes_from(option, changes, shown, said):
    assert cells.speed_text(option(**changes)) == shown
    assert said in (None, cells.speed_phrase(option(**changes)))


def test_the_memory_cell_names_every_part_on_every_device(ready, option):
    explained = cells.explanation(Column.MEMORY, option(lazy_bytes=2 * GIB), ready.machine)
    parts = "Weights 3.0 GiB, KV cache 1.0 GiB, Compute 512 MiB, Program 256 MiB"
    assert "5.4 GiB in all, computed for a context of 8,192 tokens." in explained
    assert f"RTX 3060: {parts}. In all 4.8 GiB; 5.0 GiB are free." in explained
    assert "RAM: Program 700 MiB. In all 700 MiB; 11.0 GiB are free." in explained
    assert "Measured" not in explained


def test_the_memory_cell_says_what_a_past_load_took_and_what_the_plan_costs(ready, option):
    took = Outcome(
        at="2026-11-20T10:00:00Z",
        engine_build="b",
        model="12B",
        build="q4_0",
        title="",
        plan=Plan(context_tokens=4096),
        predicted=[],
        measured=[Component("weights", "", 4 * GIB), Component("base", "", GIB)],
    )
    ready.machine.use_known(Known(outcomes=[took]))
    explained = cells.explanation(Column.MEMORY, option(plan_notes=[say("Costs a little.")]), ready.machine)
    assert "Measured here last: 5.0 GiB with a context of 4,096 tokens." in explained
    assert "Costs a little." in explained


def test_the_speed_cell_says_writing_reading_range_and_source(ready, option):
    changes = {"generation_tps": 31.0, "prompt_tps": 560.0, "tps_range": (22.0, 45.0), "tps_source": "calibrated"}
    explained = cells.explanation(Column.SPEED, option(**changes), ready.machine)
    assert "Writes about 31 tokens per second with a context of 8,192 tokens." in explained
    assert "Reads a prompt at about 560 tokens per second." in explained
    assert "22–45" in explained
    assert "calibration of this machine" in explained
    assert "About 7 tokens per second is comfortable reading speed." in explained
    assert cells.explanation(Column.SPEED, option(), ready.machine) == "Nothing is known about its speed here."


@pytest.mark.parametrize(
    ("max_context", "said"),
    [
        (0, "Not even the shortest context fits in the 11.0 GiB that are free."),
        (32768, "32,768 tokens fill the 11.0 GiB that are free: memory is the limit. The model was made for 262,144."),
        (262144, "All 262,144 tokens that the model was made for fit: it is the limit."),
    ],
)
def test_the_context_cell_says_what_limits_it(ready, option, max_context, said):
    assert (
        cells.explanation(
            Column.CONTEXT, option(max_context=max_context, missing_bytes=0 if max_context else 1), ready.machine
        )
        == said
    )


def test_a_context_that_something_else_forbids_gives_that_reason(ready, option):
    cannot = option(max_context=0, runnable=False, verdict="no", reasons=[say("This engine cannot.")])
    assert cells.explanation(Column.CONTEXT, cannot, ready.machine) == "This engine cannot."


def test_the_memory_of_a_card_and_of_the_system_are_told_apart_where_they_are_two(ready, option):
    card = option(engine_device="CUDA0")
    assert cells.memory_phrase(card, ready.machine) == "needs 4.8 GiB of 11.0 GiB free GPU memory, and 700 MiB RAM"
    assert cells.memory_phrase(option(place="cpu", host_bytes=0), ready.machine) == "needs 4.8 GiB of 11.0 GiB free RAM"
    gpu = msgspec.structs.replace(ready.machine.machine.gpus[0], shared_memory=True)
    ready.machine.machine = msgspec.structs.replace(ready.machine.machine, gpus=[gpu])
    assert cells.memory_phrase(card, ready.machine) == "needs 5.4 GiB of 11.0 GiB free RAM"


def test_the_verdict_cell_gives_the_reasons(ready, option):
    reasons = [say("Needs {needed_bytes} of memory.", needed_bytes=5 * GIB), say("Slow.")]
    explained = cells.explanation(Column.VERDICT, option(reasons=reasons), ready.machine)
    assert explained == "Needs 5.0 GiB of memory.\nSlow."


def test_the_model_the_format_and_the_download_are_explained(ready, option):
    assert "11.95 billion parameters" in cells.explanation(Column.MODEL, option(), ready.machine)
    assert "It can look at pictures." in cells.explanation(Column.MODEL, option(), ready.machine)
    assert "packed by Unsloth: the file f.gguf" in cells.explanation(Column.FORMAT, option(), ready.machine)
    assert "3.0 GB to download" in cells.explanation(Column.DOWNLOAD, option(), ready.machine)
    assert "on this disk already" in cells.explanation(Column.DOWNLOAD, option(download_bytes=0), ready.machine)


def test_of_two_cards_of_one_name_each_is_told_apart(ready):
    machine = ready.machine
    card = machine.machine.gpus[0]
    twin = type(card)(name=card.name, engine_device="CUDA1", usable=True, total_bytes=card.total_bytes)
    machine.machine = type(machine.machine)(
        memory=machine.machine.memory, cpu=machine.machine.cpu, disk=machine.machine.disk, gpus=[card, twin]
    )
    assert cells.device_name("CUDA1", machine) == "RTX 3060 (CUDA1)"
    assert cells.device_name("", machine) == "RAM"
