"""`gemfit bundle`: from one machine to another that has no network."""

import json

import pytest

from tests.cli.weights_parts import command_in, parsed, write_catalog
from tests.library.parts import FILE, tiny_catalog

DATA = b"weights" * 1000


@pytest.fixture
def command(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("GEMFIT_CATALOG", str(write_catalog(tmp_path / "catalog.json", tiny_catalog(DATA))))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return command_in(capsys)


@pytest.fixture
def weights(home, command):
    path = home / "data" / "models" / "Tiny" / "q4_0" / FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(DATA)
    command("verify", "tiny")
    return path


@pytest.fixture
def another_machine(tmp_path, monkeypatch):
    """Call it to be there."""

    def move():
        monkeypatch.setenv("GEMFIT_HOME", str(tmp_path / "another"))
        return tmp_path / "another" / "data" / "models" / "Tiny" / "q4_0" / FILE

    return move


@pytest.mark.parametrize("name", ["bundle", "bundle.tar"])
def test_there_and_shown_and_taken(command, weights, another_machine, tmp_path, name):
    made = parsed(command("bundle", "export", "tiny", "--to", tmp_path / name, "--json"))
    assert (made["path"], made["kept_bytes"]) == (str(tmp_path / name), 0)
    target = another_machine()
    shown = parsed(command("bundle", "show", tmp_path / name, "--json"))
    assert [(file["file"], file["known"]) for file in shown["files"]] == [(FILE, "published")]
    taken = parsed(command("bundle", "import", tmp_path / name, "--json"))
    assert [(file["path"], file["state"]) for file in taken["files"]] == [(str(target), "imported")]
    assert target.read_bytes() == DATA
    assert parsed(command("list", "--json"))["files"][0]["verified"]


def test_people_read_what_was_written_taken_and_under_which_licence(command, weights, another_machine, tmp_path):
    said = command("bundle", "export", "tiny:q4_0", "--to", tmp_path / "b.tar")[1]
    assert "verified while writing" in said
    assert "Licence of Tiny: Apache-2.0" in said
    another_machine()
    assert "The published file" in command("bundle", "show", tmp_path / "b.tar")[1]
    assert "imported and verified" in command("bundle", "import", tmp_path / "b.tar")[1]
    assert "here already, and the same" in command("bundle", "import", tmp_path / "b.tar")[1]


def test_what_is_left_out_is_said_and_fails(command, weights, another_machine, tmp_path):
    command("bundle", "export", "tiny", "--to", tmp_path / "b.tar")
    target = another_machine()
    target.parent.mkdir(parents=True)
    target.write_bytes(b"someone's")
    code, out, err = command("bundle", "import", tmp_path / "b.tar", "--json")
    assert (code, json.loads(out)["files"][0]["state"]) == (1, "left")
    assert "Move it away" in err
    assert target.read_bytes() == b"someone's"


def test_what_is_not_here_or_no_bundle_is_a_sentence(command, tmp_path):
    code, _out, err = command("bundle", "export", "tiny", "--to", tmp_path / "b.tar")
    assert (code, "is not on this disk" in err) == (1, True)
    for act in ("import", "show"):
        assert command("bundle", act, tmp_path / "none.tar")[0] == 1
        assert "no bundle of Gemfit" in command("bundle", act, tmp_path)[2]


def test_an_act_has_to_be_named(command, capsys):
    with pytest.raises(SystemExit):
        command("bundle")
    assert "ACT" in capsys.readouterr().err
