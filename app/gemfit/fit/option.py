"""One build of one model on one machine: where it would run, whether it fits, how fast."""

from typing import NamedTuple

import msgspec

from gemfit.catalog.types import Build, Model, Shape
from gemfit.fit import reasons
from gemfit.fit.memory import CELLS_STEP, MIB, Need, Weights, need_on_cpu, need_on_gpu, weights_of
from gemfit.fit.policy import Candidate
from gemfit.fit.speed import Range, generation_on_cpu, generation_on_gpu, typical
from gemfit.fit.types import SYSTEM_MEMORY, Component, Known, Option, Plan, Share, Speed, Verdict, Wish
from gemfit.machine.types import Cpu, EngineBuild, Gpu, Machine
from gemfit.words import Sentence

# Left free for everything else: programs grow, and a machine that swaps is slower than one with a smaller model.
HEADROOM_SHARE = 0.10
HEADROOM_BYTES = 512 * MIB


class Spot(NamedTuple):
    """A place to run: a GPU, or None for the processor; `free_bytes` of its memory are free and
    `host_free_bytes` of the system's. `shared`: both are the same memory.
    """

    gpu: Gpu | None
    free_bytes: int
    host_free_bytes: int
    shared: bool

    def need(self, shape: Shape, weights: Weights, context_tokens: int) -> Need:
        if self.gpu is None:
            return need_on_cpu(shape, weights, context_tokens)
        return need_on_gpu(shape, weights, context_tokens)

    def verdict(self, need: Need) -> Verdict:
        here = need.total_bytes + (need.host_bytes if self.shared else 0)
        host = 0 if self.shared else need.host_bytes
        if here > self.free_bytes or host > self.host_free_bytes:
            return "no"
        if here > _comfortable(self.free_bytes) or host > _comfortable(self.host_free_bytes):
            return "tight"
        return "fits"


def _comfortable(free_bytes: int) -> int:
    """What may be taken of `free_bytes`; grows with it, so that more memory is never worse."""
    return free_bytes - max(HEADROOM_BYTES, round(free_bytes * HEADROOM_SHARE))


def spots(machine: Machine) -> list[Spot]:
    """Where this engine build can run a model: usable GPUs, the one with the most free memory first; then the CPU."""
    system = machine.memory.available_bytes
    found = []
    for gpu in machine.gpus:
        free = gpu.free_bytes if gpu.free_bytes is not None else gpu.total_bytes
        if gpu.usable and (gpu.shared_memory or free is not None):
            free = min(system if free is None else free, system) if gpu.shared_memory else free
            found.append(Spot(gpu, free or 0, system, gpu.shared_memory))
    found.sort(key=lambda spot: spot.free_bytes, reverse=True)
    return [*found, Spot(None, system, system, shared=False)]


def max_context(spot: Spot, shape: Shape, weights: Weights) -> int:
    """The largest context that fits in what is free there, in steps of 256; 0 if none. More context is more memory."""
    low, high = 0, shape.context_tokens // CELLS_STEP
    while low < high:
        middle = (low + high + 1) // 2
        if spot.verdict(spot.need(shape, weights, middle * CELLS_STEP)) == "no":
            high = middle - 1
        else:
            low = middle
    return low * CELLS_STEP


def can_run(engine: EngineBuild, build: Build) -> bool:
    """Whether this engine build runs the container: `gguf` unless it could not be asked, `litertlm` if it says so."""
    if build.container == "litertlm":
        return "litert" in engine.formats or "litertlm" in engine.formats
    return "gguf" in engine.formats if engine.formats else not engine.problem


def candidate(machine: Machine, model: Model, build: Build, wish: Wish, known: Known) -> Candidate:
    """Work out one option, whole: also the largest context, and the reasons in words."""
    option = assess(machine, model, build, wish, known)
    weights, shape = weights_of(model, build), model.shape
    spot = choose_spot(machine, shape, weights, wish.context_tokens)
    option = msgspec.structs.replace(option, max_context=0 if build.split else max_context(spot, shape, weights))
    said = [*_obstacles(machine, model, build, wish, option.download_bytes), *reasons.of_memory(option, machine)]
    if spot.gpu is None:
        said += _gpu_too_small(machine, shape, weights, wish.context_tokens)
    said += reasons.of_speed(option)
    return Candidate(model, build, msgspec.structs.replace(option, reasons=said))


def assess(machine: Machine, model: Model, build: Build, wish: Wish, known: Known) -> Option:
    """What decides about one option: the plan, its memory, the verdict, the speed. No largest context, no reasons."""
    weights, shape, context_tokens = weights_of(model, build), model.shape, wish.context_tokens
    spot = choose_spot(machine, shape, weights, context_tokens)
    need = spot.need(shape, weights, context_tokens)
    download_bytes = _download_bytes(build, wish, (model.id, build.id) in known.installed)
    speed = _speed(machine.cpu, spot, weights, need)
    return Option(
        model=model.id,
        build=build.id,
        format=build.format,
        file=build.weights.file,
        verdict="no" if _obstacles(machine, model, build, wish, download_bytes) else spot.verdict(need),
        place="cpu" if spot.gpu is None else "gpu",
        weights_bytes=need.weights_bytes,
        kv_bytes=need.kv_bytes,
        compute_bytes=need.compute_bytes,
        base_bytes=need.base_bytes,
        total_bytes=need.total_bytes,
        available_bytes=spot.free_bytes,
        download_bytes=download_bytes,
        context_tokens=context_tokens,
        max_context=0,
        generation_tps=speed.generation_tps,
        prompt_tps=speed.prompt_tps,
        tps_range=speed.tps_range,
        tps_source=speed.source,
        runnable=can_run(machine.engine, build),
        lazy_bytes=weights.lazy_bytes,
        host_bytes=need.host_bytes,
        device=spot.gpu.name if spot.gpu else machine.cpu.model,
        engine_device=(spot.gpu.engine_device or "") if spot.gpu else "",
        components=_components(spot, need),
        plan=_plan(spot, model.shape, context_tokens),
    )


def _download_bytes(build: Build, wish: Wish, installed: bool) -> int:
    """What has to be fetched: the weights, unless they are here, and the projector where media are asked for."""
    wanted = [] if installed or build.weights.package else [build.weights]
    if wish.media:
        wanted += [file for file in build.files if file.role == "projector"]
    return sum(file.bytes or file.approx_bytes or 0 for file in wanted)


def _speed(cpu: Cpu, spot: Spot, weights: Weights, need: Need) -> Speed:
    if spot.gpu is None:
        found: Range | None = generation_on_cpu(cpu, weights, need)
    else:
        found = generation_on_gpu(spot.gpu, weights, need)
    if found is None:
        return Speed()
    return Speed(generation_tps=typical(found), tps_range=found, source="published")


def _components(spot: Spot, need: Need) -> list[Component]:
    device = (spot.gpu.engine_device or spot.gpu.name) if spot.gpu else SYSTEM_MEMORY
    found = [
        Component("weights", device, need.weights_bytes),
        Component("kv", device, need.kv_bytes),
        Component("compute", device, need.compute_bytes),
        Component("base", device, need.base_bytes),
    ]
    return [*found, Component("base", SYSTEM_MEMORY, need.host_bytes)] if spot.gpu else found


def _plan(spot: Spot, shape: Shape, context_tokens: int) -> Plan:
    shares = [Share(spot.gpu.engine_device or spot.gpu.name, shape.layers + 1)] if spot.gpu else []
    return Plan(context_tokens=context_tokens, shares=shares)


def choose_spot(machine: Machine, shape: Shape, weights: Weights, context_tokens: int) -> Spot:
    """The first place where it fits, else the first where it is tight, else the processor."""
    places = spots(machine)
    verdicts = [spot.verdict(spot.need(shape, weights, context_tokens)) for spot in places]
    for wanted in ("fits", "tight"):
        if wanted in verdicts:
            return places[verdicts.index(wanted)]
    return places[-1]


def _gpu_too_small(machine: Machine, shape: Shape, weights: Weights, context_tokens: int) -> list[Sentence]:
    best = spots(machine)[0]
    if best.gpu is None or best.shared:
        return []
    needed_bytes = best.need(shape, weights, context_tokens).total_bytes
    return [reasons.gpu_too_small(best.gpu, needed_bytes, best.free_bytes)]


def _obstacles(machine: Machine, model: Model, build: Build, wish: Wish, download_bytes: int) -> list[Sentence]:
    found = []
    if not can_run(machine.engine, build):
        found.append(reasons.cannot_run(machine.engine, build))
    if build.split:
        found.append(reasons.cannot_fetch())
    if wish.context_tokens > model.shape.context_tokens:
        found.append(reasons.context_too_long(model, wish.context_tokens))
    if wish.media and build.container == "gguf" and not any(file.role == "projector" for file in build.files):
        found.append(reasons.text_only())
    if download_bytes > machine.disk.free_bytes:
        found.append(reasons.no_disk(download_bytes, machine.disk.free_bytes))
    return found
