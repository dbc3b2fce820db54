"""The end of a child, in words."""

import signal

import pytest

from gemfit.engine import exits


def test_an_end_that_was_asked_for_says_that_memory_is_free() -> None:
    end = exits.decode(0, [], expected=True)
    assert end.expected
    assert "memory is free" in str(end.sentence)


@pytest.mark.parametrize(
    ("returncode", "tail", "words"),
    [
        (-signal.SIGABRT, ["ggml.c:123: GGML_ASSERT(x) failed"], "SIGABRT"),
        (-signal.SIGSEGV, [], "SIGSEGV"),
        (-signal.SIGKILL, [], "killed"),
        (-signal.SIGILL, [], "instructions that this processor does not have"),
        (0xC000001D, [], "instructions that this processor does not have"),
        (0xC0000005, [], "access violation"),
        (-signal.SIGABRT, ["terminate called", "  what():  std::bad_alloc"], "ran out of memory"),
        (1, ["ggml_backend_cpu_buffer_type_alloc_buffer: failed to allocate buffer of size 1"], "ran out of memory"),
        (1, [], "(1)"),
    ],
)
def test_an_unexpected_end_says_what_happened_and_what_to_do(returncode: int, tail: list[str], words: str) -> None:
    end = exits.decode(returncode, tail, expected=False)
    assert words in str(end.sentence)
    assert "conversation is safe" in str(end.sentence) or "Install" in str(end.sentence)
    assert end.stderr_tail == tail
