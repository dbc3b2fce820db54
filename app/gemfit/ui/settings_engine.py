"""Fields of the settings: which build of the engine runs, and what it keeps of conversations."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QLabel, QLineEdit

from gemfit import paths
from gemfit.engine import builds, state_files
from gemfit.engine.builds import Build
from gemfit.machine.types import EngineBuild
from gemfit.ui import words, worker
from gemfit.ui.parts import button, label, row
from gemfit.ui.session import Session
from gemfit.ui.settings_parts import choice
from gemfit.ui.viewmodels.machine import MachineModel

LIMITS_GIB = (1, 2, 4, 8, 16)
Change = Callable[..., None]


class BuildField(QObject):
    """The builds of the engine that are here; what the one in use is, the machine says. `used()`: another one runs from
    the next load on.
    """

    used = Signal()

    def __init__(self, machine: MachineModel, parent: QObject) -> None:
        super().__init__(parent)
        self._machine = machine
        self._said = ""
        self.box = choice((), "", self._choose)
        self.add = button(self.tr("Add from a file…"), self._choose_file)
        self.remove = button(self.tr("Remove"), self._remove)
        self.state = label(role="muted", selectable=True)
        self.name = QLineEdit()
        self.name.setPlaceholderText(self.tr("From a .whl file"))
        self.name.setAccessibleName(self.tr("Name of the new build"))
        self.name.returnPressed.connect(self._install)
        self.name.setEnabled(False)
        self._wheel: Path | None = None
        self._showing = False
        self.line = row(self.box)
        self.line.insertWidget(1, self.remove)
        machine.changed.connect(self.refresh)
        self.install = button(self.tr("Install"), self._install)
        self.install.setEnabled(False)
        self.naming = row(self.name, stretch_last=True)
        self.naming.addWidget(self.add)
        self.naming.addWidget(self.install)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """List what is here, and say what the one in use is."""
        self._showing = True
        self.box.clear()
        found = builds.listed()
        for build in found:
            name = self.tr("the one that came with Gemfit") if build.folder is None else build.name
            self.box.addItem(name, build.name)
            if build.in_use:
                self.box.setCurrentIndex(self.box.count() - 1)
        self._showing = False
        self.remove.setVisible(self.box.currentData() != builds.OWN)
        installed_s = next(build.installed_s for build in found if build.in_use)
        machine = self._machine.machine
        self.state.setText(self._said or (self._about(machine.engine, installed_s) if machine is not None else ""))
        self._said = ""

    def _about(self, engine: EngineBuild, installed_s: float) -> str:
        if engine.problem:
            return engine.problem
        pieces = [engine.build]
        days = builds.age_days(engine.commit, datetime.now(UTC).date())
        if days is not None:
            pieces.append(self.tr("made on %1, %n days ago", "", days).replace("%1", engine.commit_date))
        if installed_s:
            here = time.strftime("%Y-%m-%d", time.localtime(installed_s))
            pieces.append(self.tr("installed on %1").replace("%1", here))
        pieces.append(self.tr("built with %1").replace("%1", ", ".join(engine.backends)))
        return " · ".join(pieces)

    def _choose(self, name: str) -> None:
        if self._showing or not name:
            return
        self.state.setText(self.tr("Trying it …"))
        worker.run(partial(builds.use, name), self._used, self._failed)

    def _used(self, _build: Build) -> None:
        self.refresh()
        self.used.emit()

    def _failed(self, error: Exception) -> None:
        """The choice stays as it was."""
        self._say(words.error_text(error))

    def _say(self, text: str) -> None:
        self._said = text
        self.refresh()

    def _remove(self) -> None:
        worker.run(partial(builds.remove, self.box.currentData()), self._removed, self._failed)

    def _removed(self, _none: None) -> None:
        self.refresh()
        self.used.emit()

    def _choose_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(None, self.tr("A build of the engine"), "", "llama_cpp_python*.whl")
        if path:
            self.offer(Path(path))

    def offer(self, wheel: Path) -> None:
        """Ask for a name for that file; Enter installs it."""
        self._wheel = wheel
        self.name.setPlaceholderText(self.tr("What to call it: cuda, vulkan, …"))
        self.name.setEnabled(True)
        self.install.setEnabled(True)
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _install(self) -> None:
        if self._wheel is None:
            return
        self.name.setEnabled(False)
        self.install.setEnabled(False)
        self.state.setText(self.tr("Installing it …"))
        install = builds.pip(wheel=self._wheel)
        worker.run(partial(builds.add, self.name.text().strip(), install), self._added, self._failed)

    def _added(self, build: Build) -> None:
        self._say(self.tr("%1 works. Choose it to use it.").replace("%1", build.name))


class StatesField(QObject):
    """What was computed of conversations and is kept on disk: how much, and a way to delete it."""

    def __init__(self, session: Session, change: Change, parent: QObject) -> None:
        super().__init__(parent)
        now = session.settings
        self.keep = QCheckBox(self.tr("Keep what was computed, so that they go on at once"))
        self.keep.setAccessibleName(self.keep.text())
        self.keep.setChecked(now.keep_states)
        self.keep.toggled.connect(lambda on: change(keep_states=on))
        sizes = sorted({*(n << 30 for n in LIMITS_GIB), now.states_limit_bytes})
        limits = tuple((str(n), self.tr("at most %1").replace("%1", words.size(n))) for n in sizes)
        self.limit = choice(limits, str(now.states_limit_bytes), lambda n: change(states_limit_bytes=int(n)))
        self.limit.setAccessibleName(self.tr("Room for what was computed"))
        self.clear = button(self.tr("Delete"), self._clear)
        self.size: QLabel = label(role="muted")
        self.line: QHBoxLayout = row(self.limit, self.clear)
        self.refresh()

    def refresh(self) -> None:
        worker.run(_kept_bytes, self._show, self._failed)

    def _show(self, n_bytes: int) -> None:
        text = self.tr("%1 are kept. Of text alone; nothing of it is ever sent anywhere.")
        self.size.setText(text.replace("%1", words.size(n_bytes)) if n_bytes else self.tr("Nothing is kept now."))
        self.clear.setEnabled(bool(n_bytes))

    def _failed(self, error: Exception) -> None:
        self.size.setText(words.error_text(error))

    def _clear(self) -> None:
        worker.run(_delete_states, lambda _none: self.refresh(), self._failed)


def _kept_bytes() -> int:
    return sum(path.stat().st_size for path in state_files.state_files(paths.states_dir()))


def _delete_states() -> None:
    for path in state_files.state_files(paths.states_dir()):
        state_files.remove(path)
