"""Getting one model to run: what was learnt about it before, what is tried after a trouble, what is learnt from it.

The window and the command line each have one for every model that they load. Its methods read files.
"""

import logging
from pathlib import Path

from gemfit.engine.formats import backend_of
from gemfit.engine.protocol import EngineExit, Failed, LoadPlan
from gemfit.engine.recovery import Needs, Step, Trouble, Try, next_try, nothing_left, trouble_of
from gemfit.errors import GemfitError
from gemfit.gguf.reader import read_header
from gemfit.measured.lessons import Lesson, applied, fingerprint, learn, lesson_for, new_lesson, read_lessons
from gemfit.words import Sentence

log = logging.getLogger(__name__)


class Attempts:
    """For one file. `plan`: as it is to be loaded now; `lesson`: what was learnt before and is heeded."""

    def __init__(self, path: Path, plan: LoadPlan, title: str = "", *, media: bool = False) -> None:
        self._path = path
        self._title = title
        self._media = media
        self._build = ""
        self._file = ""
        self._tried: list[Step] = []
        self._trouble: Trouble | None = None
        self._failed = plan
        self.plan = plan
        self.lesson: Lesson | None = None

    def heed(self, engine_build: str) -> LoadPlan:
        """The plan, changed by what was learnt with this build of the engine. Once; later calls change nothing more."""
        if self._build:
            return self.plan
        self._build = engine_build
        try:
            self._file = fingerprint(self._path)
        except OSError as error:  # the load says so
            log.debug("%s", error)
            return self.plan
        self.lesson = lesson_for(read_lessons(), self._file, engine_build, self.plan)
        if self.lesson is not None:
            self._failed, self._tried = self.plan, [s for s in self.lesson.steps if s != "as_it_was"]
            self._trouble = self.lesson.trouble
            self.plan = applied(self.lesson, self.plan, self._needs(0))
        return self.plan

    def after(self, event: EngineExit | Failed, tokens: int = 0) -> Try | None:
        """What to try after an end or a failure, if anything is left; `plan` is changed to it.

        `tokens`: what the conversation needs of the context.
        """
        trouble = trouble_of(event, self.plan)
        if trouble is None:
            return None
        found = next_try(trouble, self.plan, self._tried, self._needs(tokens))
        if found is not None:
            self._trouble = trouble
            self._tried.append(found.step)
            self.plan = found.plan
        return found

    def last_word(self, event: EngineExit | Failed) -> Sentence:
        """What to say when nothing is left: more than the event itself where something was tried."""
        trouble = trouble_of(event, self.plan)
        return nothing_left(trouble) if trouble is not None and self._tried else event.sentence

    @property
    def has_news(self) -> bool:
        """Whether anything was tried since the last answer."""
        return self._tried != self._known

    @property
    def _known(self) -> list[Step]:
        return self.lesson.steps if self.lesson is not None else []

    def went_well(self) -> None:
        """A whole answer came: keep what helped, and let the same again be tried again."""
        lasting: list[Step] = [step for step in self._tried if step != "as_it_was"]
        if lasting and lasting != self._known and self._trouble is not None and self._file:
            self.lesson = new_lesson(
                self._file, self._build, self._title, self._trouble, self._failed, lasting, self.plan
            )
            learn(self.lesson)
        self._tried = lasting

    def _needs(self, tokens: int) -> Needs:
        return Needs(
            tokens=tokens,
            media=self._media,
            whole_only=bool(self.plan.shares) and self._is_whole_only(),
            fixed_layout=backend_of(self._path) == "litert",
        )

    def _is_whole_only(self) -> bool:
        try:
            header = read_header(self._path)
        except GemfitError:
            return True
        return bool(header.integer(f"{header.architecture}.embedding_length_per_layer_input"))
