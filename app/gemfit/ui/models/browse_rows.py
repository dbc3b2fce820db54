"""The rows of Browse: a model of the catalogue, a repository of the Hub, and a file of one."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from gemfit.catalog.load import preferred_build
from gemfit.catalog.types import Model
from gemfit.fit.by_size import SizeEstimate
from gemfit.fit.types import Verdict
from gemfit.library.listing import Offered
from gemfit.library.queue import QueuedFile
from gemfit.library.repository import Repository
from gemfit.ui import theme, words
from gemfit.ui.home.cells import verdict_text
from gemfit.ui.models.facts import role_name
from gemfit.ui.parts import Elided, button, label, set_role
from gemfit.ui.session import Session
from gemfit.ui.theme import GAP_M, GAP_S
from gemfit.ui.viewmodels.browse import BrowseModel

if TYPE_CHECKING:
    from gemfit.measured.hub_fit import HubFit

TEXT_WIDTH = 300  # pixels that it gets at least beside the buttons
ROLES: dict[Verdict, str] = {"fits": "good", "tight": "caution", "no": "bad"}


class _Row(QFrame):
    """A title, a muted line of facts, a line about the fit, and buttons at the end."""

    def __init__(self, title: str, facts: str) -> None:
        super().__init__()
        self.setProperty("kind", "row")
        self.title = title
        self.setAccessibleName(title)
        name = Elided()
        name.setText(title)
        name.setTextFormat(Qt.TextFormat.PlainText)
        self._facts = label(facts, "muted")
        self.fit, self.detail = label(), label(role="muted")
        self.fit.hide()
        self.detail.hide()
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(GAP_S)
        self.buttons.addStretch(1)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        for text in (theme.heading(name, 2), self._facts, self.fit, self.detail):
            texts.addWidget(text)
        inside = self._inside = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        inside.setContentsMargins(GAP_M, GAP_S + 4, GAP_M, GAP_S + 4)
        inside.setSpacing(GAP_S)
        inside.addLayout(texts, 1)
        inside.addLayout(self.buttons)
        self._describe()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Where it is narrow the buttons are below the text."""
        wide = self.width() >= TEXT_WIDTH + self.buttons.sizeHint().width()
        directions = QBoxLayout.Direction
        self._inside.setDirection(directions.LeftToRight if wide else directions.TopToBottom)

    def add_button(self, text: str, action: Callable[[], object], icon: str = "", kind: str = "") -> QPushButton:
        made = button(text, action, kind, icon)
        made.setAccessibleName(f"{text}: {self.title}")
        self.buttons.addWidget(made)
        return made

    def say_fit(self, text: str, role: str = "", detail: str = "") -> None:
        """What the row says of the fit, and more quietly what else; what is empty is hidden."""
        for line, said in ((self.fit, text), (self.detail, detail)):
            line.setText(said)
            line.setVisible(bool(said))
        set_role(self.fit, role)
        self._describe()
        self._arrange()

    def _describe(self) -> None:
        texts = (self._facts.text(), self.fit.text(), self.detail.text())
        self.setAccessibleDescription(" · ".join(text for text in texts if text))


class CatalogRow(_Row):
    """A model of the catalogue in its preferred format: sizes and hashes are known, the fit is computed."""

    def __init__(self, session: Session, model: Model) -> None:
        self._session, build = session, preferred_build(model)
        self._key = (model.id, build.id)
        size = words.size_gb(build.weights.bytes or build.weights.approx_bytes or 0)
        super().__init__(f"{model.name} · {build.title}", f"{size} · {model.licence} · {build.publisher}")
        self.get = self.add_button(self.tr("Get"), lambda: session.library.get(self._key), "download")
        self.refresh()

    def refresh(self) -> None:
        library, option = self._session.library, self._session.machine.option(*self._key)
        here, on_its_way = library.local(self._key) is not None, library.downloads.entry(self._key)
        self.get.setVisible(not here and (on_its_way is None or on_its_way.state == "done"))
        if here:
            self.say_fit(self.tr("Here already."), "good")
        elif not self.get.isVisibleTo(self):
            self.say_fit(self.tr("On its way: see the list of models."), "accent")
        elif option is not None:
            self.say_fit(verdict_text(option), ROLES[option.verdict])


class RepositoryRow(_Row):
    """One result of the search."""

    def __init__(self, one: Repository, known: bool, open_: Callable[[str], None]) -> None:
        super().__init__(one.repo, _about(one, known))
        self.files = self.add_button(self.tr("Files"), lambda: open_(one.repo), "chevron-right")
        if one.gated:
            self.say_fit(self.tr("Its licence has to be accepted on the Hub first."), "caution")


def _about(one: Repository, known: bool) -> str:
    said = [QCoreApplication.translate("Browse", "In Gemfit's catalogue")] if known else []
    if one.architecture:
        said.append(one.architecture)
    if one.parameters:
        billions = QCoreApplication.translate("Browse", "%1 billion parameters").replace(
            "%1", words.rate(one.parameters / 1e9)
        )
        said.append(billions)
    if one.downloads is not None:
        said.append(QCoreApplication.translate("Browse", "%1 downloads").replace("%1", words.count(one.downloads)))
    if one.changed_at:
        said.append(QCoreApplication.translate("Browse", "changed %1").replace("%1", one.changed_at[:10]))
    said.append(one.licence or QCoreApplication.translate("Browse", "licence not said"))
    return " · ".join(said)


class FileRow(_Row):
    """A file of the open repository: its size, how it would fit, and getting it."""

    def __init__(self, model: BrowseModel, session: Session, offered: Offered) -> None:
        self._model, self._session, self.offered = model, session, offered
        facts = [offered.format, words.size_gb(offered.bytes)]
        facts += [role_name(offered.role)] if offered.role != "weights" else []
        facts += [self.tr("In Gemfit's catalogue")] if model.catalogued(offered) else []
        super().__init__(offered.name, " · ".join(filter(None, facts)))
        self.ask = self.add_button(self.tr("Fit by the engine"), lambda: model.fits.ask(offered), "machine")
        self.ask.setToolTip(
            self.tr("Fetches the header of the file, some 16 MB, and asks the engine how it lays it out.")
        )
        self.stop = self.add_button(self.tr("Stop"), model.fits.stop, "stop")
        self.chat = self.add_button(self.tr("Chat"), self._chat, "chat")
        self.get = self.add_button(self.tr("Get"), lambda: model.get(offered), "download")
        self.refresh()

    def refresh(self) -> None:
        """Take over what is known now."""
        model, offered = self._model, self.offered
        here, queued, asking = model.here(offered), model.queued(offered), model.fits.asking(offered)
        obstacle = model.obstacle(offered)
        self.ask.setVisible(asking is None and model.fits.can_ask(offered) and model.fits.word(offered) is None)
        self.stop.setVisible(asking is not None)
        self.chat.setVisible(here is not None and here.role == "weights" and here.sha256 is not None)
        self.get.setVisible(here is None and queued is None and not obstacle)
        fit, trouble = model.fits.word(offered), model.fits.trouble(offered)
        guess = model.fits.estimate(offered)
        if asking is not None:
            self.say_fit(_asking(asking.done_bytes), "muted")
        elif obstacle:
            self.say_fit(obstacle, "caution")
        elif trouble:
            self.say_fit(trouble, "bad")
        elif fit is not None:
            self.say_fit(fit_text(fit), ROLES[fit.verdict], fit_detail(fit))
        else:
            self.say_fit(estimate_text(guess) if guess else "", "muted")
        state = self.tr("Here already.") if here is not None else _queued(queued) if queued is not None else ""
        if state:
            lines = "\n".join(text for text in (self.fit.text(), self.detail.text()) if text)
            self.say_fit(state, "good" if here is not None else "accent", lines)

    def _chat(self) -> None:
        here = self._model.here(self.offered)
        if here is not None:
            from gemfit.ui.viewmodels.jobs import key_of

            self._session.chat_with(key_of(here))


def verdict_word(verdict: Verdict) -> str:
    """A shape and a word."""
    return {
        "fits": "● " + QCoreApplication.translate("Browse", "fits"),
        "tight": "◐ " + QCoreApplication.translate("Browse", "tight"),
        "no": "○ " + QCoreApplication.translate("Browse", "does not fit"),
    }[verdict]


def estimate_text(found: SizeEstimate) -> str:
    """By the size alone: said to be an estimate."""
    text = QCoreApplication.translate("Browse", "By its size alone: %1, about %2 of memory (estimated)")
    if found.partly:
        text = QCoreApplication.translate("Browse", "By its size alone: %1 on GPU and processor, about %2 (estimated)")
    return text.replace("%1", verdict_word(found.verdict)).replace("%2", words.size(found.needed_bytes))


def fit_text(found: "HubFit") -> str:
    """The engine's word."""
    text = QCoreApplication.translate("Browse", "By the engine: %1 · %2 of memory, %3 free on %4")
    text = text.replace("%1", verdict_word(found.verdict)).replace("%2", words.size(found.total_bytes))
    return text.replace("%3", words.size(found.available_bytes)).replace("%4", found.device)


def fit_detail(found: "HubFit") -> str:
    """The context, the speed with where that is from, and what there is to say of the plan."""
    said = []
    if found.max_context:
        context = QCoreApplication.translate("Browse", "Context of %1 tokens, at most %2 here").replace(
            "%1", words.count(found.context_tokens)
        )
        said.append(context.replace("%2", words.count(found.max_context)))
    if found.verdict != "no" and found.speed.generation_tps is not None:
        speed = {
            "calibrated": QCoreApplication.translate("Browse", "~%1 tokens/s, as calibrated here"),
            "published": QCoreApplication.translate("Browse", "~%1 tokens/s, by published figures of like hardware"),
        }.get(found.speed.source, QCoreApplication.translate("Browse", "~%1 tokens/s"))
        said.append(speed.replace("%1", words.rate(found.speed.generation_tps)))
    template = {
        "known": QCoreApplication.translate("Browse", "its template is known"),
        "unknown": QCoreApplication.translate("Browse", "its template is not known and runs in the sandbox"),
        "none": QCoreApplication.translate("Browse", "without a template for chats"),
    }[found.card.template]
    said.append(f"{found.card.architecture}, {template}")
    sentences = [words.text(sentence) for sentence in (*found.reasons, *found.notes)]
    return "\n".join(filter(None, [" · ".join(said), *sentences]))


def _asking(done_bytes: int) -> str:
    if not done_bytes:
        return QCoreApplication.translate("Browse", "Asking for the header …")
    return QCoreApplication.translate("Browse", "Asking for the header … %1").replace("%1", words.size(done_bytes))


def _queued(file: QueuedFile) -> str:
    if file.state == "failed" and file.sentence is not None:
        return words.text(file.sentence)
    if file.state == "downloading" and file.total_bytes:
        percent = f"{100 * file.done_bytes // file.total_bytes} %"
        return QCoreApplication.translate("Browse", "Downloading: %1. See the list of models.").replace("%1", percent)
    return QCoreApplication.translate("Browse", "On its way: see the list of models.")
