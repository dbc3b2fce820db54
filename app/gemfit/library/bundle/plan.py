"""Which files go into a bundle: the verified ones of the models that were chosen."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath

import msgspec

from gemfit.catalog.load import find_build
from gemfit.catalog.types import Build, Catalog, CatalogFile, Model
from gemfit.errors import GemfitError
from gemfit.gguf.parts import part_of
from gemfit.library import store
from gemfit.library.bundle.manifest import CATALOG, KIND, MANIFEST, SCHEMA, Extra, Licence, Manifest, Weights, encode
from gemfit.library.index import Checked, checked, read_index
from gemfit.library.names import refuse_collisions
from gemfit.library.types import LocalFile
from gemfit.paths import resources_dir
from gemfit.words import QT_TRANSLATE_NOOP, say

Data = bytes  # a field is called so too


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a bundle: where it goes, what it is, and where it comes from."""

    path: str
    bytes: int
    sha256: str
    source: Path | Data


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A bundle to be made."""

    manifest: Manifest
    items: list[Item]

    def all_items(self, manifest: Manifest) -> list[Item]:
        """With the manifest in front; `manifest` has the time at which the bundle was begun."""
        data = encode(manifest)
        return [Item(path=MANIFEST, bytes=len(data), sha256=hashlib.sha256(data).hexdigest(), source=data), *self.items]


def plan(catalog: Catalog, chosen: Iterable[tuple[str, str | None]], weights_dir: Path) -> Plan:
    """A bundle of these models, each in this format (None: the preferred one), with projector and drafter where those
    are here.

    Raises GemfitError: `unknown_model`, `unknown_build`, `not_here`, `not_verified`, `unsafe_name`.
    """
    builds = list(dict.fromkeys(_identified(catalog, *choice) for choice in chosen))
    found: list[tuple[Weights, Path]] = []
    for model_id, build_id in builds:
        found += _weights_of(*find_build(catalog, model_id, build_id), weights_dir, catalog)
    models = [model for model in catalog.models if model.id in {model_id for model_id, _ in builds}]
    texts = {model.licence: text for model in models if (text := _text_of(model.licence)) is not None}
    extras = [_item(CATALOG, msgspec.json.encode(catalog))]
    extras += [_item(_licence_path(name), text) for name, text in texts.items()]
    manifest = Manifest(
        kind=KIND,
        schema=SCHEMA,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        made_by=version("gemfit"),
        weights=[weights for weights, _path in found],
        extras=[Extra(path=item.path, bytes=item.bytes, sha256=item.sha256) for item in extras],
        licences=_licences(models, texts),
    )
    items = [Item(path=w.path, bytes=w.bytes, sha256=w.sha256, source=path) for w, path in found]
    refuse_collisions(item.path for item in (*extras, *items))
    return Plan(manifest=manifest, items=[*extras, *items])


def _identified(catalog: Catalog, model_id: str, build_id: str | None) -> tuple[str, str]:
    model, build = find_build(catalog, model_id, build_id)
    return model.id, build.id


def _weights_of(model: Model, build: Build, weights_dir: Path, catalog: Catalog) -> list[tuple[Weights, Path]]:
    index, found = read_index(), []
    for file in build.files:
        if file.role == "weights":
            local = store.find(weights_dir, catalog, model.id, build.id)
        else:
            local = store.describe(store.path_of(weights_dir, model, build, file), weights_dir, catalog, index)
        if local is None and file.role == "weights":
            text = QT_TRANSLATE_NOOP(
                "gemfit", "{model} as {build} is not on this disk. Nothing was exported. Get it first."
            )
            raise GemfitError("not_here", say(text, model=model.id, build=build.id))
        if local is not None and local.complete:
            found += [_one(model, build, file, piece, index) for piece in local.files]
    return found


def _one(
    model: Model, build: Build, file: CatalogFile, local: LocalFile, index: dict[str, Checked]
) -> tuple[Weights, Path]:
    path = Path(local.path)
    if not local.verified or local.sha256 is None:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "{path} has not been verified. Nothing was exported. Verify it first, then export again."
        )
        raise GemfitError("not_verified", say(text, path=local.path))
    record = checked(path, index)
    weights = Weights(
        model=model.id,
        build=build.id,
        role=file.role,
        file=file.file if part_of(path.name) is None else str(PurePosixPath(file.file).with_name(path.name)),
        bytes=local.bytes,
        sha256=local.sha256,
        repo=file.repo,
        revision=file.revision or (record.revision if record else None),
    )
    return weights, path


def _item(path: str, data: bytes) -> Item:
    return Item(path=path, bytes=len(data), sha256=hashlib.sha256(data).hexdigest(), source=data)


def _licence_path(name: str) -> str:
    return f"licences/{name}.txt"


def _text_of(name: str) -> bytes | None:
    """The text of a licence, where it comes with Gemfit."""
    shipped = {path.stem: path for path in (resources_dir() / "licences").glob("*.txt")}
    return shipped[name].read_bytes() if name in shipped else None


def _licences(models: Iterable[Model], texts: Iterable[str]) -> list[Licence]:
    known = set(texts)
    licences: dict[tuple[str, str], list[str]] = {}
    for model in models:
        key = model.licence, model.licence_url
        licences.setdefault(key, []).append(model.id)
    return [
        Licence(name=name, url=url, models=ids, path=_licence_path(name) if name in known else None)
        for (name, url), ids in licences.items()
    ]
