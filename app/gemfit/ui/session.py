"""What the pages share: settings, machine, library, engine and conversations, and the ways between them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from gemfit import paths
from gemfit.engine.protocol import LoadPlan, Sampling
from gemfit.errors import GemfitError
from gemfit.fit.types import Option
from gemfit.settings import Settings, save_settings
from gemfit.ui import words
from gemfit.ui.viewmodels.calibration import CalibrationModel
from gemfit.ui.viewmodels.engine import EngineSession, Selection
from gemfit.ui.viewmodels.library import Key, LibraryModel
from gemfit.ui.viewmodels.machine import MachineModel
from gemfit.words import Sentence

if TYPE_CHECKING:
    from gemfit.chat.store import ChatStore

HOME, CHAT, MODELS, MACHINE, SETTINGS = range(5)


class Session(QObject):
    """One run of the window. `page_wanted(number)`: a page was asked for. `said(text)`: something to tell in passing.

    `problem` is something to tell on Home, as long as the program runs.
    """

    page_wanted = Signal(int)
    settings_changed = Signal()
    said = Signal(str)
    _store_trouble = Signal(object)

    def __init__(self, settings: Settings, problem: str = "") -> None:
        super().__init__()
        self.settings = settings
        self.problem = problem
        self.machine = MachineModel(settings, self)
        self.library = LibraryModel(settings, self)
        self.engine = EngineSession(self)
        self.calibration = CalibrationModel(self.machine, self.engine, self)
        self._store: ChatStore | None = None
        self._chat_after: Key | None = None
        self._store_trouble.connect(self._tell)
        self.machine.changed.connect(self._machine_changed)
        self.library.changed.connect(self._library_changed)
        self.library.arrived.connect(self._arrived)

    @property
    def store(self) -> "ChatStore":
        """The conversations; their file is opened at the first call."""
        if self._store is None:
            from gemfit.chat.store import ChatStore

            path = paths.chats_file() if self.settings.keep_chats else None
            self._store = ChatStore(path, self._store_trouble.emit)  # emitted on its thread, told on this one
            self._store.opened.add_done_callback(lambda opened: self._store_trouble.emit(opened.result()))
        return self._store

    def change_settings(self, **changes: Any) -> str:
        """Take other settings, at once and on disk. Returns what went wrong with saving, or an empty text."""
        self.settings = msgspec.structs.replace(self.settings, **changes)
        self.machine.use_settings(self.settings)
        self.library.use_settings(self.settings)
        self.settings_changed.emit()
        try:
            save_settings(self.settings)
        except GemfitError as error:
            return words.error_text(error)
        return ""

    def begin_text(self, option: Option) -> str:
        """What the button of an option says: chat, or get and chat, and how much that is."""
        if self.library.local((option.model, option.build)) is not None:
            return self.tr("Chat")
        text = self.tr("Get and chat · %1")
        return text.replace("%1", words.size_gb(option.download_bytes))

    def begin(self, option: Option) -> None:
        """Chat with an option, getting it first where it is not here."""
        key = (option.model, option.build)
        if self.library.local(key) is not None:
            self.chat_with(key)
            return
        self._chat_after = key
        self.library.get(key)

    def chat_with(self, key: Key) -> None:
        """Load weights that are here, and open the chat."""
        local = self.library.local(key)
        if local is None:
            return
        self.engine.load(self.selection(key, Path(local.path)))
        self.page_wanted.emit(CHAT)

    def selection(self, key: Key, path: Path) -> Selection:
        """How to load: where the arithmetic says it fits, with the context that fits."""
        option = self.machine.option(*key)
        model = self.machine.model(key[0])
        context = min(self.machine.context_tokens, model.shape.context_tokens if model else 4096)
        plan = LoadPlan(
            context_tokens=context,
            gpu_layers=-1 if option is not None and option.place == "gpu" else 0,
            device=option.engine_device if option is not None else "",
            threads=self.settings.threads,
            sampling=Sampling(**msgspec.structs.asdict(model.sampling)) if model else Sampling(),
        )
        return Selection(
            path=path,
            plan=plan,
            title=self.machine.title(*key) if key[0] else path.stem,
            predicted_bytes=predicted_resident_bytes(option) if option else 0,
            gpu_total_bytes=self.machine.gpu_total_bytes(plan.device) if plan.gpu_layers else 0,
            model=key[0],
            build=key[1] if key[0] else "",
        )

    def local_models(self) -> list[Selection]:
        """What can be talked to now."""
        keys = dict.fromkeys((f.model, f.build) for f in self.library.files if f.model and f.build)
        found = [(key, self.library.local(key)) for key in keys]
        return [self.selection(key, Path(local.path)) for key, local in found if local and self._can_run(key)]

    def _can_run(self, key: Key) -> bool:
        option = self.machine.option(*key)
        return option is None or option.runnable

    def close(self) -> None:
        """Stop everything; bytes, conversations and settings are kept."""
        self.library.close()
        self.calibration.close()
        self.engine.close()
        if self._store is not None:
            self._store.close()

    @Slot(object)
    def _tell(self, sentence: Sentence | None) -> None:
        if sentence is not None:
            self.said.emit(words.text(sentence))

    @Slot()
    def _machine_changed(self) -> None:
        catalog = self.machine.catalog
        if catalog is not None and not self.library.scanned:
            self.library.use_catalog(catalog)

    @Slot()
    def _library_changed(self) -> None:
        keys = {(f.model, f.build) for f in self.library.files if f.model and f.build}
        self.machine.set_installed(frozenset(key for key in keys if self.library.local(key) is not None))

    @Slot(object)
    def _arrived(self, key: Key) -> None:
        if key == self._chat_after:
            self._chat_after = None
            self.chat_with(key)


def predicted_resident_bytes(option: Option) -> int:
    """What the engine's process is expected to take of the computer's memory: with a GPU, what stays outside it."""
    return option.host_bytes if option.place == "gpu" and option.host_bytes else option.total_bytes
