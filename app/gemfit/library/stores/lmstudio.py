"""LM Studio: `models/<publisher>/<model>/<file>.gguf` in its home folder, or the folder that its settings name.

`~/.lmstudio-home-pointer` names the home: https://lmstudio.ai/docs/app/advanced/import-model
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec.structs import replace

from gemfit.library.stores.found import Found, Trouble
from gemfit.library.stores.host import Host
from gemfit.library.stores.small import read_text
from gemfit.library.stores.walk import weights_below
from gemfit.library.types import Origin

ORIGIN: Origin = "lmstudio"


class _Settings(msgspec.Struct, rename="camel"):
    downloads_folder: str = ""


def homes(host: Host) -> list[Path]:
    """Its home folders, the one in use first; the others are those of earlier versions."""
    pointed = read_text(host.home / ".lmstudio-home-pointer").strip()
    named = [Path(pointed)] if pointed and Path(pointed).is_absolute() else []
    return list(dict.fromkeys([*named, host.home / ".lmstudio", host.home / ".cache" / "lm-studio"]))


def places(host: Host) -> list[Path]:
    """Where its models are."""
    found = []
    for home in homes(host):
        chosen = _chosen(home / "settings.json")
        found += [chosen] if chosen else []
        found.append(home / "models")
    return list(dict.fromkeys(found))


def _chosen(settings: Path) -> Path | None:
    try:
        text = msgspec.json.decode(read_text(settings), type=_Settings).downloads_folder
    except ValueError:  # none, or of another form: the usual folder then
        return None
    return Path(text) if text and Path(text).is_absolute() else None


def files(folder: Path, trouble: Trouble) -> Iterator[Found]:
    """Everything of weights in the folder."""
    for found in weights_below(folder, trouble, depth=4):
        yield replace(found, origin=ORIGIN)
