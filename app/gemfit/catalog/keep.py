"""Bringing a catalogue by file: checked, kept in the folder of the settings, and in force from then on."""

from pathlib import Path

from gemfit.atomic import sync_folder, write_atomically
from gemfit.catalog.load import checked_catalog, kept_file
from gemfit.catalog.types import Catalog
from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say


def use(data: bytes, source: Path) -> Catalog:
    """Keep the catalogue from `source`. Raises GemfitError `catalog_invalid`, `not_kept`; nothing changes then."""
    catalog = checked_catalog(data, source)
    try:
        kept_file().parent.mkdir(parents=True, exist_ok=True)
        write_atomically(kept_file(), data)
    except OSError as error:
        raise _not_kept(error) from error
    return catalog


def use_shipped() -> bool:
    """Go back to the catalogue that comes with Gemfit; whether another one was kept. Raises GemfitError `not_kept`."""
    try:
        kept_file().unlink()
        sync_folder(kept_file().parent)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _not_kept(error) from error
    return True


def _not_kept(error: OSError) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "The catalogue could not be changed in {folder} ({reason}). The one that was in force still is. Make that "
        "folder writable, then try again.",
    )
    return GemfitError("not_kept", say(text, folder=str(kept_file().parent), reason=error.strerror or ""))
