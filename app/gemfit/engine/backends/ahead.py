"""What a load is going to need, made ready by other threads while llama.cpp, on its own, reads with a single one.

It begins with a second or more of work on the vocabulary, in which the disk is idle; then it copies every tensor into
memory that the system hands out page by page, at the first touch of each: half of the processor time of reading a file
that is in the page cache. The disk is asked for the tensors as soon as the file is found to be sound, and the pages are
asked for in blocks as soon as llama.cpp has reserved them. Both are advice: where the system does not know it, or
memory is short, the load is what it would have been.

Huge pages are not asked for: with a machine's memory full of cached files the system first moves others out of the way,
which took 3 s more of the processor for E2B than it saved.
"""

import ctypes
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType

import psutil

from gemfit.engine.backends.llama_layout import LAZY_TENSORS
from gemfit.engine.protocol import LoadPlan
from gemfit.gguf.types import GgufHeader

READ_STEP_BYTES = 128 << 10
"""Of a longer range Linux reads only the beginning: as much as its read-ahead or the device's largest request."""
MEMORY_STEP_BYTES = 16 << 20
"""After each of these a load that has ended is noticed."""
LEAST_BYTES = 64 << 20
"""Smaller mappings are no weights."""

_POPULATE_WRITE = 23  # MADV_POPULATE_WRITE, Linux 5.14


class Ahead:
    """For the time of one load. `with Ahead(…) as ahead`, and `ahead.reserved()` once the weights have their memory."""

    def __init__(self, path: Path, header: GgufHeader, plan: LoadPlan) -> None:
        self._path = path
        self._ranges = ranges(header, plan)
        self._threads: list[threading.Thread] = []
        self._over = threading.Event()

    def __enter__(self) -> "Ahead":
        needed_bytes = sum(n_bytes for _, n_bytes in self._ranges)
        # The page cache and the weights beside each other: with less, what is read ahead would push itself out again.
        if needed_bytes and hasattr(os, "posix_fadvise") and psutil.virtual_memory().available > 2 * needed_bytes:
            self._start(self._read)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self.wait()

    def wait(self) -> None:
        """Until all is asked for, or the load is over."""
        for thread in self._threads:
            thread.join()

    def reserved(self) -> None:
        """The weights have their memory, and nothing of it was touched. To be called once."""
        if self._ranges and sys.platform.startswith("linux"):
            self._start(self._populate)

    def _start(self, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, daemon=True, name="ahead")
        self._threads.append(thread)
        thread.start()

    def _read(self) -> None:
        try:
            with self._path.open("rb") as file:
                for begin, n_bytes in _steps(self._ranges, READ_STEP_BYTES):
                    if self._over.is_set():
                        return
                    os.posix_fadvise(file.fileno(), begin, n_bytes, os.POSIX_FADV_WILLNEED)
        except OSError:  # llama.cpp reads the same file, and says what is wrong with it
            return

    def _populate(self) -> None:
        madvise = ctypes.CDLL(None).madvise
        madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
        weights = large_mappings(Path("/proc/self/maps").read_text())
        for begin, n_bytes in _steps(weights, MEMORY_STEP_BYTES):
            if self._over.is_set() or madvise(begin, n_bytes, _POPULATE_WRITE):
                return


def ranges(header: GgufHeader, plan: LoadPlan) -> list[tuple[int, int]]:
    """Where in the file, and how long, what llama.cpp reads is, in the order in which it does (`load_all_data`).

    Tensors that are not used as they stand in the file come first, the largest before the others. Nothing where the
    file is mapped, which has a read-ahead of its own, or is in several parts.
    """
    if plan.load_mode == "mapped" or (header.integer("split.count") or 0) > 1:
        return []
    lazy = LAZY_TENSORS.get(header.architecture) if plan.lazy_embeddings else None
    tensors = sorted(
        (tensor for tensor in header.tensors if tensor.name != lazy),
        key=lambda tensor: -tensor.n_bytes if len(tensor.shape) > 1 else 0,
    )
    return [(header.data_offset + tensor.offset, tensor.n_bytes) for tensor in tensors]


def large_mappings(maps: str) -> list[tuple[int, int]]:
    """Begin and length of the private memory without a file in `/proc/self/maps` that is as large as weights are."""
    found = []
    for line in maps.splitlines():
        span, access, *rest = line.split()
        begin, end = (int(number, 16) for number in span.split("-"))
        if access == "rw-p" and len(rest) == 3 and end - begin >= LEAST_BYTES:  # offset, device, inode; no name
            found.append((begin, end - begin))
    return found


def _steps(spans: Iterable[tuple[int, int]], step_bytes: int) -> Iterator[tuple[int, int]]:
    for begin, n_bytes in spans:
        for at in range(0, n_bytes, step_bytes):
            yield begin + at, min(step_bytes, n_bytes - at)
