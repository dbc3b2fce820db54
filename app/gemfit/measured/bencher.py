"""An engine child that times files, waited for with an eye on a stop."""

import queue
import threading
from collections.abc import Callable
from pathlib import Path

from gemfit.engine.client import EngineClient
from gemfit.engine.formats import backend_of
from gemfit.engine.protocol import Bench, Benched, BenchProgress, EngineExit, Event, Failed
from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say

_WAIT_S = 0.1


def stopped() -> GemfitError:
    """`cancelled`: a person stopped it."""
    text = QT_TRANSLATE_NOOP("gemfit", "Calibrating was stopped. What was known before is kept.")
    return GemfitError("cancelled", say(text))


class Bencher:
    """An engine child for timing, ended on leaving; with the backend for the file at `path`."""

    def __init__(self, stop: threading.Event, path: Path | None = None) -> None:
        self._stop = stop
        self._events: queue.SimpleQueue[Event | EngineExit] = queue.SimpleQueue()
        self._client = EngineClient(self._events.put, backend=backend_of(path) if path is not None else "llama")

    def __enter__(self) -> "Bencher":
        self._client.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def bench(self, request: Bench, on_fraction: Callable[[float], None]) -> Benched:
        """Raises GemfitError: `cancelled`, and what the engine says."""
        self._client.bench(request)
        while True:
            try:
                event = self._events.get(timeout=_WAIT_S)
            except queue.Empty:
                event = None
            if self._stop.is_set():
                self._client.cancel(request.request_id)
            if isinstance(event, Benched):
                return event
            if isinstance(event, BenchProgress):
                on_fraction(event.fraction)
            elif isinstance(event, Failed | EngineExit) and self._stop.is_set():
                raise stopped()
            elif isinstance(event, Failed):
                raise GemfitError(event.code, event.sentence)
            elif isinstance(event, EngineExit):
                raise GemfitError("engine_ended", event.sentence)
