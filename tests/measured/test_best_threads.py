"""The fastest number of threads is remembered by machine and build."""

import pytest

from gemfit.measured.best_threads import MOST, best_threads, remember_threads, threads_file


def test_what_was_found_holds_for_this_machine_and_this_build():
    remember_threads("m1", "b1", 6)
    remember_threads("m1", "b2", 8)
    assert best_threads("m1", "b1") == 6
    assert best_threads("m1", "b2") == 8
    assert best_threads("m2", "b1") is None


def test_a_damaged_file_is_as_good_as_none():
    threads_file().parent.mkdir(parents=True)
    threads_file().write_text("{")
    assert best_threads("m1", "b1") is None
    remember_threads("m1", "b1", 2)
    assert best_threads("m1", "b1") == 2


def test_the_oldest_are_forgotten():
    for number in range(MOST + 5):
        remember_threads("m", str(number), 1)
    assert best_threads("m", "0") is None
    assert best_threads("m", str(MOST + 4)) == 1


@pytest.mark.logs_warnings
def test_what_cannot_be_kept_is_logged(caplog: pytest.LogCaptureFixture):
    threads_file().parent.parent.mkdir(parents=True, exist_ok=True)
    threads_file().parent.write_text("a file in the way")
    remember_threads("m", "b", 1)
    assert "could not be kept" in caplog.text
