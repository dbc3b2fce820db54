"""A download as a state machine: events in, the next action out; no clock, no socket, no disk.

`step(transfer, event)` is given what happened (an answer, the end of a body, a broken connection) and says what to do:
ask for the rest, wait, throw away what is here and begin anew, check, or give up. `take` counts bytes.

Two values tell one version of a file from another. `etag` belongs to the server that sent the bytes (often a CDN) and
goes into If-Range (RFC 9110, 13.1.5). `content` is what the Hub calls the file itself (X-Linked-Etag, on its redirect):
when it is unchanged, a new `etag` only means another CDN server, and nothing is lost.
"""

from typing import Literal

import msgspec
from msgspec.structs import replace

from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

# Failures in a row, with nothing gained in between. Once bytes came, an outage of one or two minutes is sat out; a
# server that never gave anything is left after some seconds. Silence has cost its own time already and counts double.
MAX_FAILURES = 8
MAX_FAILURES_AT_FIRST = 5
MAX_RESTARTS = 3
MAX_WAIT_S = 60.0
LONGEST_RETRY_AFTER_S = 600.0
GAIN_BYTES = 1 << 20  # that much new since the last failure, and the failures are forgotten

Trouble = Literal["stalled", "broken", "refused"]


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one download between two events. `skip_bytes` of the answer are here already.

    `page`: where a person reads about the model, for the sentences. `arrived`: this run brought bytes already.
    """

    total_bytes: int
    page: str = ""
    held_bytes: int = 0
    etag: str | None = None
    content: str | None = None
    failures: int = 0
    restarts: int = 0
    gained_bytes: int = 0
    arrived: bool = False
    skip_bytes: int = 0


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The head of a response. `range_start` and `range_total` are from Content-Range; None where it does not say.

    `from_endpoint`: it comes from the endpoint itself and not from a server that the endpoint sent us to;
    `asked_endpoint`: the endpoint was asked, and perhaps sent us there just now. `encoded`: the body is compressed or
    the like, which was not asked for, so that its bytes are not those of the file.
    """

    status: int
    etag: str | None = None
    content: str | None = None
    length: int | None = None
    range_start: int | None = None
    range_total: int | None = None
    retry_after_s: float | None = None
    from_endpoint: bool = True
    asked_endpoint: bool = True
    encoded: bool = False


class Ended(msgspec.Struct, frozen=True):
    """The body came to its end."""


class Broke(msgspec.Struct, frozen=True):
    """The connection did not last. `reason` is the system's word for it."""

    trouble: Trouble
    reason: str = ""


Event = Answer | Ended | Broke


class Ask(msgspec.Struct, frozen=True):
    """Send a request: from `start` on; with `if_range`, only if the file is still that version."""

    start: int
    if_range: str | None = None


class Receive(msgspec.Struct, frozen=True):
    """Read the body, and count it with `take`."""


class Wait(msgspec.Struct, frozen=True):
    """Wait `least_s` and up to `spread_s` more, then ask again."""

    least_s: float
    spread_s: float
    sentence: Sentence


class Discard(msgspec.Struct, frozen=True):
    """The bytes here belong to another version of the file: drop them, then ask again."""

    sentence: Sentence


class Check(msgspec.Struct, frozen=True):
    """All bytes are here: compare the SHA-256."""


class GiveUp(msgspec.Struct, frozen=True):
    code: str
    sentence: Sentence


Action = Ask | Receive | Wait | Discard | Check | GiveUp


def begin(transfer: Transfer) -> Action:
    """The next thing to do when nothing is under way: also after a wait and after a discard."""
    if transfer.held_bytes == transfer.total_bytes:
        return Check()
    if not transfer.held_bytes:
        return Ask(0)
    strong = transfer.etag if transfer.etag and not transfer.etag.startswith("W/") else None  # RFC 9110: If-Range
    return Ask(transfer.held_bytes, strong)


def take(transfer: Transfer, n_bytes: int) -> tuple[Transfer, int]:
    """Count a piece of the body. Returns the new state and how many bytes at its beginning are here already.

    Raises TooLong when the piece goes beyond the end of the file.
    """
    skipped = min(transfer.skip_bytes, n_bytes)
    new = n_bytes - skipped
    held = transfer.held_bytes + new
    if held > transfer.total_bytes:
        raise TooLong
    gained = transfer.gained_bytes + new
    failures = 0 if gained >= GAIN_BYTES else transfer.failures
    state = replace(
        transfer,
        held_bytes=held,
        skip_bytes=transfer.skip_bytes - skipped,
        gained_bytes=gained,
        failures=failures,
        arrived=transfer.arrived or new > 0,
    )
    return state, skipped


class TooLong(Exception):
    """The server sends more than the file has."""


def step(transfer: Transfer, event: Event) -> tuple[Transfer, Action]:
    """The state after `event`, and what to do now."""
    match event:
        case Answer(status=200 | 206, encoded=True):
            return _again(transfer, Broke("broken", "a compressed answer"))
        case Answer(status=200):
            return _whole(transfer, event)
        case Answer(status=206):
            return _part(transfer, event)
        case Answer(status=416) if transfer.held_bytes:
            return _ask_for_all(transfer)
        case Answer():
            return _refusal(transfer, event)
        case Ended() if transfer.held_bytes == transfer.total_bytes:
            return transfer, Check()
        case Ended():
            return _again(transfer, Broke("broken"))
        case Broke():
            return _again(transfer, event)


def _whole(transfer: Transfer, answer: Answer) -> tuple[Transfer, Action]:
    """200: the server sends everything, asked for or not."""
    if answer.length is not None and answer.length != transfer.total_bytes:
        return transfer, wrong_length(transfer, answer.length)
    known = _with_version(transfer, answer)
    if not transfer.held_bytes:
        return replace(known, skip_bytes=0, gained_bytes=0), Receive()
    if not same_file(transfer, answer):
        return _restart(transfer, changed())
    other_server = transfer.etag and answer.etag and transfer.etag != answer.etag
    if other_server and transfer.failures < 2:  # the same file, whose name there If-Range did not know: ask once more
        state = replace(known, failures=transfer.failures + 1, skip_bytes=0)
        return state, begin(state)
    return replace(known, skip_bytes=transfer.held_bytes, gained_bytes=0), Receive()


def _part(transfer: Transfer, answer: Answer) -> tuple[Transfer, Action]:
    """206: the rest, if it is the right rest."""
    if answer.range_total is not None and answer.range_total != transfer.total_bytes:
        return transfer, wrong_length(transfer, answer.range_total)
    if not same_file(transfer, answer, unsaid=True):
        return _restart(transfer, changed())
    if answer.range_start != transfer.held_bytes:
        return _again(transfer, Broke("broken"))
    return replace(_with_version(transfer, answer), skip_bytes=0, gained_bytes=0), Receive()


def same_file(transfer: Transfer, answer: Answer, unsaid: bool = False) -> bool:
    """Whether an answer continues what is here. `unsaid`: what to think when neither side names a version."""
    if transfer.content and answer.content:
        return transfer.content == answer.content
    if transfer.etag and answer.etag:  # one name, weak or strong: what came is compared with the SHA-256 anyway
        return transfer.etag.removeprefix("W/") == answer.etag.removeprefix("W/")
    return unsaid


def _with_version(transfer: Transfer, answer: Answer) -> Transfer:
    return replace(transfer, etag=answer.etag, content=answer.content or transfer.content)


def _ask_for_all(transfer: Transfer) -> tuple[Transfer, Action]:
    """416: the server has no such range. Asked for everything, it shows whether it still has the same file."""
    return replace(transfer, skip_bytes=0), Ask(0)


def _again(transfer: Transfer, broke: Broke, retry_after_s: float | None = None) -> tuple[Transfer, Action]:
    weight = 2 if broke.trouble == "stalled" else 1
    state = replace(transfer, failures=transfer.failures + weight, skip_bytes=0, gained_bytes=0)
    if state.failures > (MAX_FAILURES if transfer.arrived else MAX_FAILURES_AT_FIRST):
        return state, give_up(state, broke)
    return state, Wait(*backoff(transfer.failures, retry_after_s), retrying(broke))


def backoff(failures: int, retry_after_s: float | None = None) -> tuple[float, float]:
    """Seconds to wait after so many `failures`: at least, and how many more by chance. A server may say them."""
    if retry_after_s is not None:
        return retry_after_s, 1.0
    longest_s = min(MAX_WAIT_S, 0.5 * 2**failures)
    return longest_s / 2, longest_s / 2


def _restart(transfer: Transfer, why: Sentence) -> tuple[Transfer, Action]:
    fresh = Transfer(
        total_bytes=transfer.total_bytes,
        page=transfer.page,
        failures=transfer.failures,
        arrived=transfer.arrived,
        restarts=transfer.restarts + 1,
    )
    if fresh.restarts > MAX_RESTARTS:
        return transfer, changing()
    return fresh, Discard(why)


def changing() -> GiveUp:
    """Version after version."""
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "The server keeps changing the file, so it could not be downloaded in one piece. Nothing that is ready to "
        "use was touched. Try again later, or use another endpoint.",
    )
    return GiveUp("changing", say(text))


def _refusal(transfer: Transfer, answer: Answer) -> tuple[Transfer, Action]:
    refused = refusal(transfer, answer)
    if isinstance(refused, GiveUp):
        return transfer, refused
    return _again(transfer, refused, answer.retry_after_s)


def refusal(transfer: Transfer, answer: Answer) -> Broke | GiveUp:
    """A status other than 200 and 206: to be tried again where that can help, else what a person can do."""
    status = answer.status
    busy = status in (408, 425, 429) or status >= 500
    # A refusal by a CDN is a signed address that ran out; the endpoint gives a new one.
    if busy or (status in (401, 403, 404, 410) and not answer.from_endpoint):
        if answer.retry_after_s is not None and answer.retry_after_s > LONGEST_RETRY_AFTER_S:
            return _come_back_later(transfer, answer.retry_after_s)
        return Broke("refused", f"HTTP {status}")
    return refused_for_good(transfer, status)


def refused_for_good(transfer: Transfer, status: int) -> GiveUp:
    """What a person can do about a status that waiting does not change."""
    kept = transfer.held_bytes
    if status == 401:
        return GiveUp("not_signed_in", say(NOT_SIGNED_IN, page=transfer.page))
    if status == 403:
        return GiveUp("not_allowed", say(NOT_ALLOWED, page=transfer.page))
    if status in (404, 410):
        return GiveUp("not_found", say(NOT_FOUND, page=transfer.page))
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "The server gave an answer that makes no sense here (HTTP {status}). What was downloaded ({kept_bytes}) is "
        "kept. Try again later, or use another endpoint.",
    )
    return GiveUp("bad_answer", say(text, status=str(status), kept_bytes=kept))


NOT_SIGNED_IN = QT_TRANSLATE_NOOP(
    "gemfit",
    "The Hub wants to know who asks for this file (HTTP 401). Nothing was lost. Accept the model's licence at {page}, "
    "make a token at https://huggingface.co/settings/tokens, and set it in the settings or as HF_TOKEN.",
)
NOT_ALLOWED = QT_TRANSLATE_NOOP(
    "gemfit",
    "The Hub does not give this file to you yet (HTTP 403). Nothing was lost. Accept the model's licence at {page} "
    "while signed in, check that the token in the settings or in HF_TOKEN may read it, then try again.",
)
NOT_FOUND = QT_TRANSLATE_NOOP(
    "gemfit",
    "The file is not there any more (HTTP 404). Nothing was lost. Look at {page}, and update Gemfit or its catalogue, "
    "or check the endpoint.",
)


def wrong_length(transfer: Transfer, offered_bytes: int) -> GiveUp:
    """The server's file has another size than the published one."""
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "The server offers a file of {offered} bytes where {expected} were published, so it is another file. What was "
        "downloaded ({kept_bytes}) is kept. Try again later, or use another endpoint.",
    )
    values = {"offered": offered_bytes, "expected": transfer.total_bytes, "kept_bytes": transfer.held_bytes}
    return GiveUp("wrong_length", say(text, **values))


def too_long(transfer: Transfer) -> GiveUp:
    """The server sends more than it should, without having said so."""
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "The server sends more than the {expected} bytes that were published, so it is another file. What was "
        "downloaded ({kept_bytes}) is kept. Try again later, or use another endpoint.",
    )
    return GiveUp("wrong_length", say(text, expected=transfer.total_bytes, kept_bytes=transfer.held_bytes))


def changed() -> Sentence:
    """The file is another one now."""
    return say(QT_TRANSLATE_NOOP("gemfit", "The file on the server has changed: starting anew."))


def retrying(broke: Broke) -> Sentence:
    """Why it is asked again."""
    if broke.trouble == "stalled":
        return say(QT_TRANSLATE_NOOP("gemfit", "The server fell silent: trying again."))
    if broke.trouble == "refused":
        text = QT_TRANSLATE_NOOP("gemfit", "The server is busy ({reason}): trying again.")
        return say(text, reason=broke.reason)
    return say(QT_TRANSLATE_NOOP("gemfit", "The connection was lost: trying again."))


def give_up(transfer: Transfer, broke: Broke) -> GiveUp:
    """Asked often enough."""
    kept = transfer.held_bytes
    if broke.trouble == "refused":
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The server is too busy to send the file ({reason}). What was downloaded ({kept_bytes}) is kept. "
            "Try again later; it goes on from there.",
        )
        return GiveUp("busy", say(text, reason=broke.reason, kept_bytes=kept))
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "The connection keeps failing ({reason}). What was downloaded ({kept_bytes}) is kept. Check the network, then "
        "try again; it goes on from there.",
    )
    return GiveUp("network", say(text, reason=broke.reason or broke.trouble, kept_bytes=kept))


def _come_back_later(transfer: Transfer, retry_after_s: float) -> GiveUp:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "The server asks to come back in {wait_s}. What was downloaded ({kept_bytes}) is kept. Try again then; it goes "
        "on from there.",
    )
    return GiveUp("busy", say(text, wait_s=retry_after_s, kept_bytes=transfer.held_bytes))
