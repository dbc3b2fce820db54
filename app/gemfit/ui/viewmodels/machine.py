"""What this machine is and what runs on it: the state behind Home and Machine."""

import time
from functools import partial
from typing import Literal, NamedTuple

import msgspec
from PySide6.QtCore import QObject, Signal

from gemfit.catalog.types import Build, Catalog, Model
from gemfit.fit.types import Choice, Goal, Known, Option, Outcome, Recommendation, Wish
from gemfit.machine.types import Machine
from gemfit.settings import Settings
from gemfit.ui import words, worker

State = Literal["waiting", "ready", "failed"]
Key = tuple[str, str]

# More than this on the window's thread and a slider would lag; then a worker computes.
_INSTANT_S = 0.010


class Question(NamedTuple):
    """All that an answer depends on."""

    machine: Machine
    catalog: Catalog
    wish: Wish
    known: Known


class MachineModel(QObject):
    """`changed` tells of every change, `selected_changed` of another option in hand.

    While `state` is `waiting` what was known before stays. An answer follows a wish within the same call where that is
    instant on this machine, else from a worker as soon as it has one; of several wishes the latest wins.
    """

    changed = Signal()
    selected_changed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state: State = "waiting"
        self.problem = ""
        self.machine: Machine | None = None
        self.catalog: Catalog | None = None
        self.recommendation: Recommendation | None = None
        self.wish = Wish(context_tokens=settings.context_tokens, goal=settings.goal, media=settings.media)
        self.known = Known()
        self._weights_folder = settings.weights_folder
        self._selected: Key | None = None
        self._task: worker.Task | None = None
        self._answering: worker.Task | None = None
        self._took_s = 0.0

    @property
    def context_tokens(self) -> int:
        return self.wish.context_tokens

    def probe(self) -> None:
        """Look at the machine, on a thread; `changed` follows."""
        if self._task is not None:
            self._task.forget()
        self.state, self.problem = "waiting", ""
        self.changed.emit()
        folder, wish, installed = self._weights_folder, self.wish, self.known.installed

        def look() -> tuple[Question, Recommendation, float]:
            from gemfit.catalog.load import load_catalog
            from gemfit.machine.probe import probe
            from gemfit.measured.known import load_known

            catalog = load_catalog()
            machine = probe(folder)
            question = Question(machine, catalog, _possible(wish, catalog), load_known(installed, machine))
            return question, *_answer(question)

        self._task = worker.run(look, self._found, self._failed)

    def use_settings(self, settings: Settings) -> None:
        """Another weights folder means another disk: look again."""
        if settings.weights_folder != self._weights_folder:
            self._weights_folder = settings.weights_folder
            self.probe()

    def set_context(self, context_tokens: int) -> None:
        """Another context: the same machine, another answer."""
        self._use(msgspec.structs.replace(self.wish, context_tokens=context_tokens), self.known)

    def set_goal(self, goal: Goal) -> None:
        self._use(msgspec.structs.replace(self.wish, goal=goal), self.known)

    def set_media(self, media: bool) -> None:
        """Whether pictures and sound are wanted."""
        self._use(msgspec.structs.replace(self.wish, media=media), self.known)

    def set_installed(self, installed: frozenset[Key]) -> None:
        """Other weights are here: what is here needs no disk."""
        self._use(self.wish, msgspec.structs.replace(self.known, installed=installed))

    def use_known(self, known: Known) -> None:
        """Other measurements are known; what is installed stays what the library said."""
        self._use(self.wish, msgspec.structs.replace(known, installed=self.known.installed))

    def reload_known(self) -> None:
        """Something was measured: read again what is known, on a thread."""
        machine, installed = self.machine, self.known.installed
        if machine is None:
            return  # the look that is under way reads it

        def read() -> Known:
            from gemfit.measured.known import load_known

            return load_known(installed, machine)

        worker.run(read, self.use_known, self._not_answered)

    def select(self, key: Key | None) -> None:
        """Take an option in hand; None: the recommended one, whichever that is."""
        if key != self._selected:
            self._selected = key
            self.selected_changed.emit()

    def selected(self) -> Option | None:
        """The option in hand: the one that was taken, else the recommended one."""
        taken = self.option(*self._selected) if self._selected is not None else None
        return taken or self.best()

    def last_outcome(self, model_id: str, build_id: str) -> Outcome | None:
        """The latest load of this build on this machine, if there was one."""
        found = [o for o in self.known.outcomes if (o.model, o.build) == (model_id, build_id)]
        return max(found, key=lambda o: o.at, default=None)

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

    def _use(self, wish: Wish, known: Known) -> None:
        if (wish, known) != (self.wish, self.known):
            self.wish, self.known = wish, known
            self._answer_again()

    def _question(self) -> Question | None:
        if self.machine is None or self.catalog is None:
            return None
        return Question(self.machine, self.catalog, _possible(self.wish, self.catalog), self.known)

    def _answer_again(self) -> None:
        question = self._question()
        if question is None or self._answering is not None:
            return  # nothing to ask about yet; or it is asked again once the answer on its way is here
        if self._took_s <= _INSTANT_S:
            self.recommendation, self._took_s = _answer(question)
            self.changed.emit()
        else:
            self._answering = worker.run(
                partial(_answer, question), partial(self._answered, question), self._not_answered
            )

    def _answered(self, question: Question, answer: tuple[Recommendation, float]) -> None:
        self._answering = None
        self.recommendation, self._took_s = answer
        self.changed.emit()
        if question != self._question():
            self._answer_again()

    def _not_answered(self, error: Exception) -> None:
        self._answering = None
        self.state, self.problem = "failed", words.error_text(error)
        self.changed.emit()

    def _found(self, found: tuple[Question, Recommendation, float]) -> None:
        self._task = None
        question, self.recommendation, self._took_s = found
        self.machine, self.catalog = question.machine, question.catalog
        self.known = msgspec.structs.replace(question.known, installed=self.known.installed)
        self.state = "ready"
        self.changed.emit()
        if question != self._question():  # something else was wished for, or became known, meanwhile
            self._answer_again()

    def _failed(self, error: Exception) -> None:
        self._task = None
        self.state, self.problem = "failed", words.error_text(error)
        self.changed.emit()


def _possible(wish: Wish, catalog: Catalog) -> Wish:
    """The settings may remember a context that no model of this catalogue has."""
    most = max(model.shape.context_tokens for model in catalog.models)
    return msgspec.structs.replace(wish, context_tokens=min(wish.context_tokens, most))


def _answer(question: Question) -> tuple[Recommendation, float]:
    """The recommendation, and how many seconds of this thread it took to find."""
    from gemfit.fit.recommend import recommend

    start = time.thread_time()
    return recommend(*question), time.thread_time() - start
