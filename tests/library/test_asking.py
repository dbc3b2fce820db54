"""How an endpoint is asked: what is sent along, when it is asked again, and what is said when it refuses."""

import threading
from collections.abc import Iterator

import huggingface_hub
import pytest

from gemfit.catalog.types import CatalogFile
from gemfit.errors import GemfitError
from gemfit.library.asking import ATTEMPTS
from gemfit.library.hub import resolve
from tests.fakes.hub import Fault
from tests.library.parts import COMMIT, REPO


def no_wait(_seconds: float) -> bool:
    return False


def refusal(*args: object, **kwargs: object) -> GemfitError:
    with pytest.raises(GemfitError) as caught:
        resolve(*args, **{"wait": no_wait, **kwargs})
    return caught.value


def test_nothing_but_the_one_question_is_asked(hub, catalog_file):
    resolve(catalog_file, hub.url)
    (request,) = hub.requests()
    assert request.path == f"/api/models/{REPO}/revision/{COMMIT}?blobs=true"
    assert request.headers["user-agent"].startswith("gemfit/")
    assert "torch" not in request.headers["user-agent"]
    assert "agent/" not in request.headers["user-agent"]
    assert "authorization" not in request.headers


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
