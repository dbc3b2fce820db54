"""One window for each person and home: a second start brings the first one forward."""

import hashlib
import os
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from gemfit import paths

_HELLO = b"show\n"
_TIMEOUT_MS = 2000


class SingleInstance(QObject):
    """The lock and the ear of the first window. `asked`: another start wants it in front."""

    asked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        folder = paths.state_dir()
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = QLockFile(str(folder / "window.lock"))
        self._lock.setStaleLockTime(0)  # never by age; the lock of a process that is gone is taken over at once
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)

    def claim(self) -> bool:
        """Be the first. False: another is, and it has been asked to come forward."""
        if self._lock.tryLock(0):
            QLocalServer.removeServer(server_name())  # what a killed process left behind
            self._server.listen(server_name())
            return True
        # A first one that holds the lock and does not answer hangs: a second window is better than none.
        return not ask_first_to_show()

    def release(self) -> None:
        """Let go, at the end of the program."""
        self._server.close()
        self._lock.unlock()

    @Slot()
    def _greet(self) -> None:
        while (connection := self._server.nextPendingConnection()) is not None:
            connection.disconnected.connect(connection.deleteLater)
            connection.disconnectFromServer()
            self.asked.emit()


def ask_first_to_show() -> bool:
    """Ask the window that is already open to come forward; returns whether it heard."""
    socket = QLocalSocket()
    socket.connectToServer(server_name())
    if not socket.waitForConnected(_TIMEOUT_MS):
        return False
    socket.write(_HELLO)
    socket.waitForBytesWritten(_TIMEOUT_MS)
    if socket.state() == QLocalSocket.LocalSocketState.ConnectedState:
        socket.waitForDisconnected(_TIMEOUT_MS)
    return True


def server_name() -> str:
    """A name of this person's own, another one for every home; short, because socket paths are."""
    name = "gemfit-" + hashlib.sha256(str(paths.state_dir().resolve()).encode()).hexdigest()[:16]
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return str(Path(runtime) / name) if runtime and Path(runtime).is_dir() else name
