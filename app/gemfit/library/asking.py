"""How an endpoint is asked: again where that can help, stoppable at once, and what to tell a person when it refuses.

`huggingface_hub` 2.4 fetches `/api/agent-harnesses` while it composes headers, unless telemetry is off when it is
imported (its `utils/_detect_agent.py`); so it is imported here first, and only after that was switched off.
"""

import os
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.metadata import version
from types import ModuleType
from typing import TYPE_CHECKING, TypeVar

from gemfit.errors import GemfitError
from gemfit.library.download import plain_reason, retry_after
from gemfit.library.transfer import LONGEST_RETRY_AFTER_S, NOT_ALLOWED, NOT_FOUND, NOT_SIGNED_IN
from gemfit.library.web import Line, stoppable
from gemfit.words import QT_TRANSLATE_NOOP, say

if TYPE_CHECKING:
    import httpx2
    from huggingface_hub.errors import HfHubHTTPError
    from huggingface_hub.hf_api import ModelInfo

T = TypeVar("T")

TIMEOUT_S = 15.0
ATTEMPTS = 4  # about five seconds of waiting

_line: ContextVar[Line | None] = ContextVar("_line", default=None)


class Asker:
    """Asks an endpoint, again when that can help."""

    def __init__(self, cancelled: threading.Event, wait: Callable[[float], bool]) -> None:
        self._cancelled, self._wait = cancelled, wait

    def model_info(
        self, endpoint: str, repo: str, revision: str | None, token: str | None, attempts: int = ATTEMPTS
    ) -> "ModelInfo":
        """What `endpoint` says about a repository and its files. Raises GemfitError as `ask`."""
        api = _library().HfApi(endpoint=endpoint, library_name="gemfit", library_version=version("gemfit"))

        def question() -> "ModelInfo":
            info: ModelInfo = api.model_info(
                repo, revision=revision, files_metadata=True, token=token or False, timeout=TIMEOUT_S
            )
            return info

        return self.ask(question, endpoint, repo, attempts)

    def get(self, endpoint: str, path: str, params: Mapping[str, object], token: str | None) -> "httpx2.Response":
        """The answer to GET `path` of `endpoint`. Raises GemfitError as `ask`."""
        library = _library()
        headers = library.utils.build_hf_headers(
            token=token or False, library_name="gemfit", library_version=version("gemfit")
        )

        def question() -> "httpx2.Response":
            session = library.get_session()
            answer: httpx2.Response = session.get(endpoint + path, params=params, headers=headers, timeout=TIMEOUT_S)
            library.utils.hf_raise_for_status(answer)
            return answer

        return self.ask(question, endpoint, "", ATTEMPTS)

    def ask(self, question: Callable[[], T], endpoint: str, repo: str, attempts: int) -> T:
        """The answer to `question`, which is about `repo`.

        Raises GemfitError: `cancelled`, `not_signed_in`, `not_allowed`, `not_found`, `network`, `busy`, `certificate`,
        `bad_answer`.
        """
        import httpx2
        from huggingface_hub.errors import HfHubHTTPError

        for attempt in range(1, attempts + 1):
            self._stop_if_cancelled()
            try:
                with stoppable(self._cancelled) as line, _attached(line):
                    return question()
            except HfHubHTTPError as error:
                delay_s = _delay_or_raise(error, endpoint, repo, attempt == attempts)
            except httpx2.RequestError as error:
                self._stop_if_cancelled()
                if attempt == attempts or "CERTIFICATE_VERIFY_FAILED" in str(error):
                    raise _unreachable(error, endpoint) from error
                delay_s = None
            except (ValueError, TypeError, KeyError, AttributeError) as error:  # JSON of another kind, or none
                raise bad_answer(endpoint) from error
            self._wait(delay_s if delay_s is not None else 0.5 * 2**attempt * (0.5 + random.random() / 2))
        raise AssertionError("unreachable")  # pragma: no cover

    def _stop_if_cancelled(self) -> None:
        if self._cancelled.is_set():
            text = QT_TRANSLATE_NOOP("gemfit", "Stopped before anything was downloaded. What was there is kept.")
            raise GemfitError("cancelled", say(text))


def _delay_or_raise(error: "HfHubHTTPError", endpoint: str, repo: str, last: bool) -> float | None:
    """Seconds to wait if the same request can go better later, None to choose; raises for a person if not."""
    status, page = error.response.status_code, f"{endpoint}/{repo}"
    if status == 401:
        raise GemfitError("not_signed_in", say(NOT_SIGNED_IN, page=page)) from error
    if status == 403:
        raise GemfitError("not_allowed", say(NOT_ALLOWED, page=page)) from error
    if status in (404, 410):
        raise GemfitError("not_found", say(NOT_FOUND, page=page)) from error
    if status not in (408, 425, 429) and status < 500:
        raise bad_answer(endpoint) from error
    delay_s = retry_after(error.response.headers.get("retry-after"), time.time())
    if last or (delay_s or 0) > LONGEST_RETRY_AFTER_S:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "{endpoint} is too busy to answer (HTTP {status}). Nothing was lost. Try again later.",
        )
        raise GemfitError("busy", say(text, endpoint=endpoint, status=str(status))) from error
    return delay_s


def _unreachable(error: Exception, endpoint: str) -> GemfitError:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "This system does not trust the certificate of {endpoint}, so nothing was sent to it. Check the clock of "
            "this machine; behind a company's proxy, have its certificate installed in the system.",
        )
        return GemfitError("certificate", say(text, endpoint=endpoint))
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{endpoint} cannot be reached ({reason}). Nothing was lost. Check the network and the endpoint in the "
        "settings, then try again.",
    )
    return GemfitError("network", say(text, endpoint=endpoint, reason=plain_reason(error)))


def bad_answer(endpoint: str) -> GemfitError:
    """What `endpoint` said is not what the Hub says."""
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{endpoint} does not answer as the Hub does. Nothing was downloaded. Check the endpoint in the settings or in "
        "HF_ENDPOINT.",
    )
    return GemfitError("bad_answer", say(text, endpoint=endpoint))


@cache
def _library() -> ModuleType:
    """`huggingface_hub`, silenced, and with requests that `stoppable` can stop."""
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    import huggingface_hub
    from huggingface_hub import constants

    constants.HF_HUB_DISABLE_TELEMETRY = True  # where something else had imported it before
    huggingface_hub.set_client_factory(_client)
    return huggingface_hub


def _client() -> "httpx2.Client":
    import httpx2

    return httpx2.Client(
        event_hooks={"request": [_attach]},
        follow_redirects=True,
        timeout=TIMEOUT_S,
        limits=httpx2.Limits(max_keepalive_connections=0),
    )


def _attach(request: "httpx2.Request") -> None:
    if line := _line.get():
        request.extensions = {**request.extensions, **line.extensions}


@contextmanager
def _attached(line: Line) -> Iterator[None]:
    reset = _line.set(line)
    try:
        yield
    finally:
        _line.reset(reset)
