"""`gemfit import`: weights from anywhere."""

import shutil

import pytest

from tests.cli.weights_parts import command_in, parsed
from tests.library.stores.homes import put


@pytest.fixture
def command(capsys):
    return command_in(capsys)


@pytest.fixture
def theirs(tmp_path, data_dir):
    path = tmp_path / "somewhere" / "mine.gguf"
    path.parent.mkdir()
    shutil.copyfile(data_dir / "gemma4-tiny.gguf", path)
    return path


def test_without_an_option_it_is_used_where_it_is(command, theirs, home):
    (file,) = parsed(command("import", "--json", theirs))["files"]
    assert (file["path"], file["origin"]) == (str(theirs), "import")
    assert not (home / "data" / "models").exists()
    assert str(theirs) in command("list")[1]


@pytest.mark.parametrize(("option", "stays"), [("--copy", True), ("--move", False), ("--link", True)])
def test_with_one_it_comes_into_the_weights_folder(command, theirs, home, option, stays):
    (file,) = parsed(command("import", "--json", option, theirs))["files"]
    assert file["path"] == str(home / "data" / "models" / "imported" / "mine.gguf")
    assert theirs.exists() is stays


def test_a_folder_is_taken_and_what_is_no_model_is_told(command, theirs):
    put(theirs.parent / "bad.gguf", b"<html>")
    code, out, err = command("import", theirs.parent)
    assert (code, str(theirs) in out) == (1, True)
    assert "bad.gguf is a web page, not a model" in err
    code, out, _err = command("import", "--json", theirs.parent)
    assert code == 1
    assert '"code": "not_gguf"' in out


def test_two_ways_at_once_are_a_wrong_usage(command, theirs):
    with pytest.raises(SystemExit) as caught:
        command("import", "--copy", "--move", theirs)
    assert caught.value.code == 2
