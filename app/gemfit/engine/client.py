"""The parent's side of an engine child: starts it, sends requests, delivers events, and notices its end.

Four threads serve one child: one starts it and reads its events, one keeps the last lines of stderr (a full pipe would
stop the child), one writes requests (a child that does not read would stop the caller), and one watches whether it
still moves. Events are delivered on the reading thread, in order; the last one is always an `EngineExit`.
"""

import collections
import logging
import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import IO

import msgspec

from gemfit.engine import builds, exits, outside, protocol
from gemfit.engine.formats import BackendName
from gemfit.engine.protocol import (
    Beat,
    Bench,
    Benched,
    Cancel,
    Delta,
    Doing,
    Done,
    EngineExit,
    Event,
    ExitCause,
    Failed,
    Generate,
    Hello,
    Load,
    Loaded,
    LoadPlan,
    Measure,
    Measured,
    Quit,
    Request,
    Resize,
    Resized,
    SaveState,
    StateSaved,
)
from gemfit.engine.watch import Watch
from gemfit.paths import engine_command, engine_in_use, litert_cache_dir, states_dir
from gemfit.words import Sentence

CANCEL_S = 2.0
"""A cancel that is not acknowledged within this time ends the child; so does a pipe that the child has closed."""
LOOK_S = 1.0
"""Between two looks at a child that is at something."""
TAIL_LINES = 40
LINE_BYTES = 4 << 20
"""No message is longer: a child that writes on without a line's end is not let fill the memory."""

_AT: dict[type, Doing] = {Measure: "measuring", Generate: "prompt", Bench: "timing"}
_FINAL = (Loaded, Resized, Measured, Done, Benched, StateSaved, Failed)

log = logging.getLogger(__name__)
Listener = Callable[[Event | EngineExit], None]


class EngineClient:
    """One child and what it runs. Methods may be called from any thread; only `start` and `close` wait."""

    def __init__(
        self,
        on_event: Listener,
        *,
        environment: Mapping[str, str] | None = None,
        engine: Path | None = None,
        backend: BackendName = "llama",
    ) -> None:
        """`engine`: the folder of a build of llama.cpp (see `builds`); None for the one in use. `backend`: see
        `formats.backend_of`; it may be set until the start.
        """
        self._on_event = on_event
        self.backend: BackendName = backend
        self._engine = engine or engine_in_use()
        self._fallen_back: Sentence | None = None
        self._greeted = False
        self._early: list[Request] = []
        self._environment = dict(environment or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._job = outside.Job()
        self._requests: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._tail: collections.deque[str] = collections.deque(maxlen=TAIL_LINES)
        self._threads: list[threading.Thread] = []
        self._deadlines: dict[int | None, threading.Timer] = {}
        self._answered: int | None = None  # the request that was answered last
        self._closing = False
        self._ended_for: ExitCause | None = None
        self._ran_out_before = 0
        self._file: tuple[str, tuple[int, int, int] | None] | None = None
        self._asked: collections.deque[Doing] = collections.deque()  # what it is at, and what it will be at next
        self._watch = Watch(time.monotonic())
        self._stirred, self._over = threading.Event(), threading.Event()
        self.beat: Beat | None = None
        self.exit: EngineExit | None = None

    # -- starting and ending ------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the child. Its `Hello` comes as the first event. Raises OSError where it cannot be started."""
        if self.backend != "llama":
            self._engine = None
        started: Future[None] = Future()
        self._thread("engine-events", self._live, started)
        started.result()
        self._thread("engine-requests", self._write)
        self._thread("engine-watch", self._look_after)

    def _thread(self, name: str, target: Callable[..., None], *arguments: object) -> threading.Thread:
        thread = threading.Thread(target=target, args=arguments, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()
        return thread

    def _live(self, started: "Future[None]") -> None:
        """Start the child and read its events to the end, all on one thread: where the child asks the system to be
        ended with its parent, that is the thread which started it (prctl(2), PR_SET_PDEATHSIG).
        """
        try:
            process = self._spawn()
        except OSError as error:
            started.set_exception(error)
            return
        started.set_result(None)
        while True:
            stderr = self._thread("engine-stderr", self._drain, process.stderr)
            self._read(process)
            if not self._should_fall_back():
                break
            process = self._fall_back(process, stderr)
        self._ended(process, stderr)

    def _spawn(self) -> "subprocess.Popen[bytes]":
        environment = os.environ | {"GGML_NO_BACKTRACE": "1", "PYTHONUNBUFFERED": "1"} | self._environment
        self._ran_out_before = outside.ended_for_memory()
        self._asked.clear()
        self._begin("starting")
        self._process = subprocess.Popen(
            [*engine_command("engine", self._engine), *(["--backend", "litert"] if self.backend == "litert" else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._job.take(getattr(self._process, "_handle", 0))
        return self._process

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
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join()
        return self.exit

    def _end_for(self, cause: ExitCause, why: str) -> None:
        """End a child that goes wrong; its exit says `cause`."""
        process = self._process
        if process is None or process.poll() is not None or self._closing:
            return
        self._ended_for = self._ended_for or cause
        log.warning("the engine %s and was ended", why)
        process.kill()

    # -- what is asked of it ------------------------------------------------------------------------------------------

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    @property
    def doing(self) -> Doing:
        """What the child is at."""
        try:
            return self._asked[0]
        except IndexError:
            return "idle"

    def resident_bytes(self) -> int | None:
        """What the child has in memory now; None when it has ended."""
        return None if self.pid is None or self.exit is not None else outside.resident_bytes(self.pid)

    def load(
        self,
        path: Path,
        plan: LoadPlan,
        *,
        projector: Path | None = None,
        drafter: Path | None = None,
        file_sha256: str | None = None,
    ) -> None:
        """Answered by `Loaded` or `Failed`. `file_sha256`: of the file at `path`, where it is known."""
        self._send(
            Load(
                str(path),
                plan,
                file_sha256=file_sha256,
                cache_dir=str(litert_cache_dir(path) if self.backend == "litert" else states_dir()),
                projector=str(projector) if projector is not None else None,
                drafter=str(drafter) if drafter is not None else None,
            )
        )

    def measure(self, path: Path, plan: LoadPlan) -> None:
        """Answered by `Measured` or `Failed`."""
        self._send(Measure(str(path), plan))

    def generate(self, request: Generate) -> None:
        """Answered by `Delta`s and `Done`, or `Failed`."""
        self._send(request)

    def resize(self, request_id: int, context_tokens: int) -> None:
        """Another context size, without reading the weights again. Answered by `Resized` or `Failed`."""
        self._send(Resize(request_id=request_id, context_tokens=context_tokens))

    def save_state(self, request: SaveState) -> None:
        """Keep on disk what was computed of the conversation. Answered by `StateSaved` or `Failed`.

        The next `generate` after a restart that begins with the same conversation finds it by itself. What is kept of a
        conversation that is deleted has to be removed: `state_files.forget_state(states_dir(), name)`.
        """
        self._send(request)

    def bench(self, request: Bench) -> None:
        """Answered by `BenchProgress`es and `Benched`, or `Failed`."""
        self._send(request)

    def cancel(self, request_id: int) -> None:
        """Stop an answer: `Done` with `cancelled` follows, or the child is ended after CANCEL_S.

        A `Bench` alike; `Failed` follows. Nothing happens where the answer is complete.
        """
        if self._set_deadline(request_id, self._cancel_ignored, request_id):
            self._send(Cancel(request_id))

    def _set_deadline(self, key: int | None, then: Callable[..., None], *arguments: object) -> bool:
        """Have `then` called after CANCEL_S, unless the child ends; False where that was set already."""
        timer = threading.Timer(CANCEL_S, then, args=arguments)
        timer.daemon = True
        with self._lock:
            late = key is not None and key == self._answered  # its end was on the way already
            if late or key in self._deadlines or self.exit is not None:
                return False
            self._deadlines[key] = timer
        timer.start()
        return True

    def _cancel_ignored(self, request_id: int) -> None:
        with self._lock:
            ignored = self._deadlines.pop(request_id, None) is not None
        if ignored:
            self._end_for("not_stopping", f"did not stop within {CANCEL_S} s")

    def _acknowledge(self, request_id: int | None) -> None:
        with self._lock:
            timer = self._deadlines.pop(request_id, None) if request_id is not None else None
            self._answered = request_id
        if timer is not None:
            timer.cancel()

    def _send(self, request: Request) -> None:
        if self._process is None:
            raise RuntimeError("the engine was not started")
        if not self._greeted:
            self._early.append(request)
        if isinstance(request, Load):
            self._file = request.path, outside.file_state(request.path)
        if isinstance(request, Load | Measure | Bench):
            self._watch.on_devices = bool(request.plan.shares)
        if not isinstance(request, Cancel | Quit):
            self._begin(_AT.get(type(request), "loading"))
        if isinstance(request, Generate | Bench):
            with self._lock:
                self._answered = None
        self._requests.put(request)

    def _write(self) -> None:
        """Hand requests to the child, in order, until it is gone."""
        while (request := self._requests.get()) is not None:
            process = self._process
            assert process is not None
            assert process.stdin is not None
            try:
                process.stdin.write(protocol.encode(request))
                process.stdin.flush()
            except (OSError, ValueError):
                # It is gone, and the reading thread says so; or it has closed its end, which it never does.
                log.debug("the engine could not take a %s", type(request).__name__)
                self._set_deadline(None, self._end_for, "bad_message", "does not listen any more")

    # -- what comes from it -------------------------------------------------------------------------------------------

    def _read(self, process: "subprocess.Popen[bytes]") -> None:
        """Deliver events until the child closes its end, or sends what is none."""
        stream = process.stdout
        assert stream is not None
        while (line := stream.readline(LINE_BYTES)).endswith(b"\n"):
            try:
                self._take(protocol.decode_event(line))
            except ValueError as error:  # no JSON, no UTF-8, or of no known form
                self._end_for("bad_message", f"sent something that is no message ({error})")
                break
        else:
            if len(line) == LINE_BYTES:
                self._end_for("bad_message", "sent a line that does not end")
        while stream.read(1 << 16):  # what comes after it has no meaning
            pass

    def _take(self, event: Event) -> None:
        self._watch.heard(event, time.monotonic())
        if isinstance(event, Beat):
            self.beat = event
            return
        if isinstance(event, Hello):
            event = self._greet(event)
        elif isinstance(event, Done | Benched | Failed):
            self._acknowledge(event.request_id)
        if isinstance(event, (Hello, *_FINAL)) and self._asked:
            self._asked.popleft()  # requests are answered in order
        elif isinstance(event, Delta) and self._asked:
            self._asked[0] = "generating"
        self._on_event(event)

    def _drain(self, stream: IO[bytes]) -> None:
        while line := stream.readline(1 << 16):
            text = line.decode("utf-8", "replace").rstrip()
            if text:
                self._tail.append(text)

    def _greet(self, hello: Hello) -> Hello:
        self._greeted = True
        self._early.clear()
        return msgspec.structs.replace(hello, problem=self._fallen_back) if self._fallen_back else hello

    def _should_fall_back(self) -> bool:
        """A chosen build that ends before it says anything is broken."""
        return not self._greeted and self._engine is not None and not self._closing

    def _fall_back(self, broken: "subprocess.Popen[bytes]", stderr: threading.Thread) -> "subprocess.Popen[bytes]":
        """Start our own build instead, and ask it what was asked already."""
        assert self._engine is not None
        returncode = self._waited(broken)
        stderr.join()
        reason = self._tail[-1] if self._tail else exits.signal_name(returncode)
        self._fallen_back = builds.fell_back(self._engine.name, reason)
        log.warning("%s", self._fallen_back)
        _close_pipes(broken)
        self._engine = None
        self._tail.clear()
        early, self._early = self._early, []
        process = self._spawn()
        for request in early:
            self._send(request)
        return process

    # -- watching it --------------------------------------------------------------------------------------------------

    def _begin(self, doing: Doing) -> None:
        self._watch.begins(time.monotonic())
        self._asked.append(doing)
        self._stirred.set()

    def _look_after(self) -> None:
        """End the child when it hangs. Sleeps while nothing is asked of it."""
        while not self._over.is_set():
            self._stirred.wait()
            self._stirred.clear()
            while self._asked and not self._over.wait(LOOK_S):
                self._look()

    def _look(self) -> None:
        assert self._process is not None
        now_s = time.monotonic()
        cpu_s = outside.cpu_s(self._process.pid)
        if cpu_s is not None:
            self._watch.seen(cpu_s, now_s)
        if self._asked and self._watch.hangs(now_s):
            self._end_for("hang", "does not move any more")

    def _waited(self, process: "subprocess.Popen[bytes]") -> int:
        """The exit status. A child that closes its end without ending is of no use, and is ended."""
        try:
            return process.wait(CANCEL_S)
        except subprocess.TimeoutExpired:
            self._end_for("bad_message", "closed its end")
            process.kill()  # also where it is being closed
            return process.wait()

    def _ended(self, process: "subprocess.Popen[bytes]", stderr: threading.Thread) -> None:
        returncode = self._waited(process)
        stderr.join()
        known = exits.Known(
            expected=self._closing,
            ended_for=self._ended_for,
            doing=self.doing,
            ran_out=outside.ended_for_memory() > self._ran_out_before,
            file_changed=self._file is not None
            and outside.was_written_to(self._file[1], outside.file_state(self._file[0])),
        )
        with self._lock:
            timers = list(self._deadlines.values())
            self._deadlines.clear()
            self.exit = exits.decode(returncode, list(self._tail), known)
        for timer in timers:
            timer.cancel()
        self._over.set()
        self._stirred.set()
        self._requests.put(None)
        self._job.close()
        _close_pipes(process)
        self._on_event(self.exit)


def _close_pipes(process: "subprocess.Popen[bytes]") -> None:
    for stream in (process.stdin, process.stdout, process.stderr):
        try:
            if stream is not None:
                stream.close()
        except OSError:  # closing stdin flushes, and its reader is gone
            log.debug("a pipe to the engine was broken already")
