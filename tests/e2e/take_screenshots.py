"""Takes the README's pictures from the real program, by hand:

    .venv/bin/python -m tests.e2e.take_screenshots

They go to `resources/screenshots`. Look at them before committing.
"""

import json
import os
import tempfile
from pathlib import Path

from PySide6.QtGui import QImage

from tests.e2e.screen import Screen, Window, messages
from tests.e2e.wait import wait_until

FOLDER = Path(__file__).parents[2] / "resources" / "screenshots"
QUESTIONS = ("What is the capital of France?", "Write a short poem about the sea, in four lines.")
SIZE = (1240, 820)


def take(screen: Screen, window: Window, name: str) -> None:
    """The window alone, without the rest of the screen."""
    width, height = screen.geometry(window.id)
    image = QImage(str(screen.picture(name))).copy(0, 0, width, height)
    path = FOLDER / f"{name}.png"
    assert image.convertToFormat(QImage.Format.Format_RGB888).save(str(path), quality=0)
    print(f"{path}: {path.stat().st_size // 1024} KiB")


def photograph(screen: Screen, home: Path) -> None:
    with Window(screen, GEMFIT_HOME=str(home), PYTHON_KEYRING_BACKEND="keyring.backends.null.Keyring") as window:
        screen.xdotool("windowsize", "--sync", window.id, *SIZE)
        wait_until(lambda: screen.primary_button(screen.picture("home")), what="the home page")
        take(screen, window, "home")
        window.press("ctrl+k")
        window.type("smollm")
        window.press("Return")
        wait_until(window.engines, what="the engine")
        for number, question in enumerate(QUESTIONS, start=1):
            window.press("ctrl+l")
            window.type(question)
            window.press("Return")
            wait_until(lambda n=number: answers(home) == n, what="the answer")
        take(screen, window, "chat")
        for key, name in ((3, "models"), (4, "machine")):
            before = QImage(str(screen.picture("before")))
            window.press(f"ctrl+{key}")
            wait_until(lambda name=name, before=before: QImage(str(screen.picture(name))) != before, what=name)
            wait_until(lambda name=name: still(screen, name), what=f"{name}, whole")
            take(screen, window, name)


def still(screen: Screen, name: str) -> bool:
    """Whether two pictures in a row are the same."""
    return QImage(str(screen.picture(name))) == QImage(str(screen.picture(f"{name}-again")))


def answers(home: Path) -> int:
    """How many are complete."""
    return [(role, state) for role, _, state in messages(home)].count(("assistant", "complete"))


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    os.environ.pop("GEMFIT_CATALOG", None)
    screen = Screen()
    try:
        with tempfile.TemporaryDirectory(prefix="gemfit-") as folder:
            home = Path(folder)
            (home / "config").mkdir()
            settings = {"schema": 1, "theme": "light", "language": "en", "weights_dir": "/srv/models"}
            (home / "config" / "settings.json").write_text(json.dumps(settings))
            photograph(screen, home)
    finally:
        screen.close()


if __name__ == "__main__":
    main()
