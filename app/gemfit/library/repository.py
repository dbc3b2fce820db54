"""What the Hub says about a repository as a whole, in plain words or not at all: all of it is untrusted."""

import re
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from huggingface_hub.hf_api import ModelInfo

ASKED_FOR = ["downloads", "gated", "gguf", "lastModified", "likes", "tags"]
"""The fields of an `Item` that are not said unless they are asked for."""

_PLAIN = re.compile(r"[A-Za-z0-9][\w .+-]{0,59}", re.ASCII)


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


class Item(msgspec.Struct):
    """One entry of `/api/models`, as huggingface_hub's `ModelInfo` reads it."""

    id: str
    downloads: int | None = None
    likes: int | None = None
    lastModified: str | None = None
    gated: bool | str | None = None
    tags: list[str] | None = None
    gguf: dict[str, object] | None = None


def repository_of(item: Item) -> Repository:
    """An entry of a search."""
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


def described(repo: str, info: "ModelInfo") -> Repository:
    """What the Hub says of one repository. Raises ValueError and its like for JSON of another kind."""
    said = {
        "id": repo,
        "downloads": info.downloads,
        "likes": info.likes,
        "lastModified": info.last_modified.isoformat() if info.last_modified else None,
        "gated": info.gated,
        "tags": info.tags,
        "gguf": info.gguf,
    }
    return repository_of(msgspec.convert(said, Item))


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
