"""Foreign code is broken off when it takes too long or too much, and nothing of the bounds is left after it."""

import contextlib
import sys
import threading
import time

import pytest

from gemfit.engine import bounded, template
from gemfit.engine.bounded import bounded as within
from gemfit.engine.protocol import ChatMessage
from gemfit.engine.template import ChatTemplate
from gemfit.errors import GemfitError

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux alone")


def test_what_is_quick_goes_through() -> None:
    assert within(lambda: sum(range(1000))) == 499_500


def test_what_has_no_end_is_broken_off() -> None:
    def endless() -> None:
        while True:
            pass

    with pytest.raises(TimeoutError):
        within(endless, time_s=0.05)


def test_what_swallows_it_is_broken_off_again() -> None:
    swallowed = 0

    def endless() -> None:
        nonlocal swallowed
        while True:
            try:
                while True:
                    pass
            except TimeoutError:
                swallowed += 1
                if swallowed == 3:
                    raise

    with pytest.raises(TimeoutError):
        within(endless, time_s=0.05)
    assert swallowed == 3


def test_whatever_is_done_when_the_time_is_up_nothing_is_sent_after_it() -> None:
    """What ends at the very moment may end either way; a timer that went on would break off anything that comes next,
    and what it hits in the start of a thread never returns."""

    def almost(seconds: float) -> str:
        until = time.thread_time() + seconds
        while time.thread_time() < until:
            pass
        return "done"

    for number in range(100):
        with contextlib.suppress(TimeoutError):
            assert within(lambda n=number: almost(0.0015 + n % 20 * 5e-5), time_s=0.002) == "done"
        assert not [thread for thread in threading.enumerate() if thread.name == "bound"]


@on_linux
def test_a_busy_machine_is_no_reason_to_break_off() -> None:
    """Only what the thread itself takes of the processor counts; waiting for it does not."""
    assert within(lambda: time.sleep(0.3) or "done", time_s=0.1) == "done"


@on_linux
def test_what_takes_too_much_is_refused_and_the_limit_is_lifted_again() -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(MemoryError):
        within(lambda: bytearray(1 << 28), more_bytes=1 << 24)
    assert resource.getrlimit(resource.RLIMIT_AS) == before
    assert len(bytearray(1 << 28)) == 1 << 28


@on_linux
def test_a_limit_that_was_there_is_not_raised() -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    own = 1 << 46 if hard == resource.RLIM_INFINITY else hard
    resource.setrlimit(resource.RLIMIT_AS, (own, hard))
    try:
        assert within(lambda: resource.getrlimit(resource.RLIMIT_AS)[0], more_bytes=1 << 50) == own
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        pytest.param(
            "{% set n = namespace(s='a' * 99999) %}{% for i in range(40) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
            marks=on_linux,
        ),
        "{% set n = namespace(x=9) %}{% for i in range(99) %}{% set n.x = n.x * n.x %}{% endfor %}",
    ],
    ids=["loops", "text", "numbers"],
)
def test_a_template_without_measure_is_refused(monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    monkeypatch.setattr(template, "bounded", lambda work: within(work, 0.3, 1 << 26))
    with pytest.raises(GemfitError) as refused:
        ChatTemplate(source, bos="", eos="").render([ChatMessage("user", "Hello")], think=False)
    assert refused.value.code == "template_bad"
    assert bounded.TIME_S > 1


def test_a_template_has_no_random_text() -> None:
    with pytest.raises(GemfitError, match="'lipsum' is undefined"):
        ChatTemplate("{{ lipsum() }}", bos="", eos="").render([ChatMessage("user", "Hello")], think=False)


def test_where_no_thread_can_be_started_the_template_is_not_blamed(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", none)
    with pytest.raises(GemfitError, match="not enough memory") as refused:
        ChatTemplate("{{ messages }}", bos="", eos="")
    assert refused.value.code == "out_of_memory"
