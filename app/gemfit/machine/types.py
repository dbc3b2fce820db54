"""What a probe found. Byte counts are integers; `evidence` says for each number where it comes from."""

import msgspec

from gemfit.words import Sentence

SCHEMA = 1


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """System memory. `total_bytes` and `available_bytes` respect a container's limit (`limit_bytes`, if any)."""

    total_bytes: int
    available_bytes: int
    limit_bytes: int | None = None
    evidence: dict[str, str] = {}


class Cpu(msgspec.Struct, frozen=True, kw_only=True):
    """The processor, as far as this process may use it: a container's or an affinity's share of its cores.

    `features` are the instruction sets that the engine build uses, as it reports them (`AVX2`, `FMA`, …);
    `capabilities` those that the processor has, by the same names, of the ones that the engine can be built for.
    Empty: not known.
    """

    model: str
    physical_cores: int
    logical_cores: int
    features: list[str] = []
    capabilities: list[str] = []
    evidence: dict[str, str] = {}


class Gpu(msgspec.Struct, frozen=True, kw_only=True):
    """A graphics processor. `usable`: this engine build can drive it; if not, `advice` says what to install.

    `shared_memory`: it has no memory of its own worth the name and takes the system's (integrated, Apple).
    For a GPU with `shared_memory`, `total_bytes` is what its driver lets it take of it, None where that is not known.
    `engine_device` is the name in the engine's own device list, when it is there. `cuda` is the newest CUDA that its
    driver runs (12040 for 12.4). `advice` is English, with the command; a window asks `advice.for_gpu`.
    """

    name: str
    vendor: str = ""
    total_bytes: int | None = None
    free_bytes: int | None = None
    shared_memory: bool = False
    usable: bool = False
    engine_device: str | None = None
    driver: str = ""
    cuda: int | None = None
    advice: str = ""
    evidence: dict[str, str] = {}


class Disk(msgspec.Struct, frozen=True, kw_only=True):
    """The disk that holds the weights folder."""

    path: str
    total_bytes: int
    free_bytes: int
    evidence: dict[str, str] = {}


class EngineDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A device of ggml's own list. `kind`: `cpu`, `gpu`, `igpu` or `accel`."""

    name: str
    description: str
    kind: str
    total_bytes: int = 0
    free_bytes: int = 0


class EngineBuild(msgspec.Struct, frozen=True, kw_only=True):
    """What the engine in use is and can drive. `problem`: why it could not be asked, else empty.

    `backends` are what it was built with, by ggml's names (`CPU`, `CUDA`, `Vulkan`, …), with or without a device.
    `commit` is llama.cpp's, made on `commit_date` (`2026-10-01`, empty where that is not known). `name`: of a build
    that was added and chosen; empty for the one that came with the program.
    """

    name: str = ""
    build: str = ""
    commit: str = ""
    commit_date: str = ""
    backends: list[str] = []
    devices: list[EngineDevice] = []
    formats: list[str] = []
    features: list[str] = []
    problem: str = ""
    evidence: dict[str, str] = {}


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """One computer as a probe found it.

    `problems` are the probes that failed, in English; `problem_sentences` are the same, for a window to translate.
    `environment` says what stands between the program and the computer: `WSL 2`, `Docker container`; else empty.
    """

    schema: int = SCHEMA
    os: str = ""
    arch: str = ""
    environment: str = ""
    memory: Memory
    cpu: Cpu
    gpus: list[Gpu] = []
    disk: Disk
    engine: EngineBuild = EngineBuild()
    problems: list[str] = []
    problem_sentences: list[Sentence] = []
    evidence: dict[str, str] = {}
