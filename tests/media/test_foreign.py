"""What is no picture is told with what to do instead."""

import pytest

from gemfit.errors import GemfitError
from gemfit.media.foreign import check_picture
from gemfit.media.pictures import take_picture
from tests.media import make


@pytest.mark.parametrize(
    ("name", "content", "advice"),
    [
        ("IMG_1.DNG", b"II*\0", "Export it as JPEG"),
        ("a.cr3", b"\0\0\0\x18ftypcrx ", "Export it as JPEG"),
        ("report.pdf", b"%PDF-1.7", "Paste its text into the message"),
        ("report", b"%PDF-1.7", "Paste its text into the message"),
        ("letter.docx", b"PK\3\4", "Paste its text into the message"),
        ("plan.svg", b"<svg/>", "Export it as PNG"),
        ("film.png", b"\0\0\0\x20ftypisom", "Give it as a sound"),
        ("film.png", b"\x1a\x45\xdf\xa3", "Give it as a sound"),
    ],
)
def test_what_is_no_picture_is_told_with_what_to_do(tmp_path, name, content, advice):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(GemfitError) as caught:
        take_picture(tmp_path / name)
    assert caught.value.code == "picture_foreign"
    assert name in str(caught.value)
    assert advice in str(caught.value)


def test_a_raw_photograph_is_not_taken_for_the_thumbnail_in_it(tmp_path):
    path = make.picture(tmp_path / "a.tiff", 32, 32).rename(tmp_path / "a.dng")
    with pytest.raises(GemfitError, match="raw photograph"):
        take_picture(path)


def test_a_picture_is_none_of_these(tmp_path):
    path = make.picture(tmp_path / "a.png", 32, 32)
    check_picture(path, path.read_bytes()[:64])
