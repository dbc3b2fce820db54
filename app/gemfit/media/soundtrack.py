"""Sound out of the containers of telephones, browsers and videos: M4A, MP4, MOV, WebM, Matroska, AAC and AMR.

FFmpeg does it (through PyAV), which knows hundreds of formats, some of them lists of other files and addresses. Here it
gets an open file and one reader, chosen by the first bytes; there is nothing else that it could open, and of decoders
it has those of sound alone. Imported only in the child that takes files in.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from gemfit.errors import GemfitError
from gemfit.media.heads import Container
from gemfit.media.types import AUDIO_RATE, MOST_AUDIO_BYTES, MOST_AUDIO_S, MOST_CHANNELS, MOST_RATE
from gemfit.words import QT_TRANSLATE_NOOP, say

if TYPE_CHECKING:
    import av
    import numpy as np
    from av.container import InputContainer
    from numpy.typing import NDArray

MOST_BYTES = 8 << 30
"""Nothing but the first half minute is decoded, of a video without its pictures, and none of it kept."""
_END_US = 10**15
"""Microseconds: behind the end of anything."""
_PCM = "pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_u8,pcm_alaw,pcm_mulaw"
DECODERS = frozenset(f"aac,alac,opus,vorbis,mp3float,mp3,flac,amrnb,amrwb,ac3,eac3,{_PCM}".split(","))
_ENCRYPTED = frozenset({"drms", "drmi", "enca"})
"""What stands in place of the codec's name: FairPlay's, and that of Common Encryption (ISO/IEC 14496-12, 8.12)."""


def read_soundtrack(path: Path, container: Container) -> "tuple[NDArray[np.float32], float]":
    """The beginning of it, `MOST_AUDIO_S` at most, one channel at `AUDIO_RATE`; and how long the whole is, in seconds.

    Raises OSError where the file cannot be opened, GemfitError `sound_missing` or `sound_protected`, and whatever
    FFmpeg raises for what is damaged.
    """
    import av
    from av.stream import Discard

    options = {"codec_whitelist": ",".join(sorted(DECODERS)), "protocol_whitelist": ""}
    with (
        path.open("rb") as file,
        av.open(file, "r", format=container, options=options, io_open=_open_nothing) as opened,
    ):
        stream = opened.streams.best("audio")
        if not isinstance(stream, av.AudioStream):
            raise _silent(path) if container in ("mov", "matroska") else ValueError("there is no sound in it")
        if _is_encrypted(opened):
            raise _protected(path)
        codec = stream.codec_context.codec.name
        if codec not in DECODERS:
            raise ValueError(f"{codec} is not read")
        for other in opened.streams:
            if other is not stream:
                other.discard = Discard.all
        return _beginning(opened, stream, path.stat().st_size)


def _open_nothing(url: str, _flags: int, _options: dict[str, str]) -> NoReturn:
    """For files that name others."""
    raise PermissionError(f"{url} is another file")


def _beginning(opened: "InputContainer", stream: "av.AudioStream", n_bytes: int) -> "tuple[NDArray[np.float32], float]":
    import numpy as np

    from gemfit.media.sounds import resampled

    runs: list[tuple[int, list[NDArray[np.float32]]]] = []  # a rate may change on the way
    taken_s, position = 0.0, 0
    for packet in opened.demux(stream):
        position = packet.pos or position
        for frame in _decoded(packet):
            rate = frame.sample_rate
            if not 0 < rate <= MOST_RATE or not 0 < frame.layout.nb_channels <= MOST_CHANNELS:
                raise ValueError(f"{rate} Hz, {frame.layout.nb_channels} channels")
            if not runs or runs[-1][0] != rate:
                runs.append((rate, []))
            runs[-1][1].append(_mono(frame))
            taken_s += frame.samples / rate
        if taken_s >= MOST_AUDIO_S:
            break
    if not taken_s:
        raise ValueError("there is no sound in it")
    samples = np.concatenate([resampled(np.concatenate(blocks), rate) for rate, blocks in runs])
    if taken_s < MOST_AUDIO_S:
        return samples, taken_s
    whole_s = _claimed_s(opened, stream)
    if whole_s <= taken_s:
        whole_s = taken_s * n_bytes / position if position and n_bytes > MOST_AUDIO_BYTES else _end_s(opened, stream)
    return samples[: int(MOST_AUDIO_S * AUDIO_RATE)], max(taken_s, whole_s)


def _decoded(packet: "av.Packet[av.AudioStream]") -> "list[av.AudioFrame]":
    """Nothing where it is damaged, as players do."""
    import av

    try:
        return packet.decode()
    except av.error.InvalidDataError:
        return []


def _mono(frame: "av.AudioFrame") -> "NDArray[np.float32]":
    """Its channels' mean, from -1 to 1."""
    import numpy as np

    values: NDArray[Any] = frame.to_ndarray()
    if not frame.format.is_planar:
        values = values.reshape(-1, frame.layout.nb_channels).T
    mono = values.mean(axis=0, dtype=np.float64)
    if values.dtype.kind in "iu":
        half = 1 << (8 * values.itemsize - 1)
        mono = (mono - half if values.dtype.kind == "u" else mono) / half
    made: NDArray[np.float32] = np.clip(np.nan_to_num(mono), -1.0, 1.0).astype(np.float32)
    return made


def _is_encrypted(opened: "InputContainer") -> bool:
    return any(s.type == "audio" and s.codec_context.codec_tag in _ENCRYPTED for s in opened.streams)


def _claimed_s(opened: "InputContainer", stream: "av.AudioStream") -> float:
    """How long the header says that it is; 0 where it does not, as that of what a browser recorded."""
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return (opened.duration or 0) / 1e6


def _end_s(opened: "InputContainer", stream: "av.AudioStream") -> float:
    """Where its last packets end. FFmpeg goes there at once: packet by packet it took twenty times as long."""
    opened.seek(_END_US)
    ends = [
        float((packet.pts + (packet.duration or 0)) * packet.time_base)
        for packet in opened.demux(stream)
        if packet.pts is not None and packet.time_base is not None
    ]
    return max(ends, default=0.0)


def _silent(path: Path) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "There is no sound in {file}, and of a video only the sound is taken. It was left as it is. "
        "For what it shows take a picture of the screen, and attach that.",
    )
    return GemfitError("sound_missing", say(text, file=path.name))


def _protected(path: Path) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} is protected against copying: only the program that it was bought with can play it. "
        "It was left as it is. Take a recording without protection.",
    )
    return GemfitError("sound_protected", say(text, file=path.name))
