"""A damaged file becomes the published one again, with as little fetched as can be."""

import pytest
from msgspec.structs import replace

from gemfit.errors import GemfitError
from gemfit.library import piece_hashes
from gemfit.library.download import download
from gemfit.library.part import PART
from gemfit.library.pieces import layout_for
from gemfit.library.repair import repair
from tests.fakes.hub import Fault
from tests.library.parts import FILE, rules

PIECE = 400_000
SMALL = {"piece_bytes": PIECE, "connections": 3}


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GEMFIT_HOME", str(tmp_path / "home"))


@pytest.fixture
def path(hub, remote, tmp_path):
    """The file, downloaded and verified."""
    download(remote, tmp_path / "weights", rules=rules(**SMALL))
    return tmp_path / "weights" / FILE


def damage(path, *places):
    data = bytearray(path.read_bytes())
    for place in places:
        data[place] ^= 1
    path.write_bytes(data)


def sent(hub, before):
    return sum(request.sent_bytes for request in hub.requests("cdn")[before:])


def test_a_verified_download_leaves_the_hashes_of_its_pieces(remote, data, path):
    kept = piece_hashes.kept(remote.sha256)
    assert kept.layout == layout_for(len(data), PIECE)
    assert piece_hashes.damaged_pieces(path, kept) == []
    damage(path, 0, 2_900_000)
    assert piece_hashes.damaged_pieces(path, kept) == [0, 7]


def test_a_part_of_before_leaves_them_too(hub, remote, data, tmp_path):
    hub.fault(Fault("cdn", "cut", after_bytes=1_000_000), Fault("file", "status", status=404, skip=1))
    with pytest.raises(GemfitError):
        download(remote, tmp_path / "w", rules=rules(piece_bytes=PIECE, connections=1))
    download(remote, tmp_path / "w", rules=rules())
    assert piece_hashes.kept(remote.sha256).layout.piece_bytes == PIECE


def test_only_the_damaged_pieces_are_fetched(hub, remote, data, path):
    damage(path, 5, 6, 1_300_000)
    before = len(hub.requests("cdn"))
    states = []
    got = repair(path, remote, rules=rules(**SMALL), on_progress=lambda p: states.append(p.state))
    assert path.read_bytes() == data
    assert got.verified
    assert sent(hub, before) == 2 * PIECE
    assert states[0] == "checking"
    assert [file.name for file in path.parent.iterdir()] == [FILE]


@pytest.mark.parametrize("length", [0, 1, 1_234_567, 3_000_000])
def test_a_file_that_lost_its_end_gets_it_back(hub, remote, data, path, length):
    path.write_bytes(data[:length])
    before = len(hub.requests("cdn"))
    repair(path, remote, rules=rules(**SMALL))
    assert path.read_bytes() == data
    assert sent(hub, before) == len(data) - length // PIECE * PIECE


def test_a_file_that_is_too_long_is_cut(hub, remote, data, path):
    path.write_bytes(data + b"more")
    before = len(hub.requests("cdn"))
    repair(path, remote, rules=rules(**SMALL))
    assert path.read_bytes() == data
    assert sent(hub, before) == 0


def test_a_sound_file_is_verified_without_a_request(hub, remote, data, path):
    before = len(hub.requests())
    assert repair(path, remote, rules=rules(**SMALL)).verified
    assert len(hub.requests()) == before


def test_without_kept_hashes_pieces_are_compared_until_the_whole_is_right(hub, remote, data, path, tmp_path):
    for file in (tmp_path / "home" / "data" / "pieces").iterdir():
        file.unlink()
    damage(path, 500_000)
    before = len(hub.requests("cdn"))
    repair(path, remote, rules=rules(**SMALL))
    assert path.read_bytes() == data
    assert sent(hub, before) < len(data) / 2  # the first three of eight pieces
    assert piece_hashes.kept(remote.sha256) is not None


def test_a_repair_that_is_broken_off_is_a_download_that_goes_on(hub, remote, data, path):
    damage(path, 5, 1_300_000)
    hub.fault(Fault("file", "status", status=404))
    with pytest.raises(GemfitError) as caught:
        repair(path, remote, rules=rules(**SMALL))
    assert caught.value.code == "not_found"
    assert path.with_name(FILE + PART).is_file()
    before = len(hub.requests("cdn"))
    download(remote, path.parent, rules=rules())
    assert path.read_bytes() == data
    assert sent(hub, before) == 2 * PIECE


def test_offline_the_file_stays_as_it_is(remote, path, monkeypatch):
    damage(path, 5)
    damaged = path.read_bytes()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(GemfitError) as caught:
        repair(path, remote, rules=rules())
    assert caught.value.code == "offline"
    assert path.read_bytes() == damaged


def test_a_file_that_the_server_has_differently_is_kept_as_wrong(remote, data, path):
    with pytest.raises(GemfitError) as caught:
        repair(path, replace(remote, sha256="0" * 64), rules=rules(**SMALL))
    assert caught.value.code == "hash_mismatch"
    assert path.with_name(FILE + ".wrong").read_bytes() == data


@pytest.mark.parametrize("damage", [b"", b"{}", b'{"bytes": 10, "piece_bytes": 0, "pieces": []}'])
def test_kept_hashes_that_are_damaged_are_as_none(remote, path, tmp_path, damage):
    (tmp_path / "home" / "data" / "pieces" / f"{remote.sha256}.json").write_bytes(damage)
    assert piece_hashes.kept(remote.sha256) is None
