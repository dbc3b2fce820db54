"""Removing weights and taking that back, with real files and a real trash."""

import os
from pathlib import Path

import pytest

from gemfit.errors import GemfitError
from gemfit.library import imported, removal, trash
from gemfit.library.index import read_index
from gemfit.library.part import PART, lock
from gemfit.library.removal import freeable_bytes, removals, remove, undo
from gemfit.library.store import describe, verify
from gemfit.paths import litert_cache_dir
from tests.library.parts import FILE, tiny_catalog

DATA = b"weights"


@pytest.fixture
def weights_dir(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setattr("sys.platform", "linux")
    return tmp_path / "weights"


@pytest.fixture
def path(weights_dir):
    path = weights_dir / "Tiny" / "q4_0" / FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(DATA)
    return path


def test_removed_files_are_in_the_trash_and_say_what_they_will_give_back(weights_dir, path):
    done = remove([path], weights_dir)
    assert not path.exists()
    assert [file.how for file in done.files] == ["trash"]
    assert (done.freed_bytes, done.trashed_bytes, done.can_be_undone) == (0, len(DATA), True)
    assert "7 B are free once the trash is emptied" in str(done.sentence)
    assert list(weights_dir.iterdir()) == []  # empty folders go as well


def test_undo_brings_a_file_back_verified_as_it_was(weights_dir, path):
    catalog = tiny_catalog(DATA)
    assert verify(path, weights_dir, catalog).verified
    remove([path], weights_dir)
    assert undo() == [path]
    assert path.read_bytes() == DATA
    assert describe(path, weights_dir, catalog).verified
    assert removals() == []


def test_undo_takes_back_all_files_of_the_last_call(weights_dir, path):
    projector = path.with_name("mmproj.gguf")
    projector.write_bytes(b"eyes")
    other = path.with_name("other.gguf")
    other.write_bytes(b"other")
    remove([other], weights_dir)
    remove([path, projector], weights_dir)
    assert undo() == [path, projector]
    assert not other.exists()
    assert undo() == [other]


def test_an_earlier_removal_can_be_undone_by_its_id(weights_dir, path):
    other = path.with_name("other.gguf")
    other.write_bytes(b"other")
    first = remove([path], weights_dir)
    second = remove([other], weights_dir)
    assert [r.id for r in removals()] == [second.id, first.id]
    assert undo(first.id) == [path]
    assert [r.id for r in removals()] == [second.id]


def test_after_the_trash_was_emptied_there_is_nothing_to_undo(weights_dir, path):
    done = remove([path], weights_dir)
    Path(done.files[0].trashed.now).unlink()
    assert removals() == []
    with pytest.raises(GemfitError) as caught:
        undo()
    assert caught.value.code == "nothing_to_undo"


def test_what_is_known_of_a_file_is_dropped_after_the_trash_was_emptied(weights_dir, path):
    other = path.with_name("other.gguf")
    other.write_bytes(b"other")
    verify(path, weights_dir, tiny_catalog(DATA))
    done = remove([path], weights_dir)
    assert len(read_index()) == 1
    Path(done.files[0].trashed.now).unlink()
    remove([other], weights_dir)
    assert read_index() == {}


def test_a_file_that_is_in_the_way_stays_and_the_undo_can_be_repeated(weights_dir, path):
    remove([path], weights_dir)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"newer")
    with pytest.raises(GemfitError) as caught:
        undo()
    assert caught.value.code == "in_the_way"
    path.unlink()
    assert undo() == [path]
    assert path.read_bytes() == DATA


def test_deleting_for_good_frees_the_space_and_has_no_way_back(weights_dir, path):
    verify(path, weights_dir, tiny_catalog(DATA))
    done = remove([path], weights_dir, delete=True)
    assert (done.freed_bytes, done.trashed_bytes, done.can_be_undone) == (len(DATA), 0, False)
    assert "7 B are free again" in str(done.sentence)
    assert read_index() == {}


@pytest.mark.parametrize(("delete", "freed"), [(False, 0), (True, 12)])
def test_what_the_engine_made_of_a_file_goes_with_it(weights_dir, path, delete, freed):
    cache = litert_cache_dir(path)
    cache.mkdir(parents=True)
    (cache / "x.xnnpack_cache").write_bytes(b"cache")
    done = remove([path], weights_dir, delete=delete)
    assert not cache.exists()
    assert done.freed_bytes == freed


def test_without_a_trash_nothing_is_deleted(weights_dir, path, monkeypatch):
    monkeypatch.setattr(trash, "_trash_folders", lambda _path: iter(()))
    with pytest.raises(GemfitError) as caught:
        remove([path], weights_dir)
    assert caught.value.code == "no_trash"
    assert path.read_bytes() == DATA


def test_what_was_removed_before_a_trouble_can_be_undone(weights_dir, path):
    with pytest.raises(GemfitError) as caught:
        remove([path, path.with_name("gone.gguf")], weights_dir)
    assert caught.value.code == "not_found"
    assert undo() == [path]


def test_a_link_is_forgotten_and_what_it_leads_to_stays(weights_dir, tmp_path):
    real = tmp_path / "theirs" / FILE
    real.parent.mkdir()
    real.write_bytes(DATA)
    link = weights_dir / "Tiny" / "q4_0" / FILE
    link.parent.mkdir(parents=True)
    link.symlink_to(real)
    done = remove([link], weights_dir, delete=True)
    assert [(file.how, file.bytes) for file in done.files] == [("forgotten", 0)]
    assert not link.is_symlink()
    assert real.read_bytes() == DATA


def test_what_was_imported_in_its_place_is_forgotten_never_deleted(weights_dir, tmp_path):
    theirs = tmp_path / "theirs.gguf"
    theirs.write_bytes(DATA)
    imported.remember(theirs)
    verify(theirs, weights_dir, tiny_catalog(DATA))
    done = remove([theirs], weights_dir, delete=True)
    assert done.files[0].how == "forgotten"
    assert "left where it is" in str(done.sentence)
    assert (read_index(), imported.imported()) == ({}, [])
    assert theirs.read_bytes() == DATA


def test_an_imported_folder_is_forgotten_with_all_that_is_in_it_still_there(weights_dir, tmp_path):
    folder = tmp_path / "theirs"
    folder.mkdir()
    (folder / FILE).write_bytes(DATA)
    imported.remember(folder)
    assert remove([folder], weights_dir).files[0].how == "forgotten"
    assert imported.imported() == []
    assert (folder / FILE).read_bytes() == DATA


def test_a_file_that_is_not_the_librarys_is_left_alone(weights_dir, tmp_path):
    weights_dir.mkdir()
    theirs = tmp_path / "holiday.gguf"
    theirs.write_bytes(DATA)
    with pytest.raises(GemfitError) as caught:
        remove([theirs], weights_dir, delete=True)
    assert caught.value.code == "not_ours"
    assert theirs.read_bytes() == DATA


def test_a_file_that_is_not_there_is_nobodys(weights_dir, tmp_path):
    with pytest.raises(GemfitError, match="No such file"):
        remove([tmp_path / "gone.gguf"], weights_dir)


def test_a_second_name_of_the_same_bytes_gives_no_space_back(weights_dir, path, tmp_path):
    os.link(path, tmp_path / "second.gguf")
    assert freeable_bytes(path, weights_dir) == 0
    assert remove([path], weights_dir).trashed_bytes == 0
    assert (tmp_path / "second.gguf").read_bytes() == DATA


def test_an_unfinished_file_is_deleted_for_good(weights_dir, path):
    part = path.with_name(FILE + PART)
    part.write_bytes(b"half")
    done = remove([part], weights_dir)
    assert (done.files[0].how, done.freed_bytes) == ("deleted", 4)
    assert not part.exists()


def test_a_file_that_is_being_downloaded_stays(weights_dir, path):
    held = lock(path)
    try:
        with pytest.raises(GemfitError) as caught:
            remove([path], weights_dir)
    finally:
        held.release()
    assert caught.value.code == "in_use"
    assert path.read_bytes() == DATA


def test_a_note_that_cannot_be_read_means_nothing_to_undo(weights_dir, path):
    removal._file().parent.mkdir(parents=True, exist_ok=True)
    removal._file().write_bytes(b"{")
    assert removals() == []
    remove([path], weights_dir)
    assert undo() == [path]
