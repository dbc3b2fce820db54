"""One build of one model on one machine: how to load it, whether it fits, how fast it is."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from gemfit.catalog.types import Build, Model
from gemfit.fit import mobile, projector, reasons
from gemfit.fit.correct import Lessons, corrected, learn, measured_speed
from gemfit.fit.memory import by_device, components, tensors_of
from gemfit.fit.plan import Planned, leanest, max_context
from gemfit.fit.policy import Candidate
from gemfit.fit.speed import speed_of
from gemfit.fit.types import SYSTEM_MEMORY, Component, Known, Option, Plan, Share, Speed, Verdict, Wish
from gemfit.machine.types import EngineBuild, Machine
from gemfit.words import Sentence


class Question(NamedTuple):
    """All that an answer depends on besides model and build; `lessons` are what the known outcomes teach, those of the
    engine for the mobile format apart.
    """

    machine: Machine
    wish: Wish
    known: Known
    lessons: Lessons
    mobile_lessons: Lessons

    def lessons_for(self, build: Build) -> Lessons:
        return self.mobile_lessons if build.container == "litertlm" else self.lessons


def question(machine: Machine, wish: Wish, known: Known) -> Question:
    outcomes = known.outcomes
    return Question(machine, wish, known, learn(outcomes, machine.engine.build), learn(outcomes, mobile.ENGINE))


def candidate(asked: Question, model: Model, build: Build) -> Candidate:
    """Work out one option, whole: also the largest context, and the reasons in words."""
    option, planned, said = _assessed(asked, model, build)
    if option.runnable:
        most = max_context(
            asked.machine, model.shape, tensors_of(model, build), projector_bytes=_projector(asked, build)
        )
        option = msgspec.structs.replace(option, max_context=min(most, _longest(model, build)))
    said = [*said, *reasons.of_memory(option, planned, asked.machine)]
    if not option.plan.shares:
        said += _gpu_too_small(asked, model, build)
    said += reasons.of_speed(option)
    return Candidate(model, build, msgspec.structs.replace(option, reasons=said))


def assess(asked: Question, model: Model, build: Build) -> Option:
    """What decides about one option: the plan, its memory, the verdict, the speed. No largest context, no reasons."""
    return _assessed(asked, model, build)[0]


def _assessed(asked: Question, model: Model, build: Build) -> tuple[Option, Planned, list[Sentence]]:
    """The option, the plan with the room there is for it, and what makes it impossible whatever the memory."""
    machine, plan_notes = asked.machine, []
    planned = leanest(
        machine,
        model.shape,
        tensors_of(model, build),
        asked.wish.context_tokens,
        projector_bytes=_projector(asked, build),
    )
    found = corrected(planned.components, asked.lessons_for(build), model=model.id, build=build.id, plan=planned.plan)
    if found.reason is not None:
        planned, plan_notes = refitted(planned, found.components), [found.reason]
    download_bytes = _download_bytes(asked, model, build)
    obstacles = _obstacles(asked, model, build, download_bytes)
    speed = _speed(asked, model, build, planned.plan)
    gpus = {share.device for share in planned.plan.shares}
    used = [room for room in planned.rooms if room.device in (gpus or {SYSTEM_MEMORY})]
    here = [part for part in planned.components if part.device in (gpus or {SYSTEM_MEMORY})]
    option = Option(
        model=model.id,
        build=build.id,
        format=build.format,
        file=build.weights.file,
        verdict="no" if obstacles else planned.verdict,
        place="gpu" if gpus else "cpu",
        weights_bytes=_sum(here, "weights", "projector", "drafter"),
        kv_bytes=_sum(here, "kv"),
        compute_bytes=_sum(here, "compute"),
        base_bytes=_sum(here, "base", "checkpoints"),
        total_bytes=sum(part.n_bytes for part in here),
        available_bytes=sum(room.free_bytes for room in used),
        missing_bytes=planned.missing_bytes,
        download_bytes=download_bytes,
        context_tokens=asked.wish.context_tokens,
        max_context=0,
        generation_tps=speed.generation_tps,
        prompt_tps=speed.prompt_tps,
        tps_range=speed.tps_range,
        tps_source=speed.source,
        runnable=can_run(machine.engine, build),
        lazy_bytes=tensors_of(model, build).lazy_bytes if planned.plan.lazy_embeddings else 0,
        host_bytes=planned.total_bytes - sum(part.n_bytes for part in here),
        device=_names(room.name for room in used),
        engine_device=used[0].device,
        shared_memory=any(room.shared for room in used),
        components=planned.components,
        corrected_by=found.corrected_by,
        plan=planned.plan,
        plan_notes=[*planned.notes, *plan_notes],
    )
    return option, planned, obstacles


def can_run(engine: EngineBuild, build: Build) -> bool:
    """Whether this engine build runs the container: `gguf` unless it could not be asked, `litertlm` if it says so."""
    if build.container == "litertlm":
        return "litert" in engine.formats or "litertlm" in engine.formats
    return "gguf" in engine.formats if engine.formats else not engine.problem


def refitted(planned: Planned, parts: list[Component]) -> Planned:
    """The same plan with other figures for its components."""
    before, after = by_device(planned.components), by_device(parts)
    more = {device: n - before[device] for device, n in after.items()}
    rooms = []
    for room in planned.rooms:
        shared = room.device == SYSTEM_MEMORY and any(r.shared for r in planned.rooms)
        extra = sum(more.values()) if shared else more.get(room.device, 0)
        rooms.append(msgspec.structs.replace(room, needed_bytes=room.needed_bytes + extra))
    verdicts = {room.verdict for room in rooms}
    verdict: Verdict = "no" if "no" in verdicts else "tight" if "tight" in verdicts else "fits"
    return msgspec.structs.replace(planned, components=parts, rooms=rooms, verdict=verdict)


def _sum(parts: list[Component], *names: str) -> int:
    return sum(part.n_bytes for part in parts if part.name in names)


def _names(names: Iterable[str]) -> str:
    """Several devices in words: `2 x NVIDIA GeForce RTX 5060 Ti`."""
    counted = Counter(names)
    return " + ".join(name if n == 1 else f"{n} x {name}" for name, n in counted.items())


def _projector(asked: Question, build: Build) -> int:
    """The memory for pictures and sound, where they are asked for."""
    return projector.of_size(_projector_file(asked, build))


def _projector_file(asked: Question, build: Build) -> int:
    file = build.file_of("projector") if asked.wish.media else None
    return (file.bytes or file.approx_bytes or 0) if file else 0


def _download_bytes(asked: Question, model: Model, build: Build) -> int:
    """What has to be fetched: the weights, unless they are here, and the projector where it is asked for."""
    file = build.weights
    here = (model.id, build.id) in asked.known.installed or file.package
    return (0 if here else file.bytes or file.approx_bytes or 0) + _projector_file(asked, build)


def _speed(asked: Question, model: Model, build: Build, plan: Plan) -> Speed:
    """As measured here, else by the formula: calibrated or published.

    Partly on a GPU that nothing is known about, it is taken to be as fast as on the processor alone, at least.
    """
    shape, tensors = model.shape, tensors_of(model, build)

    def formula(context_tokens: int) -> Speed:
        used = msgspec.structs.replace(plan, context_tokens=context_tokens)
        found = speed_of(asked.machine, shape, tensors, used, asked.known)
        if found.source == "none" and (on_gpus(plan) <= shape.layers or plan.host_expert_layers):
            alone = msgspec.structs.replace(used, shares=[], host_expert_layers=0)
            found = speed_of(asked.machine, shape, tensors, alone, asked.known)
        return found

    measured = measured_speed(asked.lessons_for(build), model=model.id, build=build.id, plan=plan, formula=formula)
    return measured or formula(plan.context_tokens)


def on_gpus(plan: Plan) -> int:
    """Layers on GPUs, as llama.cpp counts them."""
    return sum(share.layers for share in plan.shares)


def _gpu_too_small(asked: Question, model: Model, build: Build) -> list[Sentence]:
    """Why it runs on the processor although there is a GPU."""
    cards = [gpu for gpu in asked.machine.gpus if gpu.usable and not gpu.shared_memory]
    if not cards:
        return []
    card = max(cards, key=lambda gpu: gpu.free_bytes or gpu.total_bytes or 0)
    plan = Plan(context_tokens=asked.wish.context_tokens, shares=[Share(card.name, model.shape.layers + 1)])
    parts = components(model.shape, tensors_of(model, build), plan, projector_bytes=_projector(asked, build))
    needed_bytes = by_device(parts)[card.name]
    free_bytes = card.free_bytes if card.free_bytes is not None else card.total_bytes or 0
    return [reasons.gpu_too_small(card, needed_bytes, free_bytes)] if needed_bytes > free_bytes else []


def _longest(model: Model, build: Build) -> int:
    """Tokens: what it was trained for; in the mobile format, what it is believed to be compiled for."""
    trained = model.shape.context_tokens
    return min(trained, mobile.UNKNOWN_CONTEXT) if build.container == "litertlm" else trained


def _obstacles(asked: Question, model: Model, build: Build, download_bytes: int) -> list[Sentence]:
    """What makes it impossible, whatever the memory."""
    machine, wish = asked.machine, asked.wish
    found = []
    if not can_run(machine.engine, build):
        found.append(reasons.cannot_run(machine.engine, build))
    if wish.context_tokens > _longest(model, build):
        found.append(reasons.context_too_long(_longest(model, build), wish.context_tokens))
    if wish.media and build.file_of("projector") is None:
        found.append(reasons.text_only())
    disk_bytes = download_bytes
    if build.container == "litertlm" and download_bytes:
        disk_bytes += mobile.cache_bytes(tensors_of(model, build))
    if disk_bytes > machine.disk.free_bytes:
        found.append(reasons.no_disk(disk_bytes, machine.disk.free_bytes))
    return found
