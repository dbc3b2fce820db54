"""What the tests of downloads share."""

import pytest

from gemfit.errors import GemfitError
from gemfit.library.download import download
from gemfit.library.journal import read_sidecar
from tests.fakes.hub import Fault
from tests.library.parts import FILE, rules


def refusal(remote, folder, **options) -> GemfitError:
    with pytest.raises(GemfitError) as caught:
        download(remote, folder, **{"rules": rules(), **options})
    return caught.value


def sidecar_of(folder):
    return read_sidecar(folder / f"{FILE}.part")


def cut_for_good(hub, after_bytes):
    """The server sends so much, and then refuses."""
    hub.fault(Fault("cdn", "cut", after_bytes=after_bytes), Fault("file", "status", status=404, skip=1))


class Ticks:
    """A clock that goes on by a second at each look: everything that depends on time happens as often as it can."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        self.now += 1
        return self.now
