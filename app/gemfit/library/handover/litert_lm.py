"""LiteRT-LM: Google's runtime for the mobile format, on the command line: https://ai.google.dev/edge/litert-lm/cli"""

from gemfit.library.handover.common import about_file, found, offer_command
from gemfit.library.handover.types import Handover, Subject
from gemfit.words import QT_TRANSLATE_NOOP, say

PROGRAM = "LiteRT-LM"
_TESTED = QT_TRANSLATE_NOOP(
    "gemfit", "Tested with litert-lm 0.18.1 on a tiny model; a Gemma 4 in this format was not at hand."
)
_ONLY_LITERT = QT_TRANSLATE_NOOP(
    "gemfit", "LiteRT-LM runs .litertlm files, and this is a GGUF. E2B, E4B and 12B come in its format: mobile."
)
_CACHE = QT_TRANSLATE_NOOP(
    "gemfit", "Without --cache no, LiteRT-LM keeps what it compiles in a file beside the weights, and starts faster."
)
_INSTALL = QT_TRANSLATE_NOOP("gemfit", "It comes from PyPI: pip install litert-lm")


def offer(subject: Subject, context_tokens: int) -> Handover:
    """The command line for a conversation in the terminal. Starts nothing."""
    possible = subject.container == "litertlm"
    argv = command(subject, context_tokens) if possible and subject.path else []
    notes = about_file(subject) if possible else [say(_ONLY_LITERT)]
    if argv:
        notes += [say(_CACHE), *([] if found("litert-lm") else [say(_INSTALL)])]
    return offer_command(subject, "litert-lm", PROGRAM, argv=argv, possible=possible, notes=notes, tested=_TESTED)


def command(subject: Subject, context_tokens: int) -> list[str]:
    """The arguments for weights that are here."""
    return ["litert-lm", "run", str(subject.path), "--max-num-tokens", str(context_tokens), "--cache", "no"]
