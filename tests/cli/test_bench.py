"""`gemfit bench`: rows as llama-bench has them, one JSON object, and clear words where it cannot be."""

from pathlib import Path

import pytest

from tests.cli.weights_parts import command_in, parsed


@pytest.fixture
def command(capsys):
    return command_in(capsys)


QUICK = ("--prompt", "32", "--generate", "4", "--rounds", "1", "--threads", "1")


def test_the_table_has_a_row_for_each_test_and_what_is_in_memory(command, data_dir: Path):
    code, out, err = command("bench", str(data_dir / "gemma4-tiny.gguf"), *QUICK, "--depth", "0,64")
    assert (code, err) == (0, "")
    for text in ("pp32", "tg4 ", "tg4 + sampling", "pp32 @ d64", "tg4 @ d64", "resident", "kv on this computer"):
        assert text in out
    assert "llama-bench" not in out
    assert "gemma4-tiny.gguf was loaded once, in " in out


def test_the_json_has_every_round_and_its_middle(command, data_dir: Path):
    found = parsed(command("bench", str(data_dir / "gemma4-tiny.gguf"), *QUICK, "--ubatch", "16,32", "--json"))
    assert [(row["test"], row["ubatch_tokens"]) for row in found["speeds"]] == [
        (test, ubatch) for ubatch in (16, 32) for test in ("pp32", "tg4", "tg4 + sampling")
    ]
    assert all(row["median_tps"] == row["tps"][0] > 0 for row in found["speeds"])
    assert found["layout"]["kv_bytes"] > 0
    assert found["resident_bytes"] > found["layout"]["kv_bytes"]


def test_nothing_to_time_is_said(command, data_dir: Path):
    code, _, err = command("bench", str(data_dir / "gemma4-tiny.gguf"), "--prompt", "0", "--generate", "0")
    assert code == 1
    assert "nothing to time" in err


def test_more_than_the_model_takes_is_refused_before_anything_is_timed(command, data_dir: Path):
    for name in ("gemma4-tiny.gguf", "tiny-gemma-chat.litertlm"):
        code, _, err = command("bench", str(data_dir / name), *QUICK, "--depth", "9999999")
        assert code == 1
        assert f"{name} takes at most" in err


def test_llama_bench_is_not_asked_for_the_mobile_format(command, data_dir: Path):
    code, _, err = command("bench", str(data_dir / "tiny-gemma-chat.litertlm"), *QUICK, "--vs", "/bin/true")
    assert code == 1
    assert "runs no models in the mobile format" in err


@pytest.mark.parametrize("option", [("--kv", "q8_0"), ("--ubatch", "64")])
def test_what_the_mobile_format_does_not_have_is_refused_by_name(command, data_dir: Path, option: tuple[str, str]):
    code, _, err = command("bench", str(data_dir / "tiny-gemma-chat.litertlm"), *QUICK, *option)
    assert code == 1
    assert f"does not have this: {option[0]}. Nothing was loaded." in err


def test_a_program_in_this_folder_needs_no_path(command, data_dir: Path, tmp_path: Path, monkeypatch):
    program = tmp_path / "bench-of-ours"
    program.write_text("#!/bin/sh\necho no figures >&2\nexit 3\n")
    program.chmod(0o700)
    monkeypatch.chdir(tmp_path)
    code, _, err = command("bench", str(data_dir / "gemma4-tiny.gguf"), *QUICK, "--vs", program.name)
    assert code == 1
    assert "failed: no figures" in err


def test_a_program_that_is_no_llama_bench_is_said(command, data_dir: Path, tmp_path: Path):
    code, _, err = command("bench", str(data_dir / "gemma4-tiny.gguf"), *QUICK, "--vs", str(tmp_path / "none"))
    assert code == 1
    assert "could not be started" in err
