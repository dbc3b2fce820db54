"""`gemfit updates`."""

import hashlib

import pytest

from tests.cli.weights_parts import command_in, parsed, write_catalog
from tests.fakes.hub import FakeHub
from tests.library.parts import FILE, REPO, tiny_catalog

DATA = b"weights"


@pytest.fixture
def hub(tmp_path, monkeypatch):
    with FakeHub(tmp_path / "hub") as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


@pytest.fixture
def command(capsys, tmp_path, monkeypatch, home):
    monkeypatch.setenv("GEMFIT_CATALOG", str(write_catalog(tmp_path / "catalog.json", tiny_catalog(DATA))))
    path = home / "data" / "models" / "Tiny" / "q4_0" / FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(DATA)
    command = command_in(capsys)
    assert command("verify")[0] == 0
    return command


def test_the_same_is_said_to_be_the_same(command, hub):
    hub.add(REPO, FILE, DATA)
    code, out, _ = command("updates")
    assert code == 0
    assert "The same as the newest" in out


def test_what_changed_is_told_and_nothing_replaced(command, hub, home):
    sha256 = hub.add(REPO, FILE, b"newer weights")
    (update,) = parsed(command("updates", "--json"))["files"]
    assert (update["finding"], update["newest_sha256"], update["newest_bytes"]) == ("newer", sha256, 13)
    assert update["here_sha256"] == hashlib.sha256(DATA).hexdigest()
    assert "left as it is" in update["sentence"] or "left as it was" in update["sentence"]
    assert (home / "data" / "models" / "Tiny" / "q4_0" / FILE).read_bytes() == DATA


def test_a_repository_that_is_gone_is_told_with_an_exit_code(command, hub):
    code, out, _ = command("updates")
    assert code == 1
    assert "not there any more" in out


def test_offline_is_said(command, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    code, _, err = command("updates")
    assert code == 1
    assert "HF_HUB_OFFLINE" in err
