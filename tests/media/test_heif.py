"""Photographs as telephones keep them become JPEG, upright; what lies about its size is not decoded."""

import io
import random
import struct
import sys
from pathlib import Path

import pytest
from PIL import Image

from gemfit.errors import GemfitError
from gemfit.media import pictures
from gemfit.media.pictures import take_picture
from tests.media import make


def corner() -> Image.Image:
    """White, with a red corner at the top left."""
    image = Image.new("RGB", (80, 48), "white")
    image.paste("red", (0, 0, 16, 16))
    return image


def kept(path: Path) -> Image.Image:
    jpeg = take_picture(path).jpeg
    assert jpeg is not None
    return Image.open(io.BytesIO(jpeg))


def refused(path: Path) -> GemfitError:
    with pytest.raises(GemfitError) as caught:
        take_picture(path)
    assert path.name in str(caught.value)
    return caught.value


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_turned_once_though_two_places_say_so(tmp_path, orientation):
    """The container (irot, imir), which libheif heeds, and the EXIF of the camera."""
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Image.Transpose that a viewer's turning takes back
    image = corner() if orientation == 1 else corner().transpose(Image.Transpose(undo[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    image.info["exif"] = exif.tobytes()
    path = make.heic(tmp_path / "IMG_1.heic", image)
    assert orientation == 1 or b"irot" in path.read_bytes() or b"imir" in path.read_bytes()
    taken = take_picture(path)
    assert (taken.width, taken.height) == kept(path).size == (80, 48)
    red, white = kept(path).getpixel((5, 5)), kept(path).getpixel((75, 43))
    assert red[0] > 200
    assert red[1] < 60
    assert min(white) > 240
    assert Image.open(io.BytesIO(taken.thumbnail)).size == (80, 48)


def test_one_in_tiles_is_put_together(tmp_path):
    """As an iPhone keeps them."""
    image = Image.linear_gradient("L").resize((640, 200)).convert("RGB")
    path = make.heic(tmp_path / "tiles.heic", image, tile_size=128)
    assert b"grid" in path.read_bytes()
    assert kept(path).size == (640, 200)
    for at in ((3, 3), (400, 100), (636, 196)):
        assert kept(path).getpixel(at)[0] == pytest.approx(image.getpixel(at)[0], abs=6)


def test_what_is_transparent_is_white(tmp_path):
    path = make.heic(tmp_path / "clear.heic", Image.new("RGBA", (64, 64), (0, 0, 0, 0)))
    assert min(kept(path).getpixel((30, 30))) > 240


def test_it_is_the_content_that_counts_not_the_name(tmp_path):
    assert kept(make.heic(tmp_path / "a.heic", corner()).rename(tmp_path / "a.jpg")).size == (80, 48)
    path = tmp_path / "b.heic"
    corner().save(path, "JPEG")
    assert take_picture(path).jpeg is None  # kept as it is


def test_avif_is_pillow_s_own(tmp_path):
    corner().save(tmp_path / "a.avif")
    taken = take_picture(tmp_path / "a.avif")
    assert (taken.width, taken.height, taken.jpeg) == (80, 48, None)


# -- what is refused ---------------------------------------------------------------------------------------------------


def with_size(path: Path, width: int, height: int) -> Path:
    """Its header says so; what is coded in it stays what it was."""
    data = bytearray(path.read_bytes())
    at = data.index(b"ispe")
    assert data.count(b"ispe") == 1
    struct.pack_into(">II", data, at + 8, width, height)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("size", [(8001, 8000), (60_000, 60_000), (0x7FFFFFFF, 0x7FFFFFFF)])
@pytest.mark.parametrize("cut", [False, True])
def test_a_header_that_promises_too_many_pixels_is_refused_before_anything_is_decoded(tmp_path, monkeypatch, size, cut):
    """Also where only a small part of them would be shown (`clap`)."""
    decoded = []
    monkeypatch.setattr(pictures, "_upright", lambda *_: decoded.append(1))
    image = corner() if cut else corner().resize((64, 64))
    path = make.heic(tmp_path / "bomb.heic", image)
    assert (b"clap" in path.read_bytes()) == cut
    assert refused(with_size(path, *size)).code == "picture_too_large"
    assert not decoded


@pytest.mark.parametrize("size", [(8, 8), (4000, 4000)])
def test_a_header_that_lies_about_the_size_is_refused(tmp_path, size):
    assert refused(with_size(make.heic(tmp_path / "lie.heic", corner()), *size)).code == "picture_unreadable"


def test_a_file_that_is_too_long_is_not_opened(tmp_path, monkeypatch):
    path = make.heic(tmp_path / "a.heic", corner())
    monkeypatch.setattr(pictures, "MOST_IMAGE_BYTES", 100)
    assert refused(path).code == "picture_too_large"


def test_damage_is_refused_or_shows(tmp_path):
    whole = make.heic(tmp_path / "whole.heic", corner()).read_bytes()
    path, chance = tmp_path / "hurt.heic", random.Random("heic")
    outcomes = set()
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data[: chance.choice([len(data), chance.randrange(len(data))])])
        outcomes.add(outcome(path))
    assert outcomes <= {"read", "picture_unreadable", "picture_too_large", "picture_foreign"}
    path.write_bytes(whole[: len(whole) // 2])
    assert outcome(path) == "picture_unreadable"


def outcome(path: Path) -> str:
    try:
        take_picture(path)
    except GemfitError as error:
        return error.code
    return "read"


def test_without_the_library_the_sentence_says_what_to_do(tmp_path, monkeypatch):
    path = make.heic(tmp_path / "a.heic", corner())
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    assert "Install that, or save the picture as JPEG" in str(refused(path))
