"""An engine child for the benchmarks, asked in order; whatever goes wrong ends the program with a sentence."""

import queue
from pathlib import Path
from typing import Self, TypeVar

from gemfit.engine.client import EngineClient
from gemfit.engine.protocol import Delta, Done, EngineExit, Event, Failed, Generate, Loaded, LoadPlan, Stats

T = TypeVar("T")


class Child:
    """A client and its events. Close it, or use it in a `with`."""

    def __init__(self) -> None:
        self._events: queue.SimpleQueue[Event | EngineExit] = queue.SimpleQueue()
        self.client = EngineClient(self._events.put)
        self.client.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.client.close()

    def next(self) -> Event:
        event = self._events.get()
        if isinstance(event, Failed | EngineExit):
            raise SystemExit(str(event.sentence))
        return event

    def wait_for(self, kind: type[T]) -> T:
        """The next event of that kind; those before it are dropped."""
        while not isinstance(event := self.next(), kind):
            pass
        return event

    def load(self, path: Path, plan: LoadPlan, *, drafter: Path | None = None) -> Loaded:
        self.client.load(path, plan, drafter=drafter)
        return self.wait_for(Loaded)

    def answer(self, request: Generate) -> tuple[str, Stats]:
        """All that was said, thoughts included, and the figures."""
        self.client.generate(request)
        text = ""
        while not isinstance(event := self.next(), Done):
            text += event.thinking + event.text if isinstance(event, Delta) else ""
        return text, event.stats
