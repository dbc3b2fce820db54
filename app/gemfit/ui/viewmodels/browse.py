"""Any model on the Hub: a search, the files of one repository, and whether one of them fits. Asked on threads, stopped
when it is not wanted any more; nothing is asked before someone asks for it.
"""

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec
from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from gemfit.catalog.types import Build, CatalogFile, Model, Role
from gemfit.errors import GemfitError
from gemfit.fit.by_size import SizeEstimate, estimate
from gemfit.library.listing import Listing, Offered, format_of, obstacle, to_get
from gemfit.library.names import joined
from gemfit.library.query import Query, catalogued, read_query
from gemfit.library.queue import Entry, QueuedFile
from gemfit.library.queue_entries import FOLDER
from gemfit.library.repository import Repository
from gemfit.library.types import LocalFile, TransferProgress
from gemfit.ui import words, worker
from gemfit.ui.session import Session
from gemfit.ui.viewmodels.jobs import Key

if TYPE_CHECKING:
    from gemfit.library.browse import Results
    from gemfit.library.source import Source
    from gemfit.measured.hub_fit import HubFit

T = TypeVar("T")
State = Literal["idle", "asking", "found", "failed"]
FitKey = tuple[str, str, str, int]
MOST_FITS = 100


class Asked:
    """One question on its way, or the trouble it had."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self.running = True
        self.trouble = ""


class BrowseModel(QObject):
    """`changed`: another state, other results or files. `fit_changed(name)`: of one file of the open repository."""

    changed = Signal()
    fit_changed = Signal(str)
    _reported = Signal(object, object)

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
        self._fits: dict[FitKey, HubFit] = {}
        self._fit: Asked | None = None
        self._fit_name, self._fit_progress = "", TransferProgress(state="waiting", file="", done_bytes=0, total_bytes=0)
        self._fit_troubles: dict[FitKey, str] = {}
        program = QCoreApplication.instance()
        assert program is not None
        program.aboutToQuit.connect(self.stop)
        self._reported.connect(self._report)

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
        self.opened, self.listing = repo, None

        def look() -> Listing:
            from gemfit.library.browse import files

            return files(repo, self._source(), cancelled=asked.stopped)

        self._run(asked, look, self._listed)

    def _listed(self, listing: Listing) -> None:
        self.listing = listing

    def close_repository(self) -> None:
        """Back to the results."""
        self.stop_fit()
        self._opening.stopped.set()
        if self.opened:
            self.opened, self.listing = "", None
            self.changed.emit()

    @Slot()
    def stop(self) -> None:
        """Stop what is under way, at the end of the program or because it takes too long."""
        self._search.stopped.set()
        self._opening.stopped.set()
        self.stop_fit()

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

    # -- the fit

    def estimate(self, offered: Offered) -> SizeEstimate | None:
        """What the size alone lets expect; None for what is no model, or while the machine is not known."""
        machine = self._session.machine.machine
        return estimate(machine, offered.bytes) if machine is not None and offered.role == "weights" else None

    def fit(self, offered: Offered) -> "HubFit | None":
        """The engine's word, if it was asked at the context that is wished for now."""
        return self._fits.get(self._fit_key(offered))

    def fit_trouble(self, offered: Offered) -> str:
        return self._fit_troubles.get(self._fit_key(offered), "")

    def asking_fit(self, offered: Offered) -> TransferProgress | None:
        """How far the question about this file is; None when it is not being asked."""
        return self._fit_progress if self._fit is not None and self._fit_name == offered.name else None

    def can_ask(self, offered: Offered) -> bool:
        return offered.role == "weights" and not offered.missing and self._session.machine.machine is not None

    def ask_fit(self, offered: Offered) -> None:
        """Fetch the header and ask the engine; `fit_changed` follows. An older question is stopped."""
        machine, listing = self._session.machine.machine, self.listing
        if machine is None or listing is None or not self.can_ask(offered):
            return
        self.stop_fit()
        asked = self._fit = Asked()
        self._fit_name, key = offered.name, self._fit_key(offered)
        self._fit_progress = TransferProgress(state="waiting", file=offered.name, done_bytes=0, total_bytes=0)
        self._fit_troubles.pop(key, None)
        known = self._session.machine.known

        def ask() -> "HubFit":
            from gemfit.library.header_fetch import HubFile
            from gemfit.measured.hub_fit import fit_of

            return fit_of(
                HubFile(key[0], key[2], key[1]),
                machine,
                context_tokens=key[3],
                known=known,
                hub=self._source(),
                on_progress=partial(self._reported.emit, asked),
                stopped=asked.stopped,
            )

        worker.run(ask, partial(self._fitted, asked, key), partial(self._not_fitted, asked, key))
        self.fit_changed.emit(offered.name)

    def stop_fit(self) -> None:
        """Stop the question to the engine."""
        if self._fit is not None:
            self._fit.stopped.set()
            self._fit = None
            self.fit_changed.emit(self._fit_name)

    def _fit_key(self, offered: Offered) -> FitKey:
        listing = self.listing
        revision = listing.revision if listing is not None else ""
        return self.opened, revision, offered.parts[0].name, self._session.machine.context_tokens

    def _fitted(self, asked: Asked, key: FitKey, found: "HubFit") -> None:
        self._fits[key] = found
        if len(self._fits) > MOST_FITS:
            self._fits.pop(next(iter(self._fits)))
        self._fit_over(asked, key)

    def _not_fitted(self, asked: Asked, key: FitKey, error: Exception) -> None:
        if not (isinstance(error, GemfitError) and error.code == "cancelled"):
            self._fit_troubles[key] = words.error_text(error)
        self._fit_over(asked, key)

    def _fit_over(self, asked: Asked, key: FitKey) -> None:
        if self._fit is asked:
            self._fit = None
        self.fit_changed.emit(key[2])

    @Slot(object, object)
    def _report(self, asked: Asked, progress: TransferProgress) -> None:
        if self._fit is asked:
            self._fit_progress = progress
            self.fit_changed.emit(self._fit_name)

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
