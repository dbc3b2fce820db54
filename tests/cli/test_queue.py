"""`gemfit queue`: the queue without a window, and what others do with it at the same time."""

import json
import random
import signal
import subprocess
import sys
import threading

import pytest
from msgspec.structs import replace

from gemfit.catalog.types import CatalogFile
from gemfit.cli.asked import rate
from gemfit.cli.main import main
from gemfit.cli.transfers import ProgressLines, progress_lines
from gemfit.library import queue as ops
from gemfit.library.queue import Entry, Queue, QueuedFile
from gemfit.library.queue_store import QueueStore, Runner
from tests.cli.weights_parts import command_in, parsed, write_catalog
from tests.fakes.hub import FakeHub, Fault
from tests.library.parts import FILE, REPO, tiny_catalog

WAIT_S = 60
OTHER = b"other"


@pytest.fixture
def hub(tmp_path):
    with FakeHub(tmp_path / "hub") as hub:
        yield hub


@pytest.fixture
def data(hub, tmp_path, monkeypatch):
    """Weights on the Hub and in a catalogue; the environment points at both."""
    data = random.Random(1).randbytes(2_000_000)
    hub.add(REPO, FILE, data)
    hub.add(REPO, "other.gguf", OTHER)
    tiny = tiny_catalog(data)
    other = tiny_catalog(OTHER, file="other.gguf").models[0]
    both = replace(tiny, models=[*tiny.models, replace(other, id="Other", name="Other")])
    monkeypatch.setenv("GEMFIT_CATALOG", str(write_catalog(tmp_path / "catalog.json", both)))
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    return data


@pytest.fixture
def queue(data, capsys):
    """Runs `gemfit queue …` here."""
    command = command_in(capsys)
    return lambda *arguments: command("queue", *arguments)


@pytest.fixture
def two(queue):
    """Tiny and a model of another make are queued, in this order; the ids."""
    queue("add", "tiny")
    return [entry["id"] for entry in parsed(queue("add", "other", "--json"))["entries"]]


def start(*arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "gemfit", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def until(condition, what: str) -> None:
    """Look until it is so; fails after a minute."""
    pause = threading.Event()
    for _ in range(600):
        if condition():
            return
        pause.wait(0.1)
    raise AssertionError(f"waited in vain for {what}")


def states() -> list[str]:
    return [entry.state for entry in QueueStore().read()]


def test_an_empty_queue_says_how_to_fill_it(queue):
    code, out, _ = queue()
    assert code == 0
    assert "gemfit queue add" in out


def test_what_is_added_is_listed_in_order(queue, two):
    code, out, _ = queue("list")
    lines = out.splitlines()
    assert code == 0
    assert lines[1].split()[:2] == ["1", two[0]]
    assert lines[2].split()[:2] == ["2", two[1]]
    assert "waiting" in lines[1]
    assert "2 MiB to download" in lines[-1]


def test_as_json_it_has_states_and_totals(queue, two, data):
    said = parsed(queue("--json"))
    assert [entry["state"] for entry in said["entries"]] == ["waiting", "waiting"]
    assert said["entries"][0]["files"][0]["total_bytes"] == len(data)
    assert said["totals"]["needed_bytes"] == len(data) + len(OTHER)


def test_an_entry_is_moved_paused_resumed_and_cancelled(queue, two):
    assert [e["id"] for e in parsed(queue("move", two[1], "1", "--json"))["entries"]] == two[::-1]
    assert [e["state"] for e in parsed(queue("pause", "tiny", "--json"))["entries"]] == ["waiting", "paused"]
    assert [e["state"] for e in parsed(queue("pause", "all", "--json"))["entries"]] == ["paused", "paused"]
    assert [e["state"] for e in parsed(queue("resume", "Tiny/q4_0", "--json"))["entries"]] == ["paused", "waiting"]
    assert [e["id"] for e in parsed(queue("cancel", "1", "--json"))["entries"]] == [two[0]]


def test_what_is_not_queued_is_said(queue, two):
    for which in ("3", "E2B", "nobody"):
        code, _, err = queue("pause", which)
        assert code == 1
        assert f"{which} is not in the queue" in err


def test_a_file_of_the_hub_is_added_by_repository_and_name(queue):
    (entry,) = parsed(queue("add", "acme/others", "mmproj-x.gguf", "--json"))["entries"]
    assert entry["folder"].endswith("acme/others")
    assert (entry["files"][0]["source"]["role"], entry["files"][0]["source"]["repo"]) == ("projector", "acme/others")


def test_an_unknown_model_is_not_added(queue):
    assert queue("add", "nobody")[0] == 1
    assert queue("add", "acme/others")[0] == 1
    assert states() == []


def test_a_damaged_queue_is_said_and_set_aside(queue, home):
    QueueStore().path.parent.mkdir(parents=True)
    QueueStore().path.write_bytes(b"{")
    code, out, err = queue()
    assert code == 0
    assert "Nothing is queued" in out
    assert "damaged" in err


def test_a_queue_that_cannot_be_used_is_one_sentence(queue, home):
    (home / "data").write_bytes(b"a file where a folder should be")
    code, _, err = queue()
    assert code == 1
    assert err.startswith("gemfit: The queue in")


def test_run_downloads_everything_and_clear_empties_the_list(queue, two, data, home):
    assert [e["state"] for e in parsed(queue("run", "--json"))["entries"]] == ["done", "done"]
    assert (home / "data" / "models" / "Tiny" / "q4_0" / FILE).read_bytes() == data
    assert parsed(queue("clear", "--json"))["entries"] == []


def test_run_leaves_alone_what_is_paused(queue, two, hub):
    queue("pause", "tiny")
    assert [e["state"] for e in parsed(queue("run", "--json"))["entries"]] == ["paused", "done"]
    assert not any(FILE in request.path for request in hub.requests("cdn"))


def test_run_tells_what_failed_and_does_the_rest(queue, two, hub):
    queue("move", "other", "2")
    hub.fault(Fault("file", "status", status=404, match=FILE, times=-1))
    code, out, err = queue("run", "--json")
    assert code == 1
    assert [e["state"] for e in json.loads(out)["entries"]] == ["failed", "done"]
    assert "HTTP 404" in err
    hub.heal()
    queue("retry", "tiny")
    assert [e["state"] for e in parsed(queue("run", "--json"))["entries"]] == ["done", "done"]


def test_cancel_deletes_the_part_when_asked_to(queue, two, hub, home):
    hub.fault(Fault("cdn", "hang", after_bytes=500_000, match=FILE, times=-1))
    process = start("queue", "run")
    until(lambda: list(home.rglob("*.part")), "the part")
    queue("cancel", "tiny", "--delete")
    assert list(home.rglob(f"{FILE}.part*")) == []
    _, err = process.communicate(timeout=WAIT_S)
    assert process.returncode == 0, err
    assert states() == ["done"]


def test_asked_to_stop_it_goes_on_next_time(queue, two, hub, home, data):
    hub.fault(Fault("cdn", "hang", after_bytes=1_000_000, match=FILE, times=-1))
    process = start("queue", "run")
    until(lambda: "done" in states(), "the other one")
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=WAIT_S)
    assert process.returncode == 1, err
    assert "gemfit queue run" in err
    assert states() == ["waiting", "done"]
    hub.heal()
    assert parsed(queue("run", "--json"))["entries"][0]["state"] == "done"


def test_one_at_a_time_is_at_work(queue, two):
    runner = Runner(QueueStore())
    assert runner.claim()
    code, _, err = queue("run")
    runner.release()
    assert code == 1
    assert "at work" in err


def test_get_hands_over_to_who_is_at_work_and_watches(queue, hub, home, data, capsys):
    queue("add", "other")
    hub.fault(Fault("cdn", "hang", match="other.gguf", times=-1))
    worker = start("queue", "run", "--json")
    hub.wait_for("cdn")
    answer = parsed(command_in(capsys)("get", "tiny", "--json"))
    assert (home / "data" / "models" / "Tiny" / "q4_0" / FILE).read_bytes() == data
    assert (answer["verified"], answer["model"]) == (True, "Tiny")
    worker.terminate()
    out, _ = worker.communicate(timeout=WAIT_S)
    assert [(e["model"], e["state"]) for e in json.loads(out)["entries"]] == [("Other", "waiting"), ("Tiny", "done")]


def test_get_with_a_folder_of_its_own_is_nobody_elses(queue, home, data, capsys, tmp_path):
    runner = Runner(QueueStore())
    assert runner.claim()
    answer = parsed(command_in(capsys)("get", "tiny", "--to", tmp_path / "mine", "--json"))
    runner.release()
    assert answer["path"].startswith(str(tmp_path / "mine"))
    assert states() == []


def test_get_tells_when_it_was_paused_where_it_runs(queue, data, capsys):
    runner = Runner(QueueStore())
    assert runner.claim()
    timer = threading.Timer(1.0, lambda: QueueStore().change([ops.pause_all]))
    timer.start()
    code, _, err = command_in(capsys)("get", "tiny")
    timer.join()
    runner.release()
    assert code == 1
    assert "paused or cancelled" in err


@pytest.mark.parametrize(
    ("text", "bps"),
    [
        ("5MB/s", 5_000_000),
        ("800k", 800_000),
        ("2.5 MiB/s", 2_621_440),
        ("1gb", 10**9),
        ("300", 300),
        ("7 B/s", 7),
    ],
)
def test_a_rate_is_read_as_people_write_it(text, bps):
    assert rate(text) == bps


@pytest.mark.parametrize("text", ["", "fast", "0", "0 MB/s", "-3k", "5 apples"])
def test_what_is_no_rate_is_refused(text):
    with pytest.raises(ValueError):
        rate(text)


def test_a_limit_that_is_none_is_wrong_usage(data):
    with pytest.raises(SystemExit) as caught:
        main(["get", "tiny", "--limit", "quick"])
    assert caught.value.code == 2


def running(*states: str) -> Queue:
    files = tuple(
        QueuedFile(
            source=CatalogFile(file=f"{n}.gguf", repo="a/b"),
            state=state,
            done_bytes=1 << 30,
            total_bytes=4 << 30,
            speed_bps=10 << 20,
            remaining_s=307.2,
        )
        for n, state in enumerate(states)
    )
    return Queue(entries=(Entry(id="1", title="t", weights_dir="/w", folder="/w/f", files=files),))


def test_each_file_has_a_line_and_several_have_a_sum():
    one = "0.gguf  downloading   25 %  1.0 GiB of 4.0 GiB  10 MiB/s  5 min 7 s left"
    assert progress_lines(running("downloading")) == [one]
    lines = progress_lines(running("downloading", "verifying", "waiting"))
    assert lines[0] == one
    assert len(lines) == 3
    assert lines[2] == "all  9.0 GiB to go  20 MiB/s  7 min 41 s left"
    assert progress_lines(running("done", "waiting")) == []


class Screen:
    """What a terminal is written."""

    def __init__(self) -> None:
        self.text = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""


def test_lines_are_written_over_and_nothing_is_left():
    screen = Screen()
    with ProgressLines(screen) as lines:
        lines(running("downloading", "downloading"))
        lines(running("downloading", "done"))
    assert screen.text.count("\n") == 3
    assert "\x1b[2A" in screen.text
    assert screen.text.endswith("\r\x1b[1A\x1b[J")
