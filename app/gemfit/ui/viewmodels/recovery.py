"""Getting one selection to run: what is tried after a trouble, asked on worker threads, since files are read for it."""

from collections.abc import Callable
from functools import partial

import msgspec

from gemfit.engine.protocol import EngineExit, Failed, LoadPlan
from gemfit.engine.recovery import Try, trouble_of
from gemfit.measured.attempts import Attempts
from gemfit.ui import worker
from gemfit.ui.viewmodels.child import Child
from gemfit.ui.viewmodels.selection import Selection
from gemfit.words import Sentence

Trouble = EngineExit | Failed


class Recovery:
    """For as long as one selection is wanted."""

    def __init__(self, selection: Selection) -> None:
        self._wanted = selection.plan
        media = selection.projector is not None
        self._attempts = Attempts(selection.path, selection.plan, selection.title, media=media)

    @property
    def plan(self) -> LoadPlan:
        """As it is to be loaded now."""
        return self._attempts.plan

    @property
    def is_as_wanted(self) -> bool:
        """Whether that is as it was selected; nothing was predicted for another plan."""
        return self.plan == self._wanted

    @property
    def lesson(self) -> Sentence | None:
        """What was learnt before and is heeded now, unless more is tried than that."""
        known = self._attempts.lesson
        return known.sentence if known is not None and not self._attempts.has_news else None

    def heed(self, engine_build: str, then: Callable[[LoadPlan], None], failed: Callable[[Exception], None]) -> None:
        """Look up what was learnt with this build of the engine; `then` takes the plan."""
        worker.run(partial(self._attempts.heed, engine_build), then, failed)

    def can_follow(self, event: Trouble) -> bool:
        """Whether this is a trouble that something may help against."""
        return trouble_of(event, self.plan) is not None

    def ask(self, event: Trouble, child: Child | None, tokens: int, then: Callable[[Try | None], None]) -> None:
        """What to try after `event`, once `child` is closed. `tokens`: what the conversation needs of the context."""

        def ask_what_next() -> Try | None:
            if child is not None:
                child.client.close()
            return self._attempts.after(event, tokens)

        worker.run(ask_what_next, then, lambda _bug: then(None))

    def last_word(self, event: Trouble) -> Trouble:
        """`event`, saying more where something was tried and nothing is left."""
        replaced: Trouble = msgspec.structs.replace(event, sentence=self._attempts.last_word(event))
        return replaced

    def went_well(self) -> None:
        """A whole answer came: keep what helped."""
        if self._attempts.has_news:
            worker.run(self._attempts.went_well, _done, _done)


def _done(_: object) -> None:
    """What was learnt is kept, or the log says why not: the answer is there in any case."""
