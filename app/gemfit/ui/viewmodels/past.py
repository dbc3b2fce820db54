"""Past loads: their predictions beside what they took, and the record of them cleared and brought back."""

from functools import partial

import msgspec
from PySide6.QtCore import QObject, Signal

from gemfit.fit.types import Outcome
from gemfit.measured import comparison
from gemfit.ui import words, worker
from gemfit.ui.viewmodels.machine import MachineModel


class PastModel(QObject):
    """`changed` tells of every change. `cleared` are the loads that can still be brought back."""

    changed = Signal()

    def __init__(self, machine: MachineModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._machine = machine
        self.cleared: list[Outcome] = []
        self.problem = ""
        machine.changed.connect(self.changed)

    @property
    def outcomes(self) -> list[Outcome]:
        """The newest first."""
        return sorted(self._machine.known.outcomes, key=lambda outcome: outcome.at, reverse=True)

    def answered(self) -> list[Outcome]:
        """Those that have read a prompt: before, the system has not given all the memory yet."""
        return [outcome for outcome in self.outcomes if outcome.prompt_tokens]

    def memory_error(self) -> float | None:
        """The median of all loads that answered, as a fraction of what was predicted."""
        return comparison.median_error([comparison.memory_error(outcome) for outcome in self.answered()])

    def speed_error(self) -> float | None:
        return comparison.median_error([comparison.speed_error(outcome) for outcome in self.answered()])

    def correction_bytes(self) -> int | None:
        """What the loads with this engine add to later estimates of system memory; None where they say nothing."""
        from gemfit.fit.correct import learn

        machine = self._machine.machine
        return learn(self.outcomes, machine.engine.build).host_base_bytes if machine is not None else None

    def clear(self) -> None:
        """Forget these loads; `undo` brings them back."""
        from gemfit.measured.outcomes import forget

        outcomes = self.outcomes
        worker.run(partial(forget, outcomes), lambda _none: self._exchanged(cleared=outcomes, shown=[]), self._failed)

    def undo(self) -> None:
        from gemfit.measured.outcomes import bring_back

        shown = [*self.cleared, *self.outcomes]
        worker.run(
            partial(bring_back, self.cleared), lambda _none: self._exchanged(cleared=[], shown=shown), self._failed
        )

    def _exchanged(self, *, cleared: list[Outcome], shown: list[Outcome]) -> None:
        self.cleared, self.problem = cleared, ""
        self._machine.use_known(msgspec.structs.replace(self._machine.known, outcomes=shown))
        self.changed.emit()

    def _failed(self, error: Exception) -> None:
        self.problem = words.error_text(error)
        self.changed.emit()
