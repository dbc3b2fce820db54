"""Foreign code is broken off when it takes too long or too much, and nothing of the bounds is left after it."""

import sys

import pytest

from gemfit.engine import bounded, template
from gemfit.engine.bounded import bounded as within
from gemfit.engine.protocol import ChatMessage
from gemfit.engine.template import ChatTemplate
from gemfit.errors import GemfitError

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux alone")


def test_what_is_quick_goes_through() -> None:
    with within():
        found = sum(range(1000))
    assert found == 499_500


def test_what_has_no_end_is_broken_off() -> None:
    def endless() -> None:
        while True:
            pass

    with pytest.raises(TimeoutError), within(time_s=0.05):
        endless()


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

    with pytest.raises(TimeoutError), within(time_s=0.05):
        endless()
    assert swallowed == 3


@on_linux
def test_what_takes_too_much_is_refused_and_the_limit_is_lifted_again() -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(MemoryError), within(more_bytes=1 << 24):
        bytearray(1 << 28)
    assert resource.getrlimit(resource.RLIMIT_AS) == before
    assert len(bytearray(1 << 28)) == 1 << 28


@on_linux
def test_a_limit_that_was_there_is_not_raised() -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    own = 1 << 46 if hard == resource.RLIM_INFINITY else hard
    resource.setrlimit(resource.RLIMIT_AS, (own, hard))
    try:
        with within(more_bytes=1 << 50):
            assert resource.getrlimit(resource.RLIMIT_AS)[0] == own
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
    monkeypatch.setattr(template, "bounded", lambda: within(time_s=0.3, more_bytes=1 << 26))
    with pytest.raises(GemfitError) as refused:
        ChatTemplate(source, bos="", eos="").render([ChatMessage("user", "Hello")], think=False)
    assert refused.value.code == "template_bad"
    assert bounded.TIME_S > 1


def test_a_template_has_no_random_text() -> None:
    with pytest.raises(GemfitError, match="'lipsum' is undefined"):
        ChatTemplate("{{ lipsum() }}", bos="", eos="").render([ChatMessage("user", "Hello")], think=False)
