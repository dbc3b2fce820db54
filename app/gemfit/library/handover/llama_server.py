"""llama-server of llama.cpp: a server with the chat of a browser and the API of OpenAI, from the same file."""

from gemfit.library.handover.common import about_file, offer_command, why_not_gguf
from gemfit.library.handover.types import Handover, Subject
from gemfit.words import QT_TRANSLATE_NOOP, say

PROGRAM = "llama-server"
IMAGE_TOKENS = 1120
"""The most that one image takes; they have to fit into one micro-batch: https://github.com/ggml-org/llama.cpp/issues/23409"""
LEAN = ["-np", "1", "-lm", "none", "-lzm", "on", "-cram", "0"]
"""One conversation, no second copy of the weights, per-layer embeddings left on disk, no cache of old prompts: E2B
takes 1.7 GiB with them and 3.9 GiB without."""

_TESTED = QT_TRANSLATE_NOOP(
    "gemfit",
    "Tested with llama-server of llama.cpp 0c1e5709 (October 2026) on tiny models of this family, with a projector and "
    "a drafter too. Versions before that may not know -lm and -lzm: leave those out there.",
)
_LOCAL = QT_TRANSLATE_NOOP("gemfit", "The server answers at http://127.0.0.1:8080, and only on this machine.")
_DRAFTER = QT_TRANSLATE_NOOP("gemfit", "The drafter guesses tokens ahead; the answers stay the same.")


def offer(subject: Subject, context_tokens: int) -> Handover:
    """The command line. Starts nothing."""
    refused = why_not_gguf(subject, PROGRAM)
    argv = command(subject, context_tokens) if not refused and subject.path else []
    notes = [*refused, *about_file(subject)]
    if argv:
        notes += [say(_LOCAL), *([say(_DRAFTER)] if subject.drafter else [])]
    return offer_command(subject, "llama-server", PROGRAM, argv=argv, possible=not refused, notes=notes, tested=_TESTED)


def command(subject: Subject, context_tokens: int) -> list[str]:
    """The arguments for weights that are here, with the projector and the drafter where those are."""
    argv = ["llama-server", "-m", str(subject.path), "-c", str(context_tokens), *LEAN]
    if subject.projector is not None:
        argv += ["--mmproj", str(subject.projector), "-ub", str(IMAGE_TOKENS)]
    if subject.drafter is not None:
        argv += ["-md", str(subject.drafter), "--spec-type", "draft-mtp", "--spec-draft-n-max", _drafted(subject)]
    return argv


def _drafted(subject: Subject) -> str:
    """Of a mixture of experts, each token drafted wants other experts: more than one gains nothing."""
    return "1" if subject.model and "A4B" in subject.model.id else "3"
