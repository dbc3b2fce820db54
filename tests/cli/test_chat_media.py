"""`gemfit chat --image --audio`: pictures and sound with the first question."""

import argparse
import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

from gemfit.catalog.load import load_catalog
from gemfit.cli.asked import add_model_arguments
from gemfit.cli.main import main
from gemfit.cli.media import find_projector
from gemfit.errors import GemfitError
from tests.media import make


@pytest.fixture
def model(tmp_path: Path, data_dir: Path) -> Path:
    """A tiny model with its projector beside it."""
    for name in ("gemma4-tiny.gguf", "gemma4-mmproj.gguf"):
        shutil.copy(data_dir / name, tmp_path / name)
    return tmp_path / "gemma4-tiny.gguf"


def ask(model: Path, *arguments: str) -> int:
    return main(["chat", "--model", str(model), "--max-tokens", "4", "--threads", "1", *arguments, "What is this?"])


def test_a_picture_and_a_sound_go_with_the_question(capsys, model, tmp_path):
    picture, sound = make.picture(tmp_path / "a.webp", 2000, 1000), make.sound(tmp_path / "b.flac", 41)
    assert ask(model, "--image", str(picture), "--audio", str(sound), "--json") == 0
    printed = capsys.readouterr()
    answer = json.loads(printed.out)
    assert answer["stats"]["media_tokens"] == 253 + 750
    assert "Of b.flac the first 30 s of 41 s are taken." in printed.err
    names = [part["name"] for part in answer["components"] if part["predicted_bytes"]]
    assert "projector" in names


def test_what_a_telephone_made_goes_with_it_too(capsys, model, tmp_path):
    photo = make.heic(tmp_path / "IMG_1.HEIC", Image.linear_gradient("L").resize((640, 480)).convert("RGB"))
    film = make.soundtrack(tmp_path / "IMG_2.MOV".lower(), 440, seconds=2.0, video=True)
    assert ask(model, "--image", str(photo), "--audio", str(film), "--json") == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["stats"]["media_tokens"] == 13 * 10 + 50
    assert "Of img_2.mov only the sound is taken." in printed.err


def test_how_closely_a_picture_is_looked_at_is_a_choice(capsys, model, tmp_path):
    picture = make.picture(tmp_path / "a.jpg", 2000, 1000)
    assert ask(model, "--image", str(picture), "--image-tokens", "1120", "--json") == 0
    assert json.loads(capsys.readouterr().out)["stats"]["media_tokens"] == 882


def test_text_alone_needs_no_projector_and_takes_none(capsys, model):
    assert ask(model, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["stats"]["projector"] == []
    assert "projector" not in [part["name"] for part in answer["components"]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--image", "pyproject.toml"), "pyproject.toml is damaged, or no picture"),
        (("--image", "README.md"), "README.md is a document, and only pictures and sounds are taken"),
        (("--audio", "gone.wav"), "gone.wav cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_before_anything_is_loaded(capsys, model, arguments, said):
    assert ask(model, *arguments) == 1
    printed = capsys.readouterr()
    assert said in printed.err
    assert "Loading" not in printed.err


def test_without_a_projector_it_says_what_to_get(capsys, data_dir, tmp_path):
    picture = make.picture(tmp_path / "a.png", 9, 9)
    shutil.copy(data_dir / "gemma4-tiny.gguf", tmp_path / "alone.gguf")
    assert ask(tmp_path / "alone.gguf", "--image", str(picture)) == 1
    assert "--projector FILE" in capsys.readouterr().err
    assert ask(Path("starter"), "--image", str(picture)) == 1
    assert "takes text alone" in capsys.readouterr().err


def test_how_to_get_the_projector_is_a_command_that_there_is(capsys, data_dir, tmp_path):
    args = argparse.Namespace(projector=None)
    with pytest.raises(GemfitError) as caught:
        find_projector(args, tmp_path / "x.gguf", load_catalog(), "E2B", "q4_0", tmp_path)
    command = str(caught.value).partition("gemfit ")[2].split()
    parser = argparse.ArgumentParser()
    add_model_arguments(parser)
    asked = parser.parse_args(command[1:])
    assert (command[0], asked.model, asked.format, asked.part) == ("get", "E2B", "q4_0", ["projector"])


def test_a_projector_of_another_model_is_told(capsys, data_dir, tmp_path, model):
    picture = make.picture(tmp_path / "a.png", 9, 9)
    wrong = str(data_dir / "gemma4-tiny-moe.gguf")
    assert ask(model, "--image", str(picture), "--projector", wrong) == 1
    assert "is the projector of another model" in capsys.readouterr().err
