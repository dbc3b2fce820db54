"""The record of past loads on this machine: `<state>/outcomes.jsonl`, one `Outcome` a line, the oldest first.

It lies with the state and not with the data: it is about this machine alone, nobody's work is in it, and it can be lost
at any time. The window and the command line write it at the same time, each holding a lock. Nothing personal is in it.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import filelock
import msgspec

from gemfit import paths
from gemfit.atomic import write_atomically
from gemfit.errors import GemfitError
from gemfit.fit.types import Outcome
from gemfit.words import QT_TRANSLATE_NOOP, say

MOST = 500
"""Loads that are kept. What falls out first: the oldest of those with a newer one of the same model, build and plan."""

log = logging.getLogger(__name__)
_decoder = msgspec.json.Decoder(Outcome)


def outcomes_file() -> Path:
    return paths.state_dir() / "outcomes.jsonl"


def read_outcomes() -> list[Outcome]:
    """All that can be read, the oldest first. Lines that cannot are left out; the next `remember` sets them aside."""
    return _read(outcomes_file())[0]


def remember(outcome: Outcome) -> None:
    """Keep `outcome`, in place of the one with the same time (the same load, after another answer).

    Raises OSError where it cannot be written.
    """
    file = outcomes_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(file.with_suffix(".lock")):
        outcomes, damaged = _read(file)
        if damaged:
            _set_aside(file, damaged)
        kept = bounded([*(o for o in outcomes if o.at != outcome.at), outcome])
        write_atomically(file, b"".join(msgspec.json.encode(o) + b"\n" for o in kept))


def try_to_remember(outcome: Outcome) -> bool:
    """`remember`, for whom a full disk is no reason to stop; the log says it. Returns whether it was kept."""
    try:
        remember(outcome)
    except OSError as error:
        log.warning("what the load took could not be kept in %s: %s", outcomes_file(), error)
        return False
    return True


def forget(outcomes: Sequence[Outcome]) -> None:
    """Take these out of the record. Raises GemfitError `record_unwritable`."""
    gone = {outcome.at for outcome in outcomes}
    _exchange(lambda kept: [o for o in kept if o.at not in gone])


def bring_back(outcomes: Sequence[Outcome]) -> None:
    """Put these into the record again, beside what has come since. Raises as `forget`."""
    _exchange(lambda kept: bounded({o.at: o for o in (*outcomes, *kept)}.values()))


def _exchange(change: Callable[[list[Outcome]], list[Outcome]]) -> None:
    file = outcomes_file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(file.with_suffix(".lock")):
            kept = change(_read(file)[0])
            write_atomically(file, b"".join(msgspec.json.encode(o) + b"\n" for o in kept))
    except OSError as error:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "The record of past loads cannot be written: {reason}. It is unchanged. Make room and try again."
        )
        raise GemfitError("record_unwritable", say(text, reason=error.strerror or type(error).__name__)) from error


def bounded(outcomes: Iterable[Outcome], most: int = MOST) -> list[Outcome]:
    """At most `most`, in order of time; the newest of each model, build and plan before all others."""
    ordered = sorted(outcomes, key=lambda o: o.at)
    newest = {(o.model, o.build, msgspec.json.encode(o.plan)): o.at for o in ordered}
    times = frozenset(newest.values())
    ranked = sorted(ordered, key=lambda o: (o.at in times, o.at), reverse=True)[:most]
    return sorted(ranked, key=lambda o: o.at)


def _read(file: Path) -> tuple[list[Outcome], list[bytes]]:
    """The outcomes, and the lines that are none."""
    try:
        lines = file.read_bytes().splitlines()
    except FileNotFoundError:
        return [], []
    except OSError as error:
        log.warning("the record of past loads cannot be read: %s", error)
        return [], []
    outcomes, damaged = [], []
    for line in lines:
        try:
            outcomes.append(_decoder.decode(line))
        except ValueError:  # no JSON, no UTF-8, or of no known form: msgspec's errors are ValueErrors
            damaged.append(line)
    return outcomes, damaged


def _set_aside(file: Path, damaged: list[bytes]) -> None:
    """Keep the whole file under another name; the readable lines live on."""
    aside = file.with_name(f"{file.stem}.damaged{file.suffix}")
    aside.write_bytes(file.read_bytes())
    log.warning(
        "%d lines of the record of past loads were damaged; it is kept as %s, and the others are used",
        len(damaged),
        aside.name,
    )
