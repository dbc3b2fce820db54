"""`gemfit verify`: files against their SHA-256."""

import hashlib
import json

import pytest

from tests.cli.weights_parts import command_in, parsed, write_catalog
from tests.library.parts import FILE, tiny_catalog

DATA, OLD = b"weights", b"the June upload"
SHA = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def command(capsys, tmp_path, monkeypatch):
    catalog = write_catalog(tmp_path / "catalog.json", tiny_catalog(DATA, superseded=OLD))
    monkeypatch.setenv("GEMFIT_CATALOG", str(catalog))
    return command_in(capsys)


@pytest.fixture
def weights(home):
    path = home / "data" / "models" / "Tiny" / "q4_0" / FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(DATA)
    return path


def test_everything_here_is_verified(command, weights):
    answer = parsed(command("verify", "--json"))
    assert [(file["path"], file["verified"], file["sha256"]) for file in answer["files"]] == [(str(weights), True, SHA)]


def test_with_nothing_here_there_is_nothing_to_do(command):
    assert parsed(command("verify", "--json")) == {"files": []}
    assert "gemfit get" in command("verify")[1]


def test_one_model_is_verified(command, weights):
    answer = parsed(command("verify", "tiny", "q4_0", "--json"))
    assert (answer["path"], answer["bytes"], answer["sha256"]) == (str(weights), len(DATA), SHA)
    assert (answer["verified"], answer["resumed_from_bytes"]) == (True, 0)


def test_a_model_that_is_not_here_says_how_to_get_it(command):
    code, _, err = command("verify", "tiny", "q4_0")
    assert code == 1
    assert "gemfit get Tiny q4_0" in err


def test_a_damaged_file_fails_and_still_answers(command, weights):
    weights.write_bytes(b"damaged")
    code, out, err = command("verify", "tiny", "--json")
    assert code == 1
    assert json.loads(out)["verified"] is False
    assert "Not the published file" in err


def test_a_path_that_the_catalogue_knows_by_its_hash(command, tmp_path):
    path = tmp_path / "renamed.gguf"
    path.write_bytes(DATA)
    code, out, _ = command("verify", path)
    assert code == 0
    assert "verified" in out


def test_a_path_that_the_catalogue_does_not_know_gets_its_hash_and_is_no_failure(command, tmp_path):
    path = tmp_path / "mine.bin"
    path.write_bytes(b"mine")
    code, out, err = command("verify", path)
    assert (code, err) == (0, "")
    assert hashlib.sha256(b"mine").hexdigest() in out
    assert "does not know" in out


def test_an_earlier_upload_is_recognised(command, tmp_path):
    path = tmp_path / "old.gguf"
    path.write_bytes(OLD)
    code, _, err = command("verify", path)
    assert code == 1
    assert "earlier upload" in err


def test_a_path_that_is_not_there_is_told(command, tmp_path):
    code, _, err = command("verify", tmp_path / "gone.gguf")
    assert code == 1
    assert "cannot be read" in err
