"""Carries out a transfer: the threads, the part on disk, the waits. What to do next is decided in `parallel`."""

import re
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

import msgspec

from gemfit.errors import GemfitError
from gemfit.library import parallel, piece_hashes
from gemfit.library.answers import plain_reason, refused_certificate, retry_after
from gemfit.library.claims import Claims
from gemfit.library.disk import FULL, disk_error, free_bytes, no_room, reserve_reached
from gemfit.library.exchange import Cancelled, Exchange
from gemfit.library.front import Front
from gemfit.library.names import place
from gemfit.library.part import Part, taken_bytes
from gemfit.library.piece_hashes import differing_pieces
from gemfit.library.pieces import front as front_of
from gemfit.library.progress import OnProgress, Reporter
from gemfit.library.rules import Rules
from gemfit.library.transfer import GiveUp
from gemfit.library.types import LocalFile, RemoteFile
from gemfit.library.web import client, refuse_when_offline
from gemfit.library.wire import Hashes, PieceCame, Source, Wire
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

if TYPE_CHECKING:
    import httpx2

__all__ = ["Cancelled", "Exchange", "Rules", "download", "plain_reason", "refused_certificate", "retry_after"]

CLAIM_S = 2.0
LOOK_AT_DISK_S = 1.0
TICK_S = 0.05
MOST_LOOKS = 3  # at the whole, while pieces are fetched again one after the other


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
    Raises GemfitError; `code` is one of `cancelled`, `offline`, `in_use`, `disk_full`, `not_writable`, `folder_gone`,
    `disk`, `unsafe_name`, `hash_mismatch`, `network`, `certificate` and those of `transfer`. The bytes are kept in
    every case.
    """
    refuse_when_offline()
    rules, cancelled = rules or Rules(), cancelled or threading.Event()
    target = place(folder, remote.file)
    reporter = Reporter(remote.file, remote.bytes, on_progress, rules.clock)
    held = 0
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with Part(target, remote, rules.piece_bytes) as part:
            held = sum(part.held)
            try:
                return _Run(remote, part, token, reporter, cancelled, rules).carry_out()
            finally:
                held = part.sidecar.durable_bytes
    except OSError as error:
        problem = disk_error(error, target, held)
        reporter.report("failed", held, problem.sentence)
        raise problem from error
    except GemfitError as error:
        reporter.report("paused" if error.code == "cancelled" else "failed", held, error.sentence)
        raise


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
        self._remote, self._part, self._source = remote, part, Source(remote.url, token)
        self._reporter, self._cancelled, self._rules = reporter, cancelled, rules
        self._inbox: SimpleQueue[object] = SimpleQueue()  # None: have a look
        self._piece_hashes = dict(part.hashes)
        whole = {i for i, n in enumerate(part.held) if n == part.layout.length(i)}
        self._lacking = whole - set(self._piece_hashes)  # they came with a file that nobody knew the pieces of
        self._hashes = Hashes()
        self._wires: list[Wire] = []
        self._unlooked: set[int] = set()  # pieces that changed since the whole was hashed
        self._state = self._fresh(part.held)
        self._claimed_at = self._looked_at = rules.clock()
        self._claimed_bytes = self._state.held_bytes
        self._piece_came = self._is_done = self._is_allocated = False
        reporter.resumed_from_bytes = self._state.held_bytes

    def _fresh(self, held: tuple[int, ...]) -> parallel.Fetch:
        sidecar = self._part.sidecar
        return parallel.fresh(
            self._part.layout,
            held,
            self._rules.connections,
            page=self._remote.url.partition("/resolve/")[0],
            etag=sidecar.etag,
            content=sidecar.content,
        )

    def carry_out(self) -> LocalFile:
        try:
            return self._carry_out()
        except Cancelled:
            text = QT_TRANSLATE_NOOP(
                "gemfit", "Stopped. {kept_bytes} of {file} are kept. Get it again and it goes on from there."
            )
            kept_bytes = self._part.sidecar.durable_bytes
            raise GemfitError("cancelled", say(text, kept_bytes=kept_bytes, file=self._remote.file)) from None

    def _carry_out(self) -> LocalFile:
        self._look_for_room()
        self._is_allocated = self._part.allocate()
        self._claims = Claims(self._part, self._inbox.put)
        try:
            with (
                client(self._rules.connect_s, self._rules.stall_s) as web,
                Front(self._part.path, self._part.layout, self._lacking, self._inbox.put) as self._front,
            ):
                try:
                    self._fetch(web)
                    found = self._hash_of_all()
                    if found != self._remote.sha256:
                        found = self._mend(web, found)
                finally:
                    self._silence()
        finally:
            self._claims.end()
            if self._part.is_open:
                self._part.note(self._state.etag, self._state.content)
                self._part.keep(self._state.held, self._piece_hashes)
        return self._finish(found)

    def _fetch(self, web: "httpx2.Client") -> None:
        """Return when all of it is here. Raises GemfitError, OSError and Cancelled."""
        self._is_done = False
        self._feed(web, parallel.Start())
        while not self._is_done:
            try:
                self._hear(web, self._next_message())
            except OSError as error:
                if error.errno not in FULL or not self._rules.waits_for_room:
                    raise
                self._sit_out(web)
            self._claim_if_due()
            self._look_at_disk(web)
            self._front.allow(front_of(self._part.layout, self._state.held))
            if self._state.connections:
                self._tell_progress()

    def _next_message(self) -> object:
        if self._cancelled.is_set():
            raise Cancelled
        for wire in self._wires:
            wire.tend()
        try:
            return self._inbox.get(timeout=TICK_S)
        except Empty:
            return None

    def _hear(self, web: "httpx2.Client", message: object) -> None:
        self._count()
        match message:
            case None:
                return
            case PieceCame():
                self._piece_hashes[message.piece] = message.digest
                self._piece_came = True
            case Exception():
                raise message
            case _:
                self._feed(web, message)  # type: ignore[arg-type]

    def _count(self) -> None:
        """Tell the state machine what the wires have written since the last look."""
        for index, line in enumerate(self._state.lines):
            if line.doing != "receiving":
                continue
            job = self._wires[index].job
            if job is not None and job.position > line.at and job.action.asked == line.asked:
                came = parallel.Came(index, line.asked, job.position)
                self._state, _ = parallel.step(self._state, came)

    def _feed(self, web: "httpx2.Client", event: parallel.Event) -> None:
        self._state, actions = parallel.step(self._state, event)
        if isinstance(event, parallel.Answered):
            line = event.line
            if not any(isinstance(action, parallel.Receive) and action.line == line for action in actions):
                self._wires[line].refuse(event.asked)
        for action in actions:
            self._do(web, action)

    def _do(self, web: "httpx2.Client", action: parallel.Action) -> None:
        match action:
            case parallel.Ask():
                while action.line >= len(self._wires):
                    wire = Wire(web, self._source, self._part, self._hashes, self._inbox.put, self._rules)
                    self._wires.append(wire)
                self._wires[action.line].do(action)
            case parallel.Receive():
                self._wires[action.line].receive(action)
            case parallel.Wait():
                if not self._state.connections:
                    self._reporter.report("retrying", self._state.held_bytes, action.sentence)
                self._wires[action.line].do(action)
            case parallel.HangUp():
                self._wires[action.line].stop()
            case parallel.Discard():
                self._discard(web, action.sentence)
            case parallel.Done():
                self._is_done = True
            case GiveUp():
                raise GemfitError(action.code, action.sentence)

    def _discard(self, web: "httpx2.Client", sentence: Sentence) -> None:
        self._all_silent()
        self._claims.rest()
        self._front.go_back(0)
        self._hashes.forget()
        self._lacking.clear()
        self._piece_hashes.clear()
        self._part.discard()
        self._claimed_bytes = 0
        self._reporter.resumed_from_bytes = 0
        self._reporter.report("retrying", 0, sentence)
        self._feed(web, parallel.Start())

    def _all_silent(self) -> None:
        """Stop all wires and wait until none of them writes any more; what they still had to say is forgotten."""
        for wire in self._wires:
            wire.stop()
        pause = threading.Event()
        while not all(wire.is_silent for wire in self._wires):
            pause.wait(0.01)
            for wire in self._wires:
                wire.tend()

    def _silence(self) -> None:
        """At the end, however it came: hang up, count what was written, send the threads home."""
        self._all_silent()
        self._count()
        while not self._inbox.empty():
            if isinstance(message := self._inbox.get(), PieceCame):
                self._piece_hashes[message.piece] = message.digest
        for wire in self._wires:
            wire.end()
        self._wires.clear()

    def _claim_if_due(self) -> None:
        now, held = self._rules.clock(), self._state.held_bytes
        due = self._piece_came or now - self._claimed_at >= CLAIM_S
        if due and held != self._claimed_bytes and self._claims.is_free:
            self._claimed_at, self._claimed_bytes, self._piece_came = now, held, False
            self._claims.make(self._state.held, self._piece_hashes, self._state.etag, self._state.content)

    def _tell_progress(self) -> None:
        self._reporter.report("downloading", self._state.held_bytes, connections=self._state.connections)

    def _look_for_room(self) -> None:
        folder = self._part.path.parent
        missing = self._remote.bytes - self._state.held_bytes
        needed = self._remote.bytes - taken_bytes(self._part.target) if missing else 0
        reserve, free = self._rules.reserve(folder), free_bytes(folder)
        if needed > 0 and needed + reserve > free:
            raise no_room(folder, needed + reserve, free)

    def _look_at_disk(self, web: "httpx2.Client") -> None:
        """Where the room could not be taken beforehand, others can use it up meanwhile."""
        now = self._rules.clock()
        if self._is_allocated or self._is_done or now - self._looked_at < LOOK_AT_DISK_S:
            return
        self._looked_at = now
        folder = self._part.path.parent
        reserve, free = self._rules.reserve(folder), free_bytes(folder)
        if free >= reserve:
            return
        if not self._rules.waits_for_room:
            raise no_room(folder, self._remote.bytes - self._state.held_bytes + reserve, free)
        self._sit_out(web)

    def _sit_out(self, web: "httpx2.Client") -> None:
        """Wait until there is room again, in the state `no_room`."""
        self._all_silent()
        self._count()
        self._state, _ = parallel.step(self._state, parallel.Stop())
        held = self._state.held_bytes
        folder, missing = self._part.path.parent, self._remote.bytes - held
        self._reporter.report("no_room", held, reserve_reached(folder, missing, held))
        wait = self._rules.wait or self._cancelled.wait
        while free_bytes(folder) < self._rules.reserve(folder) + min(missing, self._part.layout.piece_bytes):
            wait(LOOK_AT_DISK_S)
            if self._cancelled.is_set():
                raise Cancelled
        self._feed(web, parallel.Start())

    def _hash_of_all(self) -> str:
        """The SHA-256 of what is on the disk, once the front has come to the end."""
        self._front.allow(self._part.layout.total_bytes)
        while not self._front.is_done:
            message = self._next_message()
            if isinstance(message, Exception):
                raise message
            if isinstance(message, PieceCame):
                self._piece_hashes[message.piece] = message.digest
            self._reporter.report("verifying", self._front.at)
        self._reporter.report("verifying", self._remote.bytes)
        return self._front.sha256()

    def _mend(self, web: "httpx2.Client", found: str) -> str:
        """All bytes are here and are not the published ones: find the pieces that are wrong, and fetch those again.

        First those that the disk does not give back as they arrived; then, where the server may have better bytes, all
        until the whole is right. Returns the SHA-256 that was expected. Raises GemfitError `hash_mismatch`.
        """
        self._claims.rest()
        said = QT_TRANSLATE_NOOP("gemfit", "Something in the file is damaged: looking for the piece.")
        self._reporter.report("checking", 0, say(said))
        spoilt = differing_pieces(self._part.path, self._part.layout, self._piece_hashes, self._check)
        if spoilt:
            found = self._fetch_again(web, spoilt, found, look=True)
        if found == self._remote.sha256 or self._server_has_another():
            return self._right(found)
        looks, pieces, many = 0, range(self._part.layout.count), self._rules.connections
        for first in pieces[::many]:
            before = {**self._front.pieces, **self._piece_hashes}
            batch = list(pieces[first : first + many])
            last = first + many >= len(pieces)
            found = self._fetch_again(web, batch, found, look=last or looks < MOST_LOOKS, before=before)
            looks += any(before.get(piece) != self._piece_hashes[piece] for piece in batch)
            if found == self._remote.sha256:
                break
        return self._right(found)

    def _check(self, done: int) -> None:
        if self._cancelled.is_set():
            raise Cancelled
        self._reporter.report("checking", done)

    def _server_has_another(self) -> bool:
        """The Hub calls what it keeps in large-file storage by its SHA-256: then it says itself that it is another."""
        name = (self._state.content or "").strip('"').lower()
        return re.fullmatch("[0-9a-f]{64}", name) is not None and name != self._remote.sha256

    def _fetch_again(
        self,
        web: "httpx2.Client",
        pieces: Sequence[int],
        found: str,
        *,
        look: bool,
        before: Mapping[int, str] | None = None,
    ) -> str:
        """Fetch `pieces` once more. With `look`, the SHA-256 of the whole is returned if they changed, else `found`."""
        self._lacking.difference_update(pieces)
        held = tuple(0 if piece in pieces else n_bytes for piece, n_bytes in enumerate(self._state.held))
        asked = self._state.requests
        self._state = msgspec.structs.replace(self._fresh(held), requests=asked)
        self._piece_hashes = {p: digest for p, digest in self._piece_hashes.items() if p not in pieces}
        self._claims.make(held, self._piece_hashes, self._state.etag, self._state.content)
        self._claims.rest()
        self._claimed_bytes = self._state.held_bytes
        self._fetch(web)
        self._unlooked.update(p for p in pieces if before is None or before.get(p) != self._piece_hashes[p])
        if not look or not self._unlooked:
            return found
        self._front.go_back(min(self._unlooked))
        self._unlooked.clear()
        return self._hash_of_all()

    def _right(self, found: str) -> str:
        if found != self._remote.sha256:
            self._claims.rest()
            raise mismatch(self._part.set_aside(), found, self._remote.sha256)
        return found

    def _finish(self, found: str) -> LocalFile:
        total = self._remote.bytes
        self._part.finish()
        piece_hashes.keep(found, self._part.layout, {**self._front.pieces, **self._piece_hashes})
        self._reporter.report("done", total)
        return LocalFile(
            path=str(self._part.target),
            bytes=total,
            sha256=found,
            verified=True,
            resumed_from_bytes=self._reporter.resumed_from_bytes,
        )


def mismatch(aside: Path, found: str, expected: str) -> GemfitError:
    """`hash_mismatch`: all bytes came, and they are not the published ones."""
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "What the server sends is not the published file: its SHA-256 is {found}, expected was {expected}. It is not "
        "used; the bytes are kept as {path}. Get it again to start anew; if that fails too, use another endpoint.",
    )
    return GemfitError("hash_mismatch", say(text, found=found, expected=expected, path=str(aside)))
