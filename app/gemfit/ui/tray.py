"""The icon in the system's tray while something is on its way, and the word at the end of a long transfer.

Not every desktop has a tray (GNOME has none without an extension): then the window is minimised instead of hidden, and
its entry in the task bar asks for attention instead of a notification.
"""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon, QWidget

from gemfit.ui import theme

MESSAGE_MS = 10_000


def has_tray() -> bool:
    """Whether this desktop shows icons of programs that run without a window."""
    return QSystemTrayIcon.isSystemTrayAvailable()


class Tray(QObject):
    """`show_wanted`, `pause_wanted`, `resume_wanted`, `quit_wanted`: what was chosen in its menu, or by a click."""

    show_wanted = Signal()
    pause_wanted = Signal()
    resume_wanted = Signal()
    quit_wanted = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.menu = QMenu(window)
        self.show_action = self.menu.addAction(self.tr("Show Gemfit"))
        self.pause_action = self.menu.addAction(self.tr("Pause all"))
        self.resume_action = self.menu.addAction(self.tr("Resume all"))
        self.menu.addSeparator()
        self.quit_action = self.menu.addAction(self.tr("Quit"))
        self.show_action.triggered.connect(self.show_wanted)
        self.pause_action.triggered.connect(self.pause_wanted)
        self.resume_action.triggered.connect(self.resume_wanted)
        self.quit_action.triggered.connect(self.quit_wanted)
        self._icon: QSystemTrayIcon | None = None

    def tooltip(self) -> str:
        return self._icon.toolTip() if self._icon is not None else ""

    def show(self) -> None:
        """Put the icon there; made at the first call, as most sessions need none."""
        if self._icon is None:
            self._icon = QSystemTrayIcon(theme.program_icon(), self)
            self._icon.setContextMenu(self.menu)
            self._icon.activated.connect(self._activated)
            self._icon.messageClicked.connect(self.show_wanted)
        self._icon.show()

    def hide(self) -> None:
        if self._icon is not None:
            self._icon.hide()

    def say(self, text: str, *, running: bool, paused: bool) -> None:
        """What is under way, as the tooltip, and what can be done about it."""
        if self._icon is not None:
            self._icon.setToolTip(f"Gemfit: {text}" if text else "Gemfit")
        self.pause_action.setEnabled(running)
        self.resume_action.setEnabled(paused)

    def notify(self, title: str, text: str) -> str:
        """Tell the system, unless the window is being looked at. Returns how: `message`, `alert`, or `` for not."""
        if self._window.isActiveWindow():
            return ""
        if has_tray() and QSystemTrayIcon.supportsMessages():
            self.show()
            assert self._icon is not None
            self._icon.showMessage(title, text, theme.program_icon(), MESSAGE_MS)
            return "message"
        QApplication.alert(self._window)
        return "alert"

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.show_wanted.emit()
