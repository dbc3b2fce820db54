"""A machine in a file: what `gemfit probe --json` printed, perhaps on another computer."""

import re
from pathlib import Path
from typing import Any

import msgspec

from gemfit import personal
from gemfit.atomic import write_atomically
from gemfit.errors import GemfitError
from gemfit.machine.types import SCHEMA, Machine
from gemfit.words import QT_TRANSLATE_NOOP, say

FILE_CAP_BYTES = 4 << 20
# What a control group's path calls one container or one pod.
_ID = re.compile(r"[0-9a-f]{32,}|[0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}")


class _Version(msgspec.Struct):
    schema: int


def without_personal(machine: Machine, who: personal.Personal) -> Machine:
    """The same machine to give away: no name of a person or a computer, no home folder, no id of a container."""
    return msgspec.convert(_without(msgspec.to_builtins(machine), who), Machine)


def _without(value: Any, who: personal.Personal) -> Any:
    if isinstance(value, str):
        return _ID.sub("(id)", personal.without(value, who))
    if isinstance(value, list):
        return [_without(item, who) for item in value]
    if isinstance(value, dict):
        return {key: _without(item, who) for key, item in value.items()}
    return value


def save_machine(machine: Machine, path: Path) -> None:
    """Write the machine as `gemfit fit --machine` reads it, without what is personal.

    Raises GemfitError `machine_unwritable` when the file cannot be written.
    """
    given = without_personal(machine, personal.here())
    try:
        write_atomically(path, msgspec.json.format(msgspec.json.encode(given), indent=2) + b"\n")
    except OSError as error:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "{file} cannot be written: {reason}. What was there before is unchanged. Choose another place."
        )
        reason = error.strerror or type(error).__name__
        raise GemfitError("machine_unwritable", say(text, file=path.name, reason=reason)) from error


def load_machine(path: Path) -> Machine:
    """Read a saved machine.

    Raises GemfitError `machine_unreadable` when the file cannot be read, `machine_newer` when a newer Gemfit wrote it
    and `machine_invalid` when it is something else.
    """
    try:
        with path.open("rb") as file:
            data = file.read(FILE_CAP_BYTES + 1)
    except OSError as error:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "{file} cannot be read: {reason}. Nothing was changed. "
            "Save a machine with: gemfit probe --json > machine.json",
        )
        reason = error.strerror or type(error).__name__
        raise GemfitError("machine_unreadable", say(text, file=path.name, reason=reason)) from error
    return parse_machine(data, path.name)


def parse_machine(data: bytes, file: str = "The file") -> Machine:
    """The machine in the bytes of a saved file. Raises as `load_machine`; `file` is the name for its sentences."""
    if len(data) > FILE_CAP_BYTES:
        raise _invalid(file, "it is too long")
    try:
        schema = msgspec.json.decode(data, type=_Version).schema
        if schema > SCHEMA:
            text = QT_TRANSLATE_NOOP(
                "gemfit",
                "{file} was saved by a newer Gemfit. Nothing was changed. Update Gemfit, or save the machine again "
                "with this one.",
            )
            raise GemfitError("machine_newer", say(text, file=file))
        machine = msgspec.json.decode(data, type=Machine)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _invalid(file, str(error)) from error
    _check(machine, schema, file)
    return machine


def _check(machine: Machine, schema: int, file: str) -> None:
    """Numbers that no machine has."""
    memory, cpu = machine.memory, machine.cpu
    figures = [memory.total_bytes, memory.available_bytes, machine.disk.total_bytes, machine.disk.free_bytes]
    figures += [figure or 0 for gpu in machine.gpus for figure in (gpu.total_bytes, gpu.free_bytes)]
    figures += [figure for device in machine.engine.devices for figure in (device.total_bytes, device.free_bytes)]
    if schema < 1 or min(figures) < 0 or max(figures) >= 1 << 60:
        raise _invalid(file, "a number of bytes in it cannot be")
    if memory.total_bytes == 0 or memory.available_bytes > memory.total_bytes:
        raise _invalid(file, "its memory cannot be")
    if not 1 <= cpu.physical_cores <= cpu.logical_cores:
        raise _invalid(file, "its number of cores cannot be")


def _invalid(file: str, reason: str) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} is not a saved machine: {reason}. Nothing was changed. "
        "Save one with: gemfit probe --json > machine.json",
    )
    return GemfitError("machine_invalid", say(text, file=file, reason=reason))
