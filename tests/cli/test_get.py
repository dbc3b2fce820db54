"""`gemfit get`: downloads with the real command, interrupted in every way that people have."""

import json
import os
import random
import signal
import subprocess
import sys
import threading

import pytest

from gemfit.cli.output import ProgressLine
from gemfit.cli.weights import Progress, progress_text, stop_by_signal
from gemfit.library.types import TransferProgress
from gemfit.words import say
from tests.cli.weights_parts import command_in, parsed, write_catalog
from tests.fakes.hub import FakeHub, Fault
from tests.library.parts import FILE, REPO, tiny_catalog

SIZE = 40 << 20


@pytest.fixture
def hub(tmp_path):
    with FakeHub(tmp_path / "hub") as hub:
        yield hub


@pytest.fixture
def publish(hub, tmp_path, monkeypatch):
    """Puts weights on the Hub and in a catalogue, and points the environment at both."""

    def publish(data: bytes) -> bytes:
        hub.add(REPO, FILE, data)
        hub.add(REPO, "mmproj.gguf", b"projector")
        monkeypatch.setenv("GEMFIT_CATALOG", str(write_catalog(tmp_path / "catalog.json", tiny_catalog(data))))
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        return data

    return publish


@pytest.fixture
def command(capsys):
    return command_in(capsys)


def start(*arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "gemfit", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def until(condition, what: str) -> None:
    """Look until it is so; fails after a minute."""
    pause = threading.Event()
    for _ in range(6000):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError(f"waited in vain for {what}")


def claimed(home) -> int:
    for sidecar in home.rglob("*.part.json"):
        return json.loads(sidecar.read_bytes())["durable_bytes"]
    return 0


def test_a_model_is_downloaded_and_verified(publish, command, home):
    data = publish(random.Random(1).randbytes(500_000))
    answer = parsed(command("get", "tiny", "q4_0", "--json"))
    path = home / "data" / "models" / "Tiny" / "q4_0" / FILE
    assert path.read_bytes() == data
    assert (answer["path"], answer["bytes"]) == (str(path), 500_000)
    assert (answer["verified"], answer["resumed_from_bytes"]) == (True, 0)
    assert len(answer["sha256"]) == 64
    assert [file["path"] for file in answer["files"]] == [str(path)]


def test_for_people_it_says_where_the_file_is(publish, command, tmp_path):
    publish(b"weights")
    code, out, err = command("get", "tiny", "--to", tmp_path / "mine")
    assert (code, err) == (0, "")
    assert str(tmp_path / "mine" / "Tiny" / "q4_0" / FILE) in out
    assert "verified" in out


def test_it_fails_with_one_sentence(publish, command, hub):
    publish(b"weights")
    hub.token = "needed"
    code, out, err = command("get", "tiny", "q4_0", "--json")
    assert (code, out) == (1, "")
    assert err.startswith("gemfit: ")
    assert err.count("\n") == 1
    assert "HF_TOKEN" in err


def test_the_token_of_the_environment_goes_to_the_endpoint_alone(publish, command, hub, monkeypatch):
    publish(b"weights")
    hub.token = "hf_mine"
    monkeypatch.setenv("HF_TOKEN", "hf_mine")
    assert parsed(command("get", "tiny", "--json"))["verified"]
    sent = {request.where: request.headers.get("authorization") for request in hub.requests()}
    assert sent == {"api": "Bearer hf_mine", "file": "Bearer hf_mine", "cdn": None}


def test_an_unknown_model_or_part_is_told(publish, command):
    publish(b"weights")
    assert command("get", "nobody", "--json")[0] == 1
    assert "Tiny" in command("get", "nobody")[2]
    assert command("get", "tiny", "--part", "drafter")[0] == 1


def test_wrong_usage_is_2(publish, command):
    with pytest.raises(SystemExit) as caught:
        command("get")
    assert caught.value.code == 2


def test_a_sigkill_in_the_middle_costs_only_what_was_not_yet_durable(publish, command, hub, home):
    data = publish(random.Random(2).randbytes(SIZE))
    hub.fault(Fault("cdn", "hang", after_bytes=SIZE // 8, times=-1))  # however many connections there are
    process = start("get", "tiny", "q4_0", "--json")
    until(lambda: claimed(home) > 0, "the first durable bytes")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    hub.heal()
    asked = len(hub.requests("cdn"))
    assert not list(home.rglob(FILE))
    assert parsed(command("list", "--json"))["files"][0]["complete"] is False
    kept = claimed(home)
    answer = parsed(command("get", "tiny", "q4_0", "--json"))
    assert answer["resumed_from_bytes"] == kept > 0
    assert len(data) - kept <= sum(request.sent_bytes for request in hub.requests("cdn")[asked:]) < len(data)
    assert (home / "data" / "models" / "Tiny" / "q4_0" / FILE).read_bytes() == data


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_stop_it_keeps_every_byte_and_says_so(publish, command, hub, home, number):
    publish(random.Random(3).randbytes(2_000_000))
    hub.fault(Fault("cdn", "hang", after_bytes=1_000_000, times=-1))
    process = start("get", "tiny", "q4_0")
    until(lambda: claimed(home) == 1_000_000, "the bytes before the silence")
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert err.startswith("gemfit: Stopped. 977 KiB of")
    assert "Traceback" not in err
    assert claimed(home) == 1_000_000
    hub.heal()
    assert parsed(command("get", "tiny", "--json"))["resumed_from_bytes"] == 1_000_000


def test_a_fresh_process_asks_for_nothing_but_the_file(publish, hub, tmp_path, monkeypatch):
    publish(b"weights")
    monkeypatch.setenv("HF_HUB_DISABLE_TELEMETRY", "0")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))  # nothing fetched before is kept there
    process = start("get", "tiny", "--json")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert json.loads(out)["verified"] is True
    assert [request.where for request in hub.requests()] == ["api", "file", "cdn"]


def test_a_second_gemfit_does_not_write_into_the_same_file(publish, command, hub, home):
    publish(random.Random(4).randbytes(2_000_000))
    hub.fault(Fault("cdn", "hang", after_bytes=1_000_000, times=-1))
    process = start("get", "tiny", "q4_0")
    hub.wait_for("cdn")
    code, _, err = command("get", "tiny", "q4_0")
    process.terminate()
    process.communicate(timeout=30)
    assert code == 1
    assert "Another Gemfit" in err


def test_signals_do_what_they_did_before(monkeypatch):
    before = signal.getsignal(signal.SIGTERM)
    with stop_by_signal() as stopped:
        assert not stopped.is_set()
        os.kill(os.getpid(), signal.SIGTERM)
        assert stopped.wait(5)
    assert signal.getsignal(signal.SIGTERM) == before


def test_the_progress_line_says_how_far_how_fast_and_how_long():
    progress = TransferProgress(
        state="downloading",
        file="x.gguf",
        done_bytes=1 << 30,
        total_bytes=4 << 30,
        speed_bps=10 << 20,
        remaining_s=307.2,
    )
    assert progress_text(progress) == "x.gguf  downloading   25 %  1.0 GiB of 4.0 GiB  10 MiB/s  5 min 7 s left"
    waiting = TransferProgress(state="waiting", file="x.gguf", done_bytes=0, total_bytes=5)
    assert progress_text(waiting) == "x.gguf  asking"
    retrying = TransferProgress(
        state="retrying", file="x.gguf", done_bytes=1, total_bytes=4, sentence=say("The connection was lost.")
    )
    assert "The connection was lost." in progress_text(retrying)


def test_the_line_leaves_the_last_word_to_the_end():
    shown = []

    class Line(ProgressLine):
        def show(self, text):
            shown.append(text)

    progress = Progress(Line())
    for state in ("downloading", "done"):
        progress(TransferProgress(state=state, file="x", done_bytes=1, total_bytes=1))
    assert len(shown) == 1
