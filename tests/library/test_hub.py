"""What the Hub says about a file, whom to believe, and what is never asked."""

import pytest
from msgspec.structs import replace

from gemfit.errors import GemfitError
from gemfit.library.hub import resolve
from tests.fakes.hub import FakeHub
from tests.library.parts import COMMIT, FILE, REPO


def no_wait(_seconds: float) -> bool:
    return False


def refusal(*args: object, **kwargs: object) -> GemfitError:
    with pytest.raises(GemfitError) as caught:
        resolve(*args, **{"wait": no_wait, **kwargs})
    return caught.value


def test_a_pinned_file_is_found_at_its_commit(hub, catalog_file, data):
    remote = resolve(catalog_file, hub.url)
    assert remote.url == f"{hub.url}/{REPO}/resolve/{COMMIT}/{FILE}"
    assert (remote.revision, remote.bytes, remote.sha256) == (COMMIT, len(data), catalog_file.sha256)


def test_the_newest_commit_is_resolved_and_pinned(hub, catalog_file):
    remote = resolve(replace(catalog_file, revision=None), hub.url)
    assert remote.revision == hub.commit(REPO)
    assert hub.commit(REPO) in remote.url


def test_the_file_has_to_be_in_the_repository(hub, catalog_file):
    assert refusal(replace(catalog_file, file="other.gguf"), hub.url).code == "not_found"


def test_another_hash_than_the_catalogues_is_refused(hub, catalog_file):
    hub.hashes[FILE] = "a" * 64
    error = refusal(catalog_file, hub.url)
    assert error.code == "hash_differs"
    assert catalog_file.sha256 in str(error)


def test_another_size_than_the_catalogues_is_refused(hub, catalog_file):
    hub.sizes[FILE] = 5
    assert refusal(replace(catalog_file, bytes=4), hub.url).code == "size_differs"


def test_another_commit_than_the_pinned_one_is_refused(hub, catalog_file):
    hub.says_commit = "d" * 40
    assert refusal(catalog_file, hub.url).code == "revision_differs"


def test_an_endpoint_has_to_say_which_commit_and_how_large(hub, catalog_file):
    hub.says_commit = ""
    assert refusal(replace(catalog_file, revision=None), hub.url).code == "bad_answer"
    hub.sizes[FILE] = None
    assert refusal(replace(catalog_file, bytes=None), hub.url).code == "bad_answer"
    assert resolve(catalog_file, hub.url).revision == COMMIT  # the catalogue says both


def test_a_hash_that_the_catalogue_lacks_comes_from_the_official_api(hub, catalog_file, data):
    unknown = replace(catalog_file, sha256=None, bytes=None)
    remote = resolve(unknown, hub.url, official=hub.url)
    assert (remote.sha256, remote.bytes) == (catalog_file.sha256, len(data))


def test_a_mirror_is_never_asked_for_a_hash(hub, catalog_file, tmp_path):
    with FakeHub(tmp_path / "hub") as mirror:
        unknown = replace(catalog_file, sha256=None)
        remote = resolve(unknown, mirror.url, "hf_for_the_mirror", official=hub.url)
        assert remote.sha256 == catalog_file.sha256
        assert remote.url.startswith(mirror.url)
        (asked,) = hub.requests("api")
        assert "authorization" not in asked.headers  # the token is the mirror's


def test_a_mirror_that_contradicts_the_official_hash_is_refused(hub, catalog_file, tmp_path):
    with FakeHub(tmp_path / "hub") as mirror:
        mirror.hashes[FILE] = "b" * 64
        assert refusal(replace(catalog_file, sha256=None), mirror.url, official=hub.url).code == "hash_differs"


def test_without_the_official_api_a_mirror_is_not_enough(hub, catalog_file):
    error = refusal(replace(catalog_file, sha256=None), hub.url, official="http://127.0.0.1:9")
    assert error.code == "no_hash"
    assert "mirror" in str(error)


def test_a_file_that_nobody_has_a_hash_of_is_not_taken(hub, catalog_file):
    hub.without_lfs = True
    assert refusal(replace(catalog_file, sha256=None), hub.url, official=hub.url).code == "no_hash"


def test_offline_means_that_nothing_is_asked(hub, catalog_file, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert refusal(catalog_file, hub.url).code == "offline"
    assert hub.requests() == []
