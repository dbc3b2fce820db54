"""Work besides downloads that the window began and that closing it would interrupt: imports, exports, bundles."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal


class Work(NamedTuple):
    """`text`: a sentence that says what is under way; `fate`: what becomes of it when it is stopped."""

    text: str
    fate: str
    stop: Callable[[], object]


class WorkingModel(QObject):
    """`changed`: something began or ended."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work: dict[object, Work] = {}

    def begin(self, owner: object, work: Work) -> None:
        """`owner` is at work until it `end`s."""
        self._work[owner] = work
        self.changed.emit()

    def end(self, owner: object) -> None:
        if self._work.pop(owner, None) is not None:
            self.changed.emit()

    def under_way(self) -> list[Work]:
        return list(self._work.values())

    def close(self) -> None:
        """At the end of the program: stop what is under way."""
        for work in self._work.values():
            work.stop()
