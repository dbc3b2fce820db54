"""NVIDIA's GPUs, as NVML says. NVML is native code of the driver, so it is asked in a child process only."""

import faulthandler
import os
from typing import Any

import msgspec

from gemfit.machine.types import Gpu
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

# The child ends by itself some time after whoever asked has given up, should nobody be left to stop it.
LIFETIME_S = 30


class NvmlGpu(msgspec.Struct, frozen=True):
    """One GPU in NVML's words. The memory is None where NVML has none to speak of: chips that share the system's."""

    name: str
    total_bytes: int | None = None
    free_bytes: int | None = None


class NvmlReport(msgspec.Struct, frozen=True):
    """What the child prints. `missing`: no library, so no NVIDIA driver. `cuda` is 12040 for CUDA 12.4."""

    gpus: list[NvmlGpu] = []
    driver: str = ""
    cuda: int | None = None
    missing: bool = False
    problem: str = ""


def main() -> int:
    """The child: print an `NvmlReport` as one JSON object."""
    faulthandler.dump_traceback_later(LIFETIME_S, exit=True)
    out = os.dup(1)
    os.dup2(2, 1)  # native code may print
    report = look()
    with os.fdopen(out, "wb") as file:
        file.write(msgspec.json.encode(report) + b"\n")
    faulthandler.cancel_dump_traceback_later()
    return 0


def look() -> NvmlReport:
    """Ask NVML in this process, which may not survive it."""
    import pynvml

    try:
        pynvml.nvmlInit()
    except (pynvml.NVMLError_LibraryNotFound, pynvml.NVMLError_DriverNotLoaded):
        return NvmlReport(missing=True)
    except pynvml.NVMLError as error:
        return NvmlReport(problem=str(error))
    try:
        gpus, troubles = _gpus(pynvml)
        driver = _text(pynvml.nvmlSystemGetDriverVersion())
        return NvmlReport(gpus, driver, int(pynvml.nvmlSystemGetCudaDriverVersion()), problem="; ".join(troubles))
    except pynvml.NVMLError as error:
        return NvmlReport(problem=str(error))
    finally:
        pynvml.nvmlShutdown()


def _gpus(nvml: Any) -> tuple[list[NvmlGpu], list[str]]:
    """The GPUs, and what those that did not answer said instead: one that fell off the bus hides no other."""
    gpus, troubles = [], []
    for index in range(nvml.nvmlDeviceGetCount()):
        try:
            gpus.append(_gpu(nvml, index))
        except nvml.NVMLError as error:
            troubles.append(str(error))
    return gpus, troubles


def _gpu(nvml: Any, index: int) -> NvmlGpu:
    handle = nvml.nvmlDeviceGetHandleByIndex(index)
    name = _text(nvml.nvmlDeviceGetName(handle))
    try:
        memory = nvml.nvmlDeviceGetMemoryInfo(handle)
    except nvml.NVMLError_NotSupported:  # GB10 and Jetson: no memory of their own
        return NvmlGpu(name)
    return NvmlGpu(name, int(memory.total), int(memory.free))


def _text(value: str | bytes) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def to_gpus(report: NvmlReport) -> list[Gpu]:
    """What NVML reported, as GPUs of this machine."""
    return [_to_gpu(gpu, report.driver, report.cuda) for gpu in report.gpus]


def _to_gpu(gpu: NvmlGpu, driver: str, cuda: int | None) -> Gpu:
    evidence = {"name": "nvml"}
    if gpu.total_bytes is not None:
        evidence |= {"total_bytes": "nvml", "free_bytes": "nvml"}
    if driver:
        evidence["driver"] = "nvml"
    if cuda is not None:
        evidence["cuda"] = "nvml"
    return Gpu(
        name=gpu.name if gpu.name.startswith("NVIDIA") else f"NVIDIA {gpu.name}",
        vendor="NVIDIA",
        total_bytes=gpu.total_bytes,
        free_bytes=gpu.free_bytes,
        shared_memory=gpu.total_bytes is None,
        driver=driver,
        cuda=cuda,
        evidence=evidence,
    )


def problem(report: NvmlReport) -> Sentence | None:
    """What the driver said that it could not do, if anything."""
    if not report.problem:
        return None
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "NVIDIA's driver could not be asked: {reason}. Everything else was looked at. "
        "After an update of the driver, restart the computer.",
    )
    return say(text, reason=report.problem.rstrip("."))
