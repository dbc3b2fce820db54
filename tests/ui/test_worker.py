"""Work runs elsewhere; its answer or its error comes here, once."""

import threading
from functools import partial

import pytest
from PySide6.QtCore import QObject
from shiboken6 import delete

from gemfit.errors import GemfitError
from gemfit.ui import worker
from gemfit.words import say


def nobody(_answer: object) -> None:
    raise AssertionError("this was not to be called")


def test_the_result_is_delivered_on_the_main_thread(qtbot):
    seen = []
    worker.run(threading.current_thread, lambda ran_on: seen.append((ran_on, threading.current_thread())), nobody)
    qtbot.waitUntil(lambda: bool(seen))
    ran_on, delivered_on = seen[0]
    assert ran_on is not threading.main_thread()
    assert delivered_on is threading.main_thread()


def test_an_error_for_a_person_is_delivered_and_not_logged(qtbot):
    def fail() -> None:
        raise GemfitError("full", say("The disk is full."))

    seen: list[Exception] = []
    worker.run(fail, nobody, seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    assert isinstance(seen[0], GemfitError)


@pytest.mark.logs_warnings
def test_a_bug_is_delivered_and_logged(qtbot, caplog):
    seen: list[Exception] = []
    worker.run(lambda: 1 / 0, nobody, seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    assert isinstance(seen[0], ZeroDivisionError)
    assert "a bug in background work" in caplog.text


def test_a_forgotten_answer_is_dropped(qtbot):
    go, after = threading.Event(), []
    task = worker.run(go.wait, nobody, nobody)
    task.forget()
    go.set()
    assert task.wait(5)
    worker.run(lambda: None, after.append, nobody)
    qtbot.waitUntil(lambda: bool(after))


def test_at_the_end_the_program_waits_for_what_runs(qtbot):
    go, after = threading.Event(), []
    worker.run(lambda: go.wait(10), nobody, nobody)
    assert not worker.wait_for_all(0)
    go.set()
    assert worker.wait_for_all(5)
    worker.run(lambda: None, after.append, nobody)
    qtbot.waitUntil(lambda: bool(after))


class Page(QObject):
    """Asks for something in three ways, and must not be told once it is gone."""

    def told(self, *_: object) -> None:
        self.objectName()  # raises RuntimeError where the object is deleted
        nobody(None)

    def asks(self, work) -> None:
        worker.run(work, self.told, nobody)
        worker.run(work, partial(self.told, "more"), nobody)
        worker.run(work, lambda _answer: self.told(), nobody)


def test_a_page_that_is_gone_is_told_nothing(qtbot):
    go, after, page = threading.Event(), [], Page()
    page.asks(go.wait)
    delete(page)
    go.set()
    worker.run(lambda: None, after.append, nobody)
    qtbot.waitUntil(lambda: bool(after) and not worker._running)
