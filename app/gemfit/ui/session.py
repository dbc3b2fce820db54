"""What the pages share: settings, machine, library, engine and conversations, and the ways between them."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from gemfit import paths
from gemfit.engine.protocol import Loaded, LoadPlan
from gemfit.errors import GemfitError
from gemfit.fit.types import Option, Outcome
from gemfit.gguf.parts import name_of_whole
from gemfit.measured.comparison import host_bytes
from gemfit.settings import Settings, save_settings
from gemfit.ui import words, worker
from gemfit.ui.loads import Loads
from gemfit.ui.viewmodels.calibration import CalibrationModel
from gemfit.ui.viewmodels.checking import CheckingModel
from gemfit.ui.viewmodels.engine import EngineSession
from gemfit.ui.viewmodels.jobs import Key, key_of
from gemfit.ui.viewmodels.keeping import KeepingModel
from gemfit.ui.viewmodels.library import LibraryModel
from gemfit.ui.viewmodels.machine import MachineModel
from gemfit.ui.viewmodels.selection import Selection
from gemfit.ui.viewmodels.working import WorkingModel
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
        self.keeping = KeepingModel(self.library, self)
        self.checking = CheckingModel(self.library, self)
        self.working = WorkingModel(self)
        self.engine = EngineSession(self)
        self.loads = Loads(lambda: self.settings, self.machine, self.engine, self)
        self._tell_engine()
        self.calibration = CalibrationModel(self.machine, self.engine, self)
        self._store: ChatStore | None = None
        self._chat_after: Key | None = None
        self._projector_after: Key | None = None
        self._store_trouble.connect(self._tell)
        self.machine.changed.connect(self._machine_changed)
        self.library.changed.connect(self._library_changed)
        self.library.downloads.arrived.connect(self._arrived)
        self.engine.measured.connect(self._measured)
        self.engine.loaded.connect(self._loaded)

    @property
    def store(self) -> "ChatStore":
        """The conversations; their file is opened at the first call."""
        if self._store is None:
            from gemfit.chat.store import ChatStore

            keep = self.settings.keep_chats
            self._store = ChatStore(
                paths.chats_file() if keep else None,
                self._store_trouble.emit,  # emitted on its thread, told on this one
                attachments=paths.attachments_dir() if keep else None,
            )
            self._store.opened.add_done_callback(lambda opened: self._store_trouble.emit(opened.result()))
        return self._store

    def change_settings(self, **changes: Any) -> str:
        """Take other settings, at once and on disk. Returns what went wrong with saving, or an empty text."""
        self.settings = msgspec.structs.replace(self.settings, **changes)
        self.machine.use_settings(self.settings)
        self.library.use_settings(self.settings)
        self._tell_engine()
        self.settings_changed.emit()
        try:
            save_settings(self.settings)
        except GemfitError as error:
            return words.error_text(error)
        return ""

    def _tell_engine(self) -> None:
        """What of the settings holds for the engine at once."""
        now = self.settings
        self.engine.idle_limit.set_minutes(now.unload_after_min)
        self.engine.computed.limit_bytes = now.states_limit_bytes if now.keep_states and now.keep_chats else 0

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
        if local is not None:
            self.chat(self.selection(key, Path(local.path)))

    def chat(self, selection: Selection) -> None:
        """Open the chat and load what is here."""
        self.page_wanted.emit(CHAT)
        self.loads.load(selection)

    @Slot(object)
    def _loaded(self, loaded: Loaded) -> None:
        """Keep the best number of threads, where this load has found it."""
        from gemfit.measured.best_threads import remember_threads
        from gemfit.measured.machine_key import machine_key

        machine = self.machine.machine
        if machine is not None and loaded.best_threads is not None:
            remember = partial(remember_threads, machine_key(machine), self.engine.engine_build, loaded.best_threads)
            worker.run(remember, _nothing, self._not_kept)

    def selection(self, key: Key, path: Path) -> Selection:
        """Weights that are here, by name. How they are loaded is decided when they are: see `Loads`."""
        option = self.machine.option(*key)
        model = self.machine.model(key[0])
        context = min(self.machine.context_tokens, model.shape.context_tokens if model else 4096)
        return Selection(
            path=path,
            plan=LoadPlan(context_tokens=context, threads=self.settings.threads),
            title=self.machine.title(*key) if key[0] else Path(name_of_whole(path.name)).stem,
            predicted_bytes=host_bytes(option.components) if option else 0,
            model=key[0],
            build=key[1] if key[0] else "",
            projector=self.library.projector_of(key, path),
            drafter=self.library.drafter_of(key, path) if self.settings.guessing == "auto" else None,
            sha256=self._sha256(key, path),
        )

    def _sha256(self, key: Key, path: Path) -> str | None:
        """Of a file that was verified; what is computed of conversations is bound to it."""
        local = self.library.local(key)
        return local.sha256 if local is not None and local.verified and local.path == str(path) else None

    # The part for pictures and sound.

    def download_bytes(self, selection: Selection) -> int:
        """What the projector of a model would take to fetch; 0 where it has none, or it is here."""
        build = self.machine.build(selection.model, selection.build)
        file = build.file_of("projector") if build is not None else None
        here = self.library.projector_of((selection.model, selection.build), selection.path)
        return (file.bytes or file.approx_bytes or 0) if file is not None and here is None else 0

    def get(self, selection: Selection) -> None:
        """Fetch it; once it is here, the model is loaded again with it."""
        self._projector_after = (selection.model, selection.build)
        self.library.add(self._projector_after, ("projector",))
        self.page_wanted.emit(MODELS)

    def local_models(self) -> list[Selection]:
        """What can be talked to now: of the catalogue's what fits and what does not, then files of one's own."""
        keys = dict.fromkeys(key_of(f) for f in self.library.files if f.role == "weights" and f.parts == 1)
        found = [(key, self.library.local(key)) for key in sorted(keys, key=self._order)]
        return [self.selection(key, Path(local.path)) for key, local in found if local and self._can_run(key)]

    def _order(self, key: Key) -> tuple[bool, bool]:
        option = self.machine.option(*key)
        return not key[0], option is not None and option.verdict == "no"

    def _can_run(self, key: Key) -> bool:
        option = self.machine.option(*key)
        return option is None or option.runnable

    def close(self) -> None:
        """Stop everything; bytes, conversations and settings are kept."""
        self.library.close()
        self.working.close()
        self.keeping.close()
        self.checking.close()
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
    def _measured(self, outcome: Outcome) -> None:
        """Keep what a load took, and let later estimates know."""
        from gemfit.measured.machine_key import machine_key
        from gemfit.measured.outcomes import try_to_remember

        machine = self.machine.machine
        if machine is None:
            return
        kept = msgspec.structs.replace(outcome, machine_key=machine_key(machine))
        worker.run(partial(try_to_remember, kept), lambda _: self.machine.reload_known(), self._not_kept)

    def _not_kept(self, error: Exception) -> None:
        self.said.emit(words.error_text(error))

    @Slot(object)
    def _arrived(self, key: Key) -> None:
        if key == self._projector_after and self.engine.state in ("ready", "idle", "ended"):
            self._projector_after = None
            self.chat_with(key)
            return
        if key == self._chat_after:
            self._chat_after = None
            self.chat_with(key)


def _nothing(_: None) -> None:
    """It was kept, or the log says why not."""
