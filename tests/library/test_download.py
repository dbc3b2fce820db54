"""A transfer against a real server on the loopback, with every fault that servers and disks have."""

import hashlib

from gemfit.library.download import download
from tests.fakes.hub import Fault
from tests.library.parts import rules


def test_a_file_arrives_verified_under_its_name(hub, remote, data, tmp_path):
    got = download(remote, tmp_path / "w", rules=rules())
    assert (tmp_path / "w" / remote.file).read_bytes() == data
    assert got.sha256 == hashlib.sha256(data).hexdigest()
    assert got.verified
    assert got.resumed_from_bytes == 0
    assert [path.name for path in (tmp_path / "w").iterdir()] == [remote.file]


def test_a_lost_connection_goes_on_with_a_conditional_range(hub, remote, data, tmp_path):
    hub.fault(Fault("cdn", "cut", after_bytes=1_200_000))
    download(remote, tmp_path / "w", rules=rules())
    assert (tmp_path / "w" / remote.file).read_bytes() == data
    first, second = hub.requests("cdn")
    assert "range" not in first.headers
    assert second.headers["range"] == "bytes=1200000-"
    assert second.headers["if-range"]
    assert second.status == 206
