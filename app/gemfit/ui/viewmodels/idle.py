"""A model that nobody asks anything gives its memory back after a time."""

from PySide6.QtCore import QObject, QTimer, Signal


class IdleLimit(QObject):
    """`reached()`: the model has been at rest for `minutes`; never where they are None."""

    reached = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.minutes: int | None = None
        self._at_rest = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.reached)

    def set_minutes(self, minutes: int | None) -> None:
        if minutes != self.minutes:
            self.minutes = minutes
            self._watch()

    def set_at_rest(self, at_rest: bool) -> None:
        """Whether a model is loaded and nobody asks it anything: from now on."""
        self._at_rest = at_rest
        self._watch()

    def _watch(self) -> None:
        if self._at_rest and self.minutes is not None:
            self._timer.start(self.minutes * 60_000)
        else:
            self._timer.stop()
