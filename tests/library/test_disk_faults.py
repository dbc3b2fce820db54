"""What happens to disks during a download, on real file systems of a few MiB, and how it ends then."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from gemfit.library import part
from gemfit.library.part import ROOM_BYTES
from tests.library.claims import check_claims
from tests.library.faults import ALWAYS, CONNECTIONS, MIDDLE, PIECE, SIZE, cdn, outcome
from tests.library.parts import FILE


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A file system of eight MiB, of its own."""
    with mounted(tmp_path / "disk", "size=8m") as folder:
        yield folder


@pytest.fixture(params=["tmpfs", "ext4"])
def any_small_disk(request, tmp_path) -> Iterator[Path]:
    """Eight MiB in memory, or sixteen of the kind that most disks have, in a file."""
    if request.param == "tmpfs":
        with mounted(tmp_path / "disk", "size=8m") as folder:
            yield folder
        return
    image = tmp_path / "image"
    with image.open("wb") as file:
        file.truncate(16 << 20)
    if not shutil.which("mkfs.ext4"):
        pytest.skip("needs mkfs.ext4")
    subprocess.run(["mkfs.ext4", "-q", "-m", "0", str(image)], check=True)
    with mounted(tmp_path / "disk", "loop", "ext4", image) as folder:
        yield folder


@contextlib.contextmanager
def mounted(folder: Path, options: str, kind: str = "tmpfs", what: Path = Path("gemfit-test")) -> Iterator[Path]:
    folder.mkdir()
    command = ["mount", "-t", kind, "-o", options, str(what), str(folder)]
    if (
        not hasattr(os, "geteuid")
        or os.geteuid()
        or subprocess.run(command, capture_output=True, check=False).returncode
    ):
        pytest.skip("only root can mount a small file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False, capture_output=True)


def fill(folder: Path, leave: int = 0) -> Path:
    """Others use the disk up, but for `leave` bytes. Returns their file."""
    others = folder / "others"
    left = shutil.disk_usage(folder).free - leave
    assert left < 16 << 20, "the small disk is not mounted"
    with contextlib.suppress(OSError), others.open("wb", buffering=0) as file:
        file.write(bytes(max(0, left)))
        while not leave and file.tell() < 16 << 20:
            file.write(bytes(4096))
    return others


def while_held(hub, act):
    """The server holds the download in the middle; this progress callback acts there, once, and lets it go on."""
    hub.fault(cdn("hold", at=MIDDLE))
    done = []

    def on_progress(progress) -> None:
        if not done and progress.state == "downloading" and progress.done_bytes > SIZE // 3:
            done.append(progress)
            act()
            hub.release()

    return on_progress


def test_a_disk_that_is_too_small_is_told_before_anything_is_asked(hub, remote, any_small_disk):
    fill(any_small_disk, leave=2 << 20)
    assert outcome(remote, any_small_disk / "w") == "disk_full"
    assert hub.requests() == []


def test_a_disk_that_others_fill_midway_keeps_what_came_and_goes_on_when_there_is_room(
    hub, remote, data, any_small_disk, read_bytes, monkeypatch
):
    disk = any_small_disk
    monkeypatch.setattr(part, "_allocate", lambda *_: False)  # as on a file system that cannot reserve room
    end = outcome(remote, disk / "w", on_progress=while_held(hub, lambda: fill(disk)))
    assert end == "disk_full"
    assert check_claims(disk, data) > 0
    (disk / "others").unlink()
    hub.heal()
    assert outcome(remote, disk / "w") == "done"
    assert (disk / "w" / FILE).read_bytes() == data
    assert read_bytes() <= SIZE + CONNECTIONS * PIECE + ROOM_BYTES  # could not be written; made room for the journal


def test_room_that_was_reserved_is_not_taken_by_others(hub, remote, data, any_small_disk, read_bytes):
    fill_it = while_held(hub, lambda: fill(any_small_disk, leave=256 << 10))
    assert outcome(remote, any_small_disk / "w", on_progress=fill_it) == "done"
    assert (any_small_disk / "w" / FILE).read_bytes() == data
    assert read_bytes() == SIZE


@pytest.mark.parametrize("reserves", [True, False])
def test_a_quota_is_told_as_a_full_disk_and_with_a_larger_one_it_goes_on(
    hub, remote, data, tmp_path, read_bytes, monkeypatch, reserves
):
    if not shutil.which("mkfs.btrfs") or not shutil.which("btrfs"):
        pytest.skip("needs mkfs.btrfs, whose quotas hold for everybody")
    if not reserves:
        monkeypatch.setattr(part, "_allocate", lambda *_: False)
    image = tmp_path / "image"
    with image.open("wb") as file:
        file.truncate(64 << 20)
    subprocess.run(["mkfs.btrfs", "-q", "--mixed", str(image)], check=True, capture_output=True)
    with mounted(tmp_path / "disk", "loop", "btrfs", image) as disk:
        for command in (["quota", "enable"], ["qgroup", "limit", "2M"]):
            subprocess.run(["btrfs", *command, str(disk)], check=True, capture_output=True)
        assert outcome(remote, disk / "w") == "disk_full"
        assert not reserves or hub.requests() == []  # known before anything is asked, or when it is reached
        lost = read_bytes() - check_claims(disk, data)  # btrfs does not even take the claim of what it took before
        subprocess.run(["btrfs", "qgroup", "limit", "none", str(disk)], check=True, capture_output=True)
        assert outcome(remote, disk / "w") == "done"
        assert (disk / "w" / FILE).read_bytes() == data
    assert read_bytes() == SIZE + lost


def test_a_disk_that_cannot_be_written_to_is_told(hub, remote, tmp_path):
    with mounted(tmp_path / "disk", "size=8m,ro") as folder:
        assert outcome(remote, folder / "w") == "not_writable"
    assert hub.requests() == []


def test_a_disk_that_can_only_be_read_from_now_on_is_told_and_what_is_there_counts_later(
    hub, remote, data, small_disk, read_bytes
):
    hub.fault(cdn("cut", at=MIDDLE), cdn("status", times=ALWAYS, at=MIDDLE))
    assert outcome(remote, small_disk / "w") == "busy"
    hub.heal()
    for how, end in (("ro", "not_writable"), ("rw", "done")):
        subprocess.run(["mount", "-o", f"remount,{how}", str(small_disk)], check=True)
        assert outcome(remote, small_disk / "w") == end
    assert (small_disk / "w" / FILE).read_bytes() == data
    assert read_bytes() == SIZE


@pytest.mark.parametrize("how", ["removed", "pulled out"])
def test_a_folder_that_vanishes_midway_is_told_and_the_next_run_is_sound(hub, remote, data, small_disk, how):
    folder = small_disk / "w"

    def vanish() -> None:
        if how == "removed":
            shutil.rmtree(folder)
        else:
            subprocess.run(["umount", "-l", str(small_disk)], check=True)

    assert outcome(remote, folder, on_progress=while_held(hub, vanish)) == "folder_gone"
    hub.heal()
    assert outcome(remote, folder) == "done"
    assert (folder / FILE).read_bytes() == data


LIMITED = """
import resource, sys
from pathlib import Path
import msgspec
from gemfit.errors import GemfitError
from gemfit.library.download import Rules, download
from gemfit.library.types import RemoteFile
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
try:
    download(msgspec.json.decode(sys.argv[1], type=RemoteFile), Path(sys.argv[2]), rules=Rules(reserve_bytes=0))
except GemfitError as error:
    print(error.code)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_file_that_may_not_grow_so_large_is_told(hub, remote, data, tmp_path):
    arguments = [msgspec.json.encode(remote).decode(), str(tmp_path / "w")]
    found = subprocess.run([sys.executable, "-c", LIMITED, *arguments], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "disk"
    check_claims(tmp_path / "w", data)
    assert outcome(remote, tmp_path / "w") == "done"
    assert (tmp_path / "w" / FILE).read_bytes() == data
    assert hub.sent_twice() <= SIZE
