"""What a device needs of the engine, and the commands for a better one, to copy."""

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from gemfit.machine.advice import Advice, Offer
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
            for number, offer in enumerate(advice.offers):
                self._add(number, device, offer)

    def _add(self, number: int, device: str, offer: Offer) -> None:
        command = exact_text(offer.command)
        name = self.tr("Command for %1 on %2").replace("%1", offer.api).replace("%2", device)
        command.setAccessibleName(f"{name}: {offer.command}")
        copy = copy_button(lambda: offer.command, self.tr("Copy"), f"{self.tr('Copy')}: {name}")
        self._lines.addWidget(label(offer.api, "muted", wrap=False), number, 0)
        self._lines.addWidget(command, number, 1)
        self._lines.addWidget(copy, number, 2)
