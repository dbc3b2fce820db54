"""The engine child: reads requests from stdin, runs a backend, writes events to stdout. Never sees Qt.

It ends with its parent: a thread reads stdin, and at end-of-file the process exits at once, even from within a native
call. Its real stdout is kept for the protocol; file descriptor 1 points at stderr, because native code prints. Limits
and the sandbox come first: no native library is loaded outside.
"""

import contextlib
import io
import os
import queue
import sys
import threading
import traceback
from typing import TYPE_CHECKING, BinaryIO, NoReturn, cast

from gemfit import paths
from gemfit.engine import exits, limits, protocol, sandbox
from gemfit.engine.formats import BackendName
from gemfit.engine.heartbeat import Heart
from gemfit.engine.open_file import OpenFile
from gemfit.engine.protocol import (
    Bench,
    Cancel,
    Delta,
    Doing,
    Event,
    Failed,
    Generate,
    Load,
    Measure,
    Quit,
    Request,
    Resize,
    SaveState,
    Send,
)
from gemfit.words import QT_TRANSLATE_NOOP, say

if TYPE_CHECKING:
    from gemfit.engine.backends.litert import LitertBackend
    from gemfit.engine.backends.llama import LlamaBackend

_AT: dict[type[Request], Doing] = {Load: "loading", Measure: "measuring", Generate: "prompt", Bench: "timing"}


def main(backend: BackendName = "llama") -> NoReturn:
    """Serve the parent with that backend until it says `Quit` or goes away."""
    limits.apply()
    confined = sandbox.enter(paths.cache_dir() / "engine")
    out = _take_stdout()
    lock = threading.Lock()

    def send(event: Event) -> None:
        with lock:
            out.write(protocol.encode(event))
            out.flush()

    try:
        code = Child(send, confined, backend).serve()
    except BrokenPipeError:  # the parent is gone, and with it whoever could be told
        code = 0
    except Exception:  # noqa: BLE001 - a bug of ours: its traceback is what the parent shows as the reason
        traceback.print_exc()
        code = 1
    # Not a return: at a normal exit the interpreter waits for the lock on stdin, which the reading thread holds.
    _end_now(code)


def _take_stdout() -> BinaryIO:
    """Keep stdout for the protocol and point file descriptor 1 at stderr."""
    kept = os.dup(1)
    os.dup2(2, 1)
    return io.FileIO(kept, "wb", closefd=True)  # unbuffered: one write a message


class Child:
    """Requests in order, one at a time; `Cancel` overtakes them."""

    def __init__(self, send: Send, confined: str = "", backend: BackendName = "llama") -> None:
        """`confined`: the sandbox in force, for the parent to know."""
        self._send = send
        self._confined = confined
        self._requests: queue.SimpleQueue[Request] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._running: int | None = None
        self._cancelled: set[int] = set()
        self._heart = Heart(send)
        self._file: OpenFile | None = None
        self._backend = self._made(backend)

    def _made(self, backend: BackendName) -> "LlamaBackend | LitertBackend":
        """Only one of the native libraries is loaded: each takes tens of megabytes."""
        if backend == "litert":
            from gemfit.engine.backends.litert import LitertBackend

            return LitertBackend(self._tell)
        from gemfit.engine.backends.binding import low_level_only

        low_level_only()
        from gemfit.engine.backends.llama import LlamaBackend

        made = LlamaBackend(self._tell)
        self._heart.count_nodes = made.abort.nodes
        return made

    def serve(self) -> int:
        """Answer requests until `Quit`; returns the exit code."""
        threading.Thread(target=self._read, daemon=True, name="stdin").start()
        self._send(
            protocol.Hello(
                protocol=protocol.PROTOCOL_VERSION,
                backend=self._backend.name,
                build=self._backend.build(),
                pid=os.getpid(),
                sandbox=self._confined,
            )
        )
        self._heart.start()
        while True:
            request = self._requests.get()
            self._heart.is_at(_AT.get(type(request), "loading"))
            if isinstance(request, Load):
                self._load(request)
            elif isinstance(request, Measure):
                self._backend.measure(request)
            elif isinstance(request, Generate | Bench):
                self._run(request)
            elif isinstance(request, Resize | SaveState):
                self._keep(request)
            elif isinstance(request, Quit):
                self._backend.close()
                return 0
            self._heart.is_at("idle")

    def _tell(self, event: Event) -> None:
        if isinstance(event, Delta):
            self._heart.is_at("generating")
        self._send(event)

    def _load(self, request: Load) -> None:
        if request.plan.low_priority:
            limits.lower_priority()
        if self._file is not None:
            self._file.close()
        self._file = OpenFile.of(request.path)
        self._backend.load(request)

    def _run(self, request: Generate | Bench) -> None:
        """What can be cancelled."""
        with self._lock:
            self._running = request.request_id
            self._backend.abort.clear()
            if request.request_id in self._cancelled:
                self._backend.abort.set()
        if isinstance(request, Generate) and self._file is not None and self._file.has_changed():
            self._send(Failed(code="file_changed", sentence=exits.file_changed(), request_id=request.request_id))
        elif isinstance(request, Generate):
            self._backend.generate(request)
        else:
            self._backend.bench(request)
        with self._lock:
            self._running = None
            self._cancelled.clear()
            self._backend.abort.clear()

    def _keep(self, request: Resize | SaveState) -> None:
        """What concerns the cache of a conversation."""
        if self._backend.name != "llama" and isinstance(request, SaveState):  # there is nothing that could be kept
            self._send(protocol.StateSaved(request_id=request.request_id, tokens=0, n_bytes=0, took_s=0.0))
            return
        if self._backend.name != "llama":
            text = QT_TRANSLATE_NOOP("gemfit", "The mobile format cannot do that. Nothing was changed.")
            self._send(Failed(code="not_supported", sentence=say(text), request_id=request.request_id))
            return
        backend = cast("LlamaBackend", self._backend)
        if isinstance(request, Resize):
            backend.resize(request)
        else:
            backend.save_state(request)

    def _read(self) -> None:
        try:
            for line in sys.stdin.buffer:
                self._take(protocol.decode_request(line))
        except ValueError:  # only a bug of ours sends what is no request; its traceback is the reason of the end
            traceback.print_exc()
            _end_now(1)
        # The parent is gone: nothing is worth waiting for, and a native call could take minutes.
        _end_now(0)

    def _take(self, request: Request) -> None:
        if not isinstance(request, Cancel):
            self._requests.put(request)
            return
        with self._lock:
            self._cancelled.add(request.request_id)
            if self._running == request.request_id:
                self._backend.abort.set()


def _end_now(code: int) -> NoReturn:
    with contextlib.suppress(OSError):  # stderr may be gone as well
        sys.stderr.flush()
    os._exit(code)
