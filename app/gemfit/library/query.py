"""What a person types to search for: words, an owner, or one repository; and which models of the catalogue it means."""

import re

import msgspec

from gemfit.catalog.types import Catalog, Model
from gemfit.library.names import is_repo

_OWNER = re.compile(r"[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
_ADDRESS = re.compile(r"(?:hf://|https?://[^/\s]+/|(?:huggingface\.co|hf\.co)/)", re.IGNORECASE)


class Query(msgspec.Struct, frozen=True):
    """What a person typed. `repo`: it names one repository; `owner`: only what that owner has."""

    words: str = ""
    owner: str = ""
    repo: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.owner)


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
