"""Requests that can be stopped: a cancel closes the socket under a blocked read, whatever it is waiting for."""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say

if TYPE_CHECKING:
    import httpx2

OFFICIAL_ENDPOINT = "https://huggingface.co"
_TRUE = {"1", "ON", "YES", "TRUE"}  # as huggingface_hub reads its switches
_LOOK_S = 0.05


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
        headers={"user-agent": user_agent(), "accept-encoding": "identity"},
        follow_redirects=True,
        timeout=httpx2.Timeout(stall_s, connect=connect_s),
        limits=httpx2.Limits(max_keepalive_connections=0),
    )
