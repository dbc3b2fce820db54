"""How fast hardware computes by what is published about it: two ends of a range, always an estimate.

Bandwidth is the maker's figure for a GPU, and a class for a processor. The ends were set so that every published
llama.cpp figure at hand for Gemma 4 (two dozen, from a GTX 1650 Ti to an RTX 5090, from a six-core desktop to Apple's
M4) lies inside; the tests hold those figures.
"""

import re
from typing import NamedTuple

from gemfit.fit.types import SYSTEM_MEMORY, DeviceRates
from gemfit.machine.types import Cpu, Gpu

Range = tuple[float, float]

_GB = 1e9
# Processors: 2 cores here reach 10 to 19 GB/s; six to eight cores of desktops and laptops 20 to 31.
_CPU_PER_CORE = (4.5, 10.0)
_CPU_TOTAL = (18.0, 45.0)
# A Raspberry Pi 5 reaches 6.5 to 9 GB/s with its four cores (Cortex-A76, one 32-bit channel).
_SMALL_BOARD = (5.0, 10.0)
_SMALL_BOARDS = re.compile(r"raspberry|cortex-a\d", re.IGNORECASE)
_CPU_FIXED_S = 0.001
# Query elements times cells a second for each core: 3.3e9 were measured with AVX-512; a third for the low end.
_CPU_ATTENTION = (1.1e9, 3.5e9)
# Prompt speed, published for E2B, as operations a second for each core: 26 (Raspberry Pi 5), 48 (Dimensity 9000+), 52
# (i7-10750H), 90 (a laptop's four cores), 177 (the host of an RTX 4090) GFLOP/s.
_CPU_PROMPT_FLOPS = 70e9
_SMALL_BOARD_PROMPT_FLOPS = 27e9

# Of a GPU's bandwidth, published figures reach 60 to 80 % on large models; small ones wait for 2 to 4 ms a token.
_GPU_SHARE = (0.5, 0.9)
_GPU_FIXED_S = (0.004, 0.0015)
# The laptop form of a card has up to 43 % less (RTX 4090: 576 instead of 1008 GB/s).
_LAPTOP = re.compile(r"laptop|mobile|max-q", re.IGNORECASE)
_LAPTOP_SHARE = 0.55
# Experts are computed at about half the speed of dense matrices: RTX 5060 Ti, RX 9060 XT, Strix Halo (31B, 26B-A4B).
_EXPERTS_SHARE = 0.5

# Memory bandwidth in GB/s, from the makers' data sheets.
GPU_BANDWIDTH: dict[str, float] = {
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
    "8050s": 256,
    "8060s": 256,
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

# Operations a second on prompts of about 512 tokens, in 1e12, as published prompt speeds of Gemma 4 in Q4_0 say: twice
# the parameters that a token passes, times tokens a second (of a mixture, with its experts at half speed).
GPU_PROMPT_TFLOPS: dict[str, float] = {
    "gtx 1650 ti": 1.3,
    "gtx 1660 ti": 8.1,
    "rtx 3060": 13,
    "rtx 4060": 18,
    "rtx 4070": 63,
    "rtx 4090": 62,
    "rtx 5060 ti": 28,
    "gb10": 33,
    "rx 9060 xt": 19,
    "8060s": 14,
    "m1 pro": 3.9,
}


class Rates(NamedTuple):
    """The slow and the fast end. Prompts have one figure, the same in both; `prompts`: whether it is known."""

    low: DeviceRates
    high: DeviceRates
    prompts: bool


def gpu_bandwidth_gbps(name: str) -> float | None:
    """Memory bandwidth in GB/s of the GPU of that name, as drivers write it; None if it is not in the table."""
    return _by_name(GPU_BANDWIDTH, name)


def cpu_bandwidth_gbps(cpu: Cpu) -> Range:
    """What a processor of so many cores reads from memory, in GB/s: the low and the high end."""
    if _SMALL_BOARDS.search(cpu.model):
        return _SMALL_BOARD
    cores = max(1, cpu.physical_cores)
    return min(cores * _CPU_PER_CORE[0], _CPU_TOTAL[0]), min(cores * _CPU_PER_CORE[1], _CPU_TOTAL[1])


def cpu_rates(cpu: Cpu) -> Rates:
    """Of a processor, all its cores computing."""
    cores = max(1, cpu.physical_cores)
    flops = _SMALL_BOARD_PROMPT_FLOPS if _SMALL_BOARDS.search(cpu.model) else _CPU_PROMPT_FLOPS
    low, high = (
        DeviceRates(
            device=SYSTEM_MEMORY,
            threads=cores,
            fixed_s=_CPU_FIXED_S,
            layer_s=0.0,
            read_bps={"any": gbps * _GB},
            attention_s=1 / (attention * cores),
            prompt_flops=_prompt_flops(flops * cores),
        )
        for gbps, attention in zip(cpu_bandwidth_gbps(cpu), _CPU_ATTENTION, strict=True)
    )
    return Rates(low, high, prompts=True)


def gpu_rates(gpu: Gpu) -> Rates | None:
    """Of a GPU; None if nothing is known about it."""
    bandwidth = gpu_bandwidth_gbps(gpu.name)
    if bandwidth is None:
        return None
    tflops = _by_name(GPU_PROMPT_TFLOPS, gpu.name)
    low, high = (
        DeviceRates(
            device=gpu.engine_device or gpu.name,
            threads=0,
            fixed_s=fixed_s,
            layer_s=0.0,
            read_bps={"any": bandwidth * share * _GB},
            # Keys and values in f16 are 4 bytes a cell, and at least two query heads share them.
            attention_s=2 / (bandwidth * share * _GB),
            prompt_flops=_prompt_flops((tflops or 1.0) * 1e12),
        )
        for share, fixed_s in zip(_GPU_SHARE, _GPU_FIXED_S, strict=True)
    )
    return Rates(low, high, prompts=tflops is not None)


def _prompt_flops(flops: float) -> dict[str, float]:
    """For every type alike; experts apart, under the names that `work.rate_for` looks for."""
    return {
        "q4_0:experts": flops * _EXPERTS_SHARE,
        "bf16:experts": flops * _EXPERTS_SHARE,
        "q6_k": flops,
        "bf16": flops,
    }


def _by_name(table: dict[str, float], name: str) -> float | None:
    plain = " ".join(re.findall(r"[a-z0-9]+", name.lower()))
    found = [key for key in table if re.search(rf"\b{key}\b", plain)]
    if not found:
        return None
    return table[max(found, key=len)] * (_LAPTOP_SHARE if _LAPTOP.search(name) else 1.0)
