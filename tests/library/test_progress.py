"""Speed and time left as a person sees them."""

from gemfit.library.progress import Reporter, Speed
from gemfit.words import say


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_steady_speed_is_shown_as_it_is():
    speed = Speed()
    for second in range(10):
        bps = speed.sample(float(second), second * 500)
    assert bps == 500


def test_a_jump_shows_slowly():
    speed = Speed()
    speed.sample(0.0, 0)
    speed.sample(1.0, 100)
    assert 100 < speed.sample(2.0, 1100) < 500


def test_no_time_between_two_samples_changes_nothing():
    speed = Speed()
    speed.sample(0.0, 0)
    speed.sample(1.0, 100)
    assert speed.sample(1.0, 200) == 100


def test_it_is_told_ten_times_a_second_and_at_every_change():
    clock, told = Clock(), []
    reporter = Reporter("x", 1000, told.append, clock)
    for n in range(100):
        clock.now = n / 100
        reporter.report("downloading", n)
    assert 9 <= len(told) <= 11
    reporter.report("verifying", 1000)
    assert told[-1].state == "verifying"
    reporter.report("verifying", 1000, say("a sentence is never held back"))
    assert told[-1].sentence is not None


def test_the_time_left_follows_the_speed():
    clock, told = Clock(), []
    reporter = Reporter("x", 1000, told.append, clock)
    reporter.report("downloading", 0)
    assert told[-1].remaining_s is None
    clock.now = 2.0
    reporter.report("downloading", 200)
    assert (told[-1].speed_bps, told[-1].remaining_s) == (100, 8)


def test_a_pause_does_not_count_as_slowness():
    clock, told = Clock(), []
    reporter = Reporter("x", 1000, told.append, clock)
    reporter.report("downloading", 0)
    clock.now = 1.0
    reporter.report("downloading", 100)
    reporter.report("retrying", 100)
    clock.now = 60.0
    reporter.report("downloading", 100)
    assert told[-1].speed_bps == 100
