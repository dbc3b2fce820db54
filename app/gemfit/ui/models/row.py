"""One model in one format: what of it is here, how it would run, and what can be done with it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from gemfit.catalog.types import CatalogFile
from gemfit.gguf.parts import name_of_whole
from gemfit.library.types import LocalFile
from gemfit.ui import theme, words
from gemfit.ui.models.actions import Action, is_menu_key, menu_of
from gemfit.ui.models.part_boxes import PartBoxes
from gemfit.ui.models.places import show_in_folder
from gemfit.ui.models.row_texts import origin_text, outlook, parts_text, state_text
from gemfit.ui.parts import Notice, button, label, set_role
from gemfit.ui.session import Session
from gemfit.ui.theme import GAP_M, GAP_S
from gemfit.ui.transfer import TransferRow
from gemfit.ui.viewmodels.jobs import Key


class ModelRow(QFrame):
    """Refreshed from the session. `chosen`: taken in hand; `details_wanted`: its details were asked for;
    `hand_over_wanted` and `export_wanted`: its file is to go elsewhere.
    """

    chosen = Signal()
    details_wanted = Signal()
    hand_over_wanted = Signal()
    export_wanted = Signal()

    def __init__(self, session: Session, key: Key) -> None:
        super().__init__()
        self.setProperty("kind", "row")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._session = session
        self.key = key
        model = session.machine.model(key[0])
        self.title = session.machine.title(*key) if model else name_of_whole(Path(key[1]).name)
        self.setAccessibleName(self.title)
        self._name = theme.heading(label(self.title), 2)
        self._state = label(wrap=True)
        self._origin = label(role="muted")
        self._size = label(role="muted", wrap=False)
        self._size.setFont(theme.tabular(self._size.font()))
        self.chat = self._button(self.tr("Chat"), self._chat, "chat")
        self.get = self._button(self.tr("Get"), self.fetch, "download")
        self.more = self._button(self.tr("More"), self._open_menu_below, "chevron-down")
        self.parts = PartBoxes(self.title, self._build_files()[1:])
        self.parts.changed.connect(self._show_size)
        self.question = Notice()
        self.transfer = TransferRow(session, downloads=False)
        self._lay_out()
        self.transfer.follow(key)  # shows itself where something is under way, so it has to have its place first
        self.mark(chosen=False)

    def _button(self, text: str, action: Callable[[], None], icon: str) -> QPushButton:
        made = button(text, action, icon=icon)
        made.setAccessibleName(self._named(text))
        return made

    def _named(self, text: str) -> str:
        return f"{text}: {self.title}"

    def _lay_out(self) -> None:
        inside = QVBoxLayout(self)
        inside.setContentsMargins(GAP_M, GAP_S + 4, GAP_M, GAP_S + 4)
        inside.setSpacing(GAP_S)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        for text in (self._name, self._state, self._origin):
            texts.addWidget(text)
        head = QHBoxLayout()
        head.setSpacing(GAP_S)
        head.addLayout(texts, 1)
        head.addWidget(self._size)
        head.addSpacing(GAP_S)
        for widget in (self.chat, self.get, self.more):
            head.addWidget(widget)
        inside.addLayout(head)
        for part in (self.parts, self.transfer, self.question):
            inside.addWidget(part)

    def matches(self, typed: str) -> bool:
        """Whether all the words that were typed are in what the row says."""
        said = f"{self.title} {self._state.text()} {self._origin.text()}".lower()
        return all(word in said for word in typed.lower().split())

    def mark(self, *, chosen: bool) -> None:
        """Show whether it is the one in hand: then it also offers the files that go with the weights."""
        if self.property("chosen") != chosen:
            self.setProperty("chosen", chosen)
            self.style().polish(self)
        self._chosen = chosen
        self._show_parts()

    @Slot()
    def refresh(self) -> None:
        library = self._session.library
        local, file, busy = library.local(self.key), self.file(), library.busy(self.key)
        option = self._session.machine.option(*self.key)
        text, role = state_text(file) if file is not None else (outlook(option), "muted")
        self._state.setText(text)
        set_role(self._state, role)
        self._show_origin(file)
        self._show_size()
        self.chat.setVisible(local is not None and not busy and self._can_run())
        self.get.setVisible(self._can_get())
        self.get.setText(self._get_name())
        self.get.setAccessibleName(self._named(self.get.text()))
        self.setAccessibleDescription(" · ".join(t for t in (text, self._origin.text(), self._size.text()) if t))
        self._show_parts()
        if busy or file is None:
            self.question.say("")

    def file(self) -> LocalFile | None:
        """The file that stands for this row: whole weights first, then a part of them, then whatever is here."""
        files = self._session.library.of(self.key)
        return self._session.library.local(self.key) or next(
            (f for f in files if f.role == "weights"), files[0] if files else None
        )

    def _build_files(self) -> list[CatalogFile]:
        build = self._session.machine.build(*self.key)
        return build.files if build is not None else []

    def _show_parts(self) -> None:
        """The check boxes: what can be had besides the weights, and is not here."""
        here = {f.role for f in self._session.library.of(self.key) if f.complete}
        self.parts.offer({str(file.role) for file in self._build_files()[1:]} - here)
        self.parts.setVisible(self._chosen and self.parts.any_offered() and self._runs_or_unknown())

    def _runs_or_unknown(self) -> bool:
        return not self._session.library.busy(self.key)

    def _show_origin(self, file: LocalFile | None) -> None:
        found = [t for f in self._session.library.of(self.key) for t in (origin_text(f), parts_text(f))]
        texts = list(dict.fromkeys(found))
        text = " · ".join(t for t in texts if t) if file is not None else ""
        self._origin.setText(text)
        self._origin.setVisible(bool(text))

    @Slot()
    def _show_size(self) -> None:
        file = self.file()
        if file is not None and file.complete:
            self._size.setText(words.size_gb(file.bytes))
            return
        n_bytes = sum(f.bytes or f.approx_bytes or 0 for f in self._wanted_files())
        self._size.setText(words.size_gb(n_bytes) if n_bytes else "")

    def _wanted_files(self) -> list[CatalogFile]:
        return [f for f in self._build_files() if f.role in self.wanted_roles()]

    def wanted_roles(self) -> tuple[str, ...]:
        """What `Get` gets."""
        weights = () if self._session.library.local(self.key) is not None else ("weights",)
        return (*weights, *self.parts.chosen())

    def _can_get(self) -> bool:
        library = self._session.library
        if not self.key[0] or library.busy(self.key):
            return False
        return library.local(self.key) is None or (self._chosen and bool(self.parts.chosen()))

    def _get_name(self) -> str:
        file = self.file()
        if file is not None and not file.complete and file.resumed_from_bytes > 0:
            return self.tr("Resume")
        if file is not None and file.damaged:
            return self.tr("Repair")
        return self.tr("Get")

    def _can_run(self) -> bool:
        option = self._session.machine.option(*self.key)
        return option is None or option.runnable

    def choices(self) -> list[Action]:
        """Everything that can be done with it, as the context menu lists it."""
        file, busy = self.file(), self._session.library.busy(self.key)
        found = [Action(self.tr("Details"), self.details_wanted.emit, "info", "Return")]
        if not self.chat.isHidden():
            found.insert(0, Action(self.tr("Chat"), self._chat, "chat"))
        if self._can_get():
            found.insert(0, Action(self._get_name(), self.fetch, "download"))
        if file is None:
            return found
        show = Action(self.tr("Show in folder"), partial(show_in_folder, Path(file.path)), "folder")
        if not file.complete:
            return [*found, show, *self._ways_to_remove(file, busy=busy)]
        trusted = file.verified or not self.key[0]  # nobody published a hash for a file of one's own
        whole = [
            Action(self.tr("Verify"), self._verify, "check", enabled=not busy),
            show,
            Action(self.tr("Hand over…"), self.hand_over_wanted.emit, "send", enabled=trusted),
            Action(self.tr("Export…"), self.export_wanted.emit, "panel", enabled=bool(self.key[0]) and file.verified),
        ]
        return [*found, *whole, *self._ways_to_remove(file, busy=busy)]

    def _ways_to_remove(self, file: LocalFile, *, busy: bool) -> list[Action]:
        if file.origin == "import":
            return [Action(self.tr("Take out of the list"), self._forget, "trash", "", not busy)]
        if not self._is_ours(file):
            return []
        return [Action(self.tr("Remove…"), self.ask_to_remove, "trash", "Del", not busy)]

    def open_menu(self, at: QPoint) -> None:
        menu_of(self, self.choices()).popup(at)

    def _open_menu_below(self) -> None:
        self.open_menu(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def _is_ours(self, file: LocalFile) -> bool:
        return file.origin == "weights"

    def _chat(self) -> None:
        self._session.chat_with(self.key)

    def fetch(self) -> None:
        """Get what is ticked, and the weights if they are not here."""
        self._session.library.add(self.key, self.wanted_roles())

    def _verify(self) -> None:
        if (file := self.file()) is not None:
            self._session.library.verify(file)

    def ask_to_remove(self) -> None:
        file = self.file()
        if file is None or not self._is_ours(file) or self._session.library.busy(self.key):
            return
        text = self.tr("Remove %1 from this disk? It goes into the trash, and it can be downloaded again.")
        if not self.key[0]:
            text = self.tr(
                "Remove %1 from this disk? It goes into the trash. The catalogue does not know this file: it may be "
                "the only copy."
            )
        size = words.size_gb(sum(f.bytes for f in self._ours()))
        answers = [(self.tr("Remove %1").replace("%1", size), self._remove)]
        self.question.say(text.replace("%1", self.title), [*answers, (self.tr("Keep"), self._keep)])

    def _forget(self) -> None:
        if (file := self.file()) is not None:
            self._session.keeping.remove(self.title, [file])

    def _ours(self) -> list[LocalFile]:
        return [f for f in self._session.library.of(self.key) if self._is_ours(f)]

    def _remove(self) -> None:
        self.question.say("")
        self._session.keeping.remove(self.title, self._ours())

    def _keep(self) -> None:
        self.question.say("")
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.details_wanted.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.ask_to_remove()
        elif is_menu_key(event):
            self.open_menu(self.mapToGlobal(QPoint(GAP_M, self.height() // 2)))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.open_menu(event.globalPos())

    def focusInEvent(self, event: QEvent) -> None:
        super().focusInEvent(event)  # type: ignore[arg-type]
        self.chosen.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.chosen.emit()
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self.details_wanted.emit()
