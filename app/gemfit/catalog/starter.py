"""Finds weights that came with an installed Python package: the starter needs no network."""

import importlib.util
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from gemfit.catalog.types import CatalogFile


def find_packaged(file: CatalogFile) -> Path | None:
    """Where the installed package keeps `file`; None if it is not installed, or the file has not the size it should.

    The package is not imported: its modules may load a model, or much else.
    """
    if file.package is None:
        return None
    for path in _places(file.package, file.file):
        if path.is_file() and file.bytes in (None, path.stat().st_size):
            return path
    return None


def _places(package: str, name: str) -> Iterator[Path]:
    """What the package's record of its files says, then its folder (a frozen program has no record)."""
    try:
        listed = distribution(package).files or []
    except PackageNotFoundError:
        listed = []
    yield from (Path(str(entry.locate())) for entry in listed if entry.as_posix().endswith(f"/{name}"))
    spec = importlib.util.find_spec(package.replace("-", "_"))
    for folder in (spec.submodule_search_locations or []) if spec else []:
        yield Path(folder) / name
