"""What went wrong with a model here and which plan helped: `<state>/lessons.json`, used at the next load of it.

A lesson holds for one file (by a fingerprint, so it needs no catalogue), one engine build and the same devices: another
build may do better. It can be shown and forgotten. Nothing personal is in it: the title is the catalogue's, not the
file's name.
"""

import hashlib
import logging
import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import filelock
import msgspec

from gemfit import paths
from gemfit.atomic import write_atomically
from gemfit.engine.protocol import LoadPlan
from gemfit.engine.recovery import Needs, Step, Trouble, apply, what_happened, what_is_changed
from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

MOST = 100
_END_BYTES = 1 << 20

log = logging.getLogger(__name__)


class Lesson(msgspec.Struct, frozen=True, kw_only=True):
    """With `failed` this went wrong, and with `steps` after it it went well. `at`: UTC, ISO 8601."""

    file: str
    engine_build: str
    title: str
    at: str
    trouble: Trouble
    failed: LoadPlan
    steps: list[Step]
    helped: LoadPlan

    @property
    def sentence(self) -> Sentence:
        """What was learnt, for people."""
        text = QT_TRANSLATE_NOOP("gemfit", "{what} Since then it is loaded {changed}.")
        return say(text, what=what_happened(self.trouble), changed=what_is_changed(self.steps[-1], self.helped))


def fingerprint(path: Path) -> str:
    """A name for a file's content: of its length, its first MiB and its last, hashed. Raises OSError.

    Not its SHA-256: reading 17 GB before a load would take longer than the load.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        digest.update(size.to_bytes(8, "little"))
        for place in (0, max(0, size - _END_BYTES)):
            file.seek(place)
            digest.update(file.read(_END_BYTES))
    return digest.hexdigest()


def new_lesson(
    file: str,
    engine_build: str,
    title: str,
    trouble: Trouble,
    failed: LoadPlan,
    steps: Sequence[Step],
    helped: LoadPlan,
) -> Lesson:
    return Lesson(
        file=file,
        engine_build=engine_build,
        title=title,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        trouble=trouble,
        failed=failed,
        steps=list(steps),
        helped=helped,
    )


def lesson_for(lessons: Sequence[Lesson], file: str, engine_build: str, plan: LoadPlan) -> Lesson | None:
    """The newest lesson about this file and build for a plan that asks for as much as the one that failed."""
    for lesson in reversed(lessons):
        if (lesson.file, lesson.engine_build) == (file, engine_build) and _asks_as_much(plan, lesson.failed):
            return lesson
    return None


def applied(lesson: Lesson, plan: LoadPlan, needs: Needs) -> LoadPlan:
    """The plan with what was learnt: no more context, and no more layers on devices, than what went well."""
    for step in lesson.steps:
        if step == "half_context":
            most = min(plan.context_tokens, lesson.helped.context_tokens)
            plan = msgspec.structs.replace(plan, context_tokens=most)
        elif step == "fewer_layers":
            plan = msgspec.structs.replace(plan, shares=lesson.helped.shares)
        else:
            plan = apply(step, plan, needs) or plan
    return plan


def _asks_as_much(plan: LoadPlan, failed: LoadPlan) -> bool:
    devices = {share.device for share in plan.shares}
    return (
        plan.context_tokens >= failed.context_tokens
        and plan.gpu_layers >= failed.gpu_layers
        and devices == {share.device for share in failed.shares}
    )


def lessons_file() -> Path:
    return paths.state_dir() / "lessons.json"


def read_lessons() -> list[Lesson]:
    """All, the oldest first; none when the file is missing or makes no sense (it can be learnt again)."""
    try:
        return msgspec.json.decode(lessons_file().read_bytes(), type=list[Lesson])
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        log.warning("what was learnt from past troubles cannot be read: %s", error)
        return []


def learn(lesson: Lesson) -> None:
    """Keep a lesson in place of older ones about the same. A disk that does not take it is no reason to stop."""
    try:
        _exchange(lambda kept: [*(old for old in kept if not _about_the_same(old, lesson)), lesson][-MOST:])
    except OSError as error:
        log.warning("what helped could not be kept in %s: %s", lessons_file(), error)


def forget(lessons: Sequence[Lesson]) -> None:
    """Take these away: the next load is tried as planned again. Raises GemfitError `record_unwritable`."""
    _change(lambda kept: [lesson for lesson in kept if lesson not in lessons])


def bring_back(lessons: Sequence[Lesson]) -> None:
    """Put these back, beside what has come since. Raises as `forget`."""
    _change(lambda kept: [*(lesson for lesson in lessons if lesson not in kept), *kept][-MOST:])


def _change(change: Callable[[list[Lesson]], list[Lesson]]) -> None:
    try:
        _exchange(change)
    except OSError as error:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The record of past troubles cannot be written: {reason}. It is unchanged. Make room and try again.",
        )
        raise GemfitError("record_unwritable", say(text, reason=error.strerror or type(error).__name__)) from error


def _about_the_same(one: Lesson, other: Lesson) -> bool:
    return (one.file, one.engine_build, one.failed) == (other.file, other.engine_build, other.failed)


def _exchange(change: Callable[[list[Lesson]], list[Lesson]]) -> None:
    file = lessons_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(file.with_suffix(".lock")):
        write_atomically(file, msgspec.json.encode(change(read_lessons())))
