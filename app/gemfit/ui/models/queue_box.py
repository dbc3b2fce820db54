"""What is on its way: a row for each entry of the queue, in the order they are fetched, and the totals."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, QRectF, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gemfit.library.queue import Entry, Totals
from gemfit.ui import theme, words
from gemfit.ui.models.entry import EntryRow
from gemfit.ui.models.throughput import Throughput
from gemfit.ui.parts import Elided, Notice, button, label, set_role
from gemfit.ui.session import Session
from gemfit.ui.theme import GAP_S
from gemfit.ui.viewmodels.jobs import Key


class QueueBox(QWidget):
    """Hidden while nothing is on its way, and before the first `refresh`. `chosen(key)`: an entry was taken in hand."""

    chosen = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._rows: dict[str, EntryRow] = {}
        self._totals = Elided()
        self._totals.setFont(theme.tabular(self._totals.font()))
        set_role(self._totals, "muted")
        self.picture = Throughput()
        library = session.library
        self.pause_all = button(self.tr("Pause all"), library.downloads.pause_all, icon="pause")
        self.resume_all = button(self.tr("Resume all"), library.downloads.resume_all, icon="play")
        self.clear_done = button(self.tr("Clear the finished"), library.downloads.clear_done, icon="check")
        head = QHBoxLayout()
        head.setSpacing(GAP_S)
        head.addWidget(theme.heading(label(self.tr("On its way"), wrap=False), 2), 1)
        head.addWidget(self.picture)
        for made in (self.pause_all, self.resume_all, self.clear_done):
            head.addWidget(made)
        self._list = RowList()
        self.problem = Notice()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(GAP_S)
        box.addLayout(head)
        box.addWidget(self._totals)
        box.addWidget(self.problem)
        box.addWidget(self._list)
        library.changed.connect(self.refresh)
        library.progressed.connect(self._progressed)
        self.hide()

    def rows(self) -> list[EntryRow]:
        """In the order of the queue."""
        return [self._rows[entry.id] for entry in self._session.library.downloads.entries() if entry.id in self._rows]

    def totals_text(self) -> str:
        return self._totals.text()

    @Slot()
    def refresh(self) -> None:
        library = self._session.library
        entries = library.downloads.entries()
        self._sort_rows(entries)
        self._show_totals()
        problem = library.downloads.queue_problem()
        self.problem.say(problem)
        states = {entry.state for entry in entries}
        self.pause_all.setVisible(bool(states - {"done", "paused"}))
        self.resume_all.setVisible("paused" in states)
        self.clear_done.setVisible("done" in states)
        self.setVisible(bool(entries or problem))

    @Slot(object)
    def _progressed(self, key: Key) -> None:
        """The figures of one entry are others now; its place and the rest are not."""
        entry = self._session.library.downloads.entry(key)
        if entry is not None and entry.id in self._rows:
            self._rows[entry.id].show_entry(entry)
        self._show_totals()

    def _show_totals(self) -> None:
        library = self._session.library
        self._totals.setText(totals_text(library.downloads.totals()))
        self.picture.show_speeds(library.downloads.speeds())

    def _sort_rows(self, entries: Sequence[Entry]) -> None:
        for gone in set(self._rows) - {entry.id for entry in entries}:
            row = self._rows.pop(gone)
            row.hide()
            row.deleteLater()
        for place, entry in enumerate(entries):
            row = self._rows.get(entry.id) or self._make_row(entry)
            if row.entry is not entry:
                row.show_entry(entry)
            self._list.put(row, place)

    def _make_row(self, entry: Entry) -> EntryRow:
        row = self._rows[entry.id] = EntryRow(self._session, entry)
        row.chosen.connect(partial(self.chosen.emit, row.key))
        row.moved.connect(partial(self._move, entry.id))
        row.dragged.connect(self._list.mark)
        row.dropped.connect(partial(self._drop, entry.id))
        return row

    def _place_of(self, id_: str) -> int:
        return [entry.id for entry in self._session.library.downloads.entries()].index(id_)

    def _move(self, id_: str, step: int) -> None:
        place = self._place_of(id_) + step
        if place >= 0:
            self._session.library.downloads.move(self._rows[id_].key, place)
            self._rows[id_].setFocus()

    def _drop(self, id_: str, y: int) -> None:
        self._list.unmark()
        old, new = self._place_of(id_), self._list.place_at(y)
        self._session.library.downloads.move(self._rows[id_].key, new - 1 if new > old else new)


class RowList(QWidget):
    """Rows one below the other, and a line where a row that is dragged would go."""

    def __init__(self) -> None:
        super().__init__()
        self._mark: int | None = None
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(GAP_S)

    def put(self, row: QWidget, place: int) -> None:
        if self._box.indexOf(row) != place:
            self._box.insertWidget(place, row)

    def place_at(self, y: int) -> int:
        """Before which row a drop at `y` goes."""
        middles = [row.geometry().center().y() for row in self._widgets()]
        return sum(middle < y for middle in middles)

    def mark(self, y: int) -> None:
        place, rows = self.place_at(y), self._widgets()
        self._mark = rows[place].y() - GAP_S // 2 if place < len(rows) else self.height() - 1
        self.update()

    def unmark(self) -> None:
        self._mark = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._mark is None:
            return
        painter = QPainter(self)
        painter.fillRect(QRectF(0, max(0, self._mark - 1), self.width(), 3), theme.tokens().accent)
        painter.end()

    def _widgets(self) -> list[QWidget]:
        items = [self._box.itemAt(number) for number in range(self._box.count())]
        widgets = [item.widget() for item in items if item is not None]
        return [widget for widget in widgets if widget is not None and not widget.isHidden()]


def totals_text(found: Totals) -> str:
    """`2 downloads · 5.1 GB to come · 24 MB/s · 3 min left`."""
    count = found.entries_unfinished
    if not count:
        return QCoreApplication.translate("QueueBox", "All here.")
    one = QCoreApplication.translate("QueueBox", "1 download")
    many = QCoreApplication.translate("QueueBox", "%1 downloads").replace("%1", words.count(count))
    pieces = [one if count == 1 else many]
    if found.left_bytes:
        to_come = QCoreApplication.translate("QueueBox", "%1 to come")
        pieces.append(to_come.replace("%1", words.size_gb(found.left_bytes)))
    if found.speed_bps:
        pieces.append(words.speed(found.speed_bps))
    if found.remaining_s is not None:
        left = QCoreApplication.translate("QueueBox", "%1 left")
        pieces.append(left.replace("%1", words.remaining(found.remaining_s)))
    return " · ".join(pieces)
