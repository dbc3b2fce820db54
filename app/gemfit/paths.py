"""Where things are: the person's folders and the program's own data.

`GEMFIT_HOME`, when set, holds everything in one folder: for a portable installation, and for tests.
"""

import hashlib
import os
import sys
from pathlib import Path

import platformdirs

APP = "gemfit"


def _place(kind: str, default: str) -> Path:
    home = os.environ.get("GEMFIT_HOME")
    return Path(home) / kind if home else Path(default)


def config_dir() -> Path:
    """Settings."""
    return _place("config", platformdirs.user_config_dir(APP, appauthor=False))


def data_dir() -> Path:
    """Conversations, and weights unless the settings name another folder."""
    return _place("data", platformdirs.user_data_dir(APP, appauthor=False))


def state_dir() -> Path:
    """The log and the lock of the running window."""
    return _place("state", platformdirs.user_state_dir(APP, appauthor=False))


def cache_dir() -> Path:
    """What can be thrown away at any time."""
    return _place("cache", platformdirs.user_cache_dir(APP, appauthor=False))


def default_weights_dir() -> Path:
    """Where weights go when the settings do not say."""
    return data_dir() / "models"


def settings_file() -> Path:
    return config_dir() / "settings.json"


def chats_file() -> Path:
    return data_dir() / "chats.sqlite3"


def attachments_dir() -> Path:
    """Pictures and sounds of the conversations, each named by its SHA-256."""
    return data_dir() / "attachments"


def log_file() -> Path:
    return state_dir() / "gemfit.log"


def litert_cache_dir(weights: Path) -> Path:
    """Where LiteRT-LM keeps what it made of that file: nearly as big as the file itself. The engine may write there."""
    key = hashlib.sha256(os.fsencode(weights.parent.resolve() / weights.name)).hexdigest()[:16]
    return litert_caches_dir() / key


def litert_caches_dir() -> Path:
    """Holds a folder for each file that LiteRT-LM made something of."""
    return cache_dir() / "engine" / "litert"


def states_dir() -> Path:
    """What was computed of conversations, kept to go on after a restart. The engine may write there."""
    return cache_dir() / "engine" / "states"


def engines_dir() -> Path:
    """Builds of the engine beside the one that came with the program: a folder each."""
    return data_dir() / "engines"


def engine_in_use_file() -> Path:
    """Holds the name of the chosen build."""
    return engines_dir() / "in-use"


def engine_in_use() -> Path | None:
    """The folder of the chosen build of the engine; None for the one that came with the program."""
    try:
        name = engine_in_use_file().read_text("utf-8").strip()
    except (OSError, ValueError):
        return None
    folder = engines_dir() / name
    return folder if name and folder.parent == engines_dir() and folder.is_dir() else None


def _shipped(name: str) -> Path:
    installed = Path(__file__).parent / name
    return installed if installed.is_dir() else Path(__file__).parents[2] / name


def resources_dir() -> Path:
    """Catalogue, icons, licences: inside the package when installed, beside `app/` in a checkout."""
    return _shipped("resources")


def i18n_dir() -> Path:
    """The compiled translations, `gemfit_<lang>.qm`."""
    return _shipped("i18n")


def self_command() -> list[str]:
    """The command that starts this program again: for the children, also when it is frozen into one binary."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "gemfit"]


def engine_command(child: str, engine: Path | None) -> list[str]:
    """The command for a child that runs the build of the engine in the folder `engine`; None for our own."""
    return [*self_command(), "--child", child, *(["--engine", str(engine)] if engine is not None else [])]
