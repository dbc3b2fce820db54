"""The log file: rotated, and without prompts, answers, tokens or names in it."""

import logging
import re
import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from gemfit import paths, personal

MAX_BYTES = 1_000_000
KEPT_FILES = 3

READ_BYTES = 1 << 18
_BEGINNING = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ ([A-Z]+) ", re.MULTILINE)
_TOKEN = re.compile(r"\bhf_[A-Za-z0-9]{8,}|(?<=[Bb]earer )\S+")

logger = logging.getLogger("gemfit")


class CleanFormatter(logging.Formatter):
    """Shows the home folder as `~` and blanks names and what looks like a token, tracebacks included."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._who = personal.here()

    def format(self, record: logging.LogRecord) -> str:
        return personal.without(_TOKEN.sub("(token)", super().format(record)), self._who)


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


def last_warnings(path: Path, count: int = 10, lines: int = 12) -> list[str]:
    """The last warnings and errors in a log file, oldest first, each with its last lines; none where there is none."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - READ_BYTES))
            text = file.read().decode("utf-8", "replace")
    except OSError:  # nothing was logged yet
        return []
    begins = list(_BEGINNING.finditer(text))
    starts = [found.start() for found in begins]
    records = [
        text[found.start() : end].rstrip().splitlines()
        for found, end in zip(begins, [*starts[1:], len(text)], strict=False)  # no beginning, no end
        if found[1] in ("WARNING", "ERROR", "CRITICAL")
    ]
    return [
        "\n".join(record if len(record) <= lines else [record[0], *record[1 - lines :]]) for record in records[-count:]
    ]


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
