"""Sounds come out as one channel of 16,000 samples a second, at most half a minute."""

import random
from pathlib import Path

import numpy as np
import pytest

from gemfit.errors import GemfitError
from gemfit.media import sounds
from gemfit.media.sounds import read_sound
from tests.media import make


def samples(path: Path) -> np.ndarray:
    return np.frombuffer(read_sound(path).samples, np.float32)


def tone(seconds: float, hertz: float = 440.0) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * 16_000)) / 16_000)


@pytest.mark.parametrize("suffix", ["wav", "flac", "mp3", "ogg", "aiff", "au", "caf"])
def test_common_types_are_read(tmp_path, suffix):
    found = read_sound(make.sound(tmp_path / f"a.{suffix}", 2.0))
    assert found.seconds == pytest.approx(2.0, abs=0.1)
    assert np.abs(np.frombuffer(found.samples, np.float32)).max() == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_any_rate_becomes_sixteen_thousand(tmp_path, rate, channels):
    found = samples(make.sound(tmp_path / "a.wav", 2.0, rate=rate, channels=channels))
    assert len(found) == 32_000
    inside = slice(200, -200)
    assert np.abs(found - tone(2.0))[inside].max() < 2e-3


def test_what_sixteen_thousand_samples_cannot_hold_is_left_out_not_folded_down(tmp_path):
    found = samples(make.sound(tmp_path / "a.wav", 1.0, rate=48_000, hertz=12_000.0))
    assert np.abs(found[200:-200]).max() < 2e-3


def test_only_the_first_half_minute_is_taken_and_the_length_is_known(tmp_path):
    found = read_sound(make.sound(tmp_path / "a.wav", 41.0, rate=8_000))
    assert (found.seconds, found.whole_s) == (30.0, 41.0)


def test_what_is_no_number_is_silence(tmp_path):
    import soundfile

    values = np.array([np.nan, np.inf, -np.inf, 7.0] * 4000, np.float32)
    soundfile.write(tmp_path / "a.wav", values, 16_000, subtype="FLOAT")
    found = samples(tmp_path / "a.wav")
    assert np.isfinite(found).all()
    assert np.abs(found).max() <= 1.0


# -- what is refused ---------------------------------------------------------------------------------------------------


def refused(path: Path) -> GemfitError:
    with pytest.raises(GemfitError) as caught:
        read_sound(path)
    assert path.name in str(caught.value)
    return caught.value


@pytest.mark.parametrize("content", [b"", b"no sound", b"\0\0\0\x20ftypM4A ", b"RIFF\xff\xff\xff\xffWAVEfmt "])
def test_other_files_are_refused(tmp_path, content):
    (tmp_path / "odd.m4a").write_bytes(content)
    error = refused(tmp_path / "odd.m4a")
    assert error.code == "sound_unreadable"
    assert "WAV, MP3 or M4A" in str(error)


def test_a_sound_without_samples_is_refused(tmp_path):
    assert refused(make.sound(tmp_path / "empty.wav", 0)).code == "sound_unreadable"


def test_a_file_that_is_too_long_or_gone_is_told(tmp_path, monkeypatch):
    assert refused(tmp_path / "gone.wav").code == "media_missing"
    monkeypatch.setattr(sounds, "MOST_AUDIO_BYTES", 100)
    assert refused(make.sound(tmp_path / "a.wav", 1)).code == "sound_too_large"


@pytest.mark.parametrize("suffix", ["wav", "flac", "mp3", "ogg", "aiff"])
def test_damage_is_refused_or_heard(tmp_path, suffix):
    whole = make.sound(tmp_path / f"whole.{suffix}", 0.5).read_bytes()
    path, chance = tmp_path / f"hurt.{suffix}", random.Random(suffix)
    for _ in range(40):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(min(len(data), 400))] = chance.randrange(256)
        path.write_bytes(data[: chance.choice([len(data), chance.randrange(len(data))])])
        assert outcome(path) in ("read", "sound_unreadable")


def outcome(path: Path) -> str:
    try:
        found = read_sound(path)
    except GemfitError as error:
        return error.code
    return "read" if 0 < found.seconds <= 30.0 else "impossible"
