"""Beside the chat: how the answers of this conversation are made. What is left empty is as the model has it."""

from pathlib import Path
from typing import Literal, cast, get_args

import msgspec
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gemfit.chat import options as chat_options
from gemfit.chat.options import ChatOptions
from gemfit.engine.protocol import Sampling
from gemfit.errors import GemfitError
from gemfit.media.types import DEFAULT_IMAGE_TOKENS, IMAGE_BUDGETS
from gemfit.settings import WhenFull
from gemfit.ui import theme, words
from gemfit.ui.chat.buttons import tool_button
from gemfit.ui.chat.number_field import NumberField
from gemfit.ui.parts import button, label, row
from gemfit.ui.settings_parts import choice

WIDTH = 300
APPLIED_AFTER_MS = 400
Shape = Literal["", "json_schema", "grammar"]


class OptionsPanel(QFrame):
    """`changed(ChatOptions)` a moment after something was changed and can be followed; `closed()`."""

    changed = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("How answers are made"))
        self.setFixedWidth(WIDTH)
        self._shown = ChatOptions()
        self._showing = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(APPLIED_AFTER_MS)
        self._timer.timeout.connect(self.apply)
        self._column = QVBoxLayout()
        self._column.setSpacing(theme.GAP_XS)
        self._add_system()
        self._add_numbers()
        self._add_texts()
        self._add_when_full()
        self._add_pictures()
        self._lay_out()

    def show_options(self, options: ChatOptions) -> None:
        """Of the conversation that is open now."""
        self._timer.stop()
        self._shown = options
        self._showing = True
        self.system.setPlainText(options.system)
        for name, field in self.numbers.items():
            field.set_value(getattr(options.sampling, name))
        self.max_tokens.set_value(options.max_tokens)
        self.stop.setPlainText("\n".join(options.stop))
        shape: Shape = "json_schema" if options.json_schema else "grammar" if options.grammar else ""
        self.shape.setCurrentIndex(self.shape.findData(shape))
        self.shape_text.setPlainText(options.json_schema or options.grammar)
        self.when_full.setCurrentIndex(max(0, self.when_full.findData(options.when_full or "")))
        self.image_tokens.setCurrentIndex(max(0, self.image_tokens.findData(str(options.image_tokens or ""))))
        self._showing = False
        self._shape_chosen()
        self._say("")

    def show_defaults(self, defaults: Sampling, when_full: WhenFull) -> None:
        """What the loaded model has, where nothing is chosen, and what the settings say of a full context."""
        for name, field in self.numbers.items():
            value = getattr(defaults, name) or 0  # penalties that nobody names are none
            field.setPlaceholderText(self.tr("%1 (the model's)").replace("%1", field.text_of(value)))
        self.numbers["seed"].setPlaceholderText(self.tr("another each time"))
        names = {self.when_full.itemData(i): self.when_full.itemText(i) for i in range(1, self.when_full.count())}
        self.when_full.setItemText(0, self.tr("As in the settings: %1").replace("%1", names[when_full]))

    def written(self) -> ChatOptions:
        """What the fields say."""
        sampling = msgspec.convert({name: field.value() for name, field in self.numbers.items()}, Sampling)
        text, shape = self.shape_text.toPlainText().strip(), self.shape.currentData()
        max_tokens = self.max_tokens.value()
        return msgspec.structs.replace(
            self._shown,
            system=self.system.toPlainText().strip(),
            sampling=sampling,
            max_tokens=int(max_tokens) if max_tokens else None,
            stop=[line for line in self.stop.toPlainText().split("\n") if line],
            json_schema=text if shape == "json_schema" else "",
            grammar=text if shape == "grammar" else "",
            image_tokens=int(self.image_tokens.currentData() or 0) or None,
            when_full=self.when_full.currentData() or None,
        )

    @Slot()
    def apply(self) -> None:
        """Tell of what is written now, if it can be followed."""
        self._timer.stop()
        written = self.written()
        try:
            chat_options.check(written)
        except GemfitError as error:
            self._say(words.text(error.sentence))
            return
        self._say("")
        if written != self._shown:
            self._shown = written
            self.changed.emit(written)

    @Slot()
    def reset(self) -> None:
        """Everything as the model and the settings have it."""
        self.show_options(ChatOptions())
        self.changed.emit(self._shown)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        super().keyPressEvent(event)

    def _add_system(self) -> None:
        self.system = _text_field(self.tr("What the model is told first"), 4)
        self.system.setPlaceholderText(self.tr("You are …"))
        self._add(self.tr("Instruction"), self.system)

    def _add_numbers(self) -> None:
        fields = (
            (
                "temperature",
                self.tr("Temperature"),
                self.tr("0 always takes the likeliest word; higher is freer"),
                (0, 5),
            ),
            ("top_k", self.tr("Top-K"), self.tr("Choose among so many likeliest tokens; 0: all"), (0, 1_000_000)),
            ("top_p", self.tr("Top-P"), self.tr("Choose among tokens of this probability together"), (0, 1)),
            ("min_p", self.tr("Min-P"), self.tr("Leave out tokens below this share of the likeliest's"), (0, 1)),
            ("repeat_penalty", self.tr("Repetition"), self.tr("Above 1: what was said becomes less likely"), (0, 10)),
            ("presence_penalty", self.tr("Presence"), self.tr("The same, once for each token said"), (-2, 2)),
            ("frequency_penalty", self.tr("Frequency"), self.tr("The same, for each time it was said"), (-2, 2)),
            ("seed", self.tr("Seed"), self.tr("The same seed gives the same answer"), (0, 2**31 - 1)),
        )
        self.numbers = {
            name: NumberField(low, high, whole=name in ("top_k", "seed")) for name, _, _, (low, high) in fields
        }
        self._numbers_grid = QGridLayout()
        self._numbers_grid.setVerticalSpacing(theme.GAP_XS)
        self._numbers_grid.setColumnStretch(1, 1)
        self._column.addLayout(self._numbers_grid)
        for name, title, explained, _ in fields:
            self._add_number(title, self.numbers[name], explained)
        self.max_tokens = NumberField(1, 1_000_000, whole=True)
        self.max_tokens.setPlaceholderText(self.tr("no limit"))
        self._add_number(self.tr("Most tokens"), self.max_tokens, self.tr("Of one answer"))

    def _add_texts(self) -> None:
        self.stop = _text_field(self.tr("Texts that end an answer, one a line"), 2)
        self._add(self.tr("End before"), self.stop)
        shapes = (
            ("", self.tr("free")),
            ("json_schema", self.tr("JSON after a schema")),
            ("grammar", self.tr("a grammar (GBNF)")),
        )
        self.shape = choice(shapes, "", lambda _shape: self._shape_chosen())
        self.shape.setMinimumWidth(0)
        self._add(self.tr("Form of the answer"), self.shape)
        self.shape_text = _text_field(self.tr("Schema or grammar"), 6)
        self.shape_text.setAccessibleName(self.tr("Schema or grammar"))
        self.shape_text.setFont(theme.fixed_font())
        self.open_file = button(self.tr("From a file…"), self._choose_file, "link", "open")
        self._column.addWidget(self.shape_text)
        self._column.addLayout(row(self.open_file))
        self.problem = label(role="bad")
        self.problem.hide()
        self._column.addWidget(self.problem)

    def _add_when_full(self) -> None:
        ways = (
            ("", self.tr("As in the settings")),
            ("stop", self.tr("stop")),
            ("drop", self.tr("leave out the oldest turns")),
            ("compact", self.tr("sum up the oldest turns")),
        )
        self.when_full = choice(ways, "", lambda _way: self._touched())
        self.when_full.setMinimumWidth(0)
        self._add(self.tr("When the context is full"), self.when_full)

    def _add_pictures(self) -> None:
        """How closely: larger budgets take longer, and more of the context."""
        default = self.tr("as the model has it: 280 tokens")
        others = [n for n in IMAGE_BUDGETS if n != DEFAULT_IMAGE_TOKENS]
        sizes = [("", default), *((str(n), self.tr("at most %n tokens", "", n)) for n in others)]
        self.image_tokens = choice(sizes, "", lambda _tokens: self._touched())
        self.image_tokens.setMinimumWidth(0)
        explained = self.tr(
            "What a picture may take: more shows more of it and takes longer. For more than 512 tokens the model is "
            "loaded again."
        )
        self.image_tokens.setToolTip(explained)
        self.image_tokens.setAccessibleDescription(explained)
        self._add(self.tr("Pictures"), self.image_tokens)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(theme.heading(label(self.tr("This chat"), wrap=False), 2), 1)
        close = tool_button(self, "cross", self.tr("Close"))
        close.clicked.connect(self.closed)
        head.addWidget(close)
        inner = QWidget()
        inner.setProperty("kind", "page")
        inside = QVBoxLayout(inner)
        inside.setContentsMargins(0, 0, theme.GAP_S, theme.GAP_S)
        inside.addLayout(self._column)
        inside.addSpacing(theme.GAP_S)
        inside.addLayout(row(button(self.tr("All as the model has it"), self.reset, icon="refresh")))
        inside.addWidget(label(self.tr("Kept with this chat. Holds from the next answer on."), "muted"))
        inside.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.GAP_S, theme.GAP_S, theme.GAP_XS, 0)
        box.addLayout(head)
        box.addWidget(area, 1)

    def _add(self, title: str, field: QWidget) -> None:
        text = label(title, "muted")
        text.setBuddy(field)
        field.setAccessibleName(title)
        if isinstance(field, QComboBox):
            field.view().setAccessibleName(title)
        if isinstance(field, QPlainTextEdit):
            field.textChanged.connect(self._touched)
        self._column.addSpacing(theme.GAP_XS)
        self._column.addWidget(text)
        self._column.addWidget(field)

    def _add_number(self, title: str, field: NumberField, explained: str) -> None:
        text = label(title, "muted", wrap=False)
        text.setBuddy(field)
        text.setToolTip(explained)
        field.setAccessibleName(title)
        field.setAccessibleDescription(explained)
        field.setToolTip(explained)
        field.textChanged.connect(self._touched)
        row = self._numbers_grid.rowCount()
        self._numbers_grid.addWidget(text, row, 0)
        self._numbers_grid.addWidget(field, row, 1)

    @Slot()
    def _touched(self) -> None:
        if not self._showing:
            self._timer.start()

    def _shape_chosen(self) -> None:
        chosen = cast(Shape, self.shape.currentData())
        assert chosen in get_args(Shape)
        self.shape_text.setVisible(bool(chosen))
        self.open_file.setVisible(bool(chosen))
        self.shape_text.setPlaceholderText(
            '{"type": "object", …}' if chosen == "json_schema" else 'root ::= "yes" | "no"'
        )
        self._touched()

    def _choose_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Schema or grammar"), "", "*.json *.gbnf *.txt")
        if path:
            self.read_file(Path(path))

    def read_file(self, path: Path) -> None:
        """Take the text of a file; what cannot be read is said."""
        try:
            self.shape_text.setPlainText(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            self._say(self.tr("%1 could not be read (%2).").replace("%1", str(path)).replace("%2", str(error)))

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))


def _text_field(name: str, lines: int) -> QPlainTextEdit:
    made = QPlainTextEdit()
    made.setProperty("kind", "field")
    made.setTabChangesFocus(True)
    made.setToolTip(name)
    made.setFixedHeight(made.fontMetrics().lineSpacing() * lines + 2 * theme.GAP_S)
    return made
