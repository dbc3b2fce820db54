"""The files of an entry of the queue that has several, each with its progress."""

from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from gemfit.library.queue import QueuedFile
from gemfit.ui import theme
from gemfit.ui.models.entry_texts import file_text, name_text
from gemfit.ui.parts import Elided, set_role
from gemfit.ui.theme import GAP_XS

_FULL = 1000


class FileLines(QWidget):
    """A line for each file of an entry that has several: role, progress, state."""

    def __init__(self) -> None:
        super().__init__()
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(GAP_XS)
        self._lines: dict[str, tuple[QProgressBar, Elided]] = {}

    def texts(self) -> list[str]:
        return [text.text() for _bar_, text in self._lines.values()]

    def show_files(self, files: tuple[QueuedFile, ...]) -> None:
        if set(self._lines) != {file.name for file in files}:
            self._make_lines(files)
        for file in files:
            bar, text = self._lines[file.name]
            text.setText(f"{name_text(file)} · {file_text(file)}")
            show_progress(bar, file.done_bytes, file.total_bytes)
            bar.setAccessibleName(f"{name_text(file)}, {file.name}: {file_text(file)}")
        self.setVisible(bool(files))

    def _make_lines(self, files: tuple[QueuedFile, ...]) -> None:
        for bar, text in self._lines.values():
            for widget in (bar, text):
                self._box.removeWidget(widget)
                widget.deleteLater()
        self._lines = {}
        for file in files:
            bar, text = progress_bar(), Elided()
            set_role(text, "muted")
            text.setFont(theme.tabular(text.font()))
            theme.small(text)
            self._lines[file.name] = bar, text
            self._box.addWidget(text)
            self._box.addWidget(bar)


def progress_bar() -> QProgressBar:
    made = QProgressBar()
    made.setRange(0, _FULL)
    made.setTextVisible(False)
    return made


def show_progress(bar: QProgressBar, done_bytes: int, total_bytes: int) -> None:
    bar.setValue(_FULL * done_bytes // total_bytes if total_bytes else 0)
