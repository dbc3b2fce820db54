"""`gemfit chat`, with the starter and the tiny Gemma 4."""

import io
import json
import shutil
import sys
from pathlib import Path

import msgspec
import pytest

from gemfit.cli.chat import _Printer, printable
from gemfit.cli.main import main
from gemfit.engine import client
from gemfit.engine.protocol import Delta, Done, PromptProgress, Stats
from gemfit.fit.types import Component, Outcome, Plan
from gemfit.machine.probe import probe
from gemfit.machine.types import Machine, Memory
from gemfit.measured.account import OWN_FILE
from gemfit.measured.lessons import read_lessons
from gemfit.measured.outcomes import outcomes_file, read_outcomes
from gemfit.paths import engine_command

OUTCOME = Outcome(
    at="2026-10-02T12:00:00+00:00",
    engine_build="b1",
    model="E2B",
    build="q4_0",
    title="E2B",
    plan=Plan(),
    predicted=[Component("weights", "", 1 << 30), Component("weights", "CUDA0", 1 << 30)],
    measured=[Component("weights", "", 1 << 30)],
)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert main(list(arguments)) == 0
    answer: dict[str, object] = json.loads(capsys.readouterr().out)
    return answer


def test_the_answer_is_one_json_object_with_what_it_cost(capsys: pytest.CaptureFixture[str]) -> None:
    answer = run(
        capsys,
        "chat",
        "--model",
        "starter",
        "--temperature",
        "0",
        "--max-tokens",
        "20",
        "--json",
        "What is the capital of France?",
    )
    assert "Paris" in str(answer["text"])
    assert answer["finish_reason"] in ("stop", "length")
    stats = answer["stats"]
    assert isinstance(stats, dict)
    assert stats["load_s"] > 0
    assert stats["ttft_s"] > 0
    assert stats["prompt_tokens"] > 10
    assert 0 < stats["generated_tokens"] <= 20
    assert stats["predicted_bytes"] == pytest.approx(stats["resident_bytes"], rel=0.25)


def test_a_seed_gives_the_same_answer_again(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["chat", "--model", str(data_dir / "gemma4-tiny.gguf"), "--seed", "3", "--max-tokens", "8", "--json"]
    assert run(capsys, *arguments, "Hello")["text"] == run(capsys, *arguments, "Hello")["text"]


def test_without_a_prompt_standard_input_is_the_prompt(
    data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Hello from a pipe"))
    model = str(data_dir / "gemma4-copycat.gguf")
    assert main(["chat", "--model", model, "--system", "Be brief.", "--max-tokens", "3", "--temperature", "0"]) == 0
    said = capsys.readouterr()
    assert said.out.endswith("\n")
    assert said.err == ""


def test_nothing_to_ask_is_said(
    data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main(["chat", "--model", str(data_dir / "gemma4-tiny.gguf")]) == 1
    assert "There is no question" in capsys.readouterr().err


def test_turns_are_talked_through_at_a_terminal(
    data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    lines = iter(["Hello", "  ", "And again"])

    def typed(_prompt: str) -> str:
        try:
            return next(lines)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("builtins.input", typed)
    assert main(["chat", "--model", str(data_dir / "gemma4-tiny.gguf"), "--max-tokens", "3", "--seed", "1"]) == 0
    assert capsys.readouterr().out.count("\n") >= 2


def test_a_model_that_is_not_here_says_how_to_get_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chat", "--model", "e2b", "Hello"]) == 1
    assert "gemfit get E2B q4_0" in capsys.readouterr().err


def test_a_file_of_ones_own_is_asked_by_the_name_that_the_list_shows(
    data_dir: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = home / "data" / "models"
    folder.mkdir(parents=True)
    shutil.copy(data_dir / "gemma4-copycat.gguf", folder / "mine.gguf")
    assert main(["chat", "--model", "mine", "--max-tokens", "3", "Hello"]) == 0
    assert capsys.readouterr().out.strip()


def test_a_model_in_the_mobile_format_answers_like_any_other(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mobile = ["chat", "--model", str(data_dir / "tiny-gemma-chat.litertlm"), "--temperature", "0"]
    assert main([*mobile, "--stats", "Hello"]) == 0
    out, err = capsys.readouterr()
    assert out == "Hello! How can I help you today?\n"
    assert "tokens/s" in err
    assert main([*mobile, "--json", "--think", "What is the capital of France?"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["text"] == "The capital of France is Paris."
    assert answer["thinking"] == "The user asks about France. The capital is Paris."
    assert answer["finish_reason"] == "stop"
    assert {part["name"] for part in answer["components"]} == {"weights", "base"}


def test_the_mobile_format_learns_from_its_own_loads(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mobile = ["chat", "--model", str(data_dir / "tiny-gemma-chat.litertlm"), "--json", "--max-tokens", "3", "Hello"]
    answers = []
    for _ in range(2):
        assert main(mobile) == 0
        answers.append(json.loads(capsys.readouterr().out)["stats"])
    errors = [abs(a["predicted_bytes"] / a["resident_bytes"] - 1) for a in answers]
    assert errors[1] < 0.1


def test_what_the_mobile_format_cannot_do_is_refused_by_name(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mobile = ["chat", "--model", str(data_dir / "tiny-gemma-chat.litertlm"), "--repeat-penalty", "1.5", "Hello"]
    assert main(mobile) == 1
    assert "repetition penalty" in capsys.readouterr().err


def test_guesses_are_refused_by_name_in_the_mobile_format_where_they_are_asked_for(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mobile = ["chat", "--model", str(data_dir / "tiny-gemma-chat.litertlm"), "--max-tokens", "3", "Hello"]
    drafter = str(data_dir / "gemma4-drafter.gguf")
    assert main([*mobile, "--drafter", drafter, "--speculation", "auto"]) == 1
    assert "does not have this: --drafter, --speculation. Nothing was loaded." in capsys.readouterr().err
    assert main([*mobile, "--speculation", "off"]) == 0  # as it is anyway


def test_a_name_that_the_library_of_the_mobile_format_does_not_take_is_said(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(data_dir / "tiny-gemma-chat.litertlm", tmp_path / "TINY.LITERTLM")
    assert main(["chat", "--model", str(tmp_path / "TINY.LITERTLM"), "Hello"]) == 1
    assert "only under a name that ends in .litertlm" in capsys.readouterr().err


def test_a_damaged_file_of_the_mobile_format_is_refused(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.litertlm"
    bad.write_bytes((data_dir / "tiny-gemma-chat.litertlm").read_bytes()[:-1])
    assert main(["chat", "--model", str(bad), "Hello"]) == 1
    assert "ends too early" in capsys.readouterr().err


def test_a_question_longer_than_the_context_is_refused_with_the_numbers(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = str(data_dir / "gemma4-tiny.gguf")
    assert main(["chat", "--model", model, "--context", "256", "word " * 400]) == 1
    assert "256" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--context", "0"], ["--max-tokens", "-1"], ["--temperature", "warm"]])
def test_wrong_numbers_are_wrong_usage(wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["chat", *wrong, "Hello"])
    assert end.value.code == 2


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch, home: Path) -> Machine:
    """This machine with 20 MiB free."""
    machine = msgspec.structs.replace(
        probe(home), gpus=[], memory=Memory(total_bytes=8 << 30, available_bytes=20 << 20)
    )
    monkeypatch.setattr("gemfit.cli.chat.probe", lambda _folder: machine)
    return machine


def test_a_model_that_does_not_fit_is_refused_with_the_numbers(
    crowded: Machine, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["chat", "--model", str(data_dir / "gemma4-tiny.gguf"), "Hello"]) == 1
    said = capsys.readouterr().err
    assert "gemma4-tiny.gguf does not fit: Needs " in said
    assert "20 MiB are free" in said
    assert "--force" in said
    assert read_outcomes() == []


def test_what_does_not_fit_can_be_forced_and_is_mapped_then(
    crowded: Machine, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = str(data_dir / "gemma4-tiny.gguf")
    answer = run(capsys, "chat", "--model", model, "--force", "--max-tokens", "3", "--json", "Hello")
    assert answer["finish_reason"] == "length"
    (outcome,) = read_outcomes()
    assert outcome.plan.forced
    assert outcome.plan.load_mode == "mapped"


def test_predicted_stands_beside_measured_for_every_component(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = str(data_dir / "gemma4-tiny.gguf")
    answer = run(capsys, "chat", "--model", model, "--max-tokens", "3", "--seed", "1", "--json", "word " * 700)
    components = answer["components"]
    assert isinstance(components, list)
    found = {part["name"]: part for part in components}
    assert set(found) == {"weights", "kv", "compute", "checkpoints", "base"}
    assert found["kv"]["measured_bytes"] == found["kv"]["predicted_bytes"]
    assert found["weights"]["measured_bytes"] == pytest.approx(found["weights"]["predicted_bytes"], rel=0.01)
    assert not found["compute"]["so_far"]
    stats = answer["stats"]
    assert isinstance(stats, dict)
    assert sum(part["measured_bytes"] or 0 for part in components) == stats["resident_bytes"]
    assert sum(part["predicted_bytes"] for part in components) == stats["predicted_bytes"]


def test_what_a_load_took_is_kept_and_a_file_of_ones_own_without_its_name(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "chat", "--model", str(data_dir / "gemma4-tiny.gguf"), "--max-tokens", "4", "--json", "Hello")
    run(capsys, "chat", "--max-tokens", "4", "--json", "Hello")
    own, starter = read_outcomes()
    assert (own.model, own.title) == ("", OWN_FILE)
    assert (starter.model, starter.build) == ("SmolLM2-135M", "q4_1")
    assert "SmolLM2" in starter.title
    assert (starter.generated_tokens, own.generated_tokens) == (4, 4)
    assert starter.machine_key == own.machine_key != ""
    assert "tiny" not in outcomes_file().read_text()


def test_stats_are_printed_where_there_is_no_terminal_too(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = str(data_dir / "gemma4-tiny.gguf")
    assert main(["chat", "--model", model, "--max-tokens", "3", "--stats", "--seed", "1", "Hello"]) == 0
    said = capsys.readouterr()
    assert "tokens/s" in said.err
    assert "PREDICTED" in said.err
    assert "so far" in said.err
    assert "PREDICTED" not in said.out


def test_what_a_model_writes_cannot_command_the_terminal() -> None:
    assert printable("a\x1b[2Jb\x07\x9b1m\r\n\tc") == "a[2Jb1m\n\tc"


def test_at_a_terminal_thinking_and_figures_go_to_stderr(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    printer = _Printer(silent=False)
    printer._started -= 10
    printer.prompt(PromptProgress(request_id=1, done_tokens=5, total_tokens=9))
    printer.delta(Delta(request_id=1, thinking="Hm.", stats=Stats()))
    printer.delta(Delta(request_id=1, text="Yes.", stats=Stats()))
    printer.done(Done(request_id=1, finish_reason="stop", stats=Stats(generation_tps=12.3)), OUTCOME)
    said = capsys.readouterr()
    assert said.out == "Yes.\n"
    assert "5 of 9 tokens read" in said.err
    assert "Hm." in said.err
    assert "12.3 tokens/s" in said.err
    assert "predicted 1.0 GiB" in said.err


def test_at_a_terminal_the_line_that_is_written_stays(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    printer = _Printer(silent=False)
    printer.delta(Delta(request_id=1, text="Yes, ", stats=Stats()))
    printer.delta(Delta(request_id=1, text="and no.", stats=Stats()))
    assert capsys.readouterr().err == ""


@pytest.mark.logs_warnings
@pytest.mark.skipif(sys.platform != "linux", reason="the faults are made with what Linux has")
@pytest.mark.parametrize(
    ("fault", "moment", "said"), [("SIGKILL", "generation", "killed"), ("memory", "load", "ran out of memory")]
)
def test_an_answer_goes_on_after_the_engine_ended(
    data_dir: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    moment: str,
    said: str,
) -> None:
    model = str(data_dir / "gemma4-tiny.gguf")
    child = Path(__file__).parents[1] / "fakes" / "engine_child.py"
    commands = iter([[sys.executable, str(child), fault, moment, model]])
    monkeypatch.setattr(client, "engine_command", lambda *a, **n: next(commands, None) or engine_command(*a, **n))
    arguments = ["chat", "--model", model, "--temperature", "0", "--max-tokens", "20", "--json", "Hello"]
    assert main(arguments) == 0
    caught = capsys.readouterr()
    assert said in caught.err
    assert "loaded again" in caught.err
    answer = json.loads(caught.out)
    assert answer["finish_reason"] == "length"
    assert len(read_outcomes()) == (1 if fault == "SIGKILL" else 0)
    assert len(read_lessons()) == (1 if fault == "memory" else 0)


def test_an_engine_for_which_nothing_can_be_done_is_an_error(
    data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = str(data_dir / "gemma4-tiny.gguf")
    child = Path(__file__).parents[1] / "fakes" / "engine_child.py"
    command = [sys.executable, str(child), "SIGSEGV", "load", model]
    monkeypatch.setattr(client, "engine_command", lambda *_a, **_n: command)
    assert main(["chat", "--model", model, "Hello"]) == 1
    assert "crashed" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "most"), [("gemma4-tiny.gguf", "8,192"), ("tiny-gemma-chat.litertlm", "1,024")])
def test_less_context_than_was_asked_for_is_said(
    data_dir: Path, capsys: pytest.CaptureFixture[str], name: str, most: str
) -> None:
    assert main(["chat", "--model", str(data_dir / name), "--context", "99999", "--max-tokens", "2", "Hello"]) == 0
    assert f"{name} takes at most {most} tokens of context" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "what"), [("gemma4-mmproj.gguf", "a projector"), ("gemma4-drafter.gguf", "a drafter")]
)
@pytest.mark.parametrize("command", ["chat --model", "measure", "bench"])
def test_what_only_goes_with_a_model_is_named_as_what_it_is(
    data_dir: Path, capsys: pytest.CaptureFixture[str], command: str, name: str, what: str
) -> None:
    more = ["Hello"] if command.startswith("chat") else []
    assert main([*command.split(), str(data_dir / name), *more]) == 1
    assert f"{name} is no model by itself but {what}" in capsys.readouterr().err
