"""GPT4All: all models in one folder, Qt's AppLocalData for `nomic.ai/GPT4All`, or what `modelPath` in its ini names.

https://github.com/nomic-ai/gpt4all/blob/main/gpt4all-chat/src/mysettings.cpp
"""

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from gemfit.library.stores.found import Found, Trouble
from gemfit.library.stores.host import Host
from gemfit.library.stores.small import read_text
from gemfit.library.stores.walk import weights_below
from gemfit.library.types import Origin

ORIGIN: Origin = "gpt4all"
_MODEL_PATH = re.compile(r'^modelPath=["]?(.*?)["]?\s*$', re.MULTILINE)
# Its Python package has a folder of its own, the same on every system.
_PYTHON = Path(".cache") / "gpt4all"


def places(host: Host) -> list[Path]:
    """The folder that its settings name, the usual one, and that of its Python package."""
    config = host.data if host.platform == "win32" else host.named("XDG_CONFIG_HOME") or host.home / ".config"
    chosen = _MODEL_PATH.search(read_text(config / "nomic.ai" / "GPT4All.ini"))
    named = [Path(chosen[1])] if chosen and Path(chosen[1]).is_absolute() else []
    return list(dict.fromkeys([*named, host.local_data / "nomic.ai" / "GPT4All", host.home / _PYTHON]))


def files(folder: Path, trouble: Trouble) -> Iterator[Found]:
    """The weights in the folder; unfinished downloads have another ending."""
    for found in weights_below(folder, trouble, depth=1):
        yield replace(found, origin=ORIGIN)
