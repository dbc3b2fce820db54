"""Slices: sound files with the shapes that were asked for, and weights that keep every number finite."""

import errno
import os
import threading
from pathlib import Path

import numpy as np
import pytest

import gguf
from gemfit.fit.header import shape_from_header, tensors_from_header
from gemfit.gguf.check import check_file
from gemfit.measured.probes import PROBES
from gemfit.measured.slices import Slice, file_bytes, tensors_of, write_slice
from tests.measured.tiny import DENSE, MIXTURE, SLICES

GIB = 1 << 30
CALM = threading.Event()


def ids(wanted: Slice) -> str:
    return wanted.name


@pytest.mark.parametrize("wanted", SLICES, ids=ids)
def test_a_slice_is_a_sound_file_with_the_shape_that_was_asked_for(wanted: Slice, tmp_path: Path):
    path = tmp_path / "slice.gguf"
    write_slice(wanted, path, CALM)
    header = check_file(path)
    assert [t.name for t in header.tensors] == [t.name for t in tensors_of(wanted)]
    assert header.needed_bytes == path.stat().st_size
    shape = shape_from_header(header)
    assert (shape.layers, shape.vocab_tokens) == (len(wanted.layers), wanted.vocab_tokens)
    assert shape.full_layers == [i for i, layer in enumerate(wanted.layers) if layer.full]
    assert [n == 0 for n in shape.kv_bytes_per_cell] == [layer.shared_kv for layer in wanted.layers]


@pytest.mark.parametrize("wanted", SLICES, ids=ids)
def test_what_is_checked_before_writing_is_about_what_is_written(wanted: Slice, tmp_path: Path):
    path = tmp_path / "slice.gguf"
    write_slice(wanted, path, CALM)
    assert path.stat().st_size <= file_bytes(wanted) < path.stat().st_size + 64 * 1024


@pytest.mark.parametrize("wanted", SLICES, ids=ids)
def test_every_weight_is_finite_and_of_a_sane_size(wanted: Slice, tmp_path: Path):
    path = tmp_path / "slice.gguf"
    write_slice(wanted, path, CALM)
    for tensor in gguf.GGUFReader(str(path)).tensors:
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        assert np.isfinite(values).all(), tensor.name
        assert 0.001 < np.abs(values).mean() <= 1.0, tensor.name
        assert np.abs(values).max() <= 1.0, tensor.name


def test_the_rows_of_a_router_differ(tmp_path: Path):
    path = tmp_path / "slice.gguf"
    write_slice(MIXTURE, path, CALM)
    routers = [t.data for t in gguf.GGUFReader(str(path)).tensors if t.name.endswith("ffn_gate_inp.weight")]
    assert len(routers) == 2
    for router in routers:
        assert len(np.unique(router, axis=0)) == 8


def test_a_stop_ends_the_writing_at_once(tmp_path: Path):
    stop = threading.Event()
    stop.set()
    path = tmp_path / "slice.gguf"
    write_slice(DENSE, path, stop)
    assert path.stat().st_size < 16 * 1024


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110
def test_a_full_disk_is_an_error():
    with pytest.raises(OSError) as caught:
        write_slice(DENSE, Path("/dev/full"), CALM)
    assert caught.value.errno == errno.ENOSPC


def test_every_probe_stays_below_the_limit_of_disk_and_above_a_processors_cache():
    for probe in PROBES:
        assert file_bytes(probe.wanted) <= 2 * GIB
        read = sum(t.n_bytes for t in tensors_of(probe.wanted) if not t.name.startswith(("per_layer_token", "token_")))
        table = next(t.n_bytes for t in tensors_of(probe.wanted))
        assert read + table > 64 << 20


def test_the_probes_hold_every_tensor_type_that_the_catalogue_reads():
    kinds = {probe.wanted.weight_type for probe in PROBES} | {probe.wanted.embedding_type for probe in PROBES}
    assert kinds == {"q4_0", "bf16", "q6_k"}
    assert any(probe.wanted.experts == (128, 8, 704) for probe in PROBES)


def test_a_slice_has_the_tensors_of_its_model_in_the_engines_terms(tmp_path: Path):
    path = tmp_path / "slice.gguf"
    write_slice(MIXTURE, path, CALM)
    tensors = tensors_from_header(check_file(path))
    assert tensors.expert_read_bytes["q4_0"] == sum(tensors.expert_bytes) * 2 // 8 - tensors.expert_read_bytes["f32"]
