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
import json
import re
import signal
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

API = re.compile(r"/api/models/([^/]+/[^/]+?)(?:/revision/([^/]+))?")
FILE = re.compile(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)")
CDN = re.compile(r"/cdn/([^/]+/[^/]+)/([^/]+)/(.+)")
ROUTES = (("api", API), ("file", FILE), ("cdn", CDN))
CHUNK = 64 << 10


@dataclass
class Fault:
    """What goes wrong, `times` times (-1: always), where the path contains `match`; `skip` requests go well before.

    `where`: `api`, `file` (the Hub's own answer to a download) or `cdn`. `what`:
    `status` (answers `status`, with `retry_after`), `nonsense` (a page instead of JSON), `no_etag`,
    `cut` (closes after `after_bytes` of the body), `slow` (`bytes_per_s`),
    `hang` (says no more after `after_bytes`; -1: not even a head),
    `length` (announces `after_bytes` too many), `long` (sends `after_bytes` too many, announcing no length),
    `no_range` (ignores Range), `other_range` (begins one byte late), `total` (another total in Content-Range),
    `change` (closes after `after_bytes`, and from then on the file is another), `flip` (one byte is wrong).
    """

    where: str
    what: str
    times: int = 1
    after_bytes: int = 0
    status: int = 503
    retry_after: str | None = None
    bytes_per_s: int = 1 << 20
    match: str = ""
    skip: int = 0


@dataclass
class Request:
    """One line of the log. Header names are in lower case."""

    where: str
    method: str
    path: str
    headers: dict[str, str] = field(repr=False)
    status: int = 0
    sent_bytes: int = 0


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for them
    hub: "FakeHub"
    name: str

    def __init__(self, hub: "FakeHub", name: str, port: int = 0) -> None:
        self.hub, self.name = hub, name
        self.open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Handler)
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

    `cdn_name` is part of the CDN's ETags: another value is another CDN server with the same files.
    """

    def __init__(self, root: Path, port: int = 0, token: str | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.root, self.token, self.tls = root, token, tls
        self.cdn_name = "a"
        self.commits: dict[str, str] = {}
        self.hashes: dict[str, str] = {}
        self.sizes: dict[str, int] = {}
        self.changed: set[str] = set()
        self.without_lfs = False
        self.says_commit: str | None = None  # whatever is asked for
        self.closing = threading.Event()
        self._lock = threading.Condition()
        self._faults: list[Fault] = []
        self._log: list[Request] = []
        self._sha: dict[tuple[str, int, int], str] = {}
        self._hub = _Server(self, "hub", port)
        self._cdn = _Server(self, "cdn")
        self.url, self.cdn_url = self._hub.url, self._cdn.url

    def __enter__(self) -> "FakeHub":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.closing.set()
        self._hub.close()
        self._cdn.close()

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

    def wait_for(self, where: str, count: int = 1) -> None:
        """Return when so many requests have come in."""
        with self._lock:
            assert self._lock.wait_for(lambda: sum(r.where == where for r in self._log) >= count, timeout=30)

    def take_fault(self, where: str, path: str) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                if fault.where != where or fault.match not in path or not fault.times:
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


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format, *args):
        """The hub keeps its own log."""

    def do_HEAD(self):
        self._answer()

    def do_GET(self):
        self._answer()

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.hub.fault(*[Fault(**fault) for fault in json.loads(body)])
        self._send_json({"ok": True})

    def _answer(self) -> None:
        hub = self.server.hub
        address = urlsplit(self.path)  # absolute when we are used as a proxy
        path = unquote(address.path)
        if path == "/_fake/log":
            self._send_json([asdict(r) for r in hub.requests()])
            return
        where, match = next(
            ((name, m) for name, pattern in ROUTES if (m := pattern.fullmatch(path))),
            ("other", None),
        )
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.request_log = Request(where, self.command, self.path, headers)
        hub.record(self.request_log)
        if match is None:
            self._status(404)
            return
        if hub.token and where != "cdn" and headers.get("authorization") != f"Bearer {hub.token}":
            self._status(401)
            return
        fault = hub.take_fault(where, path)
        if fault and fault.what == "status":
            self._status(fault.status, fault.retry_after)
        elif fault and fault.what == "hang" and fault.after_bytes < 0:
            hub.closing.wait()
            self.close_connection = True
        else:
            {"api": self._api, "file": self._file, "cdn": self._cdn}[where](match, fault)

    def _status(self, status: int, retry_after: str | None = None) -> None:
        body = json.dumps({"error": f"made-up answer {status}"}).encode()
        headers = {"Content-Length": str(len(body)), "X-Error-Code": {404: "EntryNotFound"}.get(status, "")}
        if retry_after is not None:
            headers["Retry-After"] = retry_after
        self._head(status, headers)
        self._body(iter([body]))

    def _head(self, status: int, headers: dict[str, str]) -> None:
        if hasattr(self, "request_log"):
            self.request_log.status = status
        self.send_response(status)
        for name, value in headers.items():
            if value:
                self.send_header(name, value)
        self.end_headers()

    def _body(self, pieces: Iterator[bytes]) -> None:
        if self.command == "HEAD":
            return
        for piece in pieces:
            self.wfile.write(piece)
            if hasattr(self, "request_log"):
                self.request_log.sent_bytes += len(piece)

    def _send_json(self, value: object) -> None:
        body = json.dumps(value).encode()
        self._head(200, {"Content-Type": "application/json", "Content-Length": str(len(body))})
        self._body(iter([body]))

    def _api(self, match: re.Match[str], fault: Fault | None) -> None:
        hub = self.server.hub
        repo, revision = match[1], match[2]
        if fault and fault.what == "nonsense":
            self._head(200, {"Content-Type": "text/html", "Content-Length": "13"})
            self._body(iter([b"<html></html>"]))
            return
        folder = hub.root / repo
        if not folder.is_dir():
            self._status(404)
            return
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        commit = revision if revision and re.fullmatch(r"[0-9a-f]{40}", revision) else hub.commit(repo)
        siblings = [self._sibling(folder, path, "blobs=" in self.path) for path in files]
        self._send_json(
            {
                "id": repo,
                "modelId": repo,
                "sha": commit if hub.says_commit is None else hub.says_commit,
                "siblings": siblings,
            }
        )

    def _sibling(self, folder: Path, path: Path, blobs: bool) -> dict[str, object]:
        hub = self.server.hub
        name = path.relative_to(folder).as_posix()
        if not blobs:
            return {"rfilename": name}
        size = hub.sizes.get(name, path.stat().st_size)
        lfs = {"sha256": hub.hashes.get(name) or hub.sha256(path), "size": size, "pointerSize": 135}
        return {"rfilename": name, "size": size, "blobId": "0" * 40, **({} if hub.without_lfs else {"lfs": lfs})}

    def _file(self, match: re.Match[str], fault: Fault | None) -> None:
        hub = self.server.hub
        repo, revision, name = match.groups()
        path = hub.root / repo / name
        if not path.is_file():
            self._status(404)
            return
        self._head(
            302,
            {
                "Location": f"{hub.cdn_url}/cdn/{repo}/{revision}/{name}?signature=made-up",
                "X-Repo-Commit": revision,
                "X-Linked-Size": str(path.stat().st_size),
                "X-Linked-ETag": f'"{self._content_id(path)}"' if not (fault and fault.what == "no_etag") else "",
                "Content-Length": "0",
            },
        )

    def _content_id(self, path: Path) -> str:
        return self.server.hub.sha256(path) + ("-changed" if str(path) in self.server.hub.changed else "")

    def _cdn(self, match: re.Match[str], fault: Fault | None) -> None:
        hub = self.server.hub
        path = hub.root / match[1] / match[3]
        what = fault.what if fault else ""
        size = path.stat().st_size
        etag = f'"{hub.cdn_name}-{hashlib.md5(self._content_id(path).encode()).hexdigest()}"'
        start, end = self._range(size, etag) if what != "no_range" else (None, size)
        if start is not None and not start < end <= size:
            self._head(416, {"Content-Range": f"bytes */{size}", "Content-Length": "0"})
            return
        first = (start or 0) + (what == "other_range")
        headers = {"Accept-Ranges": "bytes", "ETag": "" if what == "no_etag" else etag}
        if start is not None:
            headers["Content-Range"] = f"bytes {first}-{end - 1}/{size + (what == 'total')}"
        extra = fault.after_bytes if fault and what in ("length", "long") else 0
        if what != "long":
            headers["Content-Length"] = str(end - first + (extra if what == "length" else 0))
        else:
            headers["Connection"] = "close"
        self._head(206 if start is not None else 200, headers)
        self._body(self._pieces(path, first, end, fault))
        if what in ("length", "long"):
            self._body(iter([b"\0" * extra] if what == "long" else []))
            self.close_connection = True

    def _range(self, size: int, etag: str) -> tuple[int | None, int]:
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("range", ""))
        condition = self.headers.get("if-range")
        if not asked or (condition and condition != etag):
            return None, size
        return int(asked[1]), int(asked[2]) + 1 if asked[2] else size

    def _pieces(self, path: Path, start: int, end: int, fault: Fault | None) -> Iterator[bytes]:
        hub, what = self.server.hub, fault.what if fault else ""
        changed = str(path) in hub.changed
        limit = start + fault.after_bytes if fault and what in ("cut", "hang", "change") else end
        with path.open("rb") as file:
            file.seek(start)
            at = start
            while at < min(end, limit):
                piece = file.read(min(CHUNK, min(end, limit) - at))
                if changed:
                    piece = bytes(byte ^ 0xFF for byte in piece)
                if fault and what == "flip" and at <= fault.after_bytes < at + len(piece):
                    wrong = bytearray(piece)
                    wrong[fault.after_bytes - at] ^= 1
                    piece = bytes(wrong)
                if fault and what == "slow" and hub.closing.wait(len(piece) / fault.bytes_per_s):
                    break
                yield piece
                at += len(piece)
        if what == "change":
            hub.changed.add(str(path))
        if what == "hang" and at < end:
            self.wfile.flush()
            hub.closing.wait()
        if at < end:
            self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)


def main() -> None:
    arguments = argparse.ArgumentParser(description="A Hub on the loopback, for tests.")
    arguments.add_argument("--root", type=Path, required=True)
    arguments.add_argument("--port", type=int, default=0)
    arguments.add_argument("--token")
    options = arguments.parse_args()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    with FakeHub(options.root, options.port, options.token) as hub:
        print(hub.url, flush=True)
        while not stop.wait(0.2):
            continue


if __name__ == "__main__":
    main()
