"""The system's trash, with real files in real folders."""

import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import unquote

import pytest

from gemfit.errors import GemfitError
from gemfit.library import trash, trash_windows

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the folders of freedesktop.org and of macOS")


@pytest.fixture
def home_trash(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setattr("sys.platform", "linux")
    return tmp_path / "share" / "Trash"


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "weights" / "ä tiny.gguf"
    path.parent.mkdir()
    path.write_bytes(b"weights")
    return path


@pytest.fixture
def other_volume():
    """A folder on another file system than the tests' own, which most Linux systems have in memory."""
    top = Path("/dev/shm")
    own_trash = top / f".Trash-{os.getuid()}"
    same = top.exists() and top.stat().st_dev == Path(tempfile.gettempdir()).stat().st_dev
    if same or not top.is_mount() or not os.access(top, os.W_OK) or os.path.lexists(own_trash):
        pytest.skip("there is no second file system to write to, or its trash is in use")
    folder = Path(tempfile.mkdtemp(dir=top))
    yield folder
    shutil.rmtree(folder)
    if own_trash.is_dir():
        shutil.rmtree(own_trash)
    else:
        own_trash.unlink(missing_ok=True)


def info_of(trashed):
    head, path, date = Path(trashed.info).read_text().splitlines()
    assert head == "[Trash Info]"
    assert date.startswith("DeletionDate=20")
    return unquote(path.removeprefix("Path="))


def test_a_file_goes_into_the_trash_of_the_home_folder_with_its_description(home_trash, path):
    trashed = trash.put(path)
    assert not path.exists()
    assert Path(trashed.now) == home_trash / "files" / "ä tiny.gguf"
    assert Path(trashed.now).read_bytes() == b"weights"
    assert Path(trashed.info) == home_trash / "info" / "ä tiny.gguf.trashinfo"
    assert info_of(trashed) == str(path)


def test_it_comes_back_with_its_time_and_leaves_nothing_in_the_trash(home_trash, path):
    before = path.stat()
    trashed = trash.put(path)
    assert trash.put_back(trashed) == path
    assert path.read_bytes() == b"weights"
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert [*(home_trash / "files").iterdir(), *(home_trash / "info").iterdir()] == []


def test_its_folder_is_made_again(home_trash, path):
    trashed = trash.put(path)
    path.parent.rmdir()
    trash.put_back(trashed)
    assert path.is_file()


def test_two_files_of_one_name_are_kept_apart(home_trash, path):
    first = trash.put(path)
    path.write_bytes(b"another")
    second = trash.put(path)
    assert Path(second.now).name == "ä tiny 2.gguf"
    assert Path(first.now).read_bytes() == b"weights"
    assert Path(second.now).read_bytes() == b"another"


def test_a_file_in_the_trash_that_lost_its_description_is_not_overwritten(home_trash, path):
    left = home_trash / "files" / path.name
    left.parent.mkdir(parents=True)
    left.write_bytes(b"of someone else")
    trashed = trash.put(path)
    assert left.read_bytes() == b"of someone else"
    assert Path(trashed.now).read_bytes() == b"weights"


def test_once_the_trash_is_emptied_it_cannot_come_back(home_trash, path):
    trashed = trash.put(path)
    assert trashed.is_there
    Path(trashed.now).unlink()
    assert not trashed.is_there
    with pytest.raises(GemfitError) as caught:
        trash.put_back(trashed)
    assert caught.value.code == "emptied"


def test_a_newer_file_in_its_place_is_not_overwritten(home_trash, path):
    trashed = trash.put(path)
    path.write_bytes(b"newer")
    with pytest.raises(GemfitError) as caught:
        trash.put_back(trashed)
    assert caught.value.code == "in_the_way"
    assert path.read_bytes() == b"newer"
    assert Path(trashed.now).read_bytes() == b"weights"


def test_a_link_goes_by_itself(home_trash, path):
    link = path.with_name("link.gguf")
    link.symlink_to(path)
    trash.put(link)
    assert not link.is_symlink()
    assert path.read_bytes() == b"weights"


def test_a_file_that_is_gone_is_an_error(home_trash, path):
    path.unlink()
    with pytest.raises(FileNotFoundError):
        trash.put(path)


def test_on_another_volume_its_own_trash_is_used_and_paths_are_noted_from_its_top(home_trash, other_volume):
    path = other_volume / "deep" / "x.gguf"
    path.parent.mkdir()
    path.write_bytes(b"weights")
    trashed = trash.put(path)
    top = other_volume.parent / f".Trash-{os.getuid()}"
    assert Path(trashed.now) == top / "files" / "x.gguf"
    assert info_of(trashed) == f"{other_volume.name}/deep/x.gguf"
    assert top.stat().st_mode & 0o777 == 0o700
    assert trash.put_back(trashed) == path


def test_a_shared_trash_of_a_volume_is_used_only_when_it_is_sticky(home_trash, tmp_path):
    shared = tmp_path / ".Trash"
    shared.mkdir()
    own = tmp_path / f".Trash-{os.getuid()}"
    assert list(trash._volume_trashes(tmp_path)) == [own]
    shared.chmod(0o1777)
    assert list(trash._volume_trashes(tmp_path)) == [shared / str(os.getuid()), own]


def test_a_volume_without_a_trash_says_so_and_keeps_the_file(home_trash, other_volume, monkeypatch):
    blocked = other_volume.parent / f".Trash-{os.getuid()}"
    blocked.write_bytes(b"")  # a file where the folder would be
    path = other_volume / "x.gguf"
    path.write_bytes(b"weights")
    assert not trash.has_trash(path)
    with pytest.raises(GemfitError) as caught:
        trash.put(path)
    assert caught.value.code == "no_trash"
    assert "7 B" in str(caught.value)
    assert path.read_bytes() == b"weights"


def test_a_trash_that_is_a_link_is_not_trusted(home_trash, path, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    home_trash.parent.mkdir()
    home_trash.symlink_to(elsewhere)
    assert not trash._make(home_trash)


def test_on_macos_it_is_the_trash_in_the_home_folder(tmp_path, monkeypatch, path):
    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.setenv("HOME", str(tmp_path))
    trashed = trash.put(path)
    assert Path(trashed.now) == tmp_path / ".Trash" / path.name
    path.write_bytes(b"another")
    assert Path(trash.put(path).now) == tmp_path / ".Trash" / "ä tiny 2.gguf"
    path.unlink(missing_ok=True)
    assert trash.put_back(trashed).read_bytes() == b"weights"


def test_in_the_recycle_bin_a_file_is_found_by_its_number(tmp_path):
    users = tmp_path / "$Recycle.Bin" / "S-1-5-21"
    users.mkdir(parents=True)
    for name in ("$RAAAAAA.gguf", "$RBBBBBB.gguf", "$IBBBBBB.gguf"):
        (users / name).write_bytes(b"x")
    wanted = users / "$RBBBBBB.gguf"
    where = trash_windows.found(users.parent, wanted.stat().st_ino)
    assert where == {"now": str(wanted), "info": str(users / "$IBBBBBB.gguf")}
    assert trash_windows.found(users.parent, 0) == {"now": None, "info": None}
