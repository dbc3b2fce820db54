"""What this build can drive, and the instruction sets that its CPU backend was built for and found."""

import re
from typing import Any

import llama_cpp.llama_cpp as lib

from gemfit.engine.backends.ggml_devices import Device, backends, devices
from gemfit.engine.backends.llama import build_name, commit_name
from gemfit.engine.backends.llama_native import Log
from gemfit.engine.builds import COMMIT_DATES


def describe() -> dict[str, Any]:
    """`build`, `commit` and its date, `backends`, `devices` (name, description, kind, total_bytes, free_bytes),
    `formats`, `features`, and the `evidence` for each.
    """
    log = Log()
    lib.llama_backend_init()
    info = lib.llama_print_system_info().decode("utf-8", "replace")
    found = [_plain(device) for device in devices()]
    log.clear()
    return {
        "build": build_name(),
        "commit": commit_name(),
        "commit_date": COMMIT_DATES[commit_name()].isoformat() if commit_name() in COMMIT_DATES else "",
        "backends": backends(),
        "devices": found,
        "formats": ["gguf"],
        "features": features(info),
        "evidence": {
            "build": "llama_version",
            "backends": "ggml_backend_reg_get",
            "devices": "ggml_backend_dev_get",
            "features": "llama_print_system_info",
            "formats": "llama.cpp",
        },
    }


def features(system_info: str) -> list[str]:
    """`SSE3`, `AVX2`, … out of `CUDA : ARCHS = 500 | CPU : SSE3 = 1 | AVX2 = 1 | …`: the processor's that are on."""
    cpu = re.search(r"\bCPU : (.*?)(?=\b\w+ : |$)", system_info, re.DOTALL)
    return [m[1] for m in re.finditer(r"(\w+) = (\d+)", cpu[1] if cpu else "") if m[2] != "0"]


def _plain(device: Device) -> dict[str, Any]:
    free, total = device.memory()
    return {
        "name": device.name,
        "description": device.description,
        "kind": device.kind,
        "total_bytes": total,
        "free_bytes": free,
    }
