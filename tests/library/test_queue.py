"""The queue as a value: its operations, and which files run now."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gemfit.catalog.types import CatalogFile
from gemfit.library import queue as ops
from gemfit.library.queue import Entry, Queue, QueuedFile
from gemfit.library.queue_plan import Limits, NoRoom, Space, Start, Stop, next_actions
from gemfit.words import say

GIB = 1 << 30
NOW = 1_000_000.0


def file(name: str = "w.gguf", role="weights", **values) -> QueuedFile:
    return QueuedFile(source=CatalogFile(file=name, repo="acme/tiny", role=role), **{"total_bytes": 100, **values})


def entry(id_: str, *files: QueuedFile, **values) -> Entry:
    folder = values.pop("folder", f"/weights/{id_}")
    return Entry(id=id_, title=id_, weights_dir="/weights", folder=folder, files=files or (file(),), **values)


def queue(*entries: Entry) -> Queue:
    return Queue(entries=entries)


def order(queue: Queue) -> list[str]:
    return [entry.id for entry in queue]


def test_what_is_added_comes_last():
    assert order(ops.add(queue(entry("a")), entry("b"))) == ["a", "b"]


def test_the_same_model_once_more_goes_on_where_it_is_and_takes_the_new_files():
    stuck = entry("a", file(state="failed", code="not_found"), model="E2B", build="q4_0", folder="/w", paused=True)
    again = entry("b", file(), file("p.gguf", "projector"), model="E2B", build="q4_0", folder="/w")
    changed = ops.add(queue(stuck, entry("c")), again)
    assert order(changed) == ["a", "c"]
    merged = changed.entry("a")
    assert [f.name for f in merged.files] == ["w.gguf", "p.gguf"]
    assert (merged.state, merged.paused, merged.files[0].code) == ("waiting", False, "")


def test_the_same_model_into_another_folder_is_another_entry():
    one, two = entry("a", model="E2B", build="q4_0", folder="/w"), entry("b", model="E2B", build="q4_0", folder="/x")
    assert order(ops.add(queue(one), two)) == ["a", "b"]


def test_files_of_one_repository_are_entries_of_their_own_unless_they_have_one_in_common():
    one, other = entry("a", file("1"), folder="/w"), entry("b", file("2"), folder="/w")
    assert order(ops.add(queue(one), other)) == ["a", "b"]
    both = entry("c", file("2"), file("3"), folder="/w")
    merged = ops.add(queue(one, other), both)
    assert [[f.name for f in e.files] for e in merged] == [["1"], ["2", "3"]]


def test_a_done_entry_gives_way_to_a_new_one():
    done = entry("a", file(state="done"), model="E2B", build="q4_0", folder="/w")
    assert order(ops.add(queue(done, entry("c")), entry("b", model="E2B", build="q4_0", folder="/w"))) == ["c", "b"]


def test_an_entry_can_be_moved_to_any_place():
    three = queue(entry("a"), entry("b"), entry("c"))
    assert order(ops.move(three, "c", 0)) == ["c", "a", "b"]
    assert order(ops.move(three, "a", 1)) == ["b", "a", "c"]
    assert order(ops.move(three, "a", 99)) == ["b", "c", "a"]
    assert order(ops.move(three, "b", -5)) == ["b", "a", "c"]


def test_pause_keeps_what_is_done_as_it_is():
    paused = ops.pause_all(queue(entry("a"), entry("b", file(state="done"))))
    assert [e.state for e in paused] == ["paused", "done"]
    assert [e.state for e in ops.resume_all(paused)] == ["waiting", "done"]


def test_retry_wakes_what_is_in_trouble_and_nothing_else():
    mixed = entry("a", file(state="failed", code="x", sentence=say("no")), file("d", state="done"), paused=True)
    again = ops.retry(queue(mixed), "a").entry("a")
    assert [f.state for f in again.files] == ["waiting", "done"]
    assert (again.paused, again.sentence) == (False, None)


def test_done_entries_are_cleared_and_others_stay():
    assert order(ops.clear_done(queue(entry("a", file(state="done")), entry("b"), entry("c")))) == ["b", "c"]


def test_after_a_restart_nothing_runs_and_what_waited_is_tried_again():
    states = ("downloading", "verifying", "offline", "no_room", "failed", "done")
    before = entry("a", *[file(s, state=s, speed_bps=3.0, retry_at_s=NOW) for s in states])
    after = ops.revived(queue(before)).entry("a")
    assert [f.state for f in after.files] == ["waiting", "waiting", "waiting", "waiting", "failed", "done"]
    assert all(f.speed_bps == 0 and f.retry_at_s is None for f in after.files[:4])


@pytest.mark.parametrize(
    ("states", "paused", "told"),
    [
        (["waiting"], False, "waiting"),
        (["waiting", "done"], False, "waiting"),
        (["asking", "waiting"], False, "downloading"),
        (["verifying", "downloading"], False, "downloading"),
        (["verifying", "done"], False, "verifying"),
        (["downloading", "failed"], False, "downloading"),
        (["failed", "done", "offline"], False, "failed"),
        (["no_room", "waiting"], False, "no_room"),
        (["offline", "done"], False, "offline"),
        (["downloading"], True, "paused"),
        (["failed"], True, "paused"),
        (["done", "done"], True, "done"),
    ],
)
def test_the_state_of_an_entry_is_told_in_one_word(states, paused, told):
    files = [file(str(number), state=state) for number, state in enumerate(states)]
    assert entry("a", *files, paused=paused).state == told


def test_an_entry_in_trouble_says_which():
    stuck = entry("a", file(state="done"), file("p", state="failed", code="not_found", sentence=say("It is gone.")))
    assert (stuck.code, str(stuck.sentence)) == ("not_found", "It is gone.")
    assert entry("b").trouble is None
    assert entry("c", file(state="done")).trouble is None


def test_the_totals_leave_out_what_is_done_and_count_the_room_that_parts_have_already():
    running = entry("a", file(state="downloading", done_bytes=40, held_bytes=100, speed_bps=10.0))
    waiting = entry("b", file(total_bytes=1000, held_bytes=300, done_bytes=300))
    paused = entry("c", file(total_bytes=50), paused=True)
    done = entry("d", file(state="done", done_bytes=100))
    sums = ops.totals(queue(running, waiting, paused, done))
    assert (sums.left_bytes, sums.needed_bytes) == (60 + 700, 0 + 700 + 50)
    assert (sums.speed_bps, sums.remaining_s) == (10.0, 76.0)
    assert (sums.files_under_way, sums.entries_unfinished) == (1, 3)


# Which files run now.


def actions(queue: Queue, parallel: int = 2, free: int | None = None, total: int = 100 * GIB, now: float = NOW):
    spaces = {} if free is None else {e.folder: Space(disk="d", free_bytes=free, total_bytes=total) for e in queue}
    return next_actions(queue, Limits(parallel_files=parallel), spaces, now)


def test_as_many_files_begin_as_may_run_in_order():
    both = entry("a", file(), file("p.gguf", "projector"))
    assert actions(queue(both, entry("b"))) == [Start("a", "w.gguf"), Start("a", "p.gguf")]
    assert actions(queue(both, entry("b")), parallel=3)[2] == Start("b", "w.gguf")


def test_what_runs_takes_a_place_wherever_it_is():
    assert actions(queue(entry("a"), entry("b"), entry("c", file(state="verifying")))) == [Start("a", "w.gguf")]


def test_with_a_lower_limit_the_last_in_order_stops():
    running = [entry(id_, file(state="downloading")) for id_ in "abc"]
    assert actions(queue(*running), parallel=1) == [Stop("b", "w.gguf"), Stop("c", "w.gguf")]


def test_what_is_paused_stops_and_the_next_takes_its_place():
    paused = entry("a", file(state="downloading"), paused=True)
    assert actions(queue(paused, entry("b")), parallel=1) == [Stop("a", "w.gguf"), Start("b", "w.gguf")]


def test_what_does_not_fit_waits_for_room_and_what_fits_goes_on():
    big, small = entry("a", file(total_bytes=60 * GIB)), entry("b", file(total_bytes=GIB))
    assert actions(queue(big, small), free=50 * GIB) == [
        NoRoom("a", "w.gguf", 60 * GIB, 50 * GIB),
        Start("b", "w.gguf"),
    ]


def test_the_reserve_is_2_gib_or_a_twentieth_of_a_small_disk():
    one = queue(entry("a", file(total_bytes=10 * GIB)))
    assert actions(one, free=12 * GIB) == [Start("a", "w.gguf")]
    assert isinstance(actions(one, free=12 * GIB - 1)[0], NoRoom)
    small = queue(entry("a", file(total_bytes=GIB)))
    assert actions(small, free=GIB + GIB // 2, total=10 * GIB) == [Start("a", "w.gguf")]
    assert isinstance(actions(small, free=GIB + GIB // 2 - 1, total=10 * GIB)[0], NoRoom)


def test_what_runs_needs_its_room_still():
    running = entry("a", file(state="downloading", total_bytes=8 * GIB, done_bytes=GIB, held_bytes=GIB))
    assert isinstance(actions(queue(running, entry("b", file(total_bytes=4 * GIB))), free=12 * GIB)[0], NoRoom)
    allocated = replace(running, files=(replace(running.files[0], held_bytes=8 * GIB),))
    assert actions(queue(allocated, entry("b", file(total_bytes=4 * GIB))), free=12 * GIB) == [Start("b", "w.gguf")]


def test_at_the_reserve_what_needs_more_stops_and_what_has_its_room_goes_on():
    growing = entry("a", file(state="downloading", total_bytes=8 * GIB, done_bytes=GIB))
    complete = entry("b", file(state="verifying", total_bytes=GIB, done_bytes=GIB))
    assert actions(queue(growing, complete), free=2 * GIB - 1) == [NoRoom("a", "w.gguf", 7 * GIB, 2 * GIB - 1)]


def test_what_waits_for_room_is_told_once_and_goes_on_when_there_is_some():
    waiting = queue(entry("a", file(state="no_room", total_bytes=8 * GIB, retry_at_s=0.0)))
    assert actions(waiting, free=4 * GIB) == []
    assert actions(waiting, free=10 * GIB) == [Start("a", "w.gguf")]


def test_a_file_of_unknown_size_may_ask():
    assert actions(queue(entry("a", file(total_bytes=0))), free=3 * GIB) == [Start("a", "w.gguf")]


def test_what_lost_the_network_is_tried_again_in_time_and_what_failed_is_not():
    lost = queue(entry("a", file(state="offline", retry_at_s=NOW)))
    assert actions(lost, now=NOW - 1) == []
    assert actions(lost, now=NOW) == [Start("a", "w.gguf")]
    assert actions(queue(entry("a", file(state="offline")), entry("b", file(state="failed")))) == []


def test_what_another_process_downloads_is_looked_at_again_later():
    elsewhere = queue(entry("a", file(code="in_use", retry_at_s=NOW)))
    assert actions(elsewhere, now=NOW - 1) == []
    assert actions(elsewhere) == [Start("a", "w.gguf")]


def test_two_disks_have_room_of_their_own():
    one, two = entry("a", file(total_bytes=9 * GIB)), entry("b", file(total_bytes=9 * GIB))
    spaces = {
        one.folder: Space(disk="1", free_bytes=12 * GIB, total_bytes=100 * GIB),
        two.folder: Space(disk="2", free_bytes=12 * GIB, total_bytes=100 * GIB),
    }
    assert len(next_actions(queue(one, two), Limits(), spaces, NOW)) == 2
    same = {**spaces, two.folder: replace(spaces[two.folder], disk="1")}
    assert [type(a) for a in next_actions(queue(one, two), Limits(), same, NOW)] == [Start, NoRoom]


# Whatever is done with it, in whatever order.

STATES = ("waiting", "asking", "downloading", "verifying", "no_room", "offline", "failed", "done")
IDS = st.sampled_from("abcde")


@st.composite
def files(draw):
    count = draw(st.integers(1, 3))
    sizes = st.integers(0, 6 * GIB)
    made = []
    for number in range(count):
        total = draw(sizes)
        state = draw(st.sampled_from(STATES))
        done = total if state == "done" else draw(st.integers(0, total))
        retry = draw(st.sampled_from([None, 0.0, NOW + 5]))
        held = draw(st.integers(done, total))
        values = {"state": state, "total_bytes": total, "done_bytes": done, "held_bytes": held, "retry_at_s": retry}
        made.append(file(str(number), **values))
    return tuple(made)


@st.composite
def queues(draw):
    ids = draw(st.lists(IDS, unique=True))
    return queue(*[entry(id_, *draw(files()), paused=draw(st.booleans())) for id_ in ids])


@st.composite
def operations(draw):
    id_ = draw(IDS)
    change = draw(
        st.sampled_from(
            ["add", "pause", "resume", "move", "cancel", "retry", "clear", "pause all", "resume all", "note"]
        )
    )
    match change:
        case "add":
            new = entry(id_, *draw(files()))
            return lambda q: ops.add(q, new)
        case "move":
            place = draw(st.integers(-2, 7))
            return lambda q: ops.move(q, id_, place)
        case "note":
            state = draw(st.sampled_from(STATES))
            return lambda q: ops.update(q, id_, "0", state=state)
    plain = {"pause": ops.pause, "resume": ops.resume, "cancel": ops.cancel, "retry": ops.retry}
    whole = {"clear": ops.clear_done, "pause all": ops.pause_all, "resume all": ops.resume_all}
    return whole[change] if change in whole else lambda q: plain[change](q, id_)


@given(queues(), st.lists(operations(), max_size=12))
def test_no_operation_loses_or_doubles_an_entry(start, changes):
    now = start
    for change in changes:
        before, now = now, change(now)
        assert len(set(order(now))) == len(order(now))
        for kept in now:
            was = before.entry(kept.id)
            if was is not None and was.state == "done" and kept.state == "done":
                assert [f.done_bytes for f in kept.files] == [f.done_bytes for f in was.files]
        gone = set(order(before)) - set(order(now))
        assert len(gone) <= 1 or all(before.entry(id_).state == "done" for id_ in gone)


@given(queues(), st.integers(0, 3))
def test_an_operation_on_what_is_not_there_any_more_does_nothing(start, place):
    for operation in (ops.pause, ops.resume, ops.retry, ops.cancel):
        assert operation(start, "gone") == start
    assert ops.move(start, "gone", place) == start
    assert ops.update(start, "gone", "0", state="done") == start


def carried_out(start: Queue, todo) -> Queue:
    for action in todo:
        states = {Start: "downloading", Stop: "waiting", NoRoom: "no_room"}
        changes = {"state": states[type(action)], "retry_at_s": 0.0 if isinstance(action, NoRoom) else None}
        start = ops.update(start, action.entry, action.file, **changes)
    return start


@given(queues(), st.integers(1, 5), st.integers(0, 20 * GIB))
def test_no_more_run_than_may_and_none_into_the_reserve(start, parallel, free):
    todo = actions(start, parallel, free)
    after = carried_out(start, todo)
    running = [(e, f) for e in after for f in e.files if f.under_way]
    assert len(running) <= parallel
    assert not any(e.paused for e, _ in running)
    begun = [after.entry(a.entry).file(a.file) for a in todo if isinstance(a, Start)]
    if any(f.needed_bytes for f in begun):
        reserve = min(2 * GIB, 5 * GIB)
        assert sum(f.needed_bytes for _, f in running) <= free - reserve


@given(queues(), st.integers(1, 5), st.integers(0, 20 * GIB))
def test_once_carried_out_there_is_nothing_more_to_do(start, parallel, free):
    """But for the places that a stop makes free: they are taken at the next look."""
    once = carried_out(start, actions(start, parallel, free))
    twice = carried_out(once, actions(once, parallel, free))
    assert actions(twice, parallel, free) == []


@given(queues(), st.integers(1, 5), st.integers(0, 20 * GIB))
def test_while_something_can_begin_no_place_stays_empty(start, parallel, free):
    todo = actions(start, parallel, free)
    after = carried_out(start, todo)
    running = sum(f.under_way for e in after for f in e.files)
    waiting = [f for e in after if not e.paused for f in e.files if f.state == "waiting" and f.retry_at_s is None]
    if running < parallel and not any(isinstance(a, Stop | NoRoom) for a in todo):
        assert waiting == []
