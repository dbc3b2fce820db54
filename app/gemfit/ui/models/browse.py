"""Any model on the Hub: a search, its results with the catalogue's models first, and the files of a repository."""

from functools import partial
from typing import TypeVar

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from gemfit.ui import theme
from gemfit.ui.models.browse_rows import CatalogRow, FileRow, RepositoryRow
from gemfit.ui.parts import Notice, Page, button, clear, exact_text, label, row
from gemfit.ui.session import Session
from gemfit.ui.theme import GAP_S
from gemfit.ui.viewmodels.browse import BrowseModel

R = TypeVar("R", bound=QWidget)


class BrowsePage(Page):
    """`closed`: back to the list of models. Nothing is asked of the Hub before Enter or a button."""

    closed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("Models on the Hub"))
        self._session = session
        self.model = BrowseModel(session)
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Words, OWNER/ or OWNER/NAME"))
        self.field.setAccessibleName(self.tr("Search the Hub"))
        self.field.setClearButtonEnabled(True)
        self.field.setMaxLength(200)
        self.search_button = button(self.tr("Search"), self._search, "primary", "search")
        self.stop_button = button(self.tr("Stop"), self.model.stop, icon="stop")
        self.more_button = button(self.tr("More results"), self._more)
        self.back_button = button(self.tr("Back to the results"), self.model.close_repository, "link")
        self.notice = Notice()
        self.state = label(role="muted")
        self._intro = label(
            self.tr(
                "Search all repositories with GGUF files, and see what fits this machine before a download. The Hub is "
                "asked when you search, not while you type."
            ),
            "muted",
        )
        self._results, self._repository = QWidget(), QWidget()
        self._first_box, self._found_box, self._files_box = QVBoxLayout(), QVBoxLayout(), QVBoxLayout()
        self._shown: object = None
        self._focus_row = -1  # the row to go to when the results are there
        self._lay_out()
        self.field.returnPressed.connect(self._search)
        self.model.changed.connect(self.refresh)
        self.model.fits.changed.connect(self._refresh_file)
        session.library.changed.connect(self._refresh_rows)
        session.library.progressed.connect(self._refresh_rows)
        session.machine.changed.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        back = button(self.tr("Back to the models"), self.closed.emit, "link")
        self.column.addLayout(row(back))
        self.column.addWidget(theme.heading(label(self.tr("Models on the Hub"), wrap=False)))
        self.column.addWidget(self._intro)
        line = row(self.field, self.search_button, self.stop_button)
        line.setStretch(0, 1)
        line.takeAt(line.count() - 1)
        self.column.addLayout(line)
        self.column.addWidget(self.notice)
        self.column.addWidget(self.state)
        self.column.addWidget(self._results)
        self.column.addWidget(self._repository)
        self.column.addStretch(1)
        self._lay_out_results()
        self._lay_out_repository()

    def _lay_out_results(self) -> None:
        box = QVBoxLayout(self._results)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(GAP_S)
        self._first_heading = theme.heading(label(self.tr("Gemma 4, checked by Gemfit"), wrap=False), 2)
        self._found_heading = theme.heading(label(self.tr("On the Hub"), wrap=False), 2)
        box.addWidget(self._first_heading)
        box.addLayout(self._first_box)
        box.addSpacing(GAP_S)
        box.addWidget(self._found_heading)
        box.addLayout(self._found_box)
        box.addLayout(row(self.more_button))
        for inner in (self._first_box, self._found_box, self._files_box):
            inner.setSpacing(GAP_S)

    def _lay_out_repository(self) -> None:
        box = QVBoxLayout(self._repository)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(GAP_S)
        self._repo_name: QLabel = theme.heading(label(selectable=True), 2)
        self._repo_facts = label(role="muted")
        self._page = exact_text("")
        self._page.setAccessibleName(self.tr("Page of the repository"))
        self._gated = label(role="caution")
        self._left_out = label(role="muted")
        box.addLayout(row(self.back_button))
        for widget in (self._repo_name, self._repo_facts, self._gated, self._page):
            box.addWidget(widget)
        box.addLayout(self._files_box)
        box.addWidget(self._left_out)

    @Slot()
    def _search(self) -> None:
        self.model.search(self.field.text())

    @Slot()
    def refresh(self) -> None:
        """Take over the state of the model."""
        model = self.model
        asking = model.opening or model.state == "asking"
        self.stop_button.setVisible(asking)
        self.search_button.setEnabled(not asking)
        self.notice.say(model.trouble, [(self.tr("Try again"), model.try_again)] if model.trouble else [])
        self.state.setText(self._state_text())
        self.state.setVisible(bool(self.state.text()))
        self._intro.setVisible(not model.opened)
        self._results.setVisible(not model.opened)
        self._repository.setVisible(bool(model.opened))
        self.back_button.setVisible(bool(model.opened))
        self.more_button.setVisible(bool(model.more) and not asking and not model.trouble)
        shown = (id(model.listing), model.opened, tuple(model.results), tuple(one.id for one in model.first()))
        if shown != self._shown:
            self._shown = shown
            self._fill_results()
            self._fill_repository()
        self._refresh_rows()

    def _state_text(self) -> str:
        model = self.model
        if model.opening:
            return self.tr("Asking which files %1 has …").replace("%1", model.opened)
        if model.opened:
            empty = model.listing is not None and not model.listing.files
            return self.tr("It has no GGUF files, and only those can be run here.") if empty else ""
        if model.state == "asking":
            return self.tr("Searching …")
        if model.state == "found" and not model.results:
            return self.tr("The Hub has no repository with GGUF files that matches. Try fewer words, or an owner.")
        return ""

    def _more(self) -> None:
        self._focus_row = len(self.model.results)
        self.model.go_on()

    def _fill_results(self) -> None:
        model, first = self.model, self.model.first()
        clear(self._first_box)
        for one in first:
            self._first_box.addWidget(CatalogRow(self._session, one))
        shown = [one.title for one in _rows(self._found_box, RepositoryRow)]
        if shown != [one.repo for one in model.results[: len(shown)]]:
            clear(self._found_box)
            shown = []
        catalog = self._session.machine.catalog
        known = {f.repo for m in catalog.models for b in m.builds for f in b.files} if catalog else set()
        for result in model.results[len(shown) :]:
            self._found_box.addWidget(RepositoryRow(result, result.repo in known, self._open))
        self._first_heading.setVisible(bool(first))
        self._found_heading.setVisible(bool(model.results))
        found = _rows(self._found_box, RepositoryRow)
        if 0 <= self._focus_row < len(found) and not model.opened:
            found[self._focus_row].files.setFocus()
            QTimer.singleShot(0, found[self._focus_row], partial(self.ensureWidgetVisible, found[self._focus_row]))
            self._focus_row = -1

    def _open(self, repo: str) -> None:
        self._focus_row = [one.repo for one in self.model.results].index(repo)
        self.model.open(repo)
        self.back_button.setFocus()
        self.verticalScrollBar().setValue(0)

    def _fill_repository(self) -> None:
        clear(self._files_box)
        listing = self.model.listing
        self._repo_name.setText(self.model.opened)
        self._repo_facts.setVisible(listing is not None)
        self._page.setVisible(listing is not None)
        self._gated.setVisible(listing is not None and listing.about.gated)
        self._left_out.setVisible(listing is not None and listing.left_out > 0)
        if listing is None:
            return
        about = listing.about
        licence = about.licence or self.tr("not said")
        facts = [self.tr("Licence: %1").replace("%1", licence)]
        facts.append(self.tr("version %1").replace("%1", listing.revision[:8]))
        self._repo_facts.setText(" · ".join(facts))
        self._page.setText(listing.page)
        self._page.setCursorPosition(0)
        self._gated.setText(
            self.tr("Its licence has to be accepted first, on this page while signed in; then set a token in Settings.")
        )
        self._left_out.setText(
            self.tr("%1 files have names that cannot be used, and are not listed.").replace("%1", str(listing.left_out))
        )
        for file in listing.files:
            self._files_box.addWidget(FileRow(self.model, self._session, file))

    def rows(self) -> list[FileRow]:
        """The files that are shown."""
        return _rows(self._files_box, FileRow)

    @Slot()
    @Slot(object)
    def _refresh_rows(self, _key: object = None) -> None:
        for one in _rows(self._first_box, CatalogRow):
            one.refresh()
        for file in self.rows():
            file.refresh()

    @Slot(str)
    def _refresh_file(self, name: str) -> None:
        for file in self.rows():
            if file.offered.parts[0].name == name or file.offered.name == name:
                file.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self.model.opened:
            self.field.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes one step back."""
        if event.key() == Qt.Key.Key_Escape:
            if self.model.opened:
                self.model.close_repository()
            else:
                self.closed.emit()
            return
        super().keyPressEvent(event)


def _rows(layout: QVBoxLayout, kind: type[R]) -> list[R]:
    """The rows of that kind in a layout."""
    items = (layout.itemAt(number) for number in range(layout.count()))
    widgets = (item.widget() for item in items if item is not None)
    return [widget for widget in widgets if isinstance(widget, kind)]
