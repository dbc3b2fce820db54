"""Which catalogue is in force, and bringing another by file: a part of Settings."""

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from gemfit.catalog.load import CatalogSource
from gemfit.catalog.types import Catalog
from gemfit.ui import words, worker
from gemfit.ui.parts import Elided, button, label, row

InForce = tuple[CatalogSource, Catalog]


class CatalogField(QObject):
    """Where the catalogue is from, and two ways to change it; files are read on a thread."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self.shown = Elided()
        self.use = button(self.tr("Use a file…"), self._choose, icon="folder")
        self.shipped = button(self.tr("Use the one of Gemfit"), self._use_shipped)
        self.line = row(self.shown, stretch_last=True)
        self.line.addWidget(self.use)
        self.line.addWidget(self.shipped)
        self.state = label(role="muted")
        self.state.hide()
        worker.run(_in_force, self._show, self._failed)

    def take(self, file: Path) -> None:
        """Use the catalogue in `file`, or that of a bundle."""
        worker.run(lambda: _taken(file), self._changed, self._failed)

    def _choose(self) -> None:
        kinds = self.tr("Catalogues and bundles (*.json *.tar)")
        chosen, _filter = QFileDialog.getOpenFileName(self._parent, self.tr("Catalogue"), "", kinds)
        if chosen:
            self.take(Path(chosen))

    def _use_shipped(self) -> None:
        worker.run(_given_up, self._changed, self._failed)

    def _changed(self, in_force: InForce) -> None:
        self._show(in_force)
        self._say(self.tr("It counts from the next start of Gemfit."))

    def _show(self, in_force: InForce) -> None:
        source, catalog = in_force
        title = f"{catalog.title} ({catalog.compiled})" if catalog.compiled else catalog.title
        self.shown.setText(
            {
                "shipped": self.tr("%1, comes with Gemfit"),
                "kept": self.tr("%1, brought by file"),
                "named": self.tr("%1, named by GEMFIT_CATALOG"),
            }[source.kind].replace("%1", title)
        )
        self.shipped.setVisible(source.kind == "kept" or source.problem is not None)
        self._say(words.text(source.problem) if source.problem else "")

    def _failed(self, error: Exception) -> None:
        self._say(words.error_text(error))

    def _say(self, text: str) -> None:
        self.state.setText(text)
        self.state.setVisible(bool(text))


def _in_force() -> InForce:
    from gemfit.catalog.load import choose

    return choose()


def _taken(file: Path) -> InForce:
    from gemfit.catalog.keep import use
    from gemfit.catalog.load import read_bytes
    from gemfit.library.bundle.reading import read_catalog

    use(read_catalog(file) if file.suffix.lower() == ".tar" else read_bytes(file), file)
    return _in_force()


def _given_up() -> InForce:
    from gemfit.catalog.keep import use_shipped

    use_shipped()
    return _in_force()
