"""Builds of the engine beside the one that came with the program: each in a folder of its own, one of them in use.

A build is the binding `llama-cpp-python`, of exactly the version that the program was made for (its structs change with
every other), installed without its dependencies. Only a child process ever imports it: see `put_first`.
"""

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from importlib.metadata import distributions, version
from pathlib import Path
from typing import Any

import msgspec

from gemfit import paths
from gemfit.atomic import write_atomically
from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

BINDING = "llama-cpp-python"
OWN = "own"
"""The name of the build that came with the program."""
COMMIT_DATES = {"0c1e570": date(2026, 10, 1)}
"""When the commits of llama.cpp that the binding brings along were made (its `vendor/llama.cpp`)."""
ASK_S = 60.0
"""A build that says nothing about itself for so long does not work: the first start of a GPU driver takes seconds."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")


class Build(msgspec.Struct, frozen=True, kw_only=True):
    """A build of the engine. `says`: what it told about itself (`gemfit.engine.devices`), empty when it was not asked.

    `folder` None: our own. `problem`: why it cannot be used. `installed_s`: since the epoch.
    """

    name: str
    folder: Path | None = None
    in_use: bool = False
    installed_s: float = 0.0
    says: dict[str, Any] = {}
    problem: Sentence | None = None


def pinned() -> str:
    """The version of the binding that this program drives, without the name of a ready build (`+cu124`)."""
    return version(BINDING).partition("+")[0]


def put_first(folder: str) -> None:
    """Let this process, a child, import the binding from `folder`. Ends it where that is of another version."""
    wanted, found = pinned(), _version_in(Path(folder))
    if found != wanted:
        sys.exit(f"the engine build in {folder} is llama-cpp-python {found or '?'}, and {wanted} is needed")
    sys.path.insert(0, folder)


def _version_in(folder: Path) -> str:
    found = next(iter(distributions(name=BINDING, path=[str(folder)])), None)
    return found.version.partition("+")[0] if found is not None else ""


def listed() -> list[Build]:
    """All builds by name, our own first; none is asked."""
    used = paths.engine_in_use()
    own = Build(name=OWN, in_use=used is None, installed_s=_installed_s(None))
    try:
        folders = sorted(f for f in paths.engines_dir().iterdir() if f.is_dir() and _NAME.fullmatch(f.name))
    except OSError:
        return [own]
    return [own, *(Build(name=f.name, folder=f, in_use=f == used, installed_s=_installed_s(f)) for f in folders)]


def find(name: str) -> Build:
    """The build of that name. Raises GemfitError `no_such_engine`."""
    found = listed()
    for build in found:
        if build.name == name:
            return build
    text = QT_TRANSLATE_NOOP("gemfit", "There is no engine called {name} here. There are: {names}.")
    raise GemfitError("no_such_engine", say(text, name=name, names=", ".join(build.name for build in found)))


def ask(build: Build) -> Build:
    """The build with what it says about itself, or with the problem that it has. Takes a second."""
    command = paths.engine_command("devices", build.folder)
    try:
        answer = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=ASK_S,
            check=False,
            env=os.environ | {"GGML_NO_BACKTRACE": "1"},
            cwd=Path(sys.executable).anchor,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return msgspec.structs.replace(build, problem=_broken(build.name, str(error)))
    try:
        says = msgspec.json.decode(answer.stdout, type=dict[str, Any])
    except ValueError:
        reason = answer.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        return msgspec.structs.replace(
            build, problem=_broken(build.name, reason[0] if reason else f"exit code {answer.returncode}")
        )
    return msgspec.structs.replace(build, says=says)


def use(name: str) -> Build:
    """Choose a build for every child that is started from now on; returns it as asked.

    Raises GemfitError `no_such_engine`, and `engine_broken` for one that does not work: the choice stays as it was.
    """
    build = ask(find(name))
    if build.problem is not None:
        raise GemfitError("engine_broken", build.problem)
    if build.folder is None:
        paths.engine_in_use_file().unlink(missing_ok=True)
    else:
        write_atomically(paths.engine_in_use_file(), f"{name}\n".encode())
    return msgspec.structs.replace(build, in_use=True)


def remove(name: str) -> None:
    """Delete a build; our own is used then, if this one was. Raises GemfitError."""
    build = find(name)
    if build.folder is None:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "The engine that came with Gemfit cannot be removed. Choose another instead."
        )
        raise GemfitError("own_engine", say(text))
    if build.in_use:
        paths.engine_in_use_file().unlink(missing_ok=True)
    aside = build.folder.with_name(f".{name}.removed")  # a name that is no build's, should the deleting break off
    shutil.rmtree(aside, ignore_errors=True)
    try:
        build.folder.rename(aside)
        shutil.rmtree(aside)
    except OSError as error:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "The engine {name} could not be removed whole ({reason}). Close what uses it, then delete {path}."
        )
        raise GemfitError("engine_not_removed", say(text, name=name, reason=str(error), path=str(aside))) from error


def add(name: str, install: Callable[[Path], None]) -> Build:
    """Have `install` put the binding into an empty folder, ask the result, and keep it as `name` if it works.

    Raises GemfitError: `bad_name`, `engine_exists`, `engine_broken`, and what `install` raises. Nothing is left then.
    """
    if not _NAME.fullmatch(name) or name == OWN:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "An engine cannot be called {name}. Use small letters, digits, points, and - or _ after the first.",
        )
        raise GemfitError("bad_name", say(text, name=name))
    folder = paths.engines_dir() / name
    if folder.exists():
        text = QT_TRANSLATE_NOOP(
            "gemfit", "There is an engine called {name} already. Remove it first, or take another name."
        )
        raise GemfitError("engine_exists", say(text, name=name))
    unfinished = folder.with_name(f".{name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        install(unfinished)
        made = ask(Build(name=name, folder=unfinished))
        if made.problem is not None:
            raise GemfitError("engine_broken", made.problem)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return msgspec.structs.replace(made, folder=folder, installed_s=time.time())


def pip(*, index: str = "", wheel: Path | None = None, cmake: str = "") -> Callable[[Path], None]:
    """What installs with pip: a ready build from an `index`, a `wheel` file, or one compiled with CMake's options.

    It raises GemfitError `engine_not_installed`.
    """

    def install(folder: Path) -> None:
        command = pip_command(folder, index=index, wheel=wheel, cmake=cmake)
        environment = os.environ | ({"CMAKE_ARGS": cmake} if cmake else {})
        try:
            subprocess.run(command, check=True, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr)
        except (OSError, subprocess.CalledProcessError) as error:
            text = QT_TRANSLATE_NOOP(
                "gemfit", "The engine could not be installed. Nothing was changed. What failed: {command}"
            )
            raise GemfitError("engine_not_installed", say(text, command=shlex.join(command))) from error

    return install


def pip_command(folder: Path, *, index: str = "", wheel: Path | None = None, cmake: str = "") -> list[str]:
    """The command of `pip`."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--no-deps",
        "--target",
        str(folder),
        "--disable-pip-version-check",
    ]
    if wheel is not None:
        return [*command, "--no-index", str(wheel)]
    command += ["--no-cache-dir", "--no-binary", BINDING] if cmake else ["--only-binary", BINDING]
    if index:
        command += ["--index-url", index]
    return [*command, f"{BINDING}=={pinned()}"]


def age_days(commit: str, today: date) -> int | None:
    """Days since a commit of llama.cpp was made; None for one that is not known here."""
    made = COMMIT_DATES.get(commit)
    return None if made is None else (today - made).days


def _installed_s(folder: Path | None) -> float:
    where = None if folder is None else [str(folder)]
    found = next(iter(distributions(name=BINDING, path=where) if where else distributions(name=BINDING)), None)
    made = found.locate_file("llama_cpp/__init__.py") if found is not None else None
    with contextlib.suppress(OSError):  # taken away at this moment, or not a folder of files
        return Path(str(made)).stat().st_ctime if made is not None else 0.0
    return 0.0


def fell_back(name: str, reason: str) -> Sentence:
    """A chosen build did not start, and our own runs in its place."""
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "The engine {name} did not start ({reason}), so the one that came with Gemfit runs instead. Choose that one, "
        "or install {name} anew.",
    )
    return say(text, name=name, reason=reason)


def _broken(name: str, reason: str) -> Sentence:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "The engine {name} does not work here ({reason}). It may need a driver, or instructions that this processor "
        "does not have. Use another one.",
    )
    return say(text, name=name, reason=reason)
