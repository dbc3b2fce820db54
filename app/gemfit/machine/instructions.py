"""The instruction sets that the processor has, by the names under which the engine says which ones it uses.

Only those that llama.cpp has code for, so that what is missing from the engine's own list is what a better build for
this processor would use.
"""

import ctypes
import sys

from gemfit.machine.text import pairs

# Linux's flags (x86: `flags`, ARM: `Features` of /proc/cpuinfo) by ggml's names, as its feature list has them
# (ggml/src/ggml-cpu/ggml-cpu.cpp). `pni` is SSE3.
LINUX_FLAGS = {
    "pni": "SSE3",
    "ssse3": "SSSE3",
    "avx": "AVX",
    "avx_vnni": "AVX_VNNI",
    "avx2": "AVX2",
    "f16c": "F16C",
    "fma": "FMA",
    "bmi2": "BMI2",
    "avx512f": "AVX512",
    "avx512vbmi": "AVX512_VBMI",
    "avx512_vnni": "AVX512_VNNI",
    "avx512_bf16": "AVX512_BF16",
    "amx_int8": "AMX_INT8",
    "asimd": "NEON",
    "asimdhp": "FP16_VA",
    "asimddp": "DOTPROD",
    "i8mm": "MATMUL_INT8",
    "sve": "SVE",
}
# The same for `sysctl hw.optional` on Apple's own chips and on Intel's.
MACOS_FLAGS = {
    "arm.AdvSIMD": "NEON",
    "arm.FEAT_FP16": "FP16_VA",
    "arm.FEAT_DotProd": "DOTPROD",
    "arm.FEAT_I8MM": "MATMUL_INT8",
    "sse3": "SSE3",
    "supplementalsse3": "SSSE3",
    "avx1_0": "AVX",
    "avx2_0": "AVX2",
    "f16c": "F16C",
    "fma": "FMA",
    "bmi2": "BMI2",
    "avx512f": "AVX512",
}
# Numbers of IsProcessorFeaturePresent (winnt.h, PF_…_INSTRUCTIONS_AVAILABLE).
WINDOWS_FLAGS = {13: "SSE3", 36: "SSSE3", 39: "AVX", 40: "AVX2", 41: "AVX512", 19: "NEON", 43: "DOTPROD"}
SYSCTL = ["/usr/sbin/sysctl", "hw.optional"]


def from_cpuinfo(text: str) -> list[str]:
    """What `/proc/cpuinfo` says of the first processor."""
    found = pairs(text, ":")
    flags = set((found.get("flags") or found.get("Features", "")).split())
    return [name for flag, name in LINUX_FLAGS.items() if flag in flags]


def from_sysctl(text: str) -> list[str]:
    """What `sysctl hw.optional` prints: `hw.optional.arm.FEAT_I8MM: 1`."""
    found = pairs(text, ":")
    return [name for flag, name in MACOS_FLAGS.items() if found.get(f"hw.optional.{flag}") == "1"]


def from_windows() -> list[str]:
    """What Windows says; nothing on other systems."""
    found: list[str] = []
    if sys.platform == "win32":
        present = ctypes.windll.kernel32.IsProcessorFeaturePresent
        found = [name for number, name in WINDOWS_FLAGS.items() if present(number)]
    return found
