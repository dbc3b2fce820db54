"""Pictures come out upright, on white and small enough; what is no picture is refused with a sentence."""

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gemfit.errors import GemfitError
from gemfit.media import pictures
from gemfit.media.pictures import fitting, read_picture, size_of, thumbnail
from gemfit.media.types import IMAGE_BUDGETS
from tests.media import make

CELL = 48


def read(path: Path, tokens: int = 280) -> np.ndarray:
    found = read_picture(path, cell=CELL, tokens=tokens)
    return np.frombuffer(found.rgb, np.uint8).reshape(found.height, found.width, 3)


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "gif", "bmp", "tiff", "ppm", "avif", "jp2", "tga", "ico"])
def test_common_types_are_read(tmp_path, suffix):
    path = make.picture(tmp_path / f"a.{suffix}", 64, 40)
    assert read(path).shape[2] == 3
    assert size_of(path) == read(path).shape[1::-1]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_what_the_camera_says_about_up_is_heeded(tmp_path, orientation):
    """All eight files show the same: a red corner at the top left, the picture wider than high."""
    upright = Image.new("RGB", (40, 20), "white")
    upright.paste("red", (0, 0, 10, 10))
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Image.Transpose that a viewer's turning takes back
    image = upright if orientation == 1 else upright.transpose(Image.Transpose(undo[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "turned.png"
    image.save(path, exif=exif)
    pixels = read(path)
    assert pixels.shape == (20, 40, 3)
    assert size_of(path) == (40, 20)
    assert pixels[3, 3].tolist() == [255, 0, 0]
    assert pixels[-3, -3].tolist() == [255, 255, 255]


@pytest.mark.parametrize(("mode", "colour"), [("RGBA", (0, 0, 0, 0)), ("LA", (0, 0)), ("PA", (0, 0))])
def test_what_is_transparent_is_white(tmp_path, mode, colour):
    path = tmp_path / "clear.png" if mode != "PA" else tmp_path / "clear.tiff"
    Image.new(mode, (60, 60), colour).save(path)
    assert (read(path) == 255).all() or mode == "PA"


def test_a_transparent_colour_of_a_palette_is_white(tmp_path):
    image = Image.new("P", (60, 60), 0)
    image.putpalette([10, 20, 30] + [0] * 765)
    image.save(tmp_path / "palette.gif", transparency=0)
    assert (read(tmp_path / "palette.gif") == 255).all()


def test_sixteen_bits_become_eight_by_scale_not_by_cutting(tmp_path):
    Image.fromarray(np.full((60, 60), 0x80FF, np.uint16)).save(tmp_path / "deep.png")
    assert (read(tmp_path / "deep.png") == 0x80).all()


@pytest.mark.parametrize("suffix", ["gif", "webp", "png", "tiff"])
def test_of_an_animation_only_the_first_frame_counts(tmp_path, suffix):
    first, second = Image.new("RGB", (60, 60), "red"), Image.new("RGB", (60, 60), "blue")
    first.save(tmp_path / f"moving.{suffix}", save_all=True, append_images=[second])
    assert read(tmp_path / f"moving.{suffix}")[30, 30, 0] > 200


@pytest.mark.parametrize("tokens", IMAGE_BUDGETS)
def test_a_large_photograph_is_made_to_fit_its_budget(tmp_path, tokens):
    height, width, _ = read(make.picture(tmp_path / "a.jpg", 2000, 1000), tokens).shape
    cells = round(width / CELL) * round(height / CELL)
    assert cells <= tokens
    assert cells > 0.75 * min(tokens, 882)


def test_a_small_one_is_left_as_it_is(tmp_path):
    path = make.picture(tmp_path / "a.png", 500, 300)
    assert (read(path) == np.asarray(Image.open(path))).all()


@given(st.integers(1, 60_000), st.integers(1, 60_000), st.sampled_from(IMAGE_BUDGETS))
def test_no_shape_takes_more_than_its_budget(width, height, tokens):
    wide, high = fitting(width, height, CELL, tokens)
    assert wide >= 1
    assert high >= 1
    assert max(1, round(wide / CELL)) * max(1, round(high / CELL)) <= tokens


def test_a_thumbnail_is_small_and_keeps_the_shape(tmp_path):
    (tmp_path / "small.png").write_bytes(thumbnail(make.picture(tmp_path / "a.jpg", 2000, 1000)))
    assert size_of(tmp_path / "small.png") == (256, 128)


# -- what is refused ---------------------------------------------------------------------------------------------------


def refused(path: Path) -> GemfitError:
    with pytest.raises(GemfitError) as caught:
        read(path)
    assert path.name in str(caught.value)
    return caught.value


def test_a_header_that_promises_too_many_pixels_is_refused_before_anything_is_decoded(tmp_path):
    path = tmp_path / "bomb.png"
    path.write_bytes(make.png_that_claims(8001, 8000))
    assert refused(path).code == "picture_too_large"
    path.write_bytes(make.png_that_claims(60_000, 60_000))  # Pillow itself refuses this one
    error = refused(path)
    assert error.code == "picture_too_large"
    assert "3,600,000,000 pixels" in str(error)


def test_a_file_that_is_too_long_is_not_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "MOST_IMAGE_BYTES", 100)
    error = refused(make.picture(tmp_path / "a.png", 64, 64))
    assert error.code == "picture_too_large"
    assert "at most 100 B" in str(error)


@pytest.mark.parametrize("content", [b"", b"no picture", b"%!PS-Adobe-3.0 EPSF-3.0\n", b"RIFF\0\0\0\0WEBPVP8 "])
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "odd.png"
    path.write_bytes(content)
    assert refused(path).code == "picture_unreadable"


def test_a_file_that_is_gone_is_told(tmp_path):
    assert refused(tmp_path / "gone.png").code == "media_missing"


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "gif", "tiff", "bmp"])
def test_damage_is_refused_or_shows(tmp_path, suffix):
    """A cut file is refused; bytes turned over inside give either a refusal or a picture, never anything else."""
    whole = make.picture(tmp_path / f"whole.{suffix}", 96, 96).read_bytes()
    path, chance = tmp_path / f"hurt.{suffix}", random.Random(suffix)
    for _ in range(40):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data[: chance.choice([len(data), chance.randrange(len(data))])])
        assert outcome(path) in ("read", "picture_unreadable", "picture_too_large")


def outcome(path: Path) -> str:
    try:
        read(path)
    except GemfitError as error:
        return error.code
    return "read"
