"""Checking everything, one file after the other."""

import os
import threading

import pytest

from gemfit.errors import GemfitError
from gemfit.library import check_all as module
from gemfit.library.check_all import be_gentle, check_all
from gemfit.library.store import scan
from tests.library.parts import FILE, tiny_catalog

DATA = b"weights" * 300_000
CATALOG = tiny_catalog(DATA)


@pytest.fixture
def weights_dir(tmp_path):
    """The catalogue's file, damaged; and two that nobody knows."""
    folder = tmp_path / "weights"
    place = folder / "Tiny" / "q4_0"
    place.mkdir(parents=True)
    (place / FILE).write_bytes(DATA)
    (folder / "b.gguf").write_bytes(b"b" * 3_000_000)
    (folder / "a.gguf").write_bytes(b"a" * 2_000_000)
    return folder


def checked(weights_dir, **arguments):
    return check_all(scan(weights_dir, CATALOG), weights_dir, CATALOG, **arguments)


def stop_in(weights_dir, number):
    """Stop when so many files are done and the next has begun."""
    cancelled = threading.Event()

    def on_progress(progress):
        if progress.number == number:
            cancelled.set()

    with pytest.raises(GemfitError) as caught:
        checked(weights_dir, on_progress=on_progress, cancelled=cancelled)
    assert caught.value.code == "cancelled"


def test_all_whole_files_are_checked_and_counted(weights_dir):
    (weights_dir / "half.gguf.part").write_bytes(b"half")
    done = checked(weights_dir)
    assert sorted(os.path.basename(file.path) for file in done.files) == ["a.gguf", "b.gguf", FILE]  # noqa: PTH119
    assert all(file.sha256 for file in done.files)
    assert (done.checked_bytes, done.skipped) == (len(DATA) + 5_000_000, 0)
    assert done.took_s > 0


def test_progress_is_told_in_total(weights_dir):
    told = []
    checked(weights_dir, on_progress=told.append)
    assert {(progress.number, progress.count) for progress in told} == {(1, 3), (2, 3), (3, 3)}
    done = [progress.done_bytes for progress in told]
    assert done == sorted(done)
    assert done[-1] == told[-1].total_bytes == len(DATA) + 5_000_000


def test_what_was_stopped_goes_on_with_the_files_that_are_left(weights_dir):
    stop_in(weights_dir, 3)
    done = checked(weights_dir)
    assert (len(done.files), done.skipped) == (3, 2)
    assert checked(weights_dir).skipped == 0  # that one came to its end


def test_a_stop_of_long_ago_is_forgotten(weights_dir, monkeypatch):
    stop_in(weights_dir, 3)
    monkeypatch.setattr(module, "KEPT_S", -1.0)
    assert checked(weights_dir).skipped == 0


def test_a_note_that_cannot_be_read_means_from_the_beginning(weights_dir):
    stop_in(weights_dir, 3)
    module._note().write_bytes(b'{"at_s": "yesterday"}')
    assert checked(weights_dir).skipped == 0


def test_a_file_that_changed_after_its_check_is_checked_again(weights_dir):
    stop_in(weights_dir, 3)
    (weights_dir / "a.gguf").write_bytes(b"another")
    assert checked(weights_dir).skipped == 1


def test_the_one_whose_check_is_longest_ago_comes_first(weights_dir):
    files = scan(weights_dir, CATALOG)
    check_all([file for file in files if file.path.endswith("a.gguf")], weights_dir, CATALOG)
    told = []
    checked(weights_dir, on_progress=told.append)
    assert told[-1].file.file == "a.gguf"


def test_a_file_that_is_gone_does_not_stop_the_others(weights_dir):
    files = scan(weights_dir, CATALOG)
    (weights_dir / "a.gguf").unlink()
    done = check_all(files, weights_dir, CATALOG)
    gone = next(file for file in done.files if file.path.endswith("a.gguf"))
    assert (gone.verified, gone.complete) == (False, False)
    assert "cannot be read" in str(gone.note)
    assert sum(file.sha256 is not None for file in done.files) == 2


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="there are no priorities of threads")
def test_gently_is_for_that_thread_alone(weights_dir):
    before, seen = os.getpriority(os.PRIO_PROCESS, 0), []

    def work():
        be_gentle()
        seen.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen in ([19], [before])  # Linux; elsewhere nothing is done
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before
