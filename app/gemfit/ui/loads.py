"""Loading a model: planned for the memory that is free now, refused where it does not fit, given a longer context."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec
from PySide6.QtCore import QObject, Signal

from gemfit.catalog.types import Shape, TensorLayout
from gemfit.engine.formats import backend_of
from gemfit.engine.protocol import Sampling
from gemfit.fit.types import DRAFT_TOKENS, Intent
from gemfit.loading import load_plan, on_gpu
from gemfit.machine.types import Machine
from gemfit.measured.comparison import total_bytes
from gemfit.media.types import DEFAULT_IMAGE_TOKENS
from gemfit.settings import Settings
from gemfit.ui import words, worker
from gemfit.ui.viewmodels.engine import EngineSession
from gemfit.ui.viewmodels.machine import MachineModel
from gemfit.ui.viewmodels.selection import Selection


class Loads(QObject):
    """`refused(Selection, str)`: it does not fit, and its `intent` says why; the text says what would fit instead."""

    refused = Signal(object, str)

    def __init__(
        self, settings: Callable[[], Settings], machine: MachineModel, engine: EngineSession, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._settings, self._machine, self._engine = settings, machine, engine
        self._image_tokens = 0
        self._loaded_as: LoadedAs | None = None

    def load(self, selection: Selection, *, context_tokens: int = 0, force: bool = False) -> None:
        """Load it, planned for the memory that is free now; where it does not fit, `refused` says so.

        `context_tokens` other than 0 asks for another context than the one in force; `force` loads it nevertheless.
        """
        from gemfit.fit.memory import tensors_of

        wanted = Wanted(selection, context_tokens or self._machine.context_tokens, force)
        model, build = self._machine.model(selection.model), self._machine.build(selection.model, selection.build)
        if self._machine.machine is None:
            self._engine.load(selection)  # nothing is known yet, so nothing speaks against it
        elif model is not None and build is not None:
            self._load(wanted, model.shape, tensors_of(model, build), self._projector_bytes(selection))
        else:
            look = partial(_look_at, selection.path, selection.projector)
            worker.run(look, lambda found: self._load(wanted, *found), lambda _error: self._engine.load(selection))

    def _load(self, wanted: "Wanted", shape: Shape, tensors: TensorLayout, projector_bytes: int) -> None:
        selection = wanted.selection
        self._loaded_as = LoadedAs(selection.path, shape, tensors, projector_bytes)
        planned = self._planned(
            selection, self._intent(selection, self._loaded_as, wanted.context_tokens, wanted.force)
        )
        assert planned.intent is not None
        if planned.intent.refusal:
            self.refused.emit(planned, self._alternative(planned))
        else:
            self._engine.load(planned)

    def _intent(self, selection: Selection, known_as: "LoadedAs", context_tokens: int, force: bool = False) -> Intent:
        from gemfit.fit.intent import intend

        return intend(
            self._machine_now(),
            known_as.shape,
            known_as.tensors,
            context_tokens,
            known=self._machine.known,
            model=selection.model,
            build=selection.build,
            force=force,
            # Without the wish for pictures, or for large ones, only once one comes.
            projector_bytes=known_as.projector_bytes if self._machine.wish.media or self._image_tokens else 0,
            image_tokens=self._image_tokens or DEFAULT_IMAGE_TOKENS,
            drafter_bytes=_bytes_of(selection.drafter) if self._settings().guessing == "auto" else 0,
            draft_tokens=DRAFT_TOKENS if self._settings().guessing == "auto" else 0,
        )

    def larger_context(self) -> int:
        """Twice the context of the loaded model, or all that it was trained for, if that fits now; else 0."""
        info, selection, known_as = self._engine.loaded_info, self._engine.selection, self._loaded_as
        if info is None or selection is None or known_as is None or known_as.path != selection.path:
            return 0
        context_tokens = min(2 * info.context_tokens, info.train_context_tokens)
        if context_tokens <= info.context_tokens or self._intent(selection, known_as, context_tokens).refusal:
            return 0
        return context_tokens

    def grow(self, context_tokens: int) -> None:
        """Give the loaded model a longer context: as it is loaded, if the plan is the same but for that, else anew."""
        selection, known_as = self._engine.selection, self._loaded_as
        if selection is None:
            return
        if self._engine.state == "ready" and known_as is not None and known_as.path == selection.path:
            grown = self._planned(selection, self._intent(selection, known_as, context_tokens))
            if msgspec.structs.replace(grown.plan, context_tokens=selection.plan.context_tokens) == selection.plan:
                self._engine.resize(grown)
                return
        self.load(selection, context_tokens=context_tokens)

    def look_closer(self, image_tokens: int) -> None:
        """Have pictures of so many tokens: where the loaded model takes less at once, it is loaded again for them."""
        self._image_tokens = image_tokens
        selection = self._engine.selection
        if self._engine.state != "ready" or selection is None or selection.projector is None:
            return
        if image_tokens > selection.plan.ubatch_tokens:
            self.load(selection, context_tokens=selection.plan.context_tokens)

    def _machine_now(self) -> Machine:
        """The machine with the memory that is free now, and what a loaded model will have given back by then."""
        from gemfit.machine.memory import probe_memory

        machine = self._machine.machine
        assert machine is not None
        memory = probe_memory()
        free = min(memory.total_bytes, memory.available_bytes + (self._engine.resident_bytes() or 0))
        return msgspec.structs.replace(machine, memory=msgspec.structs.replace(memory, available_bytes=free))

    def _planned(self, selection: Selection, intent: Intent) -> Selection:
        model = self._machine.model(selection.model)
        sampling = Sampling(**msgspec.structs.asdict(model.sampling)) if model else Sampling()
        devices = {share.device for share in intent.plan.shares}
        plan = load_plan(
            intent.plan, threads=self._settings().threads, best_threads=self._best_threads(), sampling=sampling
        )
        if self._settings().mobile_gpu and backend_of(selection.path) == "litert":
            plan = on_gpu(plan)
        return msgspec.structs.replace(
            selection,
            plan=msgspec.structs.replace(plan, low_priority=self._settings().low_priority),
            drafter=selection.drafter if intent.plan.drafter else None,
            predicted_bytes=intent.host_bytes,
            gpu_total_bytes=sum(self._machine.gpu_total_bytes(device) for device in devices),
            intent=intent,
        )

    def _best_threads(self) -> int | None:
        from gemfit.measured.best_threads import best_threads
        from gemfit.measured.machine_key import machine_key

        machine = self._machine.machine
        return best_threads(machine_key(machine), machine.engine.build) if machine is not None else None

    def _alternative(self, selection: Selection) -> str:
        """What would fit in its place: the recommended one, where that takes less."""
        from gemfit.fit.intent import could_take

        best, intent = self._machine.best(), selection.intent
        if best is None or intent is None or (best.model, best.build) == (selection.model, selection.build):
            return ""
        needed_bytes = total_bytes(best.components)
        if best.verdict == "no" or needed_bytes >= intent.total_bytes:
            return ""
        return words.text(could_take(self._machine.title(best.model, best.build), needed_bytes))

    def _projector_bytes(self, selection: Selection) -> int:
        from gemfit.fit import projector

        if selection.projector is None:
            return 0
        try:
            return projector.of_size(selection.projector.stat().st_size, self._image_tokens or DEFAULT_IMAGE_TOKENS)
        except OSError:  # gone since it was listed; the engine says so
            return 0


class LoadedAs(NamedTuple):
    """What the header of the file that was asked for last says, and the size of what goes with it."""

    path: Path
    shape: Shape
    tensors: TensorLayout
    projector_bytes: int


class Wanted(NamedTuple):
    """A load that was asked for."""

    selection: Selection
    context_tokens: int
    force: bool


def _look_at(path: Path, projector: Path | None) -> tuple[Shape, TensorLayout, int]:
    """What the header of a file says, and what the projector beside it takes. Raises GemfitError."""
    from gemfit.fit.files import facts_of
    from gemfit.fit.projector import of_header
    from gemfit.gguf.check import check_file

    found = facts_of(path)
    projector_bytes = of_header(check_file(projector)) if projector is not None else 0
    return found.shape, found.tensors, projector_bytes


def _bytes_of(path: Path | None) -> int:
    """0 where there is none, or it is gone since it was listed: the engine says so."""
    try:
        return path.stat().st_size if path is not None else 0
    except OSError:
        return 0
