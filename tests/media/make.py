"""Pictures and sounds for tests, made anew and always the same."""

import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pillow_heif
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


def heic(path: Path, image: Image.Image, **options: Any) -> Path:
    """As a telephone keeps it; what its EXIF says about up is said by the container as well, as telephones do."""
    pillow_heif.register_heif_opener()
    image.save(path, quality=90, **options)
    return path


CODECS = {
    ".m4a": ("aac", "ipod"),
    ".m4b": ("alac", "ipod"),
    ".mp4": ("aac", "mp4"),
    ".mov": ("pcm_s16le", "mov"),
    ".aac": ("aac", "adts"),
    ".webm": ("libopus", "webm"),
    ".mkv": ("flac", "matroska"),
}
"""What each is made with."""
_OPTIONS = {"libopus": {"frame_duration": "60"}}


def soundtrack(
    path: Path, *hertz: float, seconds: float = 1.0, rate: int = 48_000, channels: int = 1, video: bool = False
) -> Path:
    """A tone for each of `hertz`, at half volume, each a track of its own; with `video` a black picture as well."""
    codec, kind = CODECS[path.suffix]
    with av.open(str(path), "w", format=kind) as made:
        pictures = made.add_stream("mpeg4", rate=5, width=64, height=64, pix_fmt="yuv420p") if video else None
        tracks = [
            made.add_stream(codec, rate=rate, layout="stereo" if channels == 2 else "mono", options=_OPTIONS.get(codec))
            for _ in hertz
        ]
        made.start_encoding()
        if pictures is not None:
            frames = [_black(number) for number in range(round(seconds * 5))]
            made.mux([packet for frame in [*frames, None] for packet in pictures.encode(frame)])
        for track, pitch in zip(tracks, hertz, strict=True):
            made.mux([packet for frame in _tone(track, pitch, seconds) for packet in track.encode(frame)])
    return path


def amr(path: Path) -> Path:
    """A second of 440 Hz as telephones of old recorded it, alone or in a 3GP. PyAV has no encoder for it any more; this
    is from its version 18."""
    kept = Path(__file__).parents[1] / "data" / "tone.amr"
    if path.suffix == ".amr":
        path.write_bytes(kept.read_bytes())
        return path
    with av.open(str(kept)) as source, av.open(str(path), "w", format="3gp") as made:
        track = made.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(audio=0):
            if packet.size:
                packet.stream = track
                made.mux(packet)
    return path


def _black(number: int) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8))
    frame.pts, frame.time_base = number, Fraction(1, 5)
    return frame


def _tone(track: av.AudioStream, hertz: float, seconds: float) -> list[av.AudioFrame | None]:
    rate, layout = track.rate, track.layout
    times = np.arange(round(seconds * rate)) / rate
    values = np.stack([(0.5 * np.sin(2 * np.pi * hertz * times)).astype(np.float32)] * layout.nb_channels)
    whole = av.AudioFrame.from_ndarray(values, format="fltp", layout=layout.name)
    whole.sample_rate, whole.time_base, whole.pts = rate, Fraction(1, rate), 0
    cut = av.AudioResampler(track.format, layout, rate, frame_size=track.codec_context.frame_size or 1024)
    return [*cut.resample(whole), *cut.resample(None), None]
