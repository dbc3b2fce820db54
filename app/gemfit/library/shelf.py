"""What the catalogue knows of files, by place, by hash and by size."""

import os
from pathlib import Path

import msgspec

from gemfit.catalog.starter import find_packaged
from gemfit.catalog.types import Build, Catalog, CatalogFile, Model, Superseded
from gemfit.gguf.parts import MARK, part_of
from gemfit.library.names import joined

Known = tuple[Model, Build, CatalogFile]


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """`at`: where each file belongs. `packaged`: of those, what comes in an installed package. `split`: the folders of
    builds in several parts, whose names the catalogue need not know.
    """

    at: dict[str, Known]
    split: dict[str, Known]
    packaged: list[Path]
    of_sha256: dict[str, Known]
    of_bytes: dict[int, Known]
    old_of_sha256: dict[str, Superseded]
    old_of_bytes: dict[int, Superseded]

    def known_at(self, path: str) -> Known | None:
        """What belongs at `path`: a file of the catalogue, or a part of one that it knows to be published in parts."""
        if known := self.at.get(path):
            return known
        if MARK not in path:
            return None
        known = next((known for folder, known in self.split.items() if path.startswith(folder)), None)
        return known if known and part_of(Path(path).name) else None


def shelf_of(weights_dir: Path, catalog: Catalog) -> Shelf:
    """The files of `catalog`, with their places in `weights_dir`. Of files that builds share the first counts.

    Raises GemfitError `unsafe_name` for a name that no folder can hold.
    """
    at: dict[str, Known] = {}
    split: dict[str, Known] = {}
    packaged: list[Path] = []
    of_sha256: dict[str, Known] = {}
    of_bytes: dict[int, Known] = {}
    for model, build, file in catalog.files():
        known, folder = (model, build, file), f"{model.id}/{build.id}"
        if build.split and file is build.weights:
            part = msgspec.structs.replace(file, bytes=None, approx_bytes=None, sha256=None)
            split[str(joined(weights_dir, folder)) + os.sep] = model, build, part
        if not file.package:
            at[str(joined(weights_dir, f"{folder}/{file.file}"))] = known
        elif path := find_packaged(file):
            at[str(path)] = known
            packaged.append(path)
        if file.sha256:
            of_sha256.setdefault(file.sha256, known)
        if file.bytes:
            of_bytes.setdefault(file.bytes, known)
    return Shelf(
        at=at,
        split=split,
        packaged=packaged,
        of_sha256=of_sha256,
        of_bytes=of_bytes,
        old_of_sha256={old.sha256: old for old in catalog.superseded},
        old_of_bytes={old.bytes: old for old in catalog.superseded if old.bytes},
    )
