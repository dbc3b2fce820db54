"""Where else weights are looked for: folders of one's own, shares, and the stores of other programs."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFileDialog, QVBoxLayout, QWidget

from gemfit.ui.parts import Elided, button, clear, label, row
from gemfit.ui.session import Session
from gemfit.ui.theme import GAP_S


class FolderList(QWidget):
    """The folders, each with a button that takes it out of the list; nothing in a folder is ever changed."""

    def __init__(self, session: Session, change: Callable[..., None]) -> None:
        super().__init__()
        self._session, self._change = session, change
        self.setAccessibleName(self.tr("More folders"))
        self.others = QCheckBox(self.tr("Also use what other programs keep on this computer"))
        self.others.setChecked(session.settings.use_other_stores)
        self.others.toggled.connect(lambda on: self._change(use_other_stores=on))
        self.add_button = button(self.tr("Add a folder…"), self._choose, icon="folder")
        explained = label(
            self.tr("Models there are used where they are. Nothing there is changed or removed."), "muted"
        )
        self._lines = QVBoxLayout()
        self._lines.setSpacing(GAP_S)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(GAP_S)
        box.addLayout(self._lines)
        box.addLayout(row(self.add_button))
        box.addWidget(self.others)
        box.addWidget(explained)
        self._show()

    def add(self, folder: Path) -> None:
        """Look for weights there as well."""
        folders = self._session.settings.model_folders
        if str(folder) not in folders:
            self._change(model_folders=[*folders, str(folder)])
            self._show()

    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("A folder with models"))
        if chosen:
            self.add(Path(chosen))

    def _remove(self, folder: str) -> None:
        self._change(model_folders=[other for other in self._session.settings.model_folders if other != folder])
        self._show()
        self.add_button.setFocus()

    def _show(self) -> None:
        clear(self._lines)
        for folder in self._session.settings.model_folders:
            shown = Elided(folder)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            gone = button(self.tr("Take out"), partial(self._remove, folder), "link")
            gone.setAccessibleName(f"{gone.text()}: {folder}")
            holder = QWidget()
            line = row(shown, stretch_last=True)
            line.setContentsMargins(0, 0, 0, 0)
            line.addWidget(gone)
            holder.setLayout(line)
            self._lines.addWidget(holder)
