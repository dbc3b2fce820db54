"""The commands that exchange the engine for another build of it."""

import shlex
import sys
from importlib.metadata import version
from pathlib import Path

# Ready builds come from the publisher of llama-cpp-python, whose README gives this address and the names behind it.
WHEEL_INDEX = "https://abetlen.github.io/llama-cpp-python/whl/"
BINDING = "llama-cpp-python"


def has_makefile() -> bool:
    """Whether the program runs out of a checkout that `make` sets up, and not out of an installed package."""
    return (Path(__file__).parents[3] / "Makefile").is_file()


def ready(wheels: str, *, system: str = sys.platform, make: bool | None = None, python: str = sys.executable) -> str:
    """The command that takes the publisher's ready build called `wheels` (`cu124`, `vulkan`, …).

    `make`: whether this is a checkout; looked for when None. On Windows there is no make.
    """
    if system != "win32" and (has_makefile() if make is None else make):
        return f"make run WHEELS={wheels}"
    return f"{_pip(system, python)} --only-binary {BINDING} --index-url {WHEEL_INDEX}{wheels} {_pinned()}"


def compiled(cmake: str, *, system: str = sys.platform, make: bool | None = None, python: str = sys.executable) -> str:
    """The command that compiles the engine on this computer with CMake's options. Arguments as for `ready`."""
    if system == "win32":
        setting = f"$env:CMAKE_ARGS = '{cmake}'; "
    elif has_makefile() if make is None else make:
        return f"CMAKE_ARGS={shlex.quote(cmake)} make run"
    else:
        setting = f"CMAKE_ARGS={shlex.quote(cmake)} "
    return f"{setting}{_pip(system, python)} --no-cache-dir --no-binary {BINDING} {_pinned()}"


def beside(api: str, *, wheels: str = "", cmake: str = "") -> str:
    """The command that puts such a build beside the one that is there."""
    source = f"--wheels {wheels}" if wheels else f"--cmake {shlex.quote(cmake)}"
    return f"gemfit engine add {api.lower()} {source}"


def _pip(system: str, python: str) -> str:
    """PowerShell on Windows, where a quoted path is called with `&`."""
    program = f"& '{python}'" if system == "win32" else shlex.quote(python)
    return f"{program} -m pip install --force-reinstall --no-deps"


def _pinned() -> str:
    return f"{BINDING}=={version(BINDING).partition('+')[0]}"
