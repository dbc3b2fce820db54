"""One model in one format: what of it is here, what can be done with it, and its details unfolded."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gemfit.library.types import LocalFile
from gemfit.ui import theme, words
from gemfit.ui.home.cells import speed_text, verdict_text
from gemfit.ui.parts import Notice, button, clear, exact_text, fold_button, label, set_role
from gemfit.ui.session import Session
from gemfit.ui.theme import GAP_L, GAP_M, GAP_S
from gemfit.ui.transfer import TransferRow
from gemfit.ui.viewmodels.library import Key, usable

_SHA256_DIGITS = 64


class ModelRow(QFrame):
    """Refreshed from the session; asks before it removes."""

    def __init__(self, session: Session, key: Key) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._session = session
        self.key = key
        model = session.machine.model(key[0])
        self.title = session.machine.title(*key) if model else Path(key[1]).name
        self.setAccessibleName(self.title)
        self._name = theme.heading(label(self.title), 2)
        self._state = label(wrap=True)
        self._size = label(role="muted", wrap=False)
        self._size.setFont(theme.tabular(self._size.font()))
        self._details = Details()
        self.chat = self._button(self.tr("Chat"), self._chat, "chat")
        self.get = self._button(self.tr("Get"), self._get, "download")
        self.verify = self._button(self.tr("Verify"), self._verify, "check")
        self.remove = self._button(self.tr("Remove"), self._ask_to_remove, "trash")
        self.fold = fold_button(self.tr("Details"), self._details)
        self.fold.setAccessibleName(self._named(self.tr("Details")))
        self.question = Notice()
        self.transfer = TransferRow(session)
        self.transfer.follow(key)
        self._lay_out()
        self.fold.clicked.connect(self._fill_details)

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
        texts.addWidget(self._name)
        texts.addWidget(self._state)
        head = QHBoxLayout()
        head.setSpacing(GAP_S)
        head.addLayout(texts, 1)
        head.addWidget(self._size)
        head.addSpacing(GAP_S)
        for widget in (self.chat, self.get, self.verify, self.remove, self.fold):
            head.addWidget(widget)
        inside.addLayout(head)
        inside.addWidget(self.transfer)
        inside.addWidget(self.question)
        inside.addWidget(self._details)

    @Slot()
    def refresh(self) -> None:
        library = self._session.library
        local, weights, busy = library.local(self.key), self._weights(), library.busy(self.key)
        text, role = self._state_text(weights)
        self._state.setText(text)
        set_role(self._state, role)
        self._size.setText(self._size_text(weights))
        self.chat.setVisible(local is not None and not busy and self._can_run())
        self.get.setVisible(local is None and not busy and bool(self.key[0]))
        resume = weights is not None and not weights.complete and weights.resumed_from_bytes > 0
        self.get.setText(self.tr("Resume") if resume else self.tr("Get"))
        self.get.setAccessibleName(self._named(self.get.text()))
        self.verify.setVisible(weights is not None and weights.complete and not busy)
        self.remove.setVisible(weights is not None and not busy and self._is_ours(weights))
        if busy or weights is None:
            self.question.say("")
        if not self._details.isHidden():
            self._fill_details()

    def _weights(self) -> LocalFile | None:
        """The file that stands for this row: whole weights first, then a part of them, then whatever is here."""
        files = self._session.library.of(self.key)
        return self._session.library.local(self.key) or next(
            (f for f in files if f.role == "weights"), files[0] if files else None
        )

    def _state_text(self, file: LocalFile | None) -> tuple[str, str]:
        if file is None:
            return self._outlook(), "muted"
        note = words.text(file.note) if file.note is not None else ""
        if file.verified:
            when = (file.verified_at or "")[:10]
            text = self.tr("Verified on %1: it is the published file.").replace("%1", when)
            return "✓ " + (text if when else self.tr("Verified: it is the published file.")), "good"
        if not file.complete:
            return "◐ " + (note or self.tr("Not finished.")), "caution"
        if not usable(file):
            return "✗ " + note, "bad"
        return "○ " + (note or self.tr("Not verified yet.")), "muted"

    def _outlook(self) -> str:
        """How it would run here: `fits · 3.2 GiB of memory · ~3.2–7.6 tokens/s`."""
        option = self._session.machine.option(*self.key)
        if option is None:
            return ""
        if not option.runnable:
            return self.tr("This engine cannot run it. It can be kept for later.")
        memory = self.tr("%1 of memory").replace("%1", words.size(option.total_bytes))
        pieces = [verdict_text(option), memory]
        if option.tps_range is not None and option.verdict != "no":
            pieces.append(self.tr("%1 tokens/s").replace("%1", speed_text(option)))
        return " · ".join(pieces)

    def _size_text(self, file: LocalFile | None) -> str:
        if file is not None:
            return words.size_gb(file.bytes)
        build = self._session.machine.build(*self.key)
        n_bytes = (build.weights.bytes or build.weights.approx_bytes or 0) if build else 0
        return words.size_gb(n_bytes) if n_bytes else ""

    def _can_run(self) -> bool:
        option = self._session.machine.option(*self.key)
        return option is None or option.runnable

    def _is_ours(self, file: LocalFile) -> bool:
        return Path(file.path).is_relative_to(self._session.settings.weights_folder)

    def _chat(self) -> None:
        self._session.chat_with(self.key)

    def _get(self) -> None:
        self._session.library.get(self.key)

    def _verify(self) -> None:
        if (file := self._weights()) is not None:
            self._session.library.verify(file)

    def _ask_to_remove(self) -> None:
        file = self._weights()
        if file is None:
            return
        text = self.tr("Remove %1 from this disk? It can be downloaded again.")
        if not self.key[0]:
            text = self.tr("Remove %1 from this disk? The catalogue does not know this file: it may be the only copy.")
        answers = [(self.tr("Remove %1").replace("%1", words.size_gb(file.bytes)), self._remove)]
        self.question.say(text.replace("%1", self.title), [*answers, (self.tr("Keep"), self._keep)])

    def _remove(self) -> None:
        self.question.say("")
        if (file := self._weights()) is not None:
            self._session.library.remove(file)

    def _keep(self) -> None:
        self.question.say("")
        self.remove.setFocus()

    def _fill_details(self) -> None:
        self._details.show_lines(self._detail_lines())

    def _detail_lines(self) -> list[tuple[str, str]]:
        model, build = self._session.machine.model(self.key[0]), self._session.machine.build(*self.key)
        lines: list[tuple[str, str]] = []
        if model is not None and build is not None:
            if build.why:
                lines.append((self.tr("About"), build.why))
            lines.append((self.tr("Publisher"), build.publisher))
            lines.append((self.tr("Licence"), f"{model.licence} · {model.licence_url}"))
            lines.append((self.tr("Takes in"), ", ".join(model.modalities)))
            if build.weights.repo:
                lines.append((self.tr("Source"), f"{build.weights.repo} / {build.weights.file}"))
            if build.weights.sha256:
                lines.append((self.tr("Published SHA-256"), build.weights.sha256))
        for file in self._session.library.of(self.key):
            lines.append((self.tr("File"), file.path))
            if file.sha256:
                lines.append((self.tr("SHA-256 computed here"), file.sha256))
        return lines


class Details(QWidget):
    """Names and values that can be selected and copied; hashes and paths in the fixed font."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GAP_L)
        self._grid.setVerticalSpacing(GAP_S - 2)
        self._grid.setColumnStretch(1, 1)
        self._shown: list[tuple[str, str]] = []

    def show_lines(self, lines: list[tuple[str, str]]) -> None:
        if lines == self._shown:
            return
        self._shown = lines
        clear(self._grid)
        for number, (name, value) in enumerate(lines):
            exact = "/" in value or "\\" in value or len(value) == _SHA256_DIGITS
            text = exact_text(value) if exact else label(value, selectable=True)
            text.setAccessibleName(f"{name}: {value}")
            self._grid.addWidget(label(name, "muted", wrap=False), number, 0)
            self._grid.addWidget(text, number, 1)
