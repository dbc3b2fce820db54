"""A Hub on the loopback: the part of its API that downloads use, a CDN on another port, and faults on demand.

    with FakeHub(folder) as hub:            # folder/<owner>/<repo>/<file>
        hub.add("google/gemma", "x.gguf", data)
        hub.fault(Fault("cdn", "cut", after_bytes=1000))
        ...                                 # HF_ENDPOINT = hub.url
        hub.requests("cdn")

As a process it prints its address, and takes faults over HTTP:

    python -m tests.fakes.hub --root DIR --port 0
    POST <url>/_fake/faults  [{"where": "cdn", "what": "slow", "bytes_per_s": 1000000, "times": -1}]
    GET  <url>/_fake/log
"""

import argparse
import hashlib
import signal
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path

from tests.fakes.answers import Handler
from tests.fakes.fault import INVERTED, Fault, Request


class Server(ThreadingHTTPServer):
    """One of the three: the Hub itself, its CDN, and a third server that it may send people to."""

    daemon_threads = False  # so that closing waits for them
    hub: "FakeHub"
    name: str

    def __init__(self, hub: "FakeHub", name: str, port: int = 0) -> None:
        self.hub, self.name = hub, name
        self.open: set[socket.socket] = set()
        self.abrupt: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Handler)
        if hub.tls:
            self.socket = hub.tls.wrap_socket(self.socket, server_side=True)
        self.url = f"{'https' if hub.tls else 'http'}://127.0.0.1:{self.server_address[1]}"
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), name=f"fake-{name}")
        self._thread.start()

    def process_request(self, request, client_address):
        self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        self.open.discard(request)
        if request in self.abrupt:  # no orderly end before the reset
            self.abrupt.discard(request)
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def handle_error(self, request, client_address):
        """A client that goes away is what half of the tests are about."""

    def close(self) -> None:
        self.shutdown()
        for connection in list(self.open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # closed by the other side
        self.server_close()
        self._thread.join()


class FakeHub:
    """Serves the files under `root`. `token`, when set, is needed for everything but the CDN.

    `cdn_name` is part of the CDN's ETags: another value is another CDN server with the same files. `at_once`: so many
    bodies at a time come from the CDN; who wants one more is told 503. `bytes_per_s`: what the line of the CDN carries,
    all connections together.
    """

    def __init__(self, root: Path, port: int = 0, token: str | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.root, self.token, self.tls = root, token, tls
        self.cdn_name = "a"
        self.at_once: int | None = None
        self.bytes_per_s: int | None = None
        self._line_free_at = 0.0
        self._bodies = 0
        self.commits: dict[str, str] = {}
        self.hashes: dict[str, str] = {}
        self.sizes: dict[str, int] = {}
        self.changed: set[str] = set()
        self.without_lfs = False
        self.says_commit: str | None = None  # whatever is asked for
        self.listed: list[str] = []  # names that a search finds although there is no such repository
        self.siblings: dict[str, list[str]] = {}  # names that a repository says it has besides its files
        self.next_at = ""  # where the next page of a search is said to be; empty: here
        self.searches = True  # a mirror may have no search
        self.about: dict[str, dict[str, object]] = {}  # what else is said of a repository: downloads, gated, tags, …
        self.dates: dict[str, str] = {}  # when a repository was changed last, in ISO 8601
        self.closing, self.released = threading.Event(), threading.Event()
        self._lock = threading.Condition()
        self._faults: list[Fault] = []
        self._log: list[Request] = []
        self._sha: dict[tuple[str, int, int], str] = {}
        self._hub = Server(self, "hub", port)
        self._cdn, self._third = Server(self, "cdn"), Server(self, "third")
        self.url, self.cdn_url, self.third_url = self._hub.url, self._cdn.url, self._third.url

    def __enter__(self) -> "FakeHub":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def release(self) -> None:
        """What was held goes on."""
        self.released.set()

    def close(self) -> None:
        self.closing.set()
        self.released.set()
        for server in (self._hub, self._cdn, self._third):
            server.close()

    def add(self, repo: str, name: str, data: bytes) -> str:
        """Publish a file; returns its SHA-256."""
        path = self.root / repo / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return self.sha256(path)

    def commit(self, repo: str) -> str:
        """The newest commit of `repo`."""
        return self.commits.get(repo) or hashlib.sha1(repo.encode()).hexdigest()

    def fault(self, *faults: Fault) -> None:
        with self._lock:
            self._faults += faults

    def heal(self) -> None:
        """No more faults."""
        with self._lock:
            self._faults.clear()

    def requests(self, where: str | None = None) -> list[Request]:
        """The log: everything that was asked, oldest first."""
        with self._lock:
            return [r for r in self._log if where in (None, r.where)]

    def sent(self, match: str = "") -> list[tuple[int, int]]:
        """The ranges of files, where the path contains `match`, that were sent: from, to."""
        found = [r for r in self.requests("cdn") if r.status in (200, 206) and match in r.path]
        return [(r.start, r.start + r.sent_bytes) for r in found]

    def sent_bytes(self, match: str = "") -> int:
        """Bytes of a file, over all requests."""
        return sum(end - start for start, end in self.sent(match))

    def sent_twice(self, match: str = "") -> int:
        """Bytes of one file that were sent again: all that were sent less those that were sent at least once."""
        covered = reached = 0
        for start, end in sorted(self.sent(match)):
            covered += max(0, end - max(start, reached))
            reached = max(reached, end)
        return self.sent_bytes(match) - covered

    def saw(self, token: str) -> list[str]:
        """The servers that were shown `token`, in whatever header or address: `hub`, `cdn`, `third`."""
        shown = [r for r in self.requests() if any(token in text for text in (r.path, *r.headers.values()))]
        return sorted({request.host for request in shown})

    def block_bytes(self, most: int) -> int:
        """How much is sent at once: on a slow line what it carries in a hundredth of a second."""
        return min(most, max(1, self.bytes_per_s // 100)) if self.bytes_per_s else most

    def pace(self, n_bytes: int) -> None:
        """Return when the line has carried so much."""
        if self.bytes_per_s:
            with self._lock:
                now = time.monotonic()
                self._line_free_at = max(self._line_free_at, now) + n_bytes / self.bytes_per_s
                wait_s = self._line_free_at - now
            self.closing.wait(wait_s)

    @contextmanager
    def body(self) -> Iterator[bool]:
        """Count a body that is being sent; whether it may be."""
        with self._lock:
            self._bodies += 1
            allowed = self.at_once is None or self._bodies <= self.at_once
        try:
            yield allowed
        finally:
            with self._lock:
                self._bodies -= 1

    def wait_for(self, where: str, count: int = 1) -> None:
        """Return when so many requests have come in."""
        with self._lock:
            assert self._lock.wait_for(lambda: sum(r.where == where for r in self._log) >= count, timeout=30)

    def take_fault(self, where: str, path: str, start: int, end: int) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                if not fault.strikes(where, path, start, end):
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                return fault
        return None

    def record(self, request: Request) -> None:
        with self._lock:
            self._log.append(request)
            self._lock.notify_all()

    def sha256(self, path: Path) -> str:
        stat = path.stat()
        key = str(path), stat.st_size, stat.st_mtime_ns
        if key not in self._sha:
            with path.open("rb") as file:
                self._sha[key] = hashlib.file_digest(file, "sha256").hexdigest()
        return self._sha[key]

    def sha256_of_changed(self, path: Path) -> str:
        return hashlib.sha256(path.read_bytes().translate(INVERTED)).hexdigest()


def main() -> None:
    arguments = argparse.ArgumentParser(description="A Hub on the loopback, for tests.")
    arguments.add_argument("--root", type=Path, required=True)
    arguments.add_argument("--port", type=int, default=0)
    arguments.add_argument("--token")
    arguments.add_argument("--bytes-per-s", type=int, help="what the line of the CDN carries")
    options = arguments.parse_args()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    with FakeHub(options.root, options.port, options.token) as hub:
        hub.bytes_per_s = options.bytes_per_s
        print(hub.url, flush=True)
        while not stop.wait(0.2):
            continue


if __name__ == "__main__":
    main()
