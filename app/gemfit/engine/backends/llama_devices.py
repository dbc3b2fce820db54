"""What ggml lists as devices, and the instruction sets that its CPU backend was built for and found."""

import ctypes
import re
from typing import Any

import llama_cpp.llama_cpp as lib
from llama_cpp._ggml import libggml

from gemfit.engine.backends.llama import build_name
from gemfit.engine.backends.llama_native import Log

KINDS = {0: "cpu", 1: "gpu", 2: "igpu", 3: "accel", 4: "meta"}
"""`enum ggml_backend_dev_type` of ggml-backend.h."""


def describe() -> dict[str, Any]:
    """`build`, `devices` (name, description, kind, total_bytes, free_bytes), `formats`, `features`, `evidence`."""
    log = Log()
    lib.llama_backend_init()
    info = lib.llama_print_system_info().decode("utf-8", "replace")
    devices = _devices()
    log.clear()
    return {
        "build": build_name(),
        "devices": devices,
        "formats": ["gguf"],
        "features": features(info),
        "evidence": {
            "build": "llama_version",
            "devices": "ggml_backend_dev_get",
            "features": "llama_print_system_info",
        },
    }


def features(system_info: str) -> list[str]:
    """`AVX2`, `FMA`, … out of `CPU : SSE3 = 1 | AVX2 = 1 | …`: those that are on."""
    return [m[1] for m in re.finditer(r"(\w+) = (\d+)", system_info) if m[2] != "0"]


def _devices() -> list[dict[str, Any]]:
    function = _functions()
    found = []
    for index in range(function["count"]()):
        device = function["get"](index)
        free, total = ctypes.c_size_t(), ctypes.c_size_t()
        function["memory"](device, ctypes.byref(free), ctypes.byref(total))
        found.append(
            {
                "name": function["name"](device).decode("utf-8", "replace"),
                "description": function["description"](device).decode("utf-8", "replace"),
                "kind": KINDS.get(function["type"](device), "accel"),
                "total_bytes": total.value,
                "free_bytes": free.value,
            }
        )
    return found


def _functions() -> dict[str, Any]:
    """ggml's device functions, which the binding does not declare (ggml-backend.h)."""
    signatures: dict[str, tuple[list[Any], Any]] = {
        "count": ([], ctypes.c_size_t),
        "get": ([ctypes.c_size_t], ctypes.c_void_p),
        "name": ([ctypes.c_void_p], ctypes.c_char_p),
        "description": ([ctypes.c_void_p], ctypes.c_char_p),
        "type": ([ctypes.c_void_p], ctypes.c_int),
        "memory": ([ctypes.c_void_p, ctypes.POINTER(ctypes.c_size_t), ctypes.POINTER(ctypes.c_size_t)], None),
    }
    functions = {}
    for name, (arguments, result) in signatures.items():
        function = getattr(libggml, f"ggml_backend_dev_{name}")
        function.argtypes, function.restype = arguments, result
        functions[name] = function
    return functions
