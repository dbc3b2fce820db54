"""What the tests of faults share: a small file in small pieces, and how its download ends."""

from gemfit.errors import GemfitError
from gemfit.library.download import Rules, download
from tests.fakes.hub import Fault
from tests.library.parts import FILE, rules

SIZE = 3_000_001
PIECE = 256 << 10
CONNECTIONS = 4
TOKEN = "hf_seen_by_the_hub_alone"
ALWAYS = -1
MIDDLE = SIZE // 2


def cdn(what: str, **details) -> Fault:
    return Fault("cdn", what, **details)


def file(what: str, **details) -> Fault:
    return Fault("file", what, **details)


def small_rules(stall_s: float = 5.0) -> Rules:
    """Small pieces, and little patience with a server that falls silent."""
    return rules(piece_bytes=PIECE, connections=CONNECTIONS, stall_s=stall_s)


def outcome(remote, folder, **options) -> str:
    """How a download ends: `done`, or the error's code."""
    if (folder / FILE).exists():
        return "done"
    try:
        return (
            "done" if download(remote, folder, **{"token": TOKEN, "rules": small_rules(), **options}).verified else ""
        )
    except GemfitError as error:
        return error.code
