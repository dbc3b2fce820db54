"""The end of a child: its cause, and the cause in words."""

import signal

import pytest

from gemfit.engine import exits
from gemfit.engine.exits import Known

ASSERTION = "/src/ggml/src/ggml.c:123: GGML_ASSERT(ne[0] > 0) failed"


def test_an_end_that_was_asked_for_says_that_memory_is_free() -> None:
    end = exits.decode(0, [], Known(expected=True))
    assert end.expected
    assert end.cause == "asked"
    assert "memory is free" in str(end.sentence)


@pytest.mark.parametrize(
    ("returncode", "tail", "cause", "words"),
    [
        (-signal.SIGABRT, [ASSERTION], "assertion", "ggml.c:123: GGML_ASSERT(ne[0] > 0) failed"),
        (-signal.SIGABRT, ["python: x.cpp:7: f(): Assertion `a' failed."], "assertion", "Assertion `a' failed"),
        (3, [], "assertion", "should not be"),
        (-signal.SIGSEGV, [], "crash", "SIGSEGV"),
        (-signal.SIGBUS, [], "crash", "SIGBUS"),
        (0xC0000005, [], "crash", "access violation"),
        (-signal.SIGKILL, [], "killed", "killed"),
        (-signal.SIGTERM, [], "killed", "killed"),
        (-signal.SIGILL, [], "illegal_instruction", "instructions that this processor does not have"),
        (0xC000001D, [], "illegal_instruction", "instructions that this processor does not have"),
        (-signal.SIGABRT, ["terminate called", "  what():  std::bad_alloc"], "out_of_memory", "ran out of memory"),
        (
            -signal.SIGABRT,
            ["ggml.c:1644: GGML_ASSERT(ctx->mem_buffer != NULL) failed"],
            "out_of_memory",
            "ran out of memory",
        ),
        (1, ["alloc_buffer: failed to allocate buffer of size 1"], "out_of_memory", "ran out of memory"),
        (1, ["Traceback (most recent call last):", "MemoryError"], "out_of_memory", "ran out of memory"),
        (
            -signal.SIGABRT,
            [
                "alloc_buffer: allocating 8192.00 MiB on device 0: cudaMalloc failed: out of memory",
                "alloc_tensor_range: failed to allocate CUDA0 buffer of size 8589934592",
            ],
            "device_out_of_memory",
            "GPU's memory",
        ),
        (
            -signal.SIGABRT,
            ["vk::Device::allocateMemory: ErrorOutOfDeviceMemory"],
            "device_out_of_memory",
            "GPU's memory",
        ),
        (
            -signal.SIGABRT,
            ["CUDA error: an illegal memory access was encountered", "  current device: 0", "x.cu:109: CUDA error"],
            "gpu_fault",
            "an illegal memory access was encountered",
        ),
        (-signal.SIGABRT, ["vk::Queue::submit: ErrorDeviceLost"], "gpu_fault", "ErrorDeviceLost"),
        (
            1,
            ["OSError: libcudart.so.12: cannot open shared object file: No such file or directory"],
            "missing_library",
            "libcudart.so.12",
        ),
        (1, ["ModuleNotFoundError: No module named 'llama_cpp'"], "missing_library", "llama_cpp"),
        (0xC0000135, [], "missing_library", "library"),
        (1, ["OSError: [Errno 28] No space left on device"], "disk_full", "no room left"),
        (1, ["Traceback (most recent call last):", "ValueError: no"], "bug", "ValueError: no"),
        (1, [], "ended", "(1)"),
        (0, [], "ended", "without a reason"),
    ],
)
def test_an_unexpected_end_has_a_cause_and_says_what_to_do(
    returncode: int, tail: list[str], cause: str, words: str
) -> None:
    end = exits.decode(returncode, tail, Known(doing="prompt"))
    assert end.cause == cause
    assert words in str(end.sentence)
    assert "conversation is safe" in str(end.sentence) or "nstall" in str(end.sentence)
    assert (end.stderr_tail, end.doing, end.expected) == (tail, "prompt", False)


def test_what_the_parent_ended_it_for_counts_before_how_it_ended() -> None:
    for cause in ("hang", "not_stopping", "bad_message"):
        end = exits.decode(-signal.SIGKILL, [ASSERTION], Known(ended_for=cause))
        assert end.cause == cause
        assert not end.expected


def test_a_kill_while_the_system_ran_out_of_memory_is_put_down_to_that() -> None:
    assert exits.decode(-signal.SIGKILL, [], Known(ran_out=True)).cause == "out_of_memory"
    assert exits.decode(-signal.SIGSEGV, [], Known(ran_out=True)).cause == "crash"


@pytest.mark.parametrize("number", [signal.SIGBUS, signal.SIGSEGV, signal.SIGABRT])
def test_a_fault_with_a_file_that_was_written_to_is_put_down_to_that(number: signal.Signals) -> None:
    end = exits.decode(-number, [], Known(file_changed=True))
    assert end.cause == "file_changed"
    assert "changed by another program" in str(end.sentence)
