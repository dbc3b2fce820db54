"""`gemfit fit`, as a program is called and read by people and by programs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gemfit.cli.main import main
from gemfit.paths import resources_dir

OPTION_KEYS = {
    "model",
    "format",
    "build",
    "file",
    "verdict",
    "weights_bytes",
    "kv_bytes",
    "compute_bytes",
    "total_bytes",
    "max_context",
    "reasons",
}


@pytest.fixture
def desktop(data_dir: Path) -> str:
    return str(data_dir / "machines" / "desktop-32gb.json")


def test_json_is_one_object_with_the_promised_keys(desktop: str, capsys: pytest.CaptureFixture[str]):
    assert main(["fit", "--machine", desktop, "--context", "4096", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    for option in answer["options"]:
        assert option.keys() >= OPTION_KEYS
        assert all(type(value) is int for key, value in option.items() if key.endswith("_bytes"))
        assert option["verdict"] in ("fits", "tight", "no")
        assert all(isinstance(reason, str) for reason in option["reasons"])
    best = answer["recommendation"]
    assert (best["model"], best["format"], best["build"]) == ("26B-A4B", "q4_0", "q4_0")
    assert best["runner_up"]["model"] == "E4B"
    assert "Needs 14.3 GiB of memory; 26.5 GiB are free." in best["reasons"]


def test_people_get_the_recommendation_first_then_a_table(desktop: str, capsys: pytest.CaptureFixture[str]):
    assert main(["fit", "--machine", desktop, "--context", "4096"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Gemma 4 26B-A4B in Q4_0 QAT is the best that runs well here, on the processor.\n")
    assert "gemfit get 26B-A4B q4_0" in out
    assert "cannot run the mobile format yet" in out
    assert out.index("Recommended") < out.index("If not that") < out.index("MODEL")


def test_the_starter_needs_no_get(data_dir: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["fit", "--machine", str(data_dir / "machines" / "no-room.json"), "--context", "4096"]) == 0
    out = capsys.readouterr().out
    assert "SmolLM2 135M" in out
    assert "gemfit get" not in out


def test_when_nothing_fits_the_recommendation_is_empty_and_says_why(
    tmp_path: Path, desktop: str, capsys: pytest.CaptureFixture[str]
):
    saved = json.loads(Path(desktop).read_text())
    saved["memory"]["available_bytes"] = 1 << 20
    file = tmp_path / "tiny.json"
    file.write_text(json.dumps(saved))
    assert main(["fit", "--machine", str(file), "--json"]) == 0
    best = json.loads(capsys.readouterr().out)["recommendation"]
    assert (best["model"], best["format"], best["runner_up"]) == (None, None, None)
    assert "1 MiB of memory are free" in best["reasons"][0]
    assert main(["fit", "--machine", str(file)]) == 0
    assert capsys.readouterr().out.startswith("Nothing fits here now")


def test_a_firms_own_catalogue_is_used(desktop: str, capsys: pytest.CaptureFixture[str]):
    example = str(resources_dir() / "catalog.example.json")
    assert main(["fit", "--machine", desktop, "--catalog", example, "--json"]) == 0
    models = {o["model"] for o in json.loads(capsys.readouterr().out)["options"]}
    assert models == {"E4B", "example-helpdesk"}


@pytest.mark.parametrize("context", ["0", "-4096", "much", "4096.5", ""])
def test_a_context_that_is_no_number_of_tokens_is_wrong_usage(context: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as caught:
        main(["fit", f"--context={context}"])
    assert caught.value.code == 2
    assert "--context" in capsys.readouterr().err


def test_a_context_that_no_model_has_fails_with_the_largest_possible(desktop: str, capsys: pytest.CaptureFixture[str]):
    assert main(["fit", "--machine", desktop, "--context", "300000"]) == 1
    assert capsys.readouterr().err == (
        "gemfit: A context of 300,000 tokens is not possible. Choose from 1 to 262,144.\n"
    )


def test_a_file_that_is_no_machine_fails_with_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "x.json").write_text("not a machine")
    assert main(["fit", "--machine", str(tmp_path / "x.json")]) == 1
    assert "x.json is not a saved machine" in capsys.readouterr().err
    assert main(["fit", "--machine", str(tmp_path / "none.json")]) == 1
    assert "none.json cannot be read" in capsys.readouterr().err


def test_the_program_answers_for_this_machine_without_qt_or_the_engine_in_it():
    code = (
        "import sys; from gemfit.cli.main import main; code = main(['fit', '--json']);"
        "print([m for m in ('PySide6', 'llama_cpp', 'huggingface_hub') if m in sys.modules], file=sys.stderr);"
        "sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip().splitlines()[-1] == "[]"
    answer = json.loads(done.stdout)
    assert {o["model"] for o in answer["options"]} >= {"E2B", "31B", "SmolLM2-135M"}
    assert answer["recommendation"]["reasons"]
