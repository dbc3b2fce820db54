"""What a file is, told by its first bytes and its name, before any decoder sees it."""

from pathlib import Path
from typing import Literal

Container = Literal["mov", "matroska", "amr", "aac"]
"""What FFmpeg calls the reader of it: MP4, M4A, MOV and 3GP; WebM and Matroska; AMR; AAC without a container."""

PICTURE_SUFFIXES = (
    ".png", ".jpg", ".jpeg", ".heic", ".heif", ".hif", ".webp", ".gif", ".avif", ".tif", ".tiff", ".bmp", ".jp2",
)  # fmt: skip
SOUND_SUFFIXES = (
    ".wav", ".flac", ".mp3", ".m4a", ".m4b", ".aac", ".ogg", ".oga", ".opus", ".weba", ".mka", ".amr", ".awb",
    ".aiff", ".aif", ".au", ".caf", ".w64",
)  # fmt: skip
VIDEO_SUFFIXES = (".mp4", ".m4v", ".mov", ".webm", ".mkv", ".3gp", ".3g2")
"""Of these the sound is taken."""
_FOREIGN_SOUND = (".wma", ".m4p", ".ape", ".mid", ".avi", ".wmv", ".mpg", ".mpeg", ".flv")
"""Cannot be decoded here, but is better told so than called a bad picture."""

_AUDIBLE = frozenset((*SOUND_SUFFIXES, *VIDEO_SUFFIXES, *_FOREIGN_SOUND))
_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"})
_HEIF_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"mif2", b"msf1", b"miaf"}
)
_AVIF_BRANDS = frozenset({b"avif", b"avis"})


def is_audible(path: Path) -> bool:
    """Whether the name is that of a sound, or of a video, whose sound is taken."""
    return path.suffix.lower() in _AUDIBLE


def is_video(name: str) -> bool:
    """Whether the name is that of a video: only its sound is taken."""
    return Path(name).suffix.lower() in VIDEO_SUFFIXES


def head_of(path: Path) -> bytes:
    """Its first bytes. Raises OSError."""
    with path.open("rb") as file:
        return file.read(64)


def is_heif(head: bytes) -> bool:
    """Whether it is a picture as telephones make them, or may be one: `mif1` can be AVIF as well."""
    return head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS


def container_of(head: bytes) -> Container | None:
    """The container of sound or video; None for anything else."""
    if head[4:8] in _BOXES:
        return None if is_heif(head) or head[8:12] in _AVIF_BRANDS else "mov"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"
    if head.startswith(b"#!AMR"):
        return "amr"
    # ADTS: twelve bits of synchronisation, and the layer is 0, which it never is in an MP3 (ISO/IEC 13818-7, 6.2).
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        return "aac"
    return None
