"""What the store answers later, delivered on the thread of who asked."""

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from shiboken6 import isValid


class Later(QObject):
    """Calls back on the thread that it lives on."""

    _arrived = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._arrived.connect(self._deliver)

    def when(self, future: "Future[Any]", then: Callable[[Any], Any]) -> None:
        """Call `then` with the result. An error was told already: the store tells its listeners."""
        future.add_done_callback(partial(self._pass_on, then))

    def _pass_on(self, then: Callable[[Any], Any], future: "Future[Any]") -> None:
        if future.exception() is None and isValid(self):  # nobody waits for it any more where the page is gone
            self._arrived.emit(then, future.result())

    @Slot(object, object)
    def _deliver(self, then: Callable[[Any], Any], result: Any) -> None:
        then(result)
