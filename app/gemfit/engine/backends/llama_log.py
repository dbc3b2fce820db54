"""llama.cpp's log: what it says about memory and about failures. Pure.

The account that llama.cpp gives of its memory (`llama_breakdown`) is exact; where it cannot be had, these lines are
what there is, to a hundredth of a MiB. Under `no_alloc` the `model buffer size` and `KV buffer size` lines say 0; the
lines read here say the truth.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

_KV = re.compile(r"llama_kv_cache(?:_\w+)?: size =\s*([\d.]+) MiB")
_BUFFER = re.compile(r"\w+:\s+(\S+) (model|KV|compute) buffer size =\s*([\d.]+) MiB")
_LAZY = re.compile(r"tensor (\S+) \(size =\s*[\d.]+ MiB\) lazy read enabled")
_ERROR = re.compile(r"(?:error|failed|unknown|missing|invalid|unsupported|not supported|cannot)", re.I)
_NO_ERROR = re.compile(r"^load: control|: - kv ")  # the file's metadata, which has keys like unknown_token_id

MIB = 1 << 20
STEP_BYTES = MIB // 100
"""How exact the figures are."""


class Logged(NamedTuple):
    """Bytes of the KV cache; every buffer by its kind (`model`, `KV`, `compute`) and type; the tensors left on disk."""

    kv_bytes: int
    buffers: list[tuple[str, str, int]]
    lazy_tensors: list[str]


def read(lines: Iterable[str]) -> Logged:
    """Read the figures of one load."""
    kv = 0.0
    buffers, lazy = [], []
    for line in lines:
        if found := _KV.search(line):
            kv += float(found[1])
        elif found := _BUFFER.search(line):
            buffers.append((found[2], found[1], round(float(found[3]) * MIB)))
        elif found := _LAZY.search(line):
            lazy.append(found[1])
    return Logged(round(kv * MIB), buffers, lazy)


def reason(lines: Iterable[str]) -> str:
    """The most telling line of a failed load: the first that names a fault, without its function's name."""
    for line in lines:
        text = line.strip()
        if _ERROR.search(text) and not _NO_ERROR.search(text):
            return re.sub(r"^\w+:\s*(?:error loading model:\s*)?", "", text)[:300]
    return ""
