"""The lists of the Models page: what is on its way, what is here, and what could be."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gemfit.library.part import PART
from gemfit.library.types import LocalFile
from gemfit.ui import theme, words
from gemfit.ui.models.bundling import BundlePanel
from gemfit.ui.models.exporting import ExportPanel
from gemfit.ui.models.importing import ImportPanel
from gemfit.ui.models.keeping_lines import KeepingLines
from gemfit.ui.models.queue_box import QueueBox
from gemfit.ui.models.row import ModelRow
from gemfit.ui.parts import Flow, Notice, Page, button, label
from gemfit.ui.session import Session
from gemfit.ui.theme import GAP_M, GAP_S
from gemfit.ui.viewmodels.jobs import Key, key_of, key_of_entry


class ListPage(Page):
    """The lists. `chosen(key)`: a row was taken in hand; the other signals: another view was asked for."""

    chosen = Signal(object)
    details_wanted = Signal(object)
    browse_wanted = Signal()
    hand_over_wanted = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("Models"))
        self._session = session
        self._rows: dict[Key, ModelRow] = {}
        self._in_hand: Key | None = None
        self.notice = Notice()
        self._state = label(role="muted")
        self.filter = QLineEdit()
        self.queue = QueueBox(session)
        self.keeping = KeepingLines(session)
        self.importing, self.exporting, self.bundles = ImportPanel(session), ExportPanel(session), BundlePanel(session)
        for panel in (self.importing, self.bundles):
            panel.shown.connect(self.show_key)
        self.importing.bundle_chosen.connect(self.bundles.look_into)
        self._here_box, self._more_box = QVBoxLayout(), QVBoxLayout()
        self._nothing = label(
            self.tr("Nothing yet. Get a model below, or let Home choose one for this machine."), "muted"
        )
        self._no_match = label(role="muted")
        self._used = label(role="muted")
        self._unseen = label(role="muted", wrap=True)
        self._lists = QWidget()
        self._lay_out()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.refresh)
        for changed in (session.library.changed, session.machine.changed, session.keeping.changed):
            changed.connect(self._soon.start)
        self.queue.chosen.connect(self._choose)
        self.filter.textChanged.connect(self._apply_filter)
        self.queue.refresh()
        self.keeping.refresh()
        self.refresh()

    def import_files(self, paths: list[Path]) -> None:
        """Take what was dropped or chosen into the library: files, folders, bundles."""
        self.importing.take(paths)

    def _lay_out(self) -> None:
        self.column.addLayout(self._head())
        for widget in (self.notice, self.importing, self.bundles, self.exporting, self._state, self._lists):
            self.column.addWidget(widget)
        self.column.addStretch(1)
        box = QVBoxLayout(self._lists)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(GAP_S)
        box.addWidget(self.queue)
        box.addSpacing(GAP_S)
        box.addWidget(theme.heading(label(self.tr("On this disk"), wrap=False), 2))
        box.addWidget(self._used)
        box.addWidget(self.keeping)
        box.addWidget(self._nothing)
        box.addLayout(self._here_box)
        box.addWidget(self._unseen)
        box.addSpacing(GAP_S)
        box.addWidget(theme.heading(label(self.tr("To download"), wrap=False), 2))
        box.addLayout(self._more_box)
        box.addWidget(self._no_match)
        for layout in (self._here_box, self._more_box):
            layout.setSpacing(GAP_S)

    def _head(self) -> QVBoxLayout:
        self.filter.setPlaceholderText(self.tr("Filter"))
        self.filter.setAccessibleName(self.tr("Filter the models"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(260)
        self.import_button = button(self.tr("Import…"), self.importing.choose, icon="plus")
        self.find_button = button(self.tr("Find on the Hub…"), self.browse_wanted.emit, icon="search")
        line = QHBoxLayout()
        line.setSpacing(GAP_M)
        line.addWidget(theme.heading(label(self.tr("Models"), wrap=False)), 1)
        line.addWidget(self.filter, 2)
        tools = Flow()
        for made in (self.find_button, self.import_button, self.keeping.check_all, self.keeping.look_for_updates):
            tools.addWidget(made)
        head = QVBoxLayout()
        head.setSpacing(GAP_S)
        head.addLayout(line)
        head.addLayout(tools)
        return head

    def row(self, key: Key) -> ModelRow | None:
        return self._rows.get(key)

    def show_key(self, key: Key) -> None:
        """Bring a row into view, with its details."""
        self.filter.clear()
        row = self._rows.get(key)
        if row is not None:
            row.setFocus()
            self.ensureWidgetVisible(row)
        self.details_wanted.emit(key)

    @Slot()
    def refresh(self) -> None:
        library, machine = self._session.library, self._session.machine
        failed = machine.problem if machine.catalog is None else ""
        problem = failed or library.problem
        again: Callable[[], None] = machine.probe if failed else library.refresh
        self.notice.say(problem, [(self.tr("Look again"), again)])
        ready = library.scanned and machine.catalog is not None
        self._state.setVisible(not ready and not problem)
        self._state.setText(self.tr("Looking at what is on this disk …"))
        self._lists.setVisible(ready)
        if ready:
            self._sort_rows()

    def _sort_rows(self) -> None:
        library = self._session.library
        on_their_way = {key_of_entry(entry) for entry in library.downloads.entries() if entry.state != "done"}
        parts = {f"{key[1]}{PART}" for key in on_their_way if not key[0]} | {key[1] for key in on_their_way}
        here = list(dict.fromkeys(key_of(f) for f in library.files if f.complete or _shows(f, parts)))
        more = [key for key in self._catalog_keys() if key not in here and key not in on_their_way]
        for key in set(self._rows) - set(here) - set(more):
            gone = self._rows.pop(key)
            gone.hide()
            gone.deleteLater()
        for box, keys in ((self._here_box, here), (self._more_box, more)):
            for place, key in enumerate(keys):
                row = self._rows.get(key) or self._make_row(key)
                if box.indexOf(row) != place:
                    box.insertWidget(place, row)
                row.refresh()
        self._nothing.setVisible(not here)
        folder = self._session.settings.weights_folder
        used = sum(f.bytes for f in library.files if Path(f.path).is_relative_to(folder))
        self._used.setVisible(used > 0)
        self._used.setText(self.tr("%1 in %2").replace("%1", words.size_gb(used)).replace("%2", str(folder)))
        self._unseen.setText("\n".join(library.unseen))
        self._unseen.setVisible(bool(library.unseen))
        self._apply_filter()

    def _make_row(self, key: Key) -> ModelRow:
        row = self._rows[key] = ModelRow(self._session, key)
        row.chosen.connect(partial(self._choose, key))
        row.details_wanted.connect(partial(self.details_wanted.emit, key))
        row.hand_over_wanted.connect(partial(self.hand_over_wanted.emit, key))
        row.export_wanted.connect(partial(self.exporting.choose, key, row.title))
        return row

    @Slot(object)
    def _choose(self, key: Key) -> None:
        self._in_hand = key
        for other, row in self._rows.items():
            row.mark(chosen=other == key)
        self.chosen.emit(key)

    @Slot()
    def _apply_filter(self) -> None:
        typed = self.filter.text().strip()
        for row in self._rows.values():
            row.setVisible(row.matches(typed))
        found = any(not row.isHidden() for row in self._rows.values())
        self._no_match.setText(self.tr("Nothing here has “%1” in its name.").replace("%1", typed))
        self._no_match.setVisible(bool(typed) and not found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down go from row to row."""
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._go(1 if event.key() == Qt.Key.Key_Down else -1)
            return
        super().keyPressEvent(event)

    def _go(self, step: int) -> None:
        boxes = (self._here_box, self._more_box)
        items = [box.itemAt(place) for box in boxes for place in range(box.count())]
        models = [item.widget() for item in items if item is not None]
        rows = [row for row in [*self.queue.rows(), *models] if row is not None and row.isVisible()]
        now = next((n for n, row in enumerate(rows) if row.hasFocus()), -1 if step > 0 else len(rows))
        if rows:
            row = rows[min(max(now + step, 0), len(rows) - 1)]
            row.setFocus(Qt.FocusReason.TabFocusReason)
            self.ensureWidgetVisible(row)

    def _catalog_keys(self) -> list[Key]:
        catalog = self._session.machine.catalog
        return [(m.id, b.id) for m in catalog.models for b in m.builds] if catalog else []


def _shows(unfinished: LocalFile, on_their_way: set[str]) -> bool:
    """Whether what is not whole has a row among what is here: what the catalogue knows can be got, what is on its way
    is in the queue.
    """
    model, path = key_of(unfinished)
    return not model and path not in on_their_way
