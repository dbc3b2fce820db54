"""The list of conversations: new, search, open, rename, delete."""

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QMenu, QVBoxLayout, QWidget

from gemfit.chat.store import Summary
from gemfit.ui import theme
from gemfit.ui.chat.buttons import tool_button

_ID = Qt.ItemDataRole.UserRole


class _List(QListWidget):
    """Delete deletes, F2 renames, Enter opens."""

    delete_pressed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.currentItem() is not None:
            self.delete_pressed.emit()
        else:
            super().keyPressEvent(event)


class ConversationList(QWidget):
    """Signals: `new_chat()`, `searched(str)`, `chosen(str)`, `renamed(str, str)`, `deleted(str)`: ids and titles."""

    new_chat = Signal()
    searched = Signal(str)
    chosen = Signal(str)
    renamed = Signal(str, str)
    deleted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("Search chats"))
        self.search.setAccessibleName(self.tr("Search chats"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self.searched)
        self.new = tool_button(self, "plus", self.tr("New chat"))
        self.new.clicked.connect(self.new_chat)
        self.list = _List(self)
        self.list.setAccessibleName(self.tr("Chats"))
        self.list.setEditTriggers(QListWidget.EditTrigger.EditKeyPressed)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._menu)
        self.list.itemClicked.connect(self._open)
        self.list.itemActivated.connect(self._open)
        self.list.itemChanged.connect(self._renamed)
        self.list.delete_pressed.connect(self.delete_current)
        head = QHBoxLayout()
        head.setSpacing(theme.GAP_XS)
        head.addWidget(self.search, 1)
        head.addWidget(self.new)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.GAP_S, theme.GAP_S, 0, theme.GAP_S)
        box.setSpacing(theme.GAP_S)
        box.addLayout(head)
        box.addWidget(self.list, 1)

    def show_list(self, summaries: list[Summary], current: str) -> None:
        """Show these, with the open one marked."""
        self.list.blockSignals(True)
        self.list.clear()
        for summary in summaries:
            item = QListWidgetItem(summary.title or self.tr("Untitled"), self.list)
            item.setData(_ID, summary.id)
            item.setToolTip(summary.title)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            if summary.id == current:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)

    def mark(self, current: str) -> None:
        """Mark the open conversation; none for one that is not in the list."""
        self.list.blockSignals(True)
        self.list.setCurrentRow(-1)
        for row in range(self.list.count()):
            if self.list.item(row).data(_ID) == current:
                self.list.setCurrentRow(row)
        self.list.blockSignals(False)

    @Slot()
    def delete_current(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.deleted.emit(item.data(_ID))

    @Slot()
    def rename_current(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.list.editItem(item)

    @Slot(QListWidgetItem)
    def _open(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(_ID))

    @Slot(QListWidgetItem)
    def _renamed(self, item: QListWidgetItem) -> None:
        self.renamed.emit(item.data(_ID), item.text())

    @Slot(QPoint)
    def _menu(self, at: QPoint) -> None:
        item = self.list.itemAt(at)
        if item is None:
            return
        self.list.setCurrentItem(item)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Rename"), self.rename_current)
        menu.addAction(self.tr("Delete"), self.delete_current)
        menu.popup(self.list.viewport().mapToGlobal(at))
