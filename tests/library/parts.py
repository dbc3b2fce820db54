"""Small parts that several tests of the library build with."""

import hashlib

from gemfit.catalog.types import Build, Catalog, CatalogFile, Model, Shape, Superseded
from gemfit.library.download import Rules
from gemfit.library.types import RemoteFile
from tests.fakes.hub import FakeHub

REPO = "acme/tiny-gguf"
FILE = "tiny-q4_0.gguf"
COMMIT = "c" * 40


def remote_file(hub: FakeHub, data: bytes, file: str = FILE) -> RemoteFile:
    """`data` as the Hub would describe it."""
    return RemoteFile(
        file=file,
        repo=REPO,
        url=f"{hub.url}/{REPO}/resolve/{COMMIT}/{file}",
        revision=COMMIT,
        bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def rules(**changes: object) -> Rules:
    """Patience for tests: no waiting between attempts, little on the line."""
    return Rules(**{"wait": lambda _seconds: False, "stall_s": 5.0, "connect_s": 5.0, "reserve_bytes": 0, **changes})


def tiny_catalog(data: bytes, superseded: bytes | None = None, **changes: object) -> Catalog:
    """A catalogue with one model, Tiny, in one build, q4_0, whose weights are `data`. `changes` are of that file."""
    file = CatalogFile(
        **{
            "file": FILE,
            "repo": REPO,
            "revision": COMMIT,
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
            **changes,
        }
    )
    projector = CatalogFile(file="mmproj.gguf", role="projector", repo=REPO, revision=COMMIT)
    shape = Shape(
        layers=4,
        embedding_length=64,
        vocab_tokens=6000,
        context_tokens=4096,
        sliding_window_tokens=512,
        kv_bytes_per_cell=[1024, 1024, 0, 0],
        full_layers=[1, 3],
        query_lengths=[64, 128, 64, 128],
        compute_base_bytes=1 << 20,
    )
    model = Model(
        id="Tiny",
        name="Tiny",
        quality=1,
        parameters="1M",
        modalities=["text"],
        licence="Apache-2.0",
        licence_url="https://example.org/licence",
        active_parameters_b=0.001,
        shape=shape,
        builds=[Build(id="q4_0", format="q4_0", title="Q4_0", publisher="acme", files=[file, projector])],
    )
    old = superseded and hashlib.sha256(superseded).hexdigest()
    replaced = [Superseded(model="Tiny", file=FILE, repo=REPO, sha256=old, note="of June")] if old else []
    return Catalog(schema=1, models=[model], superseded=replaced)
