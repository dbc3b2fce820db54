"""Taking in a bundle, on a machine that may never have had a network."""

import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot

from gemfit.ui import words, worker
from gemfit.ui.models.job_panel import Answer, JobPanel
from gemfit.ui.session import Session
from gemfit.ui.viewmodels.jobs import Key

if TYPE_CHECKING:
    from gemfit.library.bundle.load import Imported, Judged


class BundlePanel(JobPanel):
    """Says what a bundle holds, imports it, and says what became of each file. `shown(key)`: one was asked for."""

    shown = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__(session, "")
        self.bar.setAccessibleName(self.tr("Progress of the import"))

    @Slot(object)
    def look_into(self, bundle: Path) -> None:
        """Read what it holds, then ask."""
        catalog = self._session.machine.catalog
        if catalog is None or self.running:
            return

        def read() -> "list[Judged]":
            from gemfit.library.bundle.load import judge
            from gemfit.library.bundle.reading import read_manifest

            return judge(read_manifest(bundle), catalog)

        worker.run(read, partial(self._ask, bundle), lambda error: self.say_result(words.error_text(error)))

    def _ask(self, bundle: Path, judged: "list[Judged]") -> None:
        lines = [
            self.tr("Import the bundle %1? Every file of it is verified before it counts.").replace("%1", bundle.name)
        ]
        lines += [
            f"{self._title(one)} · {words.size_gb(one.weights.bytes)}\n{words.text(one.sentence)}" for one in judged
        ]
        welcome: list[Answer] = [(self.tr("Import"), partial(self.take_in, bundle))]
        answers = welcome if any(one.is_welcome for one in judged) else []
        self.say("\n".join(lines), [*answers, (self.tr("Not now"), self.dismiss)])

    def _title(self, one: "Judged") -> str:
        weights = one.weights
        return f"{self._session.machine.title(weights.model, weights.build)} · {Path(weights.file).name}"

    def take_in(self, bundle: Path) -> None:
        """Import it, on a thread; what an earlier try brought is kept."""
        catalog, folder = self._session.machine.catalog, self._session.settings.weights_folder
        if catalog is None or self.running:
            return

        def work(cancelled: threading.Event) -> "list[Imported]":
            from gemfit.library.bundle.load import load

            return load(bundle, folder, catalog, on_progress=self.told.emit, cancelled=cancelled)

        fate = self.tr("Of a bundle, the files that were imported stay; the next import of it goes on with the others.")
        self.begin(self.tr("A bundle is being imported …"), fate, work, self._imported)

    def progress(self, moment: object) -> None:
        from gemfit.library.bundle.copying import BundleProgress

        assert isinstance(moment, BundleProgress)
        self.show_progress(moment.done_bytes, moment.total_bytes, moment.file)

    def _imported(self, done: "list[Imported]") -> None:
        self._session.library.refresh(partial(self._show_result, done))

    def _show_result(self, done: "list[Imported]") -> None:
        states = {
            "imported": self.tr("Imported and verified"),
            "there": self.tr("Here already"),
            "left": self.tr("Left out"),
        }
        lines = [f"{states[one.state]}: {self._title(one.judged)}. {words.text(one.note)}" for one in done]
        keys = [(one.judged.weights.model, one.judged.weights.build) for one in done if one.state != "left"]
        self.say_result("\n".join(lines), [(self.tr("Show its card"), partial(self._show, keys[0]))] if keys else [])

    def _show(self, key: Key) -> None:
        self.dismiss()
        self.shown.emit(key)
