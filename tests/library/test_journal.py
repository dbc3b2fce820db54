"""What the journal of an unfinished file says, and what a part without one, or with an old one, is worth."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemfit.library.journal import Sidecar, claim, held_by, read_sidecar
from gemfit.library.part import Part, taken_bytes
from gemfit.library.pieces import Layout, layout_for
from gemfit.library.types import RemoteFile

REMOTE = RemoteFile(file="x.gguf", repo="a/b", url="http://x", revision="c" * 40, bytes=1000, sha256="0" * 64)
FRESH = Sidecar(url="http://x", repo="a/b", revision="c" * 40, bytes=1000, sha256="0" * 64)


@given(st.integers(0, 1000), st.integers(100, 400), st.data())
def test_what_was_claimed_is_what_is_found(total, piece_bytes, data):
    layout = Layout(total, piece_bytes)
    held = tuple(data.draw(st.integers(0, layout.length(piece))) for piece in range(layout.count))
    said = msgspec.json.decode(msgspec.json.encode(claim(FRESH, layout, held, {0: "a"})), type=Sidecar)
    assert held_by(said, layout, total) == held
    assert said.durable_bytes == sum(held)


def test_of_a_part_that_is_not_there_or_short_nothing_is_believed():
    layout = Layout(1000, 300)
    said = claim(FRESH, layout, (300, 300, 100, 100), {})
    assert held_by(said, layout, 0) == (0, 0, 0, 0)
    assert held_by(said, layout, 350) == (300, 50, 0, 0)


def test_a_journal_that_says_too_much_is_cut_to_the_file():
    layout = Layout(1000, 300)
    said = msgspec.structs.replace(FRESH, piece_bytes=300, whole={3: "", 7: ""}, begun={0: 999, 1: -5, 9: 1})
    assert held_by(said, layout, 1000) == (300, 0, 0, 100)


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff", b'{"durable_bytes": "x"}', b"[]"])
def test_a_journal_that_cannot_be_read_claims_nothing(tmp_path, damage):
    part = tmp_path / "x.part"
    part.with_name("x.part.json").write_bytes(damage)
    assert read_sidecar(part) is None


def test_a_piece_size_that_is_none_is_damage(tmp_path):
    part = tmp_path / "x.part"
    said = {**msgspec.to_builtins(FRESH), "piece_bytes": 0}
    part.with_name("x.part.json").write_text(json.dumps(said))
    assert read_sidecar(part) is None


def test_a_part_has_its_full_length_and_its_room_at_once(tmp_path):
    with Part(tmp_path / "x.gguf", REMOTE) as part:
        part.allocate()
        assert part.path.stat().st_size == 1000
        assert part.layout == layout_for(1000)
        assert 0 <= taken_bytes(part.target) <= 1000


def test_pieces_can_be_written_in_any_order_and_are_found_again(tmp_path):
    target = tmp_path / "x.gguf"
    with Part(target, REMOTE, piece_bytes=300) as part:
        part.allocate()
        part.write(600, b"c" * 300)
        part.write(0, b"a" * 10)
        part.note('"e"', '"c"')
        part.sync((10, 0, 300, 0), {2: "hash"})
    with Part(target, REMOTE) as part:  # the size of the pieces is the journal's
        assert (part.held, part.hashes, part.layout.piece_bytes) == ((10, 0, 300, 0), {2: "hash"}, 300)
        assert (part.sidecar.etag, part.sidecar.content) == ('"e"', '"c"')


def test_a_part_of_other_content_is_emptied_after_its_claim(tmp_path):
    target = tmp_path / "x.gguf"
    with Part(target, REMOTE, piece_bytes=300) as part:
        part.allocate()
        part.sync((300, 0, 0, 0), {})
    with Part(target, msgspec.structs.replace(REMOTE, sha256="1" * 64)) as part:
        assert part.held == (0,)
        assert part.path.stat().st_size == 0
        assert read_sidecar(part.path).durable_bytes == 0
