"""Calibrating in the window: begun, followed, stopped; what it found goes to the machine's own state."""

import threading
from typing import Literal

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from gemfit.errors import GemfitError
from gemfit.fit.on_each import OnDevice, speeds_on_each
from gemfit.fit.types import Calibration
from gemfit.ui import words, worker
from gemfit.ui.viewmodels.engine import EngineSession
from gemfit.ui.viewmodels.machine import MachineModel
from gemfit.words import Sentence

State = Literal["idle", "unloading", "running", "stopping"]


class CalibrationModel(QObject):
    """`changed` tells of every change.

    States: `idle`, `unloading` (the model in the engine is given back first), `running` (`doing` and `fraction` say how
    far), `stopping`. `problem` says why the last one ended without a result; empty where it did not, or was cancelled.
    """

    changed = Signal()
    _progress = Signal(float, object)

    def __init__(self, machine: MachineModel, engine: EngineSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._machine, self._engine = machine, engine
        self.state: State = "idle"
        self.problem = ""
        self.doing = ""
        self.fraction = 0.0
        self._stop = threading.Event()
        self._task: worker.Task | None = None
        self._disturbed = False
        self._kept: Calibration | None = None
        self._looked = False
        self._progress.connect(self._follow)
        engine.state_changed.connect(self._engine_changed)
        machine.changed.connect(self._machine_changed)

    @property
    def calibration(self) -> Calibration | None:
        """The one in force; else the last one made, which is stale."""
        return self._machine.known.calibration or self._kept

    @property
    def valid(self) -> bool:
        """Whether there is a calibration of this very machine with this very engine."""
        from gemfit.measured.calibrate import is_stale

        made, machine = self.calibration, self._machine.machine
        return made is not None and machine is not None and not is_stale(made, machine)

    @property
    def note(self) -> str:
        """What to know about the last one: that the machine was busy meanwhile; else empty."""
        from gemfit.measured.calibrate import was_busy

        busy = was_busy(self.calibration) if self.calibration is not None else None
        return words.text(busy) if busy is not None else ""

    def speeds(self) -> list[OnDevice]:
        """Of every model on each device, by the calibration in force, at the context that is wished for."""
        machine, catalog, made = self._machine.machine, self._machine.catalog, self.calibration
        if machine is None or catalog is None or made is None or not self.valid:
            return []
        return speeds_on_each(machine, catalog, self._machine.context_tokens, made)

    @property
    def disturbing(self) -> str:
        """The title of the model that is loaded, loading or answering, and would compete with the measurement."""
        return "" if self._engine.state in ("idle", "ended") else self._engine.title

    @property
    def possible(self) -> bool:
        """Whether it is known what there is to measure."""
        machine = self._machine.machine
        return machine is not None and not machine.engine.problem

    def start(self) -> None:
        """Calibrate; a model that is loaded is unloaded first."""
        if self.state != "idle" or not self.possible:
            return
        self.problem, self.doing, self.fraction, self._disturbed = "", "", 0.0, False
        if self.disturbing:
            self._set("unloading")
            self._engine.unload()
        else:
            self._run()

    def stop(self) -> None:
        """End it; what was written is deleted and nothing is kept."""
        if self.state == "unloading":
            self._set("idle")
        elif self.state == "running":
            self._stop.set()
            self._set("stopping")

    def close(self) -> None:
        """At the end of the program."""
        self._stop.set()
        if self._task is not None:
            self._task.forget()

    def _run(self) -> None:
        machine = self._machine.machine
        assert machine is not None
        stop = self._stop = threading.Event()
        tell = self._progress.emit  # on the thread; followed on this one

        def measure() -> Calibration:
            from gemfit.measured.calibrate import calibrate

            return calibrate(machine, tell, stop)

        self._set("running")
        self._task = worker.run(measure, self._done, self._failed)

    @Slot(float, object)
    def _follow(self, fraction: float, doing: Sentence) -> None:
        if self.state == "running":
            self.doing, self.fraction = words.text(doing), fraction
            self.changed.emit()

    @Slot()
    def _machine_changed(self) -> None:
        """What is kept for another machine or engine is read once, to say that it is stale."""
        if self._machine.machine is not None and not self._looked:
            self._looked = True
            worker.run(_read, self._found, self._not_found)
        self.changed.emit()

    def _found(self, kept: Calibration | None) -> None:
        if kept is not None:
            self._kept = kept
            self.changed.emit()

    def _not_found(self, error: Exception) -> None:
        self.problem = words.error_text(error)
        self.changed.emit()

    @Slot(str)
    def _engine_changed(self, state: str) -> None:
        if self.state == "unloading" and state == "idle":
            self._run()
        elif self.state == "running" and state == "starting":
            self._disturbed = True
            self.stop()
        else:
            self.changed.emit()

    def _done(self, calibration: Calibration) -> None:
        self._task, self._kept = None, calibration
        self._machine.use_known(msgspec.structs.replace(self._machine.known, calibration=calibration))
        self._set("idle")

    def _failed(self, error: Exception) -> None:
        self._task = None
        stopped = isinstance(error, GemfitError) and error.code == "cancelled"
        if self._disturbed:
            self.problem = self.tr(
                "Calibration was stopped, because a model was loaded. What was known before stays. "
                "Calibrate again when the model is unloaded."
            )
        elif not stopped:
            self.problem = words.error_text(error)
        self._set("idle")

    def _set(self, state: State) -> None:
        self.state = state
        self.changed.emit()


def _read() -> Calibration | None:
    from gemfit.measured.calibrate import read_calibration

    return read_calibration()
