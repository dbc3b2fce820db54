"""A transfer onto a disk that is full, fails or goes away."""

import errno
import os
import shutil
import threading

import pytest

from gemfit.library import download as download_module
from gemfit.library import part as part_module
from gemfit.library.download import download
from tests.library.downloads import Ticks, refusal, sidecar_of
from tests.library.parts import FILE, rules


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "weights"


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


def test_a_folder_that_cannot_be_made_is_told(hub, remote, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    assert refusal(remote, tmp_path / "file" / "weights").code == "disk"
