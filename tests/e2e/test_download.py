"""Getting weights with the real program from a Hub on the loopback, interrupted on the way."""

import hashlib
import json
import random
import signal
from pathlib import Path

import pytest

from tests.e2e.program import assert_one_sentence, gemfit, start
from tests.e2e.wait import wait_until
from tests.fakes.hub import Fault

REPO, FILE = "firm/large", "large.gguf"
SIZE = 24 << 20


@pytest.fixture
def large(hub, data_dir, tmp_path):
    """24 MB on the Hub that come at 4 MB/s, and the catalogue that names them; returns catalogue and SHA-256."""
    data = (data_dir / "gemma4-tiny.gguf").read_bytes()
    data += random.Random(4).randbytes(SIZE - len(data))
    sha256 = hub.add(REPO, FILE, data)
    hub.fault(Fault("cdn", "slow", bytes_per_s=4 << 20, times=-1))
    from tests.e2e.conftest import tiny_model

    model = tiny_model(data_dir)
    model["builds"][0]["files"] = [{"file": FILE, "repo": REPO, "bytes": SIZE, "sha256": sha256}]
    catalog = tmp_path / "large.json"
    catalog.write_text(json.dumps({"schema": 1, "models": [model]}))
    return catalog, sha256


def durable_bytes(folder: Path) -> int:
    """What the sidecar says is safe on disk."""
    for sidecar in folder.rglob("*.part.json"):
        return json.loads(sidecar.read_bytes() or b"{}").get("durable_bytes", 0)
    return 0


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "asked to stop"])
def test_download_goes_on_where_it_was(large, hub, home, how):
    catalog, sha256 = large
    process = start("get", "tiny", "--json", "--catalog", catalog, HF_ENDPOINT=hub.url)
    wait_until(lambda: durable_bytes(home) > 0, what="the first bytes to be safe")
    process.send_signal(how)
    process.communicate(timeout=30)
    assert process.returncode != 0
    assert not list(home.rglob(FILE)), "the file has its name before it was verified"
    kept = durable_bytes(home)
    hub.heal()
    before = len(hub.requests("cdn"))
    answer = gemfit("get", "tiny", "--json", "--catalog", catalog, HF_ENDPOINT=hub.url).json
    assert answer["resumed_from_bytes"] >= kept > 0
    assert answer["verified"] is True
    assert answer["sha256"] == sha256
    assert hashlib.sha256(Path(answer["path"]).read_bytes()).hexdigest() == sha256
    later = hub.requests("cdn")[before:]
    assert sum(request.sent_bytes for request in later) == SIZE - answer["resumed_from_bytes"]
    assert all("if-range" in request.headers for request in later)


def test_download_of_a_firms_model_then_chat_with_it(tiny_on_hub, catalog):
    answer = gemfit("get", "tiny", "q4_0", "--json", "--catalog", catalog, HF_ENDPOINT=tiny_on_hub.url).json
    assert answer["verified"] is True
    arguments = ["--context", "256", "--max-tokens", "8", "--seed", "1", "Hello", "--json"]
    reply = gemfit("chat", "--model", "tiny:q4_0", *arguments, GEMFIT_CATALOG=str(catalog)).json
    assert 0 < reply["stats"]["generated_tokens"] <= 8


def test_nothing_is_asked_of_any_server_before_get(tiny_on_hub, catalog):
    for command in (["probe"], ["fit"], ["list"], ["verify"]):
        gemfit(*command, "--json", "--catalog", catalog, HF_ENDPOINT=tiny_on_hub.url)
    assert tiny_on_hub.requests() == []


def test_get_talks_of_nothing_but_the_file(tiny_on_hub, catalog):
    gemfit("get", "tiny", "--catalog", catalog, HF_ENDPOINT=tiny_on_hub.url, HF_TOKEN="hf_secretsecret")
    requests = tiny_on_hub.requests()
    assert {request.where for request in requests} <= {"api", "file", "cdn"}
    assert all("authorization" not in request.headers for request in requests if request.where == "cdn")


@pytest.mark.parametrize("status", [401, 403, 404])
def test_hub_that_refuses_is_said_in_one_sentence(tiny_on_hub, catalog, status):
    tiny_on_hub.fault(*(Fault(where, "status", status=status, times=-1) for where in ("api", "file", "cdn")))
    assert_one_sentence(gemfit("get", "tiny", "--catalog", catalog, HF_ENDPOINT=tiny_on_hub.url))


@pytest.mark.parametrize(
    "fault",
    [
        Fault("cdn", "no_range", times=-1),
        Fault("cdn", "length", after_bytes=1000),
        Fault("cdn", "cut", after_bytes=500_000),
        Fault("cdn", "flip", after_bytes=700_000),
        Fault("cdn", "status", status=503, retry_after="0"),
        Fault("cdn", "status", status=429, retry_after="0"),
    ],
    ids=lambda fault: f"{fault.what} {fault.status if fault.what == 'status' else ''}".strip(),
)
def test_server_that_misbehaves_once_never_makes_a_wrong_file(tiny_on_hub, catalog, home, data_dir, fault):
    tiny_on_hub.fault(fault)
    arguments = ["get", "tiny", "--json", "--catalog", catalog]
    first = gemfit(*arguments, HF_ENDPOINT=tiny_on_hub.url)
    if first.code:
        assert_one_sentence(first)
        assert not list(home.rglob("gemma4-tiny.gguf"))
        first = gemfit(*arguments, HF_ENDPOINT=tiny_on_hub.url)
    assert first.json["verified"] is True
    assert Path(first.json["path"]).read_bytes() == (data_dir / "gemma4-tiny.gguf").read_bytes()


def test_folder_that_cannot_be_written_is_said_in_one_sentence(tiny_on_hub, catalog, tmp_path):
    in_the_way = tmp_path / "models"
    in_the_way.write_text("a file where a folder should be")
    arguments = ["get", "tiny", "--catalog", catalog, "--to", in_the_way / "deeper"]
    assert_one_sentence(gemfit(*arguments, HF_ENDPOINT=tiny_on_hub.url))
