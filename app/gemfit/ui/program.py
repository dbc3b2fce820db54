"""The running window: one instance, its language, theme and log, and an orderly end."""

import contextlib
import gc
import logging
import signal
import socket
from collections.abc import Iterator

from PySide6.QtCore import (
    QLibraryInfo,
    QLocale,
    QMessageLogContext,
    QSocketNotifier,
    QTimer,
    QtMsgType,
    QTranslator,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

from gemfit import paths
from gemfit.log import start_logging, stop_logging
from gemfit.settings import Settings, read_settings
from gemfit.ui import theme, words, worker
from gemfit.ui.collector import Collector
from gemfit.ui.session import Session
from gemfit.ui.single import SingleInstance
from gemfit.ui.window import MainWindow

LANGUAGES = ("en", "de")
END_S = 5.0
_LANGUAGE = "gemfit_language"
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}

logger = logging.getLogger(__name__)


def run(argv: list[str]) -> int:
    """Show the window and stay until it closes; a second start brings the first one forward. Returns the exit code."""
    app = QApplication(["gemfit", *argv])
    app.setApplicationName("gemfit")
    app.setApplicationDisplayName("Gemfit")
    app.setDesktopFileName("gemfit")
    app.setWindowIcon(theme.program_icon())
    single = SingleInstance()
    if not single.claim():
        return 0
    handler = start_logging()
    qInstallMessageHandler(_log_qt)
    try:
        return _stay(app, single)
    finally:
        qInstallMessageHandler(None)
        stop_logging(handler)
        single.release()


def _stay(app: QApplication, single: SingleInstance) -> int:
    reading = read_settings()
    speak(app, reading.settings)
    theme.apply(app, reading.settings.theme)
    session = Session(reading.settings, words.text(reading.problem) if reading.problem else "")
    window = MainWindow(session)

    def follow_settings() -> None:
        theme.apply(app, session.settings.theme)
        if speak(app, session.settings):
            QTimer.singleShot(0, window.rebuild)  # not under the hands of the control that asked for it

    session.settings_changed.connect(follow_settings)
    single.asked.connect(window.come_forward)
    window.show()
    QTimer.singleShot(0, session.machine.probe)
    QTimer.singleShot(0, _shown)
    collector = Collector(app)
    with _ending_on_signals(app, window):
        code = app.exec()
    session.close()
    worker.wait_for_all(END_S)
    collector.stop()
    return code


@contextlib.contextmanager
def _ending_on_signals(app: QApplication, window: MainWindow) -> Iterator[None]:
    """End in order when asked to from outside, whatever is under way: `quit` would ask the window, and that a person.

    Python's handlers run only when Python does: a socket wakes it.
    """

    def end(_number: int, _frame: object) -> None:
        window.leave()
        app.exit()

    awake, wake = socket.socketpair()
    with awake, wake:
        awake.setblocking(False)
        wake.setblocking(False)
        notifier = QSocketNotifier(awake.fileno(), QSocketNotifier.Type.Read, app)
        notifier.activated.connect(lambda: awake.recv(64))
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, end)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        yield
        signal.set_wakeup_fd(-1)
        notifier.setEnabled(False)


def _shown() -> None:
    """The start is over. What it made lives as long as the program, so the collector need not look at it again."""
    logger.info("window shown")
    gc.collect()
    gc.freeze()


def _log_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    logging.getLogger("gemfit.qt").log(_LEVELS[kind], "%s: %s", context.category, message)


def language(settings: Settings) -> str:
    """The language to speak: the one set, else the system's where we have it, else English."""
    system = QLocale.system().name().split("_")[0]
    return settings.language or (system if system in LANGUAGES else "en")


def speak(app: QApplication, settings: Settings) -> bool:
    """Take the language for texts and numbers. Returns whether it is another one than before."""
    chosen = language(settings)
    if app.property(_LANGUAGE) == chosen:
        return False
    app.setProperty(_LANGUAGE, chosen)
    QLocale.setDefault(QLocale.system() if QLocale.system().name().startswith(chosen) else QLocale(chosen))
    for old in app.findChildren(QTranslator):
        app.removeTranslator(old)
        old.deleteLater()
    for name, folder in (
        (f"qtbase_{chosen}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
        (f"gemfit_{chosen}", str(paths.i18n_dir())),
    ):
        translator = QTranslator(app)
        if translator.load(name, folder):
            app.installTranslator(translator)
    return True
