"""Reads a catalogue, checks it, and finds in it what a person typed."""

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Literal

import msgspec

from gemfit.catalog.types import SCHEMA, Build, Catalog, CatalogFile, Model, TensorLayout
from gemfit.errors import GemfitError
from gemfit.paths import config_dir, resources_dir
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

MAX_BYTES = 16 << 20  # the shipped one takes 32 KiB; someone may name a file of weights by mistake

_SHA256 = re.compile(r"[0-9a-f]{64}")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_REPO = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)

Problem = tuple[str, str]  # where in the catalogue, and what is wrong there


def load_catalog(path: Path | None = None) -> Catalog:
    """Read `path`, else the file that `GEMFIT_CATALOG` names, else the one that is kept here, else the shipped one.

    Raises GemfitError (`catalog_unreadable`, `catalog_invalid`) that names the file, the place in it and what is wrong.
    One that is kept here and cannot be used is no reason to stop: then it is the shipped one, and `source` says so.
    """
    return choose(path)[1]


def choose(path: Path | None = None) -> tuple["CatalogSource", Catalog]:
    """As `load_catalog`, with where it came from."""
    named = os.environ.get("GEMFIT_CATALOG")
    if path is not None or named:
        file = path or Path(named or "")
        return CatalogSource(kind="named", path=str(file)), read_catalog(file)
    problem = None
    if (kept := kept_file()).exists():
        try:
            return CatalogSource(kind="kept", path=str(kept)), read_catalog(kept)
        except GemfitError as error:
            problem = error.sentence
    shipped = resources_dir() / "catalog.json"
    return CatalogSource(kind="shipped", path=str(shipped), problem=problem), read_catalog(shipped)


class CatalogSource(msgspec.Struct, frozen=True, kw_only=True):
    """Where the catalogue in force is from: `named` by an option or by GEMFIT_CATALOG, `kept` by `gemfit catalog use`,
    or `shipped` with Gemfit. `problem`: why the one that is kept is not in force.
    """

    kind: Literal["named", "kept", "shipped"]
    path: str
    problem: Sentence | None = None


def kept_file() -> Path:
    """Where a catalogue that was brought by file is kept; none is there until then."""
    return config_dir() / "catalog.json"


def read_catalog(file: Path) -> Catalog:
    """Read and check one file. Raises as `load_catalog`."""
    return checked_catalog(read_bytes(file), file)


def checked_catalog(data: bytes, file: Path) -> Catalog:
    """Decode and check what was in `file`. Raises GemfitError `catalog_invalid`."""
    try:
        return parse_catalog(data)
    except ValueError as error:  # not JSON, not UTF-8, not this form, or a CatalogProblem
        raise GemfitError(
            "catalog_invalid",
            say(
                QT_TRANSLATE_NOOP(
                    "gemfit",
                    "The catalogue {file} cannot be used: {problem}. Nothing was changed. Correct it, or leave it out "
                    "to use the catalogue that comes with Gemfit.",
                ),
                file=str(file),
                problem=str(error),
            ),
        ) from error


class CatalogProblem(ValueError):
    """A catalogue that has the right form and says something impossible; names the place."""


def parse_catalog(data: bytes) -> Catalog:
    """Decode and check. Raises msgspec.DecodeError (not the right form) or CatalogProblem, both naming the place."""
    schema = msgspec.json.decode(data, type=_SchemaOnly).schema
    if schema != SCHEMA:
        raise CatalogProblem(f"it has schema {schema}, and this version of Gemfit reads schema {SCHEMA}, at `$.schema`")
    catalog = msgspec.json.decode(data, type=Catalog)
    for place, what in problems(catalog):
        raise CatalogProblem(f"{what}, at `{place}`")
    return catalog


class _SchemaOnly(msgspec.Struct):
    schema: int


def read_bytes(file: Path) -> bytes:
    """All of a file that may be a catalogue. Raises GemfitError `catalog_unreadable`, `catalog_invalid`."""
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise GemfitError(
            "catalog_unreadable",
            say(
                QT_TRANSLATE_NOOP(
                    "gemfit", "The catalogue {file} cannot be read: {problem}. Check the name and the permissions."
                ),
                file=str(file),
                problem=error.strerror or str(error),
            ),
        ) from error
    if len(data) > MAX_BYTES:
        text = QT_TRANSLATE_NOOP("gemfit", "{file} is far too large to be a catalogue. Nothing was changed.")
        raise GemfitError("catalog_invalid", say(text, file=str(file)))
    return data


def problems(catalog: Catalog) -> Iterator[Problem]:
    """Everything wrong with a catalogue that its types do not already rule out."""
    if not catalog.models:
        yield "$.models", "there is no model in it"
    yield from _repeated("$.models", "id", [model.id for model in catalog.models])
    for i, model in enumerate(catalog.models):
        yield from _model_problems(f"$.models[{i}]", model)
    for i, old in enumerate(catalog.superseded):
        place = f"$.superseded[{i}]"
        if not _SHA256.fullmatch(old.sha256):
            yield f"{place}.sha256", "a SHA-256 is 64 digits of 0-9 and a-f"
        if old.bytes is not None and old.bytes <= 0:
            yield f"{place}.bytes", "a size has to be above 0"


def _model_problems(place: str, model: Model) -> Iterator[Problem]:
    if not _ID.fullmatch(model.id):
        yield f"{place}.id", "an id is letters, digits, `-`, `_` and `.`"
    if not model.licence_url.startswith("https://"):
        yield f"{place}.licence_url", "an address has to begin with https://"
    if not model.builds:
        yield f"{place}.builds", "there is no build in it"
    shape = msgspec.structs.asdict(model.shape)
    for name in ("layers", "embedding_length", "vocab_tokens", "context_tokens"):
        if shape[name] <= 0:
            yield f"{place}.shape.{name}", "it has to be above 0"
    for name in ("sliding_window_tokens", "kv_rotation_bytes", "compute_base_bytes"):
        if shape[name] < 0:
            yield f"{place}.shape.{name}", "it cannot be below 0"
    for name in ("kv_bytes_per_cell", "query_lengths"):
        if len(shape[name]) != model.shape.layers:
            yield f"{place}.shape.{name}", "it needs one entry for each layer"
        if min(shape[name], default=0) < 0:
            yield f"{place}.shape.{name}", "it cannot be below 0"
    if not set(model.shape.full_layers) <= set(range(model.shape.layers)):
        yield f"{place}.shape.full_layers", "layers are counted from 0"
    yield from _repeated(f"{place}.builds", "id", [build.id for build in model.builds])
    for i, build in enumerate(model.builds):
        yield from _build_problems(f"{place}.builds[{i}]", build)
        if build.tensors is not None:
            yield from _tensor_problems(f"{place}.builds[{i}].tensors", build.tensors, model.shape.layers)


def _build_problems(place: str, build: Build) -> Iterator[Problem]:
    if not _ID.fullmatch(build.id):
        yield f"{place}.id", "an id is letters, digits, `-`, `_` and `.`"
    if not build.files or build.files[0].role != "weights":
        yield f"{place}.files", "the first file has to be the weights"
    yield from _repeated(f"{place}.files", "file", [f"{file.repo}/{file.file}" for file in build.files])
    for i, file in enumerate(build.files):
        yield from _file_problems(f"{place}.files[{i}]", file)
        if i and file.role == "weights":
            yield f"{place}.files[{i}].role", "only the first file is the weights"


def _tensor_problems(place: str, tensors: TensorLayout, layers: int) -> Iterator[Problem]:
    for name, value in msgspec.structs.asdict(tensors).items():
        values = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
        if min(values, default=0) < 0:
            yield f"{place}.{name}", "it cannot be below 0"
    if len(tensors.layer_bytes) != layers:
        yield f"{place}.layer_bytes", "it needs one entry for each layer"
    if tensors.expert_bytes and len(tensors.expert_bytes) != layers:
        yield f"{place}.expert_bytes", "it needs one entry for each layer"


def _file_problems(place: str, file: CatalogFile) -> Iterator[Problem]:
    if not safe_file_name(file.file):
        yield f"{place}.file", "a file name is relative, with `/` between folders and no `..`"
    if bool(file.repo) == bool(file.package):
        yield place, "a file comes either from a `repo` or from a `package`"
    if file.repo and not _REPO.fullmatch(file.repo):
        yield f"{place}.repo", "a repository is `owner/name`"
    if file.package is not None and not _ID.fullmatch(file.package):
        yield f"{place}.package", "a package is letters, digits, `-`, `_` and `.`"
    if file.revision is not None and not _COMMIT.fullmatch(file.revision):
        yield f"{place}.revision", "a revision is a commit, 40 digits of 0-9 and a-f"
    if file.sha256 is not None and not _SHA256.fullmatch(file.sha256):
        yield f"{place}.sha256", "a SHA-256 is 64 digits of 0-9 and a-f"
    if file.package is not None and (file.bytes is None or file.sha256 is None):
        yield place, "a file from a package needs its `bytes` and its `sha256`"
    for name in ("bytes", "approx_bytes"):
        value = getattr(file, name)
        if value is not None and value <= 0:
            yield f"{place}.{name}", "a size has to be above 0"


def safe_file_name(name: str) -> bool:
    """Whether `name` stays inside the folder it is put in, on every system: relative, no `..`, no `\\`, no `:`."""
    if name in ("", ".") or any(c in '\\:*?"<>|' or ord(c) < 32 for c in name):
        return False
    path = PurePosixPath(name)
    return not path.is_absolute() and path.as_posix() == name and not {".", ".."} & set(path.parts)


def _repeated(place: str, field: str, values: list[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for i, value in enumerate(values):
        if value.lower() in seen:  # ids are found whatever their case
            yield f"{place}[{i}].{field}", f"{value} is there twice"
        seen.add(value.lower())


def parse_model_argument(text: str) -> tuple[str, str | None]:
    """`E2B:q4_0` as ("E2B", "q4_0"); `E2B` as ("E2B", None)."""
    model, _, build = text.partition(":")
    return model.strip(), build.strip() or None


def find_build(catalog: Catalog, model_id: str, build_id: str | None = None) -> tuple[Model, Build]:
    """Find what a person typed, whatever its case: `e2b`, `gemma-4-E2B-it`, `e2b:q4_0`, `starter`; `Q4_0 QAT`, `bf16`.

    Without a build: the preferred Q4_0, else the first preferred one. Raises GemfitError (`unknown_model`,
    `unknown_build`) that lists what there is.
    """
    if build_id is None:
        model_id, build_id = parse_model_argument(model_id)
    model = _find_model(catalog, model_id)
    if model is None:
        raise GemfitError(
            "unknown_model",
            say(
                QT_TRANSLATE_NOOP("gemfit", "There is no model called {name}. Choose one of these: {names}."),
                name=model_id,
                names=", ".join(m.id for m in catalog.models),
            ),
        )
    build = preferred_build(model) if build_id is None else _find_build(model, build_id)
    if build is None:
        raise GemfitError(
            "unknown_build",
            say(
                QT_TRANSLATE_NOOP("gemfit", "There is no format {name} of {model}. Choose one of these: {names}."),
                name=build_id or "",
                model=model.name,
                names=", ".join(b.id for b in model.builds),
            ),
        )
    return model, build


def preferred_build(model: Model) -> Build:
    """The preferred Q4_0 of this model, else its first preferred build, else its first."""
    preferred = [build for build in model.builds if build.preferred] or model.builds
    return next((build for build in preferred if build.format == "q4_0"), preferred[0])


def _plain(text: str) -> str:
    """`Q4_0 QAT` and `q4-0 qat` as `q40qat`."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _plain_model(text: str) -> str:
    return _plain(text).removeprefix("gemma4").removesuffix("it")


def _find_model(catalog: Catalog, text: str) -> Model | None:
    wanted = _plain_model(text)
    for model in catalog.models:
        if wanted and wanted in (_plain_model(model.id), _plain_model(model.name)):
            return model
    if wanted == "starter":
        return next((model for model in catalog.models if model.starter), None)
    # The beginning is enough when it means one model only: 26b, smollm2.
    begun = [model for model in catalog.models if len(wanted) >= 3 and _plain_model(model.id).startswith(wanted)]
    return begun[0] if len(begun) == 1 else None


def _find_build(model: Model, text: str) -> Build | None:
    wanted = _plain(text)
    for build in model.builds:
        if wanted in (_plain(build.id), _plain(build.title)):
            return build
    of_format = [build for build in model.builds if wanted and wanted == _plain(build.format)]
    return next((build for build in of_format if build.preferred), of_format[0] if of_format else None)
