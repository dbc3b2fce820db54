"""A model with its projector, verified; and the folder of another machine."""

import pytest

from gemfit.library.bundle import copying
from tests.library.bundle.parts import DATA, EYES, put, with_projector
from tests.library.parts import tiny_catalog


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    """Told of every 64 KiB, so that a test can stop anywhere."""
    monkeypatch.setattr(copying, "BUFFER_BYTES", 64 << 10)
    monkeypatch.setattr(copying, "INTERVAL_S", 0.0)


@pytest.fixture
def catalog():
    return with_projector(tiny_catalog(DATA))


@pytest.fixture
def weights(tmp_path, catalog):
    """A weights folder with the model and its projector, verified."""
    folder = tmp_path / "from"
    put(folder, catalog, DATA)
    put(folder, catalog, EYES, "mmproj.gguf")
    return folder


@pytest.fixture
def elsewhere(tmp_path):
    """The weights folder of another machine."""
    return tmp_path / "to"
