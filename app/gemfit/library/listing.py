"""The GGUF files of a repository: which there are by the names that the Hub lists, and which of them can be got."""

import re
from collections import defaultdict
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from gemfit.catalog.types import CatalogFile, Role
from gemfit.errors import GemfitError
from gemfit.gguf.parts import ENDING_LENGTH, names_of_parts
from gemfit.library.names import is_safe, is_sha256, same_as
from gemfit.library.repository import Repository
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

if TYPE_CHECKING:
    from huggingface_hub.hf_api import RepoSibling

_ORDER: list[Role] = ["weights", "projector", "drafter"]
# As llama.cpp's quantize and its converters name them; UD: Unsloth's mixtures.
_FORMAT = re.compile(
    r"(?<![A-Za-z0-9])((?:UD-)?(?:(?:I?Q|TQ)\d(?:_[A-Z0-9]+)*|MXFP4(?:_MOE)?|NVFP4|BF16|F16|F32))(?![A-Za-z0-9])",
    re.IGNORECASE,
)


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


def offered_of(siblings: "list[RepoSibling]") -> tuple[list[Offered], int]:
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
    return sorted(found, key=lambda file: (_ORDER.index(file.role), file.bytes, file.name)), left_out


def _role(name: str) -> Role:
    plain = name.lower()
    if "mmproj" in plain:
        return "projector"
    return "drafter" if re.search(r"(^|[/_.-])(mtp|draft|drafter|assistant)([/_.-]|$)", plain) else "weights"


def format_of(name: str) -> str:
    """The format that a file's name tells: `Q4_0`, `UD-Q4_K_XL`, `BF16`; empty if none. The last one counts."""
    found = _FORMAT.findall(name.rsplit("/", 1)[-1]) or _FORMAT.findall(name)
    return str(found[-1]).upper() if found else ""


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
