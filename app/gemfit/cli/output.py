"""Printing: one JSON object, tables for people, a progress line."""

import sys
from collections.abc import Sequence
from typing import Any, TextIO

import msgspec


def print_json(value: Any) -> None:
    """Print `value` (a struct, or plain data) as one indented JSON object."""
    print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def print_table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: frozenset[int] = frozenset(),
    *,
    stream: TextIO | None = None,
) -> None:
    """Print rows in columns, on stdout or `stream`; the columns in `right` are aligned to the right."""
    lines = [list(header), *[list(row) for row in rows]]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    for line in lines:
        cells = [c.rjust(w) if i in right else c.ljust(w) for i, (c, w) in enumerate(zip(line, widths, strict=True))]
        print("  ".join(cells).rstrip(), file=stream)


class ProgressLine:
    """One line on stderr that is written again and again; silent when stderr is no terminal."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._there = False

    def show(self, text: str) -> None:
        if self._terminal:
            self._stream.write(f"\r\x1b[2K{text}")
            self._stream.flush()
            self._there = bool(text)

    def clear(self) -> None:
        """Take the line away, if it is there: what stands in its place otherwise is not ours."""
        if self._there:
            self.show("")
