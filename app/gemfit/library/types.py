"""What the library says about files and transfers."""

from typing import Literal

import msgspec

from gemfit.catalog.types import Container
from gemfit.words import Sentence

TransferState = Literal[
    "waiting", "checking", "downloading", "retrying", "no_room", "verifying", "done", "paused", "failed"
]


Origin = Literal[
    "weights", "package", "import", "folder", "huggingface", "lmstudio", "ollama", "jan", "gpt4all", "llamacpp"
]
"""Where a file is: Gemfit's own folder, an installed package, a place that was imported, a folder that the settings
name, or another program's store. Only the first is Gemfit's to change."""


class RemoteFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file on the Hub, pinned: what will be asked for, and what has to arrive.

    `file` is its name in the repository, folders included. `revision` is a commit. `sha256` comes from the catalogue or
    from the official API, never from a mirror.
    """

    file: str
    repo: str
    url: str
    revision: str
    bytes: int
    sha256: str


class TransferProgress(msgspec.Struct, frozen=True, kw_only=True):
    """One moment of a transfer. `speed_bps` is bytes per second, smoothed; `remaining_s` None while not known.

    `connections`: on so many bytes come at this moment.
    """

    state: TransferState
    file: str
    done_bytes: int
    total_bytes: int
    resumed_from_bytes: int = 0
    speed_bps: float = 0.0
    remaining_s: float | None = None
    connections: int = 0
    sentence: Sentence | None = None


class LocalFile(msgspec.Struct, frozen=True, kw_only=True):
    """Weights on this disk. `verified`: the SHA-256 was computed here and is the expected one.

    `model` and `build` are None for a file that the catalogue does not know. `resumed_from_bytes`: how much was here
    already when the last transfer of it began.

    `origin` and `called`: whose file it is, and what that program calls it (`gemma4:e4b`); empty for Gemfit's own.
    `container`: what kind of file it is, also where its name does not tell. `said_sha256`: the SHA-256 that the name or
    the manifest in another program's store states; nobody computed it here. `maybe`: what it can be by its size alone,
    as `model:build`. `damaged`: from which byte to which it is not what it was, where that is known; then `sha256` may
    be "", which no file has. `wrong`: its hash was computed here, and is not the one that it should be.

    A model in several files is one of these: `parts` says in how many it is published, `pieces` are those that are
    here, each by itself, in their order, and `missing` the names of those that are not. Then `path` is the first
    piece's, `bytes` are those of all, and `complete`, `verified` and `wrong` say what is true of them together;
    `sha256` is the first piece's when all are verified, or that of one that is wrong.
    """

    path: str
    bytes: int
    model: str | None = None
    build: str | None = None
    role: str = "weights"
    sha256: str | None = None
    verified: bool = False
    verified_at: str | None = None
    resumed_from_bytes: int = 0
    complete: bool = True
    note: Sentence | None = None
    origin: Origin = "weights"
    called: str = ""
    container: Container = "gguf"
    said_sha256: str | None = None
    maybe: str | None = None
    damaged: list[tuple[int, int]] = []
    wrong: bool = False
    parts: int = 1
    pieces: list["LocalFile"] = []
    missing: list[str] = []

    @property
    def files(self) -> list["LocalFile"]:
        """The files on the disk: its pieces, or itself."""
        return self.pieces or [self]

    @property
    def usable(self) -> bool:
        """Whether it can be loaded: whole, and not found to be another file than it should be."""
        return self.complete and not self.wrong
