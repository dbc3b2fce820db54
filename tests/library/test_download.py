"""A transfer against a real server on the loopback, with every fault that servers and disks have."""

import hashlib
import json
import threading
import time

import pytest
from msgspec.structs import replace

from gemfit.library import part as part_module
from gemfit.library.download import download, plain_reason, refused_certificate, retry_after
from gemfit.library.throttle import Throttle
from tests.fakes.hub import Fault
from tests.library.downloads import Ticks, cut_for_good, refusal, sidecar_of
from tests.library.parts import FILE, REPO, remote_file, rules


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "weights"


def test_a_file_arrives_verified_under_its_name(hub, remote, data, folder):
    got = download(remote, folder, rules=rules())
    assert (folder / FILE).read_bytes() == data
    assert (got.path, got.bytes) == (str(folder / FILE), len(data))
    assert got.sha256 == hashlib.sha256(data).hexdigest()
    assert got.verified
    assert got.resumed_from_bytes == 0
    assert [path.name for path in folder.iterdir()] == [FILE]  # no part, no sidecar, no lock


def test_a_published_folder_stays_inside_ours(hub, data, folder):
    hub.add("acme/tiny-gguf", "MTP/drafter.gguf", data)
    download(remote_file(hub, data, "MTP/drafter.gguf"), folder, rules=rules())
    assert (folder / "MTP" / "drafter.gguf").read_bytes() == data


@pytest.mark.parametrize("name", ["../x.gguf", "/x.gguf", "a\\x.gguf", "C:x.gguf", "nul.gguf", ".hidden", "a/../../x"])
def test_a_name_that_leads_elsewhere_is_refused(hub, remote, folder, name):
    assert refusal(replace(remote, file=name), folder).code == "unsafe_name"
    assert hub.requests() == []
    assert not folder.exists()


def test_a_lost_connection_goes_on_with_a_conditional_range(hub, remote, data, folder):
    hub.fault(Fault("cdn", "cut", after_bytes=1_200_000))
    download(remote, folder, rules=rules())
    assert (folder / FILE).read_bytes() == data
    first, second = hub.requests("cdn")
    assert "range" not in first.headers
    assert second.headers["range"] == "bytes=1200000-"
    assert second.headers["if-range"]
    assert second.status == 206


def test_a_later_run_goes_on_where_the_last_one_was(hub, remote, data, folder):
    cut_for_good(hub, 1_000_000)
    error = refusal(remote, folder)
    assert error.code == "not_found"
    assert sidecar_of(folder).durable_bytes == 1_000_000
    states = []
    got = download(remote, folder, rules=rules(), on_progress=lambda p: states.append((p.state, p.resumed_from_bytes)))
    assert got.resumed_from_bytes == 1_000_000
    assert (folder / FILE).read_bytes() == data
    assert hub.requests("cdn")[-1].headers["range"] == "bytes=1000000-"
    assert hub.requests("cdn")[-1].sent_bytes == len(data) - 1_000_000
    assert {resumed for _state, resumed in states} == {1_000_000}
    assert states[-1] == ("done", 1_000_000)


def leave_part_of_before(remote, folder, part, durable_bytes):
    """As a Gemfit that fetched files from the beginning left it."""
    folder.mkdir()
    (folder / f"{FILE}.part").write_bytes(part)
    old = {name: getattr(remote, name) for name in ("url", "repo", "revision", "bytes", "sha256")}
    (folder / f"{FILE}.part.json").write_text(json.dumps({**old, "durable_bytes": durable_bytes}))


def test_a_part_with_all_its_bytes_is_verified_without_a_request(hub, remote, data, folder):
    leave_part_of_before(remote, folder, data, len(data))
    assert download(remote, folder, rules=rules()).verified
    assert hub.requests() == []


@pytest.mark.parametrize("piece_bytes", [None, 400_000])
def test_a_part_of_before_is_taken_over(hub, remote, data, folder, piece_bytes):
    leave_part_of_before(remote, folder, data[:1_234_567], 1_234_000)
    got = download(remote, folder, rules=rules(piece_bytes=piece_bytes))
    assert got.resumed_from_bytes == 1_234_000
    assert sum(request.sent_bytes for request in hub.requests("cdn")) == len(data) - 1_234_000
    assert (folder / FILE).read_bytes() == data


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"url": 1}'])
def test_a_part_that_nothing_is_known_of_is_fetched_anew(hub, remote, data, folder, damage):
    cut_for_good(hub, 1_000_000)
    refusal(remote, folder)
    (folder / f"{FILE}.part.json").write_bytes(damage)
    assert download(remote, folder, rules=rules()).resumed_from_bytes == 0
    assert (folder / FILE).read_bytes() == data


def test_a_part_of_another_file_is_not_mixed_in(hub, remote, data, folder):
    cut_for_good(hub, 1_000_000)
    refusal(remote, folder)
    other = bytes(reversed(data))
    hub.add("acme/tiny-gguf", FILE, other)
    assert download(remote_file(hub, other), folder, rules=rules()).resumed_from_bytes == 0
    assert (folder / FILE).read_bytes() == other


@pytest.mark.parametrize("where", ["file", "cdn"])
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again(hub, remote, data, folder, where, status):
    hub.fault(Fault(where, "status", status=status, times=3))
    download(remote, folder, rules=rules())
    assert (folder / FILE).read_bytes() == data


def test_retry_after_is_honoured(hub, remote, folder):
    waits = []
    hub.fault(Fault("cdn", "status", status=429, retry_after="17"))
    download(remote, folder, rules=rules(wait=waits.append, chance=lambda: 0.0))
    assert waits == [17]


def test_a_server_that_stays_busy_is_left_alone_with_the_bytes_kept(hub, remote, folder):
    hub.fault(Fault("cdn", "cut", after_bytes=500_000), Fault("cdn", "status", status=503, times=-1))
    error = refusal(remote, folder)
    assert error.code == "busy"
    assert sidecar_of(folder).durable_bytes == 500_000


@pytest.mark.parametrize(
    ("status", "code"), [(401, "not_signed_in"), (403, "not_allowed"), (404, "not_found"), (418, "bad_answer")]
)
def test_a_refusal_is_told_at_once(hub, remote, folder, status, code):
    hub.fault(Fault("file", "status", status=status))
    error = refusal(remote, folder)
    assert error.code == code
    assert status == 418 or f"{hub.url}/{REPO}" in str(error)
    assert len(hub.requests()) == 1


def test_a_signed_address_that_ran_out_is_renewed(hub, remote, data, folder):
    hub.fault(Fault("cdn", "status", status=403))
    download(remote, folder, rules=rules())
    assert (folder / FILE).read_bytes() == data
    assert len(hub.requests("file")) == 2


def test_a_server_that_ignores_range_once_costs_a_request(hub, remote, data, folder):
    hub.fault(Fault("cdn", "cut", after_bytes=1_500_000), Fault("cdn", "no_range"))
    download(remote, folder, rules=rules())
    assert (folder / FILE).read_bytes() == data
    assert [r.status for r in hub.requests("cdn")] == [200, 200, 206]


def test_a_server_that_ignores_range_from_now_on_is_read_through(hub, remote, data, folder):
    hub.fault(Fault("cdn", "cut", after_bytes=1_500_000), Fault("cdn", "no_range", times=-1))
    download(remote, folder, rules=rules())
    assert (folder / FILE).read_bytes() == data
    assert [r.status for r in hub.requests("cdn")] == [200, 200, 200, 200]


def test_a_server_that_gives_another_range_is_not_mixed_in(hub, remote, data, folder):
    hub.fault(Fault("cdn", "cut", after_bytes=1_500_000), Fault("cdn", "other_range"))
    download(remote, folder, rules=rules())
    assert (folder / FILE).read_bytes() == data


def test_416_asks_whether_it_is_still_the_same_file(hub, remote, data, folder):
    hub.fault(Fault("cdn", "cut", after_bytes=1_500_000), Fault("file", "status", status=416, skip=1, times=3))
    got = download(remote, folder, rules=rules())
    assert got.verified
    assert "range" not in hub.requests("cdn")[-1].headers
    assert (folder / FILE).read_bytes() == data


def test_another_server_of_the_same_cdn_costs_nothing(hub, remote, data, folder):
    cut_for_good(hub, 1_000_000)
    refusal(remote, folder)
    hub.cdn_name = "b"  # its ETag is another, the Hub's own name for the content is not
    got = download(remote, folder, rules=rules())
    assert got.resumed_from_bytes == 1_000_000
    assert hub.requests("cdn")[-1].status == 206
    assert (folder / FILE).read_bytes() == data


def test_a_server_without_etags_still_resumes(hub, remote, data, folder):
    hub.fault(
        Fault("file", "no_etag", times=-1),
        Fault("cdn", "cut", after_bytes=1_500_000),
        Fault("cdn", "no_etag", times=-1),
    )
    download(remote, folder, rules=rules())
    assert (folder / FILE).read_bytes() == data


def test_a_file_that_changes_midway_is_said_and_begun_anew(hub, remote, data, folder):
    changed = bytes(byte ^ 0xFF for byte in data)
    hub.fault(Fault("cdn", "change", after_bytes=1_500_000))
    told = []
    expected = replace(remote, sha256=hashlib.sha256(changed).hexdigest())
    download(expected, folder, rules=rules(), on_progress=lambda p: told.append(str(p.sentence)))
    assert (folder / FILE).read_bytes() == changed
    assert any("has changed" in sentence for sentence in told)


def test_a_wrong_announced_length_is_refused_before_a_byte_is_taken(hub, remote, folder):
    hub.fault(Fault("cdn", "length", after_bytes=10))
    assert refusal(remote, folder).code == "wrong_length"
    assert sidecar_of(folder).durable_bytes == 0


def test_a_wrong_total_on_resume_is_refused_and_the_bytes_kept(hub, remote, folder):
    hub.fault(Fault("cdn", "cut", after_bytes=1_500_000), Fault("cdn", "total"))
    assert refusal(remote, folder).code == "wrong_length"
    assert sidecar_of(folder).durable_bytes == 1_500_000


def test_more_bytes_than_the_file_has_are_refused(hub, remote, folder):
    hub.fault(Fault("cdn", "long", after_bytes=100))
    assert refusal(remote, folder).code == "wrong_length"


@pytest.mark.parametrize("piece_bytes", [None, 400_000])
def test_a_bit_that_flipped_on_the_way_is_found_and_mended(hub, remote, data, folder, piece_bytes):
    hub.fault(Fault("cdn", "flip", after_bytes=2_000_000))
    told = []
    many = rules(piece_bytes=piece_bytes, connections=3)
    download(remote, folder, rules=many, on_progress=lambda p: told.append(str(p.sentence)))
    assert (folder / FILE).read_bytes() == data
    assert any("looking for the piece" in sentence for sentence in told)


def test_a_piece_that_the_disk_spoilt_is_alone_fetched_again(hub, remote, data, folder, monkeypatch):
    write, spoilt = part_module.Part.write, []

    def spoil_once(part, offset, block):
        write(part, offset, block)
        if offset <= 1_300_000 < offset + len(block) and not spoilt:
            write(part, 1_300_000, bytes([block[1_300_000 - offset] ^ 1]))
            spoilt.append(offset)

    monkeypatch.setattr(part_module.Part, "write", spoil_once)
    download(remote, folder, rules=rules(piece_bytes=400_000))
    assert (folder / FILE).read_bytes() == data
    assert sum(request.sent_bytes for request in hub.requests("cdn")) == len(data) + 400_000


def test_a_file_that_is_wrong_on_the_server_does_not_get_its_name(hub, remote, data, folder):
    wrong = replace(remote, sha256="0" * 64)
    error = refusal(wrong, folder)
    assert error.code == "hash_mismatch"
    assert wrong.sha256 in str(error)
    assert [path.name for path in folder.iterdir()] == [f"{FILE}.wrong"]
    assert (folder / f"{FILE}.wrong").read_bytes() == data
    assert len(hub.requests("cdn")) == 1  # the Hub says itself that it has another one
    assert download(remote, folder, rules=rules()).verified  # the next try starts anew


def test_a_server_that_spoils_every_answer_is_found_out(hub, remote, folder):
    hub.fault(Fault("cdn", "flip", after_bytes=2_000_000, times=-1))
    error = refusal(remote, folder, rules=rules(piece_bytes=1_000_000))
    assert error.code == "hash_mismatch"
    assert [path.name for path in folder.iterdir()] == [f"{FILE}.wrong"]


def test_silence_is_noticed_and_asked_again(hub, remote, data, folder):
    hub.fault(Fault("cdn", "hang", after_bytes=1_000_000), Fault("cdn", "hang", after_bytes=-1))
    told = []
    download(remote, folder, rules=rules(stall_s=0.2), on_progress=lambda p: told.append(str(p.sentence)))
    assert (folder / FILE).read_bytes() == data
    assert sum("silent" in sentence for sentence in told) == 2


def test_a_server_that_is_not_there_is_told(remote, folder):
    assert refusal(replace(remote, url="http://127.0.0.1:9/x"), folder).code == "network"


def test_a_token_goes_to_the_endpoint_and_not_to_the_cdn(hub, remote, folder):
    hub.token = "hf_secret"
    download(remote, folder, token="hf_secret", rules=rules())
    assert hub.requests("file")[0].headers["authorization"] == "Bearer hf_secret"
    assert "authorization" not in hub.requests("cdn")[0].headers
    assert hub.cdn_url != hub.url


def test_two_cannot_download_the_same_file_at_once(hub, remote, folder):
    hub.fault(Fault("cdn", "hang", after_bytes=1000))
    cancelled, first = threading.Event(), []
    thread = threading.Thread(
        target=lambda: first.append(refusal(remote, folder, cancelled=cancelled, rules=rules(stall_s=60)))
    )
    thread.start()
    hub.wait_for("cdn")
    second = refusal(remote, folder)
    cancelled.set()
    thread.join()
    assert second.code == "in_use"
    assert first[0].code == "cancelled"
    assert download(remote, folder, rules=rules()).verified


def test_several_connections_bring_one_file(hub, remote, data, folder):
    seen = []
    many = rules(piece_bytes=100_000, connections=4)
    download(remote, folder, rules=many, on_progress=lambda p: seen.append(p.connections))
    assert (folder / FILE).read_bytes() == data
    assert sum(request.sent_bytes for request in hub.requests("cdn")) == len(data)
    assert len(hub.requests("file")) == 1  # the address that it gave serves all
    assert max(seen) <= 4


@pytest.mark.parametrize("fault", ["no_range", "no_etag", "other_range"])
def test_a_server_that_cannot_do_several_is_met_with_one(hub, remote, data, folder, fault):
    hub.fault(Fault("cdn", fault, times=-1 if fault != "other_range" else 3, skip=2))
    download(remote, folder, rules=rules(piece_bytes=200_000, connections=4))
    assert (folder / FILE).read_bytes() == data


def test_a_change_on_the_server_is_never_mixed_across_connections(hub, remote, data, folder):
    changed = bytes(byte ^ 0xFF for byte in data)
    hub.fault(Fault("cdn", "change", after_bytes=50_000, skip=3))
    expected = replace(remote, sha256=hashlib.sha256(changed).hexdigest())
    download(expected, folder, rules=rules(piece_bytes=200_000, connections=4))
    assert (folder / FILE).read_bytes() == changed


def test_a_limit_of_speed_holds_for_all_connections(hub, remote, data, folder):
    paid, throttle = [], Throttle(50_000_000)
    pay = throttle.pay
    throttle.pay = lambda n_bytes: paid.append(n_bytes) or pay(n_bytes)
    download(remote, folder, rules=rules(piece_bytes=200_000, connections=4, throttle=throttle))
    assert (folder / FILE).read_bytes() == data
    assert sum(paid) == len(data)


def test_proxies_of_the_environment_are_used(hub, remote, data, folder, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", hub.url)
    download(replace(remote, url=remote.url.replace(hub.url, "http://hub.invalid")), folder, rules=rules())
    assert (folder / FILE).read_bytes() == data
    assert hub.requests("file")[0].path.startswith("http://hub.invalid/")


def test_offline_means_that_nothing_is_asked(hub, remote, folder, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert refusal(remote, folder).code == "offline"
    assert hub.requests() == []


def test_progress_is_told_in_order_and_ends_at_the_whole(hub, remote, data, folder):
    seen = []
    download(remote, folder, rules=rules(clock=Ticks()), on_progress=seen.append)
    done = [p.done_bytes for p in seen]
    assert done == sorted(done)
    assert seen[-1].done_bytes == seen[-1].total_bytes == len(data)
    assert {"downloading", "verifying", "done"} <= {p.state for p in seen}
    assert any(p.speed_bps > 0 and p.remaining_s is not None for p in seen)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, None),
        ("12", 12),
        (" 3 ", 3),
        ("soon", None),
        ("Thu, 01 Jan 1970 00:01:00 GMT", 50),
        ("Thu, 01 Jan 1970 00:00:01 GMT", 0),
    ],
)
def test_retry_after_is_a_number_or_a_date(text, seconds):
    assert retry_after(text, now_s=10) == seconds


def test_reasons_never_show_an_address():
    assert plain_reason(ValueError("bad https://cdn/x?signature=1")) == "ValueError"
    assert plain_reason(OSError()) == "OSError"
    assert plain_reason(OSError("Connection reset")) == "Connection reset"


def test_an_untrusted_certificate_is_not_tried_again():
    refused = refused_certificate(OSError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate"))
    assert refused is not None
    assert refused.code == "certificate"
    assert refused_certificate(OSError("Connection reset")) is None


def test_time_is_the_systems_by_default():
    assert rules().clock is time.monotonic
