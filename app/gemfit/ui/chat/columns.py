"""Which of the columns beside a chat are shown: what a person wants, as far as the width allows."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

LIST_FROM_WIDTH = 760
READOUT_FROM_WIDTH = 1040
BESIDE_OPTIONS = 200
"""So many pixels less are enough for the other columns while the options are shown."""


class Columns(QObject):
    """The list of chats, the options and the readout. `changed()`: others are wanted; `fit` shows them.

    On a narrow page the list and the readout are hidden until asked for.
    """

    changed = Signal()

    def __init__(self, chats: QWidget, options: QWidget, readout: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._list, self._options, self._readout = chats, options, readout
        self._list_wanted: bool | None = None
        self._readout_wanted: bool | None = None
        self._options_wanted = False

    @Slot()
    def toggle_list(self) -> None:
        self._list_wanted = not self._list.isVisible()
        self.changed.emit()

    @Slot()
    def toggle_readout(self) -> None:
        self._readout_wanted = not self._readout.isVisible()
        self.changed.emit()

    def toggle_options(self) -> bool:
        """Returns whether they are shown now."""
        self._options_wanted = not self._options_wanted
        self.changed.emit()
        return self._options_wanted

    def hide_options(self) -> None:
        self._options_wanted = False
        self.changed.emit()

    def fit(self, width: int) -> int:
        """Show what there is room for on a page of `width`; returns what is left of it, in pixels."""
        with_list = width >= LIST_FROM_WIDTH if self._list_wanted is None else self._list_wanted
        with_readout = width >= READOUT_FROM_WIDTH if self._readout_wanted is None else self._readout_wanted
        options = self._options.width() if self._options_wanted else 0
        if options:  # the third column takes from the others first
            with_list = with_list and width - options >= LIST_FROM_WIDTH - BESIDE_OPTIONS
            with_readout = with_readout and width - options >= READOUT_FROM_WIDTH - BESIDE_OPTIONS
        self._list.setVisible(with_list)
        self._options.setVisible(self._options_wanted)
        self._readout.setVisible(with_readout)
        return width - options - with_list * self._list.width() - with_readout * self._readout.width()
