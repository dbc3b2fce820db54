"""What is done with weights that are here: removing with a way back, reclaiming, and looking for newer ones."""

import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gemfit.errors import GemfitError
from gemfit.library.types import LocalFile
from gemfit.settings import load_token
from gemfit.ui import words, worker
from gemfit.ui.viewmodels.library import LibraryModel

if TYPE_CHECKING:
    from gemfit.library.reclaim import Reclaimable
    from gemfit.library.removal import Removal
    from gemfit.library.updates import Update


class KeepingModel(QObject):
    """`changed` tells of every change. Everything here runs on threads; one thing of a kind at a time.

    `removed` is the last removal, with the title of what was removed; `refused` are files that could only be deleted
    for good. `trouble` says what went wrong last. `leftovers` are what can be reclaimed; `updates` what the Hub said of
    each file, by path.
    """

    changed = Signal()
    _told = Signal(str)

    def __init__(self, library: LibraryModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self.removed: tuple[str, Removal] | None = None
        self.refused: tuple[str, list[LocalFile]] | None = None
        self.trouble = ""
        self.leftovers: list[Reclaimable] = []
        self.updates: dict[str, Update] = {}
        self.asking = ""
        self._cancelled = threading.Event()
        self._looking = self._look_again = False
        self._told.connect(self._show_asking)
        library.changed.connect(self._library_changed)
        self._files_then: list[LocalFile] = []

    def remove(self, title: str, files: Sequence[LocalFile], *, delete: bool = False) -> None:
        """Put files into the trash; `delete`: delete them for good, where there is no trash."""
        targets = [Path(one.path) for file in files for one in file.files]
        folder = self._library.settings.weights_folder
        self.refused, self.trouble = None, ""

        def take_out() -> "Removal":
            from gemfit.library.removal import remove

            return remove(targets, folder, delete=delete)

        worker.run(take_out, partial(self._removed, title), partial(self._not_removed, title, list(files)))
        self.changed.emit()

    def undo(self) -> None:
        """Put back what was removed last."""
        if self.removed is None:
            return
        id_ = self.removed[1].id

        def put_back() -> None:
            from gemfit.library.removal import undo

            undo(id_)

        worker.run(put_back, lambda _none: self._put_back(), self._failed)

    def dismiss(self) -> None:
        """What was said has been read."""
        self.removed = self.refused = None
        self.trouble = ""
        self.changed.emit()

    def look_for_leftovers(self) -> None:
        """Find unfinished files that nobody waits for, and the like; `changed` follows when they are others."""
        catalog, folder, kept = self._library.catalog, self._library.settings.weights_folder, self._queued_paths()
        if catalog is None:
            return
        if self._looking:
            self._look_again = True
            return
        self._looking, self._look_again = True, False

        def find_leftovers() -> "list[Reclaimable]":
            from gemfit.library.reclaim import find

            return find(folder, catalog, kept)

        worker.run(find_leftovers, self._found_leftovers, self._no_leftovers)

    def reclaim(self) -> None:
        """Delete the leftovers for good."""
        items, folder = list(self.leftovers), self._library.settings.weights_folder

        def clear_away() -> int:
            from gemfit.library.reclaim import reclaim

            return reclaim(items, folder)

        worker.run(clear_away, lambda _freed: self._library.refresh(), self._failed)

    def ask_for_updates(self) -> None:
        """Ask the Hub whether it has newer files than those here; `updates` and `changed` follow."""
        catalog, files, settings = self._library.catalog, list(self._library.files), self._library.settings
        if catalog is None or self.asking:
            return
        self._cancelled = cancelled = threading.Event()
        self.asking, self.trouble = self.tr("Asking the Hub …"), ""

        def ask() -> "list[Update]":
            from gemfit.library.source import Source
            from gemfit.library.updates import look

            source = Source(endpoint=settings.endpoint, token=load_token())
            return look(
                files,
                catalog,
                source,
                on_repo=lambda _done, _total, repo: self._told.emit(repo),
                cancelled=cancelled,
            )

        worker.run(ask, self._answered, self._not_answered)
        self.changed.emit()

    def newer(self) -> list["Update"]:
        """The updates that are worth a word."""
        return [update for update in self.updates.values() if update.finding in ("newer", "gone")]

    def close(self) -> None:
        self._cancelled.set()

    def _queued_paths(self) -> list[Path]:
        """Where the files of the queue are going."""
        return [Path(entry.folder) / file.name for entry in self._library.downloads.entries() for file in entry.files]

    def _removed(self, title: str, removal: "Removal") -> None:
        self.removed = title, removal
        self.changed.emit()
        self._library.refresh()

    def _not_removed(self, title: str, files: list[LocalFile], error: Exception) -> None:
        if isinstance(error, GemfitError) and error.code == "no_trash":
            self.refused = title, files
        self._failed(error)

    def _put_back(self) -> None:
        self.removed = None
        self.changed.emit()
        self._library.refresh()

    def _failed(self, error: Exception) -> None:
        self.trouble = words.error_text(error)
        self.changed.emit()
        self._library.refresh()

    def _library_changed(self) -> None:
        if self._library.scanned and self._library.files is not self._files_then:  # a new look at the folder
            self._files_then = self._library.files
            self.look_for_leftovers()

    def _found_leftovers(self, found: list["Reclaimable"]) -> None:
        self._looking = False
        if found != self.leftovers:
            self.leftovers = found
            self.changed.emit()
        if self._look_again:
            self.look_for_leftovers()

    def _no_leftovers(self, error: Exception) -> None:
        self._looking = False
        self._failed(error)

    def _answered(self, updates: list["Update"]) -> None:
        self.asking = ""
        self.updates = {update.path: update for update in updates}
        self.changed.emit()

    def _not_answered(self, error: Exception) -> None:
        self.asking = ""
        self.trouble = words.error_text(error)
        self.changed.emit()

    def _show_asking(self, repo: str) -> None:
        if self.asking:
            self.asking = self.tr("Asking about %1 …").replace("%1", repo)
            self.changed.emit()
