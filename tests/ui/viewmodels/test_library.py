"""The library's state behind the pages: the queue of downloads with real transfers, and what is told of it."""

import random
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from gemfit.catalog.types import CatalogFile
from gemfit.library import queue as ops
from gemfit.library.queue_entries import entry_of_model
from gemfit.library.queue_store import QueueStore
from gemfit.settings import Settings
from gemfit.ui import worker
from gemfit.ui.session import Session
from gemfit.ui.viewmodels.jobs import job_of, key_of_entry, progress_of
from gemfit.words import say
from tests.fakes.hub import Fault
from tests.ui.conftest import KEY

WAIT_MS = 20_000


@pytest.fixture
def library(ready):
    return ready.library


@pytest.fixture
def hanging(hub):
    """The weights stop half-way, until the Hub is healed."""
    hub.fault(Fault("cdn", "hang", after_bytes=700_000, match="e2b", times=-1))


def half_way(library, qtbot) -> None:
    library.get(KEY)
    qtbot.waitUntil(lambda: library.downloads.entry(KEY).done_bytes >= 700_000, timeout=WAIT_MS)


def test_what_is_asked_for_is_in_the_queue_at_once_and_arrives(library, qtbot):
    told = []
    library.downloads.finished.connect(told.append)
    with qtbot.waitSignal(library.downloads.arrived, timeout=WAIT_MS):
        library.get(KEY)
        assert library.busy(KEY)
        assert [key_of_entry(entry) for entry in library.downloads.running()] == [KEY]
    assert library.local(KEY).verified
    assert [(entry.state, entry.title) for entry in told] == [("done", library.downloads.entries()[0].title)]
    assert library.job(KEY) is None
    assert library.downloads.running() == []
    library.downloads.clear_done()
    assert library.downloads.entries() == ()


def test_progress_is_told_in_total_and_summed_up(library, hanging, weights, qtbot):
    half_way(library, qtbot)
    job = library.job(KEY)
    assert job.running
    assert (job.progress.done_bytes, job.progress.total_bytes) == (700_000, len(weights))
    totals = library.downloads.totals()
    assert (totals.left_bytes, totals.files_under_way) == (len(weights) - 700_000, 1)
    qtbot.waitUntil(lambda: len(library.downloads.speeds()) >= 2, timeout=WAIT_MS)
    assert library.downloads.space().free_bytes > 0


def test_pause_keeps_the_place_and_resume_goes_on(library, hub, hanging, weights, qtbot):
    half_way(library, qtbot)
    library.downloads.pause(KEY)
    qtbot.waitUntil(lambda: not library.busy(KEY), timeout=WAIT_MS)
    assert library.downloads.entry(KEY).state == "paused"
    assert library.job(KEY) is None
    qtbot.waitUntil(lambda: [file.complete for file in library.of(KEY)] == [False], timeout=WAIT_MS)
    hub.heal()
    with qtbot.waitSignal(library.downloads.arrived, timeout=WAIT_MS):
        library.downloads.resume(KEY)
    assert hub.requests("cdn")[-1].sent_bytes < len(weights)


@pytest.mark.parametrize("keep", [True, False])
def test_cancel_takes_it_out_of_the_queue(library, hanging, qtbot, keep):
    half_way(library, qtbot)
    library.downloads.cancel(KEY, keep)
    assert library.downloads.entries() == ()
    part = Path(library.settings.weights_folder) / "E2B" / "q4_0" / "e2b.gguf.part"
    qtbot.waitUntil(lambda: part.with_name(part.name + ".json").exists() is keep, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: bool(library.of(KEY)) is keep, timeout=WAIT_MS)


def test_what_failed_says_so_and_can_be_tried_again(library, hub, qtbot):
    hub.fault(Fault("api", "status", status=401, times=1))
    with qtbot.waitSignal(library.downloads.finished, timeout=WAIT_MS) as told:
        library.get(KEY)
    assert told.args[0].state == "failed"
    job = library.job(KEY)
    assert (job.running, job.code) == (False, "not_signed_in")
    assert "token" in job.trouble
    with qtbot.waitSignal(library.downloads.arrived, timeout=WAIT_MS):
        library.downloads.retry(KEY)


def test_trouble_that_was_read_leaves_the_queue(library, hub, qtbot):
    hub.fault(Fault("api", "status", status=401, times=1))
    with qtbot.waitSignal(library.downloads.finished, timeout=WAIT_MS):
        library.get(KEY)
    library.dismiss(KEY)
    assert (library.job(KEY), library.downloads.entries()) == (None, ())


def test_what_cannot_be_queued_says_why(library):
    library.add(KEY, ("weights", "portrait"))
    assert library.job(KEY).code == "no_part"
    assert library.downloads.entries() == ()
    library.dismiss(KEY)
    assert library.job(KEY) is None


def test_files_of_the_hub_come_as_one_entry(library, hub, qtbot, monkeypatch):
    data = {name: random.Random(name).randbytes(10_000) for name in ("a.gguf", "mmproj.gguf")}
    files = []
    for name, content in data.items():
        sha256 = hub.add("acme/others", name, content)
        role = "projector" if "mmproj" in name else "weights"
        files.append(CatalogFile(file=name, repo="acme/others", role=role, sha256=sha256, bytes=len(content)))
    with qtbot.waitSignal(library.downloads.arrived, timeout=WAIT_MS) as arrived:
        key = library.add_files("Others", files)
    assert arrived.args == [key]
    (entry,) = library.downloads.entries()
    assert [file.role for file in entry.files] == ["weights", "projector"]
    assert Path(key[1]).read_bytes() == data["a.gguf"]


def test_the_queue_is_moved_and_paused_as_a_whole(library, hub, qtbot):
    hub.fault(Fault("api", "hang", after_bytes=-1, times=-1))
    library.get(KEY)
    others = [("E4B", "q4_0"), ("12B", "q4_0")]
    for key in others:
        library.get(key)
    library.downloads.move(others[1], 0)
    assert [key_of_entry(entry) for entry in library.downloads.entries()] == [others[1], KEY, others[0]]
    library.downloads.pause_all()
    qtbot.waitUntil(lambda: not any(entry.under_way for entry in library.downloads.entries()), timeout=WAIT_MS)
    assert [entry.state for entry in library.downloads.entries()] == ["paused"] * 3
    assert library.downloads.running() == []
    library.downloads.resume_all()
    assert len(library.downloads.running()) == 3


def test_limits_are_taken_while_it_runs(ready, hub, qtbot):
    hub.fault(Fault("api", "hang", after_bytes=-1, times=-1))
    library = ready.library
    for key in (KEY, ("E4B", "q4_0"), ("12B", "q4_0")):
        library.get(key)
    qtbot.waitUntil(lambda: library.downloads.totals().files_under_way == 2, timeout=WAIT_MS)
    ready.change_settings(parallel_files=3)
    qtbot.waitUntil(lambda: library.downloads.totals().files_under_way == 3, timeout=WAIT_MS)


def test_the_next_start_goes_on_by_itself(session, hub, hanging, weights, qtbot):
    session.machine.probe()
    qtbot.waitUntil(lambda: session.library.scanned, timeout=WAIT_MS)
    half_way(session.library, qtbot)
    session.close()
    assert worker.wait_for_all(20)
    assert [entry.paused for entry in QueueStore().read()] == [False]
    hub.heal()
    next_ = Session(Settings())
    with qtbot.waitSignal(next_.library.downloads.arrived, timeout=WAIT_MS):
        next_.machine.probe()
    assert next_.library.downloads.entry(KEY).files[0].resumed_from_bytes == 700_000
    next_.close()
    assert worker.wait_for_all(20)
    next_.deleteLater()


def test_what_the_command_line_adds_is_shown(library, catalog, qtbot):
    entry = entry_of_model(catalog, *KEY, weights_dir=Settings().weights_folder)
    with qtbot.waitSignal(library.downloads.finished, timeout=WAIT_MS):
        QueueStore().change([partial(ops.add, entry=entry)])
    assert library.downloads.entry(KEY).state == "done"


def test_an_entry_is_one_transfer_for_who_shows_one(catalog):
    entry = entry_of_model(catalog, *KEY, weights_dir=Path("/w"), parts=("weights", "projector"))
    weights, projector = entry.files
    moving = replace(
        entry,
        files=(
            replace(weights, state="done", done_bytes=100, total_bytes=100),
            replace(projector, state="downloading", done_bytes=20, total_bytes=60, speed_bps=10.0),
        ),
    )
    progress = progress_of(moving)
    assert (progress.state, progress.file) == ("downloading", projector.name)
    assert (progress.done_bytes, progress.total_bytes, progress.remaining_s) == (120, 160, 4.0)
    stuck = replace(projector, state="no_room", code="disk_full", sentence=say("No room."))
    job = job_of(replace(entry, files=(weights, stuck)))
    assert (job.running, job.code, job.trouble) == (False, "disk_full", "No room.")
    assert job_of(replace(entry, paused=True)) is None
