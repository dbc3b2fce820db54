"""One connection of a transfer: a thread that asks, receives, writes to the part and hashes pieces, as it is told."""

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import TYPE_CHECKING

from gemfit.errors import GemfitError
from gemfit.library.answers import answer_of, plain_reason, refused_certificate
from gemfit.library.parallel import Answered, Ask, Ended, Failed, Receive, Wait, Waited
from gemfit.library.part import Part
from gemfit.library.piece_hashes import piece_hash
from gemfit.library.rules import Rules
from gemfit.library.transfer import Broke
from gemfit.library.verify import Hash
from gemfit.library.web import Body, Line

if TYPE_CHECKING:
    import httpx2

BLOCK_BYTES = 1 << 20


class PieceCame:
    """A piece is whole: this is the hash of its bytes as they arrived."""

    def __init__(self, piece: int, digest: str) -> None:
        self.piece, self.digest = piece, digest


Message = Answered | Ended | Failed | Waited | PieceCame | Exception


class Source:
    """Where one file is: the endpoint, and the address that it sent us to, asked directly as long as that works.

    `token` goes to the endpoint's own host alone.
    """

    def __init__(self, url: str, token: str | None) -> None:
        self.url, self._token = url, token
        self._address: str | None = None

    def address(self, anew: bool) -> str:
        return self.url if anew or self._address is None else self._address

    def headers(self, ask: Ask, address: str, total_bytes: int) -> dict[str, str]:
        headers = {}
        if self._token and _origin(address) == _origin(self.url):
            headers["authorization"] = f"Bearer {self._token}"
        if ask.ranged:
            headers["range"] = f"bytes={ask.start}-{'' if ask.end == total_bytes else ask.end - 1}"
        if ask.if_range:
            headers["if-range"] = ask.if_range
        return headers

    def remember(self, response: "httpx2.Response") -> None:
        if response.history and response.status_code in (200, 206):
            self._address = str(response.url)


def _origin(url: str) -> tuple[str, str, int | None]:
    import httpx2

    parsed = httpx2.URL(url)
    return parsed.scheme, parsed.host, parsed.port


class Job:
    """Something that a wire does until it is over or stopped."""

    def __init__(self, action: Ask | Wait) -> None:
        self.action = action
        self.reply: SimpleQueue[Receive | None] = SimpleQueue()
        self.stopped, self.over, self.line = threading.Event(), threading.Event(), Line()
        self.position = 0

    def stop(self) -> None:
        """To be called again until it is over: a connection may be on its way."""
        self.stopped.set()
        self.reply.put(None)
        self.line.cut()


class Hashes:
    """The hashes of pieces that are not whole yet, from one request to the next."""

    def __init__(self) -> None:
        self._begun: dict[int, tuple[Hash, int]] = {}

    def take(self, piece: int, n_bytes: int, part: Part) -> Hash:
        """That of the first `n_bytes` of `piece`; read again from the part if it was not kept. Raises OSError."""
        kept = self._begun.pop(piece, None)
        if kept is not None and kept[1] == n_bytes:
            return kept[0]
        digest = piece_hash()
        with part.path.open("rb", buffering=0) as file:
            file.seek(part.layout.start(piece))
            while n_bytes:
                block = file.read(min(BLOCK_BYTES, n_bytes))
                if not block:
                    raise OSError(f"{part.path.name} is shorter than it was")
                digest.update(block)
                n_bytes -= len(block)
        return digest

    def put(self, piece: int, digest: Hash, n_bytes: int) -> None:
        self._begun[piece] = digest, n_bytes

    def forget(self) -> None:
        self._begun.clear()


class Wire:
    """The thread of one connection. What happens is told to `post`; `job` is the last thing it was told to do.

    An exception that is no trouble of the connection is posted too, to be raised on the caller's thread.
    """

    def __init__(
        self, web: "httpx2.Client", source: Source, part: Part, hashes: Hashes, post: Callable[[Message], None],
        rules: Rules,
    ) -> None:  # fmt: skip
        self._web, self._source, self._part, self._hashes = web, source, part, hashes
        self._post, self._rules = post, rules
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._stopped: list[Job] = []
        self.job: Job | None = None
        self._thread = threading.Thread(target=self._run, name="gemfit-wire", daemon=True)
        self._thread.start()

    def do(self, action: Ask | Wait) -> None:
        self.job = Job(action)
        self._jobs.put(self.job)

    def receive(self, action: Receive) -> None:
        """Its answer is good."""
        if self.job is not None:
            self.job.reply.put(action)

    def refuse(self, asked: int) -> None:
        """Its answer to that request is of no use."""
        if self.job is not None and self.job.action.asked == asked:
            self.job.reply.put(None)

    def stop(self) -> None:
        """Stop what it does; `tend` until it is silent."""
        if self.job is not None and not self.job.over.is_set():
            self._stopped.append(self.job)
        self.tend()

    def tend(self) -> None:
        self._stopped = [job for job in self._stopped if not job.over.is_set()]
        for job in self._stopped:
            job.stop()

    @property
    def is_silent(self) -> bool:
        return self.job is None or self.job.over.is_set()

    def end(self) -> None:
        """The thread goes; it is silent already."""
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                if not job.stopped.is_set():
                    self._carry_out(job)
            except Exception as error:  # noqa: BLE001 - raised again on the caller's thread
                self._post(error)
            finally:
                job.over.set()

    def _carry_out(self, job: Job) -> None:
        action = job.action
        if isinstance(action, Wait):
            wait = self._rules.wait or job.stopped.wait
            wait(action.least_s + self._rules.chance() * action.spread_s)
            self._post(Waited(action.line, action.asked))
            return
        import httpx2

        try:
            self._ask(job, action)
        except (httpx2.TimeoutException, _Silence):
            self._post(Failed(action.line, action.asked, Broke("stalled", "no answer")))
        except (httpx2.RequestError, httpx2.InvalidURL, _Lost) as error:
            if (refused := refused_certificate(error)) and not job.stopped.is_set():
                raise GemfitError(refused.code, refused.sentence) from error
            self._post(Failed(action.line, action.asked, Broke("broken", plain_reason(error))))

    def _ask(self, job: Job, ask: Ask) -> None:
        address = self._source.address(ask.anew)
        headers = self._source.headers(ask, address, self._part.layout.total_bytes)
        with self._web.stream("GET", address, headers=headers, extensions=dict(job.line.extensions)) as response:
            answer = answer_of(response, address, address == self._source.url)
            self._source.remember(response)
            self._post(Answered(ask.line, ask.asked, answer))
            receive = job.reply.get()
            if receive is None:
                return
            beyond = _Receiving(self._part, self._hashes, self._post, self._rules, job, receive).carry_out(
                Body(response, self._rules.stall_s), answer.length is None
            )
        self._post(Ended(ask.line, ask.asked, beyond))


class _Silence(Exception):
    """No byte came for too long."""


class _Lost(Exception):
    """The connection broke."""


def _read(body: Body, view: memoryview) -> int:
    """As `Body.readinto`, with the errors of the network kept apart from those of the disk."""
    try:
        return body.readinto(view)
    except TimeoutError as error:
        raise _Silence from error
    except OSError as error:
        raise _Lost(error.strerror or type(error).__name__) from error


class _Receiving:
    """One body on its way into the part."""

    def __init__(
        self, part: Part, hashes: Hashes, post: Callable[[Message], None], rules: Rules, job: Job, receive: Receive
    ) -> None:
        self._part, self._hashes, self._post, self._rules = part, hashes, post, rules
        self._job, self._receive, self._held = job, receive, dict(enumerate(receive.held))
        self._piece: int | None = None
        self._hash = piece_hash()

    def carry_out(self, body: Body, endless: bool) -> bool:
        """Read it to its end. `endless`: it does not say how long it is; returns whether more came than was asked."""
        view, position, end = memoryview(bytearray(BLOCK_BYTES)), self._receive.start, self._receive.end
        throttle = self._rules.throttle
        try:
            while position < end and not self._job.stopped.is_set():
                most = min(BLOCK_BYTES, end - position)
                n = _read(body, view[: throttle.block_bytes(most) if throttle else most])
                if not n:
                    return False
                self._take(position, view[:n])
                position += n
                self._job.position = position
                if throttle and (wait_s := throttle.pay(n)):
                    self._job.stopped.wait(wait_s)
            return endless and not self._job.stopped.is_set() and _read(body, view[:1]) > 0
        finally:
            if self._piece is not None:
                self._hashes.put(self._piece, self._hash, self._held[self._piece])

    def _take(self, position: int, data: memoryview) -> None:
        """Write what is not here yet, piece by piece."""
        layout = self._part.layout
        done = 0
        for piece, first, last in layout.parts_of(position, position + len(data)):
            block, done = data[done : done + last - first], done + last - first
            held = self._held[piece]
            if last <= held:
                continue
            self._turn_to(piece, held)
            new = block[held - first :]
            self._part.write(layout.start(piece) + held, new)
            self._hash.update(new)
            self._held[piece] = last
            if last == layout.length(piece):
                self._piece = None
                self._post(PieceCame(piece, self._hash.hexdigest()))

    def _turn_to(self, piece: int, held: int) -> None:
        if self._piece == piece:
            return
        self._piece = piece
        self._hash = self._hashes.take(piece, held, self._part) if held else piece_hash()
