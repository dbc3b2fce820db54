"""Carrying out the queue: real threads, real files, a Hub on the loopback."""

import json
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from gemfit.catalog.types import Catalog, CatalogFile
from gemfit.library import queue as ops
from gemfit.library import queue_ends, queue_run
from gemfit.library.queue import Entry, Queue
from gemfit.library.queue_entries import entry_of_files, entry_of_model
from gemfit.library.queue_plan import Limits, Space
from gemfit.library.queue_run import QueueRunner
from gemfit.library.queue_shared import SharedQueue
from gemfit.library.queue_store import QueueStore
from gemfit.library.source import Source
from gemfit.library.store import find
from tests.cli.weights_parts import write_catalog
from tests.fakes.hub import FakeHub, Fault
from tests.library.parts import FILE, REPO, rules, tiny_catalog

WAIT_S = 60
PROJECTOR = random.Random(3).randbytes(50_000)


class Bench:
    """A runner on a thread, and looking at it until something is so."""

    def __init__(self, hub: FakeHub, catalog: Catalog, weights: Path) -> None:
        self.hub, self.catalog, self.weights = hub, catalog, weights
        self.seen: list[Queue] = []
        self._moved = threading.Condition()
        self._running: list[tuple[QueueRunner, threading.Thread]] = []

    def runner(self, limits: Limits | None = None, **options) -> QueueRunner:
        """Started, on the queue in the data folder."""
        made = QueueRunner(
            self.catalog,
            store=QueueStore(),
            source=lambda: Source(endpoint=self.hub.url, official=self.hub.url),
            limits=limits,
            rules=rules(**options),
            on_change=self._note,
        )
        thread = threading.Thread(target=made.run, name="queue")
        self._running.append((made, thread))
        thread.start()
        return made

    def _note(self, queue: Queue) -> None:
        with self._moved:
            self.seen.append(queue)
            self._moved.notify_all()

    def until(self, runner: QueueRunner, so: Callable[[Queue], bool]) -> Queue:
        with self._moved:
            assert self._moved.wait_for(lambda: so(runner.queue), timeout=WAIT_S), runner.queue
        return runner.queue

    def states(self, runner: QueueRunner, *states: str) -> Queue:
        return self.until(runner, lambda queue: [entry.state for entry in queue] == list(states))

    def end(self) -> None:
        for runner, thread in self._running:
            runner.close()
            thread.join(WAIT_S)
            assert not thread.is_alive()
        self._running.clear()

    def tiny(self, *parts: str) -> Entry:
        return entry_of_model(self.catalog, "tiny", None, weights_dir=self.weights, parts=("weights", *parts))

    def publish(self, name: str, data: bytes, repo: str = "acme/others") -> Entry:
        """An entry for one more file on the Hub, which no catalogue has."""
        self.hub.add(repo, name, data)
        return entry_of_files(name, [CatalogFile(file=name, repo=repo)], weights_dir=self.weights)


@pytest.fixture
def bench(hub, data, tmp_path) -> Iterator[Bench]:
    hub.add(REPO, FILE, data)
    hub.add(REPO, "mmproj.gguf", PROJECTOR)
    bench = Bench(hub, tiny_catalog(data), tmp_path / "w")
    yield bench
    bench.end()


def add(runner: QueueRunner, *entries: Entry) -> None:
    for entry in entries:
        runner.do(partial(ops.add, entry=entry))


def test_an_entry_with_several_files_comes_in_whole_and_verified(bench, data):
    runner = bench.runner()
    add(runner, bench.tiny("projector"))
    (entry,) = bench.states(runner, "done")
    folder = bench.weights / "Tiny" / "q4_0"
    assert (folder / FILE).read_bytes() == data
    assert (folder / "mmproj.gguf").read_bytes() == PROJECTOR
    assert [(f.role, f.done_bytes, f.total_bytes) for f in entry.files] == [
        ("weights", len(data), len(data)),
        ("projector", len(PROJECTOR), len(PROJECTOR)),
    ]
    assert find(bench.weights, bench.catalog, "tiny").verified
    assert entry.done_bytes == len(data) + len(PROJECTOR)


def test_a_file_that_no_catalogue_has_goes_into_the_folder_of_its_repository(bench):
    runner = bench.runner()
    add(runner, bench.publish("deep/any.gguf", b"anything"))
    (entry,) = bench.states(runner, "done")
    path = bench.weights / "hub" / "acme" / "others" / "deep" / "any.gguf"
    assert path.read_bytes() == b"anything"
    assert entry.files[0].path == str(path)


def test_no_more_files_run_than_may_and_they_run_in_order(bench):
    bench.hub.fault(Fault("cdn", "slow", times=-1, bytes_per_s=400_000))
    entries = [bench.publish(f"{n}.gguf", random.Random(n).randbytes(100_000)) for n in range(4)]
    runner = bench.runner(Limits(parallel_files=2))
    add(runner, *entries)
    bench.states(runner, "done", "done", "done", "done")
    at_once = [[e.id for e in queue if e.under_way] for queue in bench.seen]
    assert max(map(len, at_once)) == 2
    begun = list(dict.fromkeys(id_ for ids in at_once for id_ in ids))
    assert begun == [entry.id for entry in entries]


def test_more_may_run_while_it_runs(bench):
    bench.hub.fault(Fault("cdn", "hang", after_bytes=1000, times=-1))
    entries = [bench.publish(f"{n}.gguf", random.Random(n).randbytes(100_000)) for n in range(3)]
    runner = bench.runner(Limits(parallel_files=1), stall_s=60.0)
    add(runner, *entries)
    bench.until(runner, lambda queue: sum(e.under_way for e in queue) == 1 and queue.entries[0].done_bytes == 1000)
    runner.use_limits(Limits(parallel_files=3))
    bench.until(runner, lambda queue: all(e.under_way for e in queue))
    runner.use_limits(Limits(parallel_files=1))
    bench.until(runner, lambda queue: [e.under_way for e in queue] == [True, False, False])
    assert [e.state for e in runner.queue][1:] == ["waiting", "waiting"]


def test_the_limit_of_bandwidth_is_for_all_together_and_can_be_lifted(bench, data):
    runner = bench.runner(Limits(parallel_files=2, bandwidth_bps=50_000))
    add(runner, bench.tiny(), bench.publish("b.gguf", data))
    bench.until(runner, lambda queue: bool(queue.entries) and all(f.speed_bps for e in queue for f in e.files))
    assert ops.totals(runner.queue).left_bytes > len(data)
    runner.use_limits(Limits(parallel_files=2))
    bench.states(runner, "done", "done")


def test_pause_keeps_the_bytes_and_resume_goes_on_from_there(bench, data):
    bench.hub.fault(Fault("cdn", "hang", after_bytes=1_000_000, times=-1))
    runner = bench.runner(stall_s=60.0)
    entry = bench.tiny()
    add(runner, entry)
    bench.until(runner, lambda queue: bool(queue.entries) and queue.entries[0].done_bytes >= 1_000_000)
    runner.do(partial(ops.pause, id_=entry.id))
    queue = bench.until(runner, lambda queue: not queue.entries[0].under_way)
    assert queue.entries[0].state == "paused"
    bench.hub.heal()
    runner.do(partial(ops.resume, id_=entry.id))
    (done,) = bench.states(runner, "done")
    assert done.files[0].resumed_from_bytes >= 1_000_000
    assert (bench.weights / "Tiny" / "q4_0" / FILE).read_bytes() == data


def parts(bench: Bench) -> list[str]:
    return sorted(path.name for path in bench.weights.rglob("*") if ".part" in path.name)


@pytest.mark.parametrize("keep", [True, False])
def test_cancel_keeps_the_part_or_deletes_it(bench, keep):
    bench.hub.fault(Fault("cdn", "hang", after_bytes=1_000_000, times=-1))
    runner = bench.runner(stall_s=60.0)
    entry = bench.tiny("projector")
    add(runner, entry)
    bench.until(runner, lambda queue: bool(queue.entries) and queue.entries[0].files[0].done_bytes >= 1_000_000)
    bench.until(runner, lambda queue: queue.entries[0].files[1].state == "done")
    runner.cancel(entry.id, keep=keep)
    bench.end()
    assert runner.queue == Queue()
    assert QueueStore().read() == Queue()
    assert (f"{FILE}.part" in parts(bench)) is keep
    assert (bench.weights / "Tiny" / "q4_0" / "mmproj.gguf").is_file()  # complete files stay
    if not keep:
        assert parts(bench) == []


def test_what_was_paused_is_deleted_as_well(bench):
    bench.hub.fault(Fault("cdn", "hang", after_bytes=1_000_000, times=-1))
    runner = bench.runner(stall_s=60.0)
    entry = bench.tiny()
    add(runner, entry)
    bench.until(runner, lambda queue: bool(queue.entries) and queue.entries[0].done_bytes >= 1_000_000)
    runner.do(partial(ops.pause, id_=entry.id))
    bench.until(runner, lambda queue: not queue.entries[0].under_way)
    assert parts(bench)
    runner.cancel(entry.id, keep=False)
    bench.end()
    assert parts(bench) == []


def test_a_failure_is_told_with_what_to_do_and_others_go_on(bench):
    bench.hub.fault(Fault("api", "status", status=403, times=1, match="acme/tiny"))
    runner = bench.runner()
    add(runner, bench.tiny(), bench.publish("b.gguf", b"b"))
    failed, _ = bench.states(runner, "failed", "done")
    assert failed.code == "not_allowed"
    assert "licence" in str(failed.sentence)
    runner.do(partial(ops.retry, id_=failed.id))
    bench.states(runner, "done", "done")


def test_a_lost_network_is_a_state_and_it_goes_on_by_itself(bench, monkeypatch):
    monkeypatch.setattr(queue_ends, "FIRST_RETRY_S", 0.2)
    bench.hub.fault(Fault("api", "reset", times=-1), Fault("api", "cut", times=-1))
    bench.hub.fault(Fault("cdn", "reset", times=-1))
    runner = bench.runner()
    add(runner, bench.tiny())
    (lost,) = bench.states(runner, "offline")
    assert lost.code in ("network", "busy")
    assert lost.sentence is not None
    bench.hub.heal()
    bench.states(runner, "done")


def test_offline_by_choice_is_a_state(bench, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    runner = bench.runner()
    add(runner, bench.tiny())
    (entry,) = bench.states(runner, "offline")
    assert entry.code == "offline"
    assert bench.hub.requests() == []
    monkeypatch.delenv("HF_HUB_OFFLINE")
    runner.do(partial(ops.retry, id_=entry.id))
    bench.states(runner, "done")


def test_without_room_it_waits_and_goes_on_when_there_is(bench, monkeypatch):
    free = [0]
    monkeypatch.setattr(queue_run, "space_of", lambda _folder: Space(disk="d", free_bytes=free[0], total_bytes=1 << 40))
    runner = bench.runner()
    add(runner, bench.tiny())
    (entry,) = bench.states(runner, "no_room")
    assert entry.code == "disk_full"
    assert "when there is room" in str(entry.sentence)
    assert bench.hub.requests("cdn") == []
    free[0] = 1 << 40
    bench.states(runner, "done")


def test_a_restart_goes_on_with_what_ran_and_leaves_paused_what_was(bench, data):
    bench.hub.fault(Fault("cdn", "hang", after_bytes=1_000_000, times=-1, match=FILE))
    first = bench.runner(stall_s=60.0)
    waiting, paused = bench.tiny(), bench.publish("b.gguf", b"b")
    add(first, waiting, paused)
    first.do(partial(ops.pause, id_=paused.id))
    bench.until(first, lambda queue: bool(queue.entries) and queue.entries[0].done_bytes >= 1_000_000)
    bench.end()
    bench.hub.heal()
    second = bench.runner()
    done, still = bench.states(second, "done", "paused")
    assert done.files[0].resumed_from_bytes >= 1_000_000
    assert (bench.weights / "Tiny" / "q4_0" / FILE).read_bytes() == data
    assert still.id == paused.id


def test_what_another_process_adds_pauses_and_moves_is_taken_over(bench):
    bench.hub.fault(Fault("cdn", "hang", after_bytes=10, times=-1))
    runner = bench.runner(Limits(parallel_files=1), stall_s=60.0)
    add(runner, bench.tiny())
    bench.until(runner, lambda queue: bool(queue.entries) and queue.entries[0].under_way)
    other = QueueStore()
    added = bench.publish("b.gguf", b"b" * 100)
    other.change([partial(ops.add, entry=added), partial(ops.move, id_=added.id, place=0)])
    queue = bench.until(runner, lambda queue: len(queue.entries) == 2)
    assert queue.entries[0].id == added.id
    other.change([partial(ops.pause, id_=queue.entries[1].id)])
    bench.until(runner, lambda queue: queue.entries[0].under_way and not queue.entries[1].under_way)


def test_a_second_runner_waits_for_its_turn(bench):
    bench.hub.fault(Fault("cdn", "hang", after_bytes=10, times=-1))
    first = bench.runner(stall_s=60.0)
    add(first, bench.tiny())
    bench.until(first, lambda queue: bool(queue.entries) and queue.entries[0].done_bytes == 10)
    second = bench.runner()
    bench.until(second, lambda queue: len(queue.entries) == 1)
    asked = len(bench.hub.requests("api"))
    assert not second.is_mine
    bench.hub.heal()
    first.close()
    bench.states(second, "done")
    assert len(bench.hub.requests("api")) == asked + 1


def test_a_queue_that_cannot_be_saved_works_all_the_same_and_says_so(bench, home):
    (home / "data" / "queue.json.lock").mkdir(parents=True)  # where a file should be
    runner = bench.runner()
    add(runner, bench.tiny())
    bench.states(runner, "done")
    assert "could not be saved" in str(runner.problem)


# A real process, killed.


def catalog_of_three(hub: FakeHub, path: Path) -> dict[str, bytes]:
    """Three models of 6 MB on the Hub and in the catalogue at `path`."""
    contents, catalog = {}, tiny_catalog(b"")
    models = []
    for number in range(3):
        data = random.Random(number).randbytes(6_000_000)
        one = tiny_catalog(data, file=f"{number}.gguf").models[0]
        hub.add(REPO, f"{number}.gguf", data)
        models.append(type(one)(**{**{f: getattr(one, f) for f in one.__struct_fields__}, "id": f"Tiny{number}"}))
        contents[f"Tiny{number}"] = data
    write_catalog(path, type(catalog)(schema=1, models=models))
    return contents


def gemfit(*arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "gemfit", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def said(process: "subprocess.Popen[str]", code: int = 0) -> str:
    out, err = process.communicate(timeout=WAIT_S)
    assert process.returncode == code, err
    return out


@pytest.mark.parametrize("kills", [3])
def test_killed_in_the_middle_again_and_again_it_ends_with_the_right_bytes(hub, home, tmp_path, monkeypatch, kills):
    contents = catalog_of_three(hub, tmp_path / "catalog.json")
    monkeypatch.setenv("GEMFIT_CATALOG", str(tmp_path / "catalog.json"))
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    for name in contents:
        said(gemfit("queue", "add", name))
    hub.fault(Fault("cdn", "slow", times=-1, bytes_per_s=3_000_000))
    for _ in range(kills):
        asked = len(hub.requests("cdn"))
        process = gemfit("queue", "run")
        hub.wait_for("cdn", asked + 2)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    hub.heal()
    listed = json.loads(said(gemfit("queue", "run", "--json")))
    assert [entry["state"] for entry in listed["entries"]] == ["done"] * 3
    for number, (name, data) in enumerate(contents.items()):
        assert (home / "data" / "models" / name / "q4_0" / f"{number}.gguf").read_bytes() == data
    assert parts_in(home) == []


def parts_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.name.endswith((".part", ".part.json"))]


def test_a_look_at_the_disk_that_comes_late_changes_nothing_of_what_is_done(tmp_path):
    shared = SharedQueue(None)
    file = CatalogFile(file=FILE, repo=REPO, bytes=10)
    entry = entry_of_files("Tiny", [file], weights_dir=tmp_path)
    shared.do(partial(ops.add, entry=entry))
    shared.note(entry.id, FILE, done_bytes=4)
    assert shared.queue.entries[0].done_bytes == 4
    shared.do(lambda queue: ops.update(queue, entry.id, FILE, state="done", done_bytes=10))
    shared.note(entry.id, FILE, done_bytes=0)
    assert shared.queue.entries[0].done_bytes == 10
