"""What to install so that the engine can drive a GPU that it cannot drive now."""

from gemfit.machine.types import EngineBuild, Gpu
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

# CUDA builds that the binding's publisher offers, by the least CUDA version of the driver that runs them. Those for 13
# are left out: they need newer GPUs, and drivers for CUDA 13 run the ones for 12.
WHEELS = ((12050, "cu125"), (12040, "cu124"), (12030, "cu123"), (12020, "cu122"), (12010, "cu121"), (11080, "cu118"))
# How ggml names the devices of the backends that drive the GPUs of each maker.
BACKENDS = {
    "NVIDIA": ("CUDA", "Vulkan"),
    "AMD": ("ROCm", "HIP", "Vulkan"),
    "Intel": ("SYCL", "Vulkan"),
    "Apple": ("MTL", "Metal"),
}


def advice(gpu: Gpu, engine: EngineBuild, cuda: int | None = None, system: str = "linux") -> Sentence:
    """What to install for this GPU. `cuda` is NVML's number (12040 for 12.4), `system` a value of `sys.platform`."""
    if engine.problem or not engine.devices:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "The engine could not be asked, so it is not known whether it can drive this GPU."
        )
        return say(text)
    if any(device.name.startswith(BACKENDS.get(gpu.vendor, ("?",))) for device in engine.devices):
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "This engine drives other GPUs of this kind, but not this one. It may be too old for the engine, or its "
            "driver may need an update.",
        )
        return say(text)
    if system == "darwin":
        return _set_up_again("metal")
    if gpu.vendor == "NVIDIA":
        return _for_nvidia(gpu, cuda)
    if gpu.shared_memory:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "It shares the processor's memory, so answers are written about as fast without it; only long prompts "
            "would be read faster. For that, set Gemfit up again with: make run WHEELS=vulkan (on Windows as the "
            "README says).",
        )
        return say(text)
    return _for_amd(system) if gpu.vendor == "AMD" else _for_intel()


def wheels_for(cuda: int | None) -> str | None:
    """The newest CUDA build that a driver with this CUDA version runs; None if there is none."""
    return next((name for least, name in WHEELS if cuda is not None and cuda >= least), None)


def _set_up_again(wheels: str) -> Sentence:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "This engine was built without support for it, so the processor does all the work. Set Gemfit up again with: "
        "make run WHEELS={wheels} (on Windows as the README says).",
    )
    return say(text, wheels=wheels)


def _for_nvidia(gpu: Gpu, cuda: int | None) -> Sentence:
    wheels = wheels_for(cuda)
    if gpu.evidence.get("name") == "nvml" and wheels is not None:
        return _set_up_again(wheels)
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "NVIDIA's own driver is missing or too old for the engine. Install a current driver and restart the computer, "
        "then set Gemfit up again with: make run WHEELS=cu124 (on Windows as the README says).",
    )
    return say(text)


def _for_amd(system: str) -> Sentence:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "This engine was built without support for it, so the processor does all the work. Set Gemfit up again with: "
        "make run WHEELS=vulkan, or WHEELS={rocm} where this GPU has ROCm (on Windows as the README says).",
    )
    return say(text, rocm="hip-radeon" if system == "win32" else "rocm72")


def _for_intel() -> Sentence:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "This engine was built without support for it, so the processor does all the work. Set Gemfit up again with: "
        "make run WHEELS=vulkan (on Windows as the README says); where Intel's oneAPI is installed, the engine can be "
        "compiled for it with CMAKE_ARGS=-DGGML_SYCL=on.",
    )
    return say(text)
