"""Models in several files, as llama.cpp's llama-gguf-split writes them: `name-00001-of-00003.gguf`.

The first part has all of the metadata, the tensors are spread over the parts, and each says which one it is
(`split.no`, from 0), of how many (`split.count`), and how many tensors there are together (`split.tensors.count`).
https://github.com/ggml-org/llama.cpp/tree/master/tools/gguf-split
"""

import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from gemfit.gguf import failures
from gemfit.gguf.reader import read_header
from gemfit.gguf.types import GgufHeader

# llama.cpp finds the other parts by this very form of the name (llama_split_prefix), upper and lower case included.
_PART = re.compile(r"(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf", re.DOTALL)
MOST_PARTS = 1000
MARK = "-of-"
"""Stands in the name of every part: quickly looked for in thousands of names."""
ENDING_LENGTH = len("-00001-of-00003.gguf")


def part_of(name: str) -> tuple[int, int] | None:
    """Which part of how many a file of this name is (1 of 3); None for a model in one file."""
    found = _PART.fullmatch(name) if MARK in name else None
    number, count = (int(found["number"]), int(found["count"])) if found else (0, 0)
    return (number, count) if 1 <= number <= count <= MOST_PARTS and count > 1 else None


def names_of_parts(name: str) -> list[str]:
    """The names of all parts of the model that a file of this name is a part of; empty for a model in one file."""
    part, found = part_of(name), _PART.fullmatch(name)
    if part is None or found is None:
        return []
    return [f"{found['stem']}-{number:05d}-of-{part[1]:05d}.gguf" for number in range(1, part[1] + 1)]


def name_of_whole(name: str) -> str:
    """What a person calls the model of a file: `gemma.gguf` for `gemma-00001-of-00003.gguf`."""
    found = _PART.fullmatch(name)
    return f"{found['stem']}.gguf" if found and part_of(name) else name


def paths_of_parts(path: Path) -> list[Path]:
    """The files of the model that `path` is one of, the first part first; `path` alone for a model in one file."""
    return [path.with_name(name) for name in names_of_parts(path.name)] or [path]


def read_model(path: Path | str) -> GgufHeader:
    """The header of a whole model: of its parts together, where the file at `path` is one of several.

    It is the first part's, with the tensors of all and their bytes; the offsets of tensors are those in their parts.
    Raises GemfitError as `read_header`, also when a part is missing.
    """
    return joined([read_header(part) for part in paths_of_parts(Path(path))])


def joined(headers: Sequence[GgufHeader]) -> GgufHeader:
    """One header for all parts of a model."""
    if len(headers) == 1:
        return headers[0]
    tensors = [tensor for header in headers for tensor in header.tensors]
    return msgspec.structs.replace(headers[0], tensors=tensors, file_bytes=sum(header.file_bytes for header in headers))


def check_parts(headers: Sequence[GgufHeader]) -> None:
    """Check that the parts belong together: each in its place, and all tensors there, none twice.

    Raises GemfitError `gguf_damaged`.
    """
    seen: set[str] = set()
    for number, header in enumerate(headers):
        if header.integer("split.no") != number or header.integer("split.count") != len(headers):
            raise failures.other_part(header.file, number + 1, len(headers))
        for tensor in header.tensors:
            if tensor.name in seen:
                raise failures.duplicate(header.file, tensor.name)
            seen.add(tensor.name)
    total = headers[0].integer("split.tensors.count")
    if total != len(seen):
        raise failures.tensors_missing(headers[0].file, len(seen), total or 0)
