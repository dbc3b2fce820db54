"""What each processor and GPU needs of the engine, whether a better build of it exists, and how to get that one."""

from collections.abc import Sequence

import msgspec

from gemfit.machine import install
from gemfit.machine.types import Gpu, Machine
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

# CUDA builds that the binding's publisher offers, by the least CUDA version of the driver that runs them. Those for 13
# are left out: they need newer GPUs, and drivers for CUDA 13 run the ones for 12.
WHEELS = ((12050, "cu125"), (12040, "cu124"), (12030, "cu123"), (12020, "cu122"), (12010, "cu121"), (11080, "cu118"))
# What drives the GPUs of each maker, the best first; and how ggml begins the names of its devices for it.
NEEDS = {"NVIDIA": ("CUDA", "Vulkan"), "AMD": ("ROCm", "Vulkan"), "Intel": ("SYCL", "Vulkan"), "Apple": ("Metal",)}
DEVICE_NAMES = {"MTL": "Metal", "HIP": "ROCm"}
CMAKE = {
    "CUDA": "-DGGML_CUDA=on",
    "ROCm": "-DGGML_HIP=on",
    "SYCL": "-DGGML_SYCL=on -DCMAKE_C_COMPILER=icx -DCMAKE_CXX_COMPILER=icpx",
    "Vulkan": "-DGGML_VULKAN=on",
}
# The publisher's ready builds for Linux and Windows are made for this architecture, as Python names it.
READY_ARCHS = ("x86_64", "AMD64")
WITHOUT = QT_TRANSLATE_NOOP(
    "gemfit",
    "This engine was built without support for it, so the processor does all the work. "
    "Another build of the engine drives it.",
)


class Offer(msgspec.Struct, frozen=True):
    """A better build of the engine: what it drives the device through, and the exact command that installs it.

    `beside`: the command that keeps the one that is there.
    """

    api: str
    command: str
    beside: str = ""


class Advice(msgspec.Struct, frozen=True):
    """What to know about a device and the engine, and the builds that would serve it better: none where none exists."""

    sentence: Sentence
    offers: list[Offer] = []

    def __str__(self) -> str:
        """English, with the commands."""
        commands = ", or ".join(offer.command for offer in self.offers)
        return f"{self.sentence} Set Gemfit up again with: {commands}" if commands else str(self.sentence)


def with_advice(machine: Machine) -> Machine:
    """The machine, with what to install said for each GPU that its engine cannot drive."""
    gpus = [
        gpu if gpu.usable else msgspec.structs.replace(gpu, advice=str(for_gpu(gpu, machine))) for gpu in machine.gpus
    ]
    return msgspec.structs.replace(machine, gpus=gpus)


def needs(gpu: Gpu, machine: Machine) -> tuple[str, ...]:
    """What an engine needs to drive this GPU, the best first: `("CUDA", "Vulkan")`."""
    return ("Metal",) if _system(machine) == "darwin" else NEEDS.get(gpu.vendor, ("Vulkan",))


def api_of(device_name: str) -> str:
    """`CUDA` for ggml's device `CUDA0`, `Metal` for `MTL0`."""
    name = device_name.rstrip("0123456789")
    return DEVICE_NAMES.get(name, name)


def built_with(machine: Machine) -> list[str]:
    """What this build of the engine drives devices through: `CPU`, `CUDA`, …, with or without a device for it."""
    return list(dict.fromkeys(map(api_of, [*machine.engine.backends, *(d.name for d in machine.engine.devices)])))


def for_cpu(machine: Machine) -> Advice:
    """Whether the engine uses the instruction sets that the processor has."""
    cpu, engine = machine.cpu, machine.engine
    if engine.problem or not engine.features:
        text = QT_TRANSLATE_NOOP("gemfit", "The engine could not be asked which instruction sets it uses.")
        return Advice(say(text))
    if not cpu.capabilities:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "The system does not say which instruction sets this processor has. An engine that is compiled on this "
            "computer uses all of them.",
        )
        return Advice(say(text))
    unused = [name for name in cpu.capabilities if name not in engine.features]
    if not unused:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "This engine uses every instruction set of this processor that llama.cpp has code for. Nothing better "
            "exists for it.",
        )
        return Advice(say(text))
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "This processor also has {names}, which this engine does not use. One compiled on this computer does; "
        "compiling takes 7 to 15 minutes. Long prompts are then read faster; answers are written about as fast as now, "
        "because memory sets their pace.",
    )
    return Advice(say(text, names=", ".join(unused)), [_compiled("CPU", _native(machine))])


def for_gpu(gpu: Gpu, machine: Machine) -> Advice:
    """Whether the engine drives this GPU, through what, and which other build would, or would better."""
    engine = machine.engine
    if engine.problem or not engine.devices:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "The engine could not be asked, so it is not known whether it can drive this GPU."
        )
        return Advice(say(text))
    if gpu.usable:
        return _for_driven(gpu, machine)
    wanted = needs(gpu, machine)
    if any(device.kind in ("gpu", "igpu") and api_of(device.name) in wanted for device in engine.devices):
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "This engine drives other GPUs of this kind, but not this one. It may be too old for the engine, or its "
            "driver may need an update.",
        )
        return Advice(say(text))
    if there := [api for api in wanted if api in built_with(machine)]:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "This engine was built with {api}, but found no device for it. Install a current driver for this GPU, "
            "restart the computer and look again.",
        )
        return Advice(say(text, api=there[0]))
    return _for_undriven(gpu, machine)


def wheels_for(cuda: int | None) -> str | None:
    """The newest CUDA build that a driver with this CUDA version runs (12040 for 12.4); None if there is none."""
    return next((name for least, name in WHEELS if cuda is not None and cuda >= least), None)


def cuda_text(number: int) -> str:
    """NVML's 12040 as people write it: `12.4`."""
    return f"{number // 1000}.{number % 1000 // 10}"


def _for_driven(gpu: Gpu, machine: Machine) -> Advice:
    api = api_of(gpu.engine_device or "")
    best = needs(gpu, machine)[0]
    if api != "Vulkan" or best == "Vulkan" or (best == "CUDA" and wheels_for(gpu.cuda) is None):
        text = QT_TRANSLATE_NOOP("gemfit", "This engine drives it through {api}. Nothing better exists for it.")
        return Advice(say(text, api=api))
    texts = {
        "CUDA": QT_TRANSLATE_NOOP(
            "gemfit", "This engine drives it through Vulkan. One with CUDA is usually faster on this GPU."
        ),
        "ROCm": QT_TRANSLATE_NOOP(
            "gemfit", "This engine drives it through Vulkan. Where this GPU has ROCm, one with that may be faster."
        ),
        "SYCL": QT_TRANSLATE_NOOP(
            "gemfit",
            "This engine drives it through Vulkan. Where Intel's oneAPI is installed, one that is compiled with SYCL "
            "may be faster.",
        ),
    }
    return Advice(say(texts[best]), [_offer(best, gpu, machine)])


def _for_undriven(gpu: Gpu, machine: Machine) -> Advice:
    wanted = needs(gpu, machine)
    if wanted == ("Metal",):
        return Advice(say(WITHOUT), [_ready("Metal", "metal")])
    too_old = gpu.cuda is not None and wheels_for(gpu.cuda) is None
    if gpu.vendor == "NVIDIA" and (too_old or not gpu.driver or "nvml" not in gpu.evidence.values()):
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "NVIDIA's own driver is missing or too old for the engine. Install a current driver and restart the "
            "computer; then another build of the engine drives this GPU.",
        )
        return Advice(say(text), [_offer("CUDA", gpu, machine)])
    if gpu.shared_memory and gpu.vendor != "NVIDIA":
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "This engine was built without support for it. It shares the processor's memory, so answers are written "
            "about as fast without it; another build reads long prompts faster.",
        )
        return Advice(say(text), [_offer("Vulkan", gpu, machine)])
    return Advice(say(WITHOUT), [_offer(api, gpu, machine) for api in _easiest_first(wanted)])


def _easiest_first(wanted: Sequence[str]) -> list[str]:
    """CUDA alone for NVIDIA; else Vulkan, which needs no more than the driver, then what needs its own software."""
    return ["CUDA"] if "CUDA" in wanted else sorted(wanted, key=lambda api: api != "Vulkan")


def _offer(api: str, gpu: Gpu, machine: Machine) -> Offer:
    """The ready build where the publisher has one for this computer, else the way to compile it."""
    rocm = "hip-radeon" if _system(machine) == "win32" else "rocm72"
    name = {"CUDA": wheels_for(gpu.cuda) or "cu124", "ROCm": rocm, "Vulkan": "vulkan"}.get(api)
    if name is not None and machine.arch in READY_ARCHS:
        return _ready(api, name)
    return _compiled(api, CMAKE[api])


def _ready(api: str, wheels: str) -> Offer:
    return Offer(api, install.ready(wheels), install.beside(api, wheels=wheels))


def _compiled(api: str, cmake: str) -> Offer:
    return Offer(api, install.compiled(cmake), install.beside("native" if api == "CPU" else api, cmake=cmake))


def _native(machine: Machine) -> str:
    """CMake's options for this processor, keeping what the build drives besides."""
    return " ".join([*(CMAKE[api] for api in built_with(machine) if api in CMAKE), "-DGGML_NATIVE=on"])


def _system(machine: Machine) -> str:
    """As `sys.platform` names it."""
    return {"macOS": "darwin", "Windows": "win32"}.get(machine.os.split(" ")[0], "linux")
