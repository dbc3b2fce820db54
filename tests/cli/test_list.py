"""`gemfit list`: what is on this disk."""

import pytest

from tests.cli.weights_parts import command_in, parsed, write_catalog
from tests.library.parts import FILE, tiny_catalog

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
