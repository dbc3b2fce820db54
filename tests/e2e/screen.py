"""A screen of its own for a real window: an X server without a monitor, a keyboard and a mouse for it, and pictures."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import psutil

from tests.e2e.program import GEMFIT, environment
from tests.e2e.wait import wait_until

SHOTS = Path(__file__).parents[1] / "shots"
SIZE = (1280, 860)
NEEDED = ("Xvfb", "xdotool")

_GRAB = """
import sys
from PySide6.QtGui import QGuiApplication
app = QGuiApplication(sys.argv)
assert app.primaryScreen().grabWindow(0).save(sys.argv[1]), "no picture"
"""


def missing() -> list[str]:
    """The programs that are needed and not installed."""
    return [name for name in NEEDED if not shutil.which(name)]


class Screen:
    """An Xvfb on a display of its own choosing. There is no window manager: the focus goes where it is sent."""

    def __init__(self) -> None:
        read, write = os.pipe()
        width, height = SIZE
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset"],
            pass_fds=[write],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as answer:
            self.display = f":{int(answer.readline())}"

    def close(self) -> None:
        self._server.terminate()
        self._server.wait(10)

    def environment(self, **changes: str) -> dict[str, str]:
        return environment(DISPLAY=self.display, QT_QPA_PLATFORM="xcb", LANGUAGE="en", LC_ALL="C.UTF-8", **changes)

    def xdotool(self, *arguments: object) -> str:
        """Run xdotool; an empty text when it found nothing."""
        command = ["xdotool", *map(str, arguments)]
        return subprocess.run(
            command, env=self.environment(), capture_output=True, text=True, timeout=30
        ).stdout.strip()

    def picture(self, name: str) -> Path:
        """Take a picture of the whole screen, for a person to look at: `tests/shots/<name>.png`."""
        SHOTS.mkdir(exist_ok=True)
        path = SHOTS / f"{name}.png"
        subprocess.run([sys.executable, "-c", _GRAB, str(path)], env=self.environment(), check=True, timeout=60)
        return path


class Window:
    """The real program with its window on `screen`. Ends it, and what it started, at the end of the block."""

    def __init__(self, screen: Screen, **changes: str) -> None:
        self.screen = screen
        self.process = subprocess.Popen(
            GEMFIT,
            env=screen.environment(**changes),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        self.id = wait_until(self._find, what="the window to be shown")
        self.take_focus()

    def __enter__(self) -> "Window":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.communicate(timeout=30)

    def _find(self) -> str:
        if self.process.poll() is not None:
            raise AssertionError(f"the program ended with {self.process.returncode}: {self.process.communicate()[1]!r}")
        found = self.screen.xdotool("search", "--onlyvisible", "--pid", self.process.pid, "--name", "^Gemfit")
        return found.split("\n")[0]

    def take_focus(self) -> None:
        """Send the keyboard to this window."""
        self.screen.xdotool("windowfocus", "--sync", self.id)
        wait_until(lambda: self.has_focus, what="the window to have the focus")

    @property
    def has_focus(self) -> bool:
        return self.screen.xdotool("getwindowfocus") == self.id

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def press(self, *keys: str) -> None:
        """Press keys by their X names, one after the other: `ctrl+k`, `Return`."""
        self.screen.xdotool("key", "--clearmodifiers", "--delay", 40, *keys)

    def type(self, text: str) -> None:
        self.screen.xdotool("type", "--clearmodifiers", "--delay", 15, "--", text)

    def click(self, x: int, y: int) -> None:
        self.screen.xdotool("mousemove", x, y, "click", 1)

    def kill(self) -> None:
        """SIGKILL, which no program hears coming; returns when the program and its children are gone."""
        family = [self.process, *self.children()]
        self.process.kill()
        self.process.wait(10)
        wait_until(
            lambda: not any(p.is_running() for p in family[1:] if isinstance(p, psutil.Process)),
            what="its children to end",
        )

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def engines(self) -> list[psutil.Process]:
        """The engine children that run now."""
        return [p for p in self.children() if re.search(r"--child engine", " ".join(p.cmdline()))]
