"""What a device needs of the engine, and the commands for a better one, to copy."""

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from gemfit.machine.advice import Advice
from gemfit.ui import words
from gemfit.ui.machine.copying import copy_button
from gemfit.ui.parts import exact_text, label
from gemfit.ui.theme import GAP_S


class AdviceBox(QWidget):
    """A sentence, and a line for each better build: what it drives the device through, its command, a button."""

    def __init__(self, device: str, advice: Advice) -> None:
        super().__init__()
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(GAP_S)
        inside.addWidget(label(words.text(advice.sentence), "muted" if not advice.offers else "", selectable=True))
        if advice.offers:
            self._lines = QGridLayout()
            self._lines.setHorizontalSpacing(GAP_S)
            self._lines.setVerticalSpacing(GAP_S)
            self._lines.setColumnStretch(1, 1)
            inside.addLayout(self._lines)
            for offer in advice.offers:
                instead = self.tr("Command for %1 on %2").replace("%1", offer.api).replace("%2", device)
                self._add(offer.api, instead, offer.command)
                if offer.beside:
                    beside = self.tr("Command for %1 on %2, beside this engine")
                    name = beside.replace("%1", offer.api).replace("%2", device)
                    self._add(self.tr("beside this one"), name, offer.beside)

    def _add(self, title: str, name: str, text: str) -> None:
        number = self._lines.rowCount()
        command = exact_text(text)
        command.setAccessibleName(f"{name}: {text}")
        copy = copy_button(lambda: text, self.tr("Copy"), f"{self.tr('Copy')}: {name}")
        self._lines.addWidget(label(title, "muted", wrap=False), number, 0)
        self._lines.addWidget(command, number, 1)
        self._lines.addWidget(copy, number, 2)
