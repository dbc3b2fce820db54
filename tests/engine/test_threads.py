"""Threads: physical cores, one less when others are busy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemfit.engine import threads


@pytest.mark.parametrize(
    ("cores", "busy", "expected"), [(8, 0.0, 8), (8, 0.4, 8), (8, 1.2, 7), (2, 2.0, 1), (1, 1.0, 1), (0, 0.0, 1)]
)
def test_one_core_is_left_to_others_when_they_are_busy(cores: int, busy: float, expected: int) -> None:
    assert threads.choose(cores, busy) == expected


@given(st.integers(1, 256), st.floats(0, 256))
def test_there_is_always_a_thread_and_never_more_than_cores(cores: int, busy: float) -> None:
    assert 1 <= threads.choose(cores, busy) <= cores


def test_this_machine_has_cores() -> None:
    assert threads.physical_cores() >= 1


def test_what_others_use_is_told_without_our_own_share() -> None:
    spent_s = {"user": 3.0, "idle": 1.0, "guest": 2.0}  # 4 s of 4 cores: 3 busy, and 1 of these by us
    assert threads.others(spent_s, 1.0, 4) == pytest.approx(2.0)
    assert threads.others({"user": 0.0, "idle": 4.0}, 0.1, 4) == 0.0
    assert threads.others({}, 0.0, 4) == 0.0


def test_the_load_of_this_machine_can_be_read() -> None:
    assert 0.0 <= threads.BusyMeter().busy_cores() <= 1024
