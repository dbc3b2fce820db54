"""Pictures and sounds for tests, made anew and always the same."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from PIL import Image


def picture(path: Path, width: int, height: int, *, seed: int = 0, **options: Any) -> Path:
    """Noise, in the format that the name says."""
    pixels = np.random.default_rng(seed).integers(0, 255, (height, width, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path, **options)
    return path


def sound(path: Path, seconds: float, *, rate: int = 16_000, channels: int = 1, hertz: float = 440.0) -> Path:
    """A tone at half volume, in the format that the name says."""
    times = np.arange(round(seconds * rate)) / rate
    tone = (0.5 * np.sin(2 * np.pi * hertz * times)).astype(np.float32)
    soundfile.write(path, np.stack([tone] * channels, axis=1), rate)
    return path


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG whose header promises so many pixels; a few bytes long."""
    made = io.BytesIO()
    Image.new("L", (1, 1)).save(made, "PNG")
    data = bytearray(made.getvalue())
    data[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    import zlib

    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    return bytes(data)
