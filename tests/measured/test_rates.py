"""Rates from timings: what went into made-up times comes out of them again."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemfit.fit.types import DeviceRates
from gemfit.fit.work import Work, prompt_amounts, seconds, token_amounts
from gemfit.measured.rates import Timing, rates_of, solve

RATES = DeviceRates(
    device="",
    threads=2,
    fixed_s=0.0004,
    layer_s=0.00009,
    vocab_s=5e-9,
    read_bps={"q4_0": 25e9, "q4_0:experts": 21e9, "bf16": 27e9},
    attention_s=1.4e-10,
    prompt_flops={"q4_0": 240e9, "q4_0:experts": 100e9, "bf16": 290e9},
    prompt_attention_s=1.3e-10,
    element_s=6e-9,
)


def work(blocks: int, vocab: int = 2048, **read: float) -> Work:
    named = {name.replace("__", ":"): n * 1e6 for name, n in read.items()}
    return Work("", blocks, 1536, named, {"q4_0": vocab * 864.0}, vocab, blocks * 512, blocks * 2048, 512)


WORKS = [
    (work(6, q4_0=177), 64),
    (work(15, q4_0=70), 64),
    (work(15, q4_0=70), 512),
    (work(2, q4_0=262), 64),
    (work(2, q4_0=67, q4_0__experts=53), 256),
    (work(4, bf16=420), 64),
    (work(2, 262_144, q4_0=13), 64),
    (work(1, q4_0=20), 64),
]


def timings(rates: DeviceRates) -> list[Timing]:
    return [Timing(w, n, seconds(prompt_amounts(w, n), rates), seconds(token_amounts(w, n), rates)) for w, n in WORKS]


def test_the_rates_that_made_the_times_are_found_again():
    found = rates_of("", 2, timings(RATES))
    assert found.threads == 2
    assert found.read_bps == pytest.approx(RATES.read_bps, rel=0.01)
    assert found.prompt_flops == pytest.approx(RATES.prompt_flops, rel=0.01)
    assert found.layer_s == pytest.approx(RATES.layer_s, rel=0.02)
    assert found.attention_s == pytest.approx(RATES.attention_s, rel=0.02)
    assert found.prompt_attention_s == pytest.approx(RATES.prompt_attention_s, rel=0.02)


@settings(deadline=None, max_examples=20)
@given(st.lists(st.floats(0.95, 1.05), min_size=8, max_size=8))
def test_times_that_are_a_little_off_give_speeds_that_are_a_little_off(noise: list[float]):
    noisy = [
        t._replace(prompt_s=t.prompt_s * n, token_s=t.token_s * n) for t, n in zip(timings(RATES), noise, strict=True)
    ]
    found = rates_of("", 2, noisy)
    model = work(35, 262_144, q4_0=1050)
    assert seconds(token_amounts(model, 512), found) == pytest.approx(
        seconds(token_amounts(model, 512), RATES), rel=0.15
    )
    assert seconds(prompt_amounts(model, 512), found) == pytest.approx(
        seconds(prompt_amounts(model, 512), RATES), rel=0.15
    )


def test_a_device_that_is_ten_times_as_fast_has_ten_times_the_rates():
    slow = timings(RATES)
    fast = [t._replace(prompt_s=t.prompt_s / 10, token_s=t.token_s / 10) for t in slow]
    for name, bps in rates_of("", 2, slow).read_bps.items():
        assert rates_of("", 2, fast).read_bps[name] == pytest.approx(10 * bps, rel=0.01)


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.tuples(st.dictionaries(st.sampled_from("abcd"), st.floats(0.1, 1e9), min_size=1), st.floats(1e-5, 100.0)),
        min_size=1,
        max_size=6,
    )
)
def test_no_cost_is_ever_negative(equations: list[tuple[dict[str, float], float]]):
    assert all(cost > 0 for cost in solve(equations).values())


def test_what_was_not_timed_is_not_claimed():
    found = rates_of("", 1, timings(RATES)[:1])
    assert "bf16" not in found.read_bps
    assert set(found.prompt_flops) <= {"q4_0"}
    assert msgspec.json.decode(msgspec.json.encode(found), type=DeviceRates) == found
