"""An engine child for one command: started, spoken to in order, and ended whatever happens."""

import contextlib
import queue
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from gemfit.engine.client import EngineClient
from gemfit.engine.formats import backend_of
from gemfit.engine.protocol import (
    EngineExit,
    Event,
    Failed,
    Generate,
    Hello,
    Layout,
    Loaded,
    LoadPlan,
    LoadProgress,
    Measured,
)
from gemfit.errors import GemfitError


class Engine:
    """The child's events as a queue. Each method raises GemfitError when the child fails or ends."""

    def __init__(self, events: "queue.SimpleQueue[Event | EngineExit]", client: EngineClient) -> None:
        self.build = ""
        self._events = events
        self._client = client

    def load(
        self,
        path: Path,
        plan: LoadPlan,
        on_progress: Callable[[LoadProgress], None] | None = None,
        *,
        projector: Path | None = None,
        drafter: Path | None = None,
    ) -> Loaded:
        """Load a file; waits until it is ready."""
        self._client.load(path, plan, projector=projector, drafter=drafter)
        for event in self._answers():
            if isinstance(event, LoadProgress) and on_progress is not None:
                on_progress(event)
            elif isinstance(event, Loaded):
                return event
        raise AssertionError("a load ends with Loaded, or it is an error")

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
            if isinstance(event, Hello):
                self.build = event.build
                if event.problem is not None:
                    print(f"gemfit: {event.problem}", file=sys.stderr)
            if isinstance(event, EngineExit):
                raise GemfitError("engine_ended", event.sentence)
            if isinstance(event, Failed):
                raise GemfitError(event.code, event.sentence)
            yield event


@contextlib.contextmanager
def running_engine(path: Path | None = None) -> Iterator[Engine]:
    """A started engine child, ended on leaving: with the backend that runs the file at `path`."""
    events: queue.SimpleQueue[Event | EngineExit] = queue.SimpleQueue()
    client = EngineClient(events.put, backend=backend_of(path) if path is not None else "llama")
    client.start()
    try:
        yield Engine(events, client)
    except BaseException:  # whatever it was, nothing more is wanted of the child: a load under way is not waited for
        client.close(0.0)
        raise
    client.close()
