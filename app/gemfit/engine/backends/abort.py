"""A flag that llama.cpp reads between the nodes of a graph on the processor, and how many nodes it has begun.

The callback runs for every node of every token; a Python function there would take the interpreter's lock some thousand
times for each token. So it is a function of the C library's, and C's `bool` is what it returns:

- on Linux `sem_trywait` on a semaphore of ours: 0 while there is something to take, and it takes one, which counts the
  nodes; -1, which is true, when it is empty;
- elsewhere `strlen` on two bytes of ours: 0 for an empty string, 1 for a string of one character. Nothing is counted.
"""

import ctypes
import sys
import threading
from typing import Any

import llama_cpp.llama_cpp as lib

_FULL = (1 << 31) - 1  # SEM_VALUE_MAX
_SEMAPHORE_BYTES = 64  # sem_t has 32 with glibc and musl on 64 bits


class Abort:
    """Set from any thread; give `callback` and `data` to llama.cpp."""

    def __init__(self) -> None:
        self._semaphore = _Semaphore() if sys.platform.startswith("linux") else None
        self._text = ctypes.create_string_buffer(2)
        self._set = False
        if self._semaphore is not None:
            self.callback: Any = ctypes.cast(self._semaphore.library.sem_trywait, lib.ggml_abort_callback)
            self.data = ctypes.cast(self._semaphore.memory, ctypes.c_void_p)
        else:
            library = ctypes.CDLL("msvcrt" if sys.platform == "win32" else None)
            self.callback = ctypes.cast(library.strlen, lib.ggml_abort_callback)
            self.data = ctypes.cast(self._text, ctypes.c_void_p)

    def set(self) -> None:
        self._set = True
        self._text[0] = b"x"
        if self._semaphore is not None:
            self._semaphore.fill(0)

    def clear(self) -> None:
        self._set = False
        self._text[0] = b"\0"
        if self._semaphore is not None:
            self._semaphore.fill(_FULL)

    def is_set(self) -> bool:
        return self._set

    def nodes(self) -> int | None:
        """Nodes that were begun so far; None where they are not counted."""
        return self._semaphore.taken() if self._semaphore is not None else None


class _Semaphore:
    def __init__(self) -> None:
        self.library = ctypes.CDLL(None)
        self.memory = ctypes.create_string_buffer(_SEMAPHORE_BYTES)
        self._lock = threading.Lock()
        self._taken_before = 0
        self._filled_to = 0
        self.fill(_FULL)

    def fill(self, value: int) -> None:
        """A node that begins at this very moment may go uncounted."""
        with self._lock:
            self._taken_before += self._filled_to - self._left()
            self._filled_to = value
            self.library.sem_init(self.memory, 0, ctypes.c_uint(value))

    def taken(self) -> int:
        with self._lock:
            taken = self._taken_before + self._filled_to - self._left()
            nearly_empty = 0 < self._left() < _FULL // 2
        if nearly_empty:
            self.fill(_FULL)
        return taken

    def _left(self) -> int:
        left = ctypes.c_int(0)
        self.library.sem_getvalue(self.memory, ctypes.byref(left))
        return left.value
