"""The check boxes for what goes with the weights."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from gemfit.catalog.types import CatalogFile
from gemfit.ui import words
from gemfit.ui.models.facts import role_name
from gemfit.ui.parts import Flow, label


class PartBoxes(QWidget):
    """A check box for each file that goes with the weights: pictures and sound, drafter."""

    changed = Signal()

    def __init__(self, title: str, files: list[CatalogFile]) -> None:
        super().__init__()
        flow = Flow()
        self.setLayout(flow)
        flow.addWidget(label(self.tr("With it:"), "muted", wrap=False))
        self._boxes: dict[str, QCheckBox] = {}
        for file in files:
            if file.role not in self._boxes:
                self._boxes[file.role] = self._box(title, file)
                flow.addWidget(self._boxes[file.role])
        self._offered: set[str] = set()
        self.hide()

    def _box(self, title: str, file: CatalogFile) -> QCheckBox:
        n_bytes = file.bytes or file.approx_bytes or 0
        text = role_name(file.role)
        made = QCheckBox(f"{text}, {words.size_gb(n_bytes)}" if n_bytes else text)
        made.setAccessibleName(f"{made.text()}: {title}")
        made.setToolTip(file.why)
        made.toggled.connect(self.changed)
        return made

    def box(self, role: str) -> QCheckBox:
        return self._boxes[role]

    def offer(self, roles: set[str]) -> None:
        self._offered = roles
        for role, box in self._boxes.items():
            box.setVisible(role in roles)

    def any_offered(self) -> bool:
        return bool(self._offered)

    def chosen(self) -> tuple[str, ...]:
        """The roles that are ticked and not here."""
        return tuple(role for role, box in self._boxes.items() if role in self._offered and box.isChecked())
