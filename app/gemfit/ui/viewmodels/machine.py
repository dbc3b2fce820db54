"""What this machine is and what runs on it: the state behind Home and Machine."""

from typing import Literal

from PySide6.QtCore import QObject, Signal

from gemfit.catalog.types import Build, Catalog, Model
from gemfit.fit.types import Choice, Known, Option, Recommendation, Wish
from gemfit.machine.types import Machine
from gemfit.settings import Settings
from gemfit.ui import words, worker

State = Literal["waiting", "ready", "failed"]


class MachineModel(QObject):
    """`changed` tells of every change. While `state` is `waiting` what was known before stays."""

    changed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state: State = "waiting"
        self.problem = ""
        self.machine: Machine | None = None
        self.catalog: Catalog | None = None
        self.recommendation: Recommendation | None = None
        self.context_tokens = settings.context_tokens
        self._weights_folder = settings.weights_folder
        self._installed: frozenset[tuple[str, str]] = frozenset()
        self._task: worker.Task | None = None

    def probe(self) -> None:
        """Look at the machine, on a thread; `changed` follows."""
        if self._task is not None:
            self._task.forget()
        self.state, self.problem = "waiting", ""
        self.changed.emit()
        folder, wanted, installed = self._weights_folder, self.context_tokens, self._installed

        def look() -> tuple[Machine, Catalog, Recommendation]:
            from gemfit.catalog.load import load_catalog
            from gemfit.fit.recommend import recommend
            from gemfit.machine.probe import probe

            catalog = load_catalog()
            machine = probe(folder)
            # The settings may remember a context that no model of this catalogue has.
            context = min(wanted, max(model.shape.context_tokens for model in catalog.models))
            return (
                machine,
                catalog,
                recommend(machine, catalog, Wish(context_tokens=context), Known(installed=installed)),
            )

        self._task = worker.run(look, self._found, self._failed)

    def use_settings(self, settings: Settings) -> None:
        """Another weights folder means another disk: look again."""
        if settings.weights_folder != self._weights_folder:
            self._weights_folder = settings.weights_folder
            self.probe()

    def set_context(self, context_tokens: int) -> None:
        """Another context: the same machine, another answer."""
        if context_tokens != self.context_tokens:
            self.context_tokens = context_tokens
            self._recommend_again()

    def set_installed(self, installed: frozenset[tuple[str, str]]) -> None:
        """Other weights are here: what is here needs no disk."""
        if installed != self._installed:
            self._installed = installed
            self._recommend_again()

    def _recommend_again(self) -> None:
        """Arithmetic alone, done here."""
        if self.machine is not None and self.catalog is not None:
            from gemfit.fit.recommend import recommend

            self.recommendation = recommend(
                self.machine,
                self.catalog,
                Wish(context_tokens=self.context_tokens),
                Known(installed=self._installed),
            )
            self.changed.emit()

    def option(self, model_id: str, build_id: str) -> Option | None:
        options = self.recommendation.options if self.recommendation else []
        return next((o for o in options if (o.model, o.build) == (model_id, build_id)), None)

    def gpu_total_bytes(self, engine_device: str) -> int:
        """The memory of the GPU that the engine calls `engine_device`; 0 if it is not known."""
        gpus = self.machine.gpus if self.machine else []
        return next((g.total_bytes or 0 for g in gpus if engine_device and g.engine_device == engine_device), 0)

    def best(self) -> Option | None:
        return self._option_of(self.recommendation.best) if self.recommendation else None

    def runner_up(self) -> Option | None:
        return self._option_of(self.recommendation.runner_up) if self.recommendation else None

    def model(self, model_id: str) -> Model | None:
        return self.catalog.model(model_id) if self.catalog else None

    def build(self, model_id: str, build_id: str) -> Build | None:
        model = self.model(model_id)
        return next((b for b in model.builds if b.id == build_id), None) if model else None

    def title(self, model_id: str, build_id: str) -> str:
        """`Gemma 4 E4B · Q4_0 QAT`; ids where the catalogue does not know them."""
        model, build = self.model(model_id), self.build(model_id, build_id)
        return f"{model.name if model else model_id} · {build.title if build else build_id}"

    def starter(self) -> Model | None:
        return next((m for m in self.catalog.models if m.starter), None) if self.catalog else None

    def _option_of(self, choice: Choice | None) -> Option | None:
        return self.option(choice.model, choice.build) if choice else None

    def _found(self, found: tuple[Machine, Catalog, Recommendation]) -> None:
        self._task = None
        self.machine, self.catalog, self.recommendation = found
        self.state = "ready"
        self.changed.emit()

    def _failed(self, error: Exception) -> None:
        self._task = None
        self.state, self.problem = "failed", words.error_text(error)
        self.changed.emit()
