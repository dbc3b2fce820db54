"""A screen of its own for a real window: an X server without a monitor, a keyboard and a mouse for it, and pictures."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy
import psutil
from PySide6.QtGui import QImage

from gemfit.ui.theme import LIGHT
from tests.e2e.program import GEMFIT, environment
from tests.e2e.wait import wait_until

SHOTS = Path(__file__).parents[1] / "shots"
SIZE = (1280, 860)
NEEDED = ("Xvfb", "xdotool")

BUTTON = (10, 20)  # a piece of a primary button without text, in pixels: its left edge, and higher than any bar
_COVER = """
import sys
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication(sys.argv)
cover = QWidget()
cover.setWindowTitle("Cover")
cover.setGeometry(app.primaryScreen().geometry())
cover.show()
app.exec()
"""
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

    def geometry(self, window: str) -> tuple[int, int]:
        """Width and height of a window."""
        lines = self.xdotool("getwindowgeometry", "--shell", window).splitlines()
        values = dict(line.split("=") for line in lines)
        return int(values["WIDTH"]), int(values["HEIGHT"])

    def picture(self, name: str) -> Path:
        """Take a picture of the whole screen, for a person to look at: `tests/shots/<name>.png`."""
        SHOTS.mkdir(exist_ok=True)
        path = SHOTS / f"{name}.png"
        subprocess.run([sys.executable, "-c", _GRAB, str(path)], env=self.environment(), check=True, timeout=60)
        return path

    @contextlib.contextmanager
    def covered(self) -> Iterator[None]:
        """Another program's window over everything."""
        cover = subprocess.Popen([sys.executable, "-c", _COVER], env=self.environment())
        try:
            wait_until(lambda: self.xdotool("search", "--onlyvisible", "--name", "^Cover$"), what="the cover")
            yield
        finally:
            cover.terminate()
            cover.wait(10)

    def primary_button(self, picture: Path, right_of: int = 0) -> tuple[int, int] | None:
        """Where the topmost button in the accent colour is, which is the one thing to do next; None without one."""
        image = QImage(str(picture)).convertToFormat(QImage.Format.Format_RGB32)
        rows = numpy.frombuffer(image.constBits(), dtype=numpy.uint32).reshape(image.height(), -1)
        accent = (rows & 0xFFFFFF) == LIGHT.accent.rgb() & 0xFFFFFF
        width, height = BUTTON
        sums = numpy.pad(accent.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
        full = sums[height:, width:] - sums[:-height, width:] - sums[height:, :-width] + sums[:-height, :-width]
        places = numpy.argwhere(full[:, right_of:] == width * height)
        return (right_of + int(places[0][1]) + width // 2, int(places[0][0]) + height // 2) if len(places) else None


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
        children = self.children()
        self.process.kill()
        self.process.wait(10)
        wait_until(
            lambda: not any(alive(p) for p in children),
            what="its children to end",
        )

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def engines(self) -> list[psutil.Process]:
        """The engine children that run now."""
        return [process for process in self.children() if is_engine(process)]


def alive(process: psutil.Process) -> bool:
    """Whether it runs; one that has ended and waits for its parent does not."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def is_engine(process: psutil.Process) -> bool:
    """Whether it is an engine child that runs."""
    try:
        return process.cmdline()[-2:] == ["--child", "engine"]
    except psutil.Error:  # it has just ended
        return False


def messages(home: Path) -> list[tuple[str, str, str]]:
    """What the conversations on disk hold: (role, text, state), oldest first."""
    path = home / "data" / "chats.sqlite3"
    if not path.exists():
        return []
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return database.execute("SELECT role, text, state FROM messages ORDER BY number").fetchall()
    except sqlite3.OperationalError:  # the program is creating it at this moment
        return []
    finally:
        database.close()


def newest_answer(home: Path, state: str = "") -> str:
    """The text of the newest answer, if it is in this state where one is given; else an empty text."""
    answers = [message for message in messages(home) if message[0] == "assistant"]
    return answers[-1][1] if answers and state in ("", answers[-1][2]) else ""
