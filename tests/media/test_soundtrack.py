"""What telephones, browsers and videos record is heard too: as much as is of use, and no other file is opened."""

import contextlib
import ctypes
import io
import os
import random
import struct
import sys
from pathlib import Path
from typing import get_args

import av
import numpy as np
import pytest
import soundfile

from gemfit.errors import GemfitError
from gemfit.media import sounds, soundtrack
from gemfit.media.heads import Container, container_of, head_of
from gemfit.media.sounds import read_sound, take_sound
from tests.media import make


def heard(path: Path) -> np.ndarray:
    """What is kept of it."""
    flac = take_sound(path).flac
    assert flac is not None
    samples, rate = soundfile.read(io.BytesIO(flac), dtype="float32")
    assert (rate, samples.ndim) == (16_000, 1)
    return samples


def pitch(samples: np.ndarray) -> float:
    return float(np.abs(np.fft.rfft(samples)).argmax() * 16_000 / len(samples))


def refused(path: Path) -> GemfitError:
    with pytest.raises(GemfitError) as caught:
        take_sound(path)
    assert path.name in str(caught.value)
    return caught.value


def recorded(path: Path, seconds: float = 1.0) -> Path:
    return make.amr(path) if path.suffix in (".amr", ".3gp") else make.soundtrack(path, 440, seconds=seconds)


@pytest.mark.parametrize("suffix", [*make.CODECS, ".amr", ".3gp"])
def test_what_telephones_and_browsers_record_is_heard(tmp_path, suffix):
    path = recorded(tmp_path / f"memo{suffix}")
    samples = heard(path)
    assert len(samples) == pytest.approx(16_000, abs=1_000)  # some codecs pad, and some do not say by how much
    assert pitch(samples) == pytest.approx(440, abs=2)
    assert take_sound(path).whole_s == pytest.approx(1.0, abs=0.07)


@pytest.mark.parametrize(("suffix", "least"), [(".m4b", 0.999_999), (".m4a", 0.99), (".webm", 0.99)])
@pytest.mark.parametrize("channels", [1, 2])
def test_it_sounds_as_the_same_sound_in_a_file_that_soundfile_reads(tmp_path, suffix, least, channels):
    """Same loudness, and the same beginning: one sample later would be 0.985."""
    here = heard(make.soundtrack(tmp_path / f"a{suffix}", 440, rate=48_000, channels=channels))
    plain = make.sound(tmp_path / "a.wav", 1.0, rate=48_000, channels=channels)
    there = np.frombuffer(read_sound(plain).samples, np.float32)
    inside = slice(500, 15_500)
    assert np.corrcoef(here[inside], there[inside])[0, 1] > least
    assert here[inside].std() == pytest.approx(there[inside].std(), rel=0.02)


def test_of_a_video_the_sound_is_taken(tmp_path):
    path = make.soundtrack(tmp_path / "film.mp4", 440, video=True)
    assert pitch(heard(path)) == pytest.approx(440, abs=2)


def test_of_several_tracks_one_is_taken(tmp_path):
    assert pitch(heard(make.soundtrack(tmp_path / "film.mkv", 440, 880))) == pytest.approx(440, abs=2)


def test_a_video_without_sound_is_told(tmp_path):
    error = refused(make.soundtrack(tmp_path / "silent.mp4", video=True))
    assert error.code == "sound_missing"
    assert "take a picture of the screen" in str(error)


# -- no more than is of use --------------------------------------------------------------------------------------------


def three_hours(path: Path, kind: str) -> Path:
    """A second of tone, its packets put behind each other over and over."""
    second = make.soundtrack(path.with_suffix(".webm" if kind == "webm" else ".m4a"), 440, rate=8_000)
    options = {"movflags": "faststart"} if kind == "ipod" else {"live": "1"}
    with av.open(str(second)) as source, av.open(str(path), "w", format=kind, options=options) as made:
        track = made.add_stream_from_template(source.streams.audio[0])
        packets = [(bytes(packet), packet.duration) for packet in source.demux(audio=0) if packet.size]
        at, end, number = 0, round(3 * 3600 / source.streams.audio[0].time_base), 0
        while at < end:
            data, length = packets[number % len(packets)]
            packet = av.Packet(data)
            packet.stream, packet.time_base = track, source.streams.audio[0].time_base
            packet.pts = packet.dts = at
            packet.duration = length
            at, number = at + length, number + 1
            made.mux(packet)
    return path


@pytest.mark.parametrize("kind", ["ipod", "webm"])
def test_of_three_hours_half_a_minute_is_decoded_and_the_length_is_known(tmp_path, kind):
    """A browser's recording does not say how long it is."""
    taken = take_sound(three_hours(tmp_path / "lecture", kind))
    assert taken.whole_s == pytest.approx(3 * 3600, abs=2)
    assert soundfile.info(io.BytesIO(taken.flac)).frames == 30 * 16_000


def test_what_comes_after_the_half_minute_may_be_missing(tmp_path):
    """So it was not read."""
    path = three_hours(tmp_path / "lecture", "ipod")
    os.truncate(path, path.stat().st_size // 20)
    assert (len(heard(path)), take_sound(path).whole_s) == (30 * 16_000, pytest.approx(3 * 3600, abs=2))


def test_a_file_that_is_too_long_is_not_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(soundtrack, "MOST_BYTES", 100)
    assert refused(make.soundtrack(tmp_path / "a.m4a", 440)).code == "sound_too_large"


# -- what is refused ---------------------------------------------------------------------------------------------------


def test_what_is_protected_is_told(tmp_path):
    """As the shops of old sold it: another name in place of the codec's."""
    path = make.soundtrack(tmp_path / "bought.m4a", 440)
    data = path.read_bytes()
    assert data.count(b"mp4a\0\0\0\0\0\0") == 1
    path.write_bytes(data.replace(b"mp4a\0\0\0\0\0\0", b"drms\0\0\0\0\0\0"))
    assert refused(path).code == "sound_protected"


@pytest.mark.parametrize("head", [b"\0\0\0\x20ftypM4A ", b"\x1a\x45\xdf\xa3", b"\xff\xf1"])
def test_what_only_begins_like_a_recording_is_refused_with_a_reason(tmp_path, head):
    (tmp_path / "odd.m4a").write_bytes(head + b"nothing of the kind" * 9)
    error = refused(tmp_path / "odd.m4a")
    assert error.code == "sound_unreadable"
    assert str(tmp_path) not in str(error)
    assert "(Invalid data" in str(error) or "(there is no sound in it)" in str(error)


def test_a_decoder_that_is_not_for_these_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setattr(soundtrack, "DECODERS", frozenset({"opus"}))
    error = refused(make.soundtrack(tmp_path / "a.m4a", 440))
    assert error.code == "sound_unreadable"
    assert "WAV, MP3 or M4A" in str(error)


def test_without_the_library_the_sentence_says_what_to_do(tmp_path, monkeypatch):
    path = make.soundtrack(tmp_path / "a.m4a", 440)
    monkeypatch.setitem(sys.modules, "av", None)
    assert "Install that, or save the sound as WAV" in str(refused(path))


def test_a_file_that_is_gone_is_told(tmp_path):
    assert refused(tmp_path / "gone.m4a").code == "media_missing"


@pytest.mark.parametrize("suffix", [".m4a", ".webm", ".aac", ".amr"])
def test_damage_is_refused_or_heard(tmp_path, suffix):
    whole = recorded(tmp_path / f"whole{suffix}", 0.3).read_bytes()
    path, chance = tmp_path / f"hurt{suffix}", random.Random(suffix)
    for _ in range(40):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data[: chance.choice([len(data), chance.randrange(len(data))])])
        assert outcome(path) in ("read", "sound_unreadable", "sound_missing")


def outcome(path: Path) -> str:
    try:
        take_sound(path)
    except GemfitError as error:
        return error.code
    return "read"


# -- nothing else is opened --------------------------------------------------------------------------------------------


class Watch:
    """Tells whether anybody opened a file, by the system's own means."""

    def __init__(self, path: Path) -> None:
        self._libc = ctypes.CDLL(None)
        self._file = self._libc.inotify_init1(os.O_NONBLOCK)
        assert self._libc.inotify_add_watch(self._file, os.fsencode(path), 0x20) > 0  # IN_OPEN

    def opened(self) -> bool:
        try:
            return bool(os.read(self._file, 4096))
        except BlockingIOError:
            return False

    def close(self) -> None:
        os.close(self._file)


@pytest.fixture
def secret(tmp_path):
    """A sound that files name, and that must not be opened for that."""
    path = make.sound(tmp_path / "secret.wav", 1.0)
    watch = Watch(path)
    yield path, watch
    watch.close()


LISTS = {
    "memo.m4a": "ffconcat version 1.0\nfile {name}\n",
    "memo.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{name}\n#EXT-X-ENDLIST\n",
}
"""FFmpeg follows both when it is left to itself."""
WATCHING = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="inotify is Linux's")


@WATCHING
@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("before", ["", "\0\0\0\x18ftypM4A \0\0\0\0"])
def test_a_list_of_other_files_opens_none_of_them(tmp_path, secret, name, before):
    path, watch = secret
    (tmp_path / name).write_text(before + LISTS[name].format(name=path.name))
    assert refused(tmp_path / name).code == "sound_unreadable"
    for container in get_args(Container):  # also where the first bytes were taken for something else
        with pytest.raises((OSError, ValueError, EOFError, GemfitError)):
            soundtrack.read_soundtrack(tmp_path / name, container)
    assert not watch.opened()
    if not before:
        with contextlib.suppress(OSError, ValueError, EOFError), av.open(str(tmp_path / name)):
            pass
        assert watch.opened()


@WATCHING
def test_a_film_whose_sound_is_in_another_file_does_not_open_it(tmp_path, secret):
    """QuickTime can say so (`dref` with an alias)."""
    path, watch = secret
    film = make.soundtrack(tmp_path / "film.mov", 440, rate=16_000)
    data = film.read_bytes()
    here = data.index(b"url \0\0\0\1")
    name = os.fsencode(path) + b"\0"
    alias = b"\0\0\0\0" + b"\0" * 6 + b"\0\0" + b"\0" * 138 + struct.pack(">HH", 2, len(name)) + name
    entry = struct.pack(">I", 12 + len(alias)) + b"alis\0\0\0\0" + alias
    film.write_bytes(grown(data, here - 4, 12, entry))
    outcome(film)
    assert not watch.opened()
    with contextlib.suppress(OSError, ValueError, EOFError):
        av.open(str(film), options={"enable_drefs": "1", "use_absolute_path": "1"}).close()
    assert watch.opened()


def grown(data: bytes, at: int, length: int, entry: bytes) -> bytes:
    """With `entry` in place of `length` bytes, and every box around it as much longer."""
    more = len(entry) - length
    made = bytearray(data)

    def widen(start: int, end: int) -> None:
        while start + 8 <= end:
            size, kind = struct.unpack_from(">I4s", made, start)
            if start < at < start + size:
                struct.pack_into(">I", made, start, size + more)
                if kind in (b"moov", b"trak", b"mdia", b"minf", b"dinf"):
                    widen(start + 8, start + size)
            start += size

    widen(0, len(made))
    return bytes(made[:at]) + entry + bytes(made[at + length :])


def test_it_is_the_content_that_counts_not_the_name(tmp_path):
    path = make.soundtrack(tmp_path / "a.m4a", 440)
    named = path.rename(tmp_path / "a.mp3")
    assert container_of(head_of(named)) == "mov"
    assert pitch(heard(named)) == pytest.approx(440, abs=2)
    assert sounds.take_sound(make.sound(tmp_path / "b.m4a.wav", 1.0).rename(tmp_path / "b.m4a")).flac is None
