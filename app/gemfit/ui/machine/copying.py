"""Buttons that put a text on the clipboard and say that they did."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from gemfit.ui.parts import button

SAID_MS = 3000


def copy_button(text: Callable[[], str], title: str, name: str) -> QPushButton:
    """A button that copies what `text()` returns. `title` stands on it, `name` says what it copies."""
    made = button(title, lambda: copied(made, text(), title), icon="copy")
    made.setAccessibleName(name)
    return made


def copied(pressed: QPushButton, text: str, title: str) -> None:
    """Put `text` on the clipboard; the button that was pressed says so for a moment."""
    QGuiApplication.clipboard().setText(text)
    pressed.setText(QCoreApplication.translate("Copying", "Copied"))
    QTimer.singleShot(SAID_MS, pressed, lambda: pressed.setText(title))
