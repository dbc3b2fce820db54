"""Whether the Hub has something newer, asked of a loopback Hub."""

import hashlib
import threading

import pytest

from gemfit.errors import GemfitError
from gemfit.library.source import Source
from gemfit.library.store import scan, verify
from gemfit.library.updates import look
from tests.fakes.hub import Fault
from tests.library.parts import COMMIT, FILE, REPO, rules, tiny_catalog

DATA, OLD = b"weights", b"the June upload"
NEWER = b"weight5"  # as long as the weights


@pytest.fixture
def weights(tmp_path):
    path = tmp_path / "weights" / "Tiny" / "q4_0" / FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(DATA)
    return path


@pytest.fixture
def asked(hub, weights):
    """Asks about everything that is here; the findings."""

    def asked(catalog=None, **arguments):
        catalog = catalog or tiny_catalog(DATA, superseded=OLD)
        files = scan(weights.parents[2], catalog)
        return look(files, catalog, Source(endpoint=hub.url), wait=rules().wait, **arguments)

    return asked


@pytest.fixture
def verified(weights):
    verify(weights, weights.parents[2], tiny_catalog(DATA))


def test_the_same_bytes_are_current(hub, asked, verified):
    hub.add(REPO, FILE, DATA)
    (update,) = asked()
    assert (update.finding, update.repo, update.file) == ("current", REPO, FILE)


def test_other_bytes_are_told_with_size_hash_date_and_commit(hub, asked, verified, weights):
    sha256 = hub.add(REPO, FILE, NEWER * 3)
    hub.commits[REPO] = "d" * 40
    hub.dates[REPO] = "2026-10-01T12:00:00.000Z"
    (update,) = asked()
    assert update.finding == "newer"
    assert (update.here_bytes, update.newest_bytes) == (len(DATA), 3 * len(NEWER))
    assert (update.here_sha256, update.newest_sha256) == (hashlib.sha256(DATA).hexdigest(), sha256)
    assert (update.here_revision, update.newest_revision) == (COMMIT, "d" * 40)
    assert update.newest_at == "2026-10-01T12:00:00+00:00"
    for said in ("2026-10-01", "21 B", "7 B", sha256[:12], "ddddddd", "left as it is"):
        assert said in str(update.sentence), said
    assert weights.read_bytes() == DATA


def test_other_bytes_of_the_same_length_are_seen_by_their_hash(hub, asked, verified):
    hub.add(REPO, FILE, NEWER)
    (update,) = asked()
    assert update.finding == "newer"
    assert update.newest_at is None
    assert "has other bytes now" in str(update.sentence)


def test_an_earlier_upload_is_compared_with_what_stands_under_its_name_now(hub, asked, weights):
    weights.write_bytes(OLD)
    verify(weights, weights.parents[2], tiny_catalog(DATA, superseded=OLD))
    hub.add(REPO, FILE, DATA)
    (update,) = asked()
    assert (update.finding, update.newest_bytes) == ("newer", len(DATA))


def test_a_file_that_was_not_verified_cannot_be_compared(hub, asked):
    hub.add(REPO, FILE, DATA)
    (update,) = asked()
    assert update.finding == "not_said"
    assert "Verify it first" in str(update.sentence)


def test_another_length_is_enough_without_a_hash(hub, asked):
    hub.add(REPO, FILE, DATA * 2)
    assert asked()[0].finding == "newer"


def test_a_hub_that_states_no_hash_is_no_proof(hub, asked, verified):
    hub.add(REPO, FILE, DATA)
    hub.without_lfs = True
    (update,) = asked()
    assert update.finding == "not_said"
    assert "states no SHA-256" in str(update.sentence)


def test_a_file_that_was_withdrawn_is_told(hub, asked, verified):
    hub.add(REPO, "other.gguf", DATA)
    (update,) = asked()
    assert update.finding == "gone"
    assert "still works" in str(update.sentence)


def test_a_repository_that_cannot_be_asked_is_a_finding_not_an_error(hub, asked, verified):
    (update,) = asked()
    assert update.finding == "not_asked"
    assert "not there any more" in str(update.sentence)


def test_offline_nothing_is_asked(hub, asked, verified, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(GemfitError) as caught:
        asked()
    assert caught.value.code == "offline"
    assert hub.requests() == []


def test_it_stops_on_cancel(hub, asked, verified):
    hub.add(REPO, FILE, DATA)
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(GemfitError) as caught:
        asked(cancelled=cancelled)
    assert caught.value.code == "cancelled"
    assert hub.requests() == []


def test_one_repository_is_asked_once_and_again_when_it_is_busy(hub, asked, verified, weights):
    hub.add(REPO, FILE, DATA)
    hub.add(REPO, "mmproj.gguf", b"eyes")
    weights.with_name("mmproj.gguf").write_bytes(b"eyes")
    hub.fault(Fault("api", "status", status=503))
    told = []
    assert len(asked(on_repo=lambda *progress: told.append(progress))) == 2
    assert told == [(0, 1, REPO)]
    assert [request.status for request in hub.requests("api")] == [503, 200]


def test_nothing_is_asked_about_files_that_nobody_knows(hub, asked, weights):
    weights.rename(weights.with_name("mine.gguf"))
    assert asked() == []
    assert hub.requests() == []
