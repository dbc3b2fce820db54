"""The card of a model, from the header of its file: what the file says of itself, for any architecture.

The keys of the metadata: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. Nothing here is checked against
anybody's word; a licence is what the file says it is.
"""

from pathlib import Path
from typing import Literal

import msgspec

from gemfit.engine import template
from gemfit.gguf.parts import read_model
from gemfit.gguf.types import GgufHeader
from gemfit.litertlm import reader as litertlm
from gemfit.litertlm.check import ENDING
from gemfit.litertlm.types import LitertlmHeader

Kind = Literal["model", "projector", "drafter", "adapter", "embedding", "vocabulary"]
TemplateState = Literal["known", "unknown", "none"]

TEXT_CAP = 200
BASE_MODELS_CAP = 8

# `enum llama_ftype` in llama.cpp's include/llama.h; the numbers left out were removed there.
FILE_TYPES = {
    0: "F32",
    1: "F16",
    2: "Q4_0",
    3: "Q4_1",
    7: "Q8_0",
    8: "Q5_0",
    9: "Q5_1",
    10: "Q2_K",
    11: "Q3_K_S",
    12: "Q3_K_M",
    13: "Q3_K_L",
    14: "Q4_K_S",
    15: "Q4_K_M",
    16: "Q5_K_S",
    17: "Q5_K_M",
    18: "Q6_K",
    19: "IQ2_XXS",
    20: "IQ2_XS",
    21: "Q2_K_S",
    22: "IQ3_XS",
    23: "IQ3_XXS",
    24: "IQ1_S",
    25: "IQ4_NL",
    26: "IQ3_S",
    27: "IQ3_M",
    28: "IQ2_S",
    29: "IQ2_M",
    30: "IQ4_XS",
    31: "IQ1_M",
    32: "BF16",
    36: "TQ1_0",
    37: "TQ2_0",
    38: "MXFP4_MOE",
    39: "NVFP4",
    40: "Q1_0",
    41: "Q2_0",
}


class BaseModel(msgspec.Struct, frozen=True, kw_only=True):
    """What a model was made from, as its file says."""

    name: str
    organization: str = ""
    url: str = ""


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says of itself. Texts are empty and numbers None where it says nothing.

    `parameters`: the values in all tensors. `format`: as the file calls its quantization, else the tensor type that
    most bytes are of; `tensor_bytes_by_type`: the bytes of each type, the largest first. `template`: whether its chat
    template is one that was read by us (`template_name`), another one (it runs in the sandbox), or missing.
    `modalities`: what it can take in; for a projector, what it turns into tokens.
    """

    kind: Kind
    name: str
    architecture: str
    parameters: int
    format: str
    context_tokens: int | None
    layers: int | None
    embedding_length: int | None
    vocabulary_tokens: int | None
    tokenizer: str
    experts: int | None
    experts_used: int | None
    template: TemplateState
    template_name: str
    thinking: bool
    modalities: list[str]
    licence: str
    licence_url: str
    author: str
    quantized_by: str
    url: str
    base_models: list[BaseModel]
    parts: int
    file_bytes: int
    tensor_bytes: int
    tensor_bytes_by_type: dict[str, int]


def card_of(header: GgufHeader) -> Card:
    """The card that a header makes. Raises nothing: a value of another type than it should have counts as absent."""
    by_type = _bytes_by_type(header)
    text = header.chat_template
    return Card(
        kind=kind_of(header),
        name=_text(header, "general.name") or _text(header, "general.basename"),
        architecture=header.architecture[:TEXT_CAP],
        parameters=sum(_values(tensor.shape) for tensor in header.tensors),
        format=format_of(header),
        context_tokens=header.context_length,
        layers=header.block_count,
        embedding_length=header.embedding_length,
        vocabulary_tokens=header.vocab_tokens,
        tokenizer=_text(header, "tokenizer.ggml.pre") or _text(header, "tokenizer.ggml.model"),
        experts=header.integer(f"{header.architecture}.expert_count") or None,
        experts_used=header.integer(f"{header.architecture}.expert_used_count") or None,
        template="none" if not text else "known" if template.is_known(text) else "unknown",
        template_name=template.KNOWN_SHA256.get(template.sha256(text), ""),
        thinking=template.supports_thinking(text),
        modalities=_modalities(header),
        licence=_text(header, "general.license.name") or _text(header, "general.license"),
        licence_url=_text(header, "general.license.link"),
        author=_text(header, "general.author") or _text(header, "general.organization"),
        quantized_by=_text(header, "general.quantized_by"),
        url=_text(header, "general.repo_url") or _text(header, "general.url") or _text(header, "general.source.url"),
        base_models=_base_models(header),
        parts=max(1, header.integer("split.count") or 1),
        file_bytes=header.file_bytes,
        tensor_bytes=header.tensor_bytes,
        tensor_bytes_by_type=by_type,
    )


def card_of_file(path: Path) -> Card:
    """The card of a file here, whichever format it has. Raises GemfitError where its header cannot be read."""
    if path.name.lower().endswith(ENDING):
        return card_of_mobile(litertlm.read_header(path))
    return card_of(read_model(path))


def card_of_mobile(header: LitertlmHeader) -> Card:
    """The card of a file in the mobile format, which says less: neither parameters nor how they are packed."""
    metadata = header.metadata
    text = metadata.template
    vision, sound = ["image"] if header.images else [], ["audio"] if header.audio else []
    return Card(
        kind="model",
        name="",
        architecture=metadata.architecture[:TEXT_CAP],
        parameters=0,
        format="LiteRT-LM",
        context_tokens=metadata.context_tokens or None,
        layers=None,
        embedding_length=None,
        vocabulary_tokens=None,
        tokenizer="",
        experts=None,
        experts_used=None,
        template="none" if not text else "known" if template.is_known(text) else "unknown",
        template_name=template.KNOWN_SHA256.get(template.sha256(text), ""),
        thinking=metadata.supports_thinking or template.supports_thinking(text),
        modalities=["text", *vision, *sound],
        licence="",
        licence_url="",
        author=header.system.get("Authors", "")[:TEXT_CAP],
        quantized_by="",
        url="",
        base_models=[],
        parts=1,
        file_bytes=header.file_bytes,
        tensor_bytes=header.weights_bytes + header.looked_up_bytes,
        tensor_bytes_by_type={},
    )


def kind_of(header: GgufHeader) -> Kind:
    """What a file is for."""
    architecture, type_ = header.architecture, header.text("general.type")
    if architecture == "clip" or type_ == "mmproj":
        return "projector"
    if architecture.endswith("-assistant"):
        return "drafter"
    if type_ == "adapter":
        return "adapter"
    if type_ == "vocab" or not header.tensors:
        return "vocabulary"
    pooled = header.integer(f"{architecture}.pooling_type") or 0
    return "embedding" if pooled in (1, 2, 3) else "model"


def format_of(header: GgufHeader) -> str:
    """As the file calls its quantization, if tensors of that type are in it; else the type of most bytes.

    Publishers that mix types themselves leave the number of the type they began with: then the tensors count.
    """
    by_type = _bytes_by_type(header)
    most = next(iter(by_type), "")
    number = header.integer("general.file_type")
    named = FILE_TYPES.get(number, "") if number is not None else ""
    family = named.removesuffix("_MOE").removesuffix("_S").removesuffix("_M").removesuffix("_L")
    return named if named and (not most or family in by_type or named in by_type) else most


def _bytes_by_type(header: GgufHeader) -> dict[str, int]:
    found: dict[str, int] = {}
    for tensor in header.tensors:
        if tensor.type_name:
            found[tensor.type_name] = found.get(tensor.type_name, 0) + tensor.n_bytes
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _values(shape: tuple[int, ...]) -> int:
    values = 1
    for length in shape:
        values *= length
    return values


def _modalities(header: GgufHeader) -> list[str]:
    if kind_of(header) != "projector":
        return ["text"]
    found = [("image", "clip.has_vision_encoder"), ("audio", "clip.has_audio_encoder")]
    return [name for name, key in found if header.flag(key)]


def _base_models(header: GgufHeader) -> list[BaseModel]:
    count = min(header.integer("general.base_model.count") or 0, BASE_MODELS_CAP)
    found = []
    for i in range(count):
        key = f"general.base_model.{i}"
        name = _text(header, f"{key}.name")
        url = _text(header, f"{key}.repo_url") or _text(header, f"{key}.url")
        if name or url:
            found.append(BaseModel(name=name or url, organization=_text(header, f"{key}.organization"), url=url))
    return found


def _text(header: GgufHeader, key: str) -> str:
    """A short text on one line, without what steers a terminal: it is shown as it is."""
    text = "".join(letter for letter in header.text(key) if letter.isprintable() or letter == " ")
    return text.strip()[:TEXT_CAP]
