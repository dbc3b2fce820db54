"""Threads: as many as are fastest, and a core for each that others keep busy."""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemfit.engine import threads


@pytest.mark.parametrize(
    ("cores", "busy", "expected"), [(8, 0.0, 8), (8, 0.4, 8), (8, 1.2, 7), (2, 2.0, 1), (1, 1.0, 1), (0, 0.0, 1)]
)
def test_each_core_that_others_keep_busy_is_left_to_them(cores: int, busy: float, expected: int) -> None:
    assert threads.choose(cores, busy) == expected


@given(st.integers(1, 256), st.floats(0, 256))
def test_there_is_always_a_thread_and_never_more_than_cores(cores: int, busy: float) -> None:
    assert 1 <= threads.choose(cores, busy) <= cores


def test_where_cores_count_twice_others_find_room_beside_the_fastest_number() -> None:
    assert threads.choose(16, 6.0, best=8) == 8
    assert threads.choose(16, 10.0, best=8) == 6


def test_physical_cores_one_less_and_all_are_timed() -> None:
    assert threads.candidates(8, 16) == [7, 8, 16]
    assert threads.candidates(1, 1) == [1]


def test_of_two_as_fast_the_one_that_leaves_more_to_others() -> None:
    assert threads.fastest({2: [0.1, 0.9, 0.1], 1: [0.102, 0.102]}) == 1
    assert threads.fastest({2: [0.1], 1: [0.15], 4: []}) == 2


@given(st.dictionaries(st.integers(1, 64), st.lists(st.floats(1e-6, 10), min_size=1), min_size=1))
def test_the_fastest_is_never_much_slower_than_any(timings: dict[int, list[float]]) -> None:
    medians = {n: statistics.median(steps) for n, steps in timings.items()}
    assert medians[threads.fastest(timings)] <= min(medians.values()) * (1 + threads.NOISE)


def test_threads_are_given_up_at_once_and_taken_back_after_a_while() -> None:
    pace = threads.Pace(4)
    assert pace.threads == 4
    assert pace.look(2.0) == 2
    assert pace.look(0.0) == 2
    assert pace.look(2.0) == 2  # others only paused
    assert pace.look(0.0) == 2
    assert pace.look(0.0) == 4


@given(st.lists(st.floats(0, 64)), st.integers(1, 64), st.integers(1, 64))
def test_the_pace_is_never_faster_than_the_best(looks: list[float], cores: int, best: int) -> None:
    pace = threads.Pace(cores, best)
    for busy_cores in looks:
        assert 1 <= pace.look(busy_cores) <= max(1, min(best, cores))


def test_this_machine_has_cores() -> None:
    assert threads.logical_cores() >= threads.physical_cores() >= 1


def test_what_others_use_is_told_without_our_own_share() -> None:
    spent_s = {"user": 3.0, "idle": 1.0, "guest": 2.0}  # 4 s of 4 cores: 3 busy, and 1 of these by us
    assert threads.others(spent_s, 1.0, 4) == pytest.approx(2.0)
    assert threads.others({"user": 0.0, "idle": 4.0}, 0.1, 4) == 0.0
    assert threads.others({}, 0.0, 4) == 0.0


def test_the_load_of_this_machine_can_be_read() -> None:
    assert 0.0 <= threads.BusyMeter().busy_cores() <= 1024
