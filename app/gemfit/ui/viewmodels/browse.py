"""Any model on the Hub: a search, and the files of one repository. Asked on threads, stopped when it is not wanted any
more; nothing is asked before someone asks for it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec
from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from gemfit.catalog.types import Build, CatalogFile, Model, Role
from gemfit.errors import GemfitError
from gemfit.library.listing import Listing, Offered, format_of, obstacle, to_get
from gemfit.library.names import joined
from gemfit.library.query import Query, catalogued, read_query
from gemfit.library.queue import Entry, QueuedFile
from gemfit.library.queue_entries import FOLDER
from gemfit.library.repository import Repository
from gemfit.library.types import LocalFile
from gemfit.ui import words, worker
from gemfit.ui.session import Session
from gemfit.ui.viewmodels.asked import Asked
from gemfit.ui.viewmodels.hub_fits import HubFits
from gemfit.ui.viewmodels.jobs import Key

if TYPE_CHECKING:
    from gemfit.library.browse import Results
    from gemfit.library.source import Source

T = TypeVar("T")
State = Literal["idle", "asking", "found", "failed"]


class BrowseModel(QObject):
    """`changed`: another state, other results or files. `fits` are of the files of the open repository."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.query = Query()
        self.results: list[Repository] = []
        self.more = ""
        self.listing: Listing | None = None
        self.opened = ""
        self._search = self._opening = Asked()
        self._search.running = False
        self.searched = False
        self.fits = HubFits(session.machine, self._source, self)
        program = QCoreApplication.instance()
        assert program is not None
        program.aboutToQuit.connect(self.stop)

    # -- searching

    @property
    def state(self) -> State:
        """Of the search."""
        if self._search.running:
            return "asking"
        if self._search.trouble:
            return "failed"
        return "found" if self.searched else "idle"

    @property
    def trouble(self) -> str:
        """What went wrong with the search, or with opening a repository."""
        return self._opening.trouble if self.opened else self._search.trouble

    def first(self) -> list[Model]:
        """The models of the catalogue that match: they stay first."""
        catalog = self._session.machine.catalog
        return catalogued(catalog, self.query) if catalog is not None else []

    def search(self, typed: str) -> None:
        """Search for what was typed; a whole name opens that repository. An empty text brings back the beginning."""
        self.stop()
        self.query = read_query(typed)
        self.results, self.more, self.searched = [], "", False
        self.close_repository()
        if self.query.repo:
            self.open(self.query.repo)
        elif self.query.is_empty:
            self._search = Asked()
            self._search.running = False
            self.changed.emit()
        else:
            self._ask_for_page("")

    def go_on(self) -> None:
        """The next page of results."""
        if self.more and not self._search.running:
            self._ask_for_page(self.more)

    def _ask_for_page(self, after: str) -> None:
        asked, query = Asked(), self.query
        self._search = asked

        def look() -> "Results":
            from gemfit.library.browse import search

            return search(query, self._source(), after=after, cancelled=asked.stopped)

        self._run(asked, look, self._found)

    def _found(self, results: "Results") -> None:
        known = {one.repo for one in self.results}
        self.results = [*self.results, *(one for one in results.repositories if one.repo not in known)]
        self.more, self.searched = results.more, True

    # -- one repository

    @property
    def opening(self) -> bool:
        return self._opening.running and bool(self.opened)

    def open(self, repo: str) -> None:
        """List the files of `repo`."""
        self._opening.stopped.set()
        asked = self._opening = Asked()
        self.opened, self.listing, self.fits.listing = repo, None, None

        def look() -> Listing:
            from gemfit.library.browse import files

            return files(repo, self._source(), cancelled=asked.stopped)

        self._run(asked, look, self._listed)

    def _listed(self, listing: Listing) -> None:
        self.listing = self.fits.listing = listing

    def close_repository(self) -> None:
        """Back to the results."""
        self.fits.stop()
        self._opening.stopped.set()
        if self.opened:
            self.opened, self.listing, self.fits.listing = "", None, None
            self.changed.emit()

    @Slot()
    def stop(self) -> None:
        """Stop what is under way, at the end of the program or because it takes too long."""
        self._search.stopped.set()
        self._opening.stopped.set()
        self.fits.stop()

    def try_again(self) -> None:
        """The same question once more."""
        if self.opened:
            self.open(self.opened)
        else:
            self._ask_for_page(self.more if self.results else "")

    def _run(self, asked: Asked, work: Callable[[], T], done: Callable[[T], None]) -> None:
        def over(result: T) -> None:
            asked.running = False
            if asked in (self._search, self._opening) and not asked.stopped.is_set():
                done(result)
            self.changed.emit()

        def failed(error: Exception) -> None:
            asked.running = False
            if not (isinstance(error, GemfitError) and error.code == "cancelled"):
                asked.trouble = words.error_text(error)
            self.changed.emit()

        worker.run(work, over, failed)
        self.changed.emit()

    # -- getting

    def obstacle(self, offered: Offered) -> str:
        """Why it cannot be got, in words; empty if it can."""
        said = obstacle(self.listing, offered) if self.listing is not None else None
        return words.text(said) if said is not None else ""

    def catalogued(self, offered: Offered) -> tuple[Key, Role] | None:
        """Which file of the catalogue this is: the same name in the same repository, with the same hash; of weights in
        parts, which the catalogue has no hashes of, those of the same format at the same revision.
        """
        catalog = self._session.machine.catalog
        for model, build, file in catalog.files() if catalog is not None else ():
            if file.repo == self.opened and self._is_same(build, file, offered):
                return (model.id, build.id), file.role
        return None

    def _is_same(self, build: Build, file: CatalogFile, offered: Offered) -> bool:
        if build.split and file.role == offered.role == "weights" and self.listing is not None:
            same_format = offered.count > 1 and offered.format == format_of(file.file)
            return same_format and self.listing.revision == file.revision
        return file.file == offered.name and file.sha256 is not None and file.sha256 == offered.sha256

    def get(self, offered: Offered) -> None:
        """Queue it, pinned to the commit that is listed; a file of the catalogue goes where that has it."""
        if known := self.catalogued(offered):
            self._session.library.add(known[0], (known[1],))
        elif self.listing is not None and not self.obstacle(offered):
            title = f"{self.listing.about.repo} · {offered.name}"
            self._session.library.add_files(title, to_get(self.listing, offered))

    def target(self, offered: Offered) -> Path:
        """Where it, or its first part, goes."""
        return joined(self._session.settings.weights_folder, f"{FOLDER}/{self.opened}/{offered.parts[0].name}")

    def here(self, offered: Offered) -> LocalFile | None:
        """The file, if it is here whole: where it belongs, or the same one elsewhere."""
        known = self.catalogued(offered)
        if known is not None and known[1] == "weights":
            return self._session.library.local(known[0])
        path, sha256 = str(self.target(offered)), offered.sha256
        return next(
            (
                file
                for file in self._session.library.files
                if file.complete and (file.path == path or (sha256 is not None and file.sha256 == sha256))
            ),
            None,
        )

    def queued(self, offered: Offered) -> QueuedFile | None:
        """The file in the queue, unless it is done."""
        known = self.catalogued(offered)
        folder = str(joined(self._session.settings.weights_folder, f"{FOLDER}/{self.opened}"))
        if known is not None:
            folder = str(joined(self._session.settings.weights_folder, "/".join(known[0])))
        names = {part.name for part in offered.parts}
        entries = (entry for entry in self._session.library.downloads.entries() if entry.folder == folder)
        return next((found for entry in entries if (found := _together(entry, names)) is not None), None)

    def _source(self) -> "Source":
        from gemfit.library.source import Source
        from gemfit.settings import load_token

        return Source(endpoint=self._session.settings.endpoint, token=load_token())


def _together(entry: Entry, names: set[str]) -> QueuedFile | None:
    """Those files of an entry as one: the first that is not done, with the bytes of all; None when all are."""
    files = [file for file in entry.files if file.name in names]
    current = next((file for file in files if file.state != "done"), None)
    if current is None:
        return None
    done, total = sum(file.done_bytes for file in files), sum(file.total_bytes for file in files)
    return msgspec.structs.replace(current, done_bytes=done, total_bytes=total)
