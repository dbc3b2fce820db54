"""What the publisher says of the memory, what is computed and what it took; and what speaks for a format."""

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from gemfit.fit.comparison import Compared, published_comparison
from gemfit.fit.dimensions import Dimension, DimensionName, dimensions
from gemfit.ui import theme, words
from gemfit.ui.home.tall import TallTable
from gemfit.ui.parts import label
from gemfit.ui.theme import GAP_M, GAP_S
from gemfit.ui.viewmodels.machine import MachineModel


class Comparison(QWidget):
    """For every model the published figures beside the computed and the measured; for the option in hand, what speaks
    for it. Filled in while it is shown.
    """

    def __init__(self, machine: MachineModel) -> None:
        super().__init__()
        self._machine = machine
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(GAP_S)
        self.dimensions = DimensionsPicture()
        self._title = theme.heading(label(), 2)
        outer.addWidget(self._title)
        outer.addWidget(self.dimensions)
        outer.addSpacing(GAP_S)
        outer.addWidget(theme.heading(label(self.tr("Memory: published, computed, measured"), wrap=False), 2))
        self.table = PublishedTable()
        outer.addWidget(self.table)
        note = self.tr(
            "Everything here in GB, 1,000,000,000 bytes. Google's figures are of the weights alone. Weights that are "
            "read from the disk as needed are not counted; “in all” adds the rest, at the context above."
        )
        outer.addWidget(label(note, "muted"))
        machine.changed.connect(self.refresh)
        machine.selected_changed.connect(self.refresh)

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        catalog, recommendation = self._machine.catalog, self._machine.recommendation
        if self.isHidden() or catalog is None or recommendation is None:
            return
        outcomes = self._machine.known.outcomes
        models = [model for model in catalog.models if model.published_memory_gb]
        self.table.show_rows([(m.name, published_comparison(m, recommendation.options, outcomes)) for m in models])
        option = self._machine.selected()
        build = self._machine.build(option.model, option.build) if option else None
        self.dimensions.setVisible(build is not None)
        self._title.setVisible(build is not None)
        if option is not None and build is not None:
            title = self.tr("%1: what speaks for it").replace("%1", self._machine.title(option.model, option.build))
            self._title.setText(title)
            self.dimensions.show_dimensions(dimensions(build, option))


class PublishedTable(TallTable):
    """A line with the name of each model, and under it one for each format."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: list[tuple[str, list[Compared]]] = []
        self._titles = [
            self.tr("Format"),
            self.tr("Google says"),
            self.tr("Weights"),
            self.tr("In all"),
            self.tr("Measured"),
            self.tr("File"),
        ]
        self._explained = [
            "",
            self.tr("Google's figure for the weights in memory."),
            self.tr("The weights in memory, computed for this machine."),
            self.tr("All the memory it takes at this context, computed for this machine."),
            self.tr("All the memory it took when it was loaded here last."),
            self.tr("The size of the file with the weights."),
        ]
        self.rows = QStandardItemModel(0, len(self._titles))
        self.rows.setHorizontalHeaderLabels(self._titles)
        for column, explained in enumerate(self._explained):
            self.rows.horizontalHeaderItem(column).setToolTip(explained)
            self.rows.horizontalHeaderItem(column).setTextAlignment(_alignment(column))
        self.setModel(self.rows)
        self.setAccessibleName(self.tr("Memory published, computed and measured, in GB"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)

    def show_rows(self, models: list[tuple[str, list[Compared]]]) -> None:
        if models == self._shown:
            return
        self._shown = models
        row, column = self.currentIndex().row(), self.currentIndex().column()
        self.clearSpans()
        self.rows.removeRows(0, self.rows.rowCount())
        for name, compared in models:
            self._add_heading(name)
            for line in compared:
                self.rows.appendRow(self._row(name, line))
        self.take_height()
        self.fit_columns(0)
        self.setCurrentIndex(self.rows.index(row, column))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_columns(0)

    def _add_heading(self, name: str) -> None:
        item = QStandardItem(name)
        font = item.font()
        font.setBold(True)
        item.setFont(font)
        self.rows.appendRow([item])
        self.setSpan(self.rows.rowCount() - 1, 0, 1, len(self._titles))

    def _row(self, name: str, row: Compared) -> list[QStandardItem]:
        published = None if row.published_gb is None else round(row.published_gb * 1e9)
        figures = (published, row.weights_bytes, row.total_bytes, row.measured_bytes, row.file_bytes)
        texts = [row.title, *("–" if n is None else words.size_gb(n) for n in figures)]
        return [self._item(name, row, column, text) for column, text in enumerate(texts)]

    def _item(self, name: str, row: Compared, column: int, text: str) -> QStandardItem:
        item = QStandardItem(text)
        explained = f"{name} · {row.title}"
        item.setTextAlignment(_alignment(column))
        if column:
            item.setFont(theme.tabular(self.font()))
            explained = f"{explained}, {text}: {self._explained[column]}"
        item.setToolTip(explained)
        item.setAccessibleDescription(explained)
        return item


def _alignment(column: int) -> Qt.AlignmentFlag:
    """Words at the left, figures at the right."""
    side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


class DimensionsPicture(QWidget):
    """A bar from 0 to 1 for each dimension, and beside it the sentence that says what it comes from."""

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GAP_M)
        grid.setVerticalSpacing(GAP_S)
        grid.setColumnStretch(2, 1)
        names: dict[DimensionName, str] = {
            "memory": self.tr("Memory"),
            "quality": self.tr("Quality"),
            "speed": self.tr("Speed"),
            "support": self.tr("Support"),
            "access": self.tr("Access"),
        }
        self.bars = {name: ScoreBar(text) for name, text in names.items()}
        self._sentences = {name: label(role="muted") for name in names}
        for line, (name, text) in enumerate(names.items()):
            grid.addWidget(label(text, wrap=False), line, 0)
            grid.addWidget(self.bars[name], line, 1)
            grid.addWidget(self._sentences[name], line, 2)

    def show_dimensions(self, found: list[Dimension]) -> None:
        for dimension in found:
            sentence = words.text(dimension.sentence)
            self._sentences[dimension.name].setText(sentence)
            self.bars[dimension.name].show_score(dimension.score, sentence)


class ScoreBar(QWidget):
    """How much speaks for it: full is all that could; a dashed outline where nothing is known."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._score: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(140, 10)

    def show_score(self, score: float | None, sentence: str) -> None:
        self._score = score
        said = self.tr("%1: not known") if score is None else self.tr("%1: %2 of 100")
        figure = "" if score is None else str(round(score * 100))
        self.setAccessibleName(said.replace("%1", self._name).replace("%2", figure))
        self.setAccessibleDescription(sentence)
        self.setToolTip(self.accessibleName())
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.tokens()
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        outline = QPainterPath()
        outline.addRoundedRect(area, 4, 4)
        if self._score is None:
            painter.strokePath(outline, QPen(colours.control, 1, Qt.PenStyle.DashLine))
        else:
            painter.fillPath(outline, colours.track)
            painter.setClipPath(outline)
            width = area.width() * min(1.0, max(0.0, self._score))
            painter.fillRect(QRectF(area.left(), area.top(), width, area.height()), colours.weights)
            painter.setClipping(False)
            painter.strokePath(outline, QPen(colours.control, 1))
        painter.end()
