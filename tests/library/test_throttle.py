"""A limit of speed that several transfers share."""

import pytest

from gemfit.library.throttle import Throttle


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("transfers", [1, 3])
def test_all_together_are_as_fast_as_the_limit(transfers):
    clock = Clock()
    throttle = Throttle(1_000_000, clock)
    ready, paid = [0.0] * transfers, 0
    while clock.now < 20:
        who = ready.index(min(ready))
        clock.now = max(clock.now, ready[who])
        block = throttle.block_bytes(1 << 20)
        paid += block
        ready[who] = clock.now + throttle.pay(block)
    assert paid / clock.now == pytest.approx(1_000_000, rel=0.05)


def test_without_a_limit_nobody_waits():
    throttle = Throttle(None, Clock())
    assert throttle.block_bytes(1 << 20) == 1 << 20
    assert throttle.pay(1 << 40) == 0


def test_the_limit_can_be_changed_and_lifted_while_they_run():
    clock = Clock()
    throttle = Throttle(1000, clock)
    assert throttle.pay(10_000) == 10
    throttle.bytes_per_s = 100_000
    assert throttle.pay(0) == pytest.approx(0.1)
    throttle.bytes_per_s = None
    assert throttle.pay(1 << 30) == 0
    throttle.bytes_per_s = 1000  # what was read without a limit is not paid for later
    assert throttle.pay(100) <= 0.1


def test_a_slow_limit_is_read_in_small_blocks():
    assert Throttle(100_000).block_bytes(1 << 20) < 10_000
    assert Throttle(1).block_bytes(1 << 20) > 0
