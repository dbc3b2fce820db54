"""Things that can be done with a row, and the menu of them."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from gemfit.ui import theme


class Action(NamedTuple):
    """What it is called, what it does, and the keys that do the same in the row; `keys` are only shown."""

    text: str
    run: Callable[[], object]
    icon: str = ""
    keys: str = ""
    enabled: bool = True


def menu_of(parent: QWidget, actions: Sequence[Action]) -> QMenu:
    """The context menu; it goes away when it closes."""
    menu = QMenu(parent)
    menu.setAccessibleName(parent.accessibleName())
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for action in actions:
        made = menu.addAction(action.text)
        if action.icon:
            made.setIcon(theme.icon(action.icon))
        if action.keys:
            made.setShortcut(QKeySequence(action.keys))
            made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # the row itself listens to the keys
        made.setEnabled(action.enabled)
        made.triggered.connect(lambda _checked=False, run=action.run: run())
    return menu


def is_menu_key(event: QKeyEvent) -> bool:
    """The Menu key, or Shift+F10."""
    shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    return event.key() == Qt.Key.Key_Menu or (shift and event.key() == Qt.Key.Key_F10)
