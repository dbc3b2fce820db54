"""What speaks for a format and against it, in five dimensions: a score from 0 to 1, and a sentence with the figures.

The scores are for a picture that is taken in at a glance; the sentences say what they come from. What is not known has
no score. Which programs open which format: the model cards of the repositories in the catalogue, and the programs' own
lists of models.
"""

import math
from typing import Literal

import msgspec

from gemfit.catalog.types import Build, FormatName
from gemfit.fit.speed import COMFORTABLE_TPS
from gemfit.fit.types import Option
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

DimensionName = Literal["memory", "quality", "speed", "support", "access"]

# Of the programs known to run Gemma 4 in some format. For Q4_0 QAT and mobile, vLLM and transformers open files of
# their own, made from the same training; LiteRT-LM and Transformers.js know the mobile format alone.
_PROGRAMS: dict[FormatName, tuple[str, ...]] = {
    "bf16": ("llama.cpp", "Ollama", "LM Studio", "vLLM", "transformers"),
    "q4_0": ("llama.cpp", "Ollama", "LM Studio", "vLLM"),
    "mobile": ("LiteRT-LM", "vLLM", "transformers", "Transformers.js"),
    "other": ("llama.cpp",),
}
_ALL_PROGRAMS = len({program for programs in _PROGRAMS.values() for program in programs})
# A download of 1 GB scores 1, of 64 GB (and more) 0, each doubling between the same step less.
_DOUBLINGS = 6


class Dimension(msgspec.Struct, frozen=True):
    """`score` from 0 (against it) to 1 (for it), None where nothing is known."""

    name: DimensionName
    score: float | None
    sentence: Sentence


def dimensions(build: Build, option: Option) -> list[Dimension]:
    """Memory, quality, speed, breadth of support and accessibility of a build, as `option` found it on a machine."""
    return [_memory(option), _quality(build), _speed(option), _support(build), _access(build, option)]


def _memory(option: Option) -> Dimension:
    """The share of the free memory that stays free."""
    needed_bytes = option.total_bytes + (option.host_bytes if option.shared_memory else 0)
    left = 1 - needed_bytes / option.available_bytes if option.available_bytes else 0.0
    text = QT_TRANSLATE_NOOP("gemfit", "Takes {needed_bytes} of the {free_bytes} that are free (computed).")
    sentence = say(text, needed_bytes=needed_bytes, free_bytes=option.available_bytes)
    return Dimension("memory", max(0.0, left), sentence)


def _quality(build: Build) -> Dimension:
    """How often its first choice of token is that of the weights as trained; 1 for those weights themselves."""
    percent = 100.0 if build.format == "bf16" else build.same_token_percent
    return Dimension("quality", None if percent is None else percent / 100, closeness(build))


def closeness(build: Build) -> Sentence:
    """How close a build is to the weights as trained, by what is published."""
    if build.format == "bf16":
        return say(QT_TRANSLATE_NOOP("gemfit", "The weights exactly as they were trained."))
    if build.same_token_percent is None:
        return say(QT_TRANSLATE_NOOP("gemfit", "How close it is to the weights as trained is not published."))
    percent = build.same_token_percent
    if build.mean_kld is None:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "Chooses the same token as the weights as trained in {percent} % of cases (published)."
        )
        return say(text, percent=percent)
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "Chooses the same token as the weights as trained in {percent} % of cases; mean divergence (KLD) {kld} "
        "(published).",
    )
    return say(text, percent=percent, kld=build.mean_kld)


def _speed(option: Option) -> Dimension:
    """Half for comfortable reading speed, and ever less for what is faster still."""
    tps = option.generation_tps
    if tps is None or not option.runnable:
        return Dimension("speed", None, say(QT_TRANSLATE_NOOP("gemfit", "Its speed here is not known.")))
    text = QT_TRANSLATE_NOOP(
        "gemfit", "About {generation_tps} tokens per second here; comfortable reading takes {reading_tps}."
    )
    sentence = say(text, generation_tps=tps, reading_tps=round(COMFORTABLE_TPS))
    return Dimension("speed", tps / (tps + COMFORTABLE_TPS), sentence)


def _support(build: Build) -> Dimension:
    """The share of the programs that open this format."""
    programs = _PROGRAMS[build.format]
    text = QT_TRANSLATE_NOOP("gemfit", "{count} of {all} well-known programs open the format: {programs}.")
    sentence = say(text, count=len(programs), all=_ALL_PROGRAMS, programs=", ".join(programs))
    return Dimension("support", len(programs) / _ALL_PROGRAMS, sentence)


def _access(build: Build, option: Option) -> Dimension:
    """The download by its size; half of that where Gemfit cannot run what it gets."""
    n_bytes = build.weights.bytes or build.weights.approx_bytes or 0
    score = min(1.0, max(0.0, 1 - math.log2(max(n_bytes, 1) / 1e9) / _DOUBLINGS))
    if not option.runnable:
        text = QT_TRANSLATE_NOOP("gemfit", "{download_bytes} to download, and this Gemfit cannot run it.")
        return Dimension("access", score / 2, say(text, download_bytes=n_bytes))
    text = QT_TRANSLATE_NOOP("gemfit", "{download_bytes} to download, without an account, and one click to run.")
    return Dimension("access", score, say(text, download_bytes=n_bytes))
