"""Asks a short-lived child process, so that a driver that crashes or hangs costs one answer and never the program."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

import msgspec
import psutil

from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

TIMEOUT_S = 10.0
KEPT_BYTES = 1 << 20


class Answer(msgspec.Struct, frozen=True):
    """What a child said, or why it did not: one of the two is None. `stderr` is for the log, its end only."""

    value: dict[str, Any] | None
    problem: Sentence | None = None
    stderr: str = ""


class _Drain(threading.Thread):
    """Reads a pipe to its end and keeps the first `KEPT_BYTES`, or the last: a child may print without end."""

    def __init__(self, pipe: IO[bytes], keep_last: bool = False) -> None:
        super().__init__(name="ask-drain", daemon=True)
        self.kept = b""
        self._pipe, self._keep_last = pipe, keep_last
        self.start()

    def run(self) -> None:
        with self._pipe:
            while piece := os.read(self._pipe.fileno(), 1 << 16):
                if self._keep_last:
                    self.kept = (self.kept + piece)[-4096:]
                elif len(self.kept) < KEPT_BYTES:
                    self.kept += piece


def ask(command: list[str], what: str, timeout_s: float = TIMEOUT_S) -> Answer:
    """Run `command` and return the JSON object that it prints; `what` names the asked one in sentences."""
    try:
        child = _start(command)
    except OSError as error:
        text = QT_TRANSLATE_NOOP("gemfit", "{what} could not be asked: {reason}. Everything else was looked at.")
        return Answer(None, say(text, what=what, reason=error.strerror or type(error).__name__))
    assert child.stdout is not None
    assert child.stderr is not None
    drains = _Drain(child.stdout), _Drain(child.stderr, keep_last=True)
    in_time = True
    try:
        child.wait(timeout_s)
    except subprocess.TimeoutExpired:
        in_time = False
    finally:
        _end(child)
        for drain in drains:
            drain.join(1.0)
    stdout, stderr = drains[0].kept, drains[1].kept.decode("utf-8", "replace")
    if not in_time:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "{what} did not answer within {limit_s} and was stopped. Everything else was looked at."
        )
        return Answer(None, say(text, what=what, limit_s=timeout_s), stderr)
    return _answer(what, child.returncode, stdout, stderr)


def parse_object(stdout: bytes) -> dict[str, Any] | None:
    """The JSON object in what a child printed: all of it, or the last line that is one. None if there is none."""
    for text in (stdout, *reversed(stdout.splitlines())):
        with contextlib.suppress(ValueError):  # what a driver printed beside the answer: no JSON, or no UTF-8
            value = msgspec.json.decode(text)
            if isinstance(value, dict):
                return value
    return None


def _answer(what: str, returncode: int, stdout: bytes, stderr: str) -> Answer:
    if returncode:
        text = QT_TRANSLATE_NOOP("gemfit", "{what} crashed when it was asked ({how}). Everything else was looked at.")
        return Answer(None, say(text, what=what, how=how_it_ended(returncode)), stderr)
    value = parse_object(stdout)
    if value is None:
        text = QT_TRANSLATE_NOOP("gemfit", "{what} answered nonsense. Everything else was looked at.")
        return Answer(None, say(text, what=what), stderr)
    return Answer(value, None, stderr)


def how_it_ended(returncode: int) -> str:
    """`SIGSEGV`, `signal 71`, `exit code 3`, and Windows' `0xC0000005`."""
    if returncode < 0:
        try:
            return signal.Signals(-returncode).name
        except ValueError:
            return f"signal {-returncode}"
    return f"0x{returncode:08X}" if returncode > 0xFFFF else f"exit code {returncode}"


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    # Without GGML_NO_BACKTRACE a crashing ggml starts a debugger, where there is one.
    env = {**os.environ, "GGML_NO_BACKTRACE": "1"}
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=env,
        cwd=Path(sys.executable).anchor,  # python -m looks for modules where it is started: not among a person's files
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        start_new_session=True,
    )


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the child and of what it started, and wait for it."""
    if sys.platform == "win32":
        if child.poll() is None:
            with contextlib.suppress(psutil.NoSuchProcess):  # it ended by itself at this moment
                for process in psutil.Process(child.pid).children(recursive=True):
                    process.kill()
                child.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # the group is gone already
            os.killpg(child.pid, signal.SIGKILL)
    # A process stuck inside a driver cannot be killed: it is left behind rather than waited for.
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(1.0)
