"""The details of one model beside the list, or below it: fit, files with hashes and places, licence, header."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from gemfit.gguf.parts import name_of_whole
from gemfit.library.types import LocalFile
from gemfit.ui import theme, words, worker
from gemfit.ui.models.facts import Fact, Facts, card_lines, facts_of, role_name
from gemfit.ui.models.places import show_in_folder
from gemfit.ui.parts import Notice, button, clear, exact_text, label
from gemfit.ui.session import Session
from gemfit.ui.theme import GAP_M, GAP_S, GAP_XS
from gemfit.ui.viewmodels.jobs import Key

if TYPE_CHECKING:
    from gemfit.library.card import Card

WIDTH = 340


class DetailsPane(QFrame):
    """Shows one key. `closed`: its cross was pressed, or Esc."""

    closed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("details")
        self.setAccessibleName(self.tr("Details"))
        self._session = session
        self.key: Key | None = None
        self._shown: Facts | None = None
        self._title = theme.heading(label(), 2)
        self.close_button = button("", self.closed.emit, "link", "cross")
        self.close_button.setAccessibleName(self.tr("Close the details"))
        self.close_button.setToolTip(self.tr("Close the details (Esc)"))
        self.question = Notice()
        self.header = HeaderCard()
        self._lines = QVBoxLayout()
        self._lines.setSpacing(GAP_XS)
        self._lay_out()
        session.library.changed.connect(self.refresh)
        session.machine.changed.connect(self.refresh)
        self.hide()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.close_button)
        inner = QWidget()
        inner.setProperty("kind", "inside")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, GAP_S, 0)
        column.setSpacing(GAP_S)
        column.addWidget(self.question)
        column.addLayout(self._lines)
        column.addWidget(self.header)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setAccessibleName(self.tr("Details"))
        scroll.setWidget(inner)
        box = QVBoxLayout(self)
        box.setContentsMargins(GAP_M, GAP_M, GAP_S, GAP_S)
        box.addLayout(head)
        box.addWidget(scroll, 1)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 220)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 150)

    def show_key(self, key: Key) -> None:
        """Open, on this one."""
        if key != self.key:
            self.question.say("")
        self.key = key
        self.show()
        self.refresh()

    def facts(self) -> list[Fact]:
        """What is shown."""
        return self._shown.lines if self._shown is not None else []

    @Slot()
    def refresh(self) -> None:
        if self.isHidden() or self.key is None:
            return
        found = facts_of(self._session, self.key)
        self.header.show_file(_readable(self._session, self.key))
        if found == self._shown:
            return
        self._shown = found
        self._title.setText(found.title)
        clear(self._lines)
        for fact in found.lines:
            self._add(fact)

    def _add(self, fact: Fact) -> None:
        if not fact.value:
            self._lines.addSpacing(GAP_S)
            self._lines.addWidget(theme.heading(label(fact.name), 2))
            return
        value: QWidget = exact_text(fact.value) if fact.exact else label(fact.value, selectable=True)
        value.setAccessibleName(f"{fact.name}: {fact.value}")
        value.setToolTip(fact.value if fact.exact else "")
        name = label(fact.name, "muted")
        theme.small(name)
        self._lines.addWidget(name)
        line = QWidget()  # a widget of its own, so that it goes away whole
        inside = QHBoxLayout(line)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addWidget(value, 1)
        for made in self._buttons(fact):
            inside.addWidget(made)
        self._lines.addWidget(line)

    def _buttons(self, fact: Fact) -> list[QPushButton]:
        made: list[QPushButton] = []
        if fact.exact:
            made.append(_small(self.tr("Copy: %1").replace("%1", fact.name), partial(_copy, fact.value), "copy"))
        if fact.folder:
            show = self.tr("Show in folder: %1").replace("%1", Path(fact.value).name)
            made.append(_small(show, partial(show_in_folder, Path(fact.value)), "folder"))
        if fact.removable is not None:
            remove = self.tr("Remove all parts: %1") if fact.removable.pieces else self.tr("Remove this file: %1")
            remove = remove.replace("%1", Path(fact.value).name)
            made.append(_small(remove, partial(self.ask_to_remove, fact.removable), "trash"))
        if fact.address:
            made.append(
                _small(
                    self.tr("Open in the browser: %1").replace("%1", fact.name),
                    partial(self._ask_to_open, fact.address),
                    "open",
                )
            )
        return made

    def ask_to_remove(self, file: LocalFile) -> None:
        """Remove one file of the model (its projector, its drafter), or all of its parts, after a question."""
        if self.key is None or self._session.library.busy(self.key):
            return
        text = self.tr("Remove %1 (%2) from this disk? It goes into the trash. The other files of the model stay.")
        if not self.key[0]:
            text = self.tr(
                "Remove %1 (%2) from this disk? It goes into the trash. The catalogue does not know it: it may be the "
                "only copy."
            )
        text = text.replace("%1", f"{role_name(file.role)}, {name_of_whole(Path(file.path).name)}")
        answers = [
            (self.tr("Remove %1").replace("%1", words.size_gb(file.bytes)), partial(self._remove, file)),
            (self.tr("Keep"), partial(self.question.say, "")),
        ]
        self.question.say(text.replace("%2", words.size_gb(file.bytes)), answers)

    def _remove(self, file: LocalFile) -> None:
        self.question.say("")
        self._session.keeping.remove(f"{self._title.text()}, {role_name(file.role)}", [file])

    def _ask_to_open(self, address: str) -> None:
        text = self.tr("Open %1 in your browser?").replace("%1", address)
        open_it = (self.tr("Open"), partial(self._open, address))
        copy = (self.tr("Copy the address"), partial(self._copy_address, address))
        self.question.say(text, [open_it, copy, (self.tr("Not now"), partial(self.question.say, ""))])

    def _open(self, address: str) -> None:
        self.question.say("")
        QDesktopServices.openUrl(QUrl(address))

    def _copy_address(self, address: str) -> None:
        self.question.say("")
        _copy(address)


class HeaderCard(QWidget):
    """What the header of a file says of itself, read on a thread when it is to be shown."""

    def __init__(self) -> None:
        super().__init__()
        self._path: str | None = None
        self._task: worker.Task | None = None
        self._lines = Details()
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, GAP_S, 0, 0)
        self._box.setSpacing(GAP_XS)
        self._box.addWidget(theme.heading(label(self.tr("What the file says of itself")), 2))
        self._problem = label(role="caution")
        self._box.addWidget(self._problem)
        self._box.addWidget(self._lines)
        self.hide()

    def lines(self) -> list[tuple[str, str]]:
        """What is shown."""
        return self._lines.lines()

    def show_file(self, file: LocalFile | None) -> None:
        path = file.path if file is not None else None
        if path == self._path:
            return
        if self._task is not None:
            self._task.forget()
        self._path = path
        self.hide()
        if path is None:
            return

        def read_card() -> "Card":
            from gemfit.library.card import card_of_file

            return card_of_file(Path(path))

        self._task = worker.run(read_card, self._show, self._failed)

    def _show(self, card: "Card") -> None:
        self._problem.hide()
        self._lines.show_lines(card_lines(card))
        self.show()

    def _failed(self, error: Exception) -> None:
        self._lines.show_lines([])
        self._problem.setText(words.error_text(error))
        self._problem.show()
        self.show()


class Details(QWidget):
    """Names and values that can be selected and copied."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GAP_S)
        self._grid.setVerticalSpacing(GAP_XS)
        self._grid.setColumnStretch(1, 1)
        self._shown: list[tuple[str, str]] = []

    def lines(self) -> list[tuple[str, str]]:
        return self._shown

    def show_lines(self, lines: list[tuple[str, str]]) -> None:
        if lines == self._shown:
            return
        self._shown = lines
        clear(self._grid)
        for number, (name, value) in enumerate(lines):
            text = label(value, selectable=True)
            text.setAccessibleName(f"{name}: {value}")
            self._grid.addWidget(label(name, "muted", wrap=False), number, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(text, number, 1)


def _readable(session: Session, key: Key) -> LocalFile | None:
    """The file whose header can be read."""
    files = [f for f in session.library.of(key) if f.complete and f.path.lower().endswith((".gguf", ".litertlm"))]
    return session.library.local(key) or (files[0] if files else None)


def _small(name: str, action: Callable[[], object], icon: str) -> QPushButton:
    made = button("", action, "link", icon)
    made.setAccessibleName(name)
    made.setToolTip(name)
    return made


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
