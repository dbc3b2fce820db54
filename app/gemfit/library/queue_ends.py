"""What becomes of a file in the queue when its transfer ends, as changes of `QueuedFile`. Pure."""

from gemfit.errors import GemfitError
from gemfit.library.queue import QueuedFile
from gemfit.library.types import LocalFile
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

FIRST_RETRY_S = 15.0
LONGEST_RETRY_S = 600.0
BUSY_DISK_RETRY_S = 60.0
IN_USE_RETRY_S = 5.0

Changes = dict[str, object]


def after_success(got: LocalFile) -> Changes:
    return {
        "state": "done",
        "done_bytes": got.bytes,
        "total_bytes": got.bytes,
        "resumed_from_bytes": got.resumed_from_bytes,
        "path": got.path,
        "code": "",
        "sentence": None,
        "retry_at_s": None,
    }


def after_trouble(error: GemfitError, into: QueuedFile | None, failures: int, now_s: float) -> Changes:
    """`into`: what it was to be when it was stopped. `failures`: how often the network failed it, this time included.
    `now_s`: Unix time.
    """
    trouble: Changes = {"code": error.code, "sentence": error.sentence}
    match error.code:
        case "cancelled" if into is not None:
            kept: Changes = {"state": into.state, "code": into.code, "sentence": into.sentence}
            return {**kept, "retry_at_s": into.retry_at_s}
        case "cancelled":
            return {"state": "waiting", "code": "", "sentence": error.sentence, "retry_at_s": None}
        case "disk_full":
            return {"state": "no_room", "retry_at_s": now_s + BUSY_DISK_RETRY_S, **trouble}
        case "in_use":
            return {"state": "waiting", "retry_at_s": now_s + IN_USE_RETRY_S, **trouble}
        case "offline":
            return {"state": "offline", "retry_at_s": None, **trouble}
        case "network" | "busy":
            wait_s = min(LONGEST_RETRY_S, FIRST_RETRY_S * 2 ** (failures - 1))
            return {"state": "offline", "retry_at_s": now_s + wait_s, **trouble}
    return {"state": "failed", **trouble}


def after_bug(bug: Exception) -> Changes:
    return {"state": "failed", "code": "bug", "sentence": _bug(bug)}


def _bug(bug: Exception) -> Sentence:
    text = QT_TRANSLATE_NOOP(
        "gemfit", "Something went wrong that should not ({reason}). What was downloaded is kept. Try again."
    )
    return say(text, reason=type(bug).__name__)
