"""Why a child ended: its exit status and last lines, in words. Pure."""

import re
import signal
from collections.abc import Sequence

from gemfit.engine.protocol import EngineExit
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

_MEMORY = re.compile(
    r"failed to allocate|out of memory|bad_alloc|cannot allocate memory|unable to allocate|ErrorOutOfDeviceMemory", re.I
)


def decode(returncode: int, stderr_tail: Sequence[str], *, expected: bool, ignored: bool = False) -> EngineExit:
    """Put an exit in words. `returncode` as subprocess gives it: negative for a signal.

    `ignored`: it was ended because it did not stop an answer when asked to.
    """
    return EngineExit(
        returncode=returncode,
        expected=expected,
        sentence=_did_not_stop() if ignored else _sentence(returncode, stderr_tail, expected=expected),
        stderr_tail=list(stderr_tail),
    )


def signal_name(returncode: int) -> str:
    """`SIGSEGV` for -11; a Windows exception for its status; else the number."""
    windows = {0xC0000005: "access violation", 0xC0000409: "abort", 0xC000001D: "illegal instruction"}
    if returncode & 0xFFFFFFFF in windows:
        return windows[returncode & 0xFFFFFFFF]
    try:
        return signal.Signals(-returncode).name
    except ValueError:
        return str(returncode)


def _did_not_stop() -> Sentence:
    return say(
        QT_TRANSLATE_NOOP(
            "gemfit",
            "The engine did not stop in time, so it was ended. Your conversation is safe. Load the model again.",
        )
    )


def _sentence(returncode: int, tail: Sequence[str], *, expected: bool) -> Sentence:
    if expected:
        return say(QT_TRANSLATE_NOOP("gemfit", "The engine was stopped; its memory is free again."))
    if any(_MEMORY.search(line) for line in tail):
        return say(
            QT_TRANSLATE_NOOP(
                "gemfit",
                "The engine ran out of memory and ended. Your conversation is safe. "
                "Choose a smaller context or a smaller model, or close other programs.",
            )
        )
    name = signal_name(returncode)
    if name == "SIGKILL":
        return say(
            QT_TRANSLATE_NOOP(
                "gemfit",
                "The engine was killed, by the system for want of memory or by hand. Your conversation is safe. "
                "Load the model again; if it happens again, choose a smaller context.",
            )
        )
    if name in ("SIGILL", "illegal instruction"):
        return say(
            QT_TRANSLATE_NOOP(
                "gemfit",
                "The engine uses instructions that this processor does not have. "
                "Install an engine build made for this computer.",
            )
        )
    return say(
        QT_TRANSLATE_NOOP(
            "gemfit",
            "The engine ended unexpectedly ({cause}). Your conversation is safe. "
            "Load the model again; if it happens again, verify the file.",
        ),
        cause=name if returncode else QT_TRANSLATE_NOOP("gemfit", "without a reason"),
    )
