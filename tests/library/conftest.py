"""What the library's tests share: a Hub on the loopback, and a small file on it."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gemfit.catalog.types import CatalogFile
from gemfit.library.types import RemoteFile
from gemfit.library.web import Body
from tests.fakes.hub import FakeHub
from tests.library.parts import COMMIT, FILE, REPO, remote_file


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[FakeHub]:
    with FakeHub(tmp_path / "hub") as hub:
        yield hub


@pytest.fixture
def data() -> bytes:
    return random.Random(7).randbytes(3_000_001)


@pytest.fixture
def catalog_file(hub: FakeHub, data: bytes) -> CatalogFile:
    sha256 = hub.add(REPO, FILE, data)
    return CatalogFile(file=FILE, repo=REPO, revision=COMMIT, bytes=len(data), sha256=sha256)


@pytest.fixture
def remote(hub: FakeHub, catalog_file: CatalogFile, data: bytes) -> RemoteFile:
    return remote_file(hub, data)


@pytest.fixture
def read_bytes(monkeypatch) -> Callable[[], int]:
    """Says how many bytes of bodies have been read."""
    counts: list[int] = []
    plain = Body.readinto

    def readinto(body: Body, view: memoryview) -> int:
        n_bytes = plain(body, view)
        counts.append(n_bytes)
        return n_bytes

    monkeypatch.setattr(Body, "readinto", readinto)
    return lambda: sum(counts)
