"""Checking files: what is damaged and where, stopping and going on. With real files, flipped bits and cut ends."""

import hashlib
import os
import random
import threading

import pytest
from blake3 import blake3
from hypothesis import given, settings
from hypothesis import strategies as st

from gemfit.errors import GemfitError
from gemfit.library import check as check_module
from gemfit.library import piece_hashes
from gemfit.library.check import check, damage, resumable_bytes
from gemfit.library.index import checked
from gemfit.library.pieces import Layout
from gemfit.library.store import find, verify
from tests.library.parts import FILE, tiny_catalog

PIECE = 1 << 20
DATA = random.Random(3).randbytes(5 * PIECE + 12_345)
SHA = hashlib.sha256(DATA).hexdigest()


def keep_pieces(data=DATA, piece_bytes=PIECE):
    """As the download of `data` leaves them."""
    layout = Layout(len(data), piece_bytes)
    spans = {i: data[layout.start(i) : layout.end(i)] for i in range(layout.count)}
    sha256 = hashlib.sha256(data).hexdigest()
    piece_hashes.keep(sha256, layout, {i: blake3(span).hexdigest() for i, span in spans.items()})
    return sha256


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "weights" / "Tiny" / "q4_0" / FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(DATA)
    return path


def flip(path, *places):
    """One bit at each of these bytes; the time stays as it was, as when a disk rots."""
    stat = path.stat()
    with path.open("r+b") as file:
        for place in places:
            file.seek(place)
            byte = file.read(1)[0]
            file.seek(place)
            file.write(bytes([byte ^ 4]))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def stopped_after(path, n_bytes, sha256=SHA):
    """Check until so many bytes are done, then stop."""
    cancelled = threading.Event()

    def on_bytes(done):
        if done >= n_bytes:
            cancelled.set()

    with pytest.raises(GemfitError) as caught:
        check(path, sha256, on_bytes, cancelled)
    assert caught.value.code == "cancelled"


def read_from(path, sha256=SHA):
    """The positions that a check tells."""
    seen = []
    result = check(path, sha256, seen.append)
    return result, seen


def test_a_sound_file_has_the_expected_hash(path):
    keep_pieces()
    result, seen = read_from(path)
    assert (result.sha256, result.damaged) == (SHA, [])
    assert seen == sorted(seen)
    assert seen[-1] == len(DATA)


@pytest.mark.parametrize("piece", range(6))
def test_a_flipped_bit_is_found_in_its_piece(path, piece):
    keep_pieces()
    flip(path, piece * PIECE + 77)
    result = check(path, SHA)
    assert result.sha256 == ""
    assert result.damaged == [(piece * PIECE, min(len(DATA), (piece + 1) * PIECE))]


def test_neighbouring_pieces_are_one_range(path):
    keep_pieces()
    flip(path, 0, PIECE, 4 * PIECE)
    assert check(path, SHA).damaged == [(0, 2 * PIECE), (4 * PIECE, 5 * PIECE)]


def test_a_missing_end_is_damage(path):
    keep_pieces()
    os.truncate(path, 4 * PIECE + 1)
    assert check(path, SHA).damaged == [(4 * PIECE, len(DATA))]


def test_what_is_too_much_is_damage(path):
    keep_pieces()
    with path.open("ab") as file:
        file.write(b"more")
    assert check(path, SHA).damaged == [(len(DATA), len(DATA) + 4)]


def test_damage_is_told_at_once(path):
    keep_pieces()
    flip(path, 0, 3 * PIECE)
    told = []
    check(path, SHA, on_damage=told.append)
    assert told == [[(0, PIECE)], [(0, PIECE), (3 * PIECE, 4 * PIECE)]]


def test_another_file_is_not_called_damaged_but_hashed(path):
    keep_pieces()
    other = random.Random(9).randbytes(len(DATA))
    path.write_bytes(other)
    assert check(path, SHA).sha256 == hashlib.sha256(other).hexdigest()


def test_wrong_notes_about_the_pieces_do_not_condemn_a_sound_file(path):
    layout = Layout(len(DATA), PIECE)
    piece_hashes.keep(SHA, layout, dict.fromkeys(range(layout.count), "0" * 64))
    result = check(path, SHA)
    assert (result.sha256, result.damaged) == (SHA, [])
    assert check(path, SHA).sha256 == SHA


def test_without_notes_about_pieces_the_whole_is_read_and_they_are_kept_for_the_next_time(path):
    assert piece_hashes.kept(SHA) is None
    assert check(path, SHA).sha256 == SHA
    kept = piece_hashes.kept(SHA)
    assert kept.bytes == len(DATA)
    flip(path, 5)
    assert check(path, SHA).sha256 != SHA


def test_the_pieces_of_a_wrong_file_are_not_kept(path):
    check(path, "0" * 64)
    assert piece_hashes.kept("0" * 64) is None
    assert piece_hashes.kept(SHA) is None


@settings(max_examples=25)
@given(data=st.binary(max_size=3000), piece=st.integers(1, 1000), buffer=st.integers(1, 700))
def test_whatever_the_size_of_file_piece_and_buffer(tmp_path_factory, data, piece, buffer):
    path = tmp_path_factory.mktemp("check") / "x"
    path.write_bytes(data)
    sha256 = hashlib.sha256(data).hexdigest()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GEMFIT_HOME", str(path.parent))
        patch.setattr(check_module, "BUFFER_BYTES", buffer)
        patch.setattr(check_module, "layout_for", lambda n_bytes: Layout(n_bytes, piece))
        assert check(path, sha256).sha256 == sha256  # in one go
        assert len(piece_hashes.kept(sha256).pieces) == -(-len(data) // piece)
        assert check(path, sha256).sha256 == sha256  # piece by piece


def test_a_stopped_check_goes_on_where_it_was(path):
    keep_pieces()
    stopped_after(path, 3 * PIECE)
    assert resumable_bytes(path, SHA) == 3 * PIECE
    result, seen = read_from(path)
    assert result.sha256 == SHA
    assert min(seen) > 3 * PIECE
    assert resumable_bytes(path, SHA) == 0  # it is over


def test_damage_found_before_the_stop_is_not_forgotten(path):
    keep_pieces()
    flip(path, PIECE)
    stopped_after(path, 3 * PIECE)
    assert check(path, SHA).damaged == [(PIECE, 2 * PIECE)]


@pytest.mark.parametrize("change", ["touched", "grown", "old", "nonsense"])
def test_a_stopped_check_begins_anew_when_the_file_or_the_day_is_another(path, change, monkeypatch):
    keep_pieces()
    stopped_after(path, 3 * PIECE)
    if change == "touched":
        os.utime(path, ns=(0, 10**18))
    elif change == "grown":
        with path.open("ab") as file:
            file.write(b"x")
    elif change == "old":
        monkeypatch.setattr(check_module, "KEPT_S", -1.0)
    else:
        check_module._journal_file(path).write_bytes(b"\xff")
    assert resumable_bytes(path, SHA) == 0
    _, seen = read_from(path)
    assert min(seen) <= PIECE


def test_a_check_in_one_go_stops_too(path):
    stopped_after(path, 1)
    assert resumable_bytes(path, SHA) == 0


@pytest.mark.parametrize(("name", "code"), [("gone", "not_found"), (".", "not_readable")])
def test_what_cannot_be_read_is_a_sentence(tmp_path, name, code):
    with pytest.raises(GemfitError) as caught:
        check(tmp_path / name, SHA)
    assert caught.value.code == code


def test_the_words_name_the_bytes_and_what_to_do():
    said = str(damage([(0, 1 << 20), (5 << 20, 6 << 20)], 10 << 20))
    assert "2 MiB of 10 MiB" in said
    assert "0–1,048,575; 5,242,880–6,291,455" in said
    assert "only these pieces are fetched" in said
    assert str(damage([(n, n + 1) for n in range(0, 10, 2)], 10)).count(";") == 3


def test_a_damaged_file_is_not_used_and_says_what_is_damaged(path):
    keep_pieces()
    weights_dir, catalog = path.parents[2], tiny_catalog(DATA)
    assert verify(path, weights_dir, catalog).verified
    flip(path, 2 * PIECE)
    local = verify(path, weights_dir, catalog)
    assert (local.verified, local.damaged) == (False, [(2 * PIECE, 3 * PIECE)])
    assert "Damaged" in str(local.note)
    assert find(weights_dir, catalog, "Tiny", "q4_0") is None
    assert path.is_file()


def test_a_file_is_not_used_from_the_first_damaged_piece_on_even_if_the_check_is_stopped(path):
    keep_pieces()
    weights_dir, catalog = path.parents[2], tiny_catalog(DATA)
    verify(path, weights_dir, catalog)
    flip(path, 0)

    class AtTheFirstDamage(threading.Event):
        def is_set(self):
            return bool(checked(path).damaged)

    with pytest.raises(GemfitError) as caught:
        verify(path, weights_dir, catalog, cancelled=AtTheFirstDamage())
    assert caught.value.code == "cancelled"
    assert resumable_bytes(path, SHA) == PIECE
    assert find(weights_dir, catalog, "Tiny", "q4_0") is None
