"""When a child hangs and when it only takes its time. The clock is made up."""

import pytest

from gemfit.engine.protocol import Beat, PromptProgress
from gemfit.engine.watch import DEVICE_WORK_S, LIFE_S, PROGRESS_S, WORK_S, Watch


def beat(cpu_s: float = 0.0, read_bytes: int = 0, nodes: int | None = None) -> Beat:
    return Beat(doing="prompt", cpu_s=cpu_s, read_bytes=read_bytes, nodes=nodes)


def lasts(
    watch: Watch, until_s: int, *, busy: bool = False, beats: bool = True, nodes: bool = False, read: int = 0
) -> int:
    """The second at which it is found to hang; `until_s` if it is not."""
    for second in range(1, until_s):
        if beats:
            watch.heard(beat(read_bytes=read * second, nodes=second if nodes else 0), second)
        watch.seen(second * 1.0 if busy else second * 0.001, second)
        if watch.hangs(second):
            return second
    return until_s


def test_a_child_without_a_sign_of_life_hangs():
    assert lasts(Watch(0.0), 10_000, beats=False) == pytest.approx(LIFE_S, abs=2)


def test_a_child_that_beats_and_does_nothing_hangs():
    assert lasts(Watch(0.0), 10_000) == pytest.approx(WORK_S, abs=2)


def test_a_device_may_compute_while_its_process_waits():
    watch = Watch(0.0)
    watch.on_devices = True
    assert lasts(watch, 10_000) == pytest.approx(DEVICE_WORK_S, abs=2)


def test_threads_that_turn_in_circles_hang_in_the_end():
    assert lasts(Watch(0.0), 10_000, busy=True) == pytest.approx(PROGRESS_S, abs=2)


def test_a_native_call_that_holds_the_interpreter_is_alive_while_it_computes():
    assert lasts(Watch(0.0), 10_000, busy=True, beats=False) == pytest.approx(PROGRESS_S, abs=2)


@pytest.mark.parametrize("sign", [{"nodes": True}, {"read": 1 << 20}])
def test_a_long_prompt_or_a_slow_disk_is_no_hang(sign: dict[str, int]):
    assert lasts(Watch(0.0), 10_000, busy=True, **sign) == 10_000
    assert lasts(Watch(0.0), 10_000, **sign) == 10_000


def test_a_word_counts_for_everything():
    watch = Watch(0.0)
    for second in range(0, 10_000, int(LIFE_S)):
        assert not watch.hangs(second)
        watch.heard(PromptProgress(request_id=1, done_tokens=second, total_tokens=10_000), second)


def test_time_in_which_nothing_was_asked_does_not_count():
    watch = Watch(0.0)
    watch.begins(50_000.0)
    assert not watch.hangs(50_001.0)
    assert watch.hangs(50_000.0 + LIFE_S + 1)
