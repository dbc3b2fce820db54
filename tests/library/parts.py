"""Small parts that several tests of the library build with."""

import hashlib

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
