"""What the Hub says about a file, whom to believe, and what is never asked."""

import threading
from collections.abc import Iterator

import huggingface_hub
import pytest
from msgspec.structs import replace

from gemfit.catalog.types import CatalogFile
from gemfit.errors import GemfitError
from gemfit.library.hub import ATTEMPTS, resolve
from tests.fakes.hub import FakeHub, Fault
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


def test_nothing_but_the_one_question_is_asked(hub, catalog_file):
    resolve(catalog_file, hub.url)
    (request,) = hub.requests()
    assert request.path == f"/api/models/{REPO}/revision/{COMMIT}?blobs=true"
    assert request.headers["user-agent"].startswith("gemfit/")
    assert "torch" not in request.headers["user-agent"]
    assert "agent/" not in request.headers["user-agent"]
    assert "authorization" not in request.headers


def test_the_newest_commit_is_resolved_and_pinned(hub, catalog_file):
    remote = resolve(replace(catalog_file, revision=None), hub.url)
    assert remote.revision == hub.commit(REPO)
    assert hub.commit(REPO) in remote.url


def test_a_token_goes_to_the_endpoint(hub, catalog_file):
    hub.token = "hf_secret"
    resolve(catalog_file, hub.url, "hf_secret")
    assert hub.requests("api")[0].headers["authorization"] == "Bearer hf_secret"


@pytest.mark.parametrize(("status", "code"), [(401, "not_signed_in"), (403, "not_allowed"), (404, "not_found")])
def test_a_refusal_is_a_sentence_at_once(hub, catalog_file, status, code):
    hub.fault(Fault("api", "status", status=status))
    error = refusal(catalog_file, hub.url)
    assert error.code == code
    assert status == 418 or f"{hub.url}/{REPO}" in str(error)
    assert len(hub.requests("api")) == 1


def test_a_busy_hub_is_asked_again(hub, catalog_file):
    waits: list[float] = []
    hub.fault(Fault("api", "status", status=503), Fault("api", "status", status=429, retry_after="7"))
    resolve(catalog_file, hub.url, wait=lambda seconds: bool(waits.append(seconds)))
    assert len(hub.requests("api")) == 3
    assert waits[1] == 7


def test_a_hub_that_stays_busy_is_left_alone(hub, catalog_file):
    hub.fault(Fault("api", "status", status=503, times=-1))
    assert refusal(catalog_file, hub.url).code == "busy"
    assert len(hub.requests("api")) == ATTEMPTS


def test_a_very_long_retry_after_is_told_and_not_waited_for(hub, catalog_file):
    hub.fault(Fault("api", "status", status=429, retry_after="86400"))
    assert refusal(catalog_file, hub.url).code == "busy"
    assert len(hub.requests("api")) == 1


def test_a_page_instead_of_an_answer_is_said_to_be_no_hub(hub, catalog_file):
    hub.fault(Fault("api", "nonsense"))
    assert refusal(catalog_file, hub.url).code == "bad_answer"


def test_a_status_that_makes_no_sense_is_said_to_be_no_hub(hub, catalog_file):
    hub.fault(Fault("api", "status", status=418))
    assert refusal(catalog_file, hub.url).code == "bad_answer"


def test_an_endpoint_that_is_not_there_is_named(catalog_file):
    error = refusal(catalog_file, "http://127.0.0.1:9")
    assert error.code == "network"
    assert "127.0.0.1:9" in str(error)


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


def test_a_hub_that_hangs_is_left_at_once_on_cancel(hub, catalog_file):
    hub.fault(Fault("api", "hang", after_bytes=-1))
    cancelled = threading.Event()
    asked = threading.Thread(target=lambda: (hub.wait_for("api"), cancelled.set()))
    asked.start()
    error = refusal(catalog_file, hub.url, cancelled=cancelled)
    asked.join()
    assert error.code == "cancelled"


@pytest.fixture
def fresh_session() -> Iterator[None]:
    """`huggingface_hub` reads the environment's proxies once, when it makes its session."""
    huggingface_hub.close_session()
    yield
    huggingface_hub.close_session()


def test_proxies_of_the_environment_are_used(hub, catalog_file: CatalogFile, monkeypatch, fresh_session):
    monkeypatch.setenv("HTTP_PROXY", hub.url)
    resolve(catalog_file, "http://hub.invalid")
    assert hub.requests("api")[0].path.startswith("http://hub.invalid/api/models/")
