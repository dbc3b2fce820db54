"""The window's frame: pages at the left, the page in the middle, the engine's line at the foot."""

import contextlib
import logging
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSize, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from gemfit import paths
from gemfit.ui.panel import Destination, GoTo, Shortcuts
from gemfit.ui.session import CHAT, HOME, MACHINE, MODELS, SETTINGS, Session
from gemfit.ui.sidebar import Sidebar
from gemfit.ui.status import StatusLine
from gemfit.ui.under_way import UnderWay

if TYPE_CHECKING:
    from gemfit.chat.store import Summary
    from gemfit.ui.chat.page import ChatPage
    from gemfit.ui.models.page import ModelsPage

logger = logging.getLogger(__name__)
NARROW_BELOW = 900


class MainWindow(QWidget):
    """Builds a page when it is first visited. `closed`: the window has gone; the program ends."""

    closed = Signal()
    _chats_listed = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setWindowTitle("Gemfit")
        self.setMinimumSize(640, 440)
        self.setAcceptDrops(True)
        self._ending = False
        self.under_way = UnderWay(self, session, self._end)
        self._build()
        self._add_shortcuts()
        session.page_wanted.connect(self.open_page)
        session.said.connect(self._say)
        self._chats_listed.connect(self._list_chats)
        self._restore_geometry()

    def _build(self) -> None:
        self.names = (self.tr("Home"), self.tr("Chat"), self.tr("Models"), self.tr("Machine"), self.tr("Settings"))
        self._pages: dict[int, QWidget] = {}
        self._chats: list[Summary] = []
        self._frame = QWidget(self)
        outer = self.layout() or QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._frame)
        self.sidebar = Sidebar(self.names)
        self.sidebar.chosen.connect(self.open_page)
        self.stack = QStackedWidget()
        self.status = StatusLine(self._session.engine)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.sidebar)
        middle.addWidget(self.stack, 1)
        box = QVBoxLayout(self._frame)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(middle, 1)
        box.addWidget(self.status)
        self.status.transfers_wanted.connect(partial(self.open_page, MODELS))
        self.under_way.show_in(self.sidebar, self.status)
        self.goto = GoTo(self, self._destinations)
        self.shortcuts = Shortcuts(self, self._shortcut_texts())
        self.open_page(HOME)

    def rebuild(self) -> None:
        """Say everything again, in another language; once an answer is complete, and no page is at work."""
        engine, working = self._session.engine, self._session.working
        if engine.state == "answering":
            engine.done.connect(self.rebuild, Qt.ConnectionType.SingleShotConnection)
            return
        if working.under_way():
            working.changed.connect(self.rebuild, Qt.ConnectionType.SingleShotConnection)
            return
        current = self.stack.currentIndex()
        for widget in (self._frame, self.goto, self.shortcuts):
            widget.hide()
            widget.deleteLater()
        number = next((n for n, page in self._pages.items() if self.stack.indexOf(page) == current), HOME)
        self._build()
        self._fit_sidebar()
        self.open_page(number)

    def page(self, number: int) -> QWidget:
        """The page of that number, built at the first call."""
        if number not in self._pages:
            page = self._builders()[number]()
            self._pages[number] = page
            self.stack.addWidget(page)
        return self._pages[number]

    @Slot(int)
    def open_page(self, number: int) -> None:
        self.stack.setCurrentWidget(self.page(number))
        self.sidebar.select(number)

    @Slot()
    def come_forward(self) -> None:
        """Another start asked for this window."""
        self.under_way.come_back()
        logger.info("brought forward by another start")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_sidebar()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._save_geometry()
        if not self._ending and not self.under_way.may_close():
            event.ignore()
            return
        self.under_way.close()
        super().closeEvent(event)
        self.closed.emit()

    def _end(self) -> None:
        """Close without asking again; from the tray, where there is no window to close, end the program."""
        self._ending = True
        self.show()
        self.close()

    def leave(self) -> None:
        """Close without asking: the system ends the program, and nobody may be there to answer."""
        self._ending = True
        self.close()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped_paths(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Files from elsewhere go into the library; what becomes of them is said on Models."""
        paths = _dropped_paths(event)
        if paths:
            event.acceptProposedAction()
            self.import_files(paths)

    def import_files(self, paths: list[Path]) -> None:
        self._models_page().import_files(paths)

    def _models_page(self) -> "ModelsPage":
        from gemfit.ui.models.page import ModelsPage

        self.open_page(MODELS)
        page = self.page(MODELS)
        assert isinstance(page, ModelsPage)
        return page

    def _fit_sidebar(self) -> None:
        self.sidebar.set_narrow(self.width() < NARROW_BELOW)

    def _builders(self) -> tuple[Callable[[], QWidget], ...]:
        return (self._home, self._chat, self._models, self._machine, self._settings)

    def _home(self) -> QWidget:
        from gemfit.ui.home.page import HomePage

        return HomePage(self._session)

    def _chat(self) -> QWidget:
        from gemfit.chat.options import ChatOptions
        from gemfit.ui.chat.page import ChatPage

        session = self._session
        page = ChatPage(
            session.engine,
            session.store,
            session.local_models,
            lambda: ChatOptions(when_full=session.settings.when_full),
            load=session.loads.load,
            projectors=session,
            growth=session.loads,
        )
        page.models_wanted.connect(partial(self.open_page, MODELS))
        session.library.changed.connect(page.empty.refresh)
        session.loads.refused.connect(page.refuse)
        return page

    def _models(self) -> QWidget:
        from gemfit.ui.models.page import ModelsPage

        return ModelsPage(self._session)

    def _machine(self) -> QWidget:
        from gemfit.ui.machine.page import MachinePage

        return MachinePage(self._session)

    def _settings(self) -> QWidget:
        from gemfit.ui.settings_page import SettingsPage

        return SettingsPage(self._session)

    def _add_shortcuts(self) -> None:
        for number in range(5):
            self._shortcut(f"Ctrl+{number + 1}", partial(self.open_page, number))
        self._shortcut("Ctrl+,", lambda: self.open_page(SETTINGS))
        self._shortcut("Ctrl+N", self.new_chat)
        self._shortcut("Ctrl+L", self.go_to_composer)
        self._shortcut("Ctrl+K", self.go_to_anything)
        self._shortcut("F1", self.show_shortcuts)

    def _shortcut(self, keys: str, action: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.activated.connect(lambda: action())

    def show_shortcuts(self) -> None:
        self.shortcuts.open()

    def go_to_anything(self) -> None:
        """Open the panel; the conversations join it as soon as the store has listed them."""
        self._session.store.conversations().add_done_callback(self._chats_listed.emit)
        self.goto.open()

    @Slot(object)
    def _list_chats(self, listed: "Future[list[Summary]]") -> None:
        if listed.exception() is None:
            self._chats = listed.result()
            self.goto.refresh()

    @Slot(str)
    def _say(self, text: str) -> None:
        self.status.say(text)

    def _chat_page(self) -> "ChatPage":
        from gemfit.ui.chat.page import ChatPage

        self.open_page(CHAT)
        page = self.page(CHAT)
        assert isinstance(page, ChatPage)
        return page

    def new_chat(self) -> None:
        self._chat_page().new_chat()

    def go_to_composer(self) -> None:
        self._chat_page().focus_composer()

    def _open_chat(self, conversation_id: str) -> None:
        self._chat_page().open_chat(conversation_id)

    def _shortcut_texts(self) -> list[tuple[str, str]]:
        return [
            ("Ctrl+1 … 5", self.tr("Home, Chat, Models, Machine, Settings")),
            ("Ctrl+K", self.tr("Go to anything")),
            ("Ctrl+N", self.tr("New chat")),
            ("Ctrl+L", self.tr("Write a message")),
            ("Ctrl+,", self.tr("Settings")),
            ("F1", self.tr("These shortcuts")),
            ("Enter, Shift+Enter", self.tr("Send the message, begin a new line")),
            (self.tr("Esc"), self.tr("Stop the answer, close a panel")),
            (self.tr("Up"), self.tr("Change the last message, in an empty line")),
        ]

    def _destinations(self) -> list[Destination]:
        pages = [
            Destination(name, self.tr("page"), partial(self.open_page, number))
            for number, name in enumerate(self.names)
        ]
        actions = [
            Destination(self.tr("New chat"), self.tr("action"), self.new_chat),
            Destination(self.tr("Look at the machine again"), self.tr("action"), self._probe_again),
            Destination(self.tr("Calibrate: measure how fast this machine is"), self.tr("action"), self._calibrate),
            Destination(self.tr("Import weights"), self.tr("action"), self._import),
            Destination(self.tr("Give the engine's memory back"), self.tr("action"), self._session.engine.unload),
            Destination(self.tr("Keyboard shortcuts"), self.tr("action"), self.show_shortcuts),
        ]
        models = [
            Destination(model.title, self.tr("model"), partial(self._session.chat, model))
            for model in self._session.local_models()
        ]
        chats = [Destination(c.title, self.tr("chat"), partial(self._open_chat, c.id)) for c in self._chats]
        return [*pages, *models, *chats, *actions]

    def _probe_again(self) -> None:
        self.open_page(MACHINE)
        self._session.machine.probe()

    def _calibrate(self) -> None:
        self.open_page(MACHINE)
        if self._session.calibration.possible:
            self._session.calibration.start()

    def _import(self) -> None:
        self._models_page().list.importing.choose()

    def _restore_geometry(self) -> None:
        try:
            saved = QByteArray((paths.state_dir() / "window.geometry").read_bytes())
        except OSError:  # the first start
            saved = QByteArray()
        if saved.isEmpty() or not self.restoreGeometry(saved):
            self.resize(QSize(1100, 760).boundedTo(self.screen().availableSize()))

    def _save_geometry(self) -> None:
        with contextlib.suppress(OSError):  # a full or read-only disk: the window's place is not worth a word
            paths.state_dir().mkdir(parents=True, exist_ok=True)
            (paths.state_dir() / "window.geometry").write_bytes(self.saveGeometry().data())


def _dropped_paths(event: QDropEvent) -> list[Path]:
    """The files and folders of this computer that are being dropped."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
