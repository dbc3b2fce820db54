"""What a response and its errors mean, taken from the HTTP client for those who decide."""

import contextlib
import re
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from gemfit.library import transfer
from gemfit.words import QT_TRANSLATE_NOOP, say

if TYPE_CHECKING:
    import httpx2

_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


def answer_of(response: "httpx2.Response", asked_url: str, asked_endpoint: bool = True) -> transfer.Answer:
    """The head of a response as the state machine sees it; on a redirect, the Hub's own answer names the content."""
    import httpx2

    headers = response.headers
    answers = [*response.history, response]
    found = _CONTENT_RANGE.match(headers.get("content-range", ""))
    return transfer.Answer(
        status=response.status_code,
        etag=headers.get("etag"),
        content=next((a.headers["x-linked-etag"] for a in answers if "x-linked-etag" in a.headers), None),
        length=_number(headers.get("content-length")),
        range_start=int(found[1]) if found else None,
        range_total=_number(found[2]) if found else None,
        retry_after_s=retry_after(headers.get("retry-after"), time.time()),
        from_endpoint=asked_endpoint and response.url.host == httpx2.URL(asked_url).host and not response.history,
        asked_endpoint=asked_endpoint,
        encoded=headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"),
    )


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() else None


def retry_after(text: str | None, now_s: float) -> float | None:
    """Seconds that a Retry-After header asks for, given as a number or as a date (RFC 9110, 10.2.3)."""
    if text is None:
        return None
    if (seconds := _number(text.strip())) is not None:
        return float(seconds)
    with contextlib.suppress(ValueError):  # neither number nor date: as if it were not there
        return max(0.0, parsedate_to_datetime(text).timestamp() - now_s)
    return None


def plain_reason(error: Exception) -> str:
    """What went wrong with a connection, in the system's words; never an address, which may hold a signature."""
    text = str(error).strip()
    return text if text and "://" not in text else type(error).__name__


def refused_certificate(error: Exception) -> transfer.GiveUp | None:
    """A certificate that this system does not trust: trying again does not help."""
    if "CERTIFICATE_VERIFY_FAILED" not in str(error):
        return None
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "This system does not trust the server's certificate, so nothing was sent to it. Check the clock of this "
        "machine; behind a company's proxy, have its certificate installed in the system.",
    )
    return transfer.GiveUp("certificate", say(text))
