"""The real program as a process: the command line, run to its end or interrupted."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

GEMFIT = [sys.executable, "-m", "gemfit"]


@dataclass(frozen=True)
class Result:
    """How a command ended, and what it printed."""

    code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)


def environment(**changes: str) -> dict[str, str]:
    """This test's environment, which has no display in it unless `changes` bring one."""
    plain = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    plain.pop("QT_QPA_PLATFORM", None)
    return plain | changes


def gemfit(*arguments: object, timeout_s: float = 120, **changes: str) -> Result:
    """Run one command to its end, with no terminal and no input."""
    done = subprocess.run(
        [*GEMFIT, *map(str, arguments)],
        env=environment(**changes),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout_s,
    )
    return Result(done.returncode, done.stdout, done.stderr)


def start(*arguments: object, **changes: str) -> "subprocess.Popen[str]":
    """Start one command and go on; the caller ends it."""
    return subprocess.Popen(
        [*GEMFIT, *map(str, arguments)],
        env=environment(**changes),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def assert_one_sentence(result: Result) -> str:
    """Failed as it should; returns the sentence."""
    assert result.code == 1, result.stderr
    assert "Traceback" not in result.stderr
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith("gemfit: ")
    assert line.endswith(".") or ": gemfit " in line, line  # or with the command that helps
    return line
