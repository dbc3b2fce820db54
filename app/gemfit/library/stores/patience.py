"""Work on places that may never answer (a share whose server is gone), without waiting for them for ever.

A call that hangs in the system cannot be stopped, so it keeps its thread, which does not keep the program from ending.
While it does, the same place is not asked again; who asks gets its answer, if it still comes.
"""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

Answer = TypeVar("Answer")


class Asked(Generic[Answer]):
    """One place, asked on a thread of its own."""

    def __init__(self, name: str, work: Callable[[], Answer]) -> None:
        self._work = work
        self._answers: list[Answer] = []
        self._trouble: list[BaseException] = []
        self._overdue = False
        self._thread = threading.Thread(target=self._run, name=f"look into {name}", daemon=True)
        self._thread.start()

    @property
    def is_waiting(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._answers.append(self._work())
        except BaseException as error:  # noqa: BLE001 - raised again where the answer is taken
            self._trouble.append(error)

    def answer(self, patience_s: float) -> Answer | None:
        """The answer; None when it does not come in time, at once if it was late before. Raises what it raised."""
        self._thread.join(0.0 if self._overdue else patience_s)
        self._overdue = self.is_waiting
        if self._trouble:
            raise self._trouble[0]
        return self._answers[0] if self._answers else None


_asked: dict[str, Asked[Any]] = {}


def ask_all(work: Mapping[str, Callable[[], Answer]], patience_s: float) -> dict[str, Answer | None]:
    """Ask all places at once; None for those that have not answered after `patience_s` seconds in all."""
    until = time.monotonic() + patience_s
    for name in [name for name, asked in list(_asked.items()) if not asked.is_waiting]:
        _asked.pop(name, None)
    asked: dict[str, Asked[Answer]] = {name: _asked.get(name) or Asked(name, one) for name, one in work.items()}
    _asked.update(asked)
    return {name: one.answer(max(0.0, until - time.monotonic())) for name, one in asked.items()}
