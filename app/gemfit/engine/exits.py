"""Why a child ended: from its exit status, its last lines and what the parent knows, a cause and a sentence. Pure."""

import re
import signal
from collections.abc import Mapping, Sequence

import msgspec

from gemfit.engine.protocol import Doing, EngineExit, ExitCause
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What the parent knows beside status and last lines.

    `ended_for`: it ended the child itself, over this. `ran_out`: the system ended a process for want of memory
    meanwhile. `file_changed`: the model's file was cut or written to meanwhile.
    """

    expected: bool = False
    ended_for: ExitCause | None = None
    doing: Doing = "idle"
    ran_out: bool = False
    file_changed: bool = False


_DEVICE_MEMORY = re.compile(
    r"ErrorOutOfDeviceMemory|cuda(Malloc)?\b.*out of memory|cudaMalloc failed|hipErrorOutOfMemory|hipMalloc failed"
    r"|(CUDA|ROCm|Vulkan|Metal|SYCL|MTL)\S*.*(failed to allocate|out of memory)|kIOGPU\w*OutOfMemory",
    re.I,
)
_MEMORY = re.compile(
    r"failed to allocate|out of memory|bad_alloc|cannot allocate memory|unable to allocate|MemoryError"
    r"|ErrorOutOfHostMemory|DefaultCPUAllocator|failed to map segment.*memory"
    r"|GGML_ASSERT\((galloc|ctx->mem_buffer)\S* != NULL\)",  # what ggml asserts of what malloc gave it
    re.I,
)
_DISK = re.compile(
    r"No space left on device|ENOSPC|Disk quota exceeded|\[Errno (28|122)\]|File too large"
    r"|cannot append buffer to cache file",  # XNNPACK's cache of a model in the mobile format
    re.I,
)
_LIBRARY = re.compile(
    r"(?P<library>[\w+.-]+\.(?:so[\w.]*|dylib|dll))\b.*(cannot open shared object|not found|no such file)"
    r"|Library not loaded: (?P<mac>\S+)|Could not find module '(?P<windows>[^']+)'"
    r"|No module named '(?P<module>[^']+)'|undefined symbol: (?P<symbol>\w+)",
    re.I,
)
_GPU = re.compile(
    r"(?P<what>(CUDA|ROCm|HIP|MUSA) error: .*|.*ErrorDeviceLost.*|.*device lost.*|.*command buffer \d+ failed.*"
    r"|.*unspecified launch failure.*|.*illegal memory access.*|.*GPU Hang.*)",
    re.I,
)
_ASSERTION = re.compile(r"(?P<where>[^\s/\\]+\.(?:c|cc|cpp|cu|cuh|h|m|mm|hpp):\d+): (?P<what>.+)")
_C_ASSERTION = re.compile(r"(?P<what>Assertion .* failed|Check failed: .*)")

_WINDOWS: Mapping[int, str] = {
    0xC0000005: "access violation",
    0xC0000409: "abort",
    0xC000001D: "illegal instruction",
    0xC0000135: "missing library",
    0xC0000139: "missing library",
    0xC0000017: "no memory",
    0xC0000006: "in-page error",
}
_ABORTS = ("SIGABRT", "abort", "3")  # 3: what abort() of Microsoft's C library ends with
_FAULTS = ("SIGBUS", "SIGSEGV", "access violation", "in-page error")


def decode(returncode: int, stderr_tail: Sequence[str], known: Known) -> EngineExit:
    """Find the cause and put it in words. `returncode` as subprocess gives it: negative for a signal."""
    cause, detail = _cause(returncode, stderr_tail, known)
    name = signal_name(returncode)
    return EngineExit(
        returncode=returncode,
        expected=cause == "asked",
        sentence=_sentence(cause, detail or (name if returncode else "")),
        stderr_tail=list(stderr_tail),
        cause=cause,
        detail=detail,
        doing=known.doing,
    )


def signal_name(returncode: int) -> str:
    """`SIGSEGV` for -11; a Windows exception for its status; else the number."""
    if returncode & 0xFFFFFFFF in _WINDOWS:
        return _WINDOWS[returncode & 0xFFFFFFFF]
    try:
        return signal.Signals(-returncode).name
    except ValueError:
        return str(returncode)


def _cause(returncode: int, tail: Sequence[str], known: Known) -> tuple[ExitCause, str]:
    """The cause and the library's or the driver's own words for it, "" where there are none."""
    if known.ended_for is not None:
        return known.ended_for, ""
    if known.expected:
        return "asked", ""
    name = signal_name(returncode)
    if known.file_changed and name in (*_FAULTS, *_ABORTS):
        return "file_changed", ""
    if known.ran_out and name == "SIGKILL":
        return "out_of_memory", ""
    said = _said(tail)
    if said is not None:
        return said
    if name in ("SIGKILL", "SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"):
        return "killed", ""
    if name in ("SIGILL", "illegal instruction"):
        return "illegal_instruction", ""
    if name == "missing library" or returncode == 127:
        return "missing_library", ""
    if name == "no memory":
        return "out_of_memory", ""
    if name in _ABORTS:
        return "assertion", _assertion(tail)
    if any(line.startswith("Traceback (most recent call last)") for line in tail):
        return "bug", tail[-1]
    return ("ended" if returncode >= 0 and name not in _FAULTS else "crash"), ""


def _said(tail: Sequence[str]) -> tuple[ExitCause, str] | None:
    """What the last lines name, the most telling first: a driver's error often ends in an assertion."""
    for line in tail:
        if _DEVICE_MEMORY.search(line):
            return "device_out_of_memory", line.strip()
    for cause, pattern in _SAYINGS:
        for line in tail:
            if found := pattern.search(line):
                named = next((text for text in found.groupdict().values() if text), "")
                return cause, (named or line).strip()
    return None


_SAYINGS: tuple[tuple[ExitCause, re.Pattern[str]], ...] = (
    ("gpu_fault", _GPU),
    ("out_of_memory", _MEMORY),
    ("disk_full", _DISK),
    ("missing_library", _LIBRARY),
)


def _assertion(tail: Sequence[str]) -> str:
    """The assertion that was not kept, with its place: `ggml.c:123: GGML_ASSERT(x) failed`."""
    for line in reversed(tail):
        if found := _ASSERTION.search(line):
            return f"{found['where']}: {found['what'].strip()}"
        if found := _C_ASSERTION.search(line):
            return found["what"].strip()
    return tail[-1].strip() if tail else ""


def _sentence(cause: ExitCause, detail: str) -> Sentence:
    if cause == "file_changed":
        return file_changed()
    text = _SENTENCES[cause]
    if "{detail}" not in text:
        return say(text)
    return say(text, detail=detail or QT_TRANSLATE_NOOP("gemfit", "without a reason"))


def file_changed() -> Sentence:
    """Also said by the child itself, when it notices before anything breaks."""
    return say(
        QT_TRANSLATE_NOOP(
            "gemfit",
            "The model's file was changed by another program while it was in use. Your conversation is safe. "
            "Load the model again; if that fails, download it again.",
        )
    )


_SENTENCES: Mapping[ExitCause, str] = {
    "asked": QT_TRANSLATE_NOOP("gemfit", "The engine was stopped; its memory is free again."),
    "out_of_memory": QT_TRANSLATE_NOOP(
        "gemfit",
        "The engine ran out of memory and ended. Your conversation is safe. "
        "Choose a smaller context or a smaller model, or close other programs.",
    ),
    "device_out_of_memory": QT_TRANSLATE_NOOP(
        "gemfit",
        "The GPU's memory ran out and the engine ended. Your conversation is safe. "
        "Choose a smaller context or fewer layers on the GPU, or close other programs that use it.",
    ),
    "killed": QT_TRANSLATE_NOOP(
        "gemfit",
        "The engine was killed, by the system for want of memory or by hand. Your conversation is safe. "
        "Load the model again; if it happens again, choose a smaller context.",
    ),
    "assertion": QT_TRANSLATE_NOOP(
        "gemfit",
        "The engine stopped itself over something that should not be ({detail}). Your conversation is safe. "
        "Load the model again; if it happens again, verify the file or choose another format.",
    ),
    "gpu_fault": QT_TRANSLATE_NOOP(
        "gemfit",
        "The GPU or its driver failed ({detail}). Your conversation is safe. "
        "Load the model again; if it happens again, load it on the processor only, or renew the driver.",
    ),
    "missing_library": QT_TRANSLATE_NOOP(
        "gemfit",
        "The engine needs a library that is not here ({detail}). Nothing was loaded. "
        "Install it, or choose another engine build.",
    ),
    "illegal_instruction": QT_TRANSLATE_NOOP(
        "gemfit",
        "The engine uses instructions that this processor does not have. "
        "Install an engine build made for this computer.",
    ),
    "hang": QT_TRANSLATE_NOOP(
        "gemfit",
        "The engine did not move any more, so it was ended. Your conversation is safe. Load the model again.",
    ),
    "not_stopping": QT_TRANSLATE_NOOP(
        "gemfit",
        "The engine did not stop in time, so it was ended. Your conversation is safe. Load the model again.",
    ),
    "bad_message": QT_TRANSLATE_NOOP(
        "gemfit",
        "The engine said something that makes no sense, so it was ended. Your conversation is safe. "
        "Load the model again; if it happens again, choose another engine build.",
    ),
    "disk_full": QT_TRANSLATE_NOOP(
        "gemfit",
        "The engine ended because it had no room left on the disk ({detail}). Your conversation is safe. "
        "Make room, then load the model again.",
    ),
    "crash": QT_TRANSLATE_NOOP(
        "gemfit",
        "The engine crashed ({detail}). Your conversation is safe. "
        "Load the model again; if it happens again, verify the file.",
    ),
    "bug": QT_TRANSLATE_NOOP(
        "gemfit",
        "The engine made a mistake of its own ({detail}). Your conversation is safe. "
        "Load the model again, and report it if it happens again.",
    ),
    "ended": QT_TRANSLATE_NOOP(
        "gemfit",
        "The engine ended unexpectedly ({detail}). Your conversation is safe. "
        "Load the model again; if it happens again, verify the file.",
    ),
}
