"""ggml's own device list, through functions that the binding does not declare (ggml-backend.h)."""

import ctypes
from typing import NamedTuple

from llama_cpp._ggml import libggml

KINDS = {0: "cpu", 1: "gpu", 2: "igpu", 3: "accel", 4: "meta"}
"""`enum ggml_backend_dev_type`."""

_Size = ctypes.c_size_t
_count = libggml.ggml_backend_dev_count
_count.argtypes, _count.restype = [], _Size
_get = libggml.ggml_backend_dev_get
_get.argtypes, _get.restype = [_Size], ctypes.c_void_p
_name = libggml.ggml_backend_dev_name
_name.argtypes, _name.restype = [ctypes.c_void_p], ctypes.c_char_p
_description = libggml.ggml_backend_dev_description
_description.argtypes, _description.restype = [ctypes.c_void_p], ctypes.c_char_p
_type = libggml.ggml_backend_dev_type
_type.argtypes, _type.restype = [ctypes.c_void_p], ctypes.c_int
_memory = libggml.ggml_backend_dev_memory
_memory.argtypes, _memory.restype = [ctypes.c_void_p, ctypes.POINTER(_Size), ctypes.POINTER(_Size)], None


class Device(NamedTuple):
    """A device of this build. `pointer` is ggml's, valid as long as the process."""

    pointer: int
    name: str
    description: str
    kind: str

    def memory(self) -> tuple[int, int]:
        """Free and total bytes."""
        free, total = _Size(), _Size()
        _memory(self.pointer, ctypes.byref(free), ctypes.byref(total))
        return free.value, total.value


def devices() -> list[Device]:
    """All devices, in ggml's order."""
    pointers = [_get(index) for index in range(_count())]
    return [
        Device(p, _name(p).decode("utf-8", "replace"), _description(p).decode("utf-8", "replace"), _kind(p))
        for p in pointers
    ]


def _kind(pointer: int) -> str:
    return KINDS.get(_type(pointer), "accel")


class GpuMemory:
    """What has gone from the free memory of all GPUs since this was made. Other programs' use counts as well."""

    def __init__(self) -> None:
        self._gpus = [device for device in devices() if device.kind in ("gpu", "igpu")]
        self._free_before = self._free()

    def used_bytes(self) -> int:
        return max(0, self._free_before - self._free())

    def _free(self) -> int:
        return sum(gpu.memory()[0] for gpu in self._gpus)
