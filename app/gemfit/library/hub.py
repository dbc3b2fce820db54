"""The Hub's metadata: where a file is, at which commit, how many bytes, and which SHA-256 it has to have.

The SHA-256 comes from the catalogue; where that has none, from the official API. A mirror may send the bytes but is
never believed about the hash.

`huggingface_hub` 2.4 fetches `/api/agent-harnesses` while it composes headers, unless telemetry is off when it is
imported (its `utils/_detect_agent.py`); so it is imported here alone, and only after that was switched off.
"""

import os
import random
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.metadata import version
from types import ModuleType
from typing import TYPE_CHECKING, TypeVar

import msgspec

from gemfit.catalog.types import CatalogFile
from gemfit.errors import GemfitError
from gemfit.library.download import plain_reason, retry_after
from gemfit.library.transfer import LONGEST_RETRY_AFTER_S, NOT_ALLOWED, NOT_FOUND, NOT_SIGNED_IN
from gemfit.library.types import RemoteFile
from gemfit.library.web import OFFICIAL_ENDPOINT, Line, refuse_when_offline, stoppable
from gemfit.words import QT_TRANSLATE_NOOP, say

if TYPE_CHECKING:
    import httpx2
    from huggingface_hub.errors import HfHubHTTPError
    from huggingface_hub.hf_api import ModelInfo, RepoSibling

T = TypeVar("T")

TIMEOUT_S = 15.0
ATTEMPTS = 4  # about five seconds of waiting

_line: ContextVar[Line | None] = ContextVar("_line", default=None)


def resolve(
    file: CatalogFile,
    endpoint: str,
    token: str | None = None,
    *,
    cancelled: threading.Event | None = None,
    official: str = OFFICIAL_ENDPOINT,
    wait: Callable[[float], bool] | None = None,
) -> RemoteFile:
    """Ask `endpoint` for `file` and pin the commit. `token` goes to `endpoint` alone.

    `official`: whom to believe about a hash that the catalogue does not have. `wait` is given the seconds between two
    attempts; None: the cancel event's own.
    Raises GemfitError: `cancelled`, `offline`, `not_signed_in`, `not_allowed`, `not_found`, `network`, `busy`,
    `certificate`, `bad_answer`, `hash_differs`, `size_differs`, `revision_differs`, `no_hash`.
    """
    refuse_when_offline()
    cancelled = cancelled or threading.Event()
    ask = Asker(cancelled, wait or cancelled.wait)
    info = ask.model_info(endpoint, file.repo, file.revision, token)
    commit = _commit(file, info)
    sibling = _sibling(file, info)
    trusted = sibling if endpoint == official else None
    if file.sha256 is None and trusted is None:
        trusted = _ask_official(ask, official, file, commit)
    sha256 = _sha256(file, sibling, trusted)
    from huggingface_hub import hf_hub_url

    return RemoteFile(
        file=file.file,
        repo=file.repo,
        url=hf_hub_url(file.repo, file.file, revision=commit, endpoint=endpoint),
        revision=commit,
        bytes=_bytes(file, sibling, trusted),
        sha256=sha256,
    )


class Located(msgspec.Struct, frozen=True, kw_only=True):
    """Where a file is on an endpoint, at which commit, and how long."""

    url: str
    revision: str
    bytes: int


def locate(
    repo: str,
    files: Sequence[str],
    revision: str | None,
    endpoint: str,
    token: str | None = None,
    *,
    cancelled: threading.Event | None = None,
    wait: Callable[[float], bool] | None = None,
) -> list[Located]:
    """Ask `endpoint` where `files` are, without asking what their hashes are: for looking into them, never for keeping.

    `revision`: a commit, a branch or a tag; None: the newest. Raises GemfitError as `resolve`, but for the hashes.
    """
    refuse_when_offline()
    cancelled = cancelled or threading.Event()
    info = Asker(cancelled, wait or cancelled.wait).model_info(endpoint, repo, revision, token)
    from huggingface_hub import hf_hub_url

    found = []
    for file in files:
        asked = CatalogFile(file=file, repo=repo, revision=revision if is_commit(revision) else None)
        commit = _commit(asked, info)
        url = hf_hub_url(repo, file, revision=commit, endpoint=endpoint)
        found.append(Located(url=url, revision=commit, bytes=_bytes(asked, _sibling(asked, info), None)))
    return found


class PublishedFile(msgspec.Struct, frozen=True):
    """A file as an endpoint has it now: its length, and its SHA-256 where it says one."""

    bytes: int | None
    sha256: str | None


class Newest(msgspec.Struct, frozen=True, kw_only=True):
    """The newest version of a repository: its commit, when it was changed last (ISO 8601), and its files by name."""

    revision: str
    changed_at: str | None
    files: dict[str, PublishedFile]


def newest(
    repo: str,
    endpoint: str,
    token: str | None = None,
    *,
    cancelled: threading.Event | None = None,
    wait: Callable[[float], bool] | None = None,
) -> Newest:
    """Ask `endpoint` what it has of `repo` now. Raises GemfitError as `resolve`, but for the hashes."""
    refuse_when_offline()
    cancelled = cancelled or threading.Event()
    info = Asker(cancelled, wait or cancelled.wait).model_info(endpoint, repo, None, token)
    return Newest(
        revision=_commit(CatalogFile(file="", repo=repo), info),
        changed_at=info.last_modified.isoformat(timespec="seconds") if info.last_modified else None,
        files={sibling.rfilename: _published(sibling) for sibling in info.siblings or []},
    )


def _published(sibling: "RepoSibling") -> PublishedFile:
    if sibling.lfs is None:
        return PublishedFile(sibling.size, None)
    return PublishedFile(sibling.lfs.size, sibling.lfs.sha256.lower() if sibling.lfs.sha256 else None)


def is_commit(revision: str | None) -> bool:
    """Whether `revision` names one version for ever: a whole commit hash."""
    return revision is not None and re.fullmatch("[0-9a-f]{40}", revision) is not None


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


def _commit(file: CatalogFile, info: "ModelInfo") -> str:
    """The commit that the answer is of; it has to be the pinned one, if there is one."""
    commit = info.sha or file.revision
    if commit is None:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The endpoint does not say which version of {repo} it has. Nothing was downloaded. Use another endpoint.",
        )
        raise GemfitError("bad_answer", say(text, repo=file.repo))
    if file.revision is not None and commit != file.revision:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The endpoint has version {found} of {repo} where {expected} was asked for. Nothing was downloaded. "
            "Use another endpoint.",
        )
        values = {"found": commit, "repo": file.repo, "expected": file.revision}
        raise GemfitError("revision_differs", say(text, **values))
    return commit


def _sibling(file: CatalogFile, info: "ModelInfo") -> "RepoSibling":
    found = next((s for s in info.siblings or [] if s.rfilename == file.file), None)
    if found is None:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "There is no file {file} in {repo} any more. Nothing was downloaded. Update Gemfit or its catalogue.",
        )
        raise GemfitError("not_found", say(text, file=file.file, repo=file.repo))
    return found


def _ask_official(ask: Asker, official: str, file: CatalogFile, commit: str) -> "RepoSibling":
    try:
        return _sibling(file, ask.model_info(official, file.repo, commit, None, attempts=2))
    except GemfitError as error:
        if error.code == "cancelled":
            raise
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The catalogue does not know the SHA-256 of {file}, and {official} could not be asked for it: {reason} "
            "A mirror's word is not enough, so nothing was downloaded.",
        )
        values = {"file": file.file, "official": official, "reason": str(error)}
        raise GemfitError("no_hash", say(text, **values)) from error


def _sha256(file: CatalogFile, sibling: "RepoSibling", trusted: "RepoSibling | None") -> str:
    """The catalogue's, else the official one; what the endpoint says may only confirm it."""
    said = sibling.lfs.sha256.lower() if sibling.lfs and sibling.lfs.sha256 else None
    official = trusted.lfs.sha256.lower() if trusted and trusted.lfs and trusted.lfs.sha256 else None
    expected = file.sha256 or official
    if expected is None:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "Neither the catalogue nor the Hub knows a SHA-256 of {file}, so it could not be verified. Nothing was "
            "downloaded. Choose another format.",
        )
        raise GemfitError("no_hash", say(text, file=file.file))
    if said is not None and said != expected:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The endpoint's {file} is not the published one: it says SHA-256 {found}, expected is {expected}. Nothing "
            "was downloaded. Update Gemfit or its catalogue, or use another endpoint.",
        )
        raise GemfitError("hash_differs", say(text, file=file.file, found=said, expected=expected))
    return expected


def _bytes(file: CatalogFile, sibling: "RepoSibling", trusted: "RepoSibling | None") -> int:
    said = sibling.lfs.size if sibling.lfs else sibling.size
    official = (trusted.lfs.size if trusted.lfs else trusted.size) if trusted else None
    expected = file.bytes or official or said
    if expected is None:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "The endpoint does not say how large {file} is. Nothing was downloaded. Use another endpoint."
        )
        raise GemfitError("bad_answer", say(text, file=file.file))
    if said is not None and said != expected:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The endpoint's {file} has {found} bytes where {expected} were published. Nothing was downloaded. Update "
            "Gemfit or its catalogue, or use another endpoint.",
        )
        raise GemfitError("size_differs", say(text, file=file.file, found=said, expected=expected))
    return expected
