"""An engine child for one command: started, spoken to in order, and ended whatever happens."""

import contextlib
import queue
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from gemfit.engine.client import EngineClient
from gemfit.engine.formats import BackendName, backend_of
from gemfit.engine.protocol import (
    Delta,
    Done,
    EngineExit,
    Event,
    Failed,
    Generate,
    Hello,
    Loaded,
    LoadPlan,
    LoadProgress,
)
from gemfit.errors import GemfitError
from gemfit.measured.attempts import Attempts
from gemfit.words import Sentence


class Engine:
    """The child's events as a queue. Each method raises GemfitError when the child fails or ends.

    A child that ends while it loads or answers is replaced by itself as long as there is something left to try, and an
    answer goes on where it was; standard error says so.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Start a child with the backend that runs the file at `path`."""
        self.build = ""
        self._backend: BackendName = backend_of(path) if path is not None else "llama"
        self._attempts: Attempts | None = None
        self._start()

    def _start(self) -> None:
        self._greeted = False
        self._events: queue.SimpleQueue[Event | EngineExit] = queue.SimpleQueue()
        self._client = EngineClient(self._events.put, backend=self._backend)
        self._client.start()

    @property
    def as_planned(self) -> bool:
        """Whether what is loaded is loaded as it was asked for, and not leaner."""
        return self._attempts is None or self._attempts.plan == self._planned

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
        self._path, self._planned = path, plan
        self._projector, self._drafter = projector, drafter
        self._attempts = Attempts(path, plan, media=projector is not None)
        return self._load(self._attempts, on_progress)

    def _load(self, attempts: Attempts, on_progress: Callable[[LoadProgress], None] | None = None) -> Loaded:
        while True:
            try:
                return self._loaded(attempts, on_progress)
            except _Trouble as trouble:
                self._try_again(attempts, trouble)

    def _loaded(self, attempts: Attempts, on_progress: Callable[[LoadProgress], None] | None) -> Loaded:
        events = self._answers()
        while not self._greeted:
            next(events)
        plan = attempts.heed(self.build)
        if attempts.lesson is not None and not attempts.has_news:
            _tell(attempts.lesson.sentence)
        self._client.load(self._path, plan, projector=self._projector, drafter=self._drafter)
        for event in events:
            if isinstance(event, LoadProgress) and on_progress is not None:
                on_progress(event)
            elif isinstance(event, Loaded):
                return event
        raise AssertionError("a load ends with Loaded, or it is an error")

    def _try_again(self, attempts: Attempts, trouble: "_Trouble", tokens: int = 0) -> None:
        """Another child, and another plan for it. Raises GemfitError when nothing is left to try."""
        found = attempts.after(trouble.event, tokens)
        if found is None:
            raise GemfitError(trouble.code, attempts.last_word(trouble.event)) from trouble
        _tell(found.sentence)
        self._client.close(0.0)
        self._start()

    def generate(self, request: Generate) -> Iterator[Event]:
        """The events of one answer; the last one is `Done`."""
        written, tokens, asked = "", 0, request
        while True:
            self._client.generate(asked)
            try:
                for event in self._answers():
                    if isinstance(event, Delta):
                        written, tokens = written + event.text, event.stats.context_used_tokens
                    elif isinstance(event, Done) and event.finish_reason != "cancelled" and self._attempts is not None:
                        self._attempts.went_well()
                    yield event
                    if isinstance(event, Done):
                        return
            except _Trouble as trouble:
                if self._attempts is None:
                    raise
                self._try_again(self._attempts, trouble, tokens)
                self._load(self._attempts)
                asked = msgspec.structs.replace(request, prefill=request.prefill + written)

    def cancel(self, request_id: int) -> None:
        """Stop an answer; its `Done` still comes."""
        self._client.cancel(request_id)

    def close(self, timeout_s: float = 5.0) -> None:
        """End the child."""
        self._client.close(timeout_s)

    def _answers(self) -> Iterator[Event]:
        while True:
            event = self._events.get()
            if isinstance(event, Hello):
                self.build, self._greeted = event.build, True
                if event.problem is not None:
                    _tell(event.problem)
            if isinstance(event, EngineExit | Failed):
                raise _Trouble(event)
            yield event


class _Trouble(GemfitError):
    """The child ended or refused: `event`."""

    def __init__(self, event: EngineExit | Failed) -> None:
        super().__init__(event.code if isinstance(event, Failed) else "engine_ended", event.sentence)
        self.event = event


def _tell(sentence: Sentence) -> None:
    print(f"gemfit: {sentence}", file=sys.stderr)


@contextlib.contextmanager
def running_engine(path: Path | None = None) -> Iterator[Engine]:
    """A started engine child, ended on leaving: with the backend that runs the file at `path`."""
    engine = Engine(path)
    try:
        yield engine
    except BaseException:  # whatever it was, nothing more is wanted of the child: a load under way is not waited for
        engine.close(0.0)
        raise
    engine.close()
