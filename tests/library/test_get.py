"""From a model and a format to verified files: what is fetched, what is not, and what is kept."""

import random
import threading

import pytest

from gemfit.catalog.load import load_catalog
from gemfit.errors import GemfitError
from gemfit.library.get import get
from gemfit.library.index import read_index
from gemfit.library.source import Source
from gemfit.library.store import find, scan
from tests.fakes.hub import FakeHub, Fault
from tests.library.parts import FILE, REPO, rules, tiny_catalog

PROJECTOR = random.Random(3).randbytes(50_000)


@pytest.fixture
def catalog(hub, data):
    hub.add(REPO, FILE, data)
    hub.add(REPO, "mmproj.gguf", PROJECTOR)
    return tiny_catalog(data)


@pytest.fixture
def fetch(hub, catalog, tmp_path):
    def fetch(catalog=catalog, **options):
        options = {"weights_dir": tmp_path / "w", "source": Source(endpoint=hub.url, official=hub.url), **options}
        return get(catalog, "tiny", "q4_0", **{"rules": rules(), **options})

    return fetch


def refusal(act, **options) -> GemfitError:
    with pytest.raises(GemfitError) as caught:
        act(**options)
    return caught.value


def test_a_model_is_fetched_once(hub, fetch, catalog, data, tmp_path):
    (local,) = fetch()
    path = tmp_path / "w" / "Tiny" / "q4_0" / FILE
    assert local.path == str(path)
    assert path.read_bytes() == data
    assert (local.model, local.build, local.verified, local.resumed_from_bytes) == ("Tiny", "q4_0", True, 0)
    asked = len(hub.requests())
    (again,) = fetch()
    assert again.verified
    assert len(hub.requests()) == asked  # nothing is asked about what is here
    assert find(tmp_path / "w", catalog, "Tiny") == again


def test_a_part_is_fetched_with_it_and_its_hash_comes_from_the_official_api(hub, fetch):
    weights, projector = fetch(parts=("weights", "projector"))
    assert (weights.role, projector.role) == ("weights", "projector")
    assert projector.verified
    asked = len(hub.requests())
    assert all(file.verified for file in fetch(parts=("weights", "projector")))
    assert len(hub.requests()) == asked


def test_a_part_that_the_build_does_not_have_is_told(hub, fetch):
    assert refusal(fetch, parts=("weights", "drafter")).code == "no_part"
    assert hub.requests() == []


def test_a_file_put_there_by_hand_is_verified_and_not_fetched(hub, fetch, data, tmp_path):
    path = tmp_path / "w" / "Tiny" / "q4_0" / FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    assert fetch()[0].verified
    assert hub.requests() == []


def test_a_damaged_copy_makes_room_and_is_kept(fetch, data, tmp_path):
    path = tmp_path / "w" / "Tiny" / "q4_0" / FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(b"damaged")
    told = []
    fetch(on_progress=lambda p: told.append(str(p.sentence)))
    assert path.read_bytes() == data
    assert path.with_name(f"{FILE}.wrong").read_bytes() == b"damaged"
    assert any("is kept as" in sentence for sentence in told)


def test_a_newest_revision_is_pinned(hub, fetch, data):
    fetch(catalog=tiny_catalog(data, revision=None))
    (record,) = read_index().values()
    assert record.revision == hub.commit(REPO)


def test_without_a_hash_in_the_catalogue_a_copy_here_is_judged_by_the_official_one(hub, fetch, data, tmp_path):
    catalog = tiny_catalog(data, sha256=None)
    path = tmp_path / "w" / "Tiny" / "q4_0" / FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    assert fetch(catalog=catalog)[0].verified
    assert hub.requests("cdn") == []


def test_an_interrupted_one_goes_on(hub, fetch, tmp_path, catalog):
    hub.fault(Fault("cdn", "cut", after_bytes=2_000_000), Fault("file", "status", status=404, skip=1))
    assert refusal(fetch).code == "not_found"
    assert [file.complete for file in scan(tmp_path / "w", catalog)] == [False]
    assert fetch()[0].resumed_from_bytes == 2_000_000


def test_an_unpinned_one_goes_on_with_the_commit_it_began_with(hub, fetch, data):
    unpinned = tiny_catalog(data, revision=None)
    first = hub.commit(REPO)
    hub.fault(Fault("cdn", "cut", after_bytes=2_000_000), Fault("file", "status", status=404, skip=1))
    refusal(fetch, catalog=unpinned)
    hub.commits[REPO] = "d" * 40
    assert fetch(catalog=unpinned)[0].resumed_from_bytes == 2_000_000
    assert first in hub.requests("file")[-1].path


def test_a_commit_that_is_gone_gives_way_to_the_newest(hub, fetch, data):
    unpinned = tiny_catalog(data, revision=None)
    hub.fault(Fault("cdn", "cut", after_bytes=2_000_000), Fault("file", "status", status=404, skip=1))
    refusal(fetch, catalog=unpinned)
    hub.fault(Fault("api", "status", status=404, match="/revision/"))
    hub.commits[REPO] = "d" * 40
    assert fetch(catalog=unpinned)[0].resumed_from_bytes == 2_000_000  # the same content
    assert "d" * 40 in hub.requests("file")[-1].path


def test_any_other_trouble_with_that_commit_is_told(hub, fetch, data):
    unpinned = tiny_catalog(data, revision=None)
    hub.fault(Fault("cdn", "cut", after_bytes=2_000_000), Fault("file", "status", status=404, skip=1))
    refusal(fetch, catalog=unpinned)
    hub.fault(Fault("api", "status", status=403))
    assert refusal(fetch, catalog=unpinned).code == "not_allowed"


def test_a_folder_that_cannot_be_looked_into_is_told(fetch, tmp_path):
    (tmp_path / "w" / "Tiny" / "q4_0" / f"{FILE}.part.json").mkdir(parents=True)
    assert refusal(fetch).code == "disk"


def test_room_is_looked_for_before_the_first_of_several_files(hub, fetch):
    error = refusal(fetch, parts=("weights", "projector"), rules=rules(reserve_bytes=1 << 60))
    assert error.code == "disk_full"
    assert hub.requests("file") == []


def test_the_endpoint_is_that_of_the_environment_by_default(hub, fetch, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", hub.url + "/")
    assert fetch(source=Source())[0].verified


def test_an_endpoint_that_is_no_address_is_told(fetch):
    assert refusal(fetch, source=Source(endpoint="my-mirror")).code == "bad_endpoint"


def test_a_mirror_sends_the_bytes_and_the_official_api_the_hash(hub, fetch, data, tmp_path):
    with FakeHub(tmp_path / "hub") as mirror:
        source = Source(endpoint=mirror.url, token="hf_mirror", official=hub.url)
        assert fetch(catalog=tiny_catalog(data, sha256=None), source=source)[0].verified
        assert [request.headers.get("authorization") for request in hub.requests()] == [None]
        assert len(mirror.requests("cdn")) == 1


def test_cancel_before_anything_is_a_clean_stop(fetch):
    cancelled = threading.Event()
    cancelled.set()
    assert refusal(fetch, cancelled=cancelled).code == "cancelled"


def test_the_starter_is_found_and_verified_with_no_network(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    catalog = load_catalog()
    (local,) = get(catalog, "starter", weights_dir=tmp_path)
    assert local.verified
    assert local.path.endswith("SmolLM2-135M-Instruct.Q4_1.gguf")
    assert [file.path for file in scan(tmp_path, catalog)] == [local.path]
    assert find(tmp_path, catalog, "starter") == local


@pytest.mark.parametrize(("here", "code"), [(False, "not_installed"), (True, "hash_mismatch")])
def test_a_starter_that_is_missing_or_damaged_is_told(tmp_path, data, monkeypatch, here, code):
    package = tmp_path / "site" / "tiny_starter_package"
    package.mkdir(parents=True)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    if here:
        (package / FILE).write_bytes(data[:-1] + b"!")
    catalog = tiny_catalog(data, repo="", revision=None, package="tiny-starter-package")
    error = refusal(lambda **_: get(catalog, "Tiny", weights_dir=tmp_path / "w"))
    assert error.code == code
    assert find(tmp_path / "w", catalog, "Tiny") is None
