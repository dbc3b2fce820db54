"""The file of the queue: written whole, shared between processes, and never a reason not to start."""

import subprocess
import sys
import threading
from functools import partial

import msgspec
import pytest

from gemfit.catalog.types import CatalogFile
from gemfit.library import queue as ops
from gemfit.library.queue import Entry, Queue, QueuedFile
from gemfit.library.queue_store import QueueStore, Runner, someone_runs
from gemfit.words import say


def entry(id_: str, **values) -> Entry:
    file = QueuedFile(source=CatalogFile(file=f"{id_}.gguf", repo="acme/tiny"), total_bytes=7, **values)
    return Entry(id=id_, title=id_, weights_dir="/w", folder=f"/w/{id_}", files=(file,))


@pytest.fixture
def store(tmp_path):
    return QueueStore(tmp_path / "data" / "queue.json")


def add(store: QueueStore, *ids: str, **values) -> Queue:
    return store.change([partial(ops.add, entry=entry(id_, **values)) for id_ in ids])


def test_without_a_file_the_queue_is_empty_and_nothing_is_written(store):
    assert store.read() == Queue()
    assert store.change([partial(ops.pause, id_="a")]) == Queue()
    assert not store.path.exists()


def test_it_lives_in_the_data_folder(home):
    assert QueueStore().path == home / "data" / "queue.json"


def test_what_is_written_is_what_is_read(store):
    trouble = say("There is no room: {needed_bytes} more are needed.", needed_bytes=5)
    written = add(store, "a", "b", state="failed", code="disk_full", sentence=trouble, retry_at_s=3.5)
    again = QueueStore(store.path).read()
    assert again == written
    assert str(again.entries[0].sentence) == str(trouble)


def test_who_reads_again_sees_what_another_changed(store):
    other = QueueStore(store.path)
    add(store, "a")
    assert other.is_another()
    other.read()
    assert not other.is_another()
    assert not store.is_another()
    add(other, "b")
    assert store.is_another()
    assert [e.id for e in store.read()] == ["a", "b"]


def test_an_operation_that_changes_nothing_writes_nothing(store):
    add(store, "a")
    before = store.path.stat().st_mtime_ns, store.path.stat().st_ino
    store.change([partial(ops.cancel, id_="x"), partial(ops.resume, id_="a")])
    assert (store.path.stat().st_mtime_ns, store.path.stat().st_ino) == before


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b"[]", b'{"schema": 1, "queue": {"entries": [{"id": 3}]}}'])
def test_a_damaged_file_is_kept_aside_and_said(store, damage):
    store.path.parent.mkdir()
    store.path.write_bytes(damage)
    assert store.read() == Queue()
    (aside,) = store.path.parent.glob("queue.damaged-*.json")
    assert aside.read_bytes() == damage
    assert str(aside) in str(store.problem)
    assert [e.id for e in add(store, "a")] == ["a"]


def test_a_file_of_a_newer_gemfit_is_kept_aside_and_said(store):
    store.path.parent.mkdir()
    store.path.write_bytes(b'{"schema": 2, "queue": "of another form"}')
    assert store.read() == Queue()
    assert "newer" in str(store.problem)
    (aside,) = store.path.parent.glob("queue.newer-*.json")
    assert msgspec.json.decode(aside.read_bytes())["schema"] == 2


def test_damage_does_not_overwrite_earlier_damage(store):
    store.path.parent.mkdir()
    for damage in (b"one", b"two"):
        store.path.write_bytes(damage)
        store.read()
    assert {path.read_bytes() for path in store.path.parent.glob("queue.damaged-*")} == {b"one", b"two"}


def test_a_folder_that_cannot_be_used_is_an_os_error(store):
    store.path.parent.write_bytes(b"a file")
    with pytest.raises(OSError, match="exists"):
        add(store, "a")
    assert not someone_runs(store)


def test_changes_at_the_same_time_are_all_kept(store):
    """Threads stand for processes here: the lock is the same."""
    start = threading.Barrier(4)

    def work(name: str) -> None:
        mine = QueueStore(store.path)
        start.wait()
        for number in range(10):
            add(mine, f"{name}{number}")

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {e.id for e in store.read()} == {f"{name}{number}" for name in "abcd" for number in range(10)}


CLAIM = """
import sys
from pathlib import Path
from gemfit.library.queue_store import QueueStore, Runner
print(Runner(QueueStore(Path(sys.argv[1]))).claim())
"""


def claimed_elsewhere(store: QueueStore) -> bool:
    """Whether another process gets the right to transfer."""
    command = [sys.executable, "-c", CLAIM, str(store.path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "True"


def test_one_process_at_a_time_transfers(store):
    runner = Runner(store)
    assert not someone_runs(store)
    assert runner.claim()
    assert runner.claim()
    assert someone_runs(store)
    assert not claimed_elsewhere(store)
    runner.release()
    assert not someone_runs(store)
    assert claimed_elsewhere(store)
