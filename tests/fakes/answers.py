"""How the made-up Hub answers: its API, the addresses of files, and a CDN with ranges, each as a fault wants it."""

import gzip
import hashlib
import json
import os
import re
import socket
import struct
import sys
from collections.abc import Iterator
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from tests.fakes.fault import INVERTED, Fault, Request

if TYPE_CHECKING:
    from tests.fakes.hub import Server

SEARCH = re.compile(r"/api/models")
API = re.compile(r"/api/models/([^/]+/[^/]+?)(?:/revision/([^/]+))?")
FILE = re.compile(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)")
CDN = re.compile(r"/cdn/([^/]+/[^/]+)/([^/]+)/(.+)")
ROUTES = (("search", SEARCH), ("api", API), ("file", FILE), ("cdn", CDN))
CHUNK = 64 << 10
SENDFILE = 4 << 20


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Server"

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
        self.request_log = Request(where, self.command, self.path, headers, host=self.server.name)
        hub.record(self.request_log)
        if match is None:
            self._status(404)
            return
        if hub.token and where != "cdn" and headers.get("authorization") != f"Bearer {hub.token}":
            self._status(401)
            return
        fault = hub.take_fault(where, path, *self._asked())
        if fault is None or not self._instead(fault):
            {"search": self._search, "api": self._api, "file": self._file, "cdn": self._cdn}[where](match, fault)

    def _asked(self) -> tuple[int, int]:
        """The bytes that are asked for: from, to; all without Range."""
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("range", ""))
        return (int(asked[1]), int(asked[2]) + 1 if asked[2] else sys.maxsize) if asked else (0, sys.maxsize)

    def _instead(self, fault: Fault) -> bool:
        """Give the answer that `fault` puts in the place of the right one, if it does."""
        if fault.what == "status":
            self._status(fault.status, fault.retry_after)
        elif fault.what == "redirect" and (fault.to or self.server.name != "third"):
            to = fault.to or f"{self.server.hub.third_url}{self.path}"
            self._head(302, {"Location": to.replace("{self}", self.path), "Content-Length": "0"})
        elif fault.what == "nonsense":
            self._head(200, {"Content-Type": "text/html", "Content-Length": "13"})
            self._body(iter([b"<html></html>"]))
        elif fault.what == "hang" and fault.after_bytes < 0:
            self.server.hub.closing.wait()
            self.close_connection = True
        elif fault.what == "garbage":
            self.wfile.write(b"\x16\x03\x01 nothing like HTTP\r\n\r\n\0\0\0\0")
            self._hang_up()
        elif fault.what == "huge_head":
            self._head(200, {"X-Nothing": "x" * 300_000})
        else:
            return False
        return True

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
        if headers.get("X-Slow"):
            self._end_head_slowly()
        else:
            self.end_headers()

    def _end_head_slowly(self) -> None:
        head = b"".join(self._headers_buffer) + b"\r\n"
        self._headers_buffer = []
        for byte in head:
            self.wfile.write(bytes([byte]))
            if self.server.hub.closing.wait(0.001):
                return

    def _body(self, pieces: Iterator[bytes]) -> None:
        if self.command == "HEAD":
            return
        for piece in pieces:
            self.wfile.write(piece)
            if hasattr(self, "request_log"):
                self.request_log.sent_bytes += len(piece)

    def _send_json(self, value: object, headers: dict[str, str] | None = None) -> None:
        body = json.dumps(value).encode()
        plain = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        self._head(200, {**plain, **(headers or {})})
        self._body(iter([body]))

    def _api(self, match: re.Match[str], _fault: Fault | None) -> None:
        hub = self.server.hub
        repo, revision = match[1], match[2]
        folder = hub.root / repo
        if not folder.is_dir():
            self._status(404)
            return
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        commit = revision if revision and re.fullmatch(r"[0-9a-f]{40}", revision) else hub.commit(repo)
        siblings = [self._sibling(folder, path, "blobs=" in self.path) for path in files]
        siblings += [{"rfilename": name, "size": 7, "blobId": "0" * 40} for name in hub.siblings.get(repo, [])]
        self._send_json(
            {
                "id": repo,
                "modelId": repo,
                "sha": commit if hub.says_commit is None else hub.says_commit,
                "siblings": siblings,
                **({"lastModified": hub.dates[repo]} if repo in hub.dates else {}),
                **hub.about.get(repo, {}),
            }
        )

    def _search(self, _match: re.Match[str], _fault: Fault | None) -> None:
        """`/api/models`, as huggingface_hub's `list_models` asks it: `expand` leaves out what it does not name."""
        hub = self.server.hub
        asked = parse_qs(urlsplit(self.path).query)
        if not hub.searches:
            self._status(404)
            return
        first, limit = int(asked.get("cursor", ["0"])[0]), int(asked.get("limit", ["1000"])[0])
        found = [self._found(repo, asked) for repo in self._matching(asked)]
        if asked.get("sort") == ["downloads"]:
            found.sort(key=lambda one: -int(str(one.get("downloads", 0))))
        headers = {}
        if first + limit < len(found):
            query = urlencode({**asked, "cursor": str(first + limit)}, doseq=True)
            headers["Link"] = f'<{hub.next_at or hub.url}/api/models?{query}>; rel="next"'
        self._send_json(found[first : first + limit], headers)

    def _matching(self, asked: dict[str, list[str]]) -> list[str]:
        hub, words = self.server.hub, asked.get("search", [""])[0].lower().split()
        repos = [path for path in sorted(hub.root.glob("*/*")) if path.is_dir()]
        names = [path.relative_to(hub.root).as_posix() for path in repos if any(path.rglob("*.gguf"))]
        owner = asked.get("author", [""])[0].lower()
        return [
            name
            for name in (*names, *hub.listed)
            if all(word in name.lower() for word in words) and owner in ("", name.split("/")[0].lower())
        ]

    def _found(self, repo: str, asked: dict[str, list[str]]) -> dict[str, object]:
        hub = self.server.hub
        said = {"downloads": 0, "likes": 0, "gated": False, "tags": ["gguf"], "private": False, "sha": hub.commit(repo)}
        said |= {"lastModified": hub.dates.get(repo, "2026-10-01T12:00:00.000Z"), **hub.about.get(repo, {})}
        wanted = asked.get("expand", list(said))
        return {"_id": "0" * 24, "id": repo, **{name: value for name, value in said.items() if name in wanted}}

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
        hub = self.server.hub
        return hub.sha256_of_changed(path) if str(path) in hub.changed else hub.sha256(path)

    def _cdn(self, match: re.Match[str], fault: Fault | None) -> None:
        with self.server.hub.body() as allowed:
            if allowed:
                self._send_file(self.server.hub.root / match[1] / match[3], fault)
            else:
                self._status(503)

    def _send_file(self, path: Path, fault: Fault | None) -> None:
        hub, what = self.server.hub, fault.what if fault else ""
        size = path.stat().st_size
        name = hub.cdn_name + ("-other" if what == "other_etag" else "")
        etag = f'"{name}-{hashlib.md5(self._content_id(path).encode()).hexdigest()}"'
        start, end = self._range(size, etag) if what not in ("no_range", "http10") else (None, size)
        if start is not None and not start < end <= size:
            self._head(416, {"Content-Range": f"bytes */{size}", "Content-Length": "0"})
            return
        first = self.request_log.start = (start or 0) + (what == "other_range")
        extra = fault.after_bytes if fault and what in ("length", "long") else 0
        body = self._pieces(path, first, end, fault)
        if what == "gzip":
            body = iter([gzip.compress(b"".join(body), 0)])
        headers = {"Accept-Ranges": "bytes", "ETag": {"no_etag": "", "weak_etag": f"W/{etag}"}.get(what, etag)}
        if start is not None:
            headers["Content-Range"] = f"bytes {first}-{end - 1}/{size + (what == 'total')}"
        if what in ("gzip", "chunked"):
            headers |= {"Content-Encoding": "gzip"} if what == "gzip" else {}
            headers["Transfer-Encoding"] = "chunked"
            body = self._chunks(body)
        elif what in ("long", "http10"):
            headers["Connection"] = "close"
        else:
            headers["Content-Length"] = str(end - first + (extra if what == "length" else 0))
        if what == "slow_head":
            headers["X-Slow"] = "yes"
        self.protocol_version = "HTTP/1.0" if what == "http10" else "HTTP/1.1"
        self._head(206 if start is not None else 200, headers)
        if (
            fault is None
            and not hub.tls
            and hasattr(os, "sendfile")
            and str(path) not in hub.changed
            and self.command == "GET"
        ):
            self._send_fast(path, first, end)
        else:
            self._body(body)
        self._body(iter([b"\0" * extra] if what == "long" else []))
        if what in ("length", "long", "http10"):
            self.close_connection = True

    def _chunks(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.wfile.write(b"%x\r\n" % len(piece))
            yield piece
            self.wfile.write(b"\r\n")
        if not self.close_connection:
            self.wfile.write(b"0\r\n\r\n")

    def _range(self, size: int, etag: str) -> tuple[int | None, int]:
        condition = self.headers.get("if-range")
        if "range" not in self.headers or (condition and condition != etag):
            return None, size
        start, end = self._asked()
        return start, min(end, size)

    def _send_fast(self, path: Path, start: int, end: int) -> None:
        """As a server at its best does: the kernel copies."""
        hub = self.server.hub
        self.wfile.flush()
        with path.open("rb") as file:
            while start < end:
                n_bytes = hub.block_bytes(min(SENDFILE, end - start))
                sent = os.sendfile(self.connection.fileno(), file.fileno(), start, n_bytes)
                start += sent
                hub.pace(sent)
                self.request_log.sent_bytes += sent

    def _pieces(self, path: Path, start: int, end: int, fault: Fault | None) -> Iterator[bytes]:
        hub, what = self.server.hub, fault.what if fault else ""
        changed = str(path) in hub.changed
        limit = fault.stops_at(start, end) if fault else end
        chunk = min(CHUNK, max(1, fault.bytes_per_s // 50)) if fault and what == "slow" else hub.block_bytes(CHUNK)
        with path.open("rb") as file:
            file.seek(start)
            at = start
            while at < limit:
                piece = file.read(min(chunk, limit - at))
                if changed:
                    piece = piece.translate(INVERTED)
                if fault and what == "flip":
                    piece = self._flipped(piece, at, fault)
                if fault and what == "slow" and hub.closing.wait(len(piece) / fault.bytes_per_s):
                    break
                yield piece
                at += len(piece)
                hub.pace(len(piece))
        if what == "change":
            hub.changed.add(str(path))
        if what == "hang" and at < end:
            self.wfile.flush()
            hub.closing.wait()
        if what == "hold" and at < end:
            self.wfile.flush()
            hub.released.wait()
            yield from self._pieces(path, at, end, None)
            at = end
        if what == "drip":
            yield from self._drip(path, at, min(at + 50, end))
            at = min(at + 50, end)
        if what == "chunked" and at < end:
            self.wfile.write(b"ffff\r\n" + path.read_bytes()[at : at + 1])
        if at < end:
            self._hang_up(abruptly=what == "reset")

    def _drip(self, path: Path, start: int, end: int) -> Iterator[bytes]:
        with path.open("rb") as file:
            file.seek(start)
            for _ in range(start, end):
                yield file.read(1)
                if self.server.hub.closing.wait(0.001):
                    return

    def _flipped(self, piece: bytes, at: int, fault: Fault) -> bytes:
        wrong = (fault.after_bytes if fault.at is None else fault.at) - at
        if not 0 <= wrong < len(piece):
            return piece
        return piece[:wrong] + bytes([piece[wrong] ^ 1]) + piece[wrong + 1 :]

    def _hang_up(self, abruptly: bool = False) -> None:
        self.close_connection = True
        self.wfile.flush()
        if abruptly:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.server.abrupt.add(self.connection)
        else:
            self.connection.shutdown(socket.SHUT_RDWR)
