"""Repairing a damaged file from the Hub: only what is damaged is fetched, and nothing else is lost."""

import hashlib
import os
import random
import shutil
import threading

import pytest

from gemfit import paths
from gemfit.catalog.types import Catalog
from gemfit.errors import GemfitError
from gemfit.library.get import get
from gemfit.library.index import checked
from gemfit.library.mend import mend
from gemfit.library.part import PART
from gemfit.library.source import Source
from gemfit.library.store import find, scan, verify
from gemfit.library.updates import look
from tests.fakes.hub import Fault
from tests.library.parts import FILE, REPO, rules, tiny_catalog

PIECE = 1 << 18
DATA = random.Random(5).randbytes(6 * PIECE + 99)


@pytest.fixture
def library(hub, tmp_path):
    """The file, got in pieces; and a way to get it again."""
    hub.add(REPO, FILE, DATA)
    return Library(hub, tmp_path / "weights")


class Library:
    def __init__(self, hub, folder):
        self.hub, self.folder, self.catalog = hub, folder, tiny_catalog(DATA)
        self.path = folder / "Tiny" / "q4_0" / FILE
        self.get()

    def get(self, **arguments):
        source = Source(endpoint=self.hub.url)
        plan = rules(piece_bytes=PIECE)
        return get(self.catalog, "Tiny", weights_dir=self.folder, source=source, rules=plan, **arguments)

    def verify(self):
        return verify(self.path, self.folder, self.catalog)

    def flip(self, *places):
        data = bytearray(self.path.read_bytes())
        for place in places:
            data[place] ^= 1
        self.path.write_bytes(data)

    def fetched_bytes(self):
        return sum(request.sent_bytes for request in self.hub.requests("cdn"))


@pytest.mark.parametrize("piece", range(7))
def test_one_flipped_bit_costs_one_piece(library, piece):
    before = library.fetched_bytes()
    library.flip(piece * PIECE + 9)
    assert library.verify().damaged == [(piece * PIECE, min(len(DATA), (piece + 1) * PIECE))]
    (local,) = library.get()
    assert local.verified
    assert library.path.read_bytes() == DATA
    assert library.fetched_bytes() - before <= PIECE
    assert library.verify().verified
    assert sorted(path.name for path in library.path.parent.iterdir()) == [FILE]


def test_damage_in_several_places_and_a_missing_end(library):
    before = library.fetched_bytes()
    library.flip(3, 4 * PIECE)
    os.truncate(library.path, len(DATA) - 5)
    (local,) = library.get()
    assert local.verified
    assert library.path.read_bytes() == DATA
    assert library.fetched_bytes() - before <= 2 * PIECE + 99


def test_what_is_too_much_is_cut_off(library):
    before = library.fetched_bytes()
    with library.path.open("ab") as file:
        file.write(b"more")
    assert library.verify().damaged == [(len(DATA), len(DATA) + 4)]
    library.get()
    assert library.path.read_bytes() == DATA
    assert library.fetched_bytes() == before


def test_offline_the_damaged_file_stays_as_it_is_and_is_not_used(library, monkeypatch):
    library.flip(0)
    library.verify()
    damaged = library.path.read_bytes()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(GemfitError) as caught:
        library.get()
    assert caught.value.code == "offline"
    assert library.path.read_bytes() == damaged
    assert find(library.folder, library.catalog, "Tiny") is None
    monkeypatch.delenv("HF_HUB_OFFLINE")
    assert library.get()[0].verified


def test_a_repair_that_breaks_off_goes_on_and_the_file_is_not_used_meanwhile(library):
    library.flip(0, 5 * PIECE)
    library.verify()
    library.hub.fault(Fault("cdn", "status", status=404, times=-1))
    with pytest.raises(GemfitError):
        library.get()
    (local,) = scan(library.folder, library.catalog)
    assert (local.complete, local.path) == (False, str(library.path) + PART)
    assert local.resumed_from_bytes == len(DATA) - 2 * PIECE
    library.hub.heal()
    before = library.fetched_bytes()
    assert library.get()[0].verified
    assert library.fetched_bytes() - before <= 2 * PIECE


def test_a_stop_while_it_looks_for_the_damage_changes_nothing(library):
    library.flip(0)
    library.verify()
    damaged = library.path.read_bytes()
    cancelled = threading.Event()

    def on_progress(progress):
        if progress.state == "checking":
            cancelled.set()

    with pytest.raises(GemfitError) as caught:
        library.get(on_progress=on_progress, cancelled=cancelled)
    assert caught.value.code == "cancelled"
    assert library.path.read_bytes() == damaged


def test_an_entirely_different_file_is_kept_aside_and_the_right_one_fetched(library):
    other = random.Random(8).randbytes(len(DATA))
    library.path.write_bytes(other)
    assert library.get()[0].verified
    assert library.path.read_bytes() == DATA
    assert library.path.with_name(FILE + ".wrong").read_bytes() == other


def test_where_it_came_from_is_kept_for_later_through_every_check(library):
    library.verify()
    record = checked(library.path)
    assert (record.repo, record.file) == (REPO, FILE)
    assert record.sha256 == hashlib.sha256(DATA).hexdigest()
    (update,) = look(scan(library.folder, library.catalog), library.catalog, Source(endpoint=library.hub.url))
    assert update.finding == "current"


def mended(library, **arguments):
    source = Source(endpoint=library.hub.url, official=library.hub.url)
    plan = rules(piece_bytes=PIECE)
    return mend(library.path, library.folder, library.catalog, source, rules=plan, **arguments)


def test_a_file_is_mended_in_its_place(library):
    library.flip(PIECE)
    library.verify()
    before = library.fetched_bytes()
    local = mended(library)
    assert (local.verified, local.path) == (True, str(library.path))
    assert library.path.read_bytes() == DATA
    assert library.fetched_bytes() - before == PIECE


def test_a_sound_file_is_left_as_it_is(library):
    before = library.fetched_bytes()
    assert mended(library).verified
    assert library.fetched_bytes() == before


def test_without_notes_about_its_pieces_a_file_is_mended_all_the_same(library):
    library.flip(PIECE)
    shutil.rmtree(paths.data_dir() / "pieces")
    library.verify()
    assert mended(library).verified
    assert library.path.read_bytes() == DATA


def test_a_file_that_no_catalogue_knows_is_mended_from_where_it_came(library):
    library.flip(PIECE)
    library.verify()
    library.catalog = Catalog(schema=1, models=[])
    assert mended(library).verified
    assert library.path.read_bytes() == DATA


def test_a_file_from_nowhere_is_left_as_it_is(library):
    library.path = library.path.rename(library.path.with_name("mine.gguf"))
    with pytest.raises(GemfitError) as caught:
        mended(library)
    assert caught.value.code == "no_source"


def test_another_programs_file_is_never_mended(library, tmp_path):
    library.path = library.path.rename(tmp_path / FILE)
    library.flip(0)
    damaged = library.path.read_bytes()
    with pytest.raises(GemfitError) as caught:
        mended(library)
    assert caught.value.code == "not_ours"
    assert library.path.read_bytes() == damaged
