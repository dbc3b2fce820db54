"""A thread that makes durable what has come and then claims it, so that nobody waits for the disk."""

import threading
from collections.abc import Callable, Mapping, Sequence
from queue import SimpleQueue

from gemfit.library.part import Part


class _Claim:
    def __init__(self, held: Sequence[int], hashes: Mapping[int, str], etag: str | None, content: str | None) -> None:
        self.held, self.hashes, self.etag, self.content = held, dict(hashes), etag, content


class Claims:
    """Writes the journal of `part`, one claim at a time. `on_error` is called on the thread."""

    def __init__(self, part: Part, on_error: Callable[[OSError], None]) -> None:
        self._part, self._on_error = part, on_error
        self._queue: SimpleQueue[_Claim | None] = SimpleQueue()
        self._free = threading.Event()
        self._free.set()
        self._thread = threading.Thread(target=self._run, name="gemfit-claims", daemon=True)
        self._thread.start()

    @property
    def is_free(self) -> bool:
        return self._free.is_set()

    def make(self, held: Sequence[int], hashes: Mapping[int, str], etag: str | None, content: str | None) -> None:
        """Claim `held`, all of which was written before this call; waits for the claim before it."""
        self._free.wait()
        self._free.clear()
        self._queue.put(_Claim(held, hashes, etag, content))

    def rest(self) -> None:
        """Wait until nothing is under way."""
        self._free.wait()

    def end(self) -> None:
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (wanted := self._queue.get()) is not None:
            try:
                self._part.note(wanted.etag, wanted.content)
                self._part.sync(wanted.held, wanted.hashes)
            except OSError as error:
                self._on_error(error)
            finally:
                self._free.set()
