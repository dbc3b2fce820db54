"""HEIC and HEIF, as telephones keep photographs. libheif reads them (through pillow-heif), in the child of the intake.

libheif turns a picture and cuts it as the container says (`irot`, `imir`, `clap`); what the EXIF in it says about up is
a copy of that and must not be heeded again (ISO/IEC 23008-12, A.1).
"""

import struct
from pathlib import Path

FORMAT = "HEIF"
"""Pillow's name for it."""
_SIZE_BOX = b"\0\0\0\x14ispe\0\0\0\0"


def register() -> None:
    """From here on Pillow reads it in this process: the photograph, not what else is in there. Raises ImportError."""
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)


def coded_pixels(path: Path) -> int:
    """What is decoded for it at the most: each picture in the file says how large it is before it is cut, and the size
    that Pillow tells is the one afterwards. Raises OSError."""
    data = path.read_bytes()
    most, at = 0, data.find(_SIZE_BOX)
    while 0 <= at <= len(data) - 20:
        width, height = struct.unpack_from(">II", data, at + 12)
        most, at = max(most, width * height), data.find(_SIZE_BOX, at + 1)
    return most
