"""The reasons in words. Each sentence gives the numbers that decide."""

from gemfit.catalog.types import Build
from gemfit.fit.plan import Planned
from gemfit.fit.policy import Candidate, comfortable, memory_bytes
from gemfit.fit.speed import COMFORTABLE_TPS
from gemfit.fit.types import SYSTEM_MEMORY, Goal, Option, SpeedSource, Wish
from gemfit.machine.types import EngineBuild, Gpu, Machine
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, Value, say


def of_memory(option: Option, planned: Planned, machine: Machine) -> list[Sentence]:
    """What it needs and what is free, and what is to be known besides."""
    said = [_needs(option, planned)]
    if planned.verdict == "tight":
        said.append(say(QT_TRANSLATE_NOOP("gemfit", "That leaves little for other programs: close some first.")))
    system = planned.rooms[-1]
    if system.missing_bytes and system.needed_bytes < machine.memory.total_bytes * 0.8:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "This computer has {total_bytes} in all: with other programs closed it could run."
        )
        said.append(say(text, total_bytes=machine.memory.total_bytes))
    return said


def _needs(option: Option, planned: Planned) -> Sentence:
    """By where it computes: on the processor, whole on one GPU or over several, or on both."""
    system, gpus = planned.rooms[-1], planned.rooms[:-1]
    values: dict[str, Value] = {
        "gpu": option.device,
        "needed_bytes": option.total_bytes,
        "free_bytes": option.available_bytes,
        "host_bytes": system.needed_bytes,
        "host_free_bytes": system.free_bytes,
    }
    if not gpus:
        text = QT_TRANSLATE_NOOP("gemfit", "Needs {needed_bytes} of memory; {free_bytes} are free.")
    elif is_partly_on_gpu(option):
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "Runs partly on the {gpu}: needs {needed_bytes} of video memory and {host_bytes} of memory; {free_bytes} "
            "and {host_free_bytes} are free.",
        )
    elif gpus[0].shared:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "Runs whole on the {gpu}: needs {host_bytes} of the memory that it shares; {free_bytes} are free."
        )
    elif planned.verdict == "no":
        text = QT_TRANSLATE_NOOP("gemfit", "Needs {needed_bytes} of video memory on the {gpu}; {free_bytes} are free.")
    else:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "Runs whole on the {gpu}: needs {needed_bytes} of video memory; {free_bytes} are free."
        )
    return say(text, **{name: value for name, value in values.items() if f"{{{name}}}" in text})


def is_partly_on_gpu(option: Option) -> bool:
    """Whether GPUs and the processor share the work: blocks, or experts of blocks, are in system memory."""
    if not option.plan.shares:
        return False
    blocks_here = any(part.name == "kv" and part.device == SYSTEM_MEMORY for part in option.components)
    return blocks_here or option.plan.host_expert_layers > 0


_SPEEDS: dict[SpeedSource, str] = {
    "measured": QT_TRANSLATE_NOOP("gemfit", "About {low_tps} to {high_tps} tokens per second (measured here)."),
    "calibrated": QT_TRANSLATE_NOOP(
        "gemfit", "About {low_tps} to {high_tps} tokens per second (calibrated on this machine)."
    ),
    "published": QT_TRANSLATE_NOOP("gemfit", "About {low_tps} to {high_tps} tokens per second (estimated)."),
}


def of_speed(option: Option) -> list[Sentence]:
    """The range, if there is one, and whether it is slower than people read."""
    if option.verdict == "no" or option.tps_range is None or option.generation_tps is None:
        return []
    low, high = option.tps_range
    said = [say(_SPEEDS[option.tps_source], low_tps=low, high_tps=high)]
    if option.generation_tps < COMFORTABLE_TPS:
        said.append(slower_than_reading())
    return said


def slower_than_reading() -> Sentence:
    text = QT_TRANSLATE_NOOP(
        "gemfit", "That is slower than comfortable reading, which takes about {reading_tps} tokens per second."
    )
    return say(text, reading_tps=round(COMFORTABLE_TPS))


def cannot_run(engine: EngineBuild, build: Build) -> Sentence:
    if build.container == "litertlm":
        return say(
            QT_TRANSLATE_NOOP(
                "gemfit",
                "The mobile format needs the library litert-lm-api, which is not installed here, or not made for it.",
            )
        )
    if engine.problem:
        text = QT_TRANSLATE_NOOP("gemfit", "The engine could not be asked what it can run: {problem}")
        return say(text, problem=engine.problem)
    return say(QT_TRANSLATE_NOOP("gemfit", "This engine build cannot run the format {title}."), title=build.title)


def text_only() -> Sentence:
    return say(QT_TRANSLATE_NOOP("gemfit", "It takes text alone; pictures and sound were asked for."))


def context_too_long(most_tokens: int, context_tokens: int) -> Sentence:
    text = QT_TRANSLATE_NOOP(
        "gemfit", "Made for a context of at most {most_tokens} tokens; {context_tokens} were asked for."
    )
    return say(text, most_tokens=most_tokens, context_tokens=context_tokens)


def no_disk(needed_bytes: int, free_bytes: int) -> Sentence:
    text = QT_TRANSLATE_NOOP("gemfit", "The download needs {needed_bytes} of disk; {free_bytes} are free.")
    return say(text, needed_bytes=needed_bytes, free_bytes=free_bytes)


def cannot_use(gpu: Gpu) -> Sentence:
    """A GPU that lies idle, with what to install when that is known."""
    if gpu.advice:
        text = QT_TRANSLATE_NOOP("gemfit", "The {gpu} cannot be used by this engine build. {advice}")
        return say(text, gpu=gpu.name, advice=gpu.advice)
    return say(QT_TRANSLATE_NOOP("gemfit", "The {gpu} cannot be used by this engine build."), gpu=gpu.name)


def slow_everywhere() -> Sentence:
    return say(QT_TRANSLATE_NOOP("gemfit", "Nothing that fits here is faster."))


def gpu_too_small(gpu: Gpu, needed_bytes: int, free_bytes: int) -> Sentence:
    """Why it runs on the processor although there is a GPU."""
    text = QT_TRANSLATE_NOOP(
        "gemfit", "On the {gpu} it would need {needed_bytes} of video memory; {free_bytes} are free there."
    )
    return say(text, gpu=gpu.name, needed_bytes=needed_bytes, free_bytes=free_bytes)


def why_not(candidate: Candidate, best: Candidate | None, wish: Wish, machine: Machine) -> Sentence:
    """Why one with better answers is not the recommended one."""
    option = candidate.option
    name = f"{candidate.model.name} in {candidate.build.title}"
    if option.verdict == "no":
        return _impossible(name, option, machine)
    if option.verdict == "tight":
        return say(QT_TRANSLATE_NOOP("gemfit", "{model} would leave too little memory free."), model=name)
    needed, instead = memory_bytes(option), memory_bytes(best.option) if best else 0
    if wish.goal == "smallest":
        text = QT_TRANSLATE_NOOP("gemfit", "{model} takes {needed_bytes}, and the smallest was asked for.")
        return say(text, model=name, needed_bytes=needed)
    if option.generation_tps is not None and not comfortable(candidate, wish.goal):
        text = QT_TRANSLATE_NOOP(
            "gemfit", "{model} would fit, but run at only about {generation_tps} tokens per second."
        )
        return say(text, model=name, generation_tps=option.generation_tps)
    text = QT_TRANSLATE_NOOP(
        "gemfit", "{model} is exactly as trained, but takes {needed_bytes} instead of {instead_bytes}."
    )
    return say(text, model=name, needed_bytes=needed, instead_bytes=instead)


def _impossible(name: str, option: Option, machine: Machine) -> Sentence:
    if option.runnable and option.missing_bytes:
        text = QT_TRANSLATE_NOOP("gemfit", "{model} would need {more_bytes} more memory.")
        if option.plan.shares and not is_partly_on_gpu(option):
            text = QT_TRANSLATE_NOOP("gemfit", "{model} would need {more_bytes} more video memory.")
        return say(text, model=name, more_bytes=option.missing_bytes)
    if option.runnable and option.download_bytes > machine.disk.free_bytes:
        text = QT_TRANSLATE_NOOP("gemfit", "{model} needs {needed_bytes} of disk; {free_bytes} are free.")
        return say(text, model=name, needed_bytes=option.download_bytes, free_bytes=machine.disk.free_bytes)
    text = QT_TRANSLATE_NOOP("gemfit", "{model} is not possible here: {reason}")
    return say(text, model=name, reason=option.reasons[0])


_HEADLINES: dict[Goal, tuple[str, str]] = {
    "smallest": (
        QT_TRANSLATE_NOOP("gemfit", "{model} in {format} takes the least memory here, on the {device}."),
        QT_TRANSLATE_NOOP("gemfit", "{model} in {format} takes the least memory here, on the processor."),
    ),
    "balanced": (
        QT_TRANSLATE_NOOP("gemfit", "{model} in {format} is the best that runs well here, on the {device}."),
        QT_TRANSLATE_NOOP("gemfit", "{model} in {format} is the best that runs well here, on the processor."),
    ),
    "best": (
        QT_TRANSLATE_NOOP(
            "gemfit", "{model} in {format} gives the best answers that this computer can give, on the {device}."
        ),
        QT_TRANSLATE_NOOP(
            "gemfit", "{model} in {format} gives the best answers that this computer can give, on the processor."
        ),
    ),
}


def headline(best: Candidate, wish: Wish) -> Sentence:
    name, title = best.model.name, best.build.title
    if best.model.starter:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "No Gemma 4 fits here now. {model} does: small, and only to see how things work."
        )
        return say(text, model=name)
    if best.option.verdict == "tight":
        text = QT_TRANSLATE_NOOP("gemfit", "{model} in {format} just fits here.")
        return say(text, model=name, format=title)
    on_gpu, on_cpu = _HEADLINES[wish.goal]
    if best.option.place == "gpu":
        return say(on_gpu, model=name, format=title, device=best.option.device)
    return say(on_cpu, model=name, format=title)


def nothing_runs(machine: Machine) -> Sentence:
    """Nothing at all, and what to do about it."""
    if machine.engine.problem and not machine.engine.formats:
        text = QT_TRANSLATE_NOOP("gemfit", "Nothing can run here, because the engine does not start: {problem}")
        return say(text, problem=machine.engine.problem)
    text = QT_TRANSLATE_NOOP(
        "gemfit", "Nothing fits here now: {free_bytes} of memory are free. Close other programs and look again."
    )
    return say(text, free_bytes=machine.memory.available_bytes)
