"""Requests that can be stopped: a cancel closes the socket under a blocked read, whatever it is waiting for."""

import contextlib
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say

if TYPE_CHECKING:
    import httpx2

OFFICIAL_ENDPOINT = "https://huggingface.co"
_TRUE = {"1", "ON", "YES", "TRUE"}  # as huggingface_hub reads its switches
_LOOK_S = 0.05
_MOMENT_S = 0.02


def user_agent() -> str:
    return f"gemfit/{version('gemfit')}"


def endpoint_in_force(chosen: str | None) -> str:
    """The settings' endpoint, else `HF_ENDPOINT`, else the official one. Raises GemfitError `bad_endpoint`."""
    endpoint = (chosen or os.environ.get("HF_ENDPOINT") or OFFICIAL_ENDPOINT).rstrip("/")
    if not endpoint.startswith(("https://", "http://")):
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The endpoint {endpoint} is no web address. Nothing was downloaded. Correct it in the settings or in "
            "HF_ENDPOINT: it begins with https://.",
        )
        raise GemfitError("bad_endpoint", say(text, endpoint=endpoint))
    return endpoint


def refuse_when_offline() -> None:
    """Raises GemfitError `offline` when `HF_HUB_OFFLINE` says that nothing may be asked of the network."""
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in _TRUE:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "HF_HUB_OFFLINE is set, so nothing was downloaded. What is on this disk can be used. Unset it to download.",
        )
        raise GemfitError("offline", say(text))


class Line:
    """The sockets of the requests that carry `line.extensions`; `cut` wakes whoever reads from them."""

    def __init__(self) -> None:
        self._sockets: list[socket.socket] = []
        self.extensions: dict[str, Any] = {"trace": self._trace}

    def _trace(self, event: str, info: Mapping[str, Any]) -> None:
        # httpcore2 names each step of a connection; after TLS it is another socket object.
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self._sockets.append(info["return_value"].get_extra_info("socket"))

    def cut(self) -> None:
        for connection in list(self._sockets):
            with contextlib.suppress(OSError):  # closed already: nobody reads from it
                # Not the method of an SSLSocket: that one drops the TLS state under the reading thread.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)


@contextlib.contextmanager
def stoppable(cancelled: threading.Event) -> Iterator[Line]:
    """A line that is cut within 0.1 s of the cancel."""
    line, over = Line(), threading.Event()

    def watch() -> None:
        while not over.wait(_LOOK_S):
            if cancelled.is_set():
                line.cut()  # again and again until it is over: a new connection may be on its way

    watcher = threading.Thread(target=watch, name="gemfit-cancel", daemon=True)
    watcher.start()
    try:
        yield line
    finally:
        over.set()
        watcher.join()


def client(connect_s: float, stall_s: float) -> "httpx2.Client":
    """An HTTP client by the system's proxies and certificates. It drops `Authorization` when sent to another host.

    `stall_s`: how long it may wait for the next byte.
    """
    import httpx2

    return httpx2.Client(
        verify=_certificates(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"), time.monotonic() // 60),
        headers={"user-agent": user_agent(), "accept-encoding": "identity"},
        follow_redirects=True,
        timeout=httpx2.Timeout(stall_s, connect=connect_s),
        limits=httpx2.Limits(max_keepalive_connections=0),
    )


@lru_cache(maxsize=1)
def _certificates(_file: str | None, _folder: str | None, _minute: float) -> ssl.SSLContext:
    """The system's certificates. To read them takes longer than many an answer: once a minute at most."""
    import httpx2

    return httpx2.create_ssl_context()


class Body:
    """The body of a response, read in large blocks: where it can be, straight from the socket into the caller's memory.

    The HTTP client hands out 64 KiB at a time and copies each three times. It has parsed the head and its first block
    here; when the length is known the rest is nothing but bytes (HTTP/1.1, no transfer coding), and read as such.
    """

    def __init__(self, response: "httpx2.Response", stall_s: float) -> None:
        self._blocks = response.iter_raw()
        self._kept = memoryview(b"")
        self._socket = _plain_socket(response)
        self._left = int(response.headers["content-length"]) if self._socket else 0
        self._begun, self._stall_s = False, stall_s

    def readinto(self, view: memoryview) -> int:
        """Fill the beginning of `view`; returns the bytes, 0 at the end. Raises OSError and httpx2's errors."""
        if not self._kept and self._begun and self._socket:
            n = _fill(self._socket, view[: self._left], self._stall_s) if self._left else 0
            self._left -= n
            return n
        if not self._kept:
            self._kept = memoryview(next(self._blocks, b""))
            self._left -= len(self._kept)
            self._begin()
        n = min(len(view), len(self._kept))
        view[:n] = self._kept[:n]
        self._kept = self._kept[n:]
        return n

    def _begin(self) -> None:
        if self._socket and not self._begun:
            self._socket.settimeout(self._stall_s)
        self._begun = True


def _fill(connection: socket.socket, view: memoryview, stall_s: float) -> int:
    """Wait for the first bytes as long as may be, then a moment for more.

    TLS gives 16 KiB at a time, and a line what has come: to write each by itself takes longer than to receive it.
    """
    n = connection.recv_into(view)
    until = time.monotonic() + _MOMENT_S
    try:
        while 0 < n < len(view) and (moment_s := until - time.monotonic()) > 0:
            connection.settimeout(moment_s)
            more = connection.recv_into(view[n:])
            if not more:
                break
            n += more
    except OSError:
        return n  # the moment is over, or the next read tells of it
    finally:
        connection.settimeout(stall_s)
    return n


def _plain_socket(response: "httpx2.Response") -> socket.socket | None:
    """The socket whose bytes are those of the body; None behind a proxy that is spoken TLS to, inside TLS."""
    stream = response.extensions.get("network_stream")
    if stream is None or response.http_version != "HTTP/1.1" or "transfer-encoding" in response.headers:
        return None
    if not response.headers.get("content-length", "").isdigit():
        return None
    found = stream.get_extra_info("socket")
    if not isinstance(found, socket.socket):
        return None
    if isinstance(stream.get_extra_info("ssl_object"), ssl.SSLObject):
        return None
    return found if isinstance(found, ssl.SSLSocket) == (response.url.scheme == "https") else None
