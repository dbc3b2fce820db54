"""Whether files of a repository on the Hub fit this machine: by their size at once, by the engine's word on request."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from gemfit.errors import GemfitError
from gemfit.fit.by_size import SizeEstimate, estimate
from gemfit.library.listing import Listing, Offered
from gemfit.library.types import TransferProgress
from gemfit.ui import words, worker
from gemfit.ui.viewmodels.asked import Asked
from gemfit.ui.viewmodels.machine import MachineModel

if TYPE_CHECKING:
    from gemfit.library.source import Source
    from gemfit.measured.hub_fit import HubFit

FitKey = tuple[str, str, str, int]
MOST_FITS = 100


class HubFits(QObject):
    """Of the files of `listing`. `changed(name)`: of that file more, or something else, is known."""

    changed = Signal(str)
    _reported = Signal(object, object)

    def __init__(self, machine: MachineModel, source: "Callable[[], Source]", parent: QObject) -> None:
        super().__init__(parent)
        self._machine, self._source = machine, source
        self.listing: Listing | None = None
        self._fits: dict[FitKey, HubFit] = {}
        self._troubles: dict[FitKey, str] = {}
        self._asked: Asked | None = None
        self._name, self._progress = "", TransferProgress(state="waiting", file="", done_bytes=0, total_bytes=0)
        self._reported.connect(self._report)

    def estimate(self, offered: Offered) -> SizeEstimate | None:
        """What the size alone lets expect; None for what is no model, or while the machine is not known."""
        machine = self._machine.machine
        return estimate(machine, offered.bytes) if machine is not None and offered.role == "weights" else None

    def word(self, offered: Offered) -> "HubFit | None":
        """The engine's word, if it was asked at the context that is wished for now."""
        return self._fits.get(self._key(offered))

    def trouble(self, offered: Offered) -> str:
        return self._troubles.get(self._key(offered), "")

    def asking(self, offered: Offered) -> TransferProgress | None:
        """How far the question about this file is; None when it is not being asked."""
        return self._progress if self._asked is not None and self._name == offered.name else None

    def can_ask(self, offered: Offered) -> bool:
        return offered.role == "weights" and not offered.missing and self._machine.machine is not None

    def ask(self, offered: Offered) -> None:
        """Fetch the header and ask the engine; `changed` follows. An older question is stopped."""
        machine = self._machine.machine
        if machine is None or self.listing is None or not self.can_ask(offered):
            return
        self.stop()
        asked = self._asked = Asked()
        self._name, key = offered.name, self._key(offered)
        self._progress = TransferProgress(state="waiting", file=offered.name, done_bytes=0, total_bytes=0)
        self._troubles.pop(key, None)
        known = self._machine.known

        def look() -> "HubFit":
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

        worker.run(look, partial(self._fitted, asked, key), partial(self._not_fitted, asked, key))
        self.changed.emit(offered.name)

    @Slot()
    def stop(self) -> None:
        """Stop the question to the engine."""
        if self._asked is not None:
            self._asked.stopped.set()
            self._asked = None
            self.changed.emit(self._name)

    def _key(self, offered: Offered) -> FitKey:
        repo, revision = (self.listing.about.repo, self.listing.revision) if self.listing is not None else ("", "")
        return repo, revision, offered.parts[0].name, self._machine.context_tokens

    def _fitted(self, asked: Asked, key: FitKey, found: "HubFit") -> None:
        self._fits[key] = found
        if len(self._fits) > MOST_FITS:
            self._fits.pop(next(iter(self._fits)))
        self._over(asked, key)

    def _not_fitted(self, asked: Asked, key: FitKey, error: Exception) -> None:
        if not (isinstance(error, GemfitError) and error.code == "cancelled"):
            self._troubles[key] = words.error_text(error)
        self._over(asked, key)

    def _over(self, asked: Asked, key: FitKey) -> None:
        if self._asked is asked:
            self._asked = None
        self.changed.emit(key[2])

    @Slot(object, object)
    def _report(self, asked: Asked, progress: TransferProgress) -> None:
        if self._asked is asked:
            self._progress = progress
            self.changed.emit(self._name)
