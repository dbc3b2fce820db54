"""Taking files from elsewhere into the library: chosen in a dialog, or dropped on the window."""

import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog

from gemfit.library.bundle.manifest import MANIFEST, is_bundle
from gemfit.library.types import TransferProgress
from gemfit.ui import words, worker
from gemfit.ui.models.job_panel import Answer, JobPanel
from gemfit.ui.session import Session
from gemfit.ui.transfer import progress_text
from gemfit.ui.viewmodels.jobs import Key, key_of

if TYPE_CHECKING:
    from gemfit.library.import_file import How, Imported


class ImportPanel(JobPanel):
    """Asks how to take the files, shows progress and result. `shown(key)`: a card was asked for. `bundle_chosen(Path)`:
    what was chosen is a bundle.
    """

    shown = Signal(object)
    bundle_chosen = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__(session, "")
        self.bar.setAccessibleName(self.tr("Progress of the import"))

    def choose(self) -> None:
        """The system's dialog for files."""
        dialog = QFileDialog(self, self.tr("Import weights"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(
            [self.tr("Weights and bundles (*.gguf *.litertlm *.tar manifest.json)"), self.tr("All files (*)")]
        )
        dialog.filesSelected.connect(lambda names: self.take([Path(name) for name in names]))
        dialog.open()

    def take(self, paths: list[Path]) -> None:
        """Ask what to do with these, then do it."""
        if self.running or not paths:
            return
        one = paths[0].parent if paths[0].name == MANIFEST else paths[0]
        if len(paths) == 1 and is_bundle(one):
            self.bundle_chosen.emit(one)
            return
        folder = self._session.settings.weights_folder

        def look() -> "list[How]":
            from gemfit.library.import_file import ways

            return ways(paths, folder)

        worker.run(look, partial(self._ask, paths), lambda error: self.say_result(words.error_text(error)))

    def _ask(self, paths: list[Path], ways: "list[How]") -> None:
        one = self.tr("Import %1?").replace("%1", paths[0].name)
        many = self.tr("Import %1 files?").replace("%1", words.count(len(paths)))
        explained = [self.tr("Left where it is, it takes no more room; a copy in the weights folder is Gemfit's own.")]
        if "link" in ways:
            explained.append(
                self.tr("Moved, it is no longer where it was; linked, it is in both places and takes its room once.")
            )
        elif "move" in ways:
            explained.append(self.tr("Moved, it is no longer where it was."))
        else:
            explained.append(self.tr("It belongs to another program, so it is neither moved nor linked."))
        names = {
            "leave": self.tr("Use where it is"),
            "copy": self.tr("Copy"),
            "move": self.tr("Move"),
            "link": self.tr("Link"),
        }
        answers: list[Answer] = [(names[how], partial(self.take_in, paths, how)) for how in ways]
        text = one if len(paths) == 1 else many
        self.say(" ".join([text, *explained]), [*answers, (self.tr("Not now"), self.dismiss)])

    def take_in(self, paths: list[Path], how: "How") -> None:
        """Import them that way, on a thread."""
        catalog, folder = self._session.machine.catalog, self._session.settings.weights_folder
        if catalog is None or self.running:
            return

        def work(cancelled: threading.Event) -> "Imported":
            from gemfit.library.import_file import import_paths

            return import_paths(paths, folder, catalog, how=how, on_progress=self.told.emit, cancelled=cancelled)

        fate = self.tr("Of an import that is stopped, what was taken in stays; the file under way is as it was.")
        self.begin(self.tr("Files are being imported …"), fate, work, self._imported)

    def progress(self, moment: object) -> None:
        assert isinstance(moment, TransferProgress)
        self.show_progress(moment.done_bytes, moment.total_bytes, f"{moment.file}: {progress_text(moment)}")

    def _imported(self, imported: "Imported") -> None:
        self._session.library.refresh(partial(self._show_result, imported))

    def _show_result(self, imported: "Imported") -> None:
        names = ", ".join(Path(file.path).name for file in imported.files)
        lines = [self.tr("Imported: %1.").replace("%1", names)] if names else []
        lines += [words.text(refused.sentence) for refused in imported.refused]
        cards: list[Answer] = [
            (self.tr("Show its card"), partial(self._show, key_of(file))) for file in imported.files[:1]
        ]
        self.say_result("\n".join(lines), cards)

    def _show(self, key: Key) -> None:
        self.dismiss()
        self.shown.emit(key)
