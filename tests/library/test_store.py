"""The weights folder: what is there, what it is, and taking it out."""

import hashlib
import os

import msgspec
import pytest
from msgspec.structs import replace

from gemfit.errors import GemfitError
from gemfit.library import index as index_module
from gemfit.library.index import checked, read_index, remember
from gemfit.library.journal import Sidecar
from gemfit.library.part import lock
from gemfit.library.store import describe, find, folder_of, remove, scan, verify
from tests.library.parts import FILE, REPO, tiny_catalog

DATA = b"weights " * 1000
SHA = hashlib.sha256(DATA).hexdigest()
OLD = b"the June upload" * 10


@pytest.fixture
def catalog():
    return tiny_catalog(DATA, superseded=OLD)


@pytest.fixture
def weights(tmp_path):
    return tmp_path / "weights"


def put(weights, data=DATA, name=FILE):
    path = weights / "Tiny" / "q4_0" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def refusal(act, *args, **kwargs) -> GemfitError:
    with pytest.raises(GemfitError) as caught:
        act(*args, **kwargs)
    return caught.value


def test_an_empty_or_missing_folder_holds_nothing(weights, catalog):
    assert scan(weights, catalog) == []
    assert find(weights, catalog, "Tiny", "q4_0") is None


def test_a_file_at_its_place_is_known_and_not_yet_verified(weights, catalog):
    put(weights)
    (local,) = scan(weights, catalog)
    assert (local.model, local.build, local.role, local.bytes) == ("Tiny", "q4_0", "weights", len(DATA))
    assert (local.verified, local.sha256, str(local.note)) == (False, None, "Not verified yet.")


def test_verifying_is_kept(weights, catalog):
    path = put(weights)
    assert verify(path, weights, catalog).verified
    (local,) = scan(weights, catalog)
    assert (local.verified, local.sha256, local.note) == (True, SHA, None)
    assert local.verified_at


def test_a_changed_file_is_no_longer_verified(weights, catalog):
    path = put(weights)
    verify(path, weights, catalog)
    path.write_bytes(DATA[:-1] + b"!")
    os.utime(path, ns=(1, 1))
    assert not scan(weights, catalog)[0].verified


def test_a_damaged_file_is_told_and_not_found(weights, catalog):
    path = put(weights, DATA[:-1] + b"!")
    assert find(weights, catalog, "Tiny", "q4_0") is not None  # nobody has looked inside yet
    local = verify(path, weights, catalog)
    assert not local.verified
    assert "Not the published file" in str(local.note)
    assert find(weights, catalog, "Tiny", "q4_0") is None


def test_a_file_of_another_size_is_told_without_hashing(weights, catalog):
    put(weights, DATA[:-1])
    assert "that one has 8 KiB" in str(scan(weights, catalog)[0].note)
    assert find(weights, catalog, "Tiny", "q4_0") is None


def test_an_earlier_upload_is_recognised(weights, catalog, tmp_path):
    at_its_place = verify(put(weights, OLD), weights, catalog)
    assert "earlier upload" in str(at_its_place.note)
    elsewhere = tmp_path / "found.gguf"
    elsewhere.write_bytes(OLD)
    local = verify(elsewhere, weights, catalog)
    assert (local.model, local.verified) == ("Tiny", False)
    assert "June" in str(local.note)


def test_a_file_elsewhere_is_known_by_its_hash(weights, catalog, tmp_path):
    path = tmp_path / "renamed.gguf"
    path.write_bytes(DATA)
    local = verify(path, weights, catalog)
    assert (local.model, local.build, local.verified) == ("Tiny", "q4_0", True)


def test_a_verified_file_under_another_name_is_found(weights, catalog):
    path = put(weights, name="renamed.gguf")
    assert find(weights, catalog, "Tiny", "q4_0") is None
    verify(path, weights, catalog)
    found = find(weights, catalog, "tiny")
    assert found is not None
    assert found.path == str(path)


def test_an_unknown_file_is_listed_as_such(weights, catalog):
    path = put(weights, b"mine", "mine.gguf")
    (local,) = scan(weights, catalog)
    assert (local.model, str(local.note)) == (None, "The catalogue does not know this file.")
    assert not verify(path, weights, catalog).verified


def test_what_is_no_file_of_weights_is_not_listed(weights, catalog):
    put(weights, name="notes.txt")
    assert scan(weights, catalog) == []


def test_an_unfinished_file_says_how_far_it_is(weights, catalog):
    part = put(weights, DATA[:500], f"{FILE}.part")
    sidecar = Sidecar(url="http://x", repo=REPO, revision="c" * 40, bytes=len(DATA), sha256=SHA, durable_bytes=500)
    part.with_name(f"{FILE}.part.json").write_bytes(msgspec.json.encode(sidecar))
    (local,) = scan(weights, catalog)
    assert (local.model, local.complete, local.resumed_from_bytes) == ("Tiny", False, 500)
    assert "500 B of 8 KiB" in str(local.note)
    part.with_name(f"{FILE}.part.json").unlink()
    assert "Not finished" in str(scan(weights, catalog)[0].note)


def test_a_wrong_download_is_listed_and_not_complete(weights, catalog):
    put(weights, b"x", f"{FILE}.wrong")
    (local,) = scan(weights, catalog)
    assert (local.complete, local.verified) == (False, False)


def test_a_file_that_is_gone_is_nothing(weights, catalog):
    assert describe(weights / "gone.gguf", weights, catalog) is None
    assert refusal(verify, weights / "gone.gguf", weights, catalog).code == "not_found"


def test_a_file_that_cannot_be_read_is_listed_with_the_reason(weights, catalog):
    put(weights, b"x", f"{FILE}.part")
    (weights / "Tiny" / "q4_0" / f"{FILE}.part.json").mkdir()  # a folder where a file should be: reading it fails
    (local,) = scan(weights, catalog)
    assert not local.complete
    assert "cannot be read" in str(local.note)


def test_a_hash_from_the_official_api_counts_where_the_catalogue_has_none(weights, catalog):
    path = put(weights)
    without = tiny_catalog(DATA, sha256=None)
    assert not verify(path, weights, without).verified
    assert verify(path, weights, without, expected=SHA).verified
    assert verify(path, weights, without).verified  # it was kept


@pytest.mark.parametrize("damage", [b"", b"{", b'{"schema": 2, "files": {}}'])
def test_a_lost_index_only_means_hashing_again(weights, catalog, damage):
    path = put(weights)
    verify(path, weights, catalog)
    index_module._file().write_bytes(damage)
    assert checked(path) is None
    assert verify(path, weights, catalog).verified


def test_an_index_that_cannot_be_written_is_told(weights, catalog, home):
    path = put(weights)
    (home / "data").write_bytes(b"")
    assert refusal(verify, path, weights, catalog).code == "not_kept"


def test_removing_a_file_takes_its_empty_folders_and_its_record(weights, catalog):
    path = put(weights)
    verify(path, weights, catalog)
    assert remove(path, weights) == len(DATA)
    assert list(weights.iterdir()) == []
    assert read_index() == {}


def test_removing_an_unfinished_file_takes_its_sidecar(weights):
    part = put(weights, b"x", f"{FILE}.part")
    put(weights, b"{}", f"{FILE}.part.json")
    other = put(weights, b"x", "other.gguf")
    remove(part, weights)
    assert [path.name for path in part.parent.iterdir()] == [other.name]


def test_only_weights_inside_the_folder_are_removed(weights, tmp_path):
    outside = tmp_path / "mine.gguf"
    outside.write_bytes(b"x")
    notes = put(weights, name="notes.txt")
    for path in (outside, weights / ".." / "mine.gguf", notes, weights, weights / "gone.gguf"):
        assert refusal(remove, path, weights).code == "not_ours"
    assert outside.exists()
    assert notes.exists()


def test_a_file_that_is_being_downloaded_is_not_removed(weights):
    part = put(weights, b"x", f"{FILE}.part")
    held = lock(part.with_name(FILE))
    try:
        assert refusal(remove, part, weights).code == "in_use"
    finally:
        held.release()
    assert part.exists()


def test_a_catalogue_cannot_put_files_outside_the_folder(weights, catalog):
    model, build = catalog.models[0], catalog.models[0].builds[0]
    assert folder_of(weights, model, build) == weights / "Tiny" / "q4_0"
    assert refusal(folder_of, weights, replace(model, id=".."), build).code == "unsafe_name"


def test_a_record_is_of_one_size_and_time(weights):
    path = put(weights)
    stat = path.stat()
    remember(path, SHA, stat)
    assert checked(path).sha256 == SHA
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    assert checked(path) is None
