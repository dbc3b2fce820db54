"""Names that come from outside (a catalogue, the Hub, a manifest, a bundle), turned into paths that stay where they
belong, on every system that the folder may be carried to.
"""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from gemfit.catalog.load import safe_file_name
from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say

PART_CAP_BYTES = 240
"""255 on most file systems, less what is appended while a file is on its way."""
NAME_CAP_BYTES = 900
FOLDERS_CAP = 16

# Windows gives these names to devices, whatever the ending:
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_DEVICES = {
    "con",
    "prn",
    "aux",
    "nul",
    "conin$",
    "conout$",
    *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)),
}
# Scripts with letters that look like Latin ones: https://www.unicode.org/reports/tr39/#Restriction_Level_Detection
_ALIKE = {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU"}
_WORD = re.compile(r"[^\W\d_]+")
_REPO = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)
_REPO_CAP = 96
_SHA256 = re.compile(r"[0-9a-f]{64}")


def place(folder: Path, name: str) -> Path:
    """Where the published file `name` goes inside `folder`; `MTP/x.gguf` keeps its folder.

    Raises GemfitError: `unsafe_name` for a name that would lead out of the folder, or that some system cannot hold;
    `leads_outside` when a folder on the way is a link to somewhere else.
    """
    path = joined(folder, name)
    _stay_inside(folder, path)
    return path


def joined(folder: Path, name: str) -> Path:
    """As `place`, by the name alone: no file system is asked."""
    plain = unicodedata.normalize("NFC", name)
    if not is_safe(plain):
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The name {name} cannot be used for a file. Nothing was downloaded. Check the catalogue it comes from.",
        )
        raise GemfitError("unsafe_name", say(text, name=ascii(name)))
    return folder.joinpath(*PurePosixPath(plain).parts)


def is_safe(name: str) -> bool:
    """Whether `name`, folders included, stays inside its folder and means the same file on every system."""
    parts = PurePosixPath(name).parts
    return (
        safe_file_name(name)
        and len(parts) <= FOLDERS_CAP
        and len(name.encode("utf-8", "surrogatepass")) <= NAME_CAP_BYTES
        and all(_plain(part) for part in parts)
    )


def _plain(part: str) -> bool:
    return (
        len(part.encode("utf-8", "surrogatepass")) <= PART_CAP_BYTES
        and part.isprintable()
        and not part.startswith(".")
        and not part.endswith((".", " "))
        and part.split(".")[0].rstrip(" ").lower() not in _DEVICES
        and not _looks_like_another(part)
    )


def _looks_like_another(part: str) -> bool:
    """Whether the name can be taken for another one: wide or raised forms of letters, or a word of mixed scripts."""
    if part.isascii():
        return False
    if unicodedata.normalize("NFKC", part) != unicodedata.normalize("NFC", part):
        return True
    return any(_is_mixed(word) for word in _WORD.findall(part))


def _is_mixed(word: str) -> bool:
    scripts = {unicodedata.name(letter, "").split(" ")[0] for letter in word}
    return "LATIN" in scripts and not scripts.isdisjoint(_ALIKE)


def _stay_inside(folder: Path, path: Path) -> None:
    """Follow what is there of the folders on the way: none may lead out of `folder`."""
    if path.parent.resolve().is_relative_to(folder.resolve()):
        return
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{path} leads out of {folder} through a link. Nothing was written there. Remove the link, or choose the folder "
        "that it leads to as the folder for the weights.",
    )
    raise GemfitError("leads_outside", say(text, path=str(path), folder=str(folder)))


def refuse_collisions(names: Iterable[str]) -> None:
    """Raise GemfitError `unsafe_name` where two names would be one file on some system: case, or Unicode's forms."""
    seen: dict[str, str] = {}
    for name in names:
        other = seen.setdefault(same_as(name), name)
        if other != name:
            text = QT_TRANSLATE_NOOP(
                "gemfit",
                "{name} and {other} differ only in a way that some systems do not tell apart. Nothing was written. Ask "
                "their publisher for names that differ.",
            )
            raise GemfitError("unsafe_name", say(text, name=ascii(name), other=ascii(other)))


def same_as(name: str) -> str:
    """A key that is equal for names that some file system takes for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def is_repo(name: str) -> bool:
    """Whether `name` is a repository of the Hub, `owner/name`:
    https://github.com/huggingface/huggingface_hub/blob/main/src/huggingface_hub/utils/_validators.py
    """
    return (
        _REPO.fullmatch(name) is not None
        and len(name) <= _REPO_CAP
        and "--" not in name
        and ".." not in name
        and not name.endswith((".git", ".", "-"))
    )


def is_sha256(text: str) -> bool:
    """Whether `text` is a SHA-256 as it is written here: 64 digits of 0-9 and a-f."""
    return _SHA256.fullmatch(text) is not None
