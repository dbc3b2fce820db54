"""All of what others keep here, looked at together: programs by their own rules, then folders of one's own."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec.structs import replace

from gemfit.library.stores import gpt4all, huggingface, jan, llamacpp, lmstudio, ollama
from gemfit.library.stores.found import Found, Trouble
from gemfit.library.stores.host import Host
from gemfit.library.stores.patience import ask_all
from gemfit.library.stores.walk import found_at, weights_below
from gemfit.library.types import Origin
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

PATIENCE_S = 3.0
MOST_PROBLEMS = 5

TITLES: dict[Origin, str] = {
    "huggingface": "Hugging Face cache",
    "lmstudio": "LM Studio",
    "ollama": "Ollama",
    "jan": "Jan",
    "gpt4all": "GPT4All",
    "llamacpp": "llama.cpp",
}
"""What the programs are called."""


class Store(Protocol):
    """What each module of a program has."""

    @property
    def ORIGIN(self) -> Origin: ...
    def places(self, host: Host) -> list[Path]: ...
    def files(self, folder: Path, trouble: Trouble) -> Iterator[Found]: ...


PROGRAMS: tuple[Store, ...] = (huggingface, lmstudio, ollama, jan, gpt4all, llamacpp)


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What is there, each file once, and what could not be looked into."""

    files: list[Found] = []
    problems: list[Sentence] = []


def look(
    host: Host,
    *,
    folders: Iterable[Path] = (),
    imported: Iterable[Path] = (),
    programs: Iterable[Store] = PROGRAMS,
    patience_s: float = PATIENCE_S,
) -> Look:
    """Look into the stores of `programs`, then `folders`, then files and folders that were `imported`.

    Takes at most `patience_s`: a place that has not answered by then is left out, and said.
    """
    work: dict[str, Callable[[], Look]] = {
        TITLES.get(program.ORIGIN, program.ORIGIN): partial(_program, program, host) for program in programs
    }
    work |= {str(folder): partial(_folder, folder, "folder") for folder in folders}
    work |= {str(path): partial(_folder, path, "import") for path in imported}
    files: list[Found] = []
    problems: list[Sentence] = []
    for name, answer in ask_all(work, patience_s).items():
        if answer is None:
            problems.append(_no_answer(name))
        else:
            files += answer.files
            problems += answer.problems[:MOST_PROBLEMS]
    return Look(files=_once(files), problems=problems)


def _program(program: Store, host: Host) -> Look:
    problems: list[Sentence] = []
    trouble = partial(_told, problems, TITLES[program.ORIGIN])
    files = [found for place in program.places(host) for found in program.files(place, trouble)]
    return Look(files=files, problems=problems)


def _folder(path: Path, origin: Origin) -> Look:
    problems: list[Sentence] = []
    trouble = partial(_told, problems, str(path))
    try:
        one = found_at(path, path.name)
    except OSError as error:
        trouble(path, error)
        one = None
    if one is None and not path.exists():
        problems.append(_gone(path))
    found = [one] if one else list(weights_below(path, trouble))
    return Look(files=[replace(file, origin=origin) for file in found], problems=problems)


def _once(files: Iterable[Found]) -> list[Found]:
    """Each file once, though several names or several programs lead to it."""
    kept: list[Found] = []
    seen: set[object] = set()
    for file in files:
        identity = file.identity or file.path
        if identity not in seen:
            seen.add(identity)
            kept.append(file)
    return kept


def _told(problems: list[Sentence], whose: str, path: Path, error: OSError) -> None:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{path} ({whose}) cannot be looked into: {reason}. What is there is not listed. Nothing was changed. To use "
        "it, change the permissions of that folder.",
    )
    problems.append(say(text, path=str(path), whose=whose, reason=error.strerror or type(error).__name__))


def _no_answer(name: str) -> Sentence:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{name} does not answer, so what is there is not listed now. It is asked again at the next look. Check that "
        "its disk or network is there.",
    )
    return say(text, name=name)


def _gone(path: Path) -> Sentence:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{path} is not there. What was in it is not listed. Connect its disk or network, or take it out of the list of "
        "folders.",
    )
    return say(text, path=str(path))
