"""Sounds: the first half minute, one channel, 16,000 samples a second."""

import io
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gemfit.errors import GemfitError
from gemfit.media.heads import Container, container_of, head_of
from gemfit.media.pictures import missing
from gemfit.media.types import AUDIO_RATE, MOST_AUDIO_BYTES, MOST_AUDIO_S, MOST_CHANNELS, MOST_RATE
from gemfit.words import QT_TRANSLATE_NOOP, say

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from soundfile import SoundFile

FORMATS = frozenset({"WAV", "WAVEX", "RF64", "W64", "FLAC", "OGG", "MP3", "AIFF", "AU", "CAF"})


class Sound(NamedTuple):
    """Samples from -1 to 1, four bytes each (a C float), and the length of the whole file."""

    samples: bytes
    whole_s: float

    @property
    def seconds(self) -> float:
        """What of it there is."""
        return len(self.samples) / 4 / AUDIO_RATE


class Taken(NamedTuple):
    """How long a sound is, in seconds, and what is kept of it: a FLAC file, or None for the file as it is."""

    whole_s: float
    flac: bytes | None


def take_sound(path: Path) -> Taken:
    """What is to be kept of a sound that people bring. What only FFmpeg reads is kept as FLAC, as far as it is of use:
    nobody but the child that runs this needs FFmpeg.

    Raises GemfitError as `read_sound`, and `sound_missing`, `sound_protected` and `media_library_missing`.
    """
    try:
        container, n_bytes = container_of(head_of(path)), path.stat().st_size
    except OSError as error:
        raise missing(path, error) from error
    return Taken(read_sound(path).whole_s, None) if container is None else _soundtrack(path, container, n_bytes)


def _soundtrack(path: Path, container: Container, n_bytes: int) -> Taken:
    from gemfit.media import soundtrack

    if n_bytes > soundtrack.MOST_BYTES:
        raise _too_large(path, n_bytes, soundtrack.MOST_BYTES)
    try:
        samples, whole_s = soundtrack.read_soundtrack(path, container)
        return Taken(whole_s, _flac(samples))
    except GemfitError:
        raise
    except ImportError as error:
        raise _no_library(path) from error
    except Exception as error:  # a decoder of foreign bytes: whatever it raises, the file is what is wrong
        raise _unreadable(path, error) from error


def _flac(samples: "NDArray[np.float32]") -> bytes:
    import soundfile

    made = io.BytesIO()
    soundfile.write(made, samples, AUDIO_RATE, format="FLAC", subtype="PCM_16")
    return made.getvalue()


def read_sound(path: Path) -> Sound:
    """The sound, cut after `MOST_AUDIO_S`; of the types that soundfile reads.

    Raises GemfitError `sound_too_large`, `sound_unreadable` or `media_missing`.
    """
    import soundfile

    try:
        n_bytes = path.stat().st_size
        with path.open("rb") as opened:
            if n_bytes > MOST_AUDIO_BYTES:
                raise _too_large(path, n_bytes, MOST_AUDIO_BYTES)
            with soundfile.SoundFile(opened) as file:
                return _decoded(file)
    except OSError as error:
        raise missing(path, error) from error
    except GemfitError:
        raise
    except Exception as error:  # a decoder of foreign bytes: whatever it raises, the file is what is wrong
        raise _unreadable(path, error) from error


def _decoded(file: "SoundFile") -> Sound:
    import numpy as np

    rate, channels = file.samplerate, file.channels
    if file.format not in FORMATS or not 0 < rate <= MOST_RATE or not 0 < channels <= MOST_CHANNELS:
        raise ValueError(f"{file.format}, {rate} Hz, {channels} channels")
    wanted = int(MOST_AUDIO_S * rate)
    mono: list[NDArray[np.float32]] = []
    while wanted > 0:  # a second at a time: what the header claims is not believed
        block = file.read(min(rate, wanted), dtype="float32", always_2d=True)
        if not len(block):
            break
        mono.append(block.mean(axis=1))
        wanted -= len(block)
    samples = np.concatenate(mono) if mono else np.zeros(0, np.float32)
    if not len(samples):
        raise ValueError("there is no sound in it")
    samples = np.clip(np.nan_to_num(samples), -1.0, 1.0)
    whole_s = len(samples) / rate if wanted > 0 else max(file.frames, len(samples)) / rate
    return Sound(resampled(samples, rate).tobytes(), whole_s)


def resampled(samples: "NDArray[np.float32]", rate: int) -> "NDArray[np.float32]":
    """At `AUDIO_RATE`: through the spectrum, which is cut or filled up; silence at the end keeps it from wrapping."""
    import numpy as np

    if rate == AUDIO_RATE:
        return samples.astype(np.float32)
    wanted = max(1, round(len(samples) * AUDIO_RATE / rate))
    seconds = -(-len(samples) // rate) + 1
    spectrum = np.fft.rfft(samples, seconds * rate)[: seconds * AUDIO_RATE // 2 + 1]
    made = np.fft.irfft(spectrum, seconds * AUDIO_RATE)[:wanted] * (AUDIO_RATE / rate)
    within: NDArray[np.float32] = np.clip(made, -1.0, 1.0).astype(np.float32)
    return within


def _too_large(path: Path, n_bytes: int, most: int) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} has {total_bytes}; sound files of at most {most_bytes} are read. It was left as it is. "
        "Cut out the half minute that matters, and take that.",
    )
    return GemfitError("sound_too_large", say(text, file=path.name, total_bytes=n_bytes, most_bytes=most))


def _unreadable(path: Path, error: Exception) -> GemfitError:
    said = getattr(error, "strerror", None) or str(error)  # FFmpeg's errors have the path behind it
    reason = said.split(": ")[-1].strip(" .")[:80] or type(error).__name__
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} is damaged, or no sound of a type that can be read ({reason}). It was left as it is. "
        "Save it as WAV, MP3 or M4A, and take that.",
    )
    return GemfitError("sound_unreadable", say(text, file=path.name, reason=reason))


def _no_library(path: Path) -> GemfitError:
    text = QT_TRANSLATE_NOOP(
        "gemfit",
        "{file} is of a type that needs the package av, which is not installed here. It was left as it is. "
        "Install that, or save the sound as WAV, FLAC, MP3 or OGG, and take that.",
    )
    return GemfitError("media_library_missing", say(text, file=path.name))
