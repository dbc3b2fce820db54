"""The parent's side of an engine child: starts it, sends requests, delivers events, and notices its end.

Two threads drain the child (a full pipe would stop it): one reads events, one keeps the last lines of stderr. Events
are delivered on the reading thread, in order; the last one is always an `EngineExit`.
"""

import collections
import logging
import os
import subprocess
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

import msgspec
import psutil

from gemfit.engine import builds, exits, protocol
from gemfit.engine.protocol import (
    Bench,
    Benched,
    Cancel,
    Done,
    EngineExit,
    Event,
    Failed,
    Generate,
    Hello,
    Load,
    LoadPlan,
    Measure,
    Quit,
    Request,
)
from gemfit.paths import engine_command, engine_in_use
from gemfit.words import Sentence

CANCEL_S = 2.0
"""A cancel that is not acknowledged within this time ends the child."""
TAIL_LINES = 40

log = logging.getLogger(__name__)
Listener = Callable[[Event | EngineExit], None]


class EngineClient:
    """One child and what it runs. Methods may be called from any thread and do not wait, but for `close`."""

    def __init__(
        self, on_event: Listener, *, environment: Mapping[str, str] | None = None, engine: Path | None = None
    ) -> None:
        """`engine`: the folder of a build of the engine (see `builds`); None for the one in use."""
        self._on_event = on_event
        self._engine = engine or engine_in_use()
        self._fallen_back: Sentence | None = None
        self._greeted = False
        self._early: list[Request] = []
        self._environment = dict(environment or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._tail: collections.deque[str] = collections.deque(maxlen=TAIL_LINES)
        self._threads: list[threading.Thread] = []
        self._deadlines: dict[int, threading.Timer] = {}
        self._closing = self._ignored = False
        self.exit: EngineExit | None = None

    def start(self) -> None:
        """Start the child. Its `Hello` comes as the first event."""
        environment = os.environ | {"GGML_NO_BACKTRACE": "1", "PYTHONUNBUFFERED": "1"} | self._environment
        self._process = subprocess.Popen(
            engine_command("engine", self._engine),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        stderr = threading.Thread(target=self._drain, args=(self._process.stderr,), name="engine-stderr")
        reader = threading.Thread(target=self._read, args=(self._process.stdout, stderr), name="engine-events")
        self._threads = [stderr, reader]
        for thread in self._threads:
            thread.daemon = True
            thread.start()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def resident_bytes(self) -> int | None:
        """What the child has in memory now; None when it has ended."""
        if self.pid is None or self.exit is not None:
            return None
        try:
            return int(psutil.Process(self.pid).memory_info().rss)
        except psutil.NoSuchProcess:
            return None

    def load(self, path: Path, plan: LoadPlan) -> None:
        """Answered by `Loaded` or `Failed`."""
        self._send(Load(str(path), plan))

    def measure(self, path: Path, plan: LoadPlan) -> None:
        """Answered by `Measured` or `Failed`."""
        self._send(Measure(str(path), plan))

    def generate(self, request: Generate) -> None:
        """Answered by `Delta`s and `Done`, or `Failed`."""
        self._send(request)

    def bench(self, request: Bench) -> None:
        """Answered by `BenchProgress`es and `Benched`, or `Failed`."""
        self._send(request)

    def cancel(self, request_id: int) -> None:
        """Stop an answer: `Done` with `cancelled` follows, or the child is ended after CANCEL_S.

        A `Bench` alike; `Failed` follows.
        """
        timer = threading.Timer(CANCEL_S, self._cancel_ignored, args=(request_id,))
        timer.daemon = True
        with self._lock:
            if request_id in self._deadlines or self.exit is not None:
                return
            self._deadlines[request_id] = timer
        timer.start()
        self._send(Cancel(request_id))

    def close(self, timeout_s: float = 5.0) -> EngineExit | None:
        """End the child, kindly and then not; returns its exit (None if it never started). Waits."""
        if self._process is None:
            return None
        self._closing = True
        self._send(Quit())
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._join()
        return self.exit

    def _join(self) -> None:
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join()

    def _send(self, request: Request) -> None:
        if self._process is None or self._process.stdin is None:
            raise RuntimeError("the engine was not started")
        if not self._greeted:
            self._early.append(request)
        try:
            with self._lock:
                self._process.stdin.write(protocol.encode(request))
                self._process.stdin.flush()
        except (BrokenPipeError, OSError, ValueError):
            # The child is gone; the reading thread says so with an EngineExit, which is the one place for it.
            log.debug("the engine ended before it could take a %s", type(request).__name__)

    def _cancel_ignored(self, request_id: int) -> None:
        with self._lock:
            ignored = self._deadlines.pop(request_id, None) is not None
        if ignored and self._process is not None and self._process.poll() is None:
            self._ignored = True
            log.warning("the engine did not stop within %s s and was ended", CANCEL_S)
            self._process.kill()

    def _acknowledge(self, request_id: int | None) -> None:
        with self._lock:
            timer = self._deadlines.pop(request_id, None) if request_id is not None else None
        if timer is not None:
            timer.cancel()

    def _drain(self, stream: IO[bytes]) -> None:
        for line in stream:
            text = line.decode("utf-8", "replace").rstrip()
            if text:
                self._tail.append(text)

    def _read(self, stream: IO[bytes], stderr: threading.Thread) -> None:
        for line in stream:
            try:
                event = protocol.decode_event(line)
            except ValueError as error:  # no JSON, no UTF-8, or of no known form
                log.error("the engine sent something that is no message: %s", error)
                continue
            if isinstance(event, Done | Benched | Failed):
                self._acknowledge(event.request_id)
            self._on_event(self._greet(event) if isinstance(event, Hello) else event)
        if not self._fall_back(stderr):
            self._ended(stderr)

    def _greet(self, hello: Hello) -> Hello:
        self._greeted = True
        self._early.clear()
        return msgspec.structs.replace(hello, problem=self._fallen_back) if self._fallen_back else hello

    def _fall_back(self, stderr: threading.Thread) -> bool:
        """A chosen build that ends before it says anything is broken: start our own instead."""
        if self._greeted or self._engine is None or self._closing:
            return False
        assert self._process is not None
        returncode = self._process.wait()
        stderr.join()
        reason = self._tail[-1] if self._tail else exits.signal_name(returncode)
        self._fallen_back = builds.fell_back(self._engine.name, reason)
        log.warning("%s", self._fallen_back)
        self._close_pipes()
        self._engine = None
        self._tail.clear()
        early, self._early = self._early, []
        self.start()
        for request in early:
            self._send(request)
        return True

    def _ended(self, stderr: threading.Thread) -> None:
        assert self._process is not None
        returncode = self._process.wait()
        stderr.join()
        with self._lock:
            timers = list(self._deadlines.values())
            self._deadlines.clear()
            tail = list(self._tail)
            self.exit = exits.decode(returncode, tail, expected=self._closing, ignored=self._ignored)
        for timer in timers:
            timer.cancel()
        self._close_pipes()
        self._on_event(self.exit)

    def _close_pipes(self) -> None:
        assert self._process is not None
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                _close(stream)


def _close(stream: IO[bytes]) -> None:
    try:
        stream.close()
    except OSError:  # closing stdin flushes, and its reader is gone
        log.debug("a pipe to the engine was broken already")
