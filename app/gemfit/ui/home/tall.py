"""A table as high as its rows: the page scrolls, not the table; the keyboard moves from cell to cell."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
)

from gemfit.ui import theme

ROW_HEIGHT = 30
_TITLE_PADDING = 30  # with the arrow of the sorted one
_CELL_PADDING = 18
_ROOM = 24  # between columns at most

Index = QModelIndex | QPersistentModelIndex


class _Cell(QStyledItemDelegate):
    """Frames the cell in hand, while the keyboard is in the table."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        focused = option.state & QStyle.StateFlag.State_HasFocus
        option.state &= ~QStyle.StateFlag.State_HasFocus
        super().paint(painter, option, index)
        if focused:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.tokens().accent, 2))
            painter.drawRoundedRect(QRectF(option.rect).adjusted(2, 2, -2, -2), 4, 4)
            painter.restore()


class TallTable(QTableView):
    """`moved()`: a key moved the cell in hand. Its explanation is shown beside it, as the mouse would show it."""

    moved = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setItemDelegate(_Cell(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(40)

    def sizeHint(self) -> QSize:
        rows = ROW_HEIGHT * self.verticalHeader().count()
        return QSize(400, rows + self.horizontalHeader().sizeHint().height() + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, ROW_HEIGHT)

    def take_height(self) -> None:
        """After other rows have come."""
        self.setFixedHeight(self.sizeHint().height())

    def fit_columns(self, rest: int, hidden_first: Sequence[int] = ()) -> None:
        """As wide as what they say, and `rest` takes the rest; too little room hides some of `hidden_first`."""
        header = self.horizontalHeader()
        widths = [self._needed_width(column) for column in range(header.count())]
        spare = self.viewport().width() - sum(widths)
        for column in hidden_first:
            hide = spare < 0
            self.setColumnHidden(column, hide)
            spare += widths[column] if hide else 0
        gap = max(0, min(_ROOM, spare // max(1, len(widths))))
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(rest, QHeaderView.ResizeMode.Stretch)
        for column, width in enumerate(widths):
            if column != rest:
                header.resizeSection(column, width + gap)

    def _needed_width(self, column: int) -> int:
        """Measured here and not by the view, which asks every cell for ten other things as well."""
        model = self.model()
        title = str(model.headerData(column, Qt.Orientation.Horizontal))
        texts = [str(model.index(row, column).data() or "") for row in range(model.rowCount())]
        font = theme.tabular(self.font())
        if column == 0:
            font.setWeight(QFont.Weight.DemiBold)  # some are
        metrics = QFontMetrics(font)
        widest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
        return max(metrics.horizontalAdvance(title) + _TITLE_PADDING, widest + _CELL_PADDING)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        before = self.currentIndex()
        super().keyPressEvent(event)
        if self.currentIndex() != before:
            self.moved.emit()
            self._say_beside(self.currentIndex())

    def _say_beside(self, index: QModelIndex) -> None:
        rect = self.visualRect(index)
        text = index.data(Qt.ItemDataRole.ToolTipRole) or ""
        QToolTip.showText(self.viewport().mapToGlobal(rect.bottomLeft()), text, self.viewport(), rect)
