"""Putting a file into another program's folder: no second copy where links exist, and nothing there is touched."""

import errno
import hashlib
import os
import sys
import threading

import pytest

from gemfit.errors import GemfitError
from gemfit.library.handover import put as put_module
from gemfit.library.handover.put import Put, put, rename_to_new

DATA = b"weights " * 5000
SHA = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "ours" / "x.gguf"
    path.parent.mkdir()
    path.write_bytes(DATA)
    return path


@pytest.fixture
def target(tmp_path):
    return tmp_path / "theirs" / "acme" / "tiny" / "x.gguf"


def refusal(*args, **kwargs) -> GemfitError:
    with pytest.raises(GemfitError) as caught:
        put(*args, **kwargs)
    return caught.value


def without(monkeypatch, *hows):
    """As on a disk that does not have these ways; `errno` as Linux says it of another file system."""
    ways = tuple((how, way if how not in hows else _closed) for how, way in put_module._WAYS)
    monkeypatch.setattr(put_module, "_WAYS", ways)


def _closed(_source, _target):
    return False


def test_on_the_same_disk_it_is_one_file_with_two_names(source, target):
    done = put(source, target, sha256=SHA)
    assert done == Put(path=str(target), how="hardlink")
    assert target.samefile(source)
    assert [path.name for path in target.parent.iterdir()] == ["x.gguf"]


def test_the_second_time_it_is_there(source, target):
    put(source, target, sha256=SHA)
    assert put(source, target, sha256=SHA).how == "there"


def test_a_link_to_another_disk_is_symbolic(source, target, monkeypatch):
    without(monkeypatch, "hardlink", "clone")
    assert put(source, target, sha256=SHA).how == "symlink"
    assert target.is_symlink()
    assert target.read_bytes() == DATA
    assert put(source, target, sha256=SHA).how == "there"


@pytest.mark.skipif(sys.platform != "linux", reason="cloning is done on Linux alone")
def test_cloning_works_or_leaves_nothing(source, target, monkeypatch):
    target.parent.mkdir(parents=True)
    if put_module._clone(source, target):
        assert target.read_bytes() == DATA
        assert not target.samefile(source)
    else:
        assert not target.exists()


@pytest.mark.parametrize("code", [errno.EXDEV, errno.EPERM, errno.EMLINK])
def test_what_the_system_refuses_for_one_way_leads_to_the_next(source, target, monkeypatch, code):
    def refuse(_self, _target):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("pathlib.Path.hardlink_to", refuse)
    assert put(source, target, sha256=SHA).how in ("clone", "symlink")


def test_without_links_it_asks_before_it_copies(source, target, monkeypatch):
    without(monkeypatch, "hardlink", "clone", "symlink")
    error = refusal(source, target, sha256=SHA)
    assert error.code == "copy_needed"
    assert "39 KiB" in str(error)
    assert not target.exists()
    done = put(source, target, sha256=SHA, copy=True)
    assert (done.how, done.bytes) == ("copy", len(DATA))
    assert target.read_bytes() == DATA
    assert [path.name for path in target.parent.iterdir()] == ["x.gguf"]


def test_another_file_of_that_name_is_left_alone(source, target):
    target.parent.mkdir(parents=True)
    target.write_bytes(b"theirs")
    assert refusal(source, target, sha256=SHA, copy=True).code == "exists"
    assert target.read_bytes() == b"theirs"


def test_a_link_that_leads_nowhere_is_left_alone_too(source, target):
    target.parent.mkdir(parents=True)
    target.symlink_to(target.parent / "gone")
    assert refusal(source, target, sha256=SHA, copy=True).code == "exists"
    assert target.is_symlink()


def test_a_file_that_changed_since_it_was_verified_is_not_copied(source, target, monkeypatch):
    without(monkeypatch, "hardlink", "clone", "symlink")
    source.write_bytes(DATA[:-1] + b"X")
    assert refusal(source, target, sha256=SHA, copy=True).code == "hash_mismatch"
    assert [path.name for path in target.parent.iterdir()] == []


def test_a_copy_that_is_stopped_leaves_nothing(source, target, monkeypatch):
    without(monkeypatch, "hardlink", "clone", "symlink")
    stopped = threading.Event()
    stopped.set()
    assert refusal(source, target, sha256=SHA, copy=True, cancelled=stopped).code == "cancelled"
    assert [path.name for path in target.parent.iterdir()] == []


def test_a_copy_that_does_not_fit_is_not_begun(source, target, monkeypatch):
    without(monkeypatch, "hardlink", "clone", "symlink")
    monkeypatch.setattr(put_module, "free_bytes", lambda _folder: 1000)
    assert refusal(source, target, sha256=SHA, copy=True).code == "disk_full"


def test_a_folder_that_cannot_be_made_is_a_sentence(source, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    assert refusal(source, tmp_path / "file" / "x.gguf", sha256=SHA).code == "disk"


def test_a_name_is_given_only_where_there_is_none(tmp_path, monkeypatch):
    part, target = tmp_path / "part", tmp_path / "target"
    part.write_bytes(b"new")
    target.write_bytes(b"old")
    with pytest.raises(FileExistsError):
        rename_to_new(part, target)

    def no_links(_self, _target):
        raise OSError(errno.EPERM, "no hard links here")

    monkeypatch.setattr("pathlib.Path.hardlink_to", no_links)
    with pytest.raises(FileExistsError):
        rename_to_new(part, target)
    target.unlink()
    rename_to_new(part, target)
    assert (target.read_bytes(), part.exists()) == (b"new", False)
