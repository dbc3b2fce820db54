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
    "generation_tps",
    "prompt_tps",
    "tps_range",
    "tps_source",
    "components",
    "plan",
    "plan_notes",
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
    assert "Needs 14.7 GiB of memory; 26.5 GiB are free." in best["reasons"]


def test_people_get_the_recommendation_first_then_a_table(desktop: str, capsys: pytest.CaptureFixture[str]):
    assert main(["fit", "--machine", desktop, "--context", "4096"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Gemma 4 26B-A4B in Q4_0 QAT is the best that runs well here, on the processor.\n")
    assert "gemfit get 26B-A4B q4_0" in out
    assert "E2B           mobile" in out
    assert out.index("Recommended") < out.index("If not that") < out.index("Ruled out") < out.index("MODEL")
    assert max(map(len, out.splitlines())) <= 100


def test_every_saved_machine_is_answered_within_a_hundred_columns(data_dir: Path, capsys: pytest.CaptureFixture[str]):
    for file in sorted((data_dir / "machines").glob("*.json")):
        for arguments in ([], ["--goal", "best", "--media"], ["--compare", "E2B"], ["--compare", "31B"]):
            assert main(["fit", "--machine", str(file), *arguments]) == 0
        out = capsys.readouterr().out
        assert max(map(len, out.splitlines())) <= 100
        assert out.isascii()  # a console of Windows may know no more


def test_the_goal_shifts_the_recommendation(desktop: str, capsys: pytest.CaptureFixture[str]):
    taken = {}
    for goal in ("smallest", "balanced", "best"):
        assert main(["fit", "--machine", desktop, "--context", "4096", "--goal", goal, "--json"]) == 0
        answer = json.loads(capsys.readouterr().out)["recommendation"]
        taken[goal] = (answer["model"], answer["build"])
        assert all({"model", "format", "build", "reasons"} <= choice.keys() for choice in answer["ruled_out"])
    assert taken["smallest"] == ("E2B", "q4_0")
    assert taken["balanced"] == ("26B-A4B", "q4_0")


def test_the_next_step_up_is_named_with_the_memory_that_it_takes(data_dir: Path, capsys: pytest.CaptureFixture[str]):
    laptop = str(data_dir / "machines" / "laptop-8gb.json")
    assert main(["fit", "--machine", laptop, "--context", "4096", "--json"]) == 0
    step = json.loads(capsys.readouterr().out)["recommendation"]["step_up"]
    assert (step["model"], step["build"]) == ("E4B", "q4_0")
    assert step["reasons"][0].startswith("With ")
    assert main(["fit", "--machine", laptop, "--context", "4096"]) == 0
    assert f"The next step up:\n  {step['reasons'][0]}\n" in capsys.readouterr().out


def test_media_bring_the_projector_into_the_download(desktop: str, capsys: pytest.CaptureFixture[str]):
    downloads = []
    for arguments in (["--no-media"], ["--media"]):
        assert main(["fit", "--machine", desktop, "--context", "4096", "--json", *arguments]) == 0
        options = json.loads(capsys.readouterr().out)["options"]
        downloads.append(next(o["download_bytes"] for o in options if (o["model"], o["build"]) == ("E2B", "q4_0")))
    assert downloads == [2_620_370_976, 2_620_370_976 + 986_833_728]


def test_the_formats_of_a_model_are_compared_with_the_published_figures(
    desktop: str, capsys: pytest.CaptureFixture[str]
):
    assert main(["fit", "--machine", desktop, "--context", "4096", "--compare", "e2b"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Gemma 4 E2B: memory by format, with a context of 4,096 tokens\n")
    assert [line.split()[0] for line in out.splitlines()[2:9]] == [
        *("FORMAT", "BF16", "SFP8", "Q4_0", "Q4_0", "Mobile", "Mobile,")
    ]
    assert all(word in out for word in ("11.4 GB", "0.84 GB", "98.26 %", "memory", "quality", "support", "access"))
    assert main(["fit", "--machine", desktop, "--compare", "E2B", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["model"] == "E2B"
    assert {row["published_gb"] for row in answer["formats"]} == {11.4, 5.7, 2.9, 1.1, 0.84}
    assert len(answer["dimensions"]["q4_0"]) == 5


def test_a_model_that_is_not_there_cannot_be_compared(desktop: str, capsys: pytest.CaptureFixture[str]):
    assert main(["fit", "--machine", desktop, "--compare", "E9Z"]) == 1
    assert "There is no model called E9Z" in capsys.readouterr().err


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
