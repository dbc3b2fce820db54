"""llama.cpp's log: what it says about memory and about failures. Pure.

`llama_get_memory_breakdown` returns a C++ map, which cannot be called from ctypes, so the figures are read from the
log. Under `no_alloc` the `model buffer size` and `KV buffer size` lines say 0; the lines read here say the truth.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

_KV = re.compile(r"llama_kv_cache(?:_\w+)?: size =\s*([\d.]+) MiB")
_COMPUTE = re.compile(r"sched_reserve:\s+\S.*? compute buffer size =\s*([\d.]+) MiB")
_LAZY = re.compile(r"tensor (\S+) \(size =\s*[\d.]+ MiB\) lazy read enabled")
_ERROR = re.compile(r"(?:error|failed|unknown|missing|invalid|unsupported|not supported|cannot)", re.I)

MIB = 1 << 20


class Logged(NamedTuple):
    """Bytes of the KV cache and of the compute buffers, and the tensors that stay on disk."""

    kv_bytes: int
    compute_bytes: int
    lazy_tensors: list[str]


def read(lines: Iterable[str]) -> Logged:
    """Read the figures of one load."""
    kv = compute = 0.0
    lazy = []
    for line in lines:
        if found := _KV.search(line):
            kv += float(found[1])
        elif found := _COMPUTE.search(line):
            compute += float(found[1])
        elif found := _LAZY.search(line):
            lazy.append(found[1])
    return Logged(round(kv * MIB), round(compute * MIB), lazy)


def reason(lines: Iterable[str]) -> str:
    """The most telling line of a failed load: the first that names a fault, without its function's name."""
    for line in lines:
        text = line.strip()
        if _ERROR.search(text) and not text.startswith("load: control"):
            return re.sub(r"^\w+:\s*(?:error loading model:\s*)?", "", text)[:300]
    return ""
