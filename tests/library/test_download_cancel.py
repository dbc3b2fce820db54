"""A transfer that is cancelled or cut, at any moment: what is kept is durable, and the next run goes on with it."""

import os
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gemfit.errors import GemfitError
from gemfit.library import part as part_module
from gemfit.library.download import download
from gemfit.library.journal import Sidecar
from tests.fakes.hub import Fault
from tests.library.downloads import Ticks, cut_for_good, refusal, sidecar_of
from tests.library.parts import FILE, rules


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "weights"


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
