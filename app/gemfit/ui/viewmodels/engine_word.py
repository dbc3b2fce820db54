"""The engine's word on one option: asked on a thread, stopped when it is not wanted any more."""

import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from gemfit.errors import GemfitError
from gemfit.fit.types import Option, Plan
from gemfit.library.types import TransferProgress
from gemfit.ui import words, worker
from gemfit.ui.session import Session
from gemfit.ui.viewmodels.machine import Key

if TYPE_CHECKING:
    from gemfit.library.header_fetch import HubFile
    from gemfit.measured.engine_word import Difference, EngineWord


class Asked:
    """One question: which build, by which plan, and what has become of it."""

    def __init__(self, key: Key, plan: Plan) -> None:
        self.key, self.plan = key, plan
        self.stopped = threading.Event()
        self.running = True
        self.progress: TransferProgress | None = None
        self.word: EngineWord | None = None
        self.trouble = ""
        self.code = ""

    def is_about(self, option: Option) -> bool:
        return (self.key, self.plan) == ((option.model, option.build), option.plan)


class EngineWordModel(QObject):
    """One question at a time. `changed` tells of every change, `progressed` of more bytes of a header.

    It lives as long as the session: an answer may come when the page that asked is gone. The end of the program stops
    what is under way.
    """

    changed = Signal()
    progressed = Signal()
    _reported = Signal(object, object)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._asked: Asked | None = None
        program = QCoreApplication.instance()
        assert program is not None
        program.aboutToQuit.connect(self.stop)
        self._reported.connect(self._report)

    def about(self, option: Option) -> Asked | None:
        """The question about this option at this very plan, if it was asked."""
        return self._asked if self._asked is not None and self._asked.is_about(option) else None

    def can_ask(self, option: Option) -> bool:
        """A GGUF file that is here or on the Hub; this engine lays out no other."""
        return option.runnable and self._source(option) is not None

    def is_here(self, option: Option) -> bool:
        """Nothing need be fetched."""
        return isinstance(self._source(option), Path)

    def ask(self, option: Option) -> None:
        """Ask; `changed` follows. An older question is stopped."""
        source = self._source(option)
        if source is None:
            return
        self.stop()
        asked = self._asked = Asked((option.model, option.build), option.plan)
        endpoint = self._session.settings.endpoint

        def put() -> "EngineWord":
            from gemfit.library.source import Source
            from gemfit.measured.engine_word import ask_engine
            from gemfit.settings import load_token

            hub = Source(endpoint=endpoint, token=None if isinstance(source, Path) else load_token())
            report = partial(self._reported.emit, asked)
            return ask_engine(source, asked.plan, hub=hub, on_progress=report, stopped=asked.stopped)

        worker.run(put, lambda word: self._answered(asked, word), lambda error: self._failed(asked, error))
        self.changed.emit()

    @Slot()
    def stop(self) -> None:
        """Stop what is under way, and forget what it was about."""
        if self._asked is not None:
            self._asked.stopped.set()
            self._asked = None
            self.changed.emit()

    def differences(self, option: Option) -> "list[Difference]":
        """Where the engine's figures are others than those that `option` shows, by more than is tolerated."""
        from gemfit.measured.engine_word import compare

        asked = self.about(option)
        if asked is None or asked.word is None:
            return []
        return [one for one in compare(asked.word.layout, option.components) if not one.within]

    def _source(self, option: Option) -> "Path | HubFile | None":
        from gemfit.library.header_fetch import HubFile

        build = self._session.machine.build(option.model, option.build)
        if build is None or build.container != "gguf":
            return None
        local = self._session.library.local((option.model, option.build))
        if local is not None:
            return Path(local.path)
        file = build.weights
        return HubFile(file.repo, file.file, file.revision, build.split) if file.repo else None

    def _answered(self, asked: Asked, word: "EngineWord") -> None:
        asked.running, asked.word = False, word
        self.changed.emit()

    def _failed(self, asked: Asked, error: Exception) -> None:
        asked.running = False
        asked.code = error.code if isinstance(error, GemfitError) else "bug"
        asked.trouble = "" if asked.code == "cancelled" else words.error_text(error)
        self.changed.emit()

    @Slot(object, object)
    def _report(self, asked: Asked, progress: TransferProgress) -> None:
        asked.progress = progress
        self.progressed.emit()
