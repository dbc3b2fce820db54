"""The log file: rotated, and without prompts, answers, tokens or names in it."""

import logging
import os
import re
import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from gemfit import paths

MAX_BYTES = 1_000_000
KEPT_FILES = 3

_TOKEN = re.compile(r"\bhf_[A-Za-z0-9]{8,}|(?<=[Bb]earer )\S+")

logger = logging.getLogger("gemfit")


class CleanFormatter(logging.Formatter):
    """Shows the home folder as `~` and blanks what looks like a token, tracebacks included."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._home = os.path.expanduser("~")  # noqa: PTH111 - Path.home() raises where there is no home
        self._user = Path(self._home).name

    def format(self, record: logging.LogRecord) -> str:
        text = _TOKEN.sub("(token)", super().format(record))
        if len(self._home) > 1 and self._home != "~":
            text = text.replace(self._home, "~")
        if len(self._user) > 2 and self._user != "root":
            text = re.sub(rf"\b{re.escape(self._user)}\b", "(user)", text)
        return text


def start_logging(path: Path | None = None) -> logging.Handler:
    """Write this process's log to the file, and uncaught errors with it. A folder that cannot be written: to stderr."""
    path = path or paths.log_file()
    handler: logging.Handler
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=MAX_BYTES, backupCount=KEPT_FILES - 1, encoding="utf-8")
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(CleanFormatter())
    logging.getLogger().addHandler(handler)
    logger.setLevel(logging.INFO)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    return handler


def stop_logging(handler: logging.Handler) -> None:
    """Undo `start_logging`."""
    logging.getLogger().removeHandler(handler)
    handler.close()
    sys.excepthook = sys.__excepthook__
    threading.excepthook = threading.__excepthook__


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logger.critical("uncaught error", exc_info=(kind, error, trace))
    sys.__excepthook__(kind, error, trace)


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        name = args.thread.name if args.thread else "?"
        logger.critical(
            "uncaught error in thread %s", name, exc_info=(args.exc_type, args.exc_value, args.exc_traceback)
        )
