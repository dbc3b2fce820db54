"""`gemfit list`: what is on this disk."""

import shutil
from pathlib import Path

import pytest

from gemfit.settings import Settings, save_settings
from tests.cli.weights_parts import command_in, parsed, write_catalog
from tests.library.parts import FILE, REPO, tiny_catalog
from tests.library.stores.homes import put, put_in_hugging_face, put_in_ollama

DATA = b"weights"


@pytest.fixture
def command(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("GEMFIT_CATALOG", str(write_catalog(tmp_path / "catalog.json", tiny_catalog(DATA))))
    return command_in(capsys)


@pytest.fixture
def weights(home):
    path = home / "data" / "models" / "Tiny" / "q4_0" / FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(DATA)
    return path


def test_nothing_is_an_empty_list_and_a_hint(command):
    assert parsed(command("list", "--json"))["files"] == []
    assert "gemfit get" in command("list")[1]


def test_a_file_is_listed_with_its_state(command, weights):
    (file,) = parsed(command("list", "--json"))["files"]
    assert file["path"] == str(weights)
    assert (file["bytes"], file["verified"], file["sha256"], file["resumed_from_bytes"]) == (7, False, None, 0)
    assert "Not verified yet." in command("list")[1]
    command("verify", "tiny")
    (file,) = parsed(command("list", "--json"))["files"]
    assert (file["verified"], file["note"]) == (True, None)
    assert "verified" in command("list")[1]


def test_the_starter_is_listed_without_a_network(capsys, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    files = parsed(command_in(capsys)("list", "--json"))["files"]
    assert [file["model"] for file in files] == ["SmolLM2-135M"]


def test_what_other_programs_keep_is_listed_with_its_place(command, weights):
    link = put_in_hugging_face(Path.home() / ".cache/huggingface/hub", REPO, FILE, DATA)
    put_in_ollama(Path.home() / ".ollama/models", "registry.ollama.ai/library/gemma4/e4b", ("model", b"another"))
    files = parsed(command("list", "--json"))["files"]
    assert [(file["origin"], file["called"]) for file in files] == [
        ("weights", ""),
        ("huggingface", f"{REPO}/{FILE}"),
        ("ollama", "gemma4:e4b"),
    ]
    assert files[1]["path"] == str(link)
    out = command("list")[1]
    assert "Hugging Face cache" in out
    assert "Ollama gemma4:e4b" in out
    assert "Said by Hugging Face cache to be the published file" in out


def test_a_folder_that_is_not_there_is_told_on_stderr(command, tmp_path):
    save_settings(Settings(model_folders=[str(tmp_path / "share")]))
    code, out, err = command("list")
    assert (code, "gemfit get" in out) == (0, True)
    assert "share is not there" in err
    assert "share is not there" in parsed(command("list", "--json"))["problems"][0]


def test_the_details_of_a_file_are_its_card_and_whether_it_fits(command, tmp_path, data_dir):
    path = tmp_path / "mine.gguf"
    shutil.copyfile(data_dir / "gemma4-tiny.gguf", path)
    command("import", path)
    found = parsed(command("list", "--json", "--details", path))
    assert (found["card"]["architecture"], found["card"]["format"]) == ("gemma4", "Q4_0")
    assert (found["file"]["origin"], found["path"]) == ("import", str(path))
    assert "fits" in found["fit"][0]
    out = command("list", "--details", path)[1]
    assert "imported, mine.gguf" in out
    assert "1,717,988" in out


def test_the_details_of_no_model_are_a_sentence(command, tmp_path):
    code, _out, err = command("list", "--details", put(tmp_path / "x.gguf", b"x"))
    assert code == 1
    assert "not a model" in err


def test_getting_what_another_program_keeps_says_where_it_is(command, home):
    link = put_in_hugging_face(Path.home() / ".cache/huggingface/hub", REPO, FILE, DATA)
    (file,) = parsed(command("get", "tiny", "--json"))["files"]
    assert (file["path"], file["verified"], file["origin"]) == (str(link), True, "huggingface")
    assert not (home / "data" / "models" / "Tiny").exists()
    assert str(link) in command("get", "tiny")[1]
