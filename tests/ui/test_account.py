"""Predicted beside measured, in words."""

from gemfit.fit.types import Component, Outcome, Plan
from gemfit.ui.account import account_lines, settled_error

MIB = 1 << 20


def outcome(prompt_tokens: int) -> Outcome:
    return Outcome(
        at="2026-10-02T12:00:00+00:00",
        engine_build="b1",
        model="E2B",
        build="q4_0",
        title="E2B",
        plan=Plan(),
        predicted=[Component("weights", "", 1000 * MIB), Component("compute", "", 100 * MIB)],
        measured=[
            Component("weights", "", 990 * MIB),
            Component("compute", "", 10 * MIB),
            Component("base", "CUDA0", 300 * MIB),
        ],
        prompt_tokens=prompt_tokens,
    )


def test_every_component_has_a_line_with_its_device_and_the_difference(qapp):
    assert account_lines(outcome(600)) == (
        "Weights: 990 MiB, predicted 1,000 MiB (−1.0 %)",
        "Compute: 10 MiB, predicted 100 MiB (−90.0 %)",
        "Program on CUDA0: 300 MiB, not predicted",
    )


def test_a_buffer_that_no_prompt_has_filled_is_not_compared_yet(qapp):
    assert account_lines(outcome(12))[1] == "Compute: 10 MiB, predicted 100 MiB (not yet filled)"
    assert settled_error(outcome(12)) is None
    assert settled_error(outcome(600)) == 1300 / 1100 - 1
