"""What a bundle holds, as its `manifest.json` says it."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from gemfit.catalog.types import Role
from gemfit.errors import GemfitError
from gemfit.library.names import is_safe, is_sha256, refuse_collisions
from gemfit.words import QT_TRANSLATE_NOOP, say

SCHEMA = 1
KIND = "gemfit-bundle"
MANIFEST = "manifest.json"
CATALOG = "catalog.json"
MAX_BYTES = 16 << 20
FILES_CAP = 1000
_ID = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """One file of weights: whose it is, where it was published, and what it has to be.

    `file` is its name in the repository, folders included. `revision`: the commit, where it is known.
    """

    model: str
    build: str
    role: Role
    file: str
    bytes: int
    sha256: str
    repo: str = ""
    revision: str | None = None

    @property
    def path(self) -> str:
        """Where it is in the bundle."""
        return f"weights/{self.model}/{self.build}/{self.file}"


class Extra(msgspec.Struct, frozen=True, kw_only=True):
    """A small file that goes along: the catalogue, the text of a licence."""

    path: str
    bytes: int
    sha256: str


class Licence(msgspec.Struct, frozen=True, kw_only=True):
    """A licence, the models under it, and where its text is in the bundle (None: only at `url`)."""

    name: str
    url: str
    models: list[str]
    path: str | None = None


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. `made_at`: UTC; `made_by`: the version of Gemfit."""

    kind: str
    schema: int
    made_at: str
    made_by: str
    weights: list[Weights]
    extras: list[Extra]
    licences: list[Licence]

    @property
    def total_bytes(self) -> int:
        return sum(file.bytes for file in self.weights) + sum(extra.bytes for extra in self.extras)

    def is_of_same(self, other: "Manifest") -> bool:
        """Whether both hold the same, whenever they were made."""
        return (self.weights, self.extras, self.licences) == (other.weights, other.extras, other.licences)


def is_bundle(path: Path) -> bool:
    """Whether `path` can be a bundle: a .tar, or a folder with a manifest."""
    return path.suffix.lower() == ".tar" or (path / MANIFEST).is_file()


def encode(manifest: Manifest) -> bytes:
    """As it is written."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def decode(data: bytes) -> Manifest:
    """Read a manifest and check all that it claims about itself.

    Raises GemfitError `not_a_bundle`, `newer_bundle`, `bundle_invalid`.
    """
    try:
        head = msgspec.json.decode(data, type=_Head)
    except ValueError as error:
        raise not_a_bundle(str(error)) from error
    if head.kind != KIND:
        raise not_a_bundle(f"its kind is {ascii(head.kind)[:80]}")
    if head.schema != SCHEMA:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "The bundle was made by a newer Gemfit. Nothing was imported. Install that version here first."
        )
        raise GemfitError("newer_bundle", say(text))
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except ValueError as error:
        raise _invalid(str(error)) from error
    for problem in _problems(manifest):
        raise _invalid(problem)
    refuse_collisions(paths_of(manifest))
    return manifest


class _Head(msgspec.Struct):
    kind: str
    schema: int


def paths_of(manifest: Manifest) -> list[str]:
    """Every path in the bundle but that of the manifest, in the order in which they come."""
    return [*(extra.path for extra in manifest.extras), *(file.path for file in manifest.weights)]


def _problems(manifest: Manifest) -> Iterator[str]:
    if not 0 < len(manifest.weights) <= FILES_CAP or len(manifest.extras) > FILES_CAP:
        yield f"it lists {len(manifest.weights)} files of weights"
    for file in manifest.weights:
        if not _ID.fullmatch(file.model) or not _ID.fullmatch(file.build):
            yield f"{ascii(file.model)[:80]} in {ascii(file.build)[:80]} is no model in a format"
        if not file.file.lower().endswith((".gguf", ".litertlm")):
            yield f"{ascii(file.file)[:80]} is no file of weights"
        yield from _file_problems(file.path, file.bytes, file.sha256)
    for extra in manifest.extras:
        if extra.path != CATALOG and not re.fullmatch(r"licences/[A-Za-z0-9][A-Za-z0-9. +-]*\.txt", extra.path):
            yield f"{ascii(extra.path)[:80]} belongs into no bundle"
        if extra.bytes > MAX_BYTES:
            yield f"{ascii(extra.path)[:80]} is far too large"
        yield from _file_problems(extra.path, extra.bytes, extra.sha256)
    paths = paths_of(manifest)
    if len(set(paths)) < len(paths):
        yield "it lists a file twice"


def _file_problems(path: str, size: int, sha256: str) -> Iterator[str]:
    if not is_safe(path):
        yield f"{ascii(path)[:200]} is no name that every system can keep"
    if size <= 0:
        yield f"{ascii(path)[:80]} has a size of {size}"
    if not is_sha256(sha256):
        yield f"{ascii(path)[:80]} has no SHA-256"


def not_a_bundle(reason: str) -> GemfitError:
    """It is something else."""
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "This is no bundle of Gemfit, or one that was not finished: {reason}. Nothing was imported. Name the folder or "
        "the .tar that was exported.",
    )
    return GemfitError("not_a_bundle", say(text, reason=reason))


def _invalid(reason: str) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "The bundle's manifest cannot be right: {reason}. Nothing was imported. Make the bundle again, or ask where it "
        "came from.",
    )
    return GemfitError("bundle_invalid", say(text, reason=reason))
