"""Taking in weights: left in place, copied, moved, linked; what is no model is left out, and nothing is lost."""

import errno
import os
import shutil
import threading
from pathlib import Path

import pytest

from gemfit.catalog.load import load_catalog
from gemfit.errors import GemfitError
from gemfit.gguf.check import check_file
from gemfit.library import bring
from gemfit.library.bring import safe_name
from gemfit.library.import_file import import_paths, missing_parts
from gemfit.library.imported import imported
from gemfit.library.names import is_safe
from gemfit.library.store import scan
from tests.gguf.split import split
from tests.library.parts import FILE, tiny_catalog
from tests.library.stores.homes import put, sha256
from tests.library.stores.test_look import everything_below


@pytest.fixture
def weights(tmp_path):
    return tmp_path / "weights"


@pytest.fixture
def theirs(tmp_path, data_dir):
    """A model somewhere on this disk."""
    path = tmp_path / "somewhere" / "My Model.gguf"
    path.parent.mkdir()
    shutil.copyfile(data_dir / "gemma4-tiny.gguf", path)
    return path


@pytest.fixture
def catalog():
    return load_catalog()


@pytest.fixture
def take(weights, catalog):
    def take(*paths, **options):
        options.setdefault("catalog", catalog)
        return import_paths(list(paths), weights, options.pop("catalog"), **options)

    return take


def cannot(*_arguments) -> bool:
    """A file system whose files cannot share blocks."""
    return False


def in_weights(weights) -> list[str]:
    return sorted(path.relative_to(weights).as_posix() for path in weights.rglob("*") if path.is_file())


def test_left_in_its_place_it_is_listed_from_then_on(take, weights, catalog, theirs):
    taken = take(theirs)
    assert [(file.path, file.origin) for file in taken.files] == [(str(theirs), "import")]
    assert imported() == [theirs]
    assert not weights.exists()
    listed = next(file for file in scan(weights, catalog) if file.origin == "import")
    assert (listed.path, listed.called) == (str(theirs), "My Model.gguf")


def test_left_in_its_place_nothing_of_it_is_changed(take, theirs):
    before = everything_below(theirs.parent)
    take(theirs)
    take(theirs.parent)
    assert everything_below(theirs.parent) == before


def test_a_copy_is_the_same_bytes_hashed_on_the_way(take, weights, theirs):
    before = everything_below(theirs.parent)
    states = []
    (file,) = take(theirs, how="copy", on_progress=lambda p: states.append(p.state)).files
    assert Path(file.path) == weights / "imported" / "My Model.gguf"
    assert Path(file.path).read_bytes() == theirs.read_bytes()
    assert file.sha256 in (None, sha256(theirs.read_bytes()))  # a copy that shares blocks is not read
    assert states[-1] == "done"
    assert everything_below(theirs.parent) == before
    assert imported() == []


def test_moved_it_is_there_and_no_longer_here(take, weights, theirs):
    data = theirs.read_bytes()
    (file,) = take(theirs, how="move").files
    assert Path(file.path).read_bytes() == data
    assert not theirs.exists()


def test_linked_it_is_one_file_with_two_names(take, weights, theirs):
    (file,) = take(theirs, how="link").files
    assert Path(file.path).samefile(theirs)
    assert not Path(file.path).is_symlink()


@pytest.mark.parametrize("how", ["copy", "move", "link"])
def test_a_file_of_the_catalogue_goes_where_it_belongs_verified(take, weights, theirs, how):
    catalog = tiny_catalog(theirs.read_bytes())
    (file,) = take(theirs, how=how, catalog=catalog).files
    assert Path(file.path) == weights / "Tiny" / "q4_0" / FILE
    assert (file.model, file.build, file.verified, file.origin) == ("Tiny", "q4_0", True, "weights")
    assert in_weights(weights) == [f"Tiny/q4_0/{FILE}"]


@pytest.mark.parametrize("how", ["copy", "move", "link"])
def test_what_is_there_already_is_never_replaced(take, weights, theirs, how):
    mine = put(weights / "imported" / "My Model.gguf", b"mine")
    data = theirs.read_bytes()
    (file,) = take(theirs, how=how).files
    assert Path(file.path).name == "My Model (2).gguf"
    assert (mine.read_bytes(), Path(file.path).read_bytes()) == (b"mine", data)


def test_on_a_disk_without_hard_links_a_move_is_a_new_name(take, weights, theirs, monkeypatch):
    def refuse(self, target):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    data = theirs.read_bytes()
    put(weights / "imported" / "My Model.gguf", b"mine")
    (file,) = take(theirs, how="move").files
    assert (Path(file.path).name, Path(file.path).read_bytes()) == ("My Model (2).gguf", data)
    theirs.write_bytes(data)
    assert [one.code for one in take(theirs, how="link").refused] == ["no_link"]
    assert theirs.read_bytes() == data


def test_a_move_to_another_disk_is_a_copy_that_is_read_again(take, weights, theirs, monkeypatch):
    real = Path.stat

    def elsewhere(self, **options):
        state = real(self, **options)
        if self.is_relative_to(theirs.parent):
            return state
        return os.stat_result([*state[:2], state.st_dev + 1, *state[3:10]], {"st_mtime_ns": state.st_mtime_ns})

    data = theirs.read_bytes()
    monkeypatch.setattr(bring, "_reflink", cannot)
    monkeypatch.setattr(Path, "stat", elsewhere)
    states = []
    (file,) = take(theirs, how="move", on_progress=lambda p: states.append(p.state)).files
    assert Path(file.path).read_bytes() == data
    assert not theirs.exists()
    assert list(dict.fromkeys(states)) == ["downloading", "verifying", "done"]


def test_what_belongs_to_another_program_is_neither_moved_nor_linked(take, weights, theirs):
    path = put(Path.home() / ".lmstudio/models/a/b/x.gguf", theirs.read_bytes())
    before = everything_below(Path.home())
    for how in ("move", "link"):
        refused = take(path, how=how).refused
        assert [one.code for one in refused] == ["not_ours"]
        assert "LM Studio" in str(refused[0].sentence)
    assert [file.origin for file in take(path, how="copy").files] == ["weights"]
    assert everything_below(Path.home()) == before


def test_a_link_is_neither_moved_nor_linked(take, theirs):
    link = theirs.with_name("link.gguf")
    link.symlink_to(theirs)
    assert [one.code for one in take(link, how="move").refused] == ["is_a_link"]
    assert link.is_symlink()
    assert theirs.exists()
    assert len(take(link, how="copy").files) == 1


def test_a_folder_is_taken_with_what_comes_into_it_later(take, weights, catalog, theirs, data_dir):
    put(theirs.parent / "notes.txt")
    assert [Path(file.path) for file in take(theirs.parent).files] == [theirs]
    later = theirs.parent / "deep" / "moe.gguf"
    later.parent.mkdir()
    shutil.copyfile(data_dir / "gemma4-tiny-moe.gguf", later)
    assert {file.path for file in scan(weights, catalog) if file.origin == "import"} == {str(theirs), str(later)}


def test_a_folder_without_weights_is_told_and_not_kept(take, tmp_path):
    put(tmp_path / "empty" / "notes.txt")
    assert [one.code for one in take(tmp_path / "empty").refused] == ["nothing_there"]
    assert imported() == []


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("x.gguf", b"", "not_gguf"),
        ("x.gguf", b"<!doctype html><p>Sign in", "not_gguf"),
        ("x.gguf", b"GGUF\x03\0\0\0", "gguf_truncated"),
        ("x.litertlm", b"GGUF", "not_weights"),
        ("x.zip", b"PK\x03\x04" + bytes(60), "not_gguf"),
    ],
)
def test_what_is_no_model_is_left_out_and_left_as_it_is(take, weights, tmp_path, name, data, code):
    path = put(tmp_path / "bad" / name, data)
    for how in ("leave", "copy", "move", "link"):
        taken = take(path, how=how)
        assert (taken.files, [one.code for one in taken.refused]) == ([], [code])
    assert path.read_bytes() == data
    assert imported() == []
    assert not weights.exists() or in_weights(weights) == []


def test_a_bad_file_does_not_keep_the_others_out(take, theirs):
    put(theirs.parent / "bad.gguf", b"x")
    taken = take(theirs.parent, Path("/nowhere/gone.gguf"))
    assert [Path(file.path) for file in taken.files] == [theirs]
    assert [one.code for one in taken.refused] == ["not_gguf", "not_found"]


def test_a_file_of_the_mobile_format_is_taken(take, data_dir):
    (file,) = take(data_dir / "tiny-gemma-chat.litertlm").files
    assert file.container == "litertlm"


def test_a_damaged_file_of_the_mobile_format_is_left_where_it_is(take, tmp_path, data_dir):
    bad = put(tmp_path / "bad.litertlm", (data_dir / "tiny-gemma-chat.litertlm").read_bytes()[:-1])
    taken = take(bad)
    assert taken.files == []
    assert [one.code for one in taken.refused] == ["litertlm_truncated"]


def test_a_file_that_is_in_the_folder_already_stays(take, weights, theirs):
    own = put(weights / "Mine" / "x.gguf", theirs.read_bytes())
    for how in ("leave", "copy", "move"):
        assert [(file.path, file.origin) for file in take(own, how=how).files] == [(str(own), "weights")]
    assert in_weights(weights) == ["Mine/x.gguf"]


@pytest.mark.parametrize("how", ["copy", "move"])
def test_stopped_halfway_nothing_is_left_and_nothing_lost(take, weights, theirs, monkeypatch, how):
    monkeypatch.setattr(bring, "BUFFER_BYTES", 1 << 16)
    monkeypatch.setattr(bring, "_reflink", cannot)
    cancelled, data = threading.Event(), theirs.read_bytes()
    with pytest.raises(GemfitError) as caught:
        take(
            theirs,
            how=how,
            catalog=tiny_catalog(data),
            cancelled=cancelled,
            on_progress=lambda _progress: cancelled.set(),
        )
    assert caught.value.code == "cancelled"
    assert theirs.read_bytes() == data
    assert in_weights(weights) == []


def test_a_full_disk_is_told_before_and_during(take, weights, theirs, monkeypatch):
    monkeypatch.setattr(bring, "_reflink", cannot)
    with monkeypatch.context() as full_before:
        full_before.setattr(bring, "free_bytes", lambda _folder: 1000)
        assert [one.code for one in take(theirs, how="copy").refused] == ["disk_full"]

    def full(file, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(bring, "_write", full)
    refused = take(theirs, how="copy").refused
    assert [one.code for one in refused] == ["disk_full"]
    assert "it is as it was" in str(refused[0].sentence)
    assert in_weights(weights) == []


def test_a_file_that_grows_while_it_is_copied_is_left_out(take, weights, theirs, monkeypatch):
    monkeypatch.setattr(bring, "_reflink", cannot)

    def grow(_progress):
        with theirs.open("ab") as file:
            file.write(b"more")

    assert [one.code for one in take(theirs, how="copy", on_progress=grow).refused] == ["changed"]
    assert in_weights(weights) == []


def test_a_part_of_a_split_model_names_what_is_missing(take, theirs):
    part = theirs.with_name("big-00001-of-00003.gguf")
    theirs.rename(part)
    assert missing_parts(part) == ["big-00002-of-00003.gguf", "big-00003-of-00003.gguf"]
    (refused,) = take(part).refused
    assert refused.code == "split_incomplete"
    assert "2 of them are not here (big-00002-of-00003.gguf" in str(refused.sentence)
    assert missing_parts(theirs) == []


@pytest.fixture
def parts(data_dir, tmp_path):
    return split(data_dir / "gemma4-tiny.gguf", tmp_path / "theirs-split", "big", tensors_each=30)


@pytest.mark.parametrize("named", [0, 2])
def test_any_part_of_a_split_model_brings_the_others(take, parts, named):
    (model,) = take(parts[named]).files
    assert model.path == str(parts[0])
    assert [piece.path for piece in model.pieces] == [str(part) for part in parts]
    assert (model.complete, model.parts, model.bytes) == (True, 3, sum(part.stat().st_size for part in parts))
    assert set(parts) <= set(imported())


def test_the_parts_in_a_folder_are_one_model(take, parts):
    taken = take(parts[0].parent)
    assert len(taken.files) == 1
    assert taken.refused == []


@pytest.mark.parametrize("how", ["copy", "move", "link"])
def test_a_split_model_is_brought_whole_under_names_that_belong_together(take, weights, parts, how):
    before = [part.read_bytes() for part in parts]
    first, second = take(parts[1], how=how).files[0], weights / "imported" / "big" / "big-00002-of-00003.gguf"
    assert first.complete
    assert [Path(piece.path).read_bytes() for piece in first.pieces] == before
    assert first.pieces[1].path == str(second)
    assert [part.exists() for part in parts] == [how != "move"] * 3
    assert check_file(first.path).architecture == "gemma4"


def test_two_split_models_of_one_name_do_not_mix(take, weights, parts):
    take(parts[0], how="copy")
    (again,) = take(parts[0], how="copy").files
    assert Path(again.path).parent == weights / "imported" / "big (2)"
    assert again.complete


@pytest.mark.parametrize("how", ["copy", "move", "link"])
def test_a_split_model_that_cannot_come_whole_stays_as_it_was(take, weights, parts, how, monkeypatch):
    before = [part.read_bytes() for part in parts]
    bring_one, tried = bring.Bringing.bring, []

    def fail_at_the_last(self, path, target=None):
        tried.append(path)
        if len(tried) == 3:
            raise OSError(errno.EIO, "broken disk")
        return bring_one(self, path, target)

    monkeypatch.setattr(bring.Bringing, "bring", fail_at_the_last)
    (refused,) = take(parts[0], how=how).refused
    assert refused.code == "not_taken"
    assert [part.read_bytes() for part in parts] == before
    assert in_weights(weights) == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("x.gguf", "x.gguf"),
        ("x.GGUF", "x.GGUF"),
        ("größe.litertlm", "größe.litertlm"),
        ("sha256-abc", "sha256-abc-"),
        (".hidden.gguf", "hidden-"),
        ("con.gguf", "con-"),
        ("a:b?.gguf", "a-b-"),
        ("\udcff.gguf", "model-"),
        ("х.gguf", "х.gguf"),
    ],
)
def test_a_name_that_some_system_cannot_hold_gives_way(name, kept):
    made = safe_name(name)
    assert made.startswith(kept)
    assert is_safe(made)
    assert made == safe_name(name)
