"""The queue on disk, shared by every Gemfit of this person: `queue.json` in the data folder.

Everyone changes it in the same way: lock, read, apply operations, write whole. So the command line can add to the queue
while the window runs, and the window sees that the file is another one. Only the process that holds `Runner` transfers
what is queued: the window, or `gemfit queue run`; it notices such changes within a second.

A file that cannot be used is set aside under another name and never a reason not to start.
"""

import time
from collections.abc import Sequence
from pathlib import Path

import filelock
import msgspec

from gemfit import paths
from gemfit.atomic import write_atomically
from gemfit.library.queue import Operation, Queue
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

SCHEMA = 1
LOCK_S = 10.0  # a change takes milliseconds; who holds the lock for longer hangs


class _File(msgspec.Struct, frozen=True, kw_only=True):
    schema: int
    queue: Queue


class _SchemaOnly(msgspec.Struct):
    schema: int


class QueueStore:
    """The file of the queue. `problem` says what was wrong with it when it was read, if anything."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or paths.data_dir() / "queue.json"
        self.problem: Sentence | None = None
        self._seen: tuple[int, int, int] | None = None

    def read(self) -> Queue:
        """The queue as it is. Raises OSError."""
        with self._locked():
            return self._read()

    def change(self, operations: Sequence[Operation]) -> Queue:
        """Apply `operations`, one after the other; returns the queue as it is then. Raises OSError."""
        with self._locked():
            before = queue = self._read()
            for operation in operations:
                queue = operation(queue)
            if queue != before:
                data = msgspec.json.encode(_File(schema=SCHEMA, queue=queue))
                write_atomically(self.path, msgspec.json.format(data, indent=1))
                self._seen = self._stamp()
            return queue

    def is_another(self) -> bool:
        """Whether someone else has changed it since it was last read or changed here."""
        return self._stamp() != self._seen

    def _locked(self) -> filelock.BaseFileLock:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return filelock.FileLock(self.path.with_name(self.path.name + ".lock"), timeout=LOCK_S)

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            stat = self.path.stat()
        except FileNotFoundError:
            return None
        return stat.st_ino, stat.st_mtime_ns, stat.st_size

    def _read(self) -> Queue:
        self._seen = self._stamp()
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return Queue()
        try:
            newer = msgspec.json.decode(data, type=_SchemaOnly).schema > SCHEMA
            if not newer:
                return msgspec.json.decode(data, type=_File).queue
        except ValueError:  # neither JSON nor UTF-8 nor of this form
            newer = False
        self._set_aside(newer=newer)
        return Queue()

    def _set_aside(self, *, newer: bool) -> None:
        why = "newer" if newer else "damaged"
        aside = self.path.with_name(f"{self.path.stem}.{why}-{time.time_ns()}{self.path.suffix}")
        self.path.replace(aside)
        self._seen = None
        damaged = QT_TRANSLATE_NOOP(
            "gemfit",
            "The queue of downloads was damaged, so it begins empty; what was downloaded is kept. The old file is kept "
            "in {path}. Get the models again and they go on.",
        )
        of_a_newer = QT_TRANSLATE_NOOP(
            "gemfit",
            "The queue of downloads was written by a newer Gemfit, so this one begins an empty one; what was "
            "downloaded is kept. The other queue is kept in {path}.",
        )
        self.problem = say(of_a_newer if newer else damaged, path=str(aside))


class Runner:
    """The right to transfer what is queued: one process at a time has it."""

    def __init__(self, store: QueueStore) -> None:
        self._lock = filelock.FileLock(store.path.with_name("queue.runner.lock"), timeout=0)

    @property
    def is_mine(self) -> bool:
        return self._lock.is_locked

    def claim(self) -> bool:
        """Take it if nobody has it. A process that dies gives it back. Raises OSError."""
        if not self._lock.is_locked:
            Path(self._lock.lock_file).parent.mkdir(parents=True, exist_ok=True)
            try:
                self._lock.acquire()
            except filelock.Timeout:
                return False
        return True

    def release(self) -> None:
        self._lock.release()


def someone_runs(store: QueueStore) -> bool:
    """Whether a process transfers what is queued."""
    runner = Runner(store)
    try:
        if not runner.claim():
            return True
    except OSError:  # nobody can take a lock in a folder that cannot be written to
        return False
    runner.release()
    return False
