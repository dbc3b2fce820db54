"""Pictures: of any common type, upright, on white, only the first of several frames, and no larger than is of use."""

import io
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gemfit.errors import GemfitError
from gemfit.media import heif
from gemfit.media.foreign import check_picture
from gemfit.media.heads import head_of, is_heif
from gemfit.media.types import MOST_IMAGE_BYTES, MOST_PIXELS
from gemfit.words import QT_TRANSLATE_NOOP, say

if TYPE_CHECKING:
    from PIL import Image

# Those whose decoders are C libraries of their own or plain Python over zlib. Not EPS (runs Ghostscript), not the
# containers of documents and fonts, and none that nobody has had for twenty years.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "TIFF", "BMP", "PPM", "ICO", "TGA", "JPEG2000")
JPEG_QUALITY = 95
THUMBNAIL_PIXELS = 256
LEAST_TOKENS = 70
"""A picture that is smaller is made larger (llama.cpp, tools/mtmd/clip.cpp, `set_limit_image_tokens`)."""
SIXTEEN_BITS = ("I;16", "I;16L", "I;16B", "I;16N")


class Picture(NamedTuple):
    """Pixels row by row, three bytes each: red, green, blue."""

    width: int
    height: int
    rgb: bytes


def size_of(path: Path) -> tuple[int, int]:
    """Width and height, upright, from the header alone. Raises GemfitError as `read_picture`."""
    with _opened(path) as image:
        turned = _orientation(image) in (5, 6, 7, 8)
        return (image.height, image.width) if turned else (image.width, image.height)


class Taken(NamedTuple):
    """Width and height, upright; a small one as PNG; and what is kept: a JPEG, or None for the file as it is."""

    width: int
    height: int
    thumbnail: bytes
    jpeg: bytes | None


def take_picture(path: Path) -> Taken:
    """What is to be kept of a picture that people bring. Decodes all of it. HEIF is kept as JPEG: nobody but the child
    that runs this needs libheif.

    Raises GemfitError as `read_picture`, and `picture_foreign` and `media_library_missing`.
    """
    try:
        head = head_of(path)
    except OSError as error:
        raise missing(path, error) from error
    check_picture(path, head)
    if not is_heif(head):
        return Taken(*size_of(path), thumbnail(path), None)
    try:
        heif.register()
    except ImportError as error:
        raise _no_library(path) from error
    with _opened(path) as image:
        if (pixels := heif.coded_pixels(path)) > MOST_PIXELS:
            raise _too_many_pixels(path, pixels)
        whole = _upright(image, lambda width, height: (width, height))
        small = whole.resize(_small(whole.width, whole.height), reducing_gap=2.0)
        return Taken(whole.width, whole.height, _saved(small, "PNG"), _saved(whole, "JPEG", quality=JPEG_QUALITY))


def read_picture(path: Path, *, cell: int, tokens: int) -> Picture:
    """The picture, made smaller where it would take more than `tokens`; a token is a square of `cell` pixels.

    Raises GemfitError `picture_too_large`, `picture_unreadable` or `media_missing`.
    """
    with _opened(path) as image:
        upright = _upright(image, lambda width, height: fitting(width, height, cell, tokens))
        return Picture(upright.width, upright.height, upright.tobytes())


def thumbnail(path: Path) -> bytes:
    """A small one as PNG, at most `THUMBNAIL_PIXELS` either way. Decodes all of it. Raises GemfitError."""
    with _opened(path) as image:
        return _saved(_upright(image, _small), "PNG")


def _small(width: int, height: int) -> tuple[int, int]:
    scale = min(1.0, THUMBNAIL_PIXELS / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _saved(image: "Image.Image", kind: str, **options: int) -> bytes:
    made = io.BytesIO()
    image.save(made, kind, **options)
    return made.getvalue()


def fitting(width: int, height: int, cell: int, tokens: int) -> tuple[int, int]:
    """The size, kept where it takes at most `tokens`, else scaled down to whole cells.

    As llama.cpp does it (`calc_size_preserved_ratio` in tools/mtmd/mtmd-image.cpp), but for strips so long and narrow
    that it would go beyond the budget.
    """
    most = cell * cell * tokens
    if _cells(width, cell) * _cells(height, cell) <= tokens:
        return width, height
    scale = (most / (width * height)) ** 0.5
    wide, high = (min(tokens, max(1, int(length * scale / cell))) for length in (width, height))
    return min(wide, tokens // high) * cell, high * cell


def cells(width: int, height: int, cell: int) -> tuple[int, int]:
    """What llama.cpp makes of a picture of that size: squares across and down, at least `LEAST_TOKENS` of them."""
    wide, high = _cells(width, cell), _cells(height, cell)
    if wide * high >= LEAST_TOKENS:
        return wide, high
    scale = (LEAST_TOKENS / (width * height)) ** 0.5
    return ceil(width * scale), ceil(height * scale)


def _cells(length: int, cell: int) -> int:
    return max(1, int(length / cell + 0.5))


# -- decoding ----------------------------------------------------------------------------------------------------------

_ORIENTATION = 0x0112


@contextmanager
def _opened(path: Path) -> "Iterator[Image.Image]":
    """The picture with its header read. What goes wrong in the block as well becomes a GemfitError."""
    from PIL import Image

    n_bytes = _length(path)
    if n_bytes > MOST_IMAGE_BYTES:
        text = QT_TRANSLATE_NOOP(
            "gemfit",
            "{file} has {total_bytes}; pictures of at most {most_bytes} are read. It was left as it is. "
            "Take a smaller copy of it.",
        )
        raise GemfitError(
            "picture_too_large", say(text, file=path.name, total_bytes=n_bytes, most_bytes=MOST_IMAGE_BYTES)
        )
    try:
        with warnings.catch_warnings():
            # What Pillow warns of (too many pixels, odd metadata) is decided here, and is nobody else's business.
            warnings.simplefilter("ignore")
            with Image.open(path, formats=(*FORMATS, heif.FORMAT) if heif.FORMAT in Image.OPEN else FORMATS) as image:
                _check_pixels(path, image.width, image.height)
                yield image
    except GemfitError:
        raise
    except Image.DecompressionBombError as error:
        found = re.search(r"\d+", str(error))  # "Image size (900000000 pixels) exceeds limit of …"
        raise _too_many_pixels(path, int(found[0]) if found else 2 * int(Image.MAX_IMAGE_PIXELS or 0)) from None
    except Exception as error:  # a decoder of foreign bytes: whatever it raises, the file is what is wrong
        raise _unreadable(path, error) from error


def _upright(image: "Image.Image", target: Callable[[int, int], tuple[int, int]]) -> "Image.Image":
    """RGB, as a person would see it, in the size that `target` gives for its own."""
    from PIL import Image, ImageOps

    turned = _orientation(image) in (5, 6, 7, 8)
    wide, high = target(*((image.height, image.width) if turned else image.size))
    if image.format in ("JPEG", "MPO"):  # decodes an eighth, a quarter or a half of the size at once, in less memory
        image.draft("RGB", (high * 2, wide * 2) if turned else (wide * 2, high * 2))
    image.load()
    upright = image if image.format == heif.FORMAT else ImageOps.exif_transpose(image)
    if upright.mode in SIXTEEN_BITS:
        upright = upright.convert("I").point([i // 256 for i in range(1 << 16)], "L")
    if upright.has_transparency_data:
        upright = upright.convert("RGBA")
        white = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(white, upright)
    upright = upright.convert("RGB")
    if upright.size != (wide, high):
        upright = upright.resize((wide, high), Image.Resampling.BICUBIC)
    return upright


def _orientation(image: "Image.Image") -> int:
    """By the camera. Of HEIF it is the container that says so, and libheif has turned the picture already."""
    return 1 if image.format == heif.FORMAT else int(image.getexif().get(_ORIENTATION, 1))


def _length(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise missing(path, error) from error


def _check_pixels(path: Path, width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise _too_many_pixels(path, width * height)


def _too_many_pixels(path: Path, pixels: int) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} has {pixels} pixels; pictures of at most {most_pixels} are read, so that none can fill the memory. "
        "It was not opened. Take a smaller copy of it.",
    )
    return GemfitError("picture_too_large", say(text, file=path.name, pixels=pixels, most_pixels=MOST_PIXELS))


def missing(path: Path, error: OSError) -> GemfitError:
    """The file cannot be opened at all."""
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} cannot be read: {reason}. Nothing was changed. Look whether it is still there, or remove it from the "
        "message.",
    )
    return GemfitError("media_missing", say(text, file=path.name, reason=error.strerror or type(error).__name__))


def _unreadable(path: Path, error: Exception) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} is damaged, or no picture of a type that can be read ({reason}). It was left as it is. "
        "Save it as PNG or JPEG, and take that.",
    )
    return GemfitError("picture_unreadable", say(text, file=path.name, reason=type(error).__name__))


def _no_library(path: Path) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} is of a type that needs the package pillow-heif, which is not installed here. It was left as it is. "
        "Install that, or save the picture as JPEG, and take that.",
    )
    return GemfitError("media_library_missing", say(text, file=path.name))
