"""Every command of the real program, on the starter and without a network."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.program import environment, gemfit

STARTER = "SmolLM2-135M"
TELL_MODULES = """
import sys
from gemfit.__main__ import main
code = main()
print(*sys.modules, file=sys.stderr)
sys.exit(code)
"""
OFFLINE = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HUB_OFFLINE": "1"}


def test_probe_says_what_this_computer_has_and_how_it_knows():
    machine = gemfit("probe", "--json").json
    assert 0 < machine["memory"]["available_bytes"] <= machine["memory"]["total_bytes"]
    assert machine["cpu"]["model"]
    assert machine["cpu"]["physical_cores"] >= 1
    assert isinstance(machine["cpu"]["features"], list)
    assert isinstance(machine["gpus"], list)
    assert machine["disk"]["free_bytes"] > 0
    assert machine["engine"]["build"]
    assert isinstance(machine["engine"]["devices"], list)
    assert machine["evidence"]


def test_fit_recommends_one_model_and_judges_every_other():
    answer = gemfit("fit", "--json", "--context", "8192").json
    keys = {"model", "format", "file", "verdict", "weights_bytes", "kv_bytes", "compute_bytes", "total_bytes"}
    for option in answer["options"]:
        assert keys | {"max_context", "reasons"} <= option.keys()
        assert option["verdict"] in ("fits", "tight", "no")
    assert {"model", "format", "reasons", "runner_up"} <= answer["recommendation"].keys()


def test_fit_answers_for_another_machine_from_its_saved_probe(tmp_path):
    saved = tmp_path / "machine.json"
    saved.write_text(gemfit("probe", "--json").stdout)
    assert gemfit("fit", "--json", "--machine", saved).json["recommendation"]


def test_starter_is_listed_got_and_verified_without_a_network(starter_file):
    listed = gemfit("list", "--json", **OFFLINE).json
    assert [Path(file["path"]) for file in listed["files"]] == [starter_file]
    for command in (["get", STARTER], ["verify", STARTER]):
        answer = gemfit(*command, "--json", **OFFLINE).json
        assert Path(answer["path"]) == starter_file
        assert answer["bytes"] == starter_file.stat().st_size
        assert answer["verified"] is True
        assert len(answer["sha256"]) == 64
        assert answer["resumed_from_bytes"] == 0


def test_measure_gives_the_engines_own_layout(starter_file):
    layout = gemfit("measure", starter_file, "--context", "4096", "--json").json
    parts = layout["weights_bytes"], layout["kv_bytes"], layout["compute_bytes"]
    assert min(parts) > 0
    assert sum(parts) == layout["total_bytes"]
    assert layout["kv_bytes"] == 4096 * 23040


def test_chat_with_the_starter_answers_and_says_what_it_cost():
    arguments = ["--context", "1024", "--temperature", "0", "--seed", "1", "--max-tokens", "24", "--no-think"]
    result = gemfit("chat", "--model", "starter", *arguments, "What is the capital of France?", "--json", **OFFLINE)
    answer = result.json
    assert "Paris" in answer["text"]
    assert answer["thinking"] == ""
    assert answer["finish_reason"] in ("stop", "length")
    stats = answer["stats"]
    assert 0 < stats["generated_tokens"] <= 24
    assert stats["prompt_tokens"] > 0
    for figure in ("load_s", "ttft_s", "prompt_tps", "generation_tps", "predicted_bytes", "resident_bytes"):
        assert stats[figure] > 0, figure


def test_chat_for_people_streams_the_text_alone_to_stdout():
    arguments = ["--temperature", "0", "--max-tokens", "8", "--context", "512"]
    result = gemfit("chat", "--model", "starter", *arguments, "What is the capital of France?", **OFFLINE)
    assert result.code == 0
    assert "France" in result.stdout or "Paris" in result.stdout
    assert "{" not in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["probe", "--json"],
        ["fit", "--json"],
        ["list", "--json"],
        ["verify", "starter", "--json"],
        ["get", "starter", "--json"],
        ["chat", "--model", "starter", "--max-tokens", "1", "--context", "256", "Hi"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_no_command_imports_qt(arguments):
    command = [sys.executable, "-c", TELL_MODULES, *arguments]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    modules = done.stderr.splitlines()[-1].split()
    assert "gemfit.cli" in modules
    assert not {"PySide6", "shiboken6", "llama_cpp"} & set(modules)


def test_without_a_display_one_line_says_how_to_chat_without_one():
    result = gemfit()
    assert result.code == 1
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert "gemfit chat" in line


@pytest.mark.parametrize(
    "arguments",
    [
        ["fly"],
        ["chat", "--context", "0", "Hi"],
        ["get"],
        ["measure"],
        ["fit", "--context", "many"],
        ["probe", "--wings"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2(arguments):
    result = gemfit(*arguments)
    assert result.code == 2
    assert "usage: gemfit" in result.stderr


def test_catalogue_of_ones_own_replaces_the_shipped_one(catalog):
    by_option = gemfit("fit", "--json", "--catalog", catalog).json
    by_environment = gemfit("fit", "--json", GEMFIT_CATALOG=str(catalog)).json
    for answer in (by_option, by_environment):
        assert {option["model"] for option in answer["options"]} == {"tiny", STARTER}
    assert json.loads(catalog.read_text())["models"][0]["id"] == by_option["recommendation"]["model"]
