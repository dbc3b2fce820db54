"""What servers, networks and disks do, one line each, and how a download ends then.

Besides what it says itself, each line proves: no wrong byte gets the file's name or is claimed; the token is shown to
the Hub alone; and what was read once is not read again, neither in the run with the fault nor in the next one without,
but for `again` bytes, each of them explained. Bytes are counted where they are read. What the system's buffers still
held of a connection when it ended, a server may have sent without anybody having read it: that is what is in flight.
"""

import dataclasses
import random
import threading
from dataclasses import dataclass
from email.utils import formatdate

import pytest
from msgspec.structs import replace

from gemfit.errors import GemfitError
from gemfit.library.download import download
from gemfit.library.get import get
from gemfit.library.source import Source
from tests.fakes.hub import Fault
from tests.library.claims import check_claims
from tests.library.faults import ALWAYS, CONNECTIONS, MIDDLE, PIECE, SIZE, TOKEN, cdn, file, outcome, small_rules
from tests.library.parts import FILE, REPO, remote_file, tiny_catalog


@dataclass(frozen=True)
class Case:
    """`end`: `done`, or the code of the error; several where a server may be left or sat out.

    `again`: so many bytes at most are read a second time, over all runs until the file is here.
    """

    name: str
    faults: list[Fault]
    end: str = "done"
    again: int = 0


LAST = SIZE - 1


def until_mended(at: int) -> int:
    """Nobody says which piece is wrong: they are fetched again, as many at a time as there are connections, until the
    whole is right. So many bytes, where the wrong byte is the one `at`."""
    at_a_time = PIECE * CONNECTIONS
    return min(SIZE, (at // at_a_time + 1) * at_a_time)


NETWORK = [
    Case("cut at the first byte", [cdn("cut", at=0)]),
    Case("cut in the middle", [cdn("cut", at=MIDDLE)]),
    Case("cut before the last byte", [cdn("cut", at=LAST)]),
    Case("cut between two pieces", [cdn("cut", at=4 * PIECE)]),
    Case("cut one byte into a piece", [cdn("cut", at=4 * PIECE + 1)]),
    Case("cut one byte before the end of a piece", [cdn("cut", at=4 * PIECE - 1)]),
    Case("cut five times, all over the file", [cdn("cut", at=at) for at in range(200_000, SIZE, 600_000)]),
    Case("cut again and again at the same byte", [cdn("cut", at=MIDDLE, times=4)]),
    Case("every connection gives 700,000 bytes and no more", [cdn("cut", after_bytes=700_000, times=ALWAYS)]),
    Case("no connection gives a byte", [cdn("cut", times=ALWAYS)], "network"),
    Case("the last byte never comes", [cdn("cut", at=LAST, times=ALWAYS)], "network"),
    Case("reset at the first byte", [cdn("reset", at=0)]),
    Case("reset in the middle", [cdn("reset", at=MIDDLE)]),
    Case("every connection is reset", [cdn("reset", times=ALWAYS)], "network"),
    Case("silence in the middle of the body", [cdn("hang", at=MIDDLE)]),
    Case("silence before the last byte", [cdn("hang", at=LAST)]),
    Case("silence instead of a head", [cdn("hang", after_bytes=-1)]),
    Case("silence from the Hub itself", [file("hang", after_bytes=-1)]),
    Case("nothing but silence", [cdn("hang", after_bytes=-1, times=ALWAYS)], "network"),
    Case("a head that comes byte by byte", [cdn("slow_head")]),
    Case("a body that comes byte by byte, then the end of the connection", [cdn("drip", at=MIDDLE)]),
    Case("a slow server", [cdn("slow", bytes_per_s=4_000_000)]),
    Case("one connection at a time", []),
    Case("a refused connection", [file("redirect", to="http://127.0.0.1:9/x")]),
    Case("nobody there", [file("redirect", to="http://127.0.0.1:9/x", times=ALWAYS)], "network"),
]

STATUS = [
    *[Case(f"{status} twice", [cdn("status", status=status, times=2)]) for status in (408, 425, 429, 500, 502, 503)],
    *[Case(f"{status} from the Hub", [file("status", status=status, times=2)]) for status in (408, 429, 500, 504)],
    Case("a storm of 429 that says for how long", [cdn("status", status=429, retry_after="1", times=4)]),
    Case("429 until a date", [cdn("status", status=429, retry_after=formatdate(4_000_000_000 - 4e9, usegmt=True))]),
    Case("429 until a word that is no date", [cdn("status", status=429, retry_after="tomorrow")]),
    Case("429 for an hour", [cdn("status", status=429, retry_after="3600")], "busy"),
    Case("429 for ever", [cdn("status", status=429, times=ALWAYS)], "busy"),
    Case(
        "503 for ever after half of the file", [cdn("cut", at=MIDDLE), cdn("status", times=ALWAYS, at=MIDDLE)], "busy"
    ),
    Case("401", [file("status", status=401, times=ALWAYS)], "not_signed_in"),
    Case("403", [file("status", status=403, times=ALWAYS)], "not_allowed"),
    Case("404", [file("status", status=404, times=ALWAYS)], "not_found"),
    Case("410", [file("status", status=410, times=ALWAYS)], "not_found"),
    Case("418", [file("status", status=418, times=ALWAYS)], "bad_answer"),
    Case(
        "401 after half of the file",
        [cdn("cut", at=MIDDLE), file("status", status=401, times=ALWAYS, skip=4)],
        "done or not_signed_in",
    ),
    Case("403 from the CDN: the address ran out", [cdn("status", status=403)]),
    Case("403 from the CDN for ever", [cdn("status", status=403, times=ALWAYS)], "busy"),
    Case("416 once", [cdn("cut", at=MIDDLE), cdn("status", status=416, at=MIDDLE)]),
    Case(
        "416 for ever",
        [cdn("cut", at=MIDDLE), cdn("status", status=416, at=MIDDLE, times=ALWAYS)],
        "bad_answer",
    ),
]

LENGTHS = [
    Case("ten bytes too many announced", [cdn("length", after_bytes=10, times=ALWAYS)], "wrong_length"),
    Case("ten bytes too few announced", [cdn("length", after_bytes=-10)]),
    Case("a hundred bytes too many sent", [cdn("long", after_bytes=100)], "wrong_length", again=1),  # that shows it
    Case("another total", [cdn("cut", at=MIDDLE), cdn("total", at=MIDDLE)], "wrong_length"),
    Case("a page of thirteen bytes instead of the file", [cdn("nonsense", times=ALWAYS)], "wrong_length"),
    Case("Range ignored once", [cdn("cut", at=MIDDLE), cdn("no_range", at=MIDDLE)]),
    Case("Range ignored always", [cdn("no_range", times=ALWAYS)]),
    # Without ranges the way to the missing bytes leads through those that are here.
    Case(
        "Range ignored always, and a cut",
        [cdn("cut", at=MIDDLE), cdn("no_range", at=MIDDLE, times=ALWAYS)],
        again=SIZE,
    ),
    Case("another range than the one asked for", [cdn("cut", at=MIDDLE), cdn("other_range", at=MIDDLE)]),
    Case("an HTTP/1.0 server", [cdn("http10", times=ALWAYS)]),
    Case("chunks instead of a length", [cdn("chunked", after_bytes=SIZE, times=ALWAYS)]),
    Case("cut within a chunk", [cdn("chunked", at=MIDDLE)]),
]

VERSIONS = [
    Case("no ETag anywhere", [file("no_etag", times=ALWAYS), cdn("cut", at=MIDDLE), cdn("no_etag", times=ALWAYS)]),
    Case("a weak ETag", [cdn("cut", at=MIDDLE), cdn("weak_etag", times=ALWAYS)]),
    Case("another ETag on the second connection", [cdn("cut", at=MIDDLE), cdn("other_etag", at=MIDDLE)]),
    Case("another ETag on all connections but the first", [cdn("other_etag", skip=1, times=ALWAYS)]),
    Case("another ETag from the middle on", [cdn("cut", at=MIDDLE), cdn("other_etag", at=MIDDLE, times=ALWAYS)]),
    Case(
        "another ETag, and the Hub names no version",
        [file("no_etag", times=ALWAYS), cdn("cut", at=MIDDLE), cdn("other_etag", at=MIDDLE)],
    ),
    # All that came before it changed, and all of the other file, which is refused by its hash.
    Case("another file from the middle on", [cdn("change", at=MIDDLE)], "hash_mismatch", again=2 * SIZE),
]

ADDRESSES = [
    Case("sent on to a third server", [cdn("redirect", times=ALWAYS)]),
    Case("sent to the right place only the second time", [cdn("redirect", to="{hub}/nothing/here")]),
    Case("sent round in a circle", [cdn("redirect", to="{self}", times=ALWAYS)], "network"),
    Case("sent to another kind of address", [cdn("redirect", to="ftp://127.0.0.1/x", times=ALWAYS)], "network"),
    Case("sent to no address", [cdn("redirect", to="http://", times=ALWAYS)], "network"),
]

NONSENSE = [
    Case("no HTTP", [cdn("garbage")]),
    Case("no HTTP for ever", [cdn("garbage", times=ALWAYS)], "network"),
    Case("a head without end", [cdn("huge_head")]),
    Case("compressed, which nobody asked for", [cdn("gzip")]),
    Case("compressed for ever", [cdn("gzip", times=ALWAYS)], "bad_answer"),
]

HASHES = [
    Case("one bit wrong, once", [cdn("flip", at=MIDDLE)], again=until_mended(MIDDLE)),
    Case("the first bit wrong, once", [cdn("flip", at=0)], again=until_mended(0)),
    Case("the last bit wrong, once", [cdn("flip", at=LAST)], again=until_mended(LAST)),
    Case("three bits wrong, once", [cdn("flip", at=at) for at in (5, MIDDLE, LAST)], again=until_mended(LAST)),
    # Each piece once more, in vain; what has the wrong hash is put aside, and the next run begins anew.
    Case("one bit wrong, always", [cdn("flip", at=MIDDLE, times=ALWAYS)], "hash_mismatch", again=2 * SIZE),
]

STORM = [
    Case(
        f"a storm of twelve faults, seed {seed}",
        [
            random.Random(seed * 100 + i).choice(
                [
                    cdn("cut", after_bytes=i * 90_000 + 400_000),
                    cdn("status", status=429),
                    cdn("status", status=502, at=i * 240_000),
                    cdn("cut", at=i * 240_000),
                    cdn("garbage"),
                    cdn("hang", after_bytes=500_000 + i * 50_000),
                    file("status", status=500),
                ]
            )
            for i in range(12)
        ],
        "done or network or busy",
    )
    for seed in range(3)
]

MATRIX = [*NETWORK, *STATUS, *LENGTHS, *VERSIONS, *ADDRESSES, *NONSENSE, *HASHES, *STORM]


@pytest.mark.parametrize("case", MATRIX, ids=lambda case: case.name)
def test_whatever_goes_wrong_the_bytes_come_out_right_or_the_end_is_clear(
    hub, remote, data, tmp_path, read_bytes, case
):
    folder, patience = tmp_path / "weights", small_rules(0.3 if "hang" in {f.what for f in case.faults} else 5.0)
    hub.at_once = 1 if case.name == "one connection at a time" else None
    hub.fault(*[dataclasses.replace(f, to=f.to.replace("{hub}", hub.url)) for f in case.faults])
    end = outcome(remote, folder, rules=patience)
    assert end in case.end.split(" or ")
    assert check_claims(folder, data) <= SIZE
    hub.heal()
    hub.changed.clear()
    assert outcome(remote, folder) == "done"
    assert (folder / FILE).read_bytes() == data
    assert hub.saw(TOKEN) == ["hub"]
    assert SIZE <= read_bytes() <= SIZE + case.again


METADATA = [
    ("the API is busy twice", Fault("api", "status", times=2), "done"),
    ("the API says to wait", Fault("api", "status", status=429, retry_after="1"), "done"),
    ("the API is busy for ever", Fault("api", "status", times=ALWAYS), "busy"),
    ("the API gives a page", Fault("api", "nonsense", times=ALWAYS), "bad_answer"),
    ("the API speaks no HTTP", Fault("api", "garbage", times=ALWAYS), "network"),
    ("the API wants to know who asks", Fault("api", "status", status=401, times=ALWAYS), "not_signed_in"),
    ("the API allows it to others", Fault("api", "status", status=403, times=ALWAYS), "not_allowed"),
    ("the API knows no such repository", Fault("api", "status", status=404, times=ALWAYS), "not_found"),
]


@pytest.mark.parametrize(("fault", "end"), [line[1:] for line in METADATA], ids=[line[0] for line in METADATA])
def test_without_sound_metadata_nothing_is_downloaded(hub, data, tmp_path, fault, end):
    hub.add(REPO, FILE, data)
    hub.fault(fault)
    assert outcome_of_get(hub, data, tmp_path) == end
    assert hub.saw(TOKEN) == ["hub"]
    assert hub.sent_bytes() == (SIZE if end == "done" else 0)


def test_a_hub_that_says_another_hash_is_not_believed(hub, data, tmp_path):
    hub.add(REPO, FILE, data)
    hub.hashes[FILE] = "0" * 64
    assert outcome_of_get(hub, data, tmp_path) == "hash_differs"
    assert hub.sent_bytes() == 0


def test_a_hub_that_says_another_size_is_not_believed(hub, data, tmp_path):
    hub.add(REPO, FILE, data)
    hub.sizes[FILE] = SIZE + 1
    assert outcome_of_get(hub, data, tmp_path) == "size_differs"
    assert hub.sent_bytes() == 0


def outcome_of_get(hub, data, tmp_path) -> str:
    source = Source(endpoint=hub.url, official=hub.url, token=TOKEN)
    try:
        get(tiny_catalog(data), "tiny", "q4_0", weights_dir=tmp_path / "w", source=source, rules=small_rules())
    except GemfitError as error:
        return error.code
    assert (tmp_path / "w" / "Tiny" / "q4_0" / FILE).read_bytes() == data
    return "done"


def test_a_published_hash_that_the_bytes_do_not_have_is_no_reason_to_lose_them(hub, remote, tmp_path, read_bytes):
    folder = tmp_path / "weights"
    assert outcome(replace(remote, sha256="0" * 64), folder) == "hash_mismatch"
    assert not (folder / FILE).exists()
    assert any(path.stat().st_size == SIZE for path in folder.iterdir())
    assert read_bytes() == SIZE  # the Hub says itself that it has another file: nothing is fetched again


def test_another_cdn_server_between_two_runs_costs_nothing(hub, remote, data, tmp_path, read_bytes):
    folder = tmp_path / "weights"
    hub.fault(cdn("cut", at=MIDDLE), cdn("status", times=ALWAYS, at=MIDDLE))
    assert outcome(remote, folder) == "busy"
    hub.heal()
    hub.cdn_name = "b"
    got = download(remote, folder, rules=small_rules())
    assert got.resumed_from_bytes > 0
    assert (folder / FILE).read_bytes() == data
    assert read_bytes() == SIZE


def test_a_file_replaced_between_two_runs_is_fetched_anew_and_never_mixed(hub, remote, tmp_path, read_bytes):
    folder = tmp_path / "weights"
    hub.fault(cdn("cut", at=MIDDLE), cdn("status", times=ALWAYS, at=MIDDLE))
    assert outcome(remote, folder) == "busy"
    hub.heal()
    before = read_bytes()
    other = random.Random(8).randbytes(SIZE)
    hub.add(REPO, FILE, other)
    assert outcome(remote_file(hub, other), folder) == "done"
    assert (folder / FILE).read_bytes() == other
    assert read_bytes() == before + SIZE


def test_a_body_that_trickles_for_ever_can_be_stopped(hub, remote, data, tmp_path, read_bytes):
    folder, cancelled = tmp_path / "weights", threading.Event()
    hub.fault(cdn("cut", at=MIDDLE), cdn("slow", bytes_per_s=200, at=MIDDLE, times=ALWAYS))

    def stop_when_it_trickles(_progress) -> None:
        if sum(r.start + r.sent_bytes for r in hub.requests("cdn") if r.start <= MIDDLE) > MIDDLE:
            cancelled.set()

    assert outcome(remote, folder, on_progress=stop_when_it_trickles, cancelled=cancelled) == "cancelled"
    check_claims(folder, data)
    hub.heal()
    assert outcome(remote, folder) == "done"
    assert (folder / FILE).read_bytes() == data
    assert read_bytes() == SIZE


def test_the_matrix_is_as_large_as_it_claims():
    names = [case.name for case in MATRIX]
    assert len(names) >= 40
    assert len(set(names)) == len(names)
