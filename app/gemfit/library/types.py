"""What the library says about files and transfers."""

from typing import Literal

import msgspec

from gemfit.words import Sentence

TransferState = Literal["waiting", "checking", "downloading", "retrying", "verifying", "done", "paused", "failed"]


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
    """One moment of a transfer. `speed_bps` is bytes per second, smoothed; `remaining_s` None while not known."""

    state: TransferState
    file: str
    done_bytes: int
    total_bytes: int
    resumed_from_bytes: int = 0
    speed_bps: float = 0.0
    remaining_s: float | None = None
    sentence: Sentence | None = None


class LocalFile(msgspec.Struct, frozen=True, kw_only=True):
    """Weights on this disk. `verified`: the SHA-256 was computed here and is the expected one.

    `model` and `build` are None for a file that the catalogue does not know. `resumed_from_bytes`: how much was here
    already when the last transfer of it began.
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
