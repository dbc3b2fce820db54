"""Ollama: the Modelfile, and having Ollama make a model of it.

The real Ollama was not at hand. In its place stands an executable of that name that records what it is asked, reads the
Modelfile, and checks that the files in it exist, as `ollama create` does.
"""

import json
import os
import stat
import sys
import threading
from pathlib import Path

import pytest

from gemfit.errors import GemfitError
from gemfit.library.handover import ollama
from tests.library.handover.parts import SHIPPED, gemma, here

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script with a first line")

STAND_IN = """#!{python}
import json, os, sys, time
here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "asked.jsonl"), "a") as log:
    log.write(json.dumps(sys.argv[1:]) + "\\n")
if sys.argv[1] == "list":
    if os.path.exists(os.path.join(here, "stopped")):
        sys.exit("Error: could not connect to ollama app, is it running?")
    print("NAME                ID      SIZE    MODIFIED")
    if os.path.exists(os.path.join(here, "models")):
        print(open(os.path.join(here, "models")).read())
    sys.exit(0)
modelfile = open(sys.argv[4]).read()
with open(os.path.join(here, "modelfile"), "w") as kept:
    kept.write(modelfile)
if os.path.exists(os.path.join(here, "slow")):
    print("gathering model components", flush=True)
    time.sleep(60)
for line in modelfile.splitlines():
    word, _, value = line.partition(" ")
    if word in ("FROM", "DRAFT") and not os.path.isfile(value):
        sys.exit("Error: no such file: " + value)
print("\\x1b[?25lgathering model components\\x1b[K")
print("success")
"""


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "ollama"
    program.write_text(STAND_IN.format(python=sys.executable))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


@pytest.fixture
def subject(tmp_path):
    return here(tmp_path / "my weights" / "it's E2B.gguf")


def asked(stand_in):
    return [json.loads(line) for line in (stand_in / "asked.jsonl").read_text().splitlines()]


def refusal(subject, **kwargs) -> GemfitError:
    with pytest.raises(GemfitError) as caught:
        ollama.create(subject, 8192, **kwargs)
    return caught.value


def test_a_modelfile_for_gemma_4_names_ollamas_own_renderer_and_parser(subject):
    assert ollama.modelfile(subject, 8192).splitlines() == [
        f"FROM {subject.path}",
        "TEMPLATE {{ .Prompt }}",
        "RENDERER gemma4",
        "PARSER gemma4",
        "PARAMETER num_ctx 8192",
        "PARAMETER temperature 1.0",
        "PARAMETER top_k 64",
        "PARAMETER top_p 0.95",
        'LICENSE """Apache-2.0 https://ai.google.dev/gemma/docs/gemma_4_license"""',
    ]


def test_a_drafter_is_named_and_a_projector_is_not(tmp_path, subject):
    drafter, projector = tmp_path / "mtp.gguf", tmp_path / "mmproj.gguf"
    whole = here(subject.path, drafter=drafter, projector=projector)
    text = ollama.modelfile(whole, 4096)
    assert f"DRAFT {drafter}\nPARAMETER draft_num_predict 3\n" in text
    assert str(projector) not in text
    assert any("projector is left out" in str(note) for note in ollama.offer(whole, 4096).notes)


def test_another_family_keeps_the_template_of_its_file_and_its_own_sampling(tmp_path):
    starter = next(model for model in SHIPPED.models if model.starter)
    subject = here(tmp_path / "s.gguf", model=starter, build=starter.builds[0], architecture="llama")
    text = ollama.modelfile(subject, 2048)
    assert "RENDERER" not in text
    assert "TEMPLATE" not in text
    assert "PARAMETER temperature 0.2" in text
    assert "top_k" not in text


@pytest.mark.parametrize("name", ["two\nlines.gguf", ' "quoted".gguf"', "ends in a space.gguf "])
def test_a_path_that_a_modelfile_cannot_name_is_refused(tmp_path, name):
    with pytest.raises(GemfitError) as caught:
        ollama.modelfile(here(tmp_path / name), 8192)
    assert caught.value.code == "unsuited_path"


def test_a_licence_cannot_break_out_of_its_quotes(subject):
    text = ollama.modelfile(here(subject.path, licence='x"""\nFROM other'), 8192)
    assert [line for line in text.splitlines() if line.startswith("FROM")] == [f"FROM {subject.path}"]


def test_ollama_is_asked_to_make_the_model(subject, stand_in):
    lines = []
    assert ollama.create(subject, 8192, on_line=lines.append) == "gemfit-e2b:q4_0"
    listing, create = asked(stand_in)
    assert listing == ["list"]
    assert create[:3] == ["create", "gemfit-e2b:q4_0", "-f"]
    assert (stand_in / "modelfile").read_text() == ollama.modelfile(subject, 8192)
    assert lines == ["gathering model components", "success"]
    assert not Path(create[3]).exists()


@pytest.mark.parametrize("there", ["gemfit-e2b:q4_0   abc   2 GB   now", "GEMFIT-E2B:Q4_0   abc   2 GB   now"])
def test_a_model_that_ollama_has_already_is_left_alone(subject, stand_in, there):
    (stand_in / "models").write_text(there)
    assert refusal(subject).code == "exists"
    assert asked(stand_in) == [["list"]]
    assert ollama.create(subject, 8192, name="another") == "another"


def test_without_a_tag_it_is_the_latest(subject, stand_in):
    (stand_in / "models").write_text("mine:latest   abc   2 GB   now")
    assert refusal(subject, name="mine").code == "exists"


@pytest.mark.parametrize("name", ["-x", "a b", "../x", "a:b:c", "", "x" * 90])
def test_a_name_that_ollama_cannot_have_is_not_asked_for(subject, stand_in, name):
    if name:
        assert refusal(subject, name=name).code == "unsuited_name"
        assert not (stand_in / "asked.jsonl").exists()
    else:
        assert ollama.create(subject, 8192, name=name) == ollama.name_for(subject)


def test_an_ollama_that_is_not_running_is_said(subject, stand_in):
    (stand_in / "stopped").touch()
    error = refusal(subject)
    assert error.code == "no_answer"
    assert "could not connect to ollama app" in str(error)


def test_what_ollama_says_when_it_fails_is_told(subject, stand_in, tmp_path):
    gone = here(subject.path, drafter=tmp_path / "gone.gguf")
    error = refusal(gone)
    assert error.code == "failed"
    assert "no such file" in str(error)


def test_it_can_be_stopped(subject, stand_in):
    (stand_in / "slow").touch()
    stopped = threading.Event()
    error = refusal(subject, cancelled=stopped, on_line=lambda _line: stopped.set())
    assert error.code == "cancelled"


def test_without_ollama_nothing_is_run(subject, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refusal(subject).code == "not_found"
    assert ollama.offer(subject, 8192).acts == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"path": None}, "not_here"), ({"verified": False}, "not_verified"), ({"container": "litertlm"}, "not_possible")],
)
def test_what_cannot_be_trusted_or_used_is_not_handed_over(tmp_path, stand_in, changes, code):
    subject = here(tmp_path / "x.gguf", **changes)
    assert refusal(subject).code == code
    assert ollama.offer(subject, 8192).acts == []
    assert not (stand_in / "asked.jsonl").exists()


def test_the_offer_shows_the_modelfile_the_command_and_what_it_costs(subject, stand_in):
    offer = ollama.offer(subject, 8192)
    assert offer.acts == ["create"]
    assert offer.posix == "ollama create gemfit-e2b:q4_0 -f Modelfile"
    assert offer.document == ollama.modelfile(subject, 8192)
    assert any("7 B more" in str(note) for note in offer.notes)
    assert "not at hand" in str(offer.tested)


def test_a_file_of_ones_own_gets_a_name_that_ollama_takes(tmp_path):
    own = here(tmp_path / "Mein Modell (neu).gguf", model=None, build=None)
    assert ollama.name_for(own) == "gemfit-mein-modell-neu"
    assert ollama.name_for(gemma("26B-A4B", "bf16")) == "gemfit-26b-a4b:bf16"
