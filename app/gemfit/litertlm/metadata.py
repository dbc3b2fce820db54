"""The model's description: the protobuf message `LlmMetadata` (litert-lm-builder 0.18.1, llm_metadata.proto)."""

from gemfit.litertlm.proto import BadProto, Message
from gemfit.litertlm.types import Channel, LlmMetadata

CONTEXT_CAP = 1 << 24
TEMPLATE_CAP_BYTES = 1 << 20
_MODEL_TYPES = {
    1: "generic",
    2: "gemma3n",
    3: "function_gemma",
    4: "gemma3",
    5: "qwen3",
    7: "qwen2p5",
    8: "gemma4",
    9: "fast_vlm",
    11: "lfm2",
    12: "minicpm5",
    13: "minicpmv4",
}
"""The fields of `LlmModelType`, of which one is there."""


def llm_metadata(data: bytes) -> LlmMetadata:
    """Raises BadProto."""
    message = Message(data)
    stops = message.messages(2)
    affixes = message.message(3)
    sampler = message.message(4)
    context = message.integer(5)
    template = message.text(7)
    if not 0 <= context <= CONTEXT_CAP or len(template) > TEMPLATE_CAP_BYTES:
        raise BadProto
    temperature = sampler.float(4)
    return LlmMetadata(
        architecture=next((_MODEL_TYPES[n] for n in message.message(6).numbers() if n in _MODEL_TYPES), ""),
        context_tokens=context,
        start_text=message.message(1).text(2),
        stop_texts=tuple(text for stop in stops if (text := stop.text(2))),
        stop_ids=tuple(tuple(ids) for stop in stops if (ids := stop.message(1).integers(1))),
        template=template,
        user=_affix(affixes.message(1)),
        model=_affix(affixes.message(2)),
        system=_affix(affixes.message(3)),
        channels=tuple(Channel(c.text(1), c.text(2), c.text(3)) for c in message.messages(8)),
        supports_thinking=bool(message.integer(11)),
        temperature=temperature,
        top_k=sampler.integer(2) or None,
        top_p=sampler.float(3),
        min_runtime_version=message.text(14),
    )


def _affix(message: Message) -> tuple[str, str]:
    return message.text(1), message.text(2)
