"""The sentences for files that are no good: each says what is wrong, that nothing of it was loaded, and what to do."""

from gemfit.errors import GemfitError
from gemfit.words import QT_TRANSLATE_NOOP, say

NOT_GGUF, TRUNCATED, DAMAGED, UNSUPPORTED = "not_gguf", "gguf_truncated", "gguf_damaged", "gguf_unsupported"


def cannot_read(file: str, error: OSError) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} cannot be read: {reason}. It was not changed. Check that the file is there and that you may open it.",
    )
    return GemfitError("gguf_unreadable", say(text, file=file, reason=error.strerror or type(error).__name__))


def empty(file: str) -> GemfitError:
    text = QT_TRANSLATE_NOOP("gemfit", "{file} is empty: it holds no model. Download it again.")
    return GemfitError(NOT_GGUF, say(text, file=file))


def git_lfs_pointer(file: str) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} is not the model but a Git LFS pointer: a short note that says where the model is. "
        "Nothing was loaded. Download the model itself, or run “git lfs pull” in its folder.",
    )
    return GemfitError(NOT_GGUF, say(text, file=file))


def web_page(file: str) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} is a web page, not a model: probably an error page or a sign-in page that was saved under this name. "
        "Nothing was loaded. Delete it and download the model again.",
    )
    return GemfitError(NOT_GGUF, say(text, file=file))


def text_file(file: str) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit", "{file} is a text file, not a model. Nothing was loaded. Choose a file in the GGUF format."
    )
    return GemfitError(NOT_GGUF, say(text, file=file))


def other_file(file: str) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} is not a GGUF file: it does not begin as one. Nothing was loaded. "
        "Choose a file in the GGUF format, or download it again.",
    )
    return GemfitError(NOT_GGUF, say(text, file=file))


def big_endian(file: str) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} is a GGUF file for big-endian computers, which this engine cannot read. "
        "Nothing was loaded. Get the usual, little-endian file of the same model.",
    )
    return GemfitError(UNSUPPORTED, say(text, file=file))


def version(file: str, number: int) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} is of GGUF version {number}; this program reads versions 2 and 3. "
        "Nothing was loaded. Get a newer file of the same model, or a newer Gemfit if the file is the newer one.",
    )
    return GemfitError(UNSUPPORTED, say(text, file=file, number=number))


def part_alone(file: str, number: int, parts: int, first: str) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} is part {number} of {parts} of one model. Nothing was loaded. Open the first part, {first}: it brings "
        "the others.",
    )
    return GemfitError(UNSUPPORTED, say(text, file=file, number=number, parts=parts, first=first))


def part_misnamed(file: str, number: int, parts: int) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} is part {number} of {parts} of one model, and the engine finds the others only by their names. Nothing "
        "was loaded. Give the parts the names that they were published with: they end in {ending}.",
    )
    ending = f"-{number:05d}-of-{parts:05d}.gguf"
    return GemfitError(UNSUPPORTED, say(text, file=file, number=number, parts=parts, ending=ending))


def parts_missing(file: str, parts: int, missing: list[str]) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} is a model in {parts} parts, and these are not beside it: {missing}. Nothing was loaded. Get the model "
        "again and only they are fetched, or put all parts into one folder.",
    )
    return GemfitError(TRUNCATED, say(text, file=file, parts=parts, missing=", ".join(missing[:5])))


def other_part(file: str, number: int, parts: int) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} is named as part {number} of {parts} and says of itself that it is another. Nothing was loaded. Verify "
        "the parts, or download them again.",
    )
    return GemfitError(DAMAGED, say(text, file=file, number=number, parts=parts))


def tensors_missing(file: str, found: int, published: int) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "The parts of {file} hold {found} tensors together where there should be {published}: they are not of one "
        "model. Nothing was loaded. Download them again.",
    )
    return GemfitError(DAMAGED, say(text, file=file, found=found, published=published))


def tensor_type(file: str, tensor: str, number: int) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} stores {tensor} in a way that this engine does not know (type {number}). Nothing was loaded. "
        "Get another format of the same model, or verify the file.",
    )
    return GemfitError(UNSUPPORTED, say(text, file=file, tensor=tensor, number=number))


def ends_in_header(file: str, ends_at: int) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} is incomplete: it ends after {ends_at} bytes, inside its header. "
        "Nothing was loaded. Download it again; a download that was interrupted goes on where it stopped.",
    )
    return GemfitError(TRUNCATED, say(text, file=file, ends_at=ends_at))


def ends_early(file: str, ends_at: int, needed: int) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} is incomplete: it ends after {ends_at} of {needed} bytes. "
        "Nothing was loaded. Download it again; a download that was interrupted goes on where it stopped.",
    )
    return GemfitError(TRUNCATED, say(text, file=file, ends_at=ends_at, needed=needed))


def absurd_count(file: str, count: int) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} is damaged: its header speaks of {count} entries, which cannot be. "
        "Nothing was loaded. Verify it or download it again.",
    )
    return GemfitError(DAMAGED, say(text, file=file, count=count))


def bad_entry(file: str, place: int) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} is damaged: what stands at byte {place} of its header makes no sense. "
        "Nothing was loaded. Verify it or download it again.",
    )
    return GemfitError(DAMAGED, say(text, file=file, place=place))


def bad_value(file: str, key: str) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} is damaged: the value of “{key}” in its header makes no sense. "
        "Nothing was loaded. Verify it or download it again.",
    )
    return GemfitError(DAMAGED, say(text, file=file, key=key))


def duplicate(file: str, key: str) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} is damaged: “{key}” stands in its header twice. Nothing was loaded. Verify it or download it again.",
    )
    return GemfitError(DAMAGED, say(text, file=file, key=key))


def bad_tensor(file: str, tensor: str) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} is damaged: the size or the place of {tensor} cannot be right. "
        "Nothing was loaded. Verify it or download it again.",
    )
    return GemfitError(DAMAGED, say(text, file=file, tensor=tensor))


def duplicate_tokens(file: str, token: str) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} has the token “{token}” twice in its vocabulary, and the engine would refuse it. Some early uploads of "
        "models are like that. Nothing was loaded. Download the current version of the model.",
    )
    return GemfitError(DAMAGED, say(text, file=file, token=token))


def no_architecture(file: str) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} does not say which architecture its model has, so nothing can run it. "
        "Nothing was loaded. Verify it or download it again.",
    )
    return GemfitError(DAMAGED, say(text, file=file))
