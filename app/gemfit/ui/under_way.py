"""What is on its way, told whatever page is shown: the badge, the foot of the window, the tray, and at closing."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from gemfit.library.queue import IN_TROUBLE, Entry
from gemfit.settings import OnClose
from gemfit.ui import words
from gemfit.ui.at_work import at_work
from gemfit.ui.closing import CloseQuestion
from gemfit.ui.session import MODELS, Session
from gemfit.ui.sidebar import Badge, Sidebar
from gemfit.ui.status import StatusLine
from gemfit.ui.tray import Tray, has_tray
from gemfit.ui.viewmodels.working import Work

LONG_S = 60.0  # a transfer that took longer than this is worth a notification


class UnderWay(QObject):
    """Lives as long as the window. `end` closes the window for good, `clock` gives seconds."""

    def __init__(
        self, window: QWidget, session: Session, end: Callable[[], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._end, self._clock = window, session, end, clock
        self._sidebar: Sidebar | None = None
        self._status: StatusLine | None = None
        self._began: dict[str, float] = {}
        self.question = CloseQuestion(window, self._answered)
        self.tray = Tray(window)
        self.tray.show_wanted.connect(self.come_back)
        self.tray.quit_wanted.connect(end)
        self.tray.pause_wanted.connect(session.library.downloads.pause_all)
        self.tray.resume_wanted.connect(session.library.downloads.resume_all)
        session.library.changed.connect(self.refresh)
        session.library.progressed.connect(self._progressed)
        session.library.downloads.finished.connect(self._finished)
        for changed in (session.working.changed, session.checking.changed, session.calibration.changed):
            changed.connect(self.refresh)
        session.engine.state_changed.connect(self.refresh)

    def show_in(self, sidebar: Sidebar, status: StatusLine) -> None:
        """Where to tell it; others after the window was built anew."""
        self._sidebar, self._status = sidebar, status
        self.refresh()

    @Slot()
    def refresh(self, _state: str = "") -> None:
        entries = self._session.library.downloads.entries()
        now = self._clock()
        moving = {entry.id for entry in entries if entry.state not in ("done", "paused")}
        known = {entry.id for entry in entries} & set(self._began)
        self._began = {id_: self._began.get(id_, now) for id_ in moving | known}
        text = self.text()
        if self._sidebar is not None and self._status is not None:
            self._sidebar.show_badge(MODELS, self.badge())
            self._status.show_transfers(text)
        running = any(entry.state not in ("done", "paused", "failed") for entry in entries)
        paused = any(entry.state == "paused" for entry in entries)
        others = " ".join(work.text for work in at_work(self._session))
        self.tray.say(" · ".join(filter(None, (text, others))), running=running, paused=paused)

    def badge(self) -> Badge:
        """The number of downloads under way, or a mark where one needs a person."""
        entries = self._session.library.downloads.entries()
        stuck = sum(entry.state == "failed" for entry in entries)
        if stuck:
            one = self.tr("a download needs you")
            many = self.tr("%1 downloads need you").replace("%1", words.count(stuck))
            return Badge("!", one if stuck == 1 else many, attention=True)
        moving = sum(entry.state not in ("done", "paused") for entry in entries)
        if not moving:
            return Badge()
        one = self.tr("1 download under way")
        many = self.tr("%1 downloads under way").replace("%1", words.count(moving))
        return Badge(words.count(moving), one if moving == 1 else many)

    def text(self) -> str:
        """`↓ 2 downloads · 45 % · 12 MB/s`; empty when nothing is on its way."""
        entries = [e for e in self._session.library.downloads.entries() if e.state not in ("done", "paused")]
        if not entries:
            return ""
        if all(entry.state in IN_TROUBLE for entry in entries):
            return self.tr("! Downloads wait: see Models")
        one = self.tr("1 download")
        many = self.tr("%1 downloads").replace("%1", words.count(len(entries)))
        pieces = ["↓ " + (one if len(entries) == 1 else many)]
        total, done = sum(e.total_bytes for e in entries), sum(e.done_bytes for e in entries)
        if total:
            pieces.append(f"{100 * done // total} %")
        if speed := sum(e.speed_bps for e in entries):
            pieces.append(words.speed(speed))
        return " · ".join(pieces)

    def may_close(self) -> bool:
        """Whether the window can close now. If not, the question is asked, or what was chosen before is done."""
        running, others = self._session.library.downloads.running(), at_work(self._session)
        if not running and not others:
            return True
        chosen = self._session.settings.on_close
        if chosen == "ask":
            self._ask(running, others)
            return False
        return self._carry_out(chosen)

    def _ask(self, running: list[Entry], others: list[Work]) -> None:
        what, fate = [work.text for work in others], [work.fate for work in others]
        if running:
            one = self.tr("%1 is on its way.").replace("%1", running[0].title)
            many = self.tr("%1 downloads are on their way.").replace("%1", words.count(len(running)))
            what.insert(0, one if len(running) == 1 else many)
            fate.insert(
                0,
                self.tr(
                    "Paused downloads go on by themselves at the next start; stopped ones stay in the list until you "
                    "resume them."
                ),
            )
        lost = self.tr("Nothing that has come is lost.")
        self.question.ask("\n".join(what), "\n".join([lost, *fate]), has_tray=has_tray())

    def close(self) -> None:
        """The window closes for good."""
        self.tray.hide()

    @Slot()
    def come_back(self) -> None:
        """Show the window again."""
        self._window.setWindowState(self._window.windowState() & ~self._window.windowState().WindowMinimized)
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()
        self.tray.hide()

    def _answered(self, answer: OnClose, remember: bool) -> None:
        if remember:
            self._session.change_settings(on_close=answer)
        if self._carry_out(answer):
            self._end()

    def _carry_out(self, answer: OnClose) -> bool:
        """Do it; returns whether the window closes. What is paused by closing alone goes on at the next start."""
        if answer == "tray":
            self._go_on_unseen()
            return False
        for work in at_work(self._session):
            work.stop()
        if answer == "stop":
            self._session.library.downloads.pause_all()
        return True

    def _go_on_unseen(self) -> None:
        if has_tray():
            self.tray.show()
            self.refresh()
            self._window.hide()
        else:
            self._window.showMinimized()

    @Slot(object)
    def _progressed(self, _key: object) -> None:
        self.refresh()

    @Slot(object)
    def _finished(self, entry: Entry) -> None:
        """Tell the system about the end of what took long."""
        began = self._began.pop(entry.id, None)
        if began is None or self._clock() - began < LONG_S:
            return
        if entry.state == "done":
            self.tray.notify(self.tr("Download complete"), self.tr("%1 is here, verified.").replace("%1", entry.title))
        else:
            said = words.text(entry.sentence) if entry.sentence is not None else ""
            self.tray.notify(self.tr("A download needs you"), f"{entry.title}: {said}")
