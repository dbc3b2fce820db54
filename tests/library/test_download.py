"""A transfer against a real server on the loopback, with every fault that servers and disks have."""

import errno
import hashlib
import json
import os
import shutil
import threading
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from gemfit.errors import GemfitError
from gemfit.library import download as download_module
from gemfit.library import part as part_module
from gemfit.library.download import download, plain_reason, refused_certificate, retry_after
from gemfit.library.journal import Sidecar, read_sidecar
from gemfit.library.throttle import Throttle
from tests.fakes.hub import Fault
from tests.library.parts import FILE, REPO, remote_file, rules


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "weights"


def refusal(remote, folder, **options) -> GemfitError:
    with pytest.raises(GemfitError) as caught:
        download(remote, folder, **{"rules": rules(), **options})
    return caught.value


def sidecar_of(folder):
    return read_sidecar(folder / f"{FILE}.part")


def cut_for_good(hub, after_bytes):
    """The server sends so much, and then refuses."""
    hub.fault(Fault("cdn", "cut", after_bytes=after_bytes), Fault("file", "status", status=404, skip=1))


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


@pytest.mark.parametrize("after_bytes", [-1, 0, 1, 1_000_000])
def test_cancel_wakes_a_silent_connection_and_keeps_the_bytes(hub, remote, data, folder, after_bytes):
    hub.fault(Fault("cdn", "hang", after_bytes=after_bytes))
    cancelled, states = threading.Event(), []

    def on_progress(progress):
        states.append(progress)

    def cancel_once_it_hangs():
        hub.wait_for("cdn")
        cancelled.set()

    thread = threading.Thread(target=cancel_once_it_hangs)
    thread.start()
    error = refusal(remote, folder, on_progress=on_progress, cancelled=cancelled, rules=rules(stall_s=60))
    thread.join()
    assert error.code == "cancelled"
    assert states[-1].state == "paused"
    kept = sidecar_of(folder).durable_bytes
    assert kept <= max(0, after_bytes)
    assert (folder / f"{FILE}.part").read_bytes()[:kept] == data[:kept]
    assert download(remote, folder, rules=rules()).resumed_from_bytes == kept


def test_cancel_wakes_a_wait(hub, remote, folder):
    hub.fault(Fault("cdn", "status", status=503, retry_after="500"))
    cancelled = threading.Event()

    def on_progress(progress):
        if progress.state == "retrying":
            cancelled.set()

    error = refusal(remote, folder, on_progress=on_progress, cancelled=cancelled, rules=rules(wait=None))
    assert error.code == "cancelled"


def test_cancel_works_while_what_is_here_is_checked(hub, remote, folder):
    cut_for_good(hub, 2_000_000)
    refusal(remote, folder)
    cancelled = threading.Event()
    error = refusal(remote, folder, on_progress=lambda _p: cancelled.set(), cancelled=cancelled)
    assert error.code == "cancelled"
    assert sidecar_of(folder).durable_bytes == 2_000_000


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(0, 3_000_000), max_size=4), cancel_at=st.none() | st.integers(0, 3_000_000))
def test_cut_anywhere_the_file_comes_out_right_and_nothing_undurable_is_claimed(
    hub, remote, data, tmp_path_factory, cuts, cancel_at
):
    folder = tmp_path_factory.mktemp("any")
    hub.heal()
    hub.fault(*[Fault("cdn", "cut", after_bytes=at) for at in cuts])
    cancelled, claims = threading.Event(), DurableClaims()

    def on_progress(progress):
        if cancel_at is not None and progress.done_bytes >= cancel_at:
            cancelled.set()

    with pytest.MonkeyPatch.context() as patch:
        claims.watch(patch)
        every_byte = rules(clock=Ticks())
        try:
            download(remote, folder, rules=every_byte, on_progress=on_progress, cancelled=cancelled)
        except GemfitError as error:
            assert error.code == "cancelled"  # noqa: PT017
            download(remote, folder, rules=every_byte)
    assert (folder / FILE).read_bytes() == data
    assert claims.made
    assert claims.too_many == 0


class Ticks:
    """A clock that goes on by a second at each look: everything that depends on time happens as often as it can."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        self.now += 1
        return self.now


class DurableClaims:
    """Checks each claim of a sidecar against what was fsynced before it."""

    def __init__(self):
        self.durable, self.written, self.made, self.too_many = {}, 0, 0, 0

    def watch(self, patch):
        fsync, write, write_part = os.fsync, part_module.write_atomically, part_module.Part.write

        def noted_part(part, offset, block):
            write_part(part, offset, block)
            self.written += len(block)

        def noted_fsync(handle):
            written = self.written
            fsync(handle)
            self.durable[os.fstat(handle).st_ino] = written

        def noted_write(path, content):
            claimed = part_module.msgspec.json.decode(content, type=Sidecar).durable_bytes
            found = path.with_name(path.name.removesuffix(".json"))
            self.made += claimed > 0
            self.too_many += claimed > self.durable.get(found.stat().st_ino, 0)
            write(path, content)

        patch.setattr(part_module.Part, "write", noted_part)

        patch.setattr(os, "fsync", noted_fsync)
        patch.setattr(part_module, "write_atomically", noted_write)


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


def test_too_little_room_is_told_before_anything_is_asked(hub, remote, folder):
    error = refusal(remote, folder, rules=rules(reserve_bytes=1 << 60))
    assert error.code == "disk_full"
    assert hub.requests() == []


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "disk_full"), (errno.EDQUOT, "disk_full"), (errno.EROFS, "not_writable"), (errno.EIO, "disk")],
)
def test_a_disk_that_fails_midway_keeps_what_is_durable(hub, remote, data, folder, monkeypatch, number, code):
    write = part_module.Part.write

    def failing(part, offset, block):
        if offset >= 1_000_000:
            raise OSError(number, os.strerror(number))
        write(part, offset, block)

    monkeypatch.setattr(part_module.Part, "write", failing)
    states = []
    assert refusal(remote, folder, on_progress=lambda p: states.append(p.state)).code == code
    assert states[-1] == "failed"
    assert sidecar_of(folder).durable_bytes >= 1_000_000
    monkeypatch.undo()
    assert download(remote, folder, rules=rules()).resumed_from_bytes >= 1_000_000
    assert (folder / FILE).read_bytes() == data


@pytest.mark.parametrize("reserves", [True, False])
def test_on_a_full_disk_what_came_is_still_claimed(hub, remote, data, folder, monkeypatch, reserves):
    """The journal needs room too, and there is none: the part gives up a little of its end."""
    came = 2_000_000
    write, claim = part_module.Part.write, part_module.write_atomically

    def write_while_there_is_room(part, offset, block):
        write(part, offset, memoryview(block)[: max(0, came - offset)])
        if offset + len(block) > came:
            raise OSError(errno.ENOSPC, "No space left on device")

    def claim_while_there_is_room(path, content):
        if (folder / f"{FILE}.part").stat().st_size in (came, len(data)) and b'"durable_bytes":0' not in content:
            raise OSError(errno.ENOSPC, "No space left on device")
        claim(path, content)

    monkeypatch.setattr(part_module.Part, "write", write_while_there_is_room)
    monkeypatch.setattr(part_module, "write_atomically", claim_while_there_is_room)
    if not reserves:
        monkeypatch.setattr(part_module, "_allocate", lambda _handle, _bytes: False)
    assert refusal(remote, folder).code == "disk_full"
    kept = sidecar_of(folder).durable_bytes
    assert came - part_module.ROOM_BYTES - (1 << 20) <= kept < came
    assert (folder / f"{FILE}.part").read_bytes()[:kept] == data[:kept]
    monkeypatch.undo()
    assert download(remote, folder, rules=rules()).resumed_from_bytes == kept
    assert (folder / FILE).read_bytes() == data


def test_a_disk_that_fills_up_is_sat_out_where_that_is_wanted(hub, remote, data, folder, monkeypatch):
    write, full, waits, states = part_module.Part.write, [True], [], []

    def write_while_there_is_room(part, offset, block):
        if full and offset + len(block) > 1_500_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(part, offset, block)

    def somebody_makes_room(seconds):
        waits.append(seconds)
        full.clear()

    free = iter([10 << 30, 0, 0])  # before it begins, and while it waits
    monkeypatch.setattr(part_module.Part, "write", write_while_there_is_room)
    monkeypatch.setattr(download_module, "free_bytes", lambda _folder: next(free, 10 << 30))
    patient = rules(piece_bytes=400_000, connections=2, waits_for_room=True, wait=somebody_makes_room)
    download(remote, folder, rules=patient, on_progress=lambda p: states.append(p.state))
    assert (folder / FILE).read_bytes() == data
    assert len(waits) == 2
    assert "no_room" in states[: states.index("verifying")]
    assert states[-1] == "done"


def test_at_the_reserve_it_stands_still_where_room_cannot_be_taken_beforehand(hub, remote, data, folder, monkeypatch):
    free = iter([10 << 30, 0, 0])
    monkeypatch.setattr(part_module, "_allocate", lambda _handle, _bytes: False)
    monkeypatch.setattr(download_module, "free_bytes", lambda _folder: next(free, 10 << 30))
    states = []
    patient = rules(clock=Ticks(), reserve_bytes=1, waits_for_room=True)
    download(remote, folder, rules=patient, on_progress=lambda p: states.append(p.state))
    assert (folder / FILE).read_bytes() == data
    assert "no_room" in states


def test_a_cancel_ends_the_wait_for_room(hub, remote, folder, monkeypatch):
    def no_room_left(_part, _offset, _block):
        raise OSError(errno.ENOSPC, "No space left on device")

    cancelled = threading.Event()
    monkeypatch.setattr(part_module.Part, "write", no_room_left)
    free = iter([10 << 30])
    monkeypatch.setattr(download_module, "free_bytes", lambda _folder: next(free, 0))

    def on_progress(progress):
        if progress.state == "no_room":
            cancelled.set()

    patient = rules(waits_for_room=True, wait=None)
    error = refusal(remote, folder, rules=patient, cancelled=cancelled, on_progress=on_progress)
    assert error.code == "cancelled"


def test_a_folder_that_vanishes_is_told(hub, remote, folder, monkeypatch):
    write = part_module.Part.write

    def pull_the_drive(part, offset, block):
        write(part, offset, block)
        if folder.exists():
            shutil.rmtree(folder)

    monkeypatch.setattr(part_module.Part, "write", pull_the_drive)
    assert refusal(remote, folder).code == "folder_gone"


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


def test_a_folder_that_cannot_be_made_is_told(hub, remote, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    assert refusal(remote, tmp_path / "file" / "weights").code == "disk"


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
