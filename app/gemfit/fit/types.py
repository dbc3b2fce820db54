"""What the arithmetic answers."""

from typing import Literal

import msgspec

from gemfit.words import Sentence

Verdict = Literal["fits", "tight", "no"]
Place = Literal["gpu", "cpu"]


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One build of one model on one machine, at one context.

    `total_bytes` = weights + KV cache + compute buffers + the process's own base, in memory at `place`, of which
    `available_bytes` are free. `lazy_bytes` of the weights stay on disk and are not in `weights_bytes`; `host_bytes`
    is the system memory taken besides when the place is a GPU (`device` names it for people, `engine_device` for the
    engine). `generation_tps` is a rough
    estimate as a range (low, high), None where nothing is known. `max_context` is the largest context that fits in what
    is free, 0 if none. `runnable`: this engine build can run the format.
    """

    model: str
    build: str
    format: str
    file: str
    verdict: Verdict
    place: Place
    weights_bytes: int
    kv_bytes: int
    compute_bytes: int
    base_bytes: int
    total_bytes: int
    available_bytes: int
    download_bytes: int
    context_tokens: int
    max_context: int
    generation_tps: tuple[float, float] | None = None
    runnable: bool = True
    lazy_bytes: int = 0
    host_bytes: int = 0
    device: str = ""
    engine_device: str = ""
    reasons: list[Sentence] = []


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """An option by name, and why."""

    model: str
    build: str
    reasons: list[Sentence]


class Recommendation(msgspec.Struct, frozen=True, kw_only=True):
    """The one to take, and the one to take if not. `model` is never one that this engine build cannot run."""

    best: Choice | None
    runner_up: Choice | None
    options: list[Option]
    sentence: Sentence
