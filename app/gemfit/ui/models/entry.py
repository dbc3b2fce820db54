"""One entry of the queue: its files' progress, speed and time left, its state in words, and what can be done."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout

from gemfit.library.queue import IN_TROUBLE, Entry
from gemfit.ui import theme, words
from gemfit.ui.models.actions import Action, is_menu_key, menu_of
from gemfit.ui.models.entry_files import FileLines, progress_bar, show_progress
from gemfit.ui.models.entry_texts import figures_text, state_text
from gemfit.ui.parts import Elided, Notice, button, label, set_role
from gemfit.ui.session import SETTINGS, Session
from gemfit.ui.theme import GAP_M, GAP_S
from gemfit.ui.viewmodels.jobs import Key, key_of_entry

# The page that leads out of a trouble, where one does.
_FOLDER_TROUBLES = ("disk_full", "not_writable")
_TOKEN_TROUBLES = ("not_signed_in", "not_allowed")


class EntryRow(QFrame):
    """`chosen`: clicked or focused. `dragged(y)`: moved by the mouse, in its parent's coordinates; `dropped(y)`: let
    go. `moved(step)`: Alt+Up or Alt+Down.
    """

    chosen = Signal()
    dragged = Signal(int)
    dropped = Signal(int)
    moved = Signal(int)

    def __init__(self, session: Session, entry: Entry) -> None:
        super().__init__()
        self.setProperty("kind", "row")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._session = session
        self.entry = entry
        self._name = theme.heading(label(entry.title), 2)
        self._state = label(role="muted")
        self._figures = Elided()
        self._figures.setFont(theme.tabular(self._figures.font()))
        set_role(self._figures, "muted")
        self._figures.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.bar = progress_bar()
        self.files = FileLines()
        self.toggle = button("", self._toggle)
        self.cancel = button(self.tr("Cancel"), self.ask_to_cancel, icon="cross")
        self.question = Notice()
        self.trouble = Notice()
        self._pressed: QPoint | None = None
        self._dragging = False
        self._lay_out()
        self.show_entry(entry)

    def _lay_out(self) -> None:
        inside = QVBoxLayout(self)
        inside.setContentsMargins(GAP_M, GAP_S + 4, GAP_M, GAP_S + 4)
        inside.setSpacing(GAP_S)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._name)
        texts.addWidget(self._state)
        head = QHBoxLayout()
        head.setSpacing(GAP_S)
        head.addLayout(texts, 1)
        head.addWidget(self.toggle)
        head.addWidget(self.cancel)
        inside.addLayout(head)
        inside.addWidget(self.bar)
        inside.addWidget(self._figures)
        for widget in (self.files, self.trouble, self.question):
            inside.addWidget(widget)

    @property
    def key(self) -> Key:
        return key_of_entry(self.entry)

    def text(self) -> str:
        """State and figures as they are shown."""
        return " · ".join(text for text in (self._state.text(), self._figures.text()) if text)

    def show_entry(self, entry: Entry) -> None:
        self.entry = entry
        self._name.setText(entry.title)
        text, role = state_text(entry)
        self._state.setText(text)
        set_role(self._state, role)
        self._figures.setText(figures_text(entry))
        show_progress(self.bar, entry.done_bytes, entry.total_bytes)
        self.bar.setAccessibleName(f"{entry.title}: {self._figures.text() or text}")
        self.files.show_files(entry.files if len(entry.files) > 1 and entry.state != "done" else ())
        self.setAccessibleName(entry.title)
        self.setAccessibleDescription(self.text())
        done = entry.state == "done"
        self.cancel.setText(self.tr("Clear") if done else self.tr("Cancel"))
        for name, made in (self._toggle_name(), self.toggle), (self.cancel.text(), self.cancel):
            made.setAccessibleName(f"{name}: {entry.title}")
        self.toggle.setText(self._toggle_name())
        theme.set_icon(self.toggle, self._toggle_icon())
        for widget in (self.toggle, self.bar, self._figures):
            widget.setVisible(not done)
        self._show_trouble()

    def _show_trouble(self) -> None:
        entry = self.entry
        in_trouble = entry.state in IN_TROUBLE and entry.sentence is not None
        text = words.text(entry.sentence) if in_trouble and entry.sentence is not None else ""
        self.trouble.say(text, self._ways_out(entry.code) if text else [])

    def _ways_out(self, code: str) -> list[tuple[str, Callable[[], object]]]:
        """The button that leads out of this trouble, where another page has it."""
        settings = partial(self._session.page_wanted.emit, SETTINGS)
        if code in _FOLDER_TROUBLES or self.entry.state == "no_room":
            return [(self.tr("Choose another folder"), settings)]
        return [(self.tr("Enter a token"), settings)] if code in _TOKEN_TROUBLES else []

    def choices(self) -> list[Action]:
        """Everything that can be done with it, as the context menu lists it."""
        entries = self._session.library.downloads.entries()
        place, last = entries.index(self.entry), len(entries) - 1
        found = [] if self.entry.state == "done" else [Action(self._toggle_name(), self._toggle, self._toggle_icon())]
        return [
            *found,
            Action(self.tr("Move up"), partial(self.moved.emit, -1), keys="Alt+Up", enabled=place > 0),
            Action(self.tr("Move down"), partial(self.moved.emit, 1), keys="Alt+Down", enabled=place < last),
            Action(self.cancel.text(), self.ask_to_cancel, "cross", keys="Del"),
        ]

    def open_menu(self, at: QPoint) -> None:
        menu_of(self, self.choices()).popup(at)

    def _toggle_name(self) -> str:
        if self.entry.state in IN_TROUBLE:
            return self.tr("Try again")
        return self.tr("Resume") if self.entry.paused else self.tr("Pause")

    def _toggle_icon(self) -> str:
        if self.entry.state in IN_TROUBLE:
            return "refresh"
        return "play" if self.entry.paused else "pause"

    def _toggle(self) -> None:
        library = self._session.library
        if self.entry.state in IN_TROUBLE:
            library.downloads.retry(self.key)
        elif self.entry.paused:
            library.downloads.resume(self.key)
        else:
            library.downloads.pause(self.key)

    def ask_to_cancel(self) -> None:
        """Ask what becomes of what has come, where something has; else cancel at once."""
        held = sum(max(file.done_bytes, file.held_bytes) for file in self.entry.files if file.state != "done")
        if not held:
            self._cancel(delete=False)
            return
        text = self.tr("Cancel this download? %1 of it have come.").replace("%1", words.size_gb(held))
        answers: list[tuple[str, Callable[[], object]]] = [
            (self.tr("Cancel and keep them"), partial(self._cancel, delete=False)),
            (self.tr("Cancel and delete them"), partial(self._cancel, delete=True)),
            (self.tr("Go on"), self._keep_going),
        ]
        self.question.say(text, answers)

    def _cancel(self, *, delete: bool) -> None:
        self.question.say("")
        self._session.library.downloads.cancel(self.key, keep=not delete)

    def _keep_going(self) -> None:
        self.question.say("")
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        key = event.key()
        if alt and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(-1 if key == Qt.Key.Key_Up else 1)
        elif key == Qt.Key.Key_Space and self.entry.state != "done":
            self._toggle()
        elif key == Qt.Key.Key_Delete:
            self.ask_to_cancel()
        elif is_menu_key(event):
            self.open_menu(self.mapToGlobal(QPoint(GAP_M, self.height() // 2)))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.open_menu(event.globalPos())

    def focusInEvent(self, event: QEvent) -> None:
        super().focusInEvent(event)  # type: ignore[arg-type]
        self.chosen.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.chosen.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        distance = (event.position().toPoint() - self._pressed).manhattanLength()
        if self._dragging or distance >= QApplication.startDragDistance():
            self._dragging = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.dragged.emit(self._y_in_parent(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self.unsetCursor()
            self.dropped.emit(self._y_in_parent(event.position()))
        self._pressed, self._dragging = None, False

    def _y_in_parent(self, at: QPointF) -> int:
        return self.mapToParent(at.toPoint()).y()
