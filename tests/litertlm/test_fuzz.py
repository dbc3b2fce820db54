"""Whatever a file holds, the answer is a header or a sentence."""

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gemfit.errors import GemfitError
from gemfit.litertlm.check import check_file
from gemfit.litertlm.flat import BadFlat, Flat
from gemfit.litertlm.metadata import llm_metadata
from gemfit.litertlm.proto import BadProto
from gemfit.litertlm.reader import read_header
from gemfit.litertlm.tflite import compiled
from tests.litertlm.native import CODES, code_of

TINY = Path(__file__).parents[1] / "data" / "tiny-gemma-chat.litertlm"
DATA = TINY.read_bytes()
HEADER_END = int.from_bytes(DATA[24:32], "little")
relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "model.litertlm"


def answers(data: bytes, path: Path) -> None:
    path.write_bytes(data)
    code = code_of(path)
    assert not code or code in CODES
    if not code:
        header = check_file(path)
        assert header.needed_bytes <= len(data)
        compiled(path, header)


@relaxed
@given(data=st.binary(max_size=400))
def test_any_bytes(path: Path, data: bytes) -> None:
    answers(data, path)
    answers(DATA[:32] + data, path)


@settings(relaxed, max_examples=150)
@given(places=st.lists(st.integers(0, HEADER_END * 8 - 1), min_size=1, max_size=4))
def test_flipped_bits_of_the_header(path: Path, places: list[int]) -> None:
    data = bytearray(DATA)
    for place in places:
        data[place // 8] ^= 1 << place % 8
    answers(bytes(data), path)


@settings(relaxed, max_examples=150)
@given(begin=st.integers(0, 20_000), insert=st.binary(max_size=16), length=st.integers(0, 64))
def test_pieces_lost_and_put_in(path: Path, begin: int, insert: bytes, length: int) -> None:
    answers(DATA[:begin] + insert + DATA[begin + length :], path)


@settings(relaxed, max_examples=100)
@given(data=st.binary(max_size=200))
def test_any_description(data: bytes) -> None:
    try:
        llm_metadata(data)
    except BadProto:
        return


@settings(relaxed, max_examples=100)
@given(place=st.integers(0, 4000), byte=st.integers(0, 255))
def test_a_changed_compiled_model_says_nothing_or_something(path: Path, place: int, byte: int) -> None:
    at = 65_536 + place
    path.write_bytes(DATA[:at] + bytes([byte]) + DATA[at + 1 :])
    found = compiled(path, read_header(path))
    assert found.kv_bytes >= 0
    assert code_of(path) in ("", "litertlm_damaged")


def test_offsets_that_lead_in_a_circle_end(path: Path) -> None:
    with pytest.raises(BadFlat):
        Flat(b"\0\0\0\0" * 8).root()
    with pytest.raises(BadFlat):
        Flat(b"\xff\xff\xff\xff" * 8).root()


def test_an_absurd_length_costs_no_memory(path: Path) -> None:
    path.write_bytes(DATA[:24] + ((1 << 64) - 1).to_bytes(8, "little") + DATA[32:])
    tracemalloc.start()
    with pytest.raises(GemfitError):
        check_file(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 << 20
