"""How fast a model will generate: a rough range, always an estimate.

Generating one token reads the active weights once, so its time is close to a fixed part plus bytes read over memory
bandwidth (measured: slices of E2B of 10 and 20 layers predict the whole within 10 %). Bandwidth is the maker's figure
for a GPU, and a class for a processor. The ends of the ranges were set so that every published llama.cpp figure at
hand for Gemma 4 (two dozen, from a GTX 1650 Ti to an RTX 5090, from a six-core desktop to Apple's M4) lies inside; the
tests hold those figures.
"""

import re

from gemfit.fit.memory import Need, Weights
from gemfit.machine.types import Cpu, Gpu

# About as fast as people read.
COMFORTABLE_TPS = 7.0

Range = tuple[float, float]

_GB = 1e9
# Processors: 2 cores here reach 10 to 19 GB/s; six to eight cores of desktops and laptops 20 to 31.
_CPU_PER_CORE = (4.5, 10.0)
_CPU_TOTAL = (18.0, 45.0)
# A Raspberry Pi 5 reaches 6.5 to 9 GB/s with its four cores (Cortex-A76, one 32-bit channel).
_SMALL_BOARD = (5.0, 10.0)
_SMALL_BOARDS = re.compile(r"raspberry|cortex-a\d", re.IGNORECASE)
_CPU_FIXED_S = 0.001

# Of a GPU's bandwidth, published figures reach 60 to 80 % on large models; small ones wait for 2 to 4 ms a token.
_GPU_SHARE = (0.5, 0.9)
_GPU_FIXED_S = (0.004, 0.0015)
# The laptop form of a card has up to 43 % less (RTX 4090: 576 instead of 1008 GB/s).
_LAPTOP = re.compile(r"laptop|mobile|max-q", re.IGNORECASE)
_LAPTOP_SHARE = 0.55

# Memory bandwidth in GB/s, from the makers' data sheets.
GPU_BANDWIDTH = {
    "gtx 1650": 128,
    "gtx 1650 ti": 192,
    "gtx 1660": 192,
    "gtx 1660 ti": 288,
    "gtx 1660 super": 336,
    "rtx 2060": 336,
    "rtx 2070": 448,
    "rtx 2080": 448,
    "rtx 2080 ti": 616,
    "rtx 3050": 224,
    "rtx 3060": 360,
    "rtx 3060 ti": 448,
    "rtx 3070": 448,
    "rtx 3070 ti": 608,
    "rtx 3080": 760,
    "rtx 3080 ti": 912,
    "rtx 3090": 936,
    "rtx 3090 ti": 1008,
    "rtx 4060": 272,
    "rtx 4060 ti": 288,
    "rtx 4070": 504,
    "rtx 4070 super": 504,
    "rtx 4070 ti": 504,
    "rtx 4070 ti super": 672,
    "rtx 4080": 717,
    "rtx 4080 super": 736,
    "rtx 4090": 1008,
    "rtx 5060": 448,
    "rtx 5060 ti": 448,
    "rtx 5070": 672,
    "rtx 5070 ti": 896,
    "rtx 5080": 960,
    "rtx 5090": 1792,
    "gb10": 273,
    "a100": 1555,
    "h100": 2000,
    "h200": 4800,
    "rx 9060 xt": 320,
    "m1": 68,
    "m1 pro": 200,
    "m1 max": 400,
    "m2": 100,
    "m2 pro": 200,
    "m2 max": 400,
    "m3": 100,
    "m3 pro": 150,
    "m3 max": 300,
    "m4": 120,
    "m4 pro": 273,
    "m4 max": 410,
}


def gpu_bandwidth_gbps(name: str) -> float | None:
    """Memory bandwidth in GB/s of the GPU of that name, as drivers write it; None if it is not in the table."""
    plain = " ".join(re.findall(r"[a-z0-9]+", name.lower()))
    found = [key for key in GPU_BANDWIDTH if re.search(rf"\b{key}\b", plain)]
    if not found:
        return None
    return GPU_BANDWIDTH[max(found, key=len)] * (_LAPTOP_SHARE if _LAPTOP.search(name) else 1.0)


def cpu_bandwidth_gbps(cpu: Cpu) -> Range:
    """What a processor of so many cores reads from memory, in GB/s: the low and the high end."""
    if _SMALL_BOARDS.search(cpu.model):
        return _SMALL_BOARD
    cores = max(1, cpu.physical_cores)
    return min(cores * _CPU_PER_CORE[0], _CPU_TOTAL[0]), min(cores * _CPU_PER_CORE[1], _CPU_TOTAL[1])


def generation_on_cpu(cpu: Cpu, weights: Weights, need: Need) -> Range:
    """Tokens per second on the processor: the low end with a full KV cache, the high end with an empty one."""
    low, high = cpu_bandwidth_gbps(cpu)
    return _tps(weights.read_bytes_per_token + need.kv_bytes, low, _CPU_FIXED_S), _tps(
        weights.read_bytes_per_token, high, _CPU_FIXED_S
    )


def generation_on_gpu(gpu: Gpu, weights: Weights, need: Need) -> Range | None:
    """Tokens per second with all layers on this GPU; None if nothing is known about it."""
    bandwidth = gpu_bandwidth_gbps(gpu.name)
    if bandwidth is None:
        return None
    read = weights.read_bytes_per_token
    return _tps(read + need.kv_bytes, bandwidth * _GPU_SHARE[0], _GPU_FIXED_S[0]), _tps(
        read, bandwidth * _GPU_SHARE[1], _GPU_FIXED_S[1]
    )


def typical(speed: Range) -> float:
    """One figure for a range, to compare with: its geometric mean."""
    return float((speed[0] * speed[1]) ** 0.5)


def _tps(read_bytes: int, gbps: float, fixed_s: float) -> float:
    return 1 / (fixed_s + read_bytes / (gbps * _GB))
