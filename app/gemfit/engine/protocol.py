"""The messages between the program and an engine child: typed structs, one JSON object a line.

The child speaks first (`Hello`). Every request but `Quit` is answered by exactly one final event: `Load` by `Loaded` or
`Failed`, `Measure` by `Measured` or `Failed`, `Generate` by `Done` or `Failed`, `Bench` by `Benched` or `Failed`,
`Resize` by `Resized` or `Failed`, `SaveState` by `StateSaved` or `Failed`. A child's end is not a message but an
`EngineExit`, made by the client.
"""

from collections.abc import Callable
from typing import Literal

import msgspec

from gemfit.words import Sentence

PROTOCOL_VERSION = 2

Role = Literal["system", "user", "assistant"]
FinishReason = Literal["stop", "length", "context", "cancelled"]
KvType = Literal["f16", "q8_0"]
Speculation = Literal["off", "auto"]
Guesser = Literal["drafter", "ngram"]
"""Who guesses tokens ahead: a model of its own made for that, or what the conversation has said before."""
LoadMode = Literal["read", "mapped"]
LoadPhase = Literal["reading", "warming"]
BufferKind = Literal["weights", "repacked", "mapped", "lazy", "kv", "compute", "projector", "drafter"]
Doing = Literal["starting", "loading", "measuring", "prompt", "generating", "timing", "idle"]
"""What a child is at."""
ExitCause = Literal[
    "asked",
    "out_of_memory",
    "device_out_of_memory",
    "killed",
    "assertion",
    "gpu_fault",
    "missing_library",
    "illegal_instruction",
    "hang",
    "not_stopping",
    "bad_message",
    "disk_full",
    "file_changed",
    "crash",
    "bug",
    "ended",
]
"""Why a child ended. `killed`: by a signal from outside, nobody knows whose. `hang`: nothing moved any more, and it was
ended. `not_stopping`: it did not end an answer when asked to, and was ended. `bad_message`: what it sent was none, and
it was ended. `file_changed`: the model's file was cut or written to while it was in use. `crash`: a signal of the
processor's. `bug`: an error of ours, with a traceback. `ended`: it went without a reason.
"""

SYSTEM_MEMORY = ""
"""As the device of a buffer: the computer's own memory."""


class Media(msgspec.Struct, frozen=True):
    """A picture or sound in a file of any common type. `image_tokens`: what a picture may take at most (70 to 1120);
    None: 280, the model's default.
    """

    path: str
    kind: Literal["image", "audio"]
    image_tokens: int | None = None


class ChatMessage(msgspec.Struct, frozen=True):
    """One turn as the template sees it, its `media` before its text. Thoughts of earlier turns are not part of it."""

    role: Role
    content: str
    media: list[Media] = []


class Sampling(msgspec.Struct, frozen=True, kw_only=True):
    """How the next token is chosen. None: the model's own default (from its file), else Gemma's published one."""

    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    min_p: float | None = None
    repeat_penalty: float | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    seed: int | None = None


class DeviceLayers(msgspec.Struct, frozen=True):
    """What one device gets: so many layers, as llama.cpp counts them (blocks, and the output matrix as one more)."""

    device: str
    layers: int


class LoadPlan(msgspec.Struct, frozen=True, kw_only=True):
    """How to load a file. `speculation` `auto`: tokens are guessed ahead and checked together, at most `draft_tokens`
    at a time, where that is faster; the context keeps room for the scores of so many more tokens.

    `threads` None: the child decides (see `engine/threads.py`), knowing that `best_threads` were
    the fastest on this machine when it was idle; None: it times that, and says so in `Loaded`.

    `shares`: the devices to use besides the processor, by the engine's names and in its order; what they do not get
    stays in system memory (llama.cpp gives devices the last blocks and the output matrix). None: the processor alone.
    `host_expert_layers`: so many of the first blocks keep their experts in system memory although the rest of them is
    on a device. `load_mode` `mapped`: the file is mapped instead of read, so the system may drop pages of it and read
    them again; nothing is repacked then. `repack`: the processor may put weights in an order that it computes faster
    with. `checkpoint_bytes`: memory to keep earlier states of a sliding window in, so that a conversation whose
    thoughts are removed, or that is edited, is not processed from the start again. `sampling`: the publisher's
    defaults, where they are known and the file does not say them. `low_priority`: other programs go first, for as long
    as the child lives.
    """

    context_tokens: int = 4096
    shares: list[DeviceLayers] = []
    host_expert_layers: int = 0
    load_mode: LoadMode = "read"
    repack: bool = True
    threads: int | None = None
    best_threads: int | None = None
    ubatch_tokens: int = 512
    kv_type: KvType = "f16"
    lazy_embeddings: bool = True
    checkpoint_bytes: int = 0
    sampling: Sampling = Sampling()
    low_priority: bool = False
    speculation: Speculation = "off"
    draft_tokens: int = 0

    @property
    def gpu_layers(self) -> int:
        """Layers on devices, all of them together."""
        return sum(share.layers for share in self.shares)


class Load(msgspec.Struct, frozen=True, tag="load"):
    """Load a file. `file_sha256`: of the file, where it is known. `cache_dir`: the folder that the child may write to;
    None: it keeps nothing on disk. `projector`: the file that belongs to the model and turns pictures and sound into
    what it understands; only looked at now, and loaded when the first of them comes. `drafter`: the file of the
    model that guesses ahead for this one; it is used with `plan.speculation`.
    """

    path: str
    plan: LoadPlan = LoadPlan()
    file_sha256: str | None = None
    cache_dir: str | None = None
    projector: str | None = None
    drafter: str | None = None


class Resize(msgspec.Struct, frozen=True, kw_only=True, tag="resize"):
    """Another context size for the loaded model; its weights stay where they are, and so does the conversation."""

    request_id: int
    context_tokens: int


class SaveState(msgspec.Struct, frozen=True, kw_only=True, tag="save_state"):
    """Keep on disk what was computed of the conversation, so that it need not be computed again after a restart.

    `name` is the conversation's own; what was kept of it before is replaced. No more than `folder_limit_bytes` are
    kept, of all conversations together: the oldest go first.
    """

    request_id: int
    name: str
    folder_limit_bytes: int = 4 << 30


class Measure(msgspec.Struct, frozen=True, tag="measure"):
    """Ask the engine how it would lay this file out; nothing is allocated."""

    path: str
    plan: LoadPlan = LoadPlan()


class Generate(msgspec.Struct, frozen=True, kw_only=True, tag="generate"):
    """Answer the conversation. `prefill`: text the answer already begins with (to go on after an interruption).

    `stop`: the answer ends before any of these texts; they are never shown. `grammar` (GBNF) or `json_schema` (JSON as
    text): nothing else is said than what follows it; a thought is not bound by it.
    """

    request_id: int
    messages: list[ChatMessage]
    sampling: Sampling = Sampling()
    think: bool = False
    max_tokens: int | None = None
    prefill: str = ""
    stop: list[str] = []
    grammar: str | None = None
    json_schema: str | None = None


class BenchRun(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to time: with `depth_tokens` in the context a prompt of `prompt_tokens`, and after it
    `generate_tokens` one by one. Each may be 0. `sampled`: every token is also chosen, as in an answer.
    """

    depth_tokens: int = 0
    prompt_tokens: int = 0
    generate_tokens: int = 0
    sampled: bool = True


class Bench(msgspec.Struct, frozen=True, kw_only=True, tag="bench"):
    """Load a file and time how it decodes made-up tokens: `runs` one after the other, all of them up to `repetitions`
    times; none begins after `limit_s` once each was timed.

    The file needs no vocabulary (`tokenizer.ggml.model` may be `none`). `plan.context_tokens` has to hold the longest.
    `warm_up_tokens` are decoded before anything is timed.
    """

    request_id: int
    path: str
    plan: LoadPlan = LoadPlan()
    runs: list[BenchRun] = []
    repetitions: int = 1
    limit_s: float = 3600.0
    warm_up_tokens: int = 2


class Cancel(msgspec.Struct, frozen=True, tag="cancel"):
    request_id: int


class Quit(msgspec.Struct, frozen=True, tag="quit"):
    pass


Request = Load | Measure | Generate | Bench | Resize | SaveState | Cancel | Quit


class Buffer(msgspec.Struct, frozen=True):
    """Bytes of one kind in the memory of one device (ggml's name for it, or SYSTEM_MEMORY).

    Weights are `weights` (copied as they are), `repacked` (copied in the processor's own order), `mapped` (pages of the
    file, which the system may drop) or `lazy` (left on disk, read row by row).
    """

    kind: BufferKind
    device: str
    n_bytes: int


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """Memory as the engine itself lays it out, in bytes, padding included.

    `total_bytes` = weights + KV cache + compute buffers + drafter. Of the weights, `lazy_bytes` stay on disk and are
    read when needed, so `total_bytes - lazy_bytes` is what has to be in memory. The weights count a token embedding
    twice where the engine keeps a second copy of it as the output matrix. `buffers` say the same for every device.

    `exact`: it is llama.cpp's own account. Where that cannot be had, its log says the same to a hundredth of a MiB
    after a load; where nothing was allocated, the log knows no copies, and not which device gets how much of the cache.
    """

    weights_bytes: int
    kv_bytes: int
    compute_bytes: int
    total_bytes: int
    lazy_bytes: int = 0
    buffers: list[Buffer] = []
    exact: bool = True


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    """Of one answer. `prompt_tokens` counts those processed, `cached_tokens` those kept from the turn before, of which
    `restored_tokens` came from disk. `checkpoint_bytes`: in earlier states of the conversation (`LoadPlan`).

    `media_tokens`: of all of these, pictures and sound. `projector`: the memory for those, once one was processed.
    `device_bytes`: what has gone from the free memory of the GPUs since before the load; 0 without a GPU.

    Of the tokens guessed ahead (`drafted_tokens`), `accepted_tokens` were right; `decode_steps` gave what was
    generated.
    `speculation_gain`: how many times faster that was than one by one, by the time that single tokens took.
    """

    prompt_tokens: int = 0
    cached_tokens: int = 0
    media_tokens: int = 0
    decode_steps: int = 0
    drafted_tokens: int = 0
    accepted_tokens: int = 0
    speculation_gain: float = 1.0
    prompt_tps: float = 0.0
    ttft_s: float = 0.0
    generated_tokens: int = 0
    generation_tps: float = 0.0
    context_used_tokens: int = 0
    checkpoint_bytes: int = 0
    restored_tokens: int = 0
    resident_bytes: int = 0
    device_bytes: int = 0
    projector: list[Buffer] = []


class Hello(msgspec.Struct, frozen=True, kw_only=True, tag="hello"):
    """`sandbox`: what keeps the child from writing elsewhere and from the network (`landlock 7`); empty: nothing."""

    protocol: int
    backend: str
    build: str
    pid: int
    problem: Sentence | None = None
    sandbox: str = ""


class Beat(msgspec.Struct, frozen=True, kw_only=True, tag="beat"):
    """About every second while a child is at something, and once when it is idle again: a sign of life.

    What it has used since its start tells work from a standstill: processor time, bytes read (from the page cache too,
    and pages of mapped files), and nodes of the compute graph that the processor began; None where nobody counts them.
    """

    doing: Doing
    cpu_s: float
    read_bytes: int
    nodes: int | None = None


class LoadProgress(msgspec.Struct, frozen=True, tag="load_progress"):
    """`fraction` of the bytes of the weights, and what is done now. `warming`: the weights are there; first tokens are
    decoded, so that the first answer does not wait for it, and the best number of threads is found.
    """

    fraction: float
    phase: LoadPhase = "reading"


class Loaded(msgspec.Struct, frozen=True, kw_only=True, tag="loaded"):
    """`sampling` holds the defaults in force; `template_known`: its hash is one that we know. `best_threads`: the
    fastest number of threads, where that was timed now on a machine that was otherwise idle.
    `problem`: what of the plan could not be done (the GPU that does not work).
    `images`, `audio`: what it can take besides text; `media_problem` says why not, where a projector was given.
    `guessers`: who guesses tokens ahead; `drafter_problem` says why the drafter that was given does not.
    """

    name: str
    architecture: str
    context_tokens: int
    train_context_tokens: int
    supports_thinking: bool
    template_known: bool
    sampling: Sampling
    threads: int
    load_s: float
    layout: Layout
    resident_bytes: int
    device_bytes: int = 0
    best_threads: int | None = None
    problem: Sentence | None = None
    images: bool = False
    audio: bool = False
    media_problem: Sentence | None = None
    guessers: list[Guesser] = []
    drafter_problem: Sentence | None = None


class Measured(msgspec.Struct, frozen=True, tag="measured"):
    layout: Layout


class BenchProgress(msgspec.Struct, frozen=True, kw_only=True, tag="bench_progress"):
    request_id: int
    fraction: float


class Benched(msgspec.Struct, frozen=True, kw_only=True, tag="benched"):
    """Seconds: `prompt_s[i]` for each repetition of the prompt of `runs[i]`; `token_s[i]` for each token that was
    generated after it. `busy_cores`: what other programs kept busy meanwhile. `layout`: where the backend knows it.
    """

    request_id: int
    prompt_s: list[list[float]]
    token_s: list[list[float]]
    threads: int
    load_s: float
    busy_cores: float
    layout: Layout | None = None
    resident_bytes: int = 0
    device_bytes: int = 0


class PromptProgress(msgspec.Struct, frozen=True, kw_only=True, tag="prompt_progress"):
    request_id: int
    done_tokens: int
    total_tokens: int


class Delta(msgspec.Struct, frozen=True, kw_only=True, tag="delta"):
    """New text since the last one, and the figures at that moment. Either text may be empty."""

    request_id: int
    text: str = ""
    thinking: str = ""
    stats: Stats


class Done(msgspec.Struct, frozen=True, kw_only=True, tag="done"):
    request_id: int
    finish_reason: FinishReason
    stats: Stats


class Resized(msgspec.Struct, frozen=True, kw_only=True, tag="resized"):
    """`kept_tokens`: so many of the conversation need not be processed again."""

    request_id: int
    context_tokens: int
    kept_tokens: int
    layout: Layout
    resident_bytes: int
    device_bytes: int = 0


class StateSaved(msgspec.Struct, frozen=True, kw_only=True, tag="state_saved"):
    """The file is of `n_bytes` and holds `tokens`; both are 0 where there was nothing worth keeping."""

    request_id: int
    tokens: int
    n_bytes: int
    took_s: float


class Failed(msgspec.Struct, frozen=True, kw_only=True, tag="failed"):
    """A request that could not be carried out. The child lives on unless it says otherwise by ending."""

    code: str
    sentence: Sentence
    request_id: int | None = None


Event = (
    Hello
    | Beat
    | LoadProgress
    | Loaded
    | Measured
    | BenchProgress
    | Benched
    | Resized
    | StateSaved
    | PromptProgress
    | Delta
    | Done
    | Failed
)


Send = Callable[[Event], None]
"""How a child and its backends give an event to the parent."""


class EngineExit(msgspec.Struct, frozen=True, kw_only=True):
    """The end of a child. `expected`: we asked for it. `doing`: what it was at. `detail`: the assertion's or the
    driver's own words, the library's name. `stderr_tail`: its last lines, for the log and for details.
    """

    returncode: int
    expected: bool
    sentence: Sentence
    stderr_tail: list[str] = []
    cause: ExitCause = "ended"
    detail: str = ""
    doing: Doing = "idle"


def encode(message: Request | Event) -> bytes:
    """One line, newline included."""
    return msgspec.json.encode(message) + b"\n"


_request_decoder: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
_event_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


def decode_request(line: bytes) -> Request:
    """Raises ValueError on anything that is not a request."""
    try:
        return _request_decoder.decode(line)
    except RecursionError as error:  # brackets within brackets
        raise ValueError(str(error)) from error


def decode_event(line: bytes) -> Event:
    """Raises ValueError on anything that is not an event."""
    try:
        return _event_decoder.decode(line)
    except RecursionError as error:
        raise ValueError(str(error)) from error
