"""A folder of one's own, or a network share: every file of weights in it."""

from collections.abc import Iterator
from pathlib import Path

from gemfit.library.stores.found import Found, Trouble
from gemfit.library.stores.walk import weights_below


def files(folder: Path, trouble: Trouble) -> Iterator[Found]:
    """Everything of weights in the folder and below."""
    yield from weights_below(folder, trouble)
