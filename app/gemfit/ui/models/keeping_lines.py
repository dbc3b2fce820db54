"""What can be said of the weights here as a whole: undo, what can be reclaimed, newer files, and checking them all."""

from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gemfit.ui import words
from gemfit.ui.models.check_line import CheckLine
from gemfit.ui.parts import Notice, button
from gemfit.ui.session import Session
from gemfit.ui.theme import GAP_S


class KeepingLines(QWidget):
    """Notices that come and go. `check_all` and `look_for_updates` are buttons that the page puts where it likes."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._listing = False
        self.undo = Notice()
        self.leftovers = Notice()
        self.updates = Notice()
        self.checks = CheckLine(session.checking)
        self.check_all = button(self.tr("Check all"), session.checking.check_all, icon="check")
        self.look_for_updates = button(self.tr("Look for newer files"), session.keeping.ask_for_updates, icon="refresh")
        self.check_all.setToolTip(self.tr("Compute the SHA-256 of every file here again and compare it"))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(GAP_S)
        for notice in self._notices():
            box.addWidget(notice)
        session.keeping.changed.connect(self.refresh)
        session.checking.changed.connect(self.refresh)
        session.library.changed.connect(self.refresh)
        self.hide()

    @Slot()
    def refresh(self) -> None:
        keeping = self._session.keeping
        self._show_removal()
        self._show_leftovers()
        self._show_updates()
        self.setVisible(any(not notice.isHidden() for notice in self._notices()))
        complete = [f for f in self._session.library.files if f.complete]
        self.check_all.setEnabled(bool(complete) and not self._session.checking.running)
        self.look_for_updates.setEnabled(bool(complete) and not keeping.asking)

    def _notices(self) -> tuple[QWidget, ...]:
        return self.checks, self.undo, self.leftovers, self.updates

    def _show_removal(self) -> None:
        keeping = self._session.keeping
        close = (self.tr("Close"), keeping.dismiss)
        if keeping.refused is not None:
            title, files = keeping.refused
            delete = partial(keeping.remove, title, files, delete=True)
            self.undo.say(keeping.trouble, [(self.tr("Delete for good"), delete), (self.tr("Keep"), keeping.dismiss)])
        elif keeping.trouble:
            self.undo.say(keeping.trouble, [close])
        elif keeping.removed is not None:
            title, removal = keeping.removed
            said = f"{title}: {words.text(removal.sentence)}"
            undo = [(self.tr("Undo"), keeping.undo)] if removal.can_be_undone else []
            self.undo.say(said, [*undo, close])
        else:
            self.undo.say("")

    def _show_leftovers(self) -> None:
        leftovers = self._session.keeping.leftovers
        if self._listing and leftovers:
            self._list_leftovers()
            return
        text = self.tr("Unfinished and left-over files: %1, %2.").replace("%1", words.count(len(leftovers)))
        text = text.replace("%2", words.size_gb(sum(item.bytes for item in leftovers)))
        show = (self.tr("Show and reclaim…"), partial(self._list, listing=True))
        self.leftovers.say(text if leftovers else "", [show])

    def _list(self, *, listing: bool) -> None:
        self._listing = listing
        self.refresh()

    def _reclaim(self) -> None:
        self._listing = False
        self._session.keeping.reclaim()

    def _list_leftovers(self) -> None:
        keeping = self._session.keeping
        lines = [f"{words.size_gb(item.bytes)}  {item.path}: {words.text(item.reason)}" for item in keeping.leftovers]
        shown = "\n".join(lines[:20])
        if len(lines) > 20:
            shown += "\n" + self.tr("and %1 more").replace("%1", words.count(len(lines) - 20))
        size = words.size_gb(sum(item.bytes for item in keeping.leftovers))
        reclaim = (self.tr("Delete them for good, %1").replace("%1", size), self._reclaim)
        self.leftovers.say(shown, [reclaim, (self.tr("Keep them"), partial(self._list, listing=False))])

    def _show_updates(self) -> None:
        keeping = self._session.keeping
        if keeping.asking:
            self.updates.say(keeping.asking)
            return
        if not keeping.updates:
            self.updates.say("")
            return
        newer = keeping.newer()
        lines = [f"{update.file}: {words.text(update.sentence)}" for update in newer]
        text = "\n".join(lines) or self.tr("Nothing newer on the Hub for what could be compared.")
        self.updates.say(text, [(self.tr("Close"), self._close_updates)])

    def _close_updates(self) -> None:
        self._session.keeping.updates = {}
        self.refresh()
