"""The reader: what it finds in real files, and what it says about everything else."""

import io
import struct
from pathlib import Path

import pytest

import gguf
from gemfit.errors import GemfitError
from gemfit.gguf.reader import EAGER_ITEMS, FIRST_READ_BYTES, read_header, read_numbers, read_strings, read_tokens
from tests.gguf.build import ARRAY, BOOL, F32, I32, STRING, U32, Gguf, text, vocabulary

REAL = ["gemma4-tiny.gguf", "gemma4-tiny-moe.gguf", "gemma4-copycat.gguf"]


def refusal(data: bytes) -> GemfitError:
    with pytest.raises(GemfitError) as caught:
        read_header(io.BytesIO(data))
    return caught.value


@pytest.mark.parametrize("name", REAL)
def test_agrees_with_llama_cpps_own_reader(data_dir: Path, name: str):
    ours, theirs = read_header(data_dir / name), gguf.GGUFReader(data_dir / name)
    scalars = {key: value for key, value in ours.metadata.items() if ours.array(key) is None}
    arrays = [key for key in ours.metadata if ours.array(key)]
    assert len(ours.metadata) == theirs.fields["GGUF.kv_count"].contents()
    assert scalars == {key: theirs.fields[key].contents() for key in scalars}
    for key in arrays:
        info = ours.array(key)
        items = (
            [item.decode() for item in read_strings(data_dir / name, info)]
            if info.type == STRING
            else list(read_numbers(data_dir / name, info))
        )
        assert items == theirs.fields[key].contents(), key
    assert [(t.name, t.shape, t.type, ours.data_offset + t.offset, t.n_bytes) for t in ours.tensors] == [
        (t.name, tuple(map(int, t.shape)), t.tensor_type.value, t.data_offset, t.n_bytes) for t in theirs.tensors
    ]


def test_knows_what_a_model_is_called_and_made_of(data_dir: Path):
    header = read_header(data_dir / "gemma4-tiny.gguf")
    assert (header.architecture, header.name) == ("gemma4", "Gemma 4 tiny (made-up weights)")
    assert (header.context_length, header.block_count, header.embedding_length) == (8192, 4, 64)
    assert header.vocab_tokens == 7979
    assert header.chat_template.startswith("{%- macro")
    assert header.number("general.sampling.top_p") == pytest.approx(0.95)
    assert header.number("general.sampling.top_k") == 64
    assert header.number("general.name") is None
    assert header.flag("tokenizer.ggml.add_bos_token") is True
    assert header.flag("general.name") is False
    assert header.per_layer("gemma4.attention.head_count_kv", 4) == (1, 1, 1, 1)
    assert header.per_layer("gemma4.attention.head_count", 4) == (2, 2, 2, 2)
    assert header.per_layer("gemma4.attention.head_count_kv", 5) is None
    assert header.per_layer("general.name", 4) is None
    assert header.tensor("token_embd.weight").shape == (64, 7979)
    assert header.tensor("nothing") is None
    assert header.needed_bytes == header.file_bytes == (data_dir / "gemma4-tiny.gguf").stat().st_size
    assert 0 < header.tensor_bytes < header.file_bytes


def test_reads_the_tokens_on_demand(data_dir: Path):
    path = data_dir / "gemma4-tiny.gguf"
    tokens = read_tokens(path, read_header(path))
    assert len(tokens) == 7979
    assert tokens[:3] == ["<pad>", "<eos>", "<bos>"]


def test_a_file_without_a_vocabulary_has_no_tokens():
    data = io.BytesIO(Gguf().without(*vocabulary([])).bytes())
    header = read_header(data)
    assert header.vocab_tokens is None
    assert read_tokens(data, header) == []


def test_reads_versions_2_and_3_and_an_alignment_of_its_own():
    header = read_header(io.BytesIO(Gguf(version=2, alignment=128).having({"general.alignment": (U32, 128)}).bytes()))
    assert (header.version, header.alignment) == (2, 128)
    assert header.data_offset % 128 == 0


def test_keeps_small_arrays_and_points_at_large_ones():
    entries = {
        "small": (ARRAY, (BOOL, [True, False])),
        "large": (ARRAY, (I32, list(range(EAGER_ITEMS + 1)))),
        "none": (ARRAY, (F32, [])),
    }
    data = io.BytesIO(Gguf().having(entries).bytes())
    header = read_header(data)
    assert header.array("small").values == (True, False)
    assert header.array("none").values == ()
    assert header.array("large").values is None
    assert read_numbers(data, header.array("large")) == tuple(range(EAGER_ITEMS + 1))


def test_reads_on_when_the_header_is_longer_than_the_first_read():
    tokens = [bytes([65 + i % 26]) * (1 << 16) + str(i).encode() for i in range(400)]
    data = Gguf().having({**vocabulary(tokens), "after.it": (U32, 7)}).bytes()
    header = read_header(io.BytesIO(data))
    assert header.data_offset > FIRST_READ_BYTES
    assert header.integer("after.it") == 7


def test_text_that_is_not_utf_8_is_shown_as_well_as_it_can_be():
    header = read_header(io.BytesIO(Gguf().having({"general.name": (STRING, b"caf\xe9")}).bytes()))
    assert header.name == "caf�"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"Hello, this is a shopping list.\n", "is a text file"),
        (b"\xef\xbb\xbf<!DOCTYPE html><html><title>404", "is a web page"),
        (b"\n  <html><body>Sign in", "is a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n", "Git LFS pointer"),
        (b"\x7fELF\x02\x01\x01\x00\x00", "is not a GGUF file"),
        (b"PK\x03\x04", "is not a GGUF file"),
    ],
)
def test_says_what_a_file_is_that_is_no_gguf(data: bytes, words: str):
    error = refusal(data)
    assert error.code == "not_gguf"
    assert words in str(error)


def test_names_the_file_and_not_its_folder(tmp_path: Path):
    path = tmp_path / "notes.gguf"
    path.write_text("not a model")
    with pytest.raises(GemfitError, match=r"^notes\.gguf is a text file"):
        read_header(path)


def test_says_that_a_file_cannot_be_read(tmp_path: Path):
    with pytest.raises(GemfitError, match=r"gone\.gguf cannot be read: No such file or directory") as caught:
        read_header(tmp_path / "gone.gguf")
    assert caught.value.code == "gguf_unreadable"
    info = read_header(io.BytesIO(Gguf().bytes())).array("tokenizer.ggml.tokens")
    with pytest.raises(GemfitError, match=r"gone\.gguf cannot be read"):
        read_strings(tmp_path / "gone.gguf", info)


def test_says_that_the_engine_cannot_read_big_endian_files():
    error = refusal(struct.pack(">4sIQQ", b"GGUF", 3, 0, 0))
    assert error.code == "gguf_unsupported"
    assert "big-endian" in str(error)


@pytest.mark.parametrize("version", [0, 1, 4, 77])
def test_says_which_version_it_cannot_read(version: int):
    error = refusal(Gguf(version=version).bytes())
    assert error.code == "gguf_unsupported"
    assert f"GGUF version {version};" in str(error)


def test_a_file_cut_inside_its_header_is_incomplete_wherever_it_was_cut():
    data = Gguf().bytes()
    end = read_header(io.BytesIO(data)).data_offset - 31  # before the padding, of which nothing is missed
    for cut in range(1, end):
        error = refusal(data[:cut])
        assert error.code == "gguf_truncated", cut
        assert f"ends after {cut} bytes" in str(error)


def test_an_array_that_the_file_no_longer_holds_is_incomplete():
    data = Gguf().bytes()
    header = read_header(io.BytesIO(data))
    for name, read in (("tokens", read_strings), ("scores", read_numbers)):
        info = header.array(f"tokenizer.ggml.{name}")
        with pytest.raises(GemfitError) as caught:
            read(io.BytesIO(data[: info.offset + 3]), info)
        assert caught.value.code == "gguf_truncated"


def test_strings_that_changed_since_the_header_was_read_are_damage():
    data = bytearray(Gguf().bytes())
    info = read_header(io.BytesIO(data)).array("tokenizer.ggml.tokens")
    data[info.offset] = 200
    with pytest.raises(GemfitError) as caught:
        read_strings(io.BytesIO(data), info)
    assert caught.value.code == "gguf_damaged"


HUGE = 1 << 60


@pytest.mark.parametrize(
    "data",
    [
        struct.pack("<4sIQQ", b"GGUF", 3, HUGE, 0),
        struct.pack("<4sIQQ", b"GGUF", 3, 0, HUGE),
        struct.pack("<4sIQQ", b"GGUF", 3, 0, (1 << 64) - 1),
        struct.pack("<4sIQQQ", b"GGUF", 3, 0, 1, HUGE),
        struct.pack("<4sIQQ", b"GGUF", 3, 0, 1) + text("") + struct.pack("<II", 4, 1),
        struct.pack("<4sIQQ", b"GGUF", 3, 0, 1) + text(b"\xff\xfe") + struct.pack("<II", 4, 1),
        struct.pack("<4sIQQ", b"GGUF", 3, 0, 1) + text("key") + struct.pack("<II", 13, 1),
        struct.pack("<4sIQQ", b"GGUF", 3, 0, 1) + text("key") + struct.pack("<IIQ", ARRAY, ARRAY, 1),
        struct.pack("<4sIQQ", b"GGUF", 3, 0, 1) + text("key") + struct.pack("<IIQ", ARRAY, 99, 1),
        struct.pack("<4sIQQ", b"GGUF", 3, 0, 1) + text("key") + struct.pack("<IIQ", ARRAY, U32, HUGE),
        struct.pack("<4sIQQ", b"GGUF", 3, 0, 1) + text("key") + struct.pack("<IIQ", ARRAY, STRING, HUGE),
        struct.pack("<4sIQQ", b"GGUF", 3, 0, 1) + text("key") + struct.pack("<IIQQ", ARRAY, STRING, 1, HUGE),
        struct.pack("<4sIQQ", b"GGUF", 3, 1, 0) + text("name") + struct.pack("<I", 5),
        Gguf().having({"general.alignment": (U32, 33)}).bytes(),
        Gguf().having({"general.alignment": (U32, 0)}).bytes(),
        Gguf().having({"general.alignment": (I32, 32)}).bytes(),
        Gguf().having({"general.alignment": (STRING, "32")}).bytes(),
    ],
)
def test_nonsense_in_the_header_is_damage(data: bytes):
    error = refusal(data)
    assert error.code == "gguf_damaged"
    assert "Verify it or download it again." in str(error)


def test_a_key_that_stands_twice_is_damage():
    entry = text("general.name") + struct.pack("<II", U32, 1)
    error = refusal(struct.pack("<4sIQQ", b"GGUF", 3, 0, 2) + entry + entry)
    assert error.code == "gguf_damaged"
    assert "“general.name” stands in its header twice" in str(error)
