"""The queue of one process: a value that its threads change, and that is brought together with the file of all."""

import threading

from msgspec.structs import replace

from gemfit.library import queue as ops
from gemfit.library.queue import Entry, Key, Operation, Queue, QueuedFile
from gemfit.library.queue_store import QueueStore, Runner
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say


class SharedQueue:
    """`store` None: a queue of this process alone, which nobody else sees and which is gone with it.

    `is_mine`: this process carries it out. `problem`: what is wrong with the file of the queue, if anything.
    """

    def __init__(self, store: QueueStore | None) -> None:
        self._store = store
        self._runner = Runner(store) if store else None
        self._lock = threading.Lock()
        self._queue = Queue()
        self._pending: list[Operation] = []
        self.is_mine = store is None
        self.problem: Sentence | None = None

    @property
    def queue(self) -> Queue:
        """As it is now, progress included."""
        with self._lock:
            return self._queue

    def do(self, operation: Operation) -> Queue:
        """Apply an operation, at once here and on disk with the next `write_down`. Returns the queue as it is then."""
        with self._lock:
            self._queue = operation(self._queue)
            self._pending.append(operation)
            return self._queue

    def note(self, id_: str, name: str, /, **changes: object) -> None:
        """Change the queue here alone: what nobody needs to know after a restart. What is done stays as it is: a look
        at the disk may have begun before.
        """
        with self._lock:
            entry = self._queue.entry(id_)
            file = entry.file(name) if entry is not None else None
            if file is not None and file.state != "done":
                self._queue = ops.update(self._queue, id_, name, **changes)

    def claim(self) -> None:
        """Take the right to carry it out, if nobody has it."""
        if self.is_mine or self._runner is None:
            return
        try:
            self.is_mine = self._runner.claim()
        except OSError as error:
            self._not_written(error)
        if self.is_mine:
            with self._lock:
                self._pending.insert(0, ops.revived)

    def release(self) -> None:
        """Give that right back."""
        if self._runner is not None:
            self._runner.release()

    def write_down(self, transferred: set[Key]) -> None:
        """Bring the file and the queue here together: what was asked for here goes there, and the other way round.

        `transferred`: the files that this process transfers now; of those it knows more than the file.
        """
        with self._lock:
            pending = list(self._pending)
        if self._store is None:
            with self._lock:
                del self._pending[: len(pending)]
            return
        try:
            if not pending and not self._store.is_another():
                return
            stored = self._store.change(pending)
        except OSError as error:  # a full or read-only disk: it holds until the program ends, and is tried again
            self._not_written(error)
            return
        self.problem = self._store.problem
        with self._lock:
            del self._pending[: len(pending)]
            queue = _with_progress(stored, self._queue, transferred)
            for operation in self._pending:
                queue = operation(queue)
            self._queue = queue

    def _not_written(self, error: OSError) -> None:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The queue of downloads could not be saved ({reason}). It holds until Gemfit closes. Make {path} writable.",
        )
        path = str(self._store.path) if self._store else ""
        self.problem = say(text, reason=error.strerror or type(error).__name__, path=path)


def _with_progress(stored: Queue, here: Queue, transferred: set[Key]) -> Queue:
    """What the file says, and about what is `transferred` here what is known here."""

    def file_of(entry: Entry, file: QueuedFile) -> QueuedFile:
        known = here.entry(entry.id)
        shown = known.file(file.name) if known else None
        if shown is None:
            return file
        if file.under_way and shown.under_way and (entry.id, file.name) in transferred:
            return shown
        return replace(file, held_bytes=shown.held_bytes)

    return Queue(entries=tuple(replace(e, files=tuple(file_of(e, f) for f in e.files)) for e in stored))
