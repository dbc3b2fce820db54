"""The beginning of a file over one connection, as far as it is wanted: the socket and the waits of `transfer`."""

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol

from gemfit.errors import GemfitError
from gemfit.library import transfer as machine
from gemfit.library.answers import answer_of, plain_reason, refused_certificate
from gemfit.library.rules import Rules
from gemfit.library.types import TransferState
from gemfit.library.web import Line
from gemfit.words import Sentence

if TYPE_CHECKING:
    import httpx2


class Sink(Protocol):
    """Where the bytes go. `Part` is one; `held_bytes` of the file are there."""

    @property
    def held_bytes(self) -> int: ...

    def append(self, data: bytes | memoryview) -> None:
        """Take the next bytes."""

    def note(self, etag: str | None, content: str | None) -> None:
        """Remember which version they are of."""

    def sync(self) -> None:
        """Make them durable: nothing comes for a while."""

    def discard(self) -> None:
        """Forget them: the file has changed."""


Tell = Callable[[TransferState, int, Sentence | None], None]
"""Told what happens: the state, the bytes that are here, what to say about it."""


class Exchange:
    """Asks for the bytes of one file until the sink has enough, with patience and with the answers of `transfer`."""

    def __init__(
        self,
        url: str,
        sink: Sink,
        state: machine.Transfer,
        token: str | None,
        tell: Tell,
        cancelled: threading.Event,
        rules: Rules,
        wanted: Callable[[], int] | None = None,
    ) -> None:
        """`wanted` says how many bytes from the beginning are wanted, and may say more as they come; None: all."""
        self._url, self._sink, self._state, self._token = url, sink, state, token
        self._tell, self._cancelled, self._rules = tell, cancelled, rules
        self._wanted = wanted or (lambda: state.total_bytes)
        self.received_bytes = 0

    def fetch(self, web: "httpx2.Client", line: Line) -> None:
        """Return when all that is wanted is here. Raises GemfitError, OSError and Cancelled."""
        action = machine.begin(self._state)
        while not isinstance(action, machine.Check) and self._state.held_bytes < self._wanted():
            self._stop_if_cancelled()
            match action:
                case machine.Ask():
                    action = self._ask(web, line, action)
                case machine.Wait():
                    action = self._wait(action)
                case machine.Discard():
                    self._sink.discard()
                    self._tell("retrying", 0, action.sentence)
                    action = machine.begin(self._state)
                case machine.GiveUp():
                    raise GemfitError(action.code, action.sentence)
                case machine.Receive():
                    raise AssertionError("a body is read where its answer came in")

    def _wait(self, action: machine.Wait) -> machine.Action:
        self._tell("retrying", self._sink.held_bytes, action.sentence)
        self._sink.sync()
        wait = self._rules.wait or self._cancelled.wait
        wait(action.least_s + self._rules.chance() * action.spread_s)
        return machine.begin(self._state)

    def _ask(self, web: "httpx2.Client", line: Line, ask: machine.Ask) -> machine.Action:
        import httpx2

        end = self._wanted()
        try:
            with web.stream(
                "GET", self._url, headers=self._headers(ask, end), extensions=dict(line.extensions)
            ) as response:
                action = self._feed(answer_of(response, self._url))
                if not isinstance(action, machine.Receive):
                    return action
                self._sink.note(self._state.etag, self._state.content)
                try:
                    self._receive(response.iter_raw())
                except machine.TooLong:
                    return machine.too_long(self._state)
            if end <= self._state.held_bytes < self._state.total_bytes:  # this part is here
                return machine.begin(self._state)
            return self._feed(machine.Ended())
        except httpx2.TimeoutException:
            return self._feed(machine.Broke("stalled", "no answer"))
        except (httpx2.RequestError, httpx2.InvalidURL) as error:
            self._stop_if_cancelled()
            return refused_certificate(error) or self._feed(machine.Broke("broken", plain_reason(error)))

    def _headers(self, ask: machine.Ask, end: int) -> dict[str, str]:
        headers = {}
        if self._token:
            headers["authorization"] = f"Bearer {self._token}"
        last = str(end - 1) if end < self._state.total_bytes else ""
        if ask.start or last:
            headers["range"] = f"bytes={ask.start}-{last}"
        if ask.start and ask.if_range:
            headers["if-range"] = ask.if_range
        return headers

    def _receive(self, pieces: Iterator[bytes]) -> None:
        """Read the body to its end, or, where only a part is wanted, until that is here: some servers send it all."""
        for piece in pieces:
            self._stop_if_cancelled()
            self.received_bytes += len(piece)
            self._state, skipped = machine.take(self._state, len(piece))
            self._sink.append(memoryview(piece)[skipped:])
            self._tell("downloading", self._sink.held_bytes, None)
            if self._wanted() <= self._state.held_bytes < self._state.total_bytes:
                break
        self._stop_if_cancelled()

    def _feed(self, event: machine.Event) -> machine.Action:
        self._state, action = machine.step(self._state, event)
        return action

    def _stop_if_cancelled(self) -> None:
        if self._cancelled.is_set():
            raise Cancelled


class Cancelled(Exception):
    """The cancel came."""
