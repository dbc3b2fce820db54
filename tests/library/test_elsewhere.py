"""Files in the stores of other programs: what they are called here, used in place, and never fetched again."""

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from gemfit.catalog.types import Superseded
from gemfit.library import store
from gemfit.library.get import get
from gemfit.library.imported import forget, imported, remember
from gemfit.library.source import Source
from gemfit.library.store import candidates, find, scan, survey
from gemfit.settings import Settings, save_settings
from tests.library.parts import COMMIT, FILE, REPO, tiny_catalog
from tests.library.stores.homes import put, put_in_hugging_face, put_in_ollama, sha256
from tests.library.stores.test_look import everything_below

DATA = b"weights " * 1000
OLD = b"the June upload" * 10


@pytest.fixture
def catalog():
    return tiny_catalog(DATA, superseded=OLD)


@pytest.fixture
def weights(tmp_path):
    return tmp_path / "weights"


@pytest.fixture
def person():
    return Path.home()


@pytest.fixture
def in_hub_cache(person):
    return put_in_hugging_face(person / ".cache/huggingface/hub", REPO, FILE, DATA, COMMIT)


def test_what_a_store_says_is_told_as_such_and_can_be_used(weights, catalog, in_hub_cache):
    (local,) = scan(weights, catalog)
    assert (local.path, local.origin, local.called) == (str(in_hub_cache), "huggingface", f"{REPO}/{FILE}")
    assert (local.model, local.build, local.verified, local.sha256) == ("Tiny", "q4_0", False, None)
    assert local.said_sha256 == sha256(DATA)
    assert str(local.note) == "Said by Hugging Face cache to be the published file; not verified here yet."
    assert find(weights, catalog, "tiny") == local


def test_verifying_it_there_makes_it_verified(weights, catalog, in_hub_cache):
    assert store.verify(in_hub_cache, weights, catalog).verified
    (local,) = scan(weights, catalog)
    assert (local.verified, local.note, local.origin) == (True, None, "huggingface")


def test_a_damaged_blob_is_found_out(weights, catalog, in_hub_cache):
    in_hub_cache.resolve().write_bytes(DATA[:-1] + b"!")
    store.verify(in_hub_cache, weights, catalog)
    (local,) = scan(weights, catalog)
    assert (local.model, local.verified, local.sha256 is None) == (None, False, False)
    assert find(weights, catalog, "tiny") is None


def test_a_blob_of_another_size_than_it_says_is_not_used(weights, catalog, in_hub_cache):
    in_hub_cache.resolve().write_bytes(DATA[:-1])
    (local,) = scan(weights, catalog)
    assert "not finished, or damaged" in str(local.note)
    assert find(weights, catalog, "tiny") is None


def test_a_file_of_the_right_size_may_be_it_until_it_is_hashed(weights, catalog, person):
    path = put(person / ".lmstudio/models/acme/tiny/renamed.gguf", DATA)
    (local,) = scan(weights, catalog)
    assert (local.model, local.maybe, local.origin) == (None, "Tiny:q4_0", "lmstudio")
    assert str(local.note) == "It has the size of Tiny as Q4_0. Verify it to know whether it is that."
    assert find(weights, catalog, "tiny") is None
    store.verify(path, weights, catalog)
    assert find(weights, catalog, "tiny").path == str(path)


def test_superseded_uploads_are_named_by_word_and_by_hash(weights, catalog, person):
    put_in_ollama(person / ".ollama/models", "registry.ollama.ai/library/tiny/old", ("model", OLD))
    path = put(person / "x.gguf", OLD)
    remember(path)
    said, unknown = scan(weights, catalog)
    assert (said.model, said.build, said.called) == ("Tiny", None, "tiny:old")
    assert "earlier upload" in str(said.note)
    assert unknown.model is None
    store.verify(path, weights, catalog)
    assert "earlier upload" in str(scan(weights, catalog)[1].note)
    assert find(weights, catalog, "tiny") is None


def test_superseded_uploads_are_suspected_by_their_size(weights, catalog, person):
    old = Superseded(model="Tiny", file=FILE, repo=REPO, sha256=sha256(OLD), bytes=len(OLD))
    put(person / ".lmstudio/models/a/b/x.gguf", OLD)
    (local,) = scan(weights, replace(catalog, superseded=[old]))
    assert "size of an earlier upload" in str(local.note)


def test_what_is_worth_hashing_comes_in_order(weights, catalog, person, in_hub_cache):
    put(person / ".lmstudio/models/a/b/alike.gguf", DATA[::-1])
    put(person / ".lmstudio/models/a/b/other.gguf", b"mine")
    files = scan(weights, catalog)
    assert len(files) == 3
    assert [Path(file.path).name for file in candidates(files)] == [FILE, "alike.gguf"]
    store.verify(in_hub_cache, weights, catalog)
    assert [Path(file.path).name for file in candidates(scan(weights, catalog))] == ["alike.gguf"]


def test_a_second_name_of_a_file_of_ours_is_not_listed_again(weights, catalog, person):
    ours = put(weights / "Tiny" / "q4_0" / FILE, DATA)
    theirs = person / ".lmstudio/models/acme/tiny" / FILE
    theirs.parent.mkdir(parents=True)
    theirs.hardlink_to(ours)
    assert [file.origin for file in scan(weights, catalog)] == ["weights"]


def test_the_settings_name_folders_and_may_leave_programs_out(weights, catalog, person, in_hub_cache, tmp_path):
    put(tmp_path / "share" / "x.gguf")
    save_settings(Settings(model_folders=[str(tmp_path / "share"), str(tmp_path / "gone")], use_other_stores=False))
    found = survey(weights, catalog)
    assert [(file.origin, file.called) for file in found.files] == [("folder", "x.gguf")]
    assert "gone is not there" in str(found.problems[0])


def test_a_damaged_list_of_imports_is_an_empty_one(home, tmp_path):
    remember(tmp_path / "a")
    remember(tmp_path / "b")
    remember(tmp_path / "a")
    assert imported() == [tmp_path / "a", tmp_path / "b"]
    assert forget(tmp_path / "a")
    assert not forget(tmp_path / "a")
    assert imported() == [tmp_path / "b"]
    (home / "data" / "imported.json").write_bytes(b"{")
    assert imported() == []


def test_a_link_to_a_folder_elsewhere_is_not_followed_and_nothing_is_put_there(hub, fetch, weights, catalog, tmp_path):
    outside = put(tmp_path / "outside" / "q4_0" / "x.gguf").parents[1]
    weights.mkdir()
    (weights / "Tiny").symlink_to(outside)
    hub.add(REPO, FILE, DATA)
    before = everything_below(outside)
    assert scan(weights, catalog) == []
    with pytest.raises(store.GemfitError) as caught:
        fetch()
    assert caught.value.code == "leads_outside"
    assert everything_below(outside) == before


def test_a_link_to_a_file_elsewhere_is_used_as_it_is(weights, catalog, person, in_hub_cache):
    link = weights / "Tiny" / "q4_0" / FILE
    link.parent.mkdir(parents=True)
    link.symlink_to(in_hub_cache)
    (local,) = scan(weights, catalog)
    assert (local.path, local.origin, local.model) == (str(link), "weights", "Tiny")
    assert store.verify(link, weights, catalog).verified
    assert find(weights, catalog, "tiny").path == str(link)


def test_parts_of_a_split_model_are_one_model_where_they_are_together(weights, catalog, person):
    put(weights / "Mine" / "big-00001-of-00002.gguf")
    for number in (1, 2):
        put(person / f".lmstudio/models/a/b/big-0000{number}-of-00002.gguf")
    put(person / ".lmstudio/models/a/b/big-00003-of-00002.gguf")
    mine, theirs, odd = scan(weights, catalog)
    assert (mine.complete, mine.missing, len(mine.pieces)) == (False, ["big-00002-of-00002.gguf"], 1)
    assert (theirs.complete, theirs.parts, len(theirs.pieces), theirs.origin) == (True, 2, 2, "lmstudio")
    assert (odd.complete, odd.parts, odd.pieces) == (True, 1, [])


# Getting


@pytest.fixture
def fetch(hub, catalog, weights):
    def fetch(**options):
        return get(catalog, "tiny", weights_dir=weights, source=Source(endpoint=hub.url, official=hub.url), **options)

    return fetch


def test_what_is_there_and_verified_is_not_fetched(hub, fetch, weights, catalog, in_hub_cache):
    store.verify(in_hub_cache, weights, catalog)
    told = []
    (local,) = fetch(on_progress=told.append)
    assert (local.path, local.verified, local.origin) == (str(in_hub_cache), True, "huggingface")
    assert hub.requests() == []
    assert not weights.exists()
    assert [progress.state for progress in told] == ["done"]
    assert "used there" in str(told[0].sentence)


def test_what_is_said_to_be_it_is_verified_first_and_not_fetched(hub, fetch, in_hub_cache):
    (local,) = fetch()
    assert (local.path, local.verified) == (str(in_hub_cache), True)
    assert hub.requests() == []


def test_what_has_its_size_and_is_another_file_is_left_and_the_right_one_fetched(hub, fetch, weights, person):
    put(person / ".lmstudio/models/a/b/alike.gguf", DATA[::-1])
    hub.add(REPO, FILE, DATA)
    (local,) = fetch()
    assert Path(local.path) == weights / "Tiny" / "q4_0" / FILE
    assert local.verified


def test_nothing_of_another_program_is_changed_by_all_of_it(hub, fetch, weights, catalog, person, in_hub_cache):
    put(person / ".lmstudio/models/a/b/alike.gguf", DATA[::-1])
    put_in_ollama(person / ".ollama/models", "registry.ollama.ai/library/tiny/old", ("model", OLD))
    before = everything_below(person)
    for file in scan(weights, catalog):
        store.verify(Path(file.path), weights, catalog)
    fetch()
    for file in scan(weights, catalog):
        with pytest.raises(store.GemfitError):
            store.remove(Path(file.path), weights)
    assert everything_below(person) == before


def test_a_blob_without_an_ending_is_known_for_what_it_is(weights, catalog, person):
    (blob,) = put_in_ollama(person / ".ollama/models", "registry.ollama.ai/library/tiny/new", ("model", DATA))
    (local,) = scan(weights, catalog)
    assert (local.path, local.container, local.called, local.model) == (str(blob), "gguf", "tiny:new", "Tiny")
    assert os.path.splitext(local.path)[1] == ""  # noqa: PTH122
