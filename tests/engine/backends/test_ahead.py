"""What a load needs is made ready while it begins."""

import contextlib
import ctypes
import mmap
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from gemfit.engine.backends.ahead import Ahead, large_mappings, ranges
from gemfit.engine.protocol import LoadPlan
from gemfit.gguf.reader import read_header
from gemfit.gguf.types import GgufHeader, TensorInfo

DATA = Path(__file__).parents[2] / "data"
PLAN = LoadPlan(context_tokens=512)
MIB = 1 << 20


def header(*tensors: TensorInfo, **metadata: int) -> GgufHeader:
    return GgufHeader(
        file="model.gguf",
        version=3,
        metadata={"general.architecture": "llama", **{key.replace("_", "."): n for key, n in metadata.items()}},
        value_types={},
        tensors=list(tensors),
        alignment=32,
        data_offset=4096,
        file_bytes=1 << 30,
    )


def test_the_largest_matrices_are_read_first_and_vectors_last() -> None:
    found = ranges(
        header(
            TensorInfo("norm", (64,), 0, 0, "F32", 256),
            TensorInfo("small", (64, 64), 2, 256, "Q4_0", 2304),
            TensorInfo("large", (64, 640), 2, 2560, "Q4_0", 23040),
        ),
        PLAN,
    )
    assert found == [(4096 + 2560, 23040), (4096 + 256, 2304), (4096, 256)]


def test_what_stays_on_disk_is_not_read() -> None:
    tiny = read_header(DATA / "gemma4-tiny.gguf")
    lazy = next(tensor for tensor in tiny.tensors if tensor.name == "per_layer_token_embd.weight")
    everything = ranges(tiny, LoadPlan(context_tokens=512, lazy_embeddings=False))
    without = ranges(tiny, LoadPlan(context_tokens=512, lazy_embeddings=True))
    assert set(everything) - set(without) == {(tiny.data_offset + lazy.offset, lazy.n_bytes)}
    assert sum(n_bytes for _, n_bytes in everything) == sum(tensor.n_bytes for tensor in tiny.tensors)


def test_a_mapped_file_and_a_model_in_parts_are_left_to_the_engine() -> None:
    tensor = TensorInfo("large", (64, 640), 2, 0, "Q4_0", 23040)
    assert ranges(header(tensor), LoadPlan(context_tokens=512, load_mode="mapped")) == []
    assert ranges(header(tensor, split_count=2), PLAN) == []


def test_only_large_private_memory_is_taken_for_weights() -> None:
    maps = """\
55d0c0000000-55d0ca000000 rw-p 00000000 00:00 0                          [heap]
7f0000000000-7f0004000000 rw-p 00000000 00:00 0 
7f1000000000-7f1004000000 rw-s 00000000 00:01 1024                       /dev/zero (deleted)
7f2000000000-7f2004000000 r--p 00000000 fe:00 77                         /models/a model.gguf
7f3000000000-7f3003fff000 rw-p 00000000 00:00 0 
7f4000000000-7f4004000000 ---p 00000000 00:00 0 
"""
    assert large_mappings(maps) == [(0x7F0000000000, 64 * MIB)]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="MADV_POPULATE_WRITE is Linux's")
def test_the_weights_memory_is_there_before_it_is_touched() -> None:
    weights = header(TensorInfo("large", (64, 640), 2, 0, "Q4_0", 23040))
    reserved = mmap.mmap(-1, 96 * MIB, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    with contextlib.closing(reserved):
        before = psutil.Process().memory_info().rss
        with Ahead(DATA / "gemma4-tiny.gguf", weights, PLAN) as load:
            load.reserved()
            load.wait()
        assert psutil.Process().memory_info().rss - before >= 90 * MIB


@pytest.fixture
def cold_file(tmp_path: Path) -> Iterator[int]:
    """An open file that is not in the page cache."""
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux is asked to read ahead")
    path = tmp_path / "model.gguf"
    path.write_bytes(bytes(range(256)) * (8 * MIB // 256))
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        if is_cached(file.fileno(), 4 * MIB):
            pytest.skip("this file system keeps what it is told to drop")
        yield file.fileno()


def is_cached(file: int, offset: int) -> bool:
    """Whether that page is in the page cache, by mincore(2): reading it, even without waiting, would fetch it."""
    with contextlib.closing(mmap.mmap(file, 0, access=mmap.ACCESS_COPY)) as mapped:
        first = ctypes.c_char.from_buffer(mapped)
        answer = ctypes.c_ubyte()
        place = ctypes.c_void_p(ctypes.addressof(first) + offset)
        failed = ctypes.CDLL(None).mincore(place, ctypes.c_size_t(4096), ctypes.byref(answer))
        del first
    assert not failed
    return bool(answer.value & 1)


def test_the_disk_is_asked_before_the_engine_reads(cold_file: int, tmp_path: Path) -> None:
    weights = header(TensorInfo("large", (64, 640), 2, 0, "Q4_0", 8 * MIB - 4096))
    with Ahead(tmp_path / "model.gguf", weights, PLAN) as load:
        load.wait()
    patience = time.monotonic() + 30
    while missing := [at for at in range(4096, 8 * MIB, 32768) if not is_cached(cold_file, at)]:  # it is on its way
        assert time.monotonic() < patience, missing[:3]


def test_nothing_is_read_ahead_where_memory_is_short(
    cold_file: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = psutil.virtual_memory()._replace(available=8 * MIB)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: short)
    with Ahead(tmp_path / "model.gguf", header(TensorInfo("large", (64, 640), 2, 0, "Q4_0", 8 * MIB)), PLAN) as load:
        load.wait()
    assert not is_cached(cold_file, 4 * MIB)


def test_a_file_that_is_gone_is_the_engines_to_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raised: list[object] = []
    monkeypatch.setattr(threading, "excepthook", raised.append)
    with Ahead(tmp_path / "none.gguf", header(TensorInfo("large", (64, 640), 2, 0, "Q4_0", 23040)), PLAN) as load:
        load.wait()
    assert raised == []
