"""Names that come from outside (a catalogue, the Hub), turned into paths that stay where they belong."""

from pathlib import Path, PurePosixPath

from gemfit.catalog.load import safe_file_name
from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say

# Windows gives these names to devices, whatever the ending:
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def place(folder: Path, name: str) -> Path:
    """Where the published file `name` goes inside `folder`; `MTP/x.gguf` keeps its folder.

    Raises GemfitError `unsafe_name` for a name that would lead out of the folder, or that some system cannot hold.
    """
    parts = PurePosixPath(name).parts
    if not safe_file_name(name) or not all(_plain(part) for part in parts):
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The name {name} cannot be used for a file. Nothing was downloaded. Check the catalogue it comes from.",
        )
        raise GemfitError("unsafe_name", say(text, name=ascii(name)))
    return folder.joinpath(*parts)


def _plain(part: str) -> bool:
    return (
        len(part.encode("utf-8", "surrogatepass")) <= 240  # 255 on most file systems, less what we append
        and not part.startswith(".")
        and not part.endswith((".", " "))
        and part.split(".")[0].lower() not in _DEVICES
        and part.isprintable()
    )
