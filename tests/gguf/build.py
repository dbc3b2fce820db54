"""Writes small GGUF files, right ones and wrong ones, byte by byte: an independent second opinion on the format."""

import struct
from dataclasses import dataclass, field, replace
from typing import Any

U8, I8, U16, I16, U32, I32, F32, BOOL, STRING, ARRAY, U64, I64, F64 = range(13)
CODES = {U8: "B", I8: "b", U16: "H", I16: "h", U32: "I", I32: "i", F32: "f", BOOL: "?", U64: "Q", I64: "q", F64: "d"}


def text(value: str | bytes) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return struct.pack("<Q", len(raw)) + raw


def payload(type_: int, value: Any) -> bytes:
    if type_ == STRING:
        return text(value)
    if type_ == ARRAY:
        item_type, items = value
        return struct.pack("<IQ", item_type, len(items)) + b"".join(payload(item_type, item) for item in items)
    return struct.pack("<" + CODES[type_], value)


@dataclass(frozen=True)
class Tensor:
    """By default 64 values of F32; `offset` None puts it right after the one before."""

    name: str = "token_embd.weight"
    shape: tuple[int, ...] = (32, 2)
    type: int = 0
    n_bytes: int = 256
    offset: int | None = None


def vocabulary(tokens: list[str | bytes], types: list[int] | None = None) -> dict[str, tuple[int, Any]]:
    return {
        "tokenizer.ggml.tokens": (ARRAY, (STRING, tokens)),
        "tokenizer.ggml.scores": (ARRAY, (F32, [-1.0] * len(tokens))),
        "tokenizer.ggml.token_type": (ARRAY, (I32, types or [1] * len(tokens))),
    }


@dataclass(frozen=True)
class Gguf:
    """A model that passes the check; `but` and `without` spoil it."""

    entries: dict[str, tuple[int, Any]] = field(
        default_factory=lambda: {
            "general.architecture": (STRING, "gemma4"),
            "general.name": (STRING, "Small"),
            "gemma4.block_count": (U32, 1),
            "gemma4.context_length": (U32, 128),
            **vocabulary(["<pad>", "a", "b"]),
        }
    )
    tensors: tuple[Tensor, ...] = (Tensor(), Tensor("output_norm.weight", (32,), n_bytes=128))
    version: int = 3
    alignment: int = 32
    tail: bytes = b""

    def but(self, **changes: Any) -> "Gguf":
        return replace(self, **changes)

    def having(self, entries: dict[str, tuple[int, Any]]) -> "Gguf":
        return replace(self, entries={**self.entries, **entries})

    def without(self, *keys: str) -> "Gguf":
        return replace(self, entries={key: value for key, value in self.entries.items() if key not in keys})

    def bytes(self) -> bytes:
        out = struct.pack("<4sIQQ", b"GGUF", self.version, len(self.tensors), len(self.entries))
        for key, (type_, value) in self.entries.items():
            out += text(key) + struct.pack("<I", type_) + payload(type_, value)
        expected = 0
        for tensor in self.tensors:
            offset = expected if tensor.offset is None else tensor.offset
            out += text(tensor.name) + struct.pack(f"<I{len(tensor.shape)}Q", len(tensor.shape), *tensor.shape)
            out += struct.pack("<IQ", tensor.type, offset)
            expected += -(-tensor.n_bytes // self.alignment) * self.alignment
        out += bytes(-len(out) % self.alignment)
        return out + bytes(expected) + self.tail
