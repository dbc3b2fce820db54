"""What the header of a GGUF file says. Nothing here reads a file."""

from typing import Final

import msgspec

Scalar = bool | int | float | str

# The numbers of the value types: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
STRING: Final = 8
ARRAY: Final = 9
INTEGER_TYPES: Final = frozenset({0, 1, 2, 3, 4, 5, 10, 11})
TYPE_NAMES: Final = {
    0: "uint8",
    1: "int8",
    2: "uint16",
    3: "int16",
    4: "uint32",
    5: "int32",
    6: "float32",
    7: "bool",
    8: "string",
    9: "array",
    10: "uint64",
    11: "int64",
    12: "float64",
}


class ArrayInfo(msgspec.Struct, frozen=True):
    """An array in the metadata: where it is, and what it holds if it is small and numeric.

    `type` is the number of its items' type; its first item begins at byte `offset` of the file and all of them take
    `n_bytes`. `values` is None for strings and for more than `reader.EAGER_ITEMS` numbers: `reader.read_strings` and
    `reader.read_numbers` get those.
    """

    type: int
    count: int
    offset: int
    n_bytes: int
    values: tuple[int | float | bool, ...] | None = None


class TensorInfo(msgspec.Struct, frozen=True):
    """One tensor. `shape` has the row length first, as ggml has it; `offset` counts from the header's `data_offset`.

    `type_name` and `n_bytes` are empty and 0 where the type is not one of ggml's, or a row is not a whole number of
    blocks (`check.check_header` refuses such files).
    """

    name: str
    shape: tuple[int, ...]
    type: int
    offset: int
    type_name: str = ""
    n_bytes: int = 0


class GgufHeader(msgspec.Struct, frozen=True, kw_only=True):
    """The header: everything but the tensors' data. `file` is the name for sentences; all offsets are in bytes.

    `value_types` has the type number of every metadata value. `data_offset` is where the tensors' data begins;
    `file_bytes` the length of the file it was read from.
    """

    file: str
    version: int
    metadata: dict[str, Scalar | ArrayInfo]
    value_types: dict[str, int]
    tensors: list[TensorInfo]
    alignment: int
    data_offset: int
    file_bytes: int

    @property
    def architecture(self) -> str:
        """`gemma4`, `llama`, …; empty if the file does not say."""
        return self.text("general.architecture")

    @property
    def name(self) -> str:
        """What the file calls itself; empty if it does not say."""
        return self.text("general.name")

    @property
    def chat_template(self) -> str:
        """The Jinja template, empty if there is none."""
        return self.text("tokenizer.chat_template")

    @property
    def context_length(self) -> int | None:
        """Tokens the model was trained for."""
        return self.integer(f"{self.architecture}.context_length")

    @property
    def block_count(self) -> int | None:
        """Layers."""
        return self.integer(f"{self.architecture}.block_count")

    @property
    def embedding_length(self) -> int | None:
        return self.integer(f"{self.architecture}.embedding_length")

    @property
    def vocab_tokens(self) -> int | None:
        """Number of tokens in the vocabulary; None if the file has none."""
        tokens = self.array("tokenizer.ggml.tokens")
        return tokens.count if tokens else self.integer(f"{self.architecture}.vocab_size")

    @property
    def tensor_bytes(self) -> int:
        """All tensors together, without the padding between them."""
        return sum(tensor.n_bytes for tensor in self.tensors)

    @property
    def needed_bytes(self) -> int:
        """How long the file has to be to hold its header and every tensor."""
        ends = (self.data_offset + tensor.offset + tensor.n_bytes for tensor in self.tensors)
        return max(ends, default=min(self.data_offset, self.file_bytes))

    def text(self, key: str, default: str = "") -> str:
        """The string under `key`; `default` if there is none."""
        value = self.metadata.get(key)
        return value if isinstance(value, str) else default

    def integer(self, key: str) -> int | None:
        """The integer under `key`; None if there is none."""
        value = self.metadata.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def number(self, key: str) -> float | None:
        """The number under `key`, integer or not; None if there is none."""
        value = self.metadata.get(key)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def flag(self, key: str, default: bool = False) -> bool:
        """The truth value under `key`; `default` if there is none."""
        value = self.metadata.get(key)
        return value if isinstance(value, bool) else default

    def array(self, key: str) -> ArrayInfo | None:
        """The array under `key`; None if there is none."""
        value = self.metadata.get(key)
        return value if isinstance(value, ArrayInfo) else None

    def per_layer(self, key: str, layers: int) -> tuple[int | float | bool, ...] | None:
        """The value of each of `layers` layers: an array as it is, one number repeated. None if there is neither."""
        value = self.metadata.get(key)
        if isinstance(value, ArrayInfo):
            return value.values if value.count >= layers else None
        return None if value is None or isinstance(value, str) else (value,) * layers

    def tensor(self, name: str) -> TensorInfo | None:
        """The tensor of that name; None if there is none."""
        return next((tensor for tensor in self.tensors if tensor.name == name), None)
