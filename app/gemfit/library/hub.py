"""The Hub's metadata: where a file is, at which commit, how many bytes, and which SHA-256 it has to have.

The SHA-256 comes from the catalogue; where that has none, from the official API. A mirror may send the bytes but is
never believed about the hash.
"""

import re
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from gemfit.catalog.types import CatalogFile
from gemfit.errors import GemfitError
from gemfit.library.asking import Asker
from gemfit.library.types import RemoteFile
from gemfit.library.web import OFFICIAL_ENDPOINT, refuse_when_offline
from gemfit.words import QT_TRANSLATE_NOOP, say

if TYPE_CHECKING:
    from huggingface_hub.hf_api import ModelInfo, RepoSibling


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
