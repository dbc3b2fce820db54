"""The reasons in words. Each sentence gives the numbers that decide."""

from typing import TYPE_CHECKING

from gemfit.catalog.types import Build, Model
from gemfit.fit.speed import COMFORTABLE_TPS, typical
from gemfit.fit.types import Option
from gemfit.machine.types import EngineBuild, Gpu, Machine
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

if TYPE_CHECKING:
    from gemfit.fit.option import Candidate


def of_memory(option: Option, machine: Machine) -> list[Sentence]:
    """What it needs and what is free, and what is to be known besides."""
    said = [_needs(option)]
    if option.verdict == "tight":
        said.append(say(QT_TRANSLATE_NOOP("gemfit", "That leaves little for other programs: close some first.")))
    short = option.verdict == "no" and option.total_bytes > option.available_bytes
    if short and option.place == "cpu" and option.total_bytes < machine.memory.total_bytes * 0.8:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "This computer has {total_bytes} in all: with other programs closed it could run."
        )
        said.append(say(text, total_bytes=machine.memory.total_bytes))
    return said


def _needs(option: Option) -> Sentence:
    if option.place == "gpu":
        text = QT_TRANSLATE_NOOP(
            "gemfit", "Runs whole on the {gpu}: needs {needed_bytes} of video memory; {free_bytes} are free."
        )
        return say(text, gpu=option.device, needed_bytes=option.total_bytes, free_bytes=option.available_bytes)
    text = QT_TRANSLATE_NOOP("gemfit", "Needs {needed_bytes} of memory; {free_bytes} are free.")
    return say(text, needed_bytes=option.total_bytes, free_bytes=option.available_bytes)


def of_speed(option: Option) -> list[Sentence]:
    """The range, if there is one, and whether it is slower than people read."""
    if option.verdict == "no" or option.tps_range is None:
        return []
    low, high = option.tps_range
    text = QT_TRANSLATE_NOOP("gemfit", "About {low_tps} to {high_tps} tokens per second (estimated).")
    said = [say(text, low_tps=low, high_tps=high)]
    if typical(option.tps_range) < COMFORTABLE_TPS:
        said.append(slower_than_reading())
    return said


def slower_than_reading() -> Sentence:
    text = QT_TRANSLATE_NOOP(
        "gemfit", "That is slower than comfortable reading, which takes about {reading_tps} tokens per second."
    )
    return say(text, reading_tps=COMFORTABLE_TPS)


def cannot_run(engine: EngineBuild, build: Build) -> Sentence:
    if build.container == "litertlm":
        return say(QT_TRANSLATE_NOOP("gemfit", "This version of Gemfit cannot run the mobile format yet."))
    if engine.problem:
        text = QT_TRANSLATE_NOOP("gemfit", "The engine could not be asked what it can run: {problem}")
        return say(text, problem=engine.problem)
    return say(QT_TRANSLATE_NOOP("gemfit", "This engine build cannot run the format {title}."), title=build.title)


def context_too_long(model: Model, context_tokens: int) -> Sentence:
    text = QT_TRANSLATE_NOOP(
        "gemfit", "Made for a context of at most {most_tokens} tokens; {context_tokens} were asked for."
    )
    return say(text, most_tokens=model.shape.context_tokens, context_tokens=context_tokens)


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


def bigger_one(bigger: "Candidate", machine: Machine) -> Sentence:
    """Why the next bigger model is not the recommended one."""
    name, option = bigger.model.name, bigger.option
    if option.verdict == "no":
        if option.total_bytes > option.available_bytes:
            text = QT_TRANSLATE_NOOP("gemfit", "The {model} would need {more_bytes} more memory.")
            return say(text, model=name, more_bytes=option.total_bytes - option.available_bytes)
        if option.download_bytes > machine.disk.free_bytes:
            text = QT_TRANSLATE_NOOP("gemfit", "The {model} needs {needed_bytes} of disk; {free_bytes} are free.")
            return say(text, model=name, needed_bytes=option.download_bytes, free_bytes=machine.disk.free_bytes)
        text = QT_TRANSLATE_NOOP("gemfit", "The {model} is not possible here: {reason}")
        return say(text, model=name, reason=str(option.reasons[0]))
    if option.verdict == "tight":
        return say(QT_TRANSLATE_NOOP("gemfit", "The {model} would leave too little memory free."), model=name)
    if option.tps_range:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "The {model} would fit, but run at only about {low_tps} to {high_tps} tokens per second."
        )
        return say(text, model=name, low_tps=option.tps_range[0], high_tps=option.tps_range[1])
    raise AssertionError("a bigger model that fits at an unknown speed is recommended itself")


def headline(best: "Candidate") -> Sentence:
    name, title = best.model.name, best.build.title
    if best.model.starter:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "No Gemma 4 fits here now. {model} does: small, and only to see how things work."
        )
        return say(text, model=name)
    if best.option.verdict == "tight":
        text = QT_TRANSLATE_NOOP("gemfit", "{model} in {format} just fits here.")
        return say(text, model=name, format=title)
    if best.option.place == "gpu":
        text = QT_TRANSLATE_NOOP("gemfit", "{model} in {format} is the best that runs well here, on the {gpu}.")
        return say(text, model=name, format=title, gpu=best.option.device)
    text = QT_TRANSLATE_NOOP("gemfit", "{model} in {format} is the best that runs well here, on the processor.")
    return say(text, model=name, format=title)


def nothing_runs(machine: Machine) -> Sentence:
    """Nothing at all, and what to do about it."""
    if machine.engine.problem and not machine.engine.formats:
        text = QT_TRANSLATE_NOOP("gemfit", "Nothing can run here, because the engine does not start: {problem}")
        return say(text, problem=machine.engine.problem)
    text = QT_TRANSLATE_NOOP(
        "gemfit", "Nothing fits here now: {free_bytes} of memory are free. Close other programs and look again."
    )
    return say(text, free_bytes=machine.memory.available_bytes)
