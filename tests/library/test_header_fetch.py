"""Only the header of a file on the Hub: how many bytes are sent for it, and what happens when they are wrong."""

import os
import threading
from pathlib import Path

import pytest

from gemfit.errors import GemfitError
from gemfit.gguf import reader
from gemfit.gguf.check import check_file
from gemfit.library import header_fetch, sparse
from gemfit.library.header_fetch import FIRST_STEP_BYTES, MOST_HEADERS, HubFile, fetch_header
from gemfit.library.source import Source
from gemfit.library.types import TransferProgress
from tests.fakes.hub import FakeHub, Fault
from tests.gguf.build import Gguf, Tensor, vocabulary
from tests.library.parts import COMMIT, FILE, REPO, rules

MIB = 1 << 20


@pytest.fixture(scope="module")
def model() -> bytes:
    """A header of some 2 MiB, before weights of 12 MiB."""
    tokens = vocabulary([f"token number {n}" for n in range(50_000)])
    weights = Tensor("blk.0.ffn_up.weight", (1024, 3072), n_bytes=12 * MIB)
    return Gguf().having(tokens).but(tensors=(Tensor(), weights)).bytes()


@pytest.fixture
def published(hub: FakeHub, model: bytes) -> HubFile:
    hub.add(REPO, FILE, model)
    return HubFile(REPO, FILE, COMMIT)


def fetch(hub: FakeHub, wanted: HubFile, **more: object) -> header_fetch.FetchedHeader:
    source = Source(endpoint=hub.url, official=hub.url, token=hub.token)
    return fetch_header(wanted, **{"source": source, "rules": rules(), **more})


def sent(hub: FakeHub) -> int:
    return sum(request.sent_bytes for request in hub.requests("cdn"))


def refused(hub: FakeHub, wanted: HubFile, **more: object) -> GemfitError:
    with pytest.raises(GemfitError) as caught:
        fetch(hub, wanted, **more)
    return caught.value


def test_only_the_beginning_is_sent(hub: FakeHub, published: HubFile, model: bytes) -> None:
    fetched = fetch(hub, published)
    assert fetched.fetched_bytes == sent(hub) == 4 * FIRST_STEP_BYTES < len(model)
    asked = [request.headers["range"] for request in hub.requests("cdn")]
    assert asked == [f"bytes=0-{MIB - 1}", f"bytes={MIB}-{4 * MIB - 1}"]


def test_what_is_kept_has_the_true_length_and_takes_no_more_than_the_header(
    hub: FakeHub, published: HubFile, model: bytes
) -> None:
    path = fetch(hub, published).path
    header = check_file(path)  # as sound as the whole file
    assert path.stat().st_size == len(model)
    assert path.read_bytes()[: header.data_offset] == model[: header.data_offset]
    assert not any(path.read_bytes()[header.data_offset :])
    assert path.stat().st_blocks * 512 < header.data_offset + MIB
    assert [file.name for file in path.parent.iterdir()] == [FILE]  # nothing half-written is left


def test_the_second_ask_fetches_nothing(hub: FakeHub, published: HubFile, monkeypatch: pytest.MonkeyPatch) -> None:
    first = fetch(hub, published)
    before = len(hub.requests())
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")  # a commit never changes, so nobody has to be asked
    second = fetch(hub, published)
    assert (second.path, second.fetched_bytes) == (first.path, 0)
    assert len(hub.requests()) == before


def test_without_a_revision_the_newest_commit_is_found_and_pinned(hub: FakeHub, published: HubFile) -> None:
    newest = HubFile(REPO, FILE)
    first = fetch(hub, newest)
    assert first.revision == hub.commit(REPO)
    assert {request.path.split("/")[4] for request in hub.requests("cdn")} == {hub.commit(REPO)}
    assert fetch(hub, newest).fetched_bytes == 0
    hub.commits[REPO] = "d" * 40
    assert fetch(hub, newest).fetched_bytes > 0  # another commit is another file
    assert fetch(hub, HubFile(REPO, FILE, first.revision)).fetched_bytes == 0


def test_a_branch_is_a_name_for_a_commit(hub: FakeHub, published: HubFile) -> None:
    assert fetch(hub, HubFile(REPO, FILE, "main")).revision == hub.commit(REPO)


def test_a_cut_connection_is_gone_on_with(hub: FakeHub, published: HubFile) -> None:
    hub.fault(Fault("cdn", "cut", after_bytes=300_000), Fault("cdn", "cut", after_bytes=700_000))
    fetched = fetch(hub, published)
    assert fetched.fetched_bytes == 4 * FIRST_STEP_BYTES
    check_file(fetched.path)


def test_a_server_that_ignores_ranges_is_read_no_further_than_needed(hub: FakeHub, published: HubFile) -> None:
    hub.fault(Fault("cdn", "no_range", times=-1))
    fetched = fetch(hub, published)
    assert fetched.fetched_bytes <= 4 * FIRST_STEP_BYTES + (64 << 10)
    assert len(hub.requests("cdn")) == 1
    check_file(fetched.path)


def test_a_file_that_changes_meanwhile_is_begun_anew(hub: FakeHub, published: HubFile, model: bytes) -> None:
    hub.fault(Fault("cdn", "change", after_bytes=300_000))
    told: list[TransferProgress] = []
    error = refused(hub, published, on_progress=told.append)
    assert error.code == "not_gguf"  # every byte of the other version is another
    assert max(moment.done_bytes for moment in told) <= 2 * FIRST_STEP_BYTES


def test_another_length_is_another_file(hub: FakeHub, published: HubFile) -> None:
    hub.fault(Fault("cdn", "total", skip=1))
    assert refused(hub, published).code == "wrong_length"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault("api", "status", status=404), "not_found"),
        (Fault("api", "status", status=401), "not_signed_in"),
        (Fault("api", "status", status=403), "not_allowed"),
        (Fault("api", "nonsense"), "bad_answer"),
        (Fault("file", "status", status=404, times=-1), "not_found"),
        (Fault("cdn", "status", status=503, times=-1), "busy"),
        (Fault("cdn", "cut", times=-1), "network"),
    ],
    ids=str,
)
def test_what_a_hub_can_refuse_is_told_as_for_a_download(
    hub: FakeHub, published: HubFile, fault: Fault, code: str
) -> None:
    hub.fault(fault)
    assert refused(hub, published).code == code


def test_a_file_that_is_not_there_is_not_found(hub: FakeHub, published: HubFile) -> None:
    assert refused(hub, HubFile(REPO, "other.gguf", COMMIT)).code == "not_found"
    assert refused(hub, HubFile("acme/other", FILE)).code == "not_found"


def test_offline_nothing_is_asked(hub: FakeHub, published: HubFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert refused(hub, published).code == "offline"
    assert not hub.requests()


def test_the_token_goes_to_the_hub_and_not_to_its_cdn(tmp_path: Path, model: bytes) -> None:
    with FakeHub(tmp_path / "guarded", token="secret") as hub:
        hub.add(REPO, FILE, model)
        assert fetch(hub, HubFile(REPO, FILE, COMMIT)).fetched_bytes > 0
        assert all("authorization" not in request.headers for request in hub.requests("cdn"))
        hub.token = "another"
        assert fetch(hub, HubFile(REPO, FILE, COMMIT)).fetched_bytes == 0


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda _: b"<!doctype html>" + bytes(3 * MIB), "not_gguf"),
        (lambda whole: whole[:16] + b"\xff" * 8 + whole[24:], "gguf_damaged"),
        (lambda whole: b"GGUF" + bytes([9, 0, 0, 0]) + whole[8:], "gguf_unsupported"),
        (lambda whole: whole[: 3 * MIB // 2], "gguf_truncated"),
        (lambda _: b"", "not_gguf"),
    ],
)
def test_a_damaged_header_is_told_as_soon_as_it_shows(
    hub: FakeHub, model: bytes, damage: object, code: str, home: Path
) -> None:
    hub.add(REPO, FILE, damage(model))
    assert refused(hub, HubFile(REPO, FILE, COMMIT)).code == code
    assert sent(hub) <= 2 * FIRST_STEP_BYTES
    assert not list((home / "cache").rglob("*.gguf"))


def test_a_header_that_goes_on_for_ever_is_given_up_within_bounds(
    hub: FakeHub, published: HubFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (reader, header_fetch):  # as if 1.5 MiB were more than any header has
        monkeypatch.setattr(module, "HEADER_CAP_BYTES", 3 * MIB // 2)
    assert refused(hub, published).code == "gguf_damaged"
    assert sent(hub) <= 3 * MIB // 2


def test_a_cached_header_that_was_damaged_is_fetched_anew(hub: FakeHub, published: HubFile) -> None:
    path = fetch(hub, published).path
    path.write_bytes(b"GGUF")
    assert fetch(hub, published).fetched_bytes > 0
    check_file(path)


def test_only_so_many_headers_are_kept_and_the_oldest_goes_first(hub: FakeHub, home: Path) -> None:
    small = Gguf().bytes()
    hub.add(REPO, FILE, small)
    commits = [f"{n:040x}" for n in range(MOST_HEADERS + 3)]
    paths = []
    for n, commit in enumerate(commits):
        paths.append(fetch(hub, HubFile(REPO, FILE, commit)).path)
        os.utime(paths[-1].parent, (n, n))
        if n == MOST_HEADERS - 1:
            assert fetch(hub, HubFile(REPO, FILE, commits[0])).fetched_bytes == 0  # used just now
    left = {path for path in paths if path.exists()}
    assert len(left) == MOST_HEADERS
    assert paths[0] in left
    assert not {paths[1], paths[2]} & left


def test_stopped_it_keeps_nothing(hub: FakeHub, published: HubFile, home: Path) -> None:
    hub.fault(Fault("cdn", "hang", after_bytes=500_000))
    stop = threading.Event()

    def on_progress(progress: TransferProgress) -> None:
        if progress.done_bytes:
            stop.set()

    assert refused(hub, published, cancelled=stop, on_progress=on_progress).code == "cancelled"
    assert not list((home / "cache").rglob("*.gguf"))


def test_progress_counts_up_to_what_is_wanted_at_the_time(hub: FakeHub, published: HubFile) -> None:
    told: list[TransferProgress] = []
    fetch(hub, published, on_progress=told.append)
    done = [progress.done_bytes for progress in told]
    assert done == sorted(done)
    assert all(progress.done_bytes <= progress.total_bytes for progress in told)


def test_a_disk_without_holes_is_refused(hub: FakeHub, model: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = model + bytes(32 * MIB)
    hub.add(REPO, FILE, whole)

    def all_of_it(file: object) -> int:
        return file.seek(0, 2)  # as a file system without holes has it

    monkeypatch.setattr(sparse, "_taken_bytes", all_of_it)
    error = refused(hub, HubFile(REPO, FILE, COMMIT))
    assert error.code == "no_room_for_header"
    assert "sparse" in str(error)


def test_a_name_that_leads_elsewhere_is_refused(hub: FakeHub, published: HubFile) -> None:
    assert refused(hub, HubFile(REPO, "..", COMMIT)).code == "unsafe_name"
