"""All models in all formats on this machine, in a table that can be sorted."""

from typing import Any, NamedTuple

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from gemfit.fit.types import Option
from gemfit.ui import theme, words
from gemfit.ui.viewmodels.machine import MachineModel

_ROOM_FOR_CONTEXT, _ROOM_FOR_DOWNLOAD = 720, 560

Index = QModelIndex | QPersistentModelIndex
SORT_ROLE = Qt.ItemDataRole.UserRole
OPTION_ROLE = Qt.ItemDataRole.UserRole + 1


class Column(NamedTuple):
    title: str
    right: bool
    explained: str


class OptionsModel(QAbstractTableModel):
    """One row for each option: model, format, verdict, memory, speed, largest context, download."""

    def __init__(self, machine: MachineModel) -> None:
        super().__init__()
        self._machine = machine
        self._options: list[Option] = []
        self.columns = [
            Column(self.tr("Model"), False, self.tr("The model.")),
            Column(self.tr("Format"), False, self.tr("How the weights are stored: smaller formats need less memory.")),
            Column(self.tr("Runs here"), False, self.tr("Whether it fits the memory that is free now.")),
            Column(self.tr("Memory"), True, self.tr("All the memory it would take at this context, computed.")),
            Column(
                self.tr("Tokens/s"),
                True,
                self.tr("Estimated speed of writing. About 7 tokens/s is comfortable reading speed."),
            ),
            Column(self.tr("Largest context"), True, self.tr("The longest conversation that fits, in tokens.")),
            Column(self.tr("Download"), True, self.tr("The size of the files to download.")),
        ]

    def shows(self, options: list[Option]) -> bool:
        return options == self._options

    def show_options(self, options: list[Option]) -> None:
        self.beginResetModel()
        self._options = options
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._options)

    def columnCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.explained
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column.right)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        option, column = self._options[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._texts(option)[column]
        if role == SORT_ROLE:
            return _sort_keys(self._texts(option), option)[column]
        if role == OPTION_ROLE:
            return option
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(self.columns[column].right)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return explain(option)
        if role == Qt.ItemDataRole.ForegroundRole:
            return _colour(option, column)
        if role == Qt.ItemDataRole.FontRole:
            return theme.tabular(_font())
        return None

    def _texts(self, option: Option) -> list[str]:
        model, build = self._machine.model(option.model), self._machine.build(option.model, option.build)
        return [
            model.name if model else option.model,
            build.title if build else option.build,
            verdict_text(option),
            words.size(option.total_bytes),
            speed_text(option),
            words.count(option.max_context) if option.max_context else "–",
            words.size_gb(option.download_bytes) if option.download_bytes else "–",
        ]


def verdict_text(option: Option) -> str:
    """A shape and a word, so that colour is not all that tells."""
    if not option.runnable:
        return "– " + QCoreApplication.translate("Verdict", "not with this engine")
    texts = {
        "fits": "● " + QCoreApplication.translate("Verdict", "fits"),
        "tight": "◐ " + QCoreApplication.translate("Verdict", "tight"),
        "no": "○ " + QCoreApplication.translate("Verdict", "too large"),
    }
    return texts[option.verdict]


def speed_text(option: Option) -> str:
    """`~55-70`, an estimate; a dash where nothing is known."""
    if option.tps_range is None or option.verdict == "no" or not option.runnable:
        return "–"
    low, high = (words.rate(tps) for tps in option.tps_range)
    return f"~{low}" if low == high else f"~{low}–{high}"


def explain(option: Option) -> str:
    """The reasons behind a row, one a line."""
    return "\n".join(words.text(reason) for reason in option.reasons)


def _sort_keys(texts: list[str], option: Option) -> list[str | float]:
    """Floats for all numbers: Qt would take small and large integers for two types and not compare them."""
    verdict = {"fits": 0, "tight": 1, "no": 2}[option.verdict] + (0 if option.runnable else 3)
    speed = option.tps_range[1] if option.tps_range else -1
    numbers = (verdict, option.total_bytes, speed, option.max_context, option.download_bytes)
    return [texts[0], texts[1], *map(float, numbers)]


def _colour(option: Option, column: int) -> QColor:
    colours = theme.tokens()
    if column == 2:
        if not option.runnable:
            return colours.muted
        return {"fits": colours.good, "tight": colours.caution, "no": colours.bad}[option.verdict]
    return colours.text if option.runnable and option.verdict != "no" else colours.muted


def _alignment(right: bool) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _font() -> Any:
    from PySide6.QtWidgets import QApplication

    return QApplication.font()


class OptionsTable(QTableView):
    """As high as its rows: the page scrolls, not the table. `picked(Option)`: the row in hand changed."""

    picked = Signal(object)

    def __init__(self, machine: MachineModel) -> None:
        super().__init__()
        self.source = OptionsModel(machine)
        self._sorted = QSortFilterProxyModel()
        self._sorted.setSourceModel(self.source)
        self._sorted.setSortRole(SORT_ROLE)
        self.setModel(self._sorted)
        self.setAccessibleName(self.tr("All models and formats"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(32)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(56)
        self.selectionModel().currentRowChanged.connect(lambda now, _before: self._pick(now))

    def show_options(self, options: list[Option]) -> None:
        if self.source.shows(options):
            return
        before = self.current()
        self.source.show_options(options)
        self.setFixedHeight(self.sizeHint().height())
        for row, option in enumerate(options):
            if before is not None and (option.model, option.build) == (before.model, before.build):
                self.selectRow(self._sorted.mapFromSource(self.source.index(row, 0)).row())

    def current(self) -> Option | None:
        """The option of the row in hand."""
        index = self.currentIndex()
        return index.data(OPTION_ROLE) if index.isValid() else None

    def sizeHint(self) -> QSize:
        rows = 32 * self.source.rowCount()
        return QSize(600, rows + self.horizontalHeader().sizeHint().height() + 16)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, leave out what the picked row's text says too."""
        super().resizeEvent(event)
        self.setColumnHidden(5, self.width() < _ROOM_FOR_CONTEXT)
        self.setColumnHidden(6, self.width() < _ROOM_FOR_DOWNLOAD)

    def _pick(self, index: QModelIndex) -> None:
        if index.isValid():
            self.picked.emit(index.data(OPTION_ROLE))
