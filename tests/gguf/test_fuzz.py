"""Whatever a file holds, the answer is a header or a sentence: never another exception, never much memory."""

import io
import struct
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gemfit.errors import GemfitError
from gemfit.gguf.check import check_file
from gemfit.gguf.reader import read_header
from tests.gguf.build import ARRAY, I32, STRING, U32, Gguf, vocabulary

CODES = {"not_gguf", "gguf_truncated", "gguf_damaged", "gguf_unsupported"}
SMALL = (
    Gguf().having({**vocabulary(["<pad>", "a", "b", "ab"]), "x": (ARRAY, (I32, [1, 2])), "y": (STRING, "z")}).bytes()
)
TINY = (Path(__file__).parents[1] / "data" / "gemma4-tiny.gguf").read_bytes()
EXTREMES = [0, 1, 0x7F, 0xFF, 0xFFFF, 1 << 31, (1 << 32) - 1, 1 << 32, 1 << 62, (1 << 63) - 1, 1 << 63, (1 << 64) - 1]


def answers(data: bytes, path: Path) -> None:
    """The file with these bytes is checked, or refused with one of the codes."""
    path.write_bytes(data)
    header, error = None, None
    try:
        header = check_file(path)
    except GemfitError as refused:
        error = refused
    if error is not None:
        assert error.code in CODES
        assert str(error).startswith(path.name)
    if header is not None:
        assert header.needed_bytes <= len(data)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "model.gguf"


relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@relaxed
@given(data=st.binary(max_size=400))
def test_any_bytes(path: Path, data: bytes):
    answers(data, path)
    answers(b"GGUF\x03\0\0\0" + data, path)


@settings(relaxed, max_examples=300)
@given(places=st.lists(st.integers(0, len(SMALL) * 8 - 1), min_size=1, max_size=4))
def test_flipped_bits(path: Path, places: list[int]):
    data = bytearray(SMALL)
    for place in places:
        data[place // 8] ^= 1 << place % 8
    answers(bytes(data), path)


@settings(relaxed, max_examples=300)
@given(place=st.integers(8, len(SMALL) - 300), value=st.sampled_from(EXTREMES), wide=st.booleans())
def test_extreme_numbers(path: Path, place: int, value: int, wide: bool):
    number = struct.pack("<Q", value) if wide else struct.pack("<I", value & 0xFFFFFFFF)
    answers(SMALL[:place] + number + SMALL[place + len(number) :], path)


@settings(relaxed, max_examples=200)
@given(
    begin=st.integers(0, len(SMALL)),
    length=st.integers(0, 64),
    insert=st.binary(max_size=16),
    cut=st.integers(0, len(SMALL)),
)
def test_pieces_lost_and_put_in(path: Path, begin: int, length: int, insert: bytes, cut: int):
    answers((SMALL[:begin] + insert + SMALL[begin + length :])[: cut or None], path)


@settings(relaxed, max_examples=60)
@given(place=st.integers(0, 400 << 10), byte=st.integers(0, 255), cut=st.integers(1, len(TINY)))
def test_a_real_header_changed_and_cut(path: Path, place: int, byte: int, cut: int):
    answers((TINY[:place] + bytes([byte]) + TINY[place + 1 :])[:cut], path)


def test_every_single_byte_of_the_header_can_be_wrong(path: Path):
    end = read_header(io.BytesIO(SMALL)).data_offset
    for place in range(end):
        for byte in (0, SMALL[place] ^ 0x80, 0xFF):
            answers(SMALL[:place] + bytes([byte]) + SMALL[place + 1 :], path)


@pytest.mark.parametrize("place", [8, 16, 24])
def test_an_absurd_number_costs_no_memory(path: Path, place: int):
    path.write_bytes(SMALL[:place] + struct.pack("<Q", (1 << 64) - 1) + SMALL[place + 8 :])
    tracemalloc.start()
    with pytest.raises(GemfitError):
        check_file(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20


def test_a_long_sparse_file_of_nothing_costs_no_more_than_the_cap(path: Path):
    entry = struct.pack("<Q", 3) + b"key" + struct.pack("<IIQQ", ARRAY, STRING, 1, 1 << 40)
    path.write_bytes(struct.pack("<4sIQQ", b"GGUF", 3, 0, 1) + entry)
    with path.open("r+b") as file:
        file.truncate(1 << 42)
    tracemalloc.start()
    with pytest.raises(GemfitError) as caught:
        check_file(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    path.unlink()
    assert caught.value.code == "gguf_damaged"
    assert peak < 64 << 20


def test_a_version_2_file_is_held_to_the_same(path: Path):
    answers(Gguf(version=2).having({"general.alignment": (U32, 64)}).but(alignment=64).bytes(), path)
