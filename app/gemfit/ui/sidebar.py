"""The five pages at the left: icon and word, or the icon alone where there is little room."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QPushButton, QVBoxLayout

from gemfit.ui import theme
from gemfit.ui.theme import GAP_S, GAP_XS

WIDE, NARROW = 184, 60
ICONS = ("home", "chat", "models", "machine", "settings")


class Sidebar(QFrame):
    """`chosen(index)`: a page was asked for."""

    chosen = Signal(int)

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self.setObjectName("sidebar")
        self.setAccessibleName(self.tr("Pages"))
        self._names = names
        self._narrow: bool | None = None
        self._group = QButtonGroup(self)
        box = QVBoxLayout(self)
        box.setContentsMargins(GAP_S, GAP_S + GAP_XS, GAP_S, GAP_S + GAP_XS)
        box.setSpacing(GAP_XS)
        for index, (name, icon) in enumerate(zip(names, ICONS, strict=True)):
            if icon == "settings":
                box.addStretch(1)
            box.addWidget(self._button(index, name, icon))
        self._group.idClicked.connect(self.chosen)
        self.set_narrow(False)

    def set_narrow(self, narrow: bool) -> None:
        if narrow == self._narrow:
            return
        self._narrow = narrow
        self.setFixedWidth(NARROW if narrow else WIDE)
        for index, name in enumerate(self._names):
            button = self._group.button(index)
            button.setText("" if narrow else name)
            button.setProperty("narrow", narrow)
            button.style().polish(button)

    def select(self, index: int) -> None:
        """Show which page is open."""
        self._group.button(index).setChecked(True)

    def _button(self, index: int, name: str, icon: str) -> QPushButton:
        made = QPushButton(name)
        made.setProperty("kind", "nav")
        made.setCheckable(True)
        made.setAccessibleName(name)
        made.setToolTip(self.tr("%1 (Ctrl+%2)").replace("%1", name).replace("%2", str(index + 1)))
        theme.set_icon(made, icon, size=20)
        self._group.addButton(made, index)
        return made
