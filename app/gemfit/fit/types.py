"""What the arithmetic is asked with, and what it answers."""

from typing import Literal

import msgspec

from gemfit.words import Sentence

Verdict = Literal["fits", "tight", "no"]
Place = Literal["gpu", "cpu"]
KvType = Literal["f16", "q8_0"]
LoadMode = Literal["read", "mapped"]
Goal = Literal["smallest", "balanced", "best"]
SpeedSource = Literal["measured", "calibrated", "published", "none"]
ComponentName = Literal["weights", "kv", "compute", "projector", "drafter", "checkpoints", "base"]

SYSTEM_MEMORY = ""
"""As the device of a component: the computer's own memory."""


DRAFT_TOKENS = 4
"""Guessed ahead at most, where a load allows guesses. Of Gemma 4's drafters two to four are advised; how many are made
is decided by what they gain (`engine/backends/speculation.py`), and the scores of each are 1 MiB for 262,144 tokens."""


class Share(msgspec.Struct, frozen=True):
    """What one GPU gets: so many layers, as llama.cpp counts them (blocks, and the output matrix as one more)."""

    device: str
    layers: int


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How to load a model, in the terms of the arithmetic.

    `shares`: the GPUs in the engine's order; none for the processor alone. What they do not get stays in system memory;
    llama.cpp gives GPUs the last blocks and the output matrix. `host_expert_layers`: so many of the first blocks keep
    their experts in system memory although the rest of them is on a GPU. `load_mode` `mapped`: the file is mapped, so
    the system may drop pages of it and read them again; nothing is repacked then. `forced`: it does not fit, and a
    person asked for it nevertheless. `checkpoint_bytes`: system memory for earlier states of the sliding window, so
    that a conversation is not processed again after a long answer, a thought or an edit (`memory.checkpoint_bytes`).
    `draft_tokens`: so many at most are guessed ahead; their scores are kept beside those of the token itself.
    """

    context_tokens: int = 4096
    kv_type: KvType = "f16"
    ubatch_tokens: int = 512
    shares: list[Share] = []
    host_expert_layers: int = 0
    load_mode: LoadMode = "read"
    lazy_embeddings: bool = True
    repack: bool = True
    projector: bool = False
    drafter: bool = False
    checkpoint_bytes: int = 0
    draft_tokens: int = 0
    forced: bool = False


class Component(msgspec.Struct, frozen=True):
    """Bytes of one kind in the memory of one device (the engine's name for it, or SYSTEM_MEMORY)."""

    name: ComponentName
    device: str
    n_bytes: int


class Speed(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens per second at the context that was asked for; `tps_range` (low, high) is of generation.

    `source`: `measured` in past answers of this very model here, `calibrated` on this machine, `published` figures of
    others with like hardware, `none` where nothing is known (then every figure is None).
    """

    generation_tps: float | None = None
    prompt_tps: float | None = None
    tps_range: tuple[float, float] | None = None
    source: SpeedSource = "none"


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a person wants: how long a conversation, whether pictures and sound, and which way to lean."""

    context_tokens: int = 4096
    goal: Goal = "balanced"
    media: bool = False


class DeviceRates(msgspec.Struct, frozen=True, kw_only=True):
    """How fast one device computes, as calibration found it (`device` SYSTEM_MEMORY: the processor).

    One token takes `fixed_s`, `layer_s` for each block, `vocab_s` for each token of the vocabulary, the bytes that it
    reads over `read_bps` (by tensor type, as ggml names it in lower case; `q4_0:experts` for a mixture's), and
    `attention_s` for each query element and cell of the KV cache. A prompt takes its multiplications over
    `prompt_flops`, by the same names, `prompt_attention_s` like `attention_s`, and `element_s` for each token, block
    and value of the embedding.
    """

    device: str
    threads: int
    fixed_s: float
    layer_s: float
    read_bps: dict[str, float]
    attention_s: float
    prompt_flops: dict[str, float]
    prompt_attention_s: float = 0.0
    vocab_s: float = 0.0
    element_s: float = 0.0


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """What `gemfit calibrate` measured; valid for one machine and one engine build. `made_at`: UTC, ISO 8601.

    `busy_cores`: what other programs kept busy meanwhile; with more than half a core the figures may be too low.
    """

    engine_build: str
    machine_key: str
    made_at: str
    took_s: float
    devices: list[DeviceRates]
    busy_cores: float = 0.0


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """What is going to be loaded, and how. `model` and `build` are empty for a file that the catalogue does not know.

    `predicted` is corrected by past loads, `corrected_by` says by what. `refusal`: why it is not loaded, the numbers
    first; empty where it fits, and where it was forced. `largest_context`: what fits with every saving, 0 if none.
    """

    model: str = ""
    build: str = ""
    plan: Plan
    predicted: list[Component]
    corrected_by: list[Component] = []
    predicted_tps: float | None = None
    notes: list[Sentence] = []
    refusal: list[Sentence] = []
    largest_context: int = 0

    @property
    def host_bytes(self) -> int:
        """What the engine's process is expected to take of the computer's own memory."""
        return sum(component.n_bytes for component in self.predicted if component.device == SYSTEM_MEMORY)

    @property
    def total_bytes(self) -> int:
        """On all devices together."""
        return sum(component.n_bytes for component in self.predicted)


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """One load on this machine: what was predicted, what it took, and how fast it answered. `at`: UTC, ISO 8601.

    Of `measured`, `base` is what the process had besides what the engine laid out. `corrected_by` is the part of
    `predicted` that earlier loads had changed, in bytes that may be negative. `generation_tps` is of its longest
    answer, `generated_tokens` long and ending with `context_used_tokens` in the context; `prompt_tps` of its longest
    prompt, of `prompt_tokens`; all 0 before there was one. A model that is not of the catalogue has empty ids.
    `machine_key` is as in `Calibration`.
    """

    at: str
    engine_build: str
    model: str
    build: str
    title: str
    plan: Plan
    predicted: list[Component]
    measured: list[Component]
    corrected_by: list[Component] = []
    predicted_tps: float | None = None
    prompt_tps: float = 0.0
    prompt_tokens: int = 0
    generation_tps: float = 0.0
    generated_tokens: int = 0
    context_used_tokens: int = 0
    machine_key: str = ""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is known beyond machine and catalogue. `installed`: pairs of model id and build id that need no disk."""

    installed: frozenset[tuple[str, str]] = frozenset()
    calibration: Calibration | None = None
    outcomes: list[Outcome] = []


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One build of one model on one machine, at one context.

    `total_bytes` = weights (a projector's with them) + KV cache + compute buffers + base, in memory at `place` (of all
    its GPUs), of which `available_bytes` are free. `missing_bytes`: how much more would have to be free where most is
    missing. `lazy_bytes` of the weights stay on disk and are not in `weights_bytes`; `host_bytes` is the system memory
    taken besides when the place is a GPU (`device` names it for people, `engine_device` for the engine; with
    `shared_memory` both are the same). `components` say the same for every device; `corrected_by` is the part of them
    that past loads here changed, in bytes that may be negative. `generation_tps`, `prompt_tps`, `tps_range` and
    `tps_source` are as in `Speed`. `max_context` is the largest context that fits in what is free, with every saving; 0
    if none. `runnable`: this engine build can run the format. `plan`: how to load it; `plan_notes` say what its choices
    cost and save.
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
    missing_bytes: int = 0
    download_bytes: int
    context_tokens: int
    max_context: int
    generation_tps: float | None = None
    prompt_tps: float | None = None
    tps_range: tuple[float, float] | None = None
    tps_source: SpeedSource = "none"
    runnable: bool = True
    lazy_bytes: int = 0
    host_bytes: int = 0
    device: str = ""
    engine_device: str = ""
    shared_memory: bool = False
    components: list[Component] = []
    corrected_by: list[Component] = []
    plan: Plan = Plan()
    plan_notes: list[Sentence] = []
    reasons: list[Sentence] = []


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """An option by name, and why."""

    model: str
    build: str
    reasons: list[Sentence]


class Recommendation(msgspec.Struct, frozen=True, kw_only=True):
    """The one to take, the one to take if not, and the next step up with what it would need.

    `best.model` is never one that this engine build cannot run. `ruled_out`: every better one that is not taken, and
    why, the best first.
    """

    best: Choice | None
    runner_up: Choice | None
    options: list[Option]
    sentence: Sentence
    step_up: Choice | None = None
    ruled_out: list[Choice] = []
