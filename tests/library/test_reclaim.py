"""What can be had back, with real files."""

import hashlib
import os

import pytest

from gemfit import paths
from gemfit.library import reclaim
from gemfit.library.part import LOCK, PART, SIDECAR, WRONG, Part, lock
from gemfit.library.reclaim import find, on_disk_bytes
from gemfit.library.types import RemoteFile
from tests.library.parts import COMMIT, FILE, REPO, tiny_catalog

CATALOG = tiny_catalog(b"weights")


@pytest.fixture
def weights_dir(tmp_path):
    return tmp_path / "weights"


@pytest.fixture
def target(weights_dir):
    """Where the weights of the catalogue's model belong."""
    target = weights_dir / "Tiny" / "q4_0" / FILE
    target.parent.mkdir(parents=True)
    return target


def begun(target, data=b"weights" * 1000):
    """An unfinished download, as an interrupted one leaves it."""
    remote = RemoteFile(
        file=target.name,
        repo=REPO,
        url="http://127.0.0.1/x",
        revision=COMMIT,
        bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )
    with Part(target, remote) as part:
        part.write(0, data[:5000])
        part.sync([5000], {})
    return target.with_name(target.name + PART)


def kinds(items, top):
    return {(item.kind, os.path.relpath(item.path, top)) for item in items}


def test_an_unfinished_file_that_nothing_waits_for_is_found_and_goes_with_all_that_belongs_to_it(weights_dir, target):
    part = begun(target)
    taken = on_disk_bytes(part)
    (item,) = [item for item in find(weights_dir, CATALOG) if item.kind == "part"]
    assert (item.path, item.bytes) == (str(part), taken)
    assert "not in the queue" in str(item.reason)
    assert reclaim.reclaim([item], weights_dir) == taken
    assert list(weights_dir.iterdir()) == []


def test_what_the_queue_waits_for_is_kept(weights_dir, target):
    begun(target)
    assert find(weights_dir, CATALOG, kept=[target]) == []


def test_what_is_being_downloaded_now_is_kept(weights_dir, target):
    begun(target)
    items = find(weights_dir, CATALOG)
    held = lock(target)
    try:
        assert find(weights_dir, CATALOG) == []
        assert reclaim.reclaim(items, weights_dir) == 0  # it has begun since they were found
        assert target.with_name(FILE + PART).is_file()
    finally:
        held.release()


def test_a_file_that_is_not_the_published_one_is_found(weights_dir, target):
    wrong = target.with_name(FILE + WRONG)
    wrong.write_bytes(b"wrong")
    assert kinds(find(weights_dir, CATALOG), target.parent) == {("wrong", FILE + WRONG)}
    reclaim.reclaim(find(weights_dir, CATALOG), weights_dir)
    assert not wrong.exists()


@pytest.mark.parametrize("name", [FILE + SIDECAR, FILE + LOCK, f".{FILE}{SIDECAR}.ab12cd_9"])
def test_what_was_left_beside_a_download_is_found(weights_dir, target, name):
    target.write_bytes(b"weights")
    left = target.with_name(name)
    left.write_bytes(b"")
    assert kinds(find(weights_dir, CATALOG), target.parent) == {("leftover", name)}
    reclaim.reclaim(find(weights_dir, CATALOG), weights_dir)
    assert sorted(target.parent.iterdir()) == [target]


def test_the_sidecar_of_a_part_is_no_leftover(weights_dir, target):
    part = begun(target)
    assert kinds(find(weights_dir, CATALOG), target.parent) == {("part", part.name)}


def test_weights_are_never_listed_known_or_not(weights_dir, target):
    target.write_bytes(b"weights")
    target.with_name("mine.gguf").write_bytes(b"mine")
    (weights_dir / "notes.txt").write_text("mine")
    assert find(weights_dir, CATALOG) == []


def test_an_unfinished_file_of_another_program_is_none_of_ours(weights_dir, target):
    theirs = weights_dir / "lmstudio" / "downloading_x.gguf.part"
    theirs.parent.mkdir()
    theirs.write_bytes(b"half")
    target.write_bytes(b"weights")
    assert find(weights_dir, CATALOG) == []


def test_links_are_not_followed_and_not_touched(weights_dir, target, tmp_path):
    theirs = tmp_path / "theirs" / "x.gguf.wrong"
    theirs.parent.mkdir()
    theirs.write_bytes(b"theirs")
    (weights_dir / "link").symlink_to(theirs.parent)
    target.with_name(FILE + WRONG).symlink_to(theirs)
    assert find(weights_dir, CATALOG) == []


def test_what_lies_outside_the_folder_is_not_deleted_whoever_asks(weights_dir, target, tmp_path):
    part = begun(target)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert reclaim.reclaim(find(weights_dir, CATALOG), elsewhere) == 0
    assert part.is_file()


def test_empty_folders_of_models_go_and_others_stay(weights_dir, target):
    (weights_dir / "theirs" / "empty").mkdir(parents=True)
    assert kinds(find(weights_dir, CATALOG), weights_dir) == {("folder", "Tiny/q4_0")}
    assert reclaim.reclaim(find(weights_dir, CATALOG), weights_dir) == 0
    assert sorted(weights_dir.iterdir()) == [weights_dir / "theirs"]


def test_headers_in_the_cache_count_what_they_take_of_the_disk(weights_dir):
    header = paths.cache_dir() / "headers" / ("a" * 32) / FILE
    header.parent.mkdir(parents=True)
    with header.open("wb") as file:
        file.write(b"GGUF" * 1000)
        file.truncate(1 << 30)
    (item,) = find(weights_dir, CATALOG)
    assert (item.kind, item.path) == ("header", str(header.parent))
    assert 4000 <= item.bytes < 1 << 20
    assert reclaim.reclaim([item], weights_dir) == item.bytes
    assert not header.parent.exists()


def test_the_largest_comes_first(weights_dir, target):
    for name, size in (("a", 1), ("b", 100_000), ("c", 50_000)):
        target.with_name(f"{name}.gguf{WRONG}").write_bytes(os.urandom(size))
    assert [os.path.basename(item.path)[0] for item in find(weights_dir, CATALOG)] == ["b", "c", "a"]  # noqa: PTH119


def test_a_folder_that_is_not_there_has_nothing(tmp_path):
    assert find(tmp_path / "gone", CATALOG) == []


def test_what_the_engine_made_of_mobile_files_can_be_had_back(weights_dir):
    cache = paths.litert_cache_dir(weights_dir / "x.litertlm")
    cache.mkdir(parents=True)
    (cache / "x.xnnpack_cache").write_bytes(b"cache" * 2000)
    found = [item for item in find(weights_dir, CATALOG) if item.kind == "mobile_cache"]
    assert [item.path for item in found] == [str(cache)]
    assert reclaim.reclaim(found, weights_dir) == found[0].bytes > 0
    assert not cache.exists()
