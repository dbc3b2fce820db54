"""What `get`, `list` and `verify` share: the catalogue, stopping by signal, the progress line, the JSON."""

import argparse
import contextlib
import shutil
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec

from gemfit.catalog.load import load_catalog
from gemfit.catalog.types import Catalog
from gemfit.cli.output import ProgressLine
from gemfit.library.types import LocalFile, TransferProgress
from gemfit.words import QT_TRANSLATE_NOOP, duration, say, size

_DOING = {
    "waiting": QT_TRANSLATE_NOOP("gemfit", "asking"),
    "checking": QT_TRANSLATE_NOOP("gemfit", "checking what is here"),
    "downloading": QT_TRANSLATE_NOOP("gemfit", "downloading"),
    "retrying": QT_TRANSLATE_NOOP("gemfit", "trying again"),
    "verifying": QT_TRANSLATE_NOOP("gemfit", "verifying"),
}


def catalog_of(args: argparse.Namespace) -> Catalog:
    """The catalogue that the options name. Raises GemfitError."""
    return load_catalog(Path(args.catalog) if args.catalog else None)


@contextlib.contextmanager
def stop_by_signal() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set, instead of ending the process at once."""
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def progress_line() -> Iterator["Progress"]:
    """A line on stderr that is gone at the end."""
    progress = Progress(ProgressLine())
    try:
        yield progress
    finally:
        progress.line.clear()


class Progress:
    """Shows each `TransferProgress` it is called with."""

    def __init__(self, line: ProgressLine) -> None:
        self.line = line

    def __call__(self, progress: TransferProgress) -> None:
        if progress.state in _DOING:
            # A line that wraps cannot be written over.
            self.line.show(progress_text(progress)[: shutil.get_terminal_size().columns - 1])


def progress_text(progress: TransferProgress) -> str:
    """`x.gguf  downloading   42 %  1.0 GiB of 2.4 GiB  11 MiB/s  2 min 3 s left`."""
    parts = [progress.file, str(progress.sentence) if progress.sentence else _DOING[progress.state]]
    if progress.total_bytes and progress.state != "waiting":
        parts.append(f"{100 * progress.done_bytes // progress.total_bytes:3d} %")
        parts.append(f"{size(progress.done_bytes)} of {size(progress.total_bytes)}")
    if progress.state in ("downloading", "verifying", "checking") and progress.speed_bps:
        parts.append(f"{size(round(progress.speed_bps))}/s")
        if progress.remaining_s is not None:
            parts.append(f"{duration(progress.remaining_s)} left")
    return "  ".join(parts)


def as_json(files: list[LocalFile]) -> dict[str, Any]:
    """The first file's own keys, and all of them under `files`."""
    plain = [_plain(file) for file in files]
    return {**(plain[0] if plain else {}), "files": plain}


def _plain(file: LocalFile) -> dict[str, Any]:
    data: dict[str, Any] = msgspec.to_builtins(file)
    return {**data, "note": str(file.note) if file.note else None, "pieces": [_plain(piece) for piece in file.pieces]}


def status(file: LocalFile) -> str:
    """One line about a file's state."""
    verified = str(say(QT_TRANSLATE_NOOP("gemfit", "verified"))) if file.verified else ""
    text = verified or (str(file.note) if file.note else "")
    if not file.complete or file.parts < 2:
        return text
    parts = say(QT_TRANSLATE_NOOP("gemfit", "in {parts} parts"), parts=file.parts)
    return f"{text} ({parts})" if text else str(parts)
