"""Small parts that the tests of bundles build with."""

import hashlib
import random
import threading
from pathlib import Path

import pytest
from msgspec.structs import replace

from gemfit.catalog.types import Catalog, CatalogFile
from gemfit.errors import GemfitError
from gemfit.library.bundle import ustar
from gemfit.library.bundle.export import export
from gemfit.library.bundle.load import load
from gemfit.library.bundle.manifest import KIND, MANIFEST, SCHEMA, Manifest, Weights, encode
from gemfit.library.bundle.plan import plan
from gemfit.library.store import verify
from tests.library.parts import FILE

DATA = random.Random(3).randbytes(1_000_001)
EYES = random.Random(4).randbytes(70_000)
SHA = hashlib.sha256(DATA).hexdigest()
KINDS = ("bundle", "bundle.tar")


def with_projector(catalog: Catalog) -> Catalog:
    """The projector of Tiny, with its size and hash."""
    model = catalog.models[0]
    sha256 = hashlib.sha256(EYES).hexdigest()
    eyes = replace(model.builds[0].files[1], bytes=len(EYES), sha256=sha256)
    return with_files(catalog, [model.builds[0].files[0], eyes])


def with_files(catalog: Catalog, files: list[CatalogFile]) -> Catalog:
    model = catalog.models[0]
    return replace(catalog, models=[replace(model, builds=[replace(model.builds[0], files=files)])])


def put(folder: Path, catalog: Catalog, data: bytes, name: str = FILE) -> Path:
    path = folder / "Tiny" / "q4_0" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    verify(path, folder, catalog)
    return path


def make(target: Path, catalog: Catalog, weights: Path, **kwargs):
    return export(plan(catalog, [("tiny", None)], weights), target, reserve_bytes=0, **kwargs)


def take(bundle: Path, folder: Path, catalog: Catalog, **kwargs):
    return load(bundle, folder, catalog, reserve_bytes=0, **kwargs)


def refusal(act, *args, **kwargs) -> GemfitError:
    with pytest.raises(GemfitError) as caught:
        act(*args, **kwargs)
    return caught.value


def files_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def stop_after(n_bytes: int):
    """An event, and something to call with each progress, that sets it after so many bytes."""
    stopped = threading.Event()

    def look(progress):
        if progress.done_bytes >= n_bytes:
            stopped.set()

    return stopped, look


def manifest_of(*weights: Weights) -> Manifest:
    return Manifest(kind=KIND, schema=SCHEMA, made_at="", made_by="", weights=list(weights), extras=[], licences=[])


def claimed(data: bytes = DATA, **changes: object) -> Weights:
    sha256 = hashlib.sha256(data).hexdigest()
    return Weights(
        **{"model": "Tiny", "build": "q4_0", "role": "weights", "file": FILE, "bytes": len(data), "sha256": sha256}
        | changes
    )


def tar_of(path: Path, *entries: tuple[str, bytes]) -> Path:
    with path.open("wb") as file:
        for name, data in entries:
            file.write(ustar.pack(ustar.Header(name, len(data))) + data + bytes(ustar.padded(len(data)) - len(data)))
        file.write(ustar.END)
    return path


def folder_of(path: Path, manifest: Manifest, files: dict[str, bytes]) -> Path:
    for name, data in {MANIFEST: encode(manifest), **files}.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return path
