"""What a person wants of the model: which way to lean, and whether it shall see and hear."""

from typing import cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QRadioButton, QWidget

from gemfit.fit.types import Goal, Wish
from gemfit.ui.parts import Flow, label
from gemfit.ui.theme import GAP_M

GOALS: tuple[Goal, ...] = ("smallest", "balanced", "best")


class Wishes(QWidget):
    """Three ways to lean, of which one holds, and a check box. The arrow keys move between the three.

    `goal_chosen(goal)`, `media_chosen(wanted)`: another one was taken.
    """

    goal_chosen = Signal(str)
    media_chosen = Signal(bool)

    def __init__(self, wish: Wish) -> None:
        super().__init__()
        box = Flow(GAP_M)
        self.setLayout(box)
        choice = QWidget()
        choice.setAccessibleName(self.tr("What matters most"))
        line = QHBoxLayout(choice)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        name = label(choice.accessibleName(), wrap=False)
        box.addWidget(name)
        self._group = QButtonGroup(self)
        for number, (text, explained) in enumerate(self._texts()):
            line.addWidget(self._segment(number, text, explained))
        box.addWidget(choice)
        self.media = QCheckBox(self.tr("with pictures and sound"))
        self.media.setAccessibleName(self.media.text())
        explained = self.tr("Keep memory for the part that sees and hears, and leave out models that cannot.")
        self.media.setToolTip(explained)
        self.media.setAccessibleDescription(explained)
        for beside in (name, self.media):
            beside.setMinimumHeight(choice.sizeHint().height())  # on one line with the three
        box.addWidget(self.media)
        self._group.button(GOALS.index(wish.goal)).setChecked(True)
        self.media.setChecked(wish.media)
        self._group.idToggled.connect(self._toggled)
        self.media.toggled.connect(self.media_chosen)

    def button(self, goal: Goal) -> QRadioButton:
        return cast("QRadioButton", self._group.button(GOALS.index(goal)))

    def _texts(self) -> tuple[tuple[str, str], ...]:
        """In the order of GOALS."""
        return (
            (self.tr("Smallest"), self.tr("The least memory and the smallest download that still runs well.")),
            (self.tr("Balanced"), self.tr("The best answers at comfortable reading speed, with memory to spare.")),
            (self.tr("Best answers"), self.tr("The best answers that fit, even if they come slowly.")),
        )

    def _segment(self, number: int, text: str, explained: str) -> QRadioButton:
        made = QRadioButton(text)
        made.setProperty("kind", "segment")
        made.setProperty("end", {0: "first", len(GOALS) - 1: "last"}.get(number, ""))
        made.setAccessibleName(text)
        made.setAccessibleDescription(explained)
        made.setToolTip(explained)
        self._group.addButton(made, number)
        return made

    def _toggled(self, number: int, checked: bool) -> None:
        if checked:
            self.goal_chosen.emit(GOALS[number])
