"""Models: what is on this disk, and what could be."""

from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gemfit.ui import theme, words
from gemfit.ui.models.row import ModelRow
from gemfit.ui.parts import Notice, Page, label
from gemfit.ui.session import Session
from gemfit.ui.theme import GAP_S
from gemfit.ui.viewmodels.library import Key, key_of


class ModelsPage(Page):
    """Two lists of rows; a row moves from one to the other when its weights come or go."""

    def __init__(self, session: Session) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("Models"))
        self._session = session
        self._rows: dict[Key, ModelRow] = {}
        self.notice = Notice()
        self._state = label(role="muted")
        self._here_box, self._more_box = QVBoxLayout(), QVBoxLayout()
        self._nothing = label(
            self.tr("Nothing yet. Get a model below, or let Home choose one for this machine."), "muted"
        )
        self._used = label(role="muted", wrap=False)
        self._lists = QWidget()
        self._lay_out()
        session.library.changed.connect(self.refresh)
        session.machine.changed.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        self.column.addWidget(theme.heading(label(self.tr("Models"), wrap=False)))
        self.column.addWidget(self.notice)
        self.column.addWidget(self._state)
        self.column.addWidget(self._lists)
        self.column.addStretch(1)
        box = QVBoxLayout(self._lists)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(GAP_S)
        box.addWidget(theme.heading(label(self.tr("On this disk"), wrap=False), 2))
        box.addWidget(self._used)
        box.addWidget(self._nothing)
        box.addLayout(self._here_box)
        box.addSpacing(GAP_S)
        box.addWidget(theme.heading(label(self.tr("To download"), wrap=False), 2))
        box.addLayout(self._more_box)
        for layout in (self._here_box, self._more_box):
            layout.setSpacing(GAP_S)

    def row(self, key: Key) -> ModelRow | None:
        return self._rows.get(key)

    @Slot()
    def refresh(self) -> None:
        library, machine = self._session.library, self._session.machine
        failed = machine.problem if machine.catalog is None else ""
        problem = failed or library.problem
        again = machine.probe if failed else library.refresh
        self.notice.say(problem, [(self.tr("Look again"), again)])
        ready = library.scanned and machine.catalog is not None
        self._state.setVisible(not ready and not problem)
        self._state.setText(self.tr("Looking at what is on this disk …"))
        self._lists.setVisible(ready)
        if ready:
            self._sort_rows()

    def _sort_rows(self) -> None:
        library = self._session.library
        here = list(dict.fromkeys(key_of(file) for file in library.files))
        more = [key for key in self._catalog_keys() if key not in here]
        for key in set(self._rows) - set(here) - set(more):
            gone = self._rows.pop(key)
            gone.hide()
            gone.deleteLater()
        for box, keys in ((self._here_box, here), (self._more_box, more)):
            for place, key in enumerate(keys):
                row = self._rows.get(key) or ModelRow(self._session, key)
                self._rows[key] = row
                if box.indexOf(row) != place:
                    box.insertWidget(place, row)
                row.refresh()
        self._nothing.setVisible(not here)
        folder = self._session.settings.weights_folder
        used = sum(f.bytes for f in library.files if Path(f.path).is_relative_to(folder))
        self._used.setVisible(used > 0)
        self._used.setText(self.tr("%1 in %2").replace("%1", words.size_gb(used)).replace("%2", str(folder)))

    def _catalog_keys(self) -> list[Key]:
        catalog = self._session.machine.catalog
        return [(m.id, b.id) for m in catalog.models for b in m.builds] if catalog else []
