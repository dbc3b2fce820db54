"""Puts together what the system says about GPUs and what the engine can drive."""

import re
from collections.abc import Sequence

import msgspec

from gemfit.machine.types import EngineBuild, EngineDevice, Gpu

# Vulkan without a GPU: computed on the processor.
SOFTWARE = re.compile(r"llvmpipe|lavapipe|swiftshader|software rasterizer", re.IGNORECASE)
VENDORS = ("NVIDIA", "AMD", "Intel", "Apple")
FILLERS = {"nvidia", "amd", "intel", "ati", "corporation", "inc", "graphics", "radeon", "geforce", "r", "tm", "gpu"}


def merge(gpus: Sequence[Gpu], engine: EngineBuild) -> list[Gpu]:
    """The GPUs of this machine, each with the engine's device for it where there is one.

    A device that the system did not list is a GPU of its own (the engine sees it, so it is there); one that shows a
    GPU for the second time, through another backend, is left out.
    """
    found = list(gpus)
    taken: set[int] = set()
    for device in engine.devices:
        if device.kind not in ("gpu", "igpu") or SOFTWARE.search(device.description):
            continue
        index = _best(device, found, taken)
        if index is not None:
            found[index] = _driven(found[index], device)
            taken.add(index)
        elif not any(_seen_otherwise(device, found[i]) for i in taken):
            found.append(_driven(_unlisted(device), device))
            taken.add(len(found) - 1)
    return found


def words_of(name: str) -> frozenset[str]:
    """What tells one GPU's name from another's: `NVIDIA GeForce RTX 3060` and `GeForce RTX 3060` are the same."""
    found = frozenset(re.findall(r"[a-z]+|\d+[a-z]*", re.sub(r"\(.*?\)", " ", name.lower())))
    return found - FILLERS or found


def alike(device: EngineDevice, gpu: Gpu) -> bool:
    """Whether the engine's device may be this GPU: by name, or by memory where the names say nothing."""
    theirs, ours = words_of(device.description), words_of(gpu.name)
    if theirs and (theirs <= ours or ours <= theirs):
        return True
    if gpu.shared_memory and device.kind == "igpu":
        return True
    if gpu.vendor.lower() not in device.description.lower():
        return False
    numbers, others = _numbers(theirs), _numbers(ours)
    contradict = bool(numbers and others) and not numbers & others
    return _close(device.total_bytes, gpu.total_bytes) and not contradict


def _seen_otherwise(device: EngineDevice, gpu: Gpu) -> bool:
    """Whether the engine has this GPU already, through another of its backends (`CUDA0`, then `Vulkan0`)."""
    return _backend(device.name) != _backend(gpu.engine_device or "") and alike(device, gpu)


def _backend(device_name: str) -> str:
    return device_name.rstrip("0123456789")


def _numbers(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in words if word[0].isdigit())


def _close(a: int, b: int | None) -> bool:
    return bool(b) and abs(a - (b or 0)) <= max(a, b or 0) // 10


def _best(device: EngineDevice, gpus: Sequence[Gpu], taken: set[int]) -> int | None:
    fitting = [index for index, gpu in enumerate(gpus) if index not in taken and alike(device, gpu)]
    same_name = [index for index in fitting if words_of(gpus[index].name) == words_of(device.description)]
    return next(iter(same_name or fitting), None)


def _unlisted(device: EngineDevice) -> Gpu:
    vendor = next((vendor for vendor in VENDORS if vendor.lower() in device.description.lower()), "")
    return Gpu(
        name=device.description or device.name,
        vendor=vendor,
        shared_memory=device.kind == "igpu",
        evidence={"name": "ggml"},
    )


def _driven(gpu: Gpu, device: EngineDevice) -> Gpu:
    """`gpu` with the engine's device: its figures where the system gave none, and where the memory is shared."""
    evidence = {**gpu.evidence, "usable": "ggml"}
    shared = gpu.shared_memory or device.kind == "igpu" or gpu.vendor == "Apple"
    total, free = gpu.total_bytes, gpu.free_bytes
    if device.total_bytes and (total is None or free is None or shared):
        total, free = device.total_bytes, device.free_bytes
        evidence |= {"total_bytes": "ggml", "free_bytes": "ggml"}
    return msgspec.structs.replace(
        gpu,
        total_bytes=total,
        free_bytes=free,
        shared_memory=shared,
        usable=True,
        engine_device=device.name,
        evidence=evidence,
    )
