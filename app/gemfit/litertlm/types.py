"""What a LiteRT-LM file says about itself. Nothing here reads a file."""

from typing import Literal

import msgspec

SectionKind = Literal[
    "none",
    "data",
    "deprecated",
    "tflite",
    "sp_tokenizer",
    "llm_metadata",
    "hf_tokenizer",
    "weights",
    "embedding_metadata",
    "executor_metadata",
    "tts_metadata",
    "asr_metadata",
]
"""In the format's own order: `AnySectionDataType` of its FlatBuffer schema (litert-lm-builder 0.18.1)."""

Backend = Literal["cpu", "gpu", "npu"]

DECODER = "tf_lite_prefill_decode"
"""The `model_type` of the section with the language model itself."""


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes `begin` to `end` of the file; `items` says more of them (`model_type`, `backend_constraint`)."""

    kind: SectionKind
    begin: int
    end: int
    items: dict[str, str] = {}

    @property
    def n_bytes(self) -> int:
        return self.end - self.begin


class Channel(msgspec.Struct, frozen=True):
    """Text between two markers that is no answer: `thought`."""

    name: str
    start: str
    end: str


class LlmMetadata(msgspec.Struct, frozen=True, kw_only=True):
    """The model's description. `architecture`: `gemma4`, `gemma3`, …; empty where it does not say.

    `context_tokens`: the longest context it was compiled for; 0 where it does not say. `stop_texts` and `stop_ids` end
    an answer. `user`, `model`, `system`: what stands around a turn where there is no `template`.
    """

    architecture: str = ""
    context_tokens: int = 0
    start_text: str = ""
    stop_texts: tuple[str, ...] = ()
    stop_ids: tuple[tuple[int, ...], ...] = ()
    template: str = ""
    user: tuple[str, str] = ("", "")
    model: tuple[str, str] = ("", "")
    system: tuple[str, str] = ("", "")
    channels: tuple[Channel, ...] = ()
    supports_thinking: bool = False
    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    min_runtime_version: str = ""


class LitertlmHeader(msgspec.Struct, frozen=True, kw_only=True):
    """The header and what it describes. `file` is the name for sentences; all sizes are bytes.

    `system` holds what the maker wrote about the file.
    """

    file: str
    file_bytes: int
    version: tuple[int, int, int]
    sections: tuple[Section, ...]
    system: dict[str, str] = {}
    metadata: LlmMetadata = LlmMetadata()

    @property
    def needed_bytes(self) -> int:
        return max(section.end for section in self.sections)

    @property
    def architecture(self) -> str:
        return self.metadata.architecture

    @property
    def weights_bytes(self) -> int:
        """What the language model computes with: all compiled models and their weights, but for embeddings, for
        pictures and sound, and for guessing tokens ahead.
        """
        return sum(s.n_bytes for s in self.sections if s.kind in ("tflite", "weights") and _is_for_text(s))

    @property
    def looked_up_bytes(self) -> int:
        """The embeddings, of which a token reads a row."""
        return sum(s.n_bytes for s in self.sections if "embedder" in s.items.get("model_type", ""))

    @property
    def unused_bytes(self) -> int:
        """What pictures, sound and guesses need; not loaded for text."""
        return sum(s.n_bytes for s in self.sections if s.kind in ("tflite", "weights") and _is_unused(s))

    @property
    def images(self) -> bool:
        return any("vision" in s.items.get("model_type", "") for s in self.sections)

    @property
    def audio(self) -> bool:
        return any("audio" in s.items.get("model_type", "") for s in self.sections)

    @property
    def backends(self) -> tuple[Backend, ...]:
        """What the language model runs on: what its section is bound to, else processor and GPU."""
        named: list[Backend] = []
        for section in self.sections:
            if section.items.get("model_type") == DECODER:
                words = section.items.get("backend_constraint", "").replace(",", " ").split()
                for backend in ("cpu", "gpu", "npu"):
                    if backend in words:
                        named.append(backend)
        return tuple(named) or ("cpu", "gpu")


def _is_for_text(section: Section) -> bool:
    return "embedder" not in section.items.get("model_type", "") and not _is_unused(section)


def _is_unused(section: Section) -> bool:
    kind = section.items.get("model_type", "")
    return any(word in kind for word in ("vision", "audio", "mtp"))
