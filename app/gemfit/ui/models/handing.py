"""Handing weights over: what each other program would do with them here, and what Gemfit can do for that."""

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from gemfit.errors import GemfitError
from gemfit.library.handover.types import Handover, Subject
from gemfit.ui import theme, words, worker
from gemfit.ui.parts import Flow, Notice, Page, button, card, clear, exact_text, label, row, set_role
from gemfit.ui.session import Session
from gemfit.ui.theme import GAP_S
from gemfit.ui.viewmodels.jobs import Key
from gemfit.ui.viewmodels.working import Work


class HandOverPage(Page):
    """One card for each program. Nothing is changed or started before its button is pressed and, where another program
    makes something, the question is answered. `closed`: back to the list.
    """

    closed = Signal()
    _told = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("Hand over"))
        self._session = session
        self._subject: Subject | None = None
        self._cancelled = threading.Event()
        self._title = theme.heading(label())
        self.state = label(role="muted")
        self.notice = Notice()
        self._cards = QVBoxLayout()
        self._cards.setSpacing(GAP_S)
        self.back = button(self.tr("Back to the models"), self._leave, "link")
        self.column.addLayout(row(self.back))
        for widget in (self._title, self.state, self.notice):
            self.column.addWidget(widget)
        self.column.addLayout(self._cards)
        self.column.addStretch(1)
        self._told.connect(self._say)

    def show_key(self, key: Key, title: str) -> None:
        """Ask what can be done with these weights, on a thread."""
        self._title.setText(self.tr("Hand over %1").replace("%1", title))
        self.notice.say("")
        self._say(self.tr("Looking for other programs …"))
        clear(self._cards)
        settings, catalog = self._session.settings, self._session.machine.catalog
        local = self._session.library.local(key)
        if catalog is None or local is None:
            return
        folder, context_tokens, path = settings.weights_folder, self._session.machine.context_tokens, Path(local.path)

        def ask() -> tuple[Subject, list[Handover]]:
            from gemfit.library.handover.subject import of_file
            from gemfit.library.handover.targets import offers

            subject = of_file(path, catalog, folder)
            return subject, offers(subject, context_tokens)

        worker.run(ask, self._show, self._failed)

    @Slot(str)
    def _say(self, text: str) -> None:
        self.state.setText(text)
        self.state.setVisible(bool(text))

    def _show(self, found: tuple[Subject, list[Handover]]) -> None:
        self._subject, offers = found
        self._say("")
        clear(self._cards)
        for offer in offers:
            self._cards.addWidget(self._card(offer))

    def _card(self, offer: Handover) -> QFrame:
        frame, inside = card()
        frame.setAccessibleName(offer.program)
        inside.addWidget(theme.heading(label(offer.program), 2))
        state = label(self._state_text(offer))
        set_role(state, "muted" if offer.possible else "caution")
        inside.addWidget(state)
        for note in offer.notes:
            inside.addWidget(label(words.text(note), selectable=True))
        if offer.posix:
            inside.addLayout(self._copied(self.tr("Command"), offer.program, offer.posix))
        if offer.document:
            inside.addLayout(self._copied(offer.document_name, offer.program, offer.document))
        for sentence in (offer.licence, offer.tested):
            inside.addWidget(theme.small(label(words.text(sentence), "muted", selectable=True)))
        buttons = self._buttons(offer)
        if buttons:
            flow = Flow()
            for made in buttons:
                flow.addWidget(made)
            inside.addLayout(flow)
        return frame

    def _state_text(self, offer: Handover) -> str:
        if not offer.possible:
            return self.tr("It cannot run these weights.")
        if offer.found is None:
            return self.tr("It was not found on this machine.")
        return self.tr("Found: %1").replace("%1", offer.found)

    def _copied(self, name: str, program: str, text: str) -> QVBoxLayout:
        """A text to be copied: one line of it in view, all of it in the clipboard."""
        box = QVBoxLayout()
        shown: QWidget = exact_text(text) if "\n" not in text else label(text, selectable=True)
        if "\n" in text:
            shown.setFont(theme.fixed_font())
        shown.setAccessibleName(f"{program}, {name}: {text}")
        box.addWidget(shown)
        copy = button(self.tr("Copy: %1").replace("%1", name), partial(_copy, text), icon="copy")
        copy.setAccessibleName(f"{copy.text()}, {program}")
        box.addLayout(row(copy))
        return box

    def _buttons(self, offer: Handover) -> list[QWidget]:
        made: list[QWidget] = []
        if offer.possible and "link" in offer.acts:
            made.append(button(self.tr("Put it into LM Studio's folder"), self._ask_to_link))
        if offer.possible and "create" in offer.acts:
            made.append(button(self.tr("Make the model in Ollama…"), self._ask_to_create))
        return made

    def _ask_to_link(self) -> None:
        text = self.tr("Link the file into LM Studio's folder? It takes no more room, and what is there stays.")
        self._ask(text, self.tr("Link it"), self._link)

    def _ask_to_create(self) -> None:
        text = self.tr("Have Ollama make a model of this file? Ollama keeps a copy of its own.")
        self._ask(text, self.tr("Make it"), self._create)

    def _ask(self, text: str, yes: str, action: Callable[[], None]) -> None:
        self.notice.say(text, [(yes, action), (self.tr("Not now"), partial(self.notice.say, ""))])
        self.ensureWidgetVisible(self.notice)

    def _link(self) -> None:
        def link(subject: Subject, cancelled: threading.Event) -> str:
            from gemfit.library.handover import lmstudio

            return "\n".join(file.path for file in lmstudio.link(subject, cancelled=cancelled))

        self._begin(link)

    def _create(self) -> None:
        context_tokens = self._session.machine.context_tokens

        def create(subject: Subject, cancelled: threading.Event) -> str:
            from gemfit.library.handover import ollama

            return ollama.create(subject, context_tokens, on_line=self._told.emit, cancelled=cancelled)

        self._begin(create)

    def _begin(self, act: Callable[[Subject, threading.Event], str]) -> None:
        """Do it, on a thread; who closes the window meanwhile is asked."""
        if self._subject is None:
            return
        cancelled = self._cancelled = threading.Event()
        self.notice.say(self.tr("Handing over …"), [(self.tr("Stop"), cancelled.set)])
        text, fate = (
            self.tr("Weights are being handed over."),
            self.tr("A hand-over that is stopped leaves your files as they are."),
        )
        self._session.working.begin(self, Work(text, fate, cancelled.set))
        worker.run(partial(act, self._subject, cancelled), self._done, self._not_done)

    def _done(self, where: str) -> None:
        self._session.working.end(self)
        self._say("")
        self.notice.say(self.tr("Done: %1").replace("%1", where), [(self.tr("Close"), self._close_notice)])

    def _close_notice(self) -> None:
        self.notice.say("")

    def _not_done(self, error: Exception) -> None:
        self._session.working.end(self)
        self._failed(error)

    def _failed(self, error: Exception) -> None:
        self._say("")
        stopped = isinstance(error, GemfitError) and error.code == "cancelled"
        self.notice.say("" if stopped else words.error_text(error), [(self.tr("Close"), self._close_notice)])

    @Slot()
    def _leave(self) -> None:
        self._cancelled.set()
        self.closed.emit()


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
