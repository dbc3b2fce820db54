"""Jan: `<data folder>/llamacpp/models/<id>/model.yml`, and `models/<id>/model.json` of versions before.

A `model_path` in there is relative to the data folder, or absolute for a model that was imported where it was. The data
folder: https://github.com/janhq/jan/blob/main/src-tauri/src/core/app/commands.rs
"""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec.structs import replace

from gemfit.errors import GemfitError
from gemfit.library.names import joined
from gemfit.library.stores.found import Found, Trouble, container_of
from gemfit.library.stores.host import Host
from gemfit.library.stores.small import read_text
from gemfit.library.stores.walk import found_at, weights_below
from gemfit.library.types import Origin

ORIGIN: Origin = "jan"
_LINE = re.compile(r"^(model_path|mmproj_path|name):\s*(.+?)\s*$", re.MULTILINE)
_DEPTH = 4


class _Settings(msgspec.Struct):
    data_folder: str = ""


def places(host: Host) -> list[Path]:
    """Its data folder: `JAN_DATA_FOLDER`, else what its settings name, else the usual one, and those of before."""
    if named := host.named("JAN_DATA_FOLDER"):
        return [named]
    folders = []
    for settings in (host.data / "Jan", host.data / "jan.ai.app", host.config / "Jan", host.config / "jan"):
        try:
            text = msgspec.json.decode(read_text(settings / "settings.json"), type=_Settings).data_folder
        except ValueError:  # none, or of another form
            continue
        folders += [Path(text)] if text and Path(text).is_absolute() else []
    usual = [host.data / "Jan" / "data", host.config / "Jan" / "data", host.config / "jan", host.home / "jan"]
    return list(dict.fromkeys([*folders, *usual]))


def files(folder: Path, trouble: Trouble) -> Iterator[Found]:
    """What lies in its folders of models, then what its notes name elsewhere."""
    seen = set()
    for models in (folder / "llamacpp" / "models", folder / "models"):
        for found in weights_below(models, trouble, depth=_DEPTH):
            seen.add(found.path)
            yield replace(found, origin=ORIGIN, called=_called(found.called))
        for note in sorted(models.glob("*/model.yml")) + sorted(models.glob("*/*/model.yml")):
            for path, role in _named(folder, note):
                if path in seen:
                    continue
                seen.add(path)
                found_there = _look_at(path, note.parent.relative_to(models).as_posix(), trouble)
                if found_there is not None:
                    yield replace(found_there, origin=ORIGIN, role="projector" if role == "mmproj_path" else "weights")


def _called(path: str) -> str:
    """`gemma-4-E2B/model.gguf` is called by its folder, as Jan does."""
    folder, _, name = path.rpartition("/")
    return folder if folder and name == "model.gguf" else path


def _named(folder: Path, note: Path) -> Iterator[tuple[Path, str]]:
    """The files that a `model.yml` names. It is flat: one key and one text on a line."""
    for key, text in _LINE.findall(read_text(note)):
        text = text.strip("'\"")
        if key == "name" or not container_of(text):
            continue
        if Path(text).is_absolute():
            yield Path(text), key
            continue
        try:
            yield joined(folder, text.replace("\\", "/")), key
        except GemfitError:  # a name that leads out of its folder: nothing of Jan's
            continue


def _look_at(path: Path, called: str, trouble: Trouble) -> Found | None:
    try:
        return found_at(path, called)
    except OSError as error:
        trouble(path, error)
        return None
