"""The sentences for files that are no good: each says what is wrong, that nothing of it was loaded, and what to do."""

from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say

NOT_LITERTLM, TRUNCATED, DAMAGED = "not_litertlm", "litertlm_truncated", "litertlm_damaged"
UNSUPPORTED, UNREADABLE = "litertlm_unsupported", "litertlm_unreadable"


def cannot_read(file: str, error: OSError) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} cannot be read: {reason}. It was not changed. Check that the file is there and that you may open it.",
    )
    return GemfitError(UNREADABLE, say(text, file=file, reason=error.strerror or type(error).__name__))


def empty(file: str) -> GemfitError:
    text = QT_TRANSLATE_NOOP("gemfit", "{file} is empty: it holds no model. Download it again.")
    return GemfitError(NOT_LITERTLM, say(text, file=file))


def other_file(file: str) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} is not a LiteRT-LM file: it does not begin as one. Nothing was loaded. "
        "Choose a file in the mobile format (.litertlm), or download it again.",
    )
    return GemfitError(NOT_LITERTLM, say(text, file=file))


def wrong_ending(file: str) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} holds a model in the mobile format, but its name does not end in .litertlm, and the engine goes by "
        "that. Nothing was loaded. Rename the file.",
    )
    return GemfitError(UNSUPPORTED, say(text, file=file))


def version(file: str, major: int) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} is of version {major} of its format; this engine knows version 1. Nothing was loaded. "
        "Take a file made for this version, or a newer version of Gemfit.",
    )
    return GemfitError(UNSUPPORTED, say(text, file=file, major=str(major)))


def no_language_model(file: str) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} holds no language model that answers: it lacks the description, the tokenizer or the weights of one. "
        "Nothing was loaded. Choose another file.",
    )
    return GemfitError(UNSUPPORTED, say(text, file=file))


def ends_early(file: str, file_bytes: int, needed_bytes: int) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} ends too early: {file_bytes} are there and {needed_bytes} belong to it. The download was not finished. "
        "Nothing was loaded. Download the file again.",
    )
    return GemfitError(TRUNCATED, say(text, file=file, file_bytes=file_bytes, needed_bytes=needed_bytes))


def damaged(file: str, part: str) -> GemfitError:
    """`part`: what cannot be right, marked for translation."""
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} is damaged: its {part} cannot be right. Nothing was loaded. Verify the file, or download it again.",
    )
    return GemfitError(DAMAGED, say(text, file=file, part=say(part)))
