"""An engine child as the window holds it: started and ended on worker threads, so that nothing waits for it here."""

import threading
from collections.abc import Callable
from functools import partial

from gemfit.engine.client import EngineClient
from gemfit.engine.protocol import EngineExit
from gemfit.ui import worker

ENDING_S = 5.0
SAVING_S = 30.0
"""For the end of a child that has to keep what was computed first: gigabytes, onto a slow disk."""


class Child:
    """One child, from its start to its end. `client` talks to it meanwhile."""

    def __init__(self, client: EngineClient) -> None:
        self.client = client
        self._started = threading.Event()

    def start(self, failed: Callable[[Exception], None]) -> None:
        """Begin to start it; its `Hello` says when it is there."""
        worker.run(self._start, _nothing, failed)

    def end(
        self, patience_s: float, ended: Callable[[EngineExit | None], None], failed: Callable[[Exception], None]
    ) -> None:
        """Begin to end it, as soon as it is there; killed after `patience_s`."""
        worker.run(partial(self._close, patience_s), ended, failed)

    def _start(self) -> None:
        """On a worker thread."""
        try:
            self.client.start()
        finally:
            self._started.set()

    def _close(self, patience_s: float) -> EngineExit | None:
        """On a worker thread."""
        self._started.wait()
        return self.client.close(patience_s)


def _nothing(_: None) -> None:
    """Nothing to do: the child's `Hello` says more."""
