"""Models: what is on its way, what is here, and what could be."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from gemfit.ui.models.details import WIDTH as DETAILS_WIDTH
from gemfit.ui.models.details import DetailsPane
from gemfit.ui.models.list_page import ListPage
from gemfit.ui.models.row import ModelRow
from gemfit.ui.session import Session
from gemfit.ui.viewmodels.jobs import Key

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
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.list.filter.setFocus)
        self._arrange()

    def row(self, key: Key) -> ModelRow | None:
        return self.list.row(key)

    def import_files(self, paths: list[Path]) -> None:
        """Take files that were dropped or chosen into the library."""
        self.views.setCurrentWidget(self.splitter)
        self.list.import_files(paths)

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
