"""llama.cpp's own account of its memory, to the byte, also of what it only laid out (`no_alloc`).

`llama_get_memory_breakdown` (src/llama-ext.h) is what llama.cpp fits models to devices with. It returns a C++ map by
value, which ctypes can take as a plain structure: on every ABI in use a result of that size comes through a pointer. Of
the map only the tree is read, which both C++ libraries have kept since their ABIs were frozen. Checked with libstdc++
(Linux); elsewhere, and in a build without that function, there is no account and the log has to do.
"""

import ctypes
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import llama_cpp.llama_cpp as lib
from llama_cpp._ggml import libggml

from gemfit.engine.backends import ggml_devices

_FUNCTION = "_Z26llama_get_memory_breakdownPK13llama_context"
_MOST_BUFFER_TYPES = 64

_buft_name = libggml.ggml_backend_buft_name
_buft_name.argtypes, _buft_name.restype = [ctypes.c_void_p], ctypes.c_char_p
_buft_device = libggml.ggml_backend_buft_get_device
_buft_device.argtypes, _buft_device.restype = [ctypes.c_void_p], ctypes.c_void_p
_buft_is_host = libggml.ggml_backend_buft_is_host
_buft_is_host.argtypes, _buft_is_host.restype = [ctypes.c_void_p], ctypes.c_bool


class _Map(ctypes.Structure):
    """std::map of libstdc++: the comparison, the head of the tree (whose parent is the root), the number of entries."""

    _fields_ = [(name, ctypes.c_size_t) for name in ("compare", "color", "root", "leftmost", "rightmost", "count")]


class _Node(ctypes.Structure):
    """A node of that tree with its entry: a buffer type, and `llama_memory_breakdown_data`."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in ("color", "parent", "left", "right", "buffer_type", "model", "context", "compute")
    ]


class Held(NamedTuple):
    """Bytes of the model, the KV cache and the compute buffers in buffers of the type `name`.

    `device`: of the memory, None for the computer's own. `plain`: the type holds tensors as they are.
    """

    name: str
    device: str | None
    plain: bool
    model_bytes: int
    kv_bytes: int
    compute_bytes: int


def read(context: Any) -> list[Held] | None:
    """What `context` and its model hold; None where llama.cpp cannot be asked."""
    function = getattr(lib._lib, _FUNCTION, None) if sys.platform == "linux" else None
    if function is None:
        return None
    function.argtypes, function.restype = [ctypes.c_void_p], _Map
    entries = function(context)  # its nodes are never freed: some hundred bytes a load
    if not entries.root or not 0 < entries.count <= _MOST_BUFFER_TYPES:  # not the map that we know
        return None
    return [_held(node) for node in _nodes(entries.root)]


def _nodes(address: int) -> Iterator[_Node]:
    if address:
        node = _Node.from_address(address)
        yield from _nodes(node.left)
        yield node
        yield from _nodes(node.right)


def _held(node: _Node) -> Held:
    name = _buft_name(node.buffer_type).decode("utf-8", "replace")
    owner = _buft_device(node.buffer_type)
    device = ggml_devices.device(owner) if owner else None
    is_host = bool(_buft_is_host(node.buffer_type))
    in_system_memory = is_host or device is None or device.kind not in ("gpu", "igpu")
    return Held(
        name=name,
        device=None if in_system_memory or device is None else device.name,
        plain=is_host or not in_system_memory,
        model_bytes=node.model,
        kv_bytes=node.context,
        compute_bytes=node.compute,
    )
