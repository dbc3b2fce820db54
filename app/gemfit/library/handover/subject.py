"""Which files a model is, on this disk."""

from pathlib import Path

from gemfit.catalog.load import find_build
from gemfit.catalog.types import Build, Catalog, Model, Role
from gemfit.errors import GemfitError
from gemfit.gguf.parts import read_model
from gemfit.gguf.types import GgufHeader
from gemfit.library import store
from gemfit.library.handover.types import Subject
from gemfit.library.stores.found import container_of
from gemfit.library.types import LocalFile
from gemfit.library.verify import unreadable
from gemfit.words import QT_TRANSLATE_NOOP, say


def of_build(catalog: Catalog, model_id: str, build_id: str | None, weights_dir: Path) -> Subject:
    """A model of the catalogue in one format, with those of its files that are here.

    Raises GemfitError `unknown_model` or `unknown_build`, and those of `gguf.reader.read_header`.
    """
    model, build = find_build(catalog, model_id, build_id)
    local = store.find(weights_dir, catalog, model.id, build.id)
    path = Path(local.path) if local else None
    return Subject(
        name=f"{model.name}, {build.title}",
        container=build.container,
        model=model,
        build=build,
        path=path,
        others=_others(local) if local else [],
        projector=_beside(model, build, "projector", weights_dir, catalog),
        drafter=_beside(model, build, "drafter", weights_dir, catalog),
        architecture=_header(path).architecture if path and build.container == "gguf" else "",
        sha256=local.files[0].sha256 if local else None,
        verified=local is not None and local.verified,
        licence=model.licence,
        licence_url=model.licence_url,
    )


def of_file(path: Path, catalog: Catalog, weights_dir: Path) -> Subject:
    """A file: that of a model of the catalogue where it is one, else one's own.

    Raises GemfitError: `not_found`, `not_readable`, `not_weights`, and those of `gguf.reader.read_header`.
    """
    local = store.describe_model(path, weights_dir, catalog)
    if local is None:
        raise unreadable(FileNotFoundError(2, "there is no such file"), path)
    path = Path(local.path)
    if local.model and local.build and local.role == "weights":
        found = of_build(catalog, local.model, local.build, weights_dir)
        if found.path is not None and found.path.samefile(path):
            return found
    return _own(path, local)


def _own(path: Path, local: LocalFile) -> Subject:
    container = container_of(path.name)
    if container is None:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "{path} is no file of weights that Gemfit knows. Name one that ends in .gguf or .litertlm."
        )
        raise GemfitError("not_weights", say(text, path=str(path)))
    header = _header(path) if container == "gguf" else None
    return Subject(
        name=(header.name if header else "") or path.name,
        container=container,
        path=Path(local.path),
        others=_others(local),
        architecture=header.architecture if header else "",
        sha256=local.files[0].sha256,
        verified=local.verified,
        own=local.model is None,
        licence=header.text("general.license") if header else "",
        licence_url=header.text("general.license.link") if header else "",
    )


def _others(local: LocalFile) -> list[tuple[Path, str | None]]:
    return [(Path(piece.path), piece.sha256) for piece in local.files[1:]]


def _header(path: Path) -> GgufHeader:
    return read_model(path)


def _beside(model: Model, build: Build, role: Role, weights_dir: Path, catalog: Catalog) -> Path | None:
    """The verified projector or drafter of a build, where it is here."""
    file = build.file_of(role)
    if file is None:
        return None
    path = store.path_of(weights_dir, model, build, file)
    local = store.describe(path, weights_dir, catalog)
    return path if local and local.verified else None


def need_file(subject: Subject) -> Path:
    """The weights, when they are here and can be trusted.

    Raises GemfitError `not_here` or `not_verified`.
    """
    if subject.path is None:
        text = QT_TRANSLATE_NOOP("gemfit", "{name} is not on this disk, so it cannot be handed over. Get it first.")
        raise GemfitError("not_here", say(text, name=subject.name))
    if not subject.verified and not subject.own:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "{path} has not been verified, so it is not handed over. Nothing was changed. Verify it first."
        )
        raise GemfitError("not_verified", say(text, path=str(subject.path)))
    return subject.path
