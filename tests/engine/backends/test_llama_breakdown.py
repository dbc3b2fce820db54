"""llama.cpp's own account of its memory, read out of its map."""

import sys
from pathlib import Path

import pytest

from gemfit.engine.backends import llama_breakdown
from gemfit.engine.backends.abort import Abort
from gemfit.engine.backends.llama import LlamaBackend
from gemfit.engine.backends.llama_native import NativeModel
from gemfit.engine.protocol import LoadPlan
from gemfit.gguf.reader import read_header

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the log has to do")


@pytest.fixture
def model(data_dir: Path):
    backend = LlamaBackend(lambda _event: None)  # takes the log
    model = NativeModel(str(data_dir / "gemma4-tiny-moe.gguf"), LoadPlan(context_tokens=1024), 1, Abort())
    yield model
    model.close()
    backend.close()


def test_the_account_holds_every_tensor_once_or_twice_and_all_of_the_cache(model: NativeModel, data_dir: Path) -> None:
    held = llama_breakdown.read(model.context)
    assert held is not None
    assert len({entry.name for entry in held}) == len(held) > 0
    assert all(entry.device is None for entry in held)  # there is nothing but the processor
    tensors = read_header(data_dir / "gemma4-tiny-moe.gguf").tensors
    padded = {tensor.name: -(-tensor.n_bytes // 32) * 32 for tensor in tensors}
    assert sum(entry.model_bytes for entry in held) == sum(padded.values()) + padded["token_embd.weight"]
    # Two layers with a window and two without, 1,024 cells each; keys and values, in f16.
    assert sum(entry.kv_bytes for entry in held) == 1024 * 2 * 2 * 2 * (32 + 64)
    assert sum(entry.compute_bytes for entry in held) > 0


def test_what_was_repacked_is_told_apart_from_what_is_plain(model: NativeModel) -> None:
    held = {entry.name: entry for entry in llama_breakdown.read(model.context) or []}
    assert held["CPU"].plain
    assert not any(entry.plain for name, entry in held.items() if name not in ("CPU", "CPU_Mapped"))


@pytest.mark.parametrize(("root", "count"), [(0, 3), (0, 0), (4096, 0), (4096, 65)])
def test_a_map_of_another_make_is_not_read(monkeypatch: pytest.MonkeyPatch, root: int, count: int) -> None:
    class Library:
        """A build whose function gives something else back."""

        def __getattr__(self, _name: str) -> object:
            def function(_context: object) -> object:
                return llama_breakdown._Map(root=root, count=count)

            return function

    monkeypatch.setattr(llama_breakdown.lib, "_lib", Library())
    assert llama_breakdown.read(None) is None


def test_a_build_without_the_function_gives_no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llama_breakdown.lib, "_lib", object())
    assert llama_breakdown.read(None) is None
