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
_backend_count = libggml.ggml_backend_reg_count
_backend_count.argtypes, _backend_count.restype = [], _Size
_backend_get = libggml.ggml_backend_reg_get
_backend_get.argtypes, _backend_get.restype = [_Size], ctypes.c_void_p
_backend_name = libggml.ggml_backend_reg_name
_backend_name.argtypes, _backend_name.restype = [ctypes.c_void_p], ctypes.c_char_p


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
    return [device(_get(index)) for index in range(_count())]


def device(pointer: int) -> Device:
    """The device behind one of ggml's pointers."""
    name, description = _name(pointer), _description(pointer)
    return Device(pointer, name.decode("utf-8", "replace"), description.decode("utf-8", "replace"), _kind(pointer))


def backends() -> list[str]:
    """What this build was made with: `CPU`, `CUDA`, `Vulkan`, …, whether or not there is a device for it."""
    return [_backend_name(_backend_get(index)).decode("utf-8", "replace") for index in range(_backend_count())]


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
