"""Python's garbage collector, kept to the window's thread.

It runs in whichever thread happens to allocate. Cycles that hold Qt objects would then be deleted by a worker thread,
and Qt's objects must go where they live: that ended in a crash now and then (PYSIDE-810 and its relatives).
"""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

_EVERY_MS = 2000


class Collector(QObject):
    """Collects here, every two seconds at most, what Python would have collected by itself anywhere."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """Collect the oldest generation that is due, as the collector itself decides."""
        counts = gc.get_count()
        due = [number for number in range(3) if counts[number] > self._thresholds[number] > 0]
        if due:
            gc.collect(due[-1])

    def stop(self) -> None:
        """Give the work back to Python."""
        self._timer.stop()
        gc.enable()
