"""Weights that are published in several parts: which these are at the pinned revision, with sizes and hashes.

A catalogue names the repository, its revision and what the first part is probably called; the Hub's listing decides.
"""

import threading
from pathlib import PurePosixPath

from msgspec.structs import replace

from gemfit.catalog.types import CatalogFile
from gemfit.errors import GemfitError
from gemfit.library.browse import files
from gemfit.library.listing import Listing, Offered, format_of, to_get
from gemfit.library.rules import Rules
from gemfit.library.source import Source
from gemfit.words import QT_TRANSLATE_NOOP, say


def parts_of(
    file: CatalogFile,
    source: Source | None = None,
    *,
    cancelled: threading.Event | None = None,
    rules: Rules | None = None,
) -> list[CatalogFile]:
    """All parts of what `file` stands for, each with its size, and its SHA-256 if the official API says it.

    Of one name is that group of parts, else the only one of that format in that folder, or one whole file. Raises
    GemfitError: those of `browse.files` and `listing.to_get`, `not_found`.
    """
    wait = rules.wait if rules is not None else None
    listing = files(file.repo, source, revision=file.revision, cancelled=cancelled, wait=wait)
    offered = _meant(listing, file)
    if offered is None:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "{repo} has no {format} in several parts at this revision, under {file} or another name. Nothing was "
            "downloaded. See what there is: {page}",
        )
        values = {"repo": file.repo, "format": format_of(file.file), "file": file.file, "page": listing.page}
        raise GemfitError("not_found", say(text, **values))
    return [replace(part, role=file.role, why=file.why) for part in to_get(listing, offered)]


def _meant(listing: Listing, file: CatalogFile) -> Offered | None:
    named = next((one for one in listing.files if file.file in (part.name for part in one.parts)), None)
    if named is not None:
        return named
    folder = PurePosixPath(file.file).parent
    alike = [one for one in listing.files if one.role == file.role and one.format == format_of(file.file)]
    there = [one for one in alike if PurePosixPath(one.parts[0].name).parent == folder] or alike
    return there[0] if len(there) == 1 else None
