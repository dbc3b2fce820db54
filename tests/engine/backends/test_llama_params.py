"""What a plan becomes in llama.cpp's own structures, where no second device is at hand to load it on."""

import ctypes

import llama_cpp.llama_cpp as lib
import pytest

from gemfit.engine.backends import llama_params
from gemfit.engine.backends.ggml_devices import Device, devices
from gemfit.engine.backends.llama_params import ModelParams
from gemfit.engine.protocol import DeviceLayers, LoadPlan
from gemfit.errors import GemfitError


@pytest.fixture
def three_gpus(monkeypatch: pytest.MonkeyPatch) -> list[Device]:
    """As ggml would list them; their pointers are never followed here."""
    found = [Device(1000 + n, f"CUDA{n}", "a card", "gpu") for n in range(3)]
    monkeypatch.setattr(llama_params, "devices", lambda: [*devices(), *found])
    return found


def listed(params: ModelParams) -> list[int]:
    """The pointers in the list of devices, which ends with NULL."""
    array = ctypes.cast(params.params.devices, ctypes.POINTER(ctypes.c_void_p))
    found = []
    while array[len(found)]:
        found.append(array[len(found)])
    return found


def test_a_plan_for_the_processor_lists_no_device() -> None:
    params = ModelParams(LoadPlan())
    assert listed(params) == []
    assert params.params.devices  # an empty list, not none: none would mean all
    assert params.params.n_gpu_layers == 0


def test_shares_become_devices_layers_and_fractions(three_gpus: list[Device]) -> None:
    params = ModelParams(LoadPlan(shares=[DeviceLayers("CUDA0", 20), DeviceLayers("CUDA2", 11)]))
    assert listed(params) == [1000, 1002]
    assert params.params.n_gpu_layers == 31
    assert params.params.split_mode == lib.LLAMA_SPLIT_MODE_LAYER
    assert list(params.params.tensor_split[:3]) == [20.0, 11.0, 0.0]


def test_one_device_needs_no_fractions(three_gpus: list[Device]) -> None:
    params = ModelParams(LoadPlan(shares=[DeviceLayers("CUDA1", 36)]))
    assert listed(params) == [1001]
    assert not params.params.tensor_split


@pytest.mark.parametrize("first", range(1, 37))
def test_llama_cpp_deals_out_exactly_the_layers_of_the_shares(first: int) -> None:
    """Its rule (llama-model.cpp, get_layer_buft_list) in its own arithmetic, single precision, with our fractions."""
    layers, single = [first, 37 - first, 5], ctypes.c_float
    total = sum(layers)
    ends = [single(single(sum(layers[: n + 1])).value / single(total).value).value for n in range(3)]
    dealt = [next(n for n in range(3) if single(i / total).value < ends[n]) for i in range(total)]
    assert [dealt.count(n) for n in range(3)] == layers


def test_experts_are_kept_by_a_pattern_for_each_block() -> None:
    params = ModelParams(LoadPlan(host_expert_layers=2))
    overrides = ctypes.cast(params.params.tensor_buft_overrides, ctypes.POINTER(llama_params._Override))
    assert [overrides[n].pattern for n in range(3)] == [
        rb"blk\.0\.ffn_(up|down|gate|gate_up)_(ch|)exps",
        rb"blk\.1\.ffn_(up|down|gate|gate_up)_(ch|)exps",
        None,
    ]
    assert overrides[0].buffer_type == overrides[1].buffer_type != 0


def test_how_to_load_is_said_as_planned() -> None:
    usual, mapped = ModelParams(LoadPlan()).params, ModelParams(LoadPlan(load_mode="mapped")).params
    assert (usual.load_mode, usual.use_extra_bufts) == (lib.LLAMA_LOAD_MODE_NONE, True)
    assert (mapped.load_mode, mapped.use_extra_bufts) == (lib.LLAMA_LOAD_MODE_MMAP, False)
    assert not ModelParams(LoadPlan(repack=False)).params.use_extra_bufts
    assert ModelParams(LoadPlan(lazy_embeddings=False)).params.lazy_mode == lib.LLAMA_LAZY_MODE_OFF
    measured = ModelParams(LoadPlan(load_mode="mapped"), no_alloc=True).params
    assert (measured.load_mode, measured.no_alloc) == (lib.LLAMA_LOAD_MODE_NONE, True)


def test_a_name_of_no_device_is_refused_with_those_that_there_are(three_gpus: list[Device]) -> None:
    with pytest.raises(GemfitError, match="CUDA0, CUDA1, CUDA2"):
        ModelParams(LoadPlan(shares=[DeviceLayers("Vulkan0", 1)]))
    with pytest.raises(GemfitError):  # the processor is no device to offload to
        ModelParams(LoadPlan(shares=[DeviceLayers("CPU", 1)]))
