"""What people bring for a picture and is none that can be looked at: told beforehand, with what to do instead."""

from pathlib import Path

from gemfit.errors import GemfitError
from gemfit.media.heads import container_of
from gemfit.words import QT_TRANSLATE_NOOP, Sentence, say

# Pillow would take some of them for a TIFF, and read the thumbnail in them.
_RAW = frozenset({
    ".dng", ".cr2", ".cr3", ".crw", ".nef", ".nrw", ".arw", ".sr2", ".raf", ".orf", ".rw2", ".pef", ".srw", ".x3f",
})  # fmt: skip
_DOCUMENTS = frozenset({
    ".pdf", ".doc", ".docx", ".odt", ".rtf", ".pages", ".xls", ".xlsx", ".ods", ".csv", ".numbers",
    ".ppt", ".pptx", ".odp", ".key", ".epub",
    ".txt", ".md", ".html", ".htm", ".json", ".xml",
})  # fmt: skip
_DRAWINGS = frozenset({".svg", ".svgz", ".eps", ".ai", ".emf", ".wmf"})


def check_picture(path: Path, head: bytes) -> None:
    """Raises GemfitError `picture_foreign` for raw photographs, documents, drawings and videos. `head`: the first bytes
    of the file."""
    sentence = _sentence(path, head)
    if sentence is not None:
        raise GemfitError("picture_foreign", sentence)


def _sentence(path: Path, head: bytes) -> Sentence | None:
    suffix = path.suffix.lower()
    if suffix in _RAW:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "{file} is a raw photograph, which has to be developed first. It was left as it is. "
            "Export it as JPEG from the program for your photographs, and take that.",
        )
        return say(text, file=path.name)
    if suffix in _DOCUMENTS or head.startswith(b"%PDF"):
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "{file} is a document, and only pictures and sounds are taken. It was left as it is. "
            "Paste its text into the message, or attach a picture of the page.",
        )
        return say(text, file=path.name)
    if suffix in _DRAWINGS:
        text = QT_TRANSLATE_NOOP(
            "gemfit", "{file} is a drawing, not a picture. It was left as it is. Export it as PNG, and take that."
        )
        return say(text, file=path.name)
    if container_of(head) in ("mov", "matroska"):
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "{file} is a video or a sound, not a picture. It was left as it is. Give it as a sound: of a video the "
            "sound is taken. For what it shows take a picture of the screen, and attach that.",
        )
        return say(text, file=path.name)
    return None
