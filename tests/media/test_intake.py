"""A file is taken in by a child: copied under its hash, with a small picture of it."""

import hashlib
import subprocess
import sys

import pytest
from PIL import Image

from gemfit.engine import sandbox
from gemfit.errors import GemfitError
from gemfit.media import intake
from gemfit.media.intake import file_of, take_in, thumbnail_of
from gemfit.media.pictures import size_of
from tests.media import make


def test_a_picture_is_kept_as_it_is_beside_a_small_one(tmp_path):
    path = make.picture(tmp_path / "holiday.jpg", 800, 600)
    taken = take_in(path, tmp_path / "kept")
    assert (taken.kind, taken.name, taken.width, taken.height) == ("image", "holiday.jpg", 800, 600)
    assert taken.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert file_of(tmp_path / "kept", taken).read_bytes() == path.read_bytes()
    assert size_of(thumbnail_of(tmp_path / "kept", taken)) == (256, 192)


def test_a_sound_is_kept_with_its_length(tmp_path):
    taken = take_in(make.sound(tmp_path / "memo.ogg", 1.5), tmp_path / "kept")
    assert taken.kind == "audio"
    assert taken.seconds == pytest.approx(1.5, abs=0.05)
    assert thumbnail_of(tmp_path / "kept", taken) is None
    assert [path.name for path in (tmp_path / "kept").iterdir()] == [taken.sha256]


def test_what_few_programs_read_is_kept_so_that_the_engine_needs_no_decoder_for_it(tmp_path):
    """The photograph as JPEG, the memo as FLAC, under the names that they had."""
    photo = take_in(make.heic(tmp_path / "IMG_1.HEIC", Image.new("RGB", (640, 480), "teal")), tmp_path / "kept")
    memo = take_in(make.soundtrack(tmp_path / "Memo.m4a", 440, seconds=1.5), tmp_path / "kept")
    assert (photo.name, photo.width, photo.height) == ("IMG_1.HEIC", 640, 480)
    assert (memo.name, memo.kind, memo.seconds) == ("Memo.m4a", "audio", pytest.approx(1.5, abs=0.1))
    for taken in (photo, memo):
        data = file_of(tmp_path / "kept", taken).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (taken.sha256, taken.n_bytes)
    engine = (
        "import sys; from pathlib import Path; from gemfit.media.pictures import read_picture; "
        "from gemfit.media.sounds import read_sound; photo, memo = map(Path, sys.argv[1:]); "
        "print(read_picture(photo, cell=48, tokens=280)[:2], read_sound(memo).seconds); "
        "print({'av', 'pillow_heif'} & set(sys.modules))"
    )
    files = [str(file_of(tmp_path / "kept", taken)) for taken in (photo, memo)]
    told = subprocess.run([sys.executable, "-c", engine, *files], capture_output=True, text=True, check=True).stdout
    assert told.splitlines()[0].startswith("(640, 480) 1.5")
    assert told.splitlines()[1] == "set()"


def test_who_only_asks_what_kind_a_file_is_loads_no_decoder():
    """The window."""
    ask = (
        "import sys; from pathlib import Path; from gemfit.media.intake import kind_of; "
        "print([kind_of(Path(n)) for n in ('IMG.HEIC', 'a.M4A', 'a.mov', 'a.txt')], "
        "{'av', 'pillow_heif', 'PIL', 'soundfile', 'numpy'} & set(sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "['image', 'audio', 'audio', 'image'] set()"


@pytest.mark.parametrize(("name", "code"), [("a.png", "picture_unreadable"), ("a.m4a", "sound_unreadable")])
def test_what_cannot_be_decoded_is_refused_and_not_kept(tmp_path, name, code):
    (tmp_path / name).write_bytes(b"nothing of the kind")
    with pytest.raises(GemfitError) as caught:
        take_in(tmp_path / name, tmp_path / "kept")
    assert caught.value.code == code
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path):
    (tmp_path / "kept").write_text("a file is in the way")
    with pytest.raises(GemfitError) as caught:
        take_in(make.picture(tmp_path / "a.png", 9, 9), tmp_path / "kept")
    assert caught.value.code == "media_not_kept"


@pytest.mark.parametrize("what", ["import os; os.abort()", "import time; time.sleep(60)", "print('nonsense')"])
def test_a_decoder_that_crashes_or_hangs_costs_the_file_and_nothing_else(tmp_path, monkeypatch, what):
    monkeypatch.setattr(intake, "self_command", lambda: [sys.executable, "-c", what])
    with pytest.raises(GemfitError) as caught:
        take_in(make.picture(tmp_path / "a.png", 9, 9), tmp_path / "kept", timeout_s=1.0)
    assert caught.value.code == "media_crashed"


@pytest.mark.skipif(not sandbox.version(), reason="needs a system with Landlock")
def test_the_child_can_write_to_that_folder_alone(tmp_path):
    """What a decoder could be made to do."""
    (tmp_path / "kept").mkdir()
    tries = (
        "import sys; from pathlib import Path; from gemfit.engine.sandbox import enter; here = Path(sys.argv[1]); "
        "enter(here / 'kept'); (here / 'kept' / 'a').write_text('x'); (here / 'b').write_text('x')"
    )
    done = subprocess.run([sys.executable, "-c", tries, str(tmp_path)], capture_output=True, text=True, check=False)
    assert "PermissionError" in done.stderr
    assert (tmp_path / "kept" / "a").exists()
    assert not (tmp_path / "b").exists()


def test_a_large_picture_fits_the_child_s_memory(tmp_path):
    path = tmp_path / "large.png"
    Image.new("L", (8000, 7990)).save(path, compress_level=1)
    assert take_in(path, tmp_path / "kept").width == 8000
