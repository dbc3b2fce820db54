"""The conversation on the page: built and drawn in pieces of a few milliseconds, scrolled where the reader left it."""

import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QResizeEvent
from PySide6.QtWidgets import QPushButton, QScrollArea, QVBoxLayout, QWidget

from gemfit.chat.tree import Message, Tree
from gemfit.ui import theme
from gemfit.ui.chat.buttons import word_button
from gemfit.ui.chat.message import MessageView, make_view

READING_WIDTH = 820
FRAME_MS = 8
"""From the beginning of one drawing of a growing answer to the next, at least. The engine gathers what it says for as
long as screens show a picture, so what comes is drawn at once; waiting once more would only double the delay.
"""
BUDGET_S = 0.008
"""Of work in one turn of the event loop."""
AT_ONCE = 2
"""Messages that are there without a turn of the event loop: the last question and its answer."""
ANNOUNCED_CHARACTERS = 2000
NESTED_LAYOUTS = 8
"""From a block of an answer outwards: its body, the answer, the page, the scroll area. A new block asks once more, when
it has its width.
"""


class Transcript(QScrollArea):
    """Shows a path of messages; the signals are those of its messages.

    Older messages are put in above newer ones, a few at a time, so a long conversation opens at its end at once.
    """

    step = Signal(str, int)
    edit = Signal(str)
    regenerate = Signal(str)
    go_on = Signal(str)
    link_clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, attachments: Path = Path()) -> None:
        super().__init__(parent)
        self._attachments = attachments
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Conversation"))
        self._page = QWidget()
        self._page.setProperty("kind", "page")
        self._box = QVBoxLayout(self._page)
        self._box.setSpacing(theme.GAP_L)
        self._box.addStretch(1)
        self.setWidget(self._page)
        self._views: dict[str, MessageView] = {}
        self._waiting: list[tuple[Message, int, int]] = []
        self._dirty: dict[str, None] = {}
        self._leaving: list[MessageView] = []
        self._at_end = True
        self._from_end = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._work)
        self._drawn_s = 0.0
        self.newest = word_button(self, self.tr("↓ newest"), "")
        self.newest.setAccessibleName(self.tr("Go to the newest message"))
        self.newest.clicked.connect(self.to_end)
        self.newest.hide()
        bar = self.verticalScrollBar()
        bar.setSingleStep(theme.GAP_L)
        bar.rangeChanged.connect(self._range_changed)
        bar.valueChanged.connect(self._value_changed)

    @property
    def working(self) -> bool:
        """Whether something is still to be put in or drawn."""
        return bool(self._waiting or self._dirty)

    def views(self) -> list[MessageView]:
        """What is on the page, oldest first."""
        items = [self._box.itemAt(place) for place in range(self._box.count())]
        found = [item.widget() for item in items if item is not None]
        return [view for view in found if isinstance(view, MessageView)]

    def view(self, message_id: str) -> MessageView | None:
        return self._views.get(message_id)

    def show_path(self, tree: Tree) -> None:
        """Show the active path of `tree`; what is there already and stays is not touched."""
        path = tree.path()
        for message_id in set(self._views) - {message.id for message in path}:
            self._remove(message_id)
        families = tree.families()
        places = []
        for message in path:
            family = families[message.parent]
            places.append((message, family.index(message.id) + 1, len(family)))
        known = [at for at, message in enumerate(path) if message.id in self._views]
        for at in known:
            message, number, count = places[at]
            self._views[message.id].set_place(number, count)
            self.update_message(message)
        # What is shown is a piece of the path without holes: older messages wait, newer ones are put in now.
        first, after = (known[0], known[-1] + 1) if known else (max(len(path) - AT_ONCE, 0),) * 2
        for message, number, count in places[after:]:
            self._insert(self._box.count(), message, number, count)
        self._waiting = places[:first][::-1]
        self._soon(0)

    def clear(self) -> None:
        for message_id in list(self._views):
            self._remove(message_id)
        self._waiting = []
        self._at_end, self._from_end = True, 0

    def update_message(self, message: Message) -> None:
        view = self._views.get(message.id)
        if view is not None and view.message != message:
            view.update_message(message)
            self._dirty[message.id] = None
            since_ms = int(1000 * (time.monotonic() - self._drawn_s))
            self._soon(max(0, FRAME_MS - since_ms))

    def announce(self, text: str) -> None:
        """Say `text` to a screen reader."""
        event = QAccessibleAnnouncementEvent(self, text[:ANNOUNCED_CHARACTERS])
        QAccessible.updateAccessibility(event)

    @Slot()
    def to_end(self) -> None:
        self._at_end = True
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
        self.newest.hide()

    def _insert(self, place: int, message: Message, number: int, count: int) -> None:
        view = make_view(message, self._attachments, self._page)
        view.set_place(number, count)
        view.step.connect(self.step)
        view.edit.connect(self.edit)
        view.regenerate.connect(self.regenerate)
        view.go_on.connect(self.go_on)
        view.link_clicked.connect(self.link_clicked)
        self._views[message.id] = view
        self._box.insertWidget(place, view)
        self._dirty[message.id] = None

    def _remove(self, message_id: str) -> None:
        view = self._views.pop(message_id)
        self._dirty.pop(message_id, None)
        self._box.removeWidget(view)
        view.hide()
        self._leaving.append(view)
        self._soon(FRAME_MS)

    def _soon(self, delay_ms: int) -> None:
        if not self._timer.isActive():
            self._timer.start(delay_ms)

    @Slot()
    def _work(self) -> None:
        """Draw what has changed, newest first, then put in older messages, for BUDGET_S and not longer."""
        began = self._drawn_s = time.monotonic()
        while self.working and time.monotonic() - began < BUDGET_S:
            if self._dirty:
                message_id = next(reversed(self._dirty))
                if not self._views[message_id].advance():
                    self._dirty.pop(message_id)
            else:
                message, number, count = self._waiting.pop(0)
                self._insert(1, message, number, count)
        if self._leaving and not self._leaving[-1].take_apart():
            self._leaving.pop().deleteLater()
        _lay_out()
        if self.working or self._leaving:
            self._soon(1)

    @Slot(int, int)
    def _range_changed(self, _: int, maximum: int) -> None:
        bar = self.verticalScrollBar()
        if self._at_end:
            bar.setValue(maximum)
        elif self._waiting:
            bar.setValue(maximum - self._from_end)
        else:
            self._from_end = maximum - bar.value()
        self._show_newest()

    @Slot(int)
    def _value_changed(self, value: int) -> None:
        self._from_end = self.verticalScrollBar().maximum() - value
        self._at_end = self._from_end <= theme.GAP_S
        self._show_newest()

    def _show_newest(self) -> None:
        self.newest.setVisible(not self._at_end)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = max(theme.GAP_M, (self.viewport().width() - READING_WIDTH) // 2)
        self._box.setContentsMargins(side, theme.GAP_M, side, theme.GAP_M)
        _put_at_bottom(self.newest, self.viewport())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_views"):
            for message_id, view in self._views.items():
                view.redraw()
                self._dirty[message_id] = None
            self._soon(0)


def _lay_out() -> None:
    """Lay out now what was asked for. Each layout asks the one around it by an event, and Qt paints between them:
    the window would be painted up to five times for one change, four of them with the text cut off.
    """
    for _ in range(NESTED_LAYOUTS):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)


def _put_at_bottom(button: QPushButton, area: QWidget) -> None:
    size = button.sizeHint()
    button.resize(size)
    button.move((area.width() - size.width()) // 2, area.height() - size.height() - theme.GAP_S)
