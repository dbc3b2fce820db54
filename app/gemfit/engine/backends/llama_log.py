"""llama.cpp's log: what it says about memory and about failures. Pure.

The account that llama.cpp gives of its memory (`llama_breakdown`) is exact; where it cannot be had, these lines are
what there is, to a hundredth of a MiB. Under `no_alloc` the `model buffer size` and `KV buffer size` lines say 0; the
lines read here say the truth.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

_KV = re.compile(r"llama_kv_cache(?:_\w+)?: size =\s*([\d.]+) MiB")
_COMPUTE = re.compile(r"sched_reserve:\s+(\S.*?) compute buffer size =\s*([\d.]+) MiB")
_LAZY = re.compile(r"tensor (\S+) \(size =\s*[\d.]+ MiB\) lazy read enabled")
_ERROR = re.compile(r"(?:error|failed|unknown|missing|invalid|unsupported|not supported|cannot)", re.I)

MIB = 1 << 20


class Logged(NamedTuple):
    """Bytes of the KV cache and of the compute buffer of each buffer type, and the tensors that stay on disk."""

    kv_bytes: int
    compute: list[tuple[str, int]]
    lazy_tensors: list[str]


def read(lines: Iterable[str]) -> Logged:
    """Read the figures of one load."""
    kv = 0.0
    compute, lazy = [], []
    for line in lines:
        if found := _KV.search(line):
            kv += float(found[1])
        elif found := _COMPUTE.search(line):
            compute.append((found[1], round(float(found[2]) * MIB)))
        elif found := _LAZY.search(line):
            lazy.append(found[1])
    return Logged(round(kv * MIB), compute, lazy)


def reason(lines: Iterable[str]) -> str:
    """The most telling line of a failed load: the first that names a fault, without its function's name."""
    for line in lines:
        text = line.strip()
        if _ERROR.search(text) and not text.startswith("load: control"):
            return re.sub(r"^\w+:\s*(?:error loading model:\s*)?", "", text)[:300]
    return ""
