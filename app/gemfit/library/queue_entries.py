"""Entries for the queue: of a model of the catalogue, or of any repository on the Hub."""

import uuid
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from gemfit.catalog.load import find_build
from gemfit.catalog.types import Catalog, CatalogFile
from gemfit.gguf.parts import part_of
from gemfit.library.get import wanted
from gemfit.library.names import place
from gemfit.library.queue import Entry, QueuedFile
from gemfit.library.store import folder_of

FOLDER = "hub"
"""In the folder for weights, apart from the models of the catalogue."""


def entry_of_model(
    catalog: Catalog,
    model_id: str,
    build_id: str | None,
    *,
    weights_dir: Path,
    parts: Sequence[str] = ("weights",),
) -> Entry:
    """An entry for the files of a build with these roles. Raises GemfitError as `find_build` and `wanted`."""
    model, build = find_build(catalog, model_id, build_id)
    return Entry(
        id=_new_id(),
        title=f"{model.name} · {build.title}",
        weights_dir=str(weights_dir),
        folder=str(folder_of(weights_dir, model, build)),
        files=_queued(wanted(model, build, parts), split=build.split),
        model=model.id,
        build=build.id,
    )


def entry_of_files(title: str, files: Sequence[CatalogFile], *, weights_dir: Path) -> Entry:
    """An entry for `files`, all of one repository of the Hub; they go into `<weights>/hub/<owner>/<repository>`.

    A file without a SHA-256 gets the one that the official API says; one part of several brings the others. Raises
    GemfitError `unsafe_name`.
    """
    folder = place(weights_dir, f"{FOLDER}/{files[0].repo}")
    for file in files:
        place(folder, file.file)
    alone = len(files) == 1 and part_of(PurePosixPath(files[0].file).name) is not None
    queued = _queued(files, split=alone)
    return Entry(id=_new_id(), title=title, weights_dir=str(weights_dir), folder=str(folder), files=queued)


def _queued(files: Sequence[CatalogFile], *, split: bool = False) -> tuple[QueuedFile, ...]:
    return tuple(
        QueuedFile(
            source=file,
            total_bytes=file.bytes or file.approx_bytes or 0,
            unlisted=split and file.role == "weights",
        )
        for file in files
    )


def _new_id() -> str:
    return uuid.uuid4().hex[:8]
