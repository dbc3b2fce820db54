"""How many threads were the fastest, by machine and build of the engine: `<state>/threads.json`. It can be lost."""

import logging
from pathlib import Path

import msgspec

from gemfit import paths
from gemfit.atomic import write_atomically

MOST = 100
"""Entries that are kept: a machine, or a build, that is gone for good does not stay for ever."""

log = logging.getLogger(__name__)


def threads_file() -> Path:
    return paths.state_dir() / "threads.json"


def best_threads(machine_key: str, engine_build: str) -> int | None:
    """What was found on this machine with this build; None when it was not timed."""
    return _read().get(_name(machine_key, engine_build))


def remember_threads(machine_key: str, engine_build: str, threads: int) -> None:
    """Keep what a load has found. A full disk costs no more than another measurement; the log says so."""
    name = _name(machine_key, engine_build)
    others = {each: n for each, n in _read().items() if each != name}
    kept = dict([*others.items()][1 - MOST :]) | {name: threads}
    try:
        threads_file().parent.mkdir(parents=True, exist_ok=True)
        write_atomically(threads_file(), msgspec.json.format(msgspec.json.encode(kept)))
    except OSError as error:
        log.warning("the best number of threads could not be kept in %s: %s", threads_file(), error)


def _name(machine_key: str, engine_build: str) -> str:
    return f"{machine_key} {engine_build}"


def _read() -> dict[str, int]:
    try:
        return msgspec.json.decode(threads_file().read_bytes(), type=dict[str, int])
    except (OSError, ValueError):  # not there, or damaged: it is measured again
        return {}
