"""Any model on the Hub: which repositories have GGUF files, and which files one of them has.

Everything that comes from there is untrusted: names that no folder could hold are left out, texts are kept to plain
letters, and the address of a next page is never followed, only its mark is taken. Nothing is asked before someone
searches or opens a repository.
"""

import re
import threading
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import msgspec

from gemfit.catalog.types import Catalog, CatalogFile, Model, Role
from gemfit.errors import GemfitError
from gemfit.gguf.parts import ENDING_LENGTH, names_of_parts
from gemfit.library import web
from gemfit.library.hub import Asker, bad_answer, is_commit
from gemfit.library.names import is_repo, is_safe, is_sha256, same_as
from gemfit.library.source import Source
from gemfit.library.web import endpoint_in_force, refuse_when_offline
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

if TYPE_CHECKING:
    from huggingface_hub.hf_api import ModelInfo, RepoSibling

PAGE = 20
MOST_A_PAGE = 100

_ASKED_FOR = ["downloads", "gated", "gguf", "lastModified", "likes", "tags"]
_PLAIN = re.compile(r"[A-Za-z0-9][\w .+-]{0,59}", re.ASCII)
_OWNER = re.compile(r"[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
_ADDRESS = re.compile(r"(?:hf://|https?://[^/\s]+/|(?:huggingface\.co|hf\.co)/)", re.IGNORECASE)
# As llama.cpp's quantize and its converters name them; UD: Unsloth's mixtures.
_FORMAT = re.compile(
    r"(?<![A-Za-z0-9])((?:UD-)?(?:(?:I?Q|TQ)\d(?:_[A-Z0-9]+)*|MXFP4(?:_MOE)?|NVFP4|BF16|F16|F32))(?![A-Za-z0-9])",
    re.IGNORECASE,
)


class Query(msgspec.Struct, frozen=True):
    """What a person typed. `repo`: it names one repository; `owner`: only what that owner has."""

    words: str = ""
    owner: str = ""
    repo: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.owner)


class Repository(msgspec.Struct, frozen=True, kw_only=True):
    """One result of a search. `gated`: its licence has to be accepted first. `changed_at`: ISO 8601.

    What the Hub does not say is None or empty. `parameters` and `context_tokens` are from the header of one of its
    files, as the Hub has read it.
    """

    repo: str
    downloads: int | None = None
    likes: int | None = None
    changed_at: str = ""
    licence: str = ""
    gated: bool = False
    architecture: str = ""
    parameters: int | None = None
    context_tokens: int | None = None


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """One page of results. `more` marks the next one, for `search`; empty at the end."""

    repositories: list[Repository]
    more: str = ""


class OfferedPart(msgspec.Struct, frozen=True):
    """One file on the Hub: `sha256` as its API says."""

    name: str
    bytes: int
    sha256: str | None


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """What can be chosen of a repository: a file, or the parts of a split one. `format` is read from the name.

    `count`: of how many parts it should consist.
    """

    name: str
    role: Role
    format: str
    parts: list[OfferedPart]
    count: int = 1

    @property
    def bytes(self) -> int:
        return sum(part.bytes for part in self.parts)

    @property
    def sha256(self) -> str | None:
        return self.parts[0].sha256 if self.count == 1 else None

    @property
    def missing(self) -> list[str]:
        """The names of the parts that it should have and that are not there."""
        first = PurePosixPath(self.parts[0].name)
        here = {PurePosixPath(part.name).name for part in self.parts}
        return [name for name in names_of_parts(first.name) if name not in here]


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """The GGUF files of a repository at one commit, weights first. `left_out`: so many names that no folder can hold.

    `page`: where people can read about it. `believed`: the hashes are of the official API, not of a mirror.
    """

    about: Repository
    revision: str
    page: str
    files: list[Offered]
    left_out: int = 0
    believed: bool = False

    def file(self, name: str) -> Offered:
        """The file of that name. Raises GemfitError `not_found`."""
        found = next((file for file in self.files if name in (part.name for part in file.parts)), None)
        if found is None:
            text = QT_TRANSLATE_NOOP(
                "gemfit", "There is no GGUF file {file} in {repo}. Nothing was downloaded. See what there is: {page}"
            )
            raise GemfitError("not_found", say(text, file=name, repo=self.about.repo, page=self.page))
        return found


def read_query(text: str) -> Query:
    """`gemma 4`, `unsloth/`, `unsloth/ gemma`, `unsloth/gemma-4-E2B-it-GGUF`, or the address of such a page."""
    words = _ADDRESS.sub("", text.strip(), count=1).split()
    first, slash, rest = words[0].partition("/") if words else ("", "", "")
    if not slash or not _OWNER.fullmatch(first):
        return Query(words=" ".join(words))
    name = rest.split("/")[0].partition("@")[0]
    repo = f"{first}/{name}" if is_repo(f"{first}/{name}") and len(words) == 1 else ""
    return Query(words=" ".join([*filter(None, [name]), *words[1:]]), owner=first, repo=repo)


def catalogued(catalog: Catalog, query: Query) -> list[Model]:
    """The models of the catalogue that match, in its order; all of them for an empty query. Nothing is asked."""

    def matches(model: Model) -> bool:
        repos = [file.repo for build in model.builds for file in build.files]
        if query.repo:
            return query.repo in repos
        if query.owner and not any(repo.partition("/")[0].lower() == query.owner.lower() for repo in repos):
            return False
        text = " ".join([model.name, model.id, *repos]).lower()
        return all(word in text for word in query.words.lower().split())

    return [model for model in catalog.models if not model.starter and matches(model)]


def search(
    query: Query,
    source: Source | None = None,
    *,
    limit: int = PAGE,
    after: str = "",
    cancelled: threading.Event | None = None,
    wait: Callable[[float], bool] | None = None,
) -> Results:
    """Repositories with GGUF files that match, the most downloaded first. `after`: the mark of a page before.

    Raises GemfitError: `offline`, `cancelled`, `network`, `busy`, `certificate`, `bad_answer`, `search_refused`,
    `no_search` where the endpoint offers none.
    """
    refuse_when_offline()
    source, cancelled = source or Source(), cancelled or threading.Event()
    endpoint = endpoint_in_force(source.endpoint)
    params: dict[str, object] = {"filter": "gguf", "sort": "downloads", "limit": max(1, min(limit, MOST_A_PAGE))}
    params |= {name: value for name, value in (("author", query.owner), ("search", query.words)) if value}
    params |= {"cursor": after} if after else {}
    params["expand"] = _ASKED_FOR
    try:
        answer = Asker(cancelled, wait or cancelled.wait).get(endpoint, "/api/models", params, source.token)
        found = msgspec.json.decode(answer.content, type=list[_Item])
    except GemfitError as error:
        raise _no_search(error, endpoint) from error
    except ValueError as error:  # neither JSON nor UTF-8, or of another form
        raise _no_search(bad_answer(endpoint), endpoint) from error
    repositories = [_repository(item) for item in found if is_repo(item.id)]
    return Results(repositories=repositories[:limit], more=_mark(answer.links.get("next", {}).get("url", "")))


def files(
    repo: str,
    source: Source | None = None,
    *,
    revision: str | None = None,
    cancelled: threading.Event | None = None,
    wait: Callable[[float], bool] | None = None,
) -> Listing:
    """What `repo` has, at its newest commit or at `revision`.

    Raises GemfitError: as `search`, and `not_found`, `not_signed_in`, `not_allowed`, `bad_repo`.
    """
    if not is_repo(repo):
        text = QT_TRANSLATE_NOOP(
            "gemfit", "{name} does not name a repository on the Hub. Nothing was asked. Write it as OWNER/NAME."
        )
        raise GemfitError("bad_repo", say(text, name=ascii(repo)))
    refuse_when_offline()
    source, cancelled = source or Source(), cancelled or threading.Event()
    endpoint = endpoint_in_force(source.endpoint)
    try:
        info = Asker(cancelled, wait or cancelled.wait).model_info(endpoint, repo, revision, source.token)
    except GemfitError as error:
        raise _not_listed(error, repo, endpoint) from error
    if not is_commit(info.sha):
        raise bad_answer(endpoint)
    try:
        about = _about(repo, info)
        offered, left_out = _offered(info.siblings or [])
    except (ValueError, TypeError, AttributeError) as error:  # JSON of another kind
        raise bad_answer(endpoint) from error
    return Listing(
        about=about,
        revision=str(info.sha),
        page=f"{endpoint}/{repo}",
        files=offered,
        left_out=left_out,
        believed=endpoint == web.OFFICIAL_ENDPOINT,
    )


def to_get(listing: Listing, offered: Offered) -> list[CatalogFile]:
    """The files to fetch, pinned to the commit that was listed, and to its hash unless only a mirror says that.

    Raises GemfitError with what `obstacle` says.
    """
    said = obstacle(listing, offered)
    if said is not None:
        raise GemfitError("not_for_this", said)
    return [
        CatalogFile(
            file=part.name,
            role=offered.role,
            repo=listing.about.repo,
            revision=listing.revision,
            bytes=part.bytes,
            sha256=part.sha256 if listing.believed else None,
        )
        for part in offered.parts
    ]


def obstacle(listing: Listing, offered: Offered) -> Sentence | None:
    """Why this cannot be got, whatever the machine; None if it can."""
    if missing := offered.missing:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "{file} is published in {parts} parts, and not all of them are there: {missing}. Nothing was downloaded. "
            "Choose another file.",
        )
        return say(text, file=offered.name, parts=offered.count, missing=", ".join(missing[:3]))
    if listing.believed and any(part.sha256 is None for part in offered.parts):
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The Hub knows no SHA-256 of {file}, so it could not be verified. Nothing was downloaded. Choose another "
            "file.",
        )
        return say(text, file=offered.name)
    return None


def format_of(name: str) -> str:
    """The format that a file's name tells: `Q4_0`, `UD-Q4_K_XL`, `BF16`; empty if none. The last one counts."""
    found = _FORMAT.findall(name.rsplit("/", 1)[-1]) or _FORMAT.findall(name)
    return str(found[-1]).upper() if found else ""


# -- what the Hub answers ----------------------------------------------------------------------------------------------


class _Item(msgspec.Struct):
    """One entry of `/api/models`, as huggingface_hub's `ModelInfo` reads it."""

    id: str
    downloads: int | None = None
    likes: int | None = None
    lastModified: str | None = None
    gated: bool | str | None = None
    tags: list[str] | None = None
    gguf: dict[str, object] | None = None


def _repository(item: _Item) -> Repository:
    header = item.gguf or {}
    return Repository(
        repo=item.id,
        downloads=item.downloads,
        likes=item.likes,
        changed_at=_date(item.lastModified or ""),
        licence=_tagged(item.tags or [], "license:"),
        gated=bool(item.gated),
        architecture=_plain(header.get("architecture")),
        parameters=_positive(header.get("total")),
        context_tokens=_positive(header.get("context_length")),
    )


def _about(repo: str, info: "ModelInfo") -> Repository:
    said = {
        "id": repo,
        "downloads": info.downloads,
        "likes": info.likes,
        "lastModified": info.last_modified.isoformat() if info.last_modified else None,
        "gated": info.gated,
        "tags": info.tags,
        "gguf": info.gguf,
    }
    return _repository(msgspec.convert(said, _Item))


def _date(text: str) -> str:
    """The moment to the second, if it is one."""
    try:
        return datetime.fromisoformat(text).isoformat(timespec="seconds")
    except ValueError:
        return ""


def _tagged(tags: list[str], prefix: str) -> str:
    return next((_plain(tag.removeprefix(prefix)) for tag in tags if tag.startswith(prefix)), "")


def _plain(text: object) -> str:
    """A short plain word or two; nothing of what is anything else."""
    return text if isinstance(text, str) and _PLAIN.fullmatch(text) else ""


def _positive(number: object) -> int | None:
    return number if isinstance(number, int) and not isinstance(number, bool) and number > 0 else None


def _mark(address: str) -> str:
    """The mark of the next page in its address; the address itself could be anywhere."""
    return next(iter(parse_qs(urlsplit(address).query).get("cursor", [])), "")


def _offered(siblings: "list[RepoSibling]") -> tuple[list[Offered], int]:
    """The GGUF files, the parts of split ones together; and how many names are of no use."""
    groups: defaultdict[tuple[str, int], list[OfferedPart]] = defaultdict(list)
    seen: set[str] = set()
    left_out = 0
    for sibling in siblings:
        name = sibling.rfilename
        if not name.lower().endswith(".gguf") or "imatrix" in name.lower():
            continue  # an importance matrix is what quantizing needs, no model
        size = sibling.lfs.size if sibling.lfs else sibling.size
        if not is_safe(name) or same_as(name) in seen or not size or size < 0:
            left_out += 1
            continue
        seen.add(same_as(name))
        sha256 = sibling.lfs.sha256.lower() if sibling.lfs and sibling.lfs.sha256 else ""
        part = OfferedPart(name, size, sha256 if is_sha256(sha256) else None)
        names = names_of_parts(PurePosixPath(name).name)
        groups[name[:-ENDING_LENGTH] if names else name, max(1, len(names))].append(part)
    found = [
        Offered(
            name=parts[0].name if count == 1 else f"{name}.gguf",
            role=_role(name),
            format=format_of(name),
            parts=sorted(parts, key=lambda part: part.name),
            count=count,
        )
        for (name, count), parts in groups.items()
    ]
    order: list[Role] = ["weights", "projector", "drafter"]
    return sorted(found, key=lambda file: (order.index(file.role), file.bytes, file.name)), left_out


def _role(name: str) -> Role:
    plain = name.lower()
    if "mmproj" in plain:
        return "projector"
    return "drafter" if re.search(r"(^|[/_.-])(mtp|draft|drafter|assistant)([/_.-]|$)", plain) else "weights"


def _no_search(error: GemfitError, endpoint: str) -> GemfitError:
    """What to say where a search failed: not about files, and with the way that is left."""
    if error.code in ("not_found", "bad_answer"):
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "{endpoint} does not offer the Hub's search. Nothing was lost. Name a repository as OWNER/NAME, or use "
            "another endpoint.",
        )
        return GemfitError("no_search", say(text, endpoint=endpoint))
    if error.code in ("not_signed_in", "not_allowed"):
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "{endpoint} does not let everybody search, or does not take the token that is set. Nothing was lost. Set "
            "another token in the settings or as HF_TOKEN, or none.",
        )
        return GemfitError("search_refused", say(text, endpoint=endpoint))
    return error


def _not_listed(error: GemfitError, repo: str, endpoint: str) -> GemfitError:
    """The Hub says 401 of what is not there as well as of what is private, and cannot be told apart."""
    if error.code == "not_signed_in":
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "There is no repository {repo} that everybody may see. Nothing was lost. Check the name; for a private or "
            "a gated one, accept its licence at {page}, and set a token in the settings or as HF_TOKEN.",
        )
        return GemfitError(error.code, say(text, repo=repo, page=f"{endpoint}/{repo}"))
    if error.code == "not_found":
        text = QT_TRANSLATE_NOOP(
            "gemfit", "There is no repository {repo} at {endpoint}. Nothing was lost. Check the name, or search for it."
        )
        return GemfitError(error.code, say(text, repo=repo, endpoint=endpoint))
    return error
