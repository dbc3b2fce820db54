"""Checks a GGUF's structure before native code sees it: llama.cpp aborts its process on much of what is refused here.

What is guarded against, with where it bit: counts, sizes and products that overflow (llama.cpp CVE-2025-53630,
CVE-2026-27940), tensors past the end of the file (Ollama CVE-2026-7482), vocabularies of odd types or values
(llama.cpp CVE-2025-49847, pull requests 24997, 25969, 26318, 26690). The template's text is bounded here and rendered
in a sandbox elsewhere.
"""

import math
import re
from pathlib import Path

from gemfit.gguf import failures
from gemfit.gguf.assertions import impossible
from gemfit.gguf.ggml_types import GGML_TYPES
from gemfit.gguf.parts import check_parts, joined, names_of_parts, part_of
from gemfit.gguf.reader import MAX_DIMENSIONS, read_header, read_numbers, read_strings
from gemfit.gguf.types import INTEGER_TYPES, STRING, GgufHeader, TensorInfo

# GGML_MAX_NAME, the closing zero included.
TENSOR_NAME_CAP_BYTES = 64
TEMPLATE_CAP_BYTES = 1 << 20
TEXT_CAP_BYTES = 1 << 20
ELEMENTS_CAP = (1 << 63) - 1
ALIGNMENT_CAP_BYTES = 1 << 20
# LLAMA_MAX_LAYERS and LLAMA_MAX_EXPERTS in llama.cpp's src/llama-hparams.h.
LAYERS_CAP = 512
EXPERTS_CAP = 512
TOKEN_TYPES = frozenset(range(7))
BYTE_TOKEN = 6
BYTE_TEXT = re.compile(rb"<0x[0-9A-Fa-f]{2}>")
UINT16, INT32, FLOAT32 = 2, 5, 6
# What these files hold is no language model, and has no layers by that name.
NO_BLOCKS = frozenset({"clip"})


def check_file(path: Path | str) -> GgufHeader:
    """Read and check the model at `path`; its header if it is sound. Takes 0.3 s for a vocabulary of 262,144 tokens.

    A model in several parts is named by its first one: all are checked, and the header is that of all together. Raises
    GemfitError with the code `not_gguf`, `gguf_truncated`, `gguf_damaged`, `gguf_unsupported` or `gguf_unreadable`.
    """
    path = Path(path)
    header = read_header(path)
    others = [read_header(other) for other in _other_parts(path, header)]
    check_header(header)
    for other in others:
        _check_other_part(other)
    if others:
        check_parts([header, *others])
    check_vocabulary(path, header)
    return joined([header, *others])


def _other_parts(path: Path, header: GgufHeader) -> list[Path]:
    """Where the other parts of a model are whose first part is at `path`; empty for a model in one file."""
    _check_part_keys(header)
    parts, number = header.integer("split.count") or 0, (header.integer("split.no") or 0) + 1
    if parts < 2:
        return []
    if part_of(path.name) != (number, parts):
        raise failures.part_misnamed(path.name, number, parts)
    names = names_of_parts(path.name)
    if number != 1:
        raise failures.part_alone(path.name, number, parts, names[0])
    if missing := [name for name in names if not path.with_name(name).is_file()]:
        raise failures.parts_missing(path.name, parts, missing)
    return [path.with_name(name) for name in names[1:]]


def check_header(header: GgufHeader) -> None:
    """Check all that the header of a model, or of its first part, can tell alone. Raises as `check_file`."""
    _check_alignment(header)
    _check_part_keys(header)
    _check_architecture(header)
    _check_texts(header)
    _check_tokenizer(header)
    _check_tensors(header)


def _check_other_part(header: GgufHeader) -> None:
    """Another part has tensors, and nothing else that is read."""
    _check_alignment(header)
    _check_part_keys(header)
    _check_texts(header)
    _check_tensors(header)


def _check_alignment(header: GgufHeader) -> None:
    if header.alignment > ALIGNMENT_CAP_BYTES:
        raise failures.bad_value(header.file, "general.alignment")


def _check_part_keys(header: GgufHeader) -> None:
    """llama.cpp takes these to be 16 bits wide; at another type it throws, or asserts and stops its process."""
    for key, types in (("split.count", {UINT16}), ("split.no", {UINT16}), ("split.tensors.count", INTEGER_TYPES)):
        if key in header.metadata and header.value_types.get(key) not in types:
            raise failures.bad_value(header.file, key)


def _check_architecture(header: GgufHeader) -> None:
    if header.value_types.get("general.architecture") != STRING or not header.architecture:
        raise failures.no_architecture(header.file)
    prefix = header.architecture + "."
    if header.architecture not in NO_BLOCKS:
        _need_integer(header, prefix + "block_count", 1, LAYERS_CAP)
    for key, low, high in (
        ("context_length", 1, 1 << 31),
        ("embedding_length", 1, 1 << 24),
        ("vocab_size", 1, 1 << 31),
        ("attention.sliding_window", 0, 1 << 31),
        ("expert_count", 0, EXPERTS_CAP),
        ("expert_used_count", 0, EXPERTS_CAP),
    ):
        if prefix + key in header.metadata:
            _need_integer(header, prefix + key, low, high)
    _check_per_layer(header)
    wrong = impossible(header)
    if wrong is not None:
        raise failures.bad_value(header.file, wrong)


def _need_integer(header: GgufHeader, key: str, low: int, high: int) -> None:
    value = header.integer(key)
    if value is None or not low <= value <= high:
        raise failures.bad_value(header.file, key)


def _check_per_layer(header: GgufHeader) -> None:
    """Arrays with a value for each layer must have one for each: llama.cpp reads so many."""
    layers = header.block_count
    if layers is None:
        return
    for name in ("attention.head_count", "attention.head_count_kv", "feed_forward_length"):
        key = f"{header.architecture}.{name}"
        array = header.array(key)
        if array is not None and (array.type == STRING or array.count < layers):
            raise failures.bad_value(header.file, key)


def _check_texts(header: GgufHeader) -> None:
    for key, value in header.metadata.items():
        if isinstance(value, str) and len(value) > TEXT_CAP_BYTES:
            raise failures.bad_value(header.file, key)
    template = header.metadata.get("tokenizer.chat_template", "")
    if not isinstance(template, str) or len(template.encode()) > TEMPLATE_CAP_BYTES:
        raise failures.bad_value(header.file, "tokenizer.chat_template")


def _check_tokenizer(header: GgufHeader) -> None:
    """Types and lengths of the vocabulary's arrays. A file may have none: a projector, a slice."""
    wanted = {"tokens": STRING, "scores": FLOAT32, "token_type": INT32, "merges": STRING}
    for name, item_type in wanted.items():
        key = f"tokenizer.ggml.{name}"
        if key in header.metadata:
            array = header.array(key)
            if array is None or array.type != item_type:
                raise failures.bad_value(header.file, key)
    tokens = header.array("tokenizer.ggml.tokens")
    count = tokens.count if tokens else 0
    if tokens is not None and not count:
        raise failures.bad_value(header.file, "tokenizer.ggml.tokens")
    for name in ("scores", "token_type"):
        array = header.array(f"tokenizer.ggml.{name}")
        if array is not None and array.count != count:
            raise failures.bad_value(header.file, f"tokenizer.ggml.{name}")


def _check_tensors(header: GgufHeader) -> None:
    seen: set[str] = set()
    expected = 0
    for tensor in header.tensors:
        if tensor.name in seen:
            raise failures.duplicate(header.file, tensor.name)
        seen.add(tensor.name)
        _check_tensor(header.file, tensor)
        # llama.cpp takes tensors in the order of their offsets, each padded to the alignment, and nothing else: this
        # rules out overlaps, gaps and offsets that are not aligned, all at once.
        if tensor.offset != expected:
            raise failures.bad_tensor(header.file, tensor.name)
        expected += -(-tensor.n_bytes // header.alignment) * header.alignment
    if header.needed_bytes > header.file_bytes:
        raise failures.ends_early(header.file, header.file_bytes, header.needed_bytes)


def _check_tensor(file: str, tensor: TensorInfo) -> None:
    kind = GGML_TYPES.get(tensor.type)
    if kind is None:
        raise failures.tensor_type(file, tensor.name, tensor.type)
    name_fits = len(tensor.name.encode()) < TENSOR_NAME_CAP_BYTES and "\0" not in tensor.name
    shape_fits = 0 < len(tensor.shape) <= MAX_DIMENSIONS and all(length > 0 for length in tensor.shape)
    if not name_fits or not shape_fits or tensor.shape[0] % kind.block_values:
        raise failures.bad_tensor(file, tensor.name)
    elements = 1
    for length in tensor.shape:
        elements *= length
    if elements >= ELEMENTS_CAP or tensor.n_bytes >= ELEMENTS_CAP:
        raise failures.bad_tensor(file, tensor.name)


def check_vocabulary(path: Path | str, header: GgufHeader) -> None:
    """Check the vocabulary's values: known types, real numbers, no token twice. Raises as `check_file`."""
    array = header.array("tokenizer.ggml.tokens")
    if array is None:
        return
    scores = header.array("tokenizer.ggml.scores")
    if scores is not None and any(map(math.isnan, read_numbers(path, scores))):
        raise failures.bad_value(header.file, "tokenizer.ggml.scores")
    tokens = read_strings(path, array)
    token_types = header.array("tokenizer.ggml.token_type")
    if token_types is not None:
        types = read_numbers(path, token_types)
        if not TOKEN_TYPES.issuperset(types) or not _bytes_are_bytes(tokens, types):
            raise failures.bad_value(header.file, "tokenizer.ggml.token_type")
    repeated = _repeated(tokens)
    if repeated is not None:
        raise failures.duplicate_tokens(header.file, repeated.decode("utf-8", "replace"))


def _bytes_are_bytes(tokens: list[bytes], types: tuple[int | float | bool, ...]) -> bool:
    """Whether every token that stands for one byte is written so: llama.cpp takes its value from characters 3 and 4."""
    if BYTE_TOKEN not in types:
        return True
    return all(BYTE_TEXT.fullmatch(tokens[i]) for i, type_ in enumerate(types) if type_ == BYTE_TOKEN)


def _repeated(tokens: list[bytes]) -> bytes | None:
    """The first token that is there twice, as llama.cpp sees it: up to a zero byte, and every empty one by itself.

    Its assertion that there is none stops the process (https://github.com/ggml-org/llama.cpp/issues/25739).
    """
    texts = [token.split(b"\0", 1)[0] if b"\0" in token else token for token in tokens]
    if len(set(texts)) == len(texts):
        return None
    seen: set[bytes] = set()
    for text in filter(None, texts):
        if text in seen:
            return text
        seen.add(text)
    return None
