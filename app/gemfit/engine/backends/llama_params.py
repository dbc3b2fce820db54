"""A load plan in llama.cpp's own parameters. What they point to is kept alive by the object that made them."""

import ctypes
from typing import Any

import llama_cpp.llama_cpp as lib
from llama_cpp._ggml import libggml

from gemfit.engine.backends.ggml_devices import Device, devices
from gemfit.engine.protocol import LoadPlan
from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say

KV_TYPES = {"f16": lib.GGML_TYPE_F16, "q8_0": lib.GGML_TYPE_Q8_0}

_cpu_buffer_type = libggml.ggml_backend_cpu_buffer_type
_cpu_buffer_type.argtypes, _cpu_buffer_type.restype = [], ctypes.c_void_p


class _Override(ctypes.Structure):
    """`llama_model_tensor_buft_override`: tensors whose name matches `pattern` go into buffers of that type."""

    _fields_ = [("pattern", ctypes.c_char_p), ("buffer_type", ctypes.c_void_p)]


class ModelParams:
    """`llama_model_params` for a plan. Keep this object until the file is loaded: llama.cpp borrows what is in it."""

    def __init__(self, plan: LoadPlan, *, no_alloc: bool = False) -> None:
        """Raises GemfitError `unknown_device` when the plan names a device that this build does not have."""
        self.params = lib.llama_model_default_params()
        self.params.n_gpu_layers = plan.gpu_layers
        self.params.split_mode = lib.LLAMA_SPLIT_MODE_LAYER
        self.params.lazy_mode = lib.LLAMA_LAZY_MODE_ON if plan.lazy_embeddings else lib.LLAMA_LAZY_MODE_OFF
        # Read, unless asked otherwise: mapped, the repacked Q4_0 weights stand beside the mapped file (1215 MiB for
        # E2B). And llama.cpp asserts that nothing is mapped where nothing is allocated.
        mapped = plan.load_mode == "mapped"
        self.params.load_mode = lib.LLAMA_LOAD_MODE_MMAP if mapped and not no_alloc else lib.LLAMA_LOAD_MODE_NONE
        self.params.use_extra_bufts = plan.repack and not mapped
        self.params.no_alloc = no_alloc
        self._set_devices(plan)
        self._keep_experts_here(plan.host_expert_layers)

    def _set_devices(self, plan: LoadPlan) -> None:
        chosen = [device_of(share.device).pointer for share in plan.shares]
        # Ends with NULL. Without a device it is empty, and llama.cpp leaves those that there are alone: told only to
        # put no layers there, it would use them for large batches and take memory on them.
        self._devices = (ctypes.c_void_p * (len(chosen) + 1))(*chosen, None)
        self.params.devices = ctypes.cast(self._devices, ctypes.c_void_p)
        if len(plan.shares) > 1:
            # Layer i of the n on devices goes to the first device whose cumulated fraction is above i/n, so fractions
            # of whole layers are kept to exactly.
            self._split = (ctypes.c_float * lib.llama_max_devices())(*[share.layers for share in plan.shares])
            self.params.tensor_split = ctypes.cast(self._split, ctypes.POINTER(ctypes.c_float))

    def _keep_experts_here(self, layers: int) -> None:
        if not layers:
            return
        # As llama.cpp's --n-cpu-moe (common/common.h, LLM_FFN_EXPS_REGEX).
        patterns = [rf"blk\.{layer}\.ffn_(up|down|gate|gate_up)_(ch|)exps".encode() for layer in range(layers)]
        here = _cpu_buffer_type()
        self._overrides = (_Override * (layers + 1))(*[_Override(pattern, here) for pattern in patterns])
        self.params.tensor_buft_overrides = ctypes.cast(self._overrides, ctypes.c_void_p)


def context_params(plan: LoadPlan, train_context_tokens: int, threads: int) -> Any:
    """`llama_context_params` for a plan, without the callbacks.

    Flash attention is left to llama.cpp, which takes it where the device can: on a processor it was as fast as without,
    as far as could be told, in a buffer 11 % smaller, and a KV cache in q8_0 needs it. Batches of 128, 256, 512 and
    1024 tokens took about the same time there, within 3 %. (E2B's shape with 10 layers, one thread, 1024 tokens.)
    """
    params = lib.llama_context_default_params()
    params.n_ctx = min(plan.context_tokens, train_context_tokens or plan.context_tokens)
    params.n_batch = params.n_ubatch = plan.ubatch_tokens
    params.n_seq_max = 1
    guesses = plan.draft_tokens if plan.speculation == "auto" else 0
    # Rows of scores for what is sampled, not for each token of the batch: 512 MiB for Gemma's vocabulary.
    params.n_outputs_max = 1 + guesses
    params.swa_full = False  # true in the C API: 10,752 MiB of KV cache for the 12B at 32 K instead of 992
    params.n_threads = params.n_threads_batch = threads
    params.type_k = params.type_v = KV_TYPES[plan.kv_type]
    params.no_perf = True
    return params


def device_of(name: str) -> Device:
    """The device of that name; the first of these names that ggml lists. Raises GemfitError `unknown_device`."""
    found = [device for device in devices() if device.kind in ("gpu", "igpu")]
    for device in found:
        if device.name == name:
            return device
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "This engine has no device {device} (it has: {devices}). Nothing was loaded. Look at this machine again, or "
        "load the model on the processor.",
    )
    names = ", ".join(device.name for device in found) or "CPU"
    raise GemfitError("unknown_device", say(text, device=name, devices=names))
