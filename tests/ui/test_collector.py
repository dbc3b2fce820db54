"""Garbage is collected on the window's thread alone."""

import gc
import threading
import weakref

from PySide6.QtCore import QObject

from gemfit.ui import worker
from gemfit.ui.collector import Collector


class Knot(QObject):
    """Part of a cycle, as widgets and their slots are."""

    def __init__(self, ended_in: list[int]) -> None:
        super().__init__()
        self.itself = self
        weakref.finalize(self, lambda: ended_in.append(threading.get_ident()))


def test_a_cycle_that_a_worker_leaves_behind_is_collected_here(qapp, qtbot):
    collector = Collector(qapp)
    ended_in: list[int] = []
    Knot(ended_in)

    def allocate() -> int:
        return len([[number] for number in range(100_000)])

    done: list[int] = []
    worker.run(allocate, done.append, done.append)
    qtbot.waitUntil(lambda: done == [100_000])
    assert ended_in == []
    kept = [[number] for number in range(3_000)]
    collector.look()
    assert len(kept) == 3_000
    assert ended_in == [threading.get_ident()]
    collector.stop()
    gc.disable()  # as the tests of the window have it


def test_at_the_end_python_collects_by_itself_again(qapp):
    collector = Collector(qapp)
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled()
    gc.disable()


def test_a_task_ends_on_the_thread_it_was_made_on(qapp, qtbot):
    ended_in: list[int] = []
    for _ in range(50):
        done: list[int] = []
        task = worker.run(lambda: 1, done.append, done.append)
        weakref.finalize(task, lambda: ended_in.append(threading.get_ident()))
        del task
        qtbot.waitUntil(lambda done=done: done == [1])
    gc.collect()
    qtbot.waitUntil(lambda: len(ended_in) == 50)
    assert set(ended_in) == {threading.get_ident()}
