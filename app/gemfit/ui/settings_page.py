"""Settings: each choice is taken and saved at once."""

from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLineEdit

from gemfit import paths
from gemfit.ui import theme, words
from gemfit.ui.catalog_field import CatalogField
from gemfit.ui.parts import Elided, Notice, Page, button, label, row
from gemfit.ui.session import Session
from gemfit.ui.settings_engine import BuildField, StatesField
from gemfit.ui.settings_folders import FolderList
from gemfit.ui.settings_parts import Group, choice, problem_label
from gemfit.ui.token_field import TokenField

PARALLEL_FILES = (1, 2, 3, 4)
IDLE_MIN = (5, 15, 30, 60, 240)
BANDWIDTHS_BPS = tuple(mb * 1_000_000 for mb in (1, 2, 5, 10, 25, 50, 100))


class SettingsPage(Page):
    """Groups of choices. What cannot be taken says beside itself what to do."""

    def __init__(self, session: Session) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("Settings"))
        self._session = session
        self.notice = Notice()
        self.column.addWidget(theme.heading(label(self.tr("Settings"), wrap=False)))
        self.column.addWidget(self.notice)
        self._add_look()
        self._add_weights()
        self._add_downloads()
        self._add_engine()
        self._add_kept()
        self._add_places()
        self.column.addStretch(1)

    def change(self, **changes: object) -> None:
        self.notice.say(self._session.change_settings(**changes))

    def _add_look(self) -> None:
        group = Group(self.tr("Look and language"))
        now = self._session.settings
        themes = (("system", self.tr("As the system")), ("light", self.tr("Light")), ("dark", self.tr("Dark")))
        languages = (("", self.tr("As the system")), ("en", "English"), ("de", "Deutsch"))
        self.theme = choice(themes, now.theme, lambda value: self.change(theme=value))
        self.language = choice(languages, now.language, lambda value: self.change(language=value))
        group.add(self.tr("Theme"), self.theme, row(self.theme))
        group.add(self.tr("Language"), self.language, row(self.language))
        self.column.addWidget(group.frame)

    def _add_weights(self) -> None:
        group = Group(self.tr("Weights"))
        self.folder = QLineEdit(str(self._session.settings.weights_folder))
        self.folder.editingFinished.connect(self._folder_typed)
        choose = button(self.tr("Choose…"), self._choose_folder, icon="folder")
        self.folder_problem = problem_label()
        line = row(self.folder, stretch_last=True)
        line.addWidget(choose)
        group.add(self.tr("Folder"), self.folder, line, self.folder_problem)
        self.folders = FolderList(self._session, self.change)
        group.add(self.tr("More folders"), self.folders)
        self.endpoint = QLineEdit(self._session.settings.endpoint or "")
        self.endpoint.setPlaceholderText("https://huggingface.co")
        self.endpoint.editingFinished.connect(self._endpoint_typed)
        self.endpoint_problem = problem_label()
        group.add(self.tr("Endpoint"), self.endpoint, None, self.endpoint_problem)
        self.token = TokenField(self)
        group.add(self.tr("Token"), self.token.field, self.token.line, self.token.state)
        self.catalogue = CatalogField(self)
        group.add(self.tr("Catalogue"), self.catalogue.shown, self.catalogue.line, self.catalogue.state)
        self.column.addWidget(group.frame)

    def _add_downloads(self) -> None:
        group = Group(self.tr("Downloads"))
        now = self._session.settings
        counts = tuple((str(n), words.count(n)) for n in sorted({*PARALLEL_FILES, now.parallel_files}))
        self.parallel = choice(counts, str(now.parallel_files), lambda n: self.change(parallel_files=int(n)))
        group.add(self.tr("Files at once"), self.parallel, row(self.parallel))
        rates = sorted({*BANDWIDTHS_BPS, now.bandwidth_bps or BANDWIDTHS_BPS[0]})
        speeds = [(str(bps), words.speed(bps)) for bps in rates]
        limits = (("", self.tr("No limit")), *speeds)
        limit = str(now.bandwidth_bps or "")
        self.bandwidth = choice(limits, limit, lambda bps: self.change(bandwidth_bps=int(bps) if bps else None))
        group.add(self.tr("At most"), self.bandwidth, row(self.bandwidth))
        answers = (
            ("ask", self.tr("Ask")),
            ("tray", self.tr("Keep going in the tray")),
            ("pause", self.tr("Pause until the next start")),
            ("stop", self.tr("Stop until resumed")),
        )
        self.on_close = choice(answers, now.on_close, lambda answer: self.change(on_close=answer))
        explained = label(self.tr("When the window is closed while something is on its way."), "muted")
        group.add(self.tr("At closing"), self.on_close, row(self.on_close), explained)
        self.column.addWidget(group.frame)

    def _add_engine(self) -> None:
        group = Group(self.tr("Engine"))
        now = self._session.settings
        self.build = BuildField(self._session.machine, self)
        self.build.used.connect(self._session.machine.probe)
        group.add(self.tr("Build"), self.build.box, self.build.line, self.build.state)
        group.add(self.tr("Another build"), self.build.name, self.build.naming)
        counts = [(str(n), str(n)) for n in range(1, (psutil.cpu_count() or 1) + 1)]
        options = (("", self.tr("As the engine decides")), *counts)
        self.threads = choice(options, str(now.threads or ""), lambda n: self.change(threads=int(n) if n else None))
        text = self.tr("It times what is fastest on this computer, and takes fewer while other programs are busy.")
        group.add(self.tr("Threads"), self.threads, row(self.threads), label(text, "muted"))
        self._add_rest(group)
        self._add_full(group)
        self.guessing = choice(
            (("auto", self.tr("Where it is faster")), ("off", self.tr("Never"))),
            now.guessing,
            lambda value: self.change(guessing=value),
        )
        text = self.tr("Several tokens at once, checked by the model: the answers stay the same.")
        group.add(self.tr("Guess ahead"), self.guessing, row(self.guessing), label(text, "muted"))
        self.low_priority = QCheckBox(self.tr("Let other programs go first"))
        self.low_priority.setAccessibleName(self.low_priority.text())
        self.low_priority.setChecked(now.low_priority)
        self.low_priority.toggled.connect(lambda on: self.change(low_priority=on))
        text = self.tr("Threads, guessing and priority hold from the next load on.")
        group.add(self.tr("Priority"), self.low_priority, None, label(text, "muted"))
        self.mobile_gpu = QCheckBox(self.tr("Try the GPU for models in the mobile format"))
        self.mobile_gpu.setAccessibleName(self.mobile_gpu.text())
        self.mobile_gpu.setChecked(now.mobile_gpu)
        self.mobile_gpu.toggled.connect(lambda on: self.change(mobile_gpu=on))
        text = self.tr("Where that does not work they run on the processor, and the chat says so.")
        group.add(self.tr("Mobile format"), self.mobile_gpu, None, label(text, "muted"))
        self.column.addWidget(group.frame)

    def _add_rest(self, group: Group) -> None:
        now = self._session.settings.unload_after_min
        minutes = sorted({*IDLE_MIN, now or IDLE_MIN[0]})
        options = [(str(n), words.duration(60 * n).removesuffix(" 0 s").removesuffix(" 0 min")) for n in minutes]
        self.rest = choice(
            [("", self.tr("Never")), *options],
            str(now or ""),
            lambda n: self.change(unload_after_min=int(n) if n else None),
        )
        text = self.tr(
            "A model that is not asked anything gives its memory back. It comes again with the next message."
        )
        group.add(self.tr("Unload after"), self.rest, row(self.rest), label(text, "muted"))

    def _add_full(self, group: Group) -> None:
        ways = (
            ("stop", self.tr("Stop, and ask")),
            ("drop", self.tr("Leave out the oldest turns")),
            ("compact", self.tr("Have the model sum up the oldest turns")),
        )
        now = self._session.settings.when_full
        self.when_full = choice(ways, now, lambda way: self.change(when_full=way))
        text = self.tr("You always see all of a conversation, and a line says what the model no longer sees.")
        group.add(self.tr("Full context"), self.when_full, row(self.when_full), label(text, "muted"))

    def _add_kept(self) -> None:
        group = Group(self.tr("What is kept"))
        self.keep = QCheckBox(self.tr("Keep conversations on this disk"))
        self.keep.setAccessibleName(self.keep.text())
        self.keep.setChecked(self._session.settings.keep_chats)
        self.keep.toggled.connect(lambda on: self.change(keep_chats=on))
        explained = label(
            self.tr(
                "From the next start. Without it, conversations are gone when the window closes; those kept so far "
                "stay in their file. Nothing is ever sent anywhere."
            ),
            "muted",
        )
        group.add(self.tr("Conversations"), self.keep, None, explained)
        self.states = StatesField(self._session, self.change, self)
        group.add(self.tr("Computed"), self.states.keep, None, self.states.size)
        group.add(self.tr("Room for it"), self.states.limit, self.states.line)
        self.idle = QCheckBox(self.tr("Find out in idle time whether they can be used"))
        self.idle.setAccessibleName(self.idle.text())
        self.idle.setChecked(self._session.settings.check_in_idle)
        self.idle.toggled.connect(lambda on: self.change(check_in_idle=on))
        explained = label(
            self.tr("Their SHA-256 is computed at the lowest priority; nothing of them is changed."), "muted"
        )
        group.add(self.tr("Other programs' weights"), self.idle, None, explained)
        self.column.addWidget(group.frame)

    def _add_places(self) -> None:
        group = Group(self.tr("Where things are"))
        for name, path in (
            (self.tr("Settings"), paths.config_dir()),
            (self.tr("Conversations"), paths.data_dir()),
            (self.tr("Log"), paths.state_dir()),
        ):
            shown = Elided(str(path))
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            go = button(self.tr("Open folder"), partial(open_folder, path), "link")
            go.setAccessibleName(f"{go.text()}: {name}")
            line = row(shown, stretch_last=True)
            line.addWidget(go)
            group.add(name, shown, line)
        self.column.addWidget(group.frame)

    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Folder for the weights"), self.folder.text())
        if chosen:
            self.folder.setText(chosen)
            self._folder_typed()

    @Slot()
    def _folder_typed(self) -> None:
        typed = self.folder.text().strip()
        path = Path(typed).expanduser()
        if typed and not path.is_absolute():
            self.folder_problem.setText(self.tr("Give the whole path, from the top of the disk."))
        elif typed and path.exists() and not path.is_dir():
            self.folder_problem.setText(self.tr("This is a file. Choose a folder."))
        else:
            self.folder_problem.setText("")
            default = not typed or path == paths.default_weights_dir()
            if path != self._session.settings.weights_folder or not typed:
                self.change(weights_dir=None if default else str(path))
            self.folder.setText(str(self._session.settings.weights_folder))
        self.folder_problem.setVisible(bool(self.folder_problem.text()))

    @Slot()
    def _endpoint_typed(self) -> None:
        typed = self.endpoint.text().strip().rstrip("/")
        right = not typed or is_address(typed)
        self.endpoint_problem.setText("" if right else self.tr("An address begins with https:// and names a server."))
        self.endpoint_problem.setVisible(not right)
        if right and (typed or None) != self._session.settings.endpoint:
            self.change(endpoint=typed or None)


def is_address(text: str) -> bool:
    """`https://hub.example` or `http://…`, with a host."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("https", "http") and bool(parts.hostname)
    except ValueError:
        return False


def open_folder(path: Path) -> None:
    """Show a folder in the system's file manager, making it first if nothing was kept there yet."""
    path.mkdir(parents=True, exist_ok=True)
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
