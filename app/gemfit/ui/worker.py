"""The only threading model of the window: run a function on a thread, deliver its result or its error once, here.

Plain Python threads and not Qt's pool: a download may hold its thread for an hour, and Python knows their names.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from gemfit.errors import GemfitError
from gemfit.ui.alive import is_gone

T = TypeVar("T")
logger = logging.getLogger(__name__)


class Task(QObject):
    """One function on its way. Keep it as long as the answer matters; `forget()` drops the answer."""

    _finished = Signal(object, object)

    def __init__(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> None:
        super().__init__()
        self._work, self._done, self._failed = work, done, failed
        self._wanted = True
        # A slot of an object of this thread: Qt queues the call, whichever thread emits.
        self._finished.connect(self._deliver)
        self._thread = threading.Thread(target=self._run, name=getattr(work, "__name__", "task"), daemon=True)
        _running.add(self)
        self._thread.start()

    def forget(self) -> None:
        """Drop the answer when it comes. The function itself runs on; what can be cancelled has its own event."""
        self._wanted = False

    def wait(self, timeout_s: float) -> bool:
        """Wait for the thread's end; returns whether it has ended."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        result: Any = None
        error: Exception | None = None
        try:
            result = self._work()
        except GemfitError as known:
            error = known
        except Exception as bug:
            logger.exception("a bug in background work")
            error = bug
        self._finished.emit(result, error)

    @Slot(object, object)
    def _deliver(self, result: Any, error: Exception | None) -> None:
        # The thread is at its end. Once it is gone, the last one to hold this object is the thread that it lives in:
        # a QObject that another thread deletes takes the program down now and then.
        self._thread.join()
        _running.discard(self)
        if not self._wanted:
            return
        if error is None and not is_gone(self._done):
            self._done(result)
        elif error is not None and not is_gone(self._failed):
            self._failed(error)


_running: set[Task] = set()


def run(work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> Task:
    """Run `work()` on a thread; call `done(result)` or `failed(error)` here, once, from the event loop; neither when
    the page that would be told is gone by then.
    """
    return Task(work, done, failed)


def wait_for_all(timeout_s: float) -> bool:
    """At the end of the program: wait for what still runs; answers are dropped. Returns whether all have ended."""
    end = time.monotonic() + timeout_s
    for task in list(_running):
        task.forget()
    return all(task.wait(max(0.0, end - time.monotonic())) for task in list(_running))
