"""`gemfit remove` and `gemfit undo`."""

import json
import os

import pytest
from msgspec.structs import replace

from gemfit.library import trash
from tests.cli.weights_parts import command_in, parsed, write_catalog
from tests.library.parts import FILE, tiny_catalog

DATA = b"weights"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="looks into the trash of freedesktop.org")


@pytest.fixture
def command(capsys, tmp_path, monkeypatch):
    """With two formats of the model in the catalogue, and a trash of its own."""
    catalog = tiny_catalog(DATA)
    (model,) = catalog.models
    other = replace(model.builds[0], id="bf16", preferred=False)
    catalog = replace(catalog, models=[replace(model, builds=[*model.builds, other])])
    monkeypatch.setenv("GEMFIT_CATALOG", str(write_catalog(tmp_path / "catalog.json", catalog)))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setattr("sys.platform", "linux")
    return command_in(capsys)


def put(home, build="q4_0", name=FILE, data=DATA):
    path = home / "data" / "models" / "Tiny" / build / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_a_model_goes_into_the_trash_with_all_its_files_and_comes_back(command, home):
    paths = [put(home), put(home, name="mmproj.gguf", data=b"eyes")]
    code, out, _ = command("remove", "tiny")
    assert code == 0
    assert "11 B are free once the trash is emptied" in out
    assert "gemfit undo" in out
    assert not any(path.exists() for path in paths)
    code, out, _ = command("undo")
    assert code == 0
    assert all(str(path) in out for path in paths)
    assert [path.read_bytes() for path in paths] == [DATA, b"eyes"]


def test_one_file_by_its_path(command, home):
    path, other = put(home), put(home, name="mine.gguf")
    answer = parsed(command("remove", path, "--json"))
    assert [(file["path"], file["bytes"], file["how"]) for file in answer["files"]] == [(str(path), 7, "trash")]
    assert (answer["freed_bytes"], answer["trashed_bytes"], answer["can_be_undone"]) == (0, 7, True)
    assert other.exists()
    assert parsed(command("undo", answer["id"], "--json")) == {"files": [str(path)]}


def test_the_format_that_is_here_is_meant(command, home):
    path = put(home, build="bf16")
    assert command("remove", "tiny")[0] == 0
    assert not path.exists()


def test_a_file_that_the_catalogue_does_not_know_is_meant_by_the_name_that_the_list_shows(command, home):
    path, other = put(home, name="mine.v2.gguf", data=b"my own"), put(home)
    assert "mine.v2 " in command("list")[1]
    assert command("verify", "mine.v2")[0] == 0
    assert command("remove", "mine.v2")[0] == 0
    assert not path.exists()
    assert other.exists()


def test_a_name_that_several_files_have_removes_none(command, home):
    paths = [put(home, build=build, name="mine.gguf") for build in ("q4_0", "bf16")]
    code, _, err = command("remove", "mine")
    assert code == 1
    assert all(str(path) in err for path in paths)
    assert all(path.exists() for path in paths)
    code, _, err = command("remove", "nobody")
    assert code == 1
    assert "no model called nobody" in err


def test_of_several_formats_one_has_to_be_named(command, home):
    paths = [put(home), put(home, build="bf16")]
    code, _, err = command("remove", "tiny")
    assert code == 1
    assert "several formats (q4_0, bf16)" in err
    assert all(path.exists() for path in paths)
    assert command("remove", "tiny", "bf16")[0] == 0
    assert [path.exists() for path in paths] == [True, False]


def test_deleting_for_good_is_said_with_its_size(command, home):
    put(home)
    code, out, _ = command("remove", "tiny", "--delete")
    assert code == 0
    assert "7 B are free again" in out
    code, _, err = command("undo")
    assert code == 1
    assert "nothing to undo" in err


def test_without_a_trash_nothing_happens_and_how_to_delete_is_said(command, home, monkeypatch):
    path = put(home)
    monkeypatch.setattr(trash, "_trash_folders", lambda _path: iter(()))
    code, _, err = command("remove", "tiny")
    assert code == 1
    assert "7 B" in err
    assert "--delete" in err
    assert path.exists()


def test_what_is_not_here_cannot_be_removed(command):
    code, _, err = command("remove", "tiny")
    assert code == 1
    assert "not on this disk" in err


def test_what_can_be_undone_is_listed(command, home):
    assert parsed(command("undo", "--list", "--json")) == {"removals": []}
    assert "Nothing" in command("undo", "--list")[1]
    path = put(home)
    removed = json.loads(command("remove", "tiny", "--json")[1])
    assert str(path) in command("undo", "--list")[1]
    (listed,) = parsed(command("undo", "--list", "--json"))["removals"]
    assert listed["id"] == removed["id"]


def test_one_file_of_a_model_by_its_role(command, home):
    weights, eyes = put(home), put(home, name="mmproj.gguf", data=b"eyes")
    answer = parsed(command("remove", "tiny", "--only", "projector", "--json"))
    assert [file["path"] for file in answer["files"]] == [str(eyes)]
    assert weights.exists()
    code, _, err = command("remove", "tiny", "--only", "drafter")
    assert code == 1
    assert "no drafter of Tiny" in err
    assert weights.exists()
