"""Whether the Hub has other bytes now than what is kept here. Asked only on request; nothing is ever replaced."""

import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

import msgspec

from gemfit.catalog.types import Catalog
from gemfit.errors import GemfitError
from gemfit.library import hub
from gemfit.library.index import Checked, read_index
from gemfit.library.source import Source
from gemfit.library.types import LocalFile
from gemfit.library.web import endpoint_in_force
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, Value, say

Finding = Literal["current", "newer", "gone", "not_said", "not_asked"]


class Update(msgspec.Struct, frozen=True, kw_only=True):
    """One kept file beside what the Hub has under its name now. Bytes in whole bytes, dates in ISO 8601.

    `finding`: `current` (the same bytes), `newer` (other bytes), `gone` (no such file any more), `not_said` (the Hub
    states no hash, or none was computed here), `not_asked` (the repository could not be asked: `sentence` says why).
    `newest_at`: when the repository was changed last, which need not be when this file was.
    """

    path: str
    repo: str
    file: str
    finding: Finding
    sentence: Sentence
    model: str | None = None
    build: str | None = None
    here_bytes: int
    here_sha256: str | None
    here_revision: str | None = None
    newest_bytes: int | None = None
    newest_sha256: str | None = None
    newest_revision: str | None = None
    newest_at: str | None = None


class Published(msgspec.Struct, frozen=True):
    """Where a kept file came from: the repository, its name in there, the commit if it is known."""

    repo: str
    file: str
    revision: str | None = None


def look(
    files: Iterable[LocalFile],
    catalog: Catalog,
    source: Source | None = None,
    *,
    on_repo: Callable[[int, int, str], None] = lambda _done, _total, _repo: None,
    cancelled: threading.Event | None = None,
    wait: Callable[[float], bool] | None = None,
) -> list[Update]:
    """Ask the Hub for each of the whole files here whose repository is known, one request for a repository.

    `on_repo` is told, before each request, how many are done, how many there are, and which comes now. Raises
    GemfitError: `offline`, `bad_endpoint`, `cancelled`. Another trouble with one repository is a finding.
    """
    source, cancelled = source or Source(), cancelled or threading.Event()
    endpoint = endpoint_in_force(source.endpoint)
    index = read_index()
    pieces = [piece for file in files for piece in file.files]
    kept = [(file, origin) for file in pieces if file.complete and (origin := origin_of(file, catalog, index))]
    repos = list(dict.fromkeys(origin.repo for _file, origin in kept))
    answers: dict[str, hub.Newest | GemfitError] = {}
    for done, repo in enumerate(repos):
        on_repo(done, len(repos), repo)
        try:
            answers[repo] = hub.newest(repo, endpoint, source.token, cancelled=cancelled, wait=wait)
        except GemfitError as error:
            if error.code in ("cancelled", "offline"):
                raise
            answers[repo] = error
    return [_compare(file, origin, answers[origin.repo]) for file, origin in kept]


def origin_of(file: LocalFile, catalog: Catalog, index: dict[str, Checked]) -> Published | None:
    """The repository and the name there that a kept file has; None when nobody knows."""
    record = index.get(str(Path(file.path).resolve()))
    revision = record.revision if record else None
    if file.sha256 is not None:
        for old in catalog.superseded:
            if old.sha256 == file.sha256:
                return Published(old.repo, old.file, revision)
    for model, build, known in catalog.files():
        if (model.id, build.id, known.role) != (file.model, file.build, file.role):
            continue
        same = known.sha256 is not None and known.sha256 == file.sha256
        if known.repo and (same or Path(file.path).name == Path(known.file).name):
            return Published(known.repo, known.file, known.revision if same else revision)
    if record is not None and record.repo and record.file:
        return Published(record.repo, record.file, revision)
    return None


def _compare(file: LocalFile, origin: Published, answer: hub.Newest | GemfitError) -> Update:
    update = Update(
        path=file.path,
        repo=origin.repo,
        file=origin.file,
        model=file.model,
        build=file.build,
        here_bytes=file.bytes,
        here_sha256=file.sha256,
        here_revision=origin.revision,
        finding="not_asked",
        sentence=say(""),
    )
    if isinstance(answer, GemfitError):
        return msgspec.structs.replace(update, sentence=answer.sentence)
    update = msgspec.structs.replace(update, newest_revision=answer.revision, newest_at=answer.changed_at)
    there = answer.files.get(origin.file)
    if there is None:
        return msgspec.structs.replace(update, finding="gone", sentence=say(_GONE, file=origin.file, repo=origin.repo))
    update = msgspec.structs.replace(update, newest_bytes=there.bytes, newest_sha256=there.sha256)
    finding = _finding(file, there)
    return msgspec.structs.replace(update, finding=finding, sentence=_words(finding, update))


def _finding(file: LocalFile, there: hub.PublishedFile) -> Finding:
    if there.bytes is not None and there.bytes != file.bytes:
        return "newer"
    if there.sha256 is None or file.sha256 is None:
        return "not_said"
    return "current" if there.sha256 == file.sha256 else "newer"


def _words(finding: Finding, update: Update) -> Sentence:
    if finding == "current":
        return say(QT_TRANSLATE_NOOP("gemfit", "The same as the newest on the Hub."))
    if finding == "not_said":
        text = _NO_HASH_THERE if update.newest_sha256 is None else _NO_HASH_HERE
        return say(text)
    values: dict[str, Value] = {
        "repo": update.repo,
        "revision": (update.newest_revision or "")[:7],
        "here_bytes": update.here_bytes,
        "newest_bytes": update.newest_bytes or 0,
        "sha256": (update.newest_sha256 or "?")[:12],
    }
    if update.newest_at is None:
        return say(_NEWER, **values)
    return say(_NEWER_OF, date=update.newest_at[:10], **values)


_NEWER = QT_TRANSLATE_NOOP(
    "gemfit",
    "{repo} has other bytes now: {newest_bytes} where {here_bytes} are here, SHA-256 {sha256}…, commit {revision}. "
    "What is here was left as it is and still works.",
)
_NEWER_OF = QT_TRANSLATE_NOOP(
    "gemfit",
    "{repo}, changed last on {date}, has other bytes now: {newest_bytes} where {here_bytes} are here, SHA-256 "
    "{sha256}…, commit {revision}. What is here was left as it is and still works.",
)
_GONE = QT_TRANSLATE_NOOP(
    "gemfit", "{repo} has no file {file} any more. What is here was left as it is and still works."
)
_NO_HASH_THERE = QT_TRANSLATE_NOOP(
    "gemfit", "The Hub states no SHA-256 for it, so nobody can say whether it is the same."
)
_NO_HASH_HERE = QT_TRANSLATE_NOOP("gemfit", "It was not verified here yet. Verify it first, then ask again.")
