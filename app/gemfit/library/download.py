"""Carries out a transfer: the socket, the part on disk, the waits. What to do next is decided in `transfer`."""

import contextlib
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from gemfit.errors import GemfitError
from gemfit.library import transfer as machine
from gemfit.library.disk import disk_error, free_bytes, no_room
from gemfit.library.names import place
from gemfit.library.part import Part
from gemfit.library.progress import OnProgress, Reporter
from gemfit.library.types import LocalFile, RemoteFile, TransferState
from gemfit.library.web import Line, client, refuse_when_offline, stoppable
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

if TYPE_CHECKING:
    import httpx2

_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


@dataclass(frozen=True)
class Rules:
    """How patient a transfer is, and where it takes time and chance from.

    `wait` is given seconds and returns True when the cancel came; None: the cancel event's own.
    `reserve_bytes` stay free on the disk.
    """

    stall_s: float = 30.0
    connect_s: float = 15.0
    reserve_bytes: int = 256 << 20
    clock: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random
    wait: Callable[[float], bool] | None = None


def download(
    remote: RemoteFile,
    folder: Path,
    *,
    token: str | None = None,
    on_progress: OnProgress = lambda _progress: None,
    cancelled: threading.Event | None = None,
    rules: Rules | None = None,
) -> LocalFile:
    """Fetch `remote` into `folder`, going on from what is there; the file has its name only once it is verified.

    `token` goes to the host of `remote.url` alone. `on_progress` is called on this thread, about ten times a second.
    Raises GemfitError; `code` is one of `cancelled`, `offline`, `in_use`, `disk_full`, `not_writable`, `disk`,
    `unsafe_name`, `hash_mismatch`, `network`, `certificate` and those of `transfer`. The bytes are kept in every case.
    """
    refuse_when_offline()
    rules, cancelled = rules or Rules(), cancelled or threading.Event()
    target = place(folder, remote.file)
    reporter = Reporter(remote.file, remote.bytes, on_progress, rules.clock)
    held = 0
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with Part(target, remote, rules.clock) as part:
            run = _Run(remote, part, token, reporter, cancelled, rules)
            try:
                return run.carry_out()
            finally:
                held = part.sidecar.durable_bytes
    except OSError as error:
        problem = disk_error(error, target, held)
        reporter.report("failed", held, problem.sentence)
        raise problem from error
    except GemfitError as error:
        reporter.report("paused" if error.code == "cancelled" else "failed", held, error.sentence)
        raise


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


class _Run:
    """One download from beginning to end."""

    def __init__(
        self,
        remote: RemoteFile,
        part: Part,
        token: str | None,
        reporter: Reporter,
        cancelled: threading.Event,
        rules: Rules,
    ) -> None:
        self._remote, self._part, self._token = remote, part, token
        self._reporter, self._cancelled, self._rules = reporter, cancelled, rules
        reporter.resumed_from_bytes = part.held_bytes

    def carry_out(self) -> LocalFile:
        try:
            return self._carry_out()
        except Cancelled:
            raise self._stopped() from None

    def _carry_out(self) -> LocalFile:
        self._look_for_room()
        self._check_what_is_here()
        try:
            with stoppable(self._cancelled) as line, client(self._rules.connect_s, self._rules.stall_s) as web:
                self._exchange().fetch(web, line)
        finally:
            if self._part.is_open:
                self._part.keep()
        return self._verify()

    def _exchange(self) -> Exchange:
        sidecar = self._part.sidecar
        state = machine.Transfer(
            total_bytes=self._remote.bytes,
            page=self._remote.url.partition("/resolve/")[0],
            held_bytes=self._part.held_bytes,
            etag=sidecar.etag,
            content=sidecar.content,
        )
        return Exchange(self._remote.url, self._part, state, self._token, self._tell, self._cancelled, self._rules)

    def _tell(self, state: TransferState, done_bytes: int, sentence: Sentence | None) -> None:
        if not done_bytes:  # it begins anew
            self._reporter.resumed_from_bytes = 0
        self._reporter.report(state, done_bytes, sentence)

    def _look_for_room(self) -> None:
        needed = self._remote.bytes - self._part.held_bytes
        free = free_bytes(self._part.path.parent)
        if needed and needed + self._rules.reserve_bytes > free:
            raise no_room(self._part.path.parent, needed + self._rules.reserve_bytes, free)

    def _check_what_is_here(self) -> None:
        if not self._part.held_bytes:
            return

        def step(done: int) -> None:
            if self._cancelled.is_set():
                raise Cancelled
            self._reporter.report("checking", done)

        self._part.rehash(step)

    def _stopped(self) -> GemfitError:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "Stopped. {kept_bytes} of {file} are kept. Get it again and it goes on from there."
        )
        return GemfitError("cancelled", say(text, kept_bytes=self._part.held_bytes, file=self._remote.file))

    def _verify(self) -> LocalFile:
        total = self._remote.bytes
        self._reporter.report("verifying", total)
        found = self._part.sha256()
        if found != self._remote.sha256:
            raise mismatch(self._part.set_aside(), found, self._remote.sha256)
        self._part.finish()
        self._reporter.report("done", total)
        return LocalFile(
            path=str(self._part.target),
            bytes=total,
            sha256=found,
            verified=True,
            resumed_from_bytes=self._reporter.resumed_from_bytes,
        )


def answer_of(response: "httpx2.Response", asked_url: str) -> machine.Answer:
    """The head of a response as the state machine sees it; on a redirect, the Hub's own answer names the content."""
    import httpx2

    headers = response.headers
    answers = [*response.history, response]
    found = _CONTENT_RANGE.match(headers.get("content-range", ""))
    return machine.Answer(
        status=response.status_code,
        etag=headers.get("etag"),
        content=next((a.headers["x-linked-etag"] for a in answers if "x-linked-etag" in a.headers), None),
        length=_number(headers.get("content-length")),
        range_start=int(found[1]) if found else None,
        range_total=_number(found[2]) if found else None,
        retry_after_s=retry_after(headers.get("retry-after"), time.time()),
        from_endpoint=response.url.host == httpx2.URL(asked_url).host and not response.history,
    )


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() else None


def retry_after(text: str | None, now_s: float) -> float | None:
    """Seconds that a Retry-After header asks for, given as a number or as a date (RFC 9110, 10.2.3)."""
    if text is None:
        return None
    if (seconds := _number(text.strip())) is not None:
        return float(seconds)
    with contextlib.suppress(ValueError):  # neither number nor date: as if it were not there
        return max(0.0, parsedate_to_datetime(text).timestamp() - now_s)
    return None


def plain_reason(error: Exception) -> str:
    """What went wrong with a connection, in the system's words; never an address, which may hold a signature."""
    text = str(error).strip()
    return text if text and "://" not in text else type(error).__name__


def refused_certificate(error: Exception) -> machine.GiveUp | None:
    """A certificate that this system does not trust: trying again does not help."""
    if "CERTIFICATE_VERIFY_FAILED" not in str(error):
        return None
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "This system does not trust the server's certificate, so nothing was sent to it. Check the clock of this "
        "machine; behind a company's proxy, have its certificate installed in the system.",
    )
    return machine.GiveUp("certificate", say(text))


def mismatch(aside: Path, found: str, expected: str) -> GemfitError:
    """`hash_mismatch`: all bytes came, and they are not the published ones."""
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "What arrived is not the published file: its SHA-256 is {found}, expected was {expected}. It is not used; the "
        "bytes are kept as {path}. Get it again to start anew; if that fails too, use another endpoint.",
    )
    return GemfitError("hash_mismatch", say(text, found=found, expected=expected, path=str(aside)))
