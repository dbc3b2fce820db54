"""What the hand-overs to all programs say in the same way."""

import shutil

from gemfit.library.handover.quoting import posix, powershell
from gemfit.library.handover.types import Handover, Subject, Target
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

NOT_HERE = QT_TRANSLATE_NOOP("gemfit", "Its weights are not on this disk yet. Get them first.")
NOT_VERIFIED = QT_TRANSLATE_NOOP("gemfit", "Its weights have not been verified yet. Verify them first.")
OWN = QT_TRANSLATE_NOOP("gemfit", "Nobody published a hash for this file, so nothing here can say that it is genuine.")
FETCHES = QT_TRANSLATE_NOOP(
    "gemfit", "{program} cannot use this file. It fetches a repository of its own, when you run the command."
)
_ONLY_GGUF = QT_TRANSLATE_NOOP("gemfit", "{program} runs GGUF files, and this is a LiteRT-LM file.")


def found(program: str) -> str | None:
    """Where a program is on the search path."""
    return shutil.which(program)


def licence_of(subject: Subject) -> Sentence:
    """What goes along with the weights."""
    if not subject.licence:
        text = QT_TRANSLATE_NOOP("gemfit", "The file does not say under which licence it is. Ask where it came from.")
        return say(text)
    if not subject.licence_url:
        return say(QT_TRANSLATE_NOOP("gemfit", "Licence of the weights: {licence}."), licence=subject.licence)
    text = QT_TRANSLATE_NOOP("gemfit", "Licence of the weights: {licence}, {url}. It goes along with them.")
    return say(text, licence=subject.licence, url=subject.licence_url)


def why_not_gguf(subject: Subject, program: str) -> list[Sentence]:
    """Why a program that runs GGUF files cannot have this one; empty if it can."""
    return [] if subject.container == "gguf" else [say(_ONLY_GGUF, program=program)]


def about_file(subject: Subject) -> list[Sentence]:
    """What is to be known of the file itself before it is handed over."""
    if subject.path is None:
        return [say(NOT_HERE)]
    if subject.own:
        return [say(OWN)]
    return [] if subject.verified else [say(NOT_VERIFIED)]


def is_ready(subject: Subject) -> bool:
    """Whether the file is here and can be trusted: what `need_file` does not refuse."""
    return subject.path is not None and (subject.verified or subject.own)


def offer_command(
    subject: Subject,
    target: Target,
    program: str,
    *,
    argv: list[str],
    possible: bool,
    notes: list[Sentence],
    tested: str,
) -> Handover:
    """What a program gets that takes a command line: that line (empty where nothing is here), and what to know."""
    at = found(target)
    return Handover(
        target=target,
        program=program,
        found=at,
        possible=possible,
        acts=["run"] if at and argv and is_ready(subject) else [],
        argv=argv,
        posix=posix(argv),
        powershell=powershell(argv),
        notes=notes,
        tested=say(tested),
        licence=licence_of(subject),
    )
