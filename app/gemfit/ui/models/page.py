"""Models: what is on its way, what is here, and what could be."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gemfit.library.part import PART
from gemfit.ui import theme, words
from gemfit.ui.models.details import WIDTH as DETAILS_WIDTH
from gemfit.ui.models.details import DetailsPane
from gemfit.ui.models.exporting import ExportPanel
from gemfit.ui.models.keeping_lines import KeepingLines
from gemfit.ui.models.queue_box import QueueBox
from gemfit.ui.models.row import ModelRow
from gemfit.ui.parts import Flow, Notice, Page, button, label
from gemfit.ui.session import Session
from gemfit.ui.theme import GAP_M, GAP_S
from gemfit.ui.viewmodels.library import Key, key_of, key_of_entry

if TYPE_CHECKING:
    from gemfit.ui.models.importing import ImportPanel

BESIDE_FROM = 1000  # pixels of the window


class ModelsPage(QWidget):
    """Three lists of rows, a field that filters them, and the details of the row in hand beside or below them."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Models"))
        self._session = session
        self._following = True
        self.list = ListPage(session)
        self.details = DetailsPane(session)
        self.splitter = QSplitter()
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.list)
        self.splitter.addWidget(self.details)
        self.splitter.setStretchFactor(0, 1)
        self.views = QStackedWidget()
        self.views.addWidget(self.splitter)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.views)
        self.list.chosen.connect(self._chosen)
        self.list.details_wanted.connect(self.show_details)
        self.list.browse_wanted.connect(self.browse)
        self.list.hand_over_wanted.connect(self.hand_over)
        self.details.closed.connect(self.close_details)
        for keys in (QKeySequence(QKeySequence.StandardKey.Find),):
            find = QShortcut(keys, self)
            find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            find.activated.connect(self.list.filter.setFocus)
        self._arrange()

    def row(self, key: Key) -> ModelRow | None:
        return self.list.row(key)

    def import_files(self, paths: list[Path]) -> None:
        """Take files that were dropped or chosen into the library."""
        self.views.setCurrentWidget(self.splitter)
        self.list.importing.take(paths)

    def browse(self) -> None:
        """The models of the Hub, in the place of the lists."""
        from gemfit.ui.models.browse import BrowsePage

        page = next((p for p in self._views() if isinstance(p, BrowsePage)), None)
        if page is None:
            page = BrowsePage(self._session)
            page.closed.connect(self.close_browse)
            self.views.addWidget(page)
        self.views.setCurrentWidget(page)

    @Slot(object)
    def hand_over(self, key: Key) -> None:
        """What other programs can do with these weights, in the place of the lists."""
        from gemfit.ui.models.handing import HandOverPage

        page = next((p for p in self._views() if isinstance(p, HandOverPage)), None)
        if page is None:
            page = HandOverPage(self._session)
            page.closed.connect(self.close_browse)
            self.views.addWidget(page)
        self.views.setCurrentWidget(page)
        row = self.row(key)
        page.show_key(key, row.title if row is not None else key[1])
        page.back.setFocus()

    def _views(self) -> list[QWidget]:
        found = [self.views.widget(number) for number in range(self.views.count())]
        return [widget for widget in found if widget is not None]

    @Slot()
    def close_browse(self) -> None:
        self.views.setCurrentWidget(self.splitter)
        self.list.filter.setFocus()

    @Slot(object)
    def _chosen(self, key: Key) -> None:
        """Details beside the list come with the row in hand until they are closed; below it they wait to be asked."""
        if not self.details.isHidden() or (self._following and self._beside()):
            self.details.show_key(key)

    @Slot(object)
    def show_details(self, key: Key) -> None:
        self._following = True
        self.details.show_key(key)
        self._arrange()

    @Slot()
    def close_details(self) -> None:
        key, self._following = self.details.key, False
        self.details.hide()
        row = self.row(key) if key is not None else None
        if row is not None:
            row.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self.details.isHidden():
            self.close_details()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 200)

    def _beside(self) -> bool:
        return self.window().width() >= BESIDE_FROM

    def _arrange(self) -> None:
        beside = self._beside()
        wanted = Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical
        if self.splitter.orientation() != wanted or not self.splitter.property("arranged"):
            self.splitter.setOrientation(wanted)
            self.splitter.setProperty("arranged", True)
            self.details.setProperty("below", not beside)
            self.details.style().polish(self.details)
            room = self.width() if beside else self.height()
            share = DETAILS_WIDTH if beside else room * 2 // 5
            self.splitter.setSizes([room - share, share])


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
        self.importing = self._make_importing()
        self.exporting = ExportPanel(session)
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

    def _make_importing(self) -> "ImportPanel":
        from gemfit.ui.models.importing import ImportPanel

        panel = ImportPanel(self._session)
        panel.shown.connect(self.show_key)
        return panel

    def _lay_out(self) -> None:
        self.column.addLayout(self._head())
        for widget in (self.notice, self.importing, self.exporting, self._state, self._lists):
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
        whole = list(dict.fromkeys(key_of(f) for f in library.files if f.complete or not key_of(f)[0]))
        on_their_way = {key_of_entry(entry) for entry in library.entries() if entry.state != "done"}
        parts = {f"{key[1]}{PART}" for key in on_their_way if not key[0]}
        here = [key for key in whole if key[1] not in parts]
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
