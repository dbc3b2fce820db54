"""Any model on the Hub: which repositories have GGUF files, and which files one of them has.

Everything that comes from there is untrusted: names that no folder could hold are left out, texts are kept to plain
letters, and the address of a next page is never followed, only its mark is taken. Nothing is asked before someone
searches or opens a repository.
"""

import threading
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import msgspec

from gemfit.errors import GemfitError
from gemfit.library import web
from gemfit.library.asking import Asker, bad_answer
from gemfit.library.hub import is_commit
from gemfit.library.listing import Listing, offered_of
from gemfit.library.names import is_repo
from gemfit.library.query import Query
from gemfit.library.repository import ASKED_FOR, Item, Repository, described, repository_of
from gemfit.library.source import Source
from gemfit.library.web import endpoint_in_force, refuse_when_offline
from gemfit.words import QT_TRANSLATE_NOOP, say

PAGE = 20
MOST_A_PAGE = 100


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """One page of results. `more` marks the next one, for `search`; empty at the end."""

    repositories: list[Repository]
    more: str = ""


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
    params["expand"] = ASKED_FOR
    try:
        answer = Asker(cancelled, wait or cancelled.wait).get(endpoint, "/api/models", params, source.token)
        found = msgspec.json.decode(answer.content, type=list[Item])
    except GemfitError as error:
        raise _no_search(error, endpoint) from error
    except ValueError as error:  # neither JSON nor UTF-8, or of another form
        raise _no_search(bad_answer(endpoint), endpoint) from error
    repositories = [repository_of(item) for item in found if is_repo(item.id)]
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
        about = described(repo, info)
        offered, left_out = offered_of(info.siblings or [])
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


def _mark(address: str) -> str:
    """The mark of the next page in its address; the address itself could be anywhere."""
    return next(iter(parse_qs(urlsplit(address).query).get("cursor", [])), "")


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
