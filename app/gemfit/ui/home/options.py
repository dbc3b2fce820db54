"""All models in all formats on this machine, in a table that can be sorted and whose every cell explains itself."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFont, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication

from gemfit.fit.types import Option
from gemfit.ui import theme
from gemfit.ui.home import cells
from gemfit.ui.home.cells import Column
from gemfit.ui.home.tall import Index, TallTable
from gemfit.ui.viewmodels.machine import Key, MachineModel

# What goes first where there is little room; the row in hand says it under the table.
_HIDDEN_FIRST = (Column.DOWNLOAD, Column.CONTEXT)

SORT_ROLE = Qt.ItemDataRole.UserRole
OPTION_ROLE = Qt.ItemDataRole.UserRole + 1


class OptionsModel(QAbstractTableModel):
    """One row for each option, one column for each of `Column`."""

    def __init__(self, machine: MachineModel) -> None:
        super().__init__()
        self._machine = machine
        self._options: list[Option] = []
        self._titles = {
            Column.MODEL: (self.tr("Model"), self.tr("The model.")),
            Column.FORMAT: (
                self.tr("Format"),
                self.tr("How the weights are stored: smaller formats need less memory."),
            ),
            Column.VERDICT: (self.tr("Runs here"), self.tr("Whether it fits the memory that is free now.")),
            Column.MEMORY: (self.tr("Memory"), self.tr("All the memory it would take at this context, computed.")),
            Column.SPEED: (
                self.tr("Tokens/s"),
                self.tr("Speed of writing; ~ marks an estimate. About 7 tokens/s is comfortable reading speed."),
            ),
            Column.CONTEXT: (self.tr("Max. context"), self.tr("The longest conversation that fits, in tokens.")),
            Column.DOWNLOAD: (self.tr("Download"), self.tr("The size of the files to download.")),
        }

    def show_options(self, options: list[Option]) -> None:
        """Show these; where they are the ones that are shown, with other figures, what is in hand stays in hand."""
        same = [_key(option) for option in options] == [_key(option) for option in self._options]
        if not same:
            self.beginResetModel()
        self._options = options
        if not same:
            self.endResetModel()
        elif options:
            self.dataChanged.emit(self.index(0, 0), self.index(len(options) - 1, len(Column) - 1))

    def row_of(self, key: Key) -> int | None:
        return next((row for row, option in enumerate(self._options) if _key(option) == key), None)

    def title(self, column: Column) -> str:
        return self._titles[column][0]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._options)

    def columnCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        column = Column(section)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._titles[column][0]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._titles[column][1]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        option, column = self._options[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return cells.text(column, option, self._machine)
        if role == SORT_ROLE:
            return cells.sort_key(column, option, self._machine)
        if role == OPTION_ROLE:
            return option
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return cells.explanation(column, option, self._machine)
        if role == Qt.ItemDataRole.ForegroundRole:
            return _colour(option, column)
        if role == Qt.ItemDataRole.FontRole:
            font = theme.tabular(QApplication.font())
            if column is Column.MODEL and option == self._machine.best():
                font.setWeight(QFont.Weight.DemiBold)
            return font
        return None


def _key(option: Option) -> Key:
    return option.model, option.build


def _colour(option: Option, column: Column) -> QColor:
    colours = theme.tokens()
    if column is Column.VERDICT:
        if not option.runnable:
            return colours.muted
        return {"fits": colours.good, "tight": colours.caution, "no": colours.bad}[option.verdict]
    return colours.text if option.runnable and option.verdict != "no" else colours.muted


def _alignment(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in cells.NUMBERS else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


class OptionsTable(TallTable):
    """Arrow keys move from cell to cell, Alt with up and down sorts by the column in hand, Enter leads to its button.
    `picked(Option)`: the row in hand changed. `explained(title, text)`: the cell in hand, its column and explanation.
    `entered_row()`: Enter was pressed.
    """

    picked = Signal(object)
    explained = Signal(str, str)
    entered_row = Signal()

    def __init__(self, machine: MachineModel) -> None:
        super().__init__()
        self._machine = machine
        self.source = OptionsModel(machine)
        self._sorted = QSortFilterProxyModel()
        self._sorted.setSourceModel(self.source)
        self._sorted.setSortRole(SORT_ROLE)
        self.setModel(self._sorted)
        self.setAccessibleName(self.tr("All models and formats"))
        self.setAccessibleDescription(
            self.tr("Arrow keys move from cell to cell; Alt with up or down sorts by the column; Enter takes the row.")
        )
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.selectionModel().currentChanged.connect(self._current_changed)

    def show_options(self, options: list[Option]) -> None:
        """Show these; the cell in hand stays in hand, also where its row is another one now."""
        index, before = self.currentIndex(), self.current()
        self.source.show_options(options)
        self.take_height()
        self.fit_columns(Column.FORMAT, _HIDDEN_FIRST)
        if before is not None and not self.currentIndex().isValid():
            self.pick(_key(before), Column(index.column()))
        elif self.currentIndex().isValid():
            self._explain(self.currentIndex())

    def pick(self, key: Key, column: Column = Column.MODEL) -> None:
        """Take a cell in hand, if the option is there."""
        row = self.source.row_of(key)
        if row is not None:
            self.setCurrentIndex(self._sorted.mapFromSource(self.source.index(row, column)))

    def current(self) -> Option | None:
        """The option of the row in hand."""
        index = self.currentIndex()
        return index.data(OPTION_ROLE) if index.isValid() else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_columns(Column.FORMAT, _HIDDEN_FIRST)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin at the option that is shown; the first row would be another one, taken in hand by passing by."""
        shown = self._machine.selected()
        if self.current() is None and shown is not None and event.reason() != Qt.FocusReason.MouseFocusReason:
            self.pick(_key(shown))
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current() is not None:
            self.entered_row.emit()
            return
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            up = event.key() == Qt.Key.Key_Up
            column = max(0, self.currentIndex().column())
            self.sortByColumn(column, Qt.SortOrder.AscendingOrder if up else Qt.SortOrder.DescendingOrder)
            self.moved.emit()
            return
        super().keyPressEvent(event)

    def _current_changed(self, now: QModelIndex, before: QModelIndex) -> None:
        if not now.isValid():
            return
        if now.row() != before.row():
            self.picked.emit(now.data(OPTION_ROLE))
        self._explain(now)

    def _explain(self, index: QModelIndex) -> None:
        title = self.source.title(Column(index.column()))
        self.explained.emit(title, index.data(Qt.ItemDataRole.AccessibleDescriptionRole))
