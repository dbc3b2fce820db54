"""What a compiled model (a TFLite section) says of its shapes: prompt lengths and the KV cache.

Schema: https://github.com/google-ai-edge/LiteRT/blob/main/tflite/converter/schema/schema.fbs. Only signatures and their
inputs are looked at: a few pages of a section of gigabytes, which is mapped.
"""

import math
import mmap
import re
from pathlib import Path

import msgspec

from gemfit.litertlm import failures
from gemfit.litertlm.flat import BadFlat, Flat, Table
from gemfit.litertlm.types import DECODER, LitertlmHeader, Section
from gemfit.words import QT_TRANSLATE_NOOP

_MAGIC = b"TFL3"
_SIGNATURES, _SUBGRAPHS = 7, 2
_PREFILL = re.compile(r"prefill(?:_(\d+))?")
_TYPE_BITS = {0: 32, 1: 16, 2: 32, 3: 8, 4: 64, 6: 8, 7: 16, 9: 8, 10: 64, 17: 4, 18: 16}
"""Bits of an element by `TensorType`: float32, float16, int32, uint8, int64, bool, int16, int8, float64, int4 and
bfloat16.
"""
_CACHE = re.compile(r"kv_cache_[kv]_\d+")


class Compiled(msgspec.Struct, frozen=True):
    """`prefill_tokens`: the prompt lengths that it was compiled for, the shortest first. `kv_bytes`: one KV cache; 0
    where its inputs do not tell.
    """

    prefill_tokens: tuple[int, ...] = ()
    kv_bytes: int = 0


def compiled(path: Path, header: LitertlmHeader) -> Compiled:
    """Of the language model in the file; nothing where it does not say. Raises OSError."""
    try:
        return _of_decoder(path, header)
    except BadFlat:
        return Compiled()


def check(path: Path, header: LitertlmHeader) -> None:
    """Check the names and numbers by which the library finds its way in the language model: it follows them unchecked.

    Raises GemfitError `litertlm_damaged`, and OSError.
    """
    try:
        _of_decoder(path, header)
    except BadFlat:
        raise failures.damaged(header.file, QT_TRANSLATE_NOOP("gemfit", "compiled model")) from None


def _of_decoder(path: Path, header: LitertlmHeader) -> Compiled:
    for section in header.sections:
        if section.kind == "tflite" and section.items.get("model_type") == DECODER:
            return _read(path, section)
    return Compiled()


def _read(path: Path, section: Section) -> Compiled:
    """Raises BadFlat, and OSError."""
    skip = section.begin % mmap.ALLOCATIONGRANULARITY
    with path.open("rb") as file:
        length = section.n_bytes + skip
        with mmap.mmap(file.fileno(), length, access=mmap.ACCESS_READ, offset=section.begin - skip) as mapped:
            view = memoryview(mapped)[skip:]
            try:
                if bytes(view[4:8]) != _MAGIC:
                    raise BadFlat
                return _signatures(Flat(view).root())
            finally:
                view.release()


def _signatures(model: Table) -> Compiled:
    subgraphs = model.tables(_SUBGRAPHS)
    lengths, kv_bytes = set(), 0
    for signature in model.tables(_SIGNATURES):
        key = signature.text(2)
        named = _PREFILL.match(key)
        index = signature.number(4, "I")
        if not key or index >= len(subgraphs):
            raise BadFlat
        tensors = subgraphs[index].tables(0)
        inputs, _ = (_map(signature, field, len(tensors)) for field in (0, 1))
        if named is None and key != "decode":
            continue
        if named is not None:
            lengths.add(int(named[1]) if named[1] else _positions(inputs, tensors))
        else:
            kv_bytes = sum(_n_bytes(tensors[number]) for name, number in inputs.items() if _CACHE.fullmatch(name))
    return Compiled(tuple(sorted(length for length in lengths if length > 1)), kv_bytes)


def _map(signature: Table, field: int, tensors: int) -> dict[str, int]:
    """The tensors of a signature's inputs or outputs, by name."""
    found = {one.text(0): one.number(1, "I") for one in signature.tables(field)}
    if not all(name and name.isprintable() for name in found) or any(number >= tensors for number in found.values()):
        raise BadFlat
    return found


def _positions(inputs: dict[str, int], tensors: list[Table]) -> int:
    """How many positions a prefill of no named length takes."""
    for name, number in inputs.items():
        if "pos" in name:
            return math.prod(tensors[number].numbers(0, "i"))
    return 0


def _n_bytes(tensor: Table) -> int:
    elements = math.prod(tensor.numbers(0, "i"))
    return max(0, elements) * _TYPE_BITS.get(tensor.number(1, "B"), 0) // 8
