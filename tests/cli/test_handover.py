"""`gemfit handover`: what other programs need, and what Gemfit does for them when told to.

Ollama is an executable that answers as Ollama does; the real one was not at hand.
"""

import os
import stat
import sys

import pytest

from gemfit.library.handover.targets import TARGETS
from tests.cli.weights_parts import command_in, parsed, write_catalog
from tests.library.parts import FILE, tiny_catalog

STAND_IN = """#!/bin/sh
echo "$@" >> "$(dirname "$0")/asked"
[ "$1" = list ] && echo "NAME ID" && exit 0
cp "$4" "$(dirname "$0")/modelfile"
echo success
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script of sh")


@pytest.fixture
def data(data_dir):
    return (data_dir / "gemma4-tiny.gguf").read_bytes()


@pytest.fixture
def person(tmp_path, monkeypatch):
    """A home folder of a person, in which LM Studio has been."""
    home = tmp_path / "person"
    (home / ".lmstudio" / "models").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    return home


@pytest.fixture
def ollama(tmp_path, monkeypatch):
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "ollama"
    program.write_text(STAND_IN)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


@pytest.fixture
def command(capsys, tmp_path, monkeypatch, person, data):
    monkeypatch.setenv("GEMFIT_CATALOG", str(write_catalog(tmp_path / "catalog.json", tiny_catalog(data))))
    return command_in(capsys)


@pytest.fixture
def weights(home, command, data):
    path = home / "data" / "models" / "Tiny" / "q4_0" / FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    command("verify", "tiny")
    return path


def test_without_a_program_it_lists_what_is_possible_here(command, weights, ollama):
    made = parsed(command("handover", "tiny", "--json"))
    assert made["path"] == str(weights)
    found = {one["target"]: one["found"] for one in made["programs"]}
    assert sorted(found) == sorted(TARGETS)
    assert found["ollama"] == str(ollama / "ollama")
    text = command("handover", "tiny")[1]
    assert f"found: {ollama / 'ollama'}" in text
    assert "cannot run this" in text


def test_showing_changes_nothing(command, weights, person):
    made = parsed(command("handover", "tiny", "lmstudio", "--json"))
    assert made["folder"] == str(person / ".lmstudio" / "models" / "acme" / "tiny-gguf")
    assert "LM Studio itself was not at hand" in made["tested"]
    assert "Folder: " in command("handover", "tiny", "lmstudio")[1]
    assert list((person / ".lmstudio" / "models").iterdir()) == []


def test_lm_studio_gets_a_link(command, weights, person):
    (done,) = parsed(command("handover", "tiny:q4_0", "lmstudio", "--link", "--json"))["files"]
    target = person / ".lmstudio" / "models" / "acme" / "tiny-gguf" / FILE
    assert (done["path"], done["how"]) == (str(target), "hardlink")
    assert target.samefile(weights)
    code, out, _err = command("handover", "tiny", "lmstudio", "--link")
    assert (code, "was there already" in out, "Licence of the weights: Apache-2.0" in out) == (0, True, True)


def test_ollama_is_asked_only_when_told_to(command, weights, ollama):
    shown = command("handover", "tiny", "ollama")[1]
    assert f"FROM {weights}" in shown
    assert "ollama create gemfit-tiny:q4_0 -f Modelfile" in shown
    assert not (ollama / "asked").exists()
    made = parsed(command("handover", "tiny", "ollama", "--run", "--name", "mine", "--context", "1024", "--json"))
    assert made["name"] == "mine"
    assert (ollama / "asked").read_text().startswith("list\ncreate mine -f ")
    assert "PARAMETER num_ctx 1024" in (ollama / "modelfile").read_text()
    assert "ollama run gemfit-tiny:q4_0" in command("handover", "tiny", "ollama", "--run")[1]


def test_a_command_line_is_shown_and_run(command, weights, tmp_path, monkeypatch, ollama):
    line = command("handover", "tiny", "llama-server", "--context", "512")[1].splitlines()[0]
    assert line == f"llama-server -m {weights} -c 512 -np 1 -lm none -lzm on -cram 0"
    program = ollama / "llama-server"
    program.write_text('#!/bin/sh\necho "$@" > "$(dirname "$0")/started"\nexit 3\n')
    program.chmod(0o755)
    assert command("handover", "tiny", "llama-server", "--context", "512", "--run")[0] == 3
    assert f"llama-server {(ollama / 'started').read_text().strip()}" == line


def test_a_file_is_handed_over_by_its_path(command, data_dir):
    made = parsed(command("handover", data_dir / "gemma4-copycat.gguf", "llama-server", "--json"))
    assert made["argv"][2] == str(data_dir / "gemma4-copycat.gguf")
    assert any("Nobody published a hash" in note for note in made["notes"])
    mobile = parsed(command("handover", data_dir / "tiny-gemma-chat.litertlm", "litert-lm", "--json"))
    assert mobile["argv"][:2] == ["litert-lm", "run"]


def test_a_repository_is_named_where_the_program_fetches_its_own(capsys):
    command = command_in(capsys)
    made = parsed(command("handover", "E2B", "transformersjs", "--json"))
    assert made["repos"][0]["revision"] == "5cd5514efd375abf2801c856a3936b259cc00133"
    text = command("handover", "E2B", "transformersjs")[1]
    assert "https://huggingface.co/onnx-community/gemma-4-E2B-it-qat-mobile-ONNX (about 2.2 GiB, revision " in text
    assert "vllm serve google/gemma-4-12B-it-qat-w4a16-ct" in command("handover", "12B", "vllm")[1]


def test_what_cannot_be_done_is_a_sentence(command, weights, ollama):
    for words in (("vllm", "--run"), ("ollama", "--link"), ("mlx", "--copy"), ("lmstudio", "--run")):
        code, _out, err = command("handover", "tiny", *words)
        assert (code, "Gemfit cannot do this for" in err) == (1, True), words
    code, out, _err = command("handover", "tiny", "vllm")
    assert (code, "Only the five Gemma 4" in out) == (1, True)


def test_weights_that_are_not_here_or_not_verified_are_not_handed_over(command, home, data, ollama):
    assert "is not on this disk" in command("handover", "tiny", "lmstudio", "--link")[2]
    path = home / "data" / "models" / "Tiny" / "q4_0" / FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    for words in (("lmstudio", "--link"), ("ollama", "--run"), ("llama-server", "--run")):
        assert "has not been verified" in command("handover", "tiny", *words)[2], words
