"""What `get` and `queue run` share: carrying out a queue until it rests, and showing how far each file is."""

import shutil
import sys
import threading
from typing import TextIO

from gemfit.cli.weights import progress_text, stop_by_signal
from gemfit.library.queue import Entry, Queue, QueuedFile, totals
from gemfit.library.queue_run import QueueRunner
from gemfit.library.types import TransferProgress, TransferState
from gemfit.words import duration, size

_JOIN_S = 0.1


def rests(queue: Queue) -> bool:
    """Whether nothing more happens without a person, or without waiting for the network, for room, or for another."""
    return not any(
        file.under_way or (file.state == "waiting" and not file.code)
        for entry in queue
        if entry.under_way or not entry.paused
        for file in entry.files
    )


def carry_out(runner: QueueRunner) -> bool:
    """Run the queue until it rests or a signal stops it. Returns False when a signal did."""
    thread = threading.Thread(target=runner.run, args=(rests,), name="gemfit-queue")
    with stop_by_signal() as stopped:
        thread.start()
        while thread.is_alive():
            thread.join(_JOIN_S)
            if stopped.is_set():
                runner.close()
        return not stopped.is_set()


class ProgressLines:
    """A line for each file under way, and one for all of them, written again and again on stderr; silent when that is
    no terminal.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._shown = self._stream.isatty()
        self._height = 0
        self._lock = threading.Lock()

    def __call__(self, queue: Queue) -> None:
        if self._shown:
            self._write(progress_lines(queue))

    def __enter__(self) -> "ProgressLines":
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind."""
        if self._shown:
            self._write([])

    def _write(self, lines: list[str]) -> None:
        width = shutil.get_terminal_size().columns - 1  # a line that wraps cannot be written over
        with self._lock:
            back = f"\x1b[{self._height - 1}A" if self._height > 1 else ""
            text = "\n".join(line[:width] for line in lines)
            self._stream.write(f"\r{back}\x1b[J{text}")
            self._stream.flush()
            self._height = len(lines)


def progress_lines(queue: Queue) -> list[str]:
    """`x.gguf  downloading   42 %  1.0 GiB of 2.4 GiB  11 MiB/s  2 min 3 s left`, and the sum below where there are
    several.
    """
    files = [file for entry in queue for file in entry.files]
    lines = [progress_text(_progress(file)) for file in files if file.under_way]
    return [*lines, total_line(queue)] if lines and len(files) > 1 else lines


def total_line(queue: Queue) -> str:
    """`all  3.4 GiB left  22 MiB/s  2 min 40 s left`."""
    all_ = totals(queue)
    parts = ["all", f"{size(all_.left_bytes)} to go"]
    if all_.speed_bps:
        parts.append(f"{size(round(all_.speed_bps))}/s")
    if all_.remaining_s is not None:
        parts.append(f"{duration(all_.remaining_s)} left")
    return "  ".join(parts)


def state_text(entry: Entry) -> str:
    """Its state in words, and how far it is."""
    words = entry.state.replace("_", " ")
    if entry.state in ("waiting", "paused", "downloading") and entry.done_bytes and entry.total_bytes:
        words += f", {100 * entry.done_bytes // entry.total_bytes} %"
    return words


def _progress(file: QueuedFile) -> TransferProgress:
    state: TransferState = "waiting"
    if file.state in ("checking", "downloading", "retrying", "verifying"):
        state = file.state
    return TransferProgress(
        state=state,
        file=file.name,
        done_bytes=file.done_bytes,
        total_bytes=file.total_bytes,
        speed_bps=file.speed_bps,
        remaining_s=file.remaining_s,
        sentence=file.sentence if file.state == "retrying" else None,
    )
