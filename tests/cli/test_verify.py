"""`gemfit verify`: files against their SHA-256."""

import hashlib
import json
import random
from pathlib import Path

import pytest

from gemfit.library.get import get
from gemfit.library.source import Source
from gemfit.library.store import scan
from tests.cli.weights_parts import command_in, parsed, write_catalog
from tests.fakes.hub import FakeHub
from tests.library.parts import FILE, REPO, rules, tiny_catalog

DATA, OLD = b"weights", b"the June upload"
PIECE = 1 << 16
LARGE = random.Random(2).randbytes(5 * PIECE)
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
    answer = parsed(command("verify", "--json"))
    assert (answer["files"], answer["totals"]["count"]) == ([], 0)
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


def test_the_total_and_the_dates_are_said(command, weights):
    weights.with_name("mine.gguf").write_bytes(b"mine")
    code, out, _ = command("verify")
    assert code == 0
    assert "2 checked, 1 as published: 11 B in" in out
    assert out.count(" UTC") == 2
    totals = parsed(command("verify", "--json"))["totals"]
    assert (totals["count"], totals["verified"], totals["checked_bytes"]) == (2, 1, 11)


def test_what_other_programs_keep_is_checked_only_when_asked_for(command, weights, tmp_path, monkeypatch):
    theirs = tmp_path / "hf" / "models--acme--x" / "snapshots" / ("c" * 40) / "x.gguf"
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(b"theirs")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hf"))
    paths = [file["path"] for file in parsed(command("verify", "--json"))["files"]]
    assert paths == [str(weights)]
    paths = [file["path"] for file in parsed(command("verify", "--all", "--json"))["files"]]
    assert str(theirs) in paths
    assert theirs.read_bytes() == b"theirs"


@pytest.fixture
def got(tmp_path, home, monkeypatch, capsys):
    """A file in pieces, got from a loopback Hub, and that Hub."""
    with FakeHub(tmp_path / "hub") as hub:
        hub.add(REPO, FILE, LARGE)
        catalog = tiny_catalog(LARGE)
        monkeypatch.setenv("GEMFIT_CATALOG", str(write_catalog(tmp_path / "catalog.json", catalog)))
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        folder = home / "data" / "models"
        source, plan = Source(endpoint=hub.url), rules(piece_bytes=PIECE)
        get(catalog, "Tiny", weights_dir=folder, source=source, rules=plan)
        (local,) = scan(folder, catalog)
        yield command_in(capsys), Path(local.path), hub


def damage(path):
    data = bytearray(path.read_bytes())
    data[2 * PIECE] ^= 1
    path.write_bytes(data)


def test_damage_is_named_by_its_bytes(got):
    command, path, _hub = got
    damage(path)
    code, out, err = command("verify", "tiny", "--json")
    answer = json.loads(out)
    assert code == 1
    assert (answer["verified"], answer["damaged"]) == (False, [[2 * PIECE, 3 * PIECE]])
    assert "64 KiB of 320 KiB" in err


def test_damage_is_repaired_from_the_hub_piece_by_piece(got):
    command, path, hub = got
    damage(path)
    before = sum(request.sent_bytes for request in hub.requests("cdn"))
    code, out, err = command("verify", "--repair")
    assert (code, err) == (0, "")
    assert "verified" in out
    assert path.read_bytes() == LARGE
    assert sum(request.sent_bytes for request in hub.requests("cdn")) - before == PIECE


def test_offline_nothing_is_repaired_and_nothing_is_lost(got, monkeypatch):
    command, path, _hub = got
    damage(path)
    damaged = path.read_bytes()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    code, out, err = command("verify", "tiny", "--repair")
    assert code == 1
    assert "HF_HUB_OFFLINE is set" in err
    assert "Damaged" in out
    assert path.read_bytes() == damaged


def test_after_the_check_the_hub_can_be_asked_for_something_newer(got):
    command, _path, hub = got
    assert "The same as the newest" in command("verify", "--updates")[1]
    hub.add(REPO, FILE, b"newer")
    assert "has other bytes now" in command("verify", "--updates")[1]
