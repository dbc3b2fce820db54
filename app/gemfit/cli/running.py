"""An engine child for one command: started, spoken to in order, and ended whatever happens."""

import contextlib
import queue
from collections.abc import Iterator
from pathlib import Path

from gemfit.engine.client import EngineClient
from gemfit.engine.protocol import EngineExit, Event, Failed, Generate, Layout, Loaded, LoadPlan, Measured
from gemfit.errors import GemfitError


class Engine:
    """The child's events as a queue. Each method raises GemfitError when the child fails or ends."""

    def __init__(self, events: "queue.SimpleQueue[Event | EngineExit]", client: EngineClient) -> None:
        self._events = events
        self._client = client

    def load(self, path: Path, plan: LoadPlan) -> Loaded:
        """Load a file; waits until it is ready."""
        self._client.load(path, plan)
        return next(event for event in self._answers() if isinstance(event, Loaded))

    def measure(self, path: Path, plan: LoadPlan) -> Layout:
        """Ask how the file would be laid out."""
        self._client.measure(path, plan)
        return next(event.layout for event in self._answers() if isinstance(event, Measured))

    def generate(self, request: Generate) -> Iterator[Event]:
        """The events of one answer; the last one is `Done`."""
        self._client.generate(request)
        return self._answers()

    def cancel(self, request_id: int) -> None:
        """Stop an answer; its `Done` still comes."""
        self._client.cancel(request_id)

    def _answers(self) -> Iterator[Event]:
        while True:
            event = self._events.get()
            if isinstance(event, EngineExit):
                raise GemfitError("engine_ended", event.sentence)
            if isinstance(event, Failed):
                raise GemfitError(event.code, event.sentence)
            yield event


@contextlib.contextmanager
def running_engine() -> Iterator[Engine]:
    """A started engine child, ended on leaving."""
    events: queue.SimpleQueue[Event | EngineExit] = queue.SimpleQueue()
    client = EngineClient(events.put)
    client.start()
    try:
        yield Engine(events, client)
    finally:
        client.close()
