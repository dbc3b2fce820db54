"""A table of texts, for what is shown and not changed: each row explains itself on hover and focus."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView

from gemfit.ui import theme
from gemfit.ui.home.tall import Index, TallTable


class Column(NamedTuple):
    """`number`: aligned to the right; `below`: the width under which the column is left out (the row explains it)."""

    title: str
    number: bool = False
    below: int = 0


class Line(NamedTuple):
    """The texts of a row by column, and its explanation, one sentence a line."""

    texts: Sequence[str]
    explanation: str = ""


class _Lines(QAbstractTableModel):
    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self.columns = columns
        self.lines: list[Line] = []

    def show_lines(self, lines: Sequence[Line]) -> None:
        self.beginResetModel()
        self.lines = list(lines)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line.texts[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.columns[index.column()].title}: {line.texts[index.column()]}"
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return line.explanation
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        if role == Qt.ItemDataRole.FontRole:
            return theme.tabular(QApplication.font())
        return None

    def _alignment(self, section: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if self.columns[section].number else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter


class LinesTable(TallTable):
    """`picked(number)`: another row is in hand; -1: none."""

    picked = Signal(int)

    def __init__(self, columns: Sequence[Column], name: str) -> None:
        super().__init__()
        self._lines = _Lines(columns)
        self.setModel(self._lines)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().currentRowChanged.connect(lambda now, _before: self.picked.emit(now.row()))

    @property
    def lines(self) -> list[Line]:
        return self._lines.lines

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these; what is in hand stays where only figures changed."""
        row = self.currentIndex().row()
        self._lines.show_lines(lines)
        self.take_height()
        if 0 <= row < len(lines):
            self.selectRow(row)
        else:
            self.picked.emit(-1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for number, column in enumerate(self._lines.columns):
            self.setColumnHidden(number, self.width() < column.below)
