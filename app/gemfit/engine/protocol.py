"""The messages between the program and an engine child: typed structs, one JSON object a line.

The child speaks first (`Hello`). Every request but `Quit` is answered by exactly one final event: `Load` by `Loaded` or
`Failed`, `Measure` by `Measured` or `Failed`, `Generate` by `Done` or `Failed`. A child's end is not a message but an
`EngineExit`, made by the client.
"""

from collections.abc import Callable
from typing import Literal

import msgspec

from gemfit.words import Sentence

PROTOCOL_VERSION = 1

Role = Literal["system", "user", "assistant"]
FinishReason = Literal["stop", "length", "context", "cancelled"]
KvType = Literal["f16", "q8_0"]


class ChatMessage(msgspec.Struct, frozen=True):
    """One turn as the template sees it. Thoughts of earlier turns are not part of it."""

    role: Role
    content: str


class Sampling(msgspec.Struct, frozen=True, kw_only=True):
    """How the next token is chosen. None: the model's own default (from its file), else Gemma's published one."""

    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    min_p: float | None = None
    repeat_penalty: float | None = None
    seed: int | None = None


class LoadPlan(msgspec.Struct, frozen=True, kw_only=True):
    """How to load a file. `gpu_layers` -1: all of them. `threads` None: the child decides (see `engine/threads.py`).

    `device`: the name of the one GPU to use, as the engine lists it; "" leaves the choice to llama.cpp. `sampling`: the
    publisher's defaults, where they are known and the file does not say them.
    """

    context_tokens: int = 4096
    gpu_layers: int = 0
    device: str = ""
    threads: int | None = None
    ubatch_tokens: int = 512
    kv_type: KvType = "f16"
    lazy_embeddings: bool = True
    sampling: Sampling = Sampling()


class Load(msgspec.Struct, frozen=True, tag="load"):
    path: str
    plan: LoadPlan = LoadPlan()


class Measure(msgspec.Struct, frozen=True, tag="measure"):
    """Ask the engine how it would lay this file out; nothing is allocated."""

    path: str
    plan: LoadPlan = LoadPlan()


class Generate(msgspec.Struct, frozen=True, kw_only=True, tag="generate"):
    """Answer the conversation. `prefill`: text the answer already begins with (to go on after an interruption)."""

    request_id: int
    messages: list[ChatMessage]
    sampling: Sampling = Sampling()
    think: bool = False
    max_tokens: int | None = None
    prefill: str = ""


class Cancel(msgspec.Struct, frozen=True, tag="cancel"):
    request_id: int


class Quit(msgspec.Struct, frozen=True, tag="quit"):
    pass


Request = Load | Measure | Generate | Cancel | Quit


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """Memory as the engine itself lays it out, in bytes.

    `total_bytes` = weights + KV cache + compute buffers. Of the weights, `lazy_bytes` stay on disk and are read when
    needed, so `total_bytes - lazy_bytes` is what has to be in memory.
    """

    weights_bytes: int
    kv_bytes: int
    compute_bytes: int
    total_bytes: int
    lazy_bytes: int = 0


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    """Of one answer. `prompt_tokens` counts those processed, `cached_tokens` those kept from the turn before.

    `device_bytes`: what has gone from the free memory of the GPUs since before the load; 0 without a GPU.
    """

    prompt_tokens: int = 0
    cached_tokens: int = 0
    prompt_tps: float = 0.0
    ttft_s: float = 0.0
    generated_tokens: int = 0
    generation_tps: float = 0.0
    context_used_tokens: int = 0
    resident_bytes: int = 0
    device_bytes: int = 0


class Hello(msgspec.Struct, frozen=True, kw_only=True, tag="hello"):
    protocol: int
    backend: str
    build: str
    pid: int


class LoadProgress(msgspec.Struct, frozen=True, tag="load_progress"):
    fraction: float


class Loaded(msgspec.Struct, frozen=True, kw_only=True, tag="loaded"):
    """`sampling` holds the defaults in force; `template_known`: its hash is one that we know."""

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


class Measured(msgspec.Struct, frozen=True, tag="measured"):
    layout: Layout


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


class Failed(msgspec.Struct, frozen=True, kw_only=True, tag="failed"):
    """A request that could not be carried out. The child lives on unless it says otherwise by ending."""

    code: str
    sentence: Sentence
    request_id: int | None = None


Event = Hello | LoadProgress | Loaded | Measured | PromptProgress | Delta | Done | Failed


Send = Callable[[Event], None]
"""How a child and its backends give an event to the parent."""


class EngineExit(msgspec.Struct, frozen=True, kw_only=True):
    """The end of a child. `expected`: we asked for it. `stderr_tail`: its last lines, for the log and for details."""

    returncode: int
    expected: bool
    sentence: Sentence
    stderr_tail: list[str] = []


def encode(message: Request | Event) -> bytes:
    """One line, newline included."""
    return msgspec.json.encode(message) + b"\n"


_request_decoder: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
_event_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


def decode_request(line: bytes) -> Request:
    """Raises ValueError on anything that is not a request."""
    return _request_decoder.decode(line)


def decode_event(line: bytes) -> Event:
    """Raises ValueError on anything that is not an event."""
    return _event_decoder.decode(line)
