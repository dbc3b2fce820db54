"""How far ahead to guess: only where that is faster, and no longer when it is not."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemfit.engine.backends.prompt import Entry
from gemfit.engine.backends.speculation import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    PLAIN_EVERY,
    TRIAL_STEPS,
    TRIAL_TOKENS,
    Pace,
    Sameness,
    Speculation,
    best_length,
    expected_tokens,
)
from gemfit.engine.protocol import Guesser

relaxed = settings(deadline=None)
chance = st.floats(0, 1)
time_s = st.floats(1e-6, 10)
PLAIN_S = 0.1


@given(chance, time_s, time_s, st.integers(0, 16))
@relaxed
def test_what_is_chosen_is_faster_than_any_other_length(
    right: float, plain_s: float, guess_s: float, limit: int
) -> None:
    chosen = best_length(right, plain_s, guess_s, limit)
    assert 0 <= chosen.tokens <= limit
    for other in range(limit + 1):
        gain = expected_tokens(right, other) * plain_s / (plain_s + other * guess_s)
        assert chosen.gain >= gain or gain < 1.03


@given(chance, time_s, time_s, st.integers(1, 16), st.integers(-10, 10))
@relaxed
def test_only_the_ratio_of_the_times_matters(
    right: float, plain_s: float, guess_s: float, limit: int, power: int
) -> None:
    factor = 2.0**power  # exact in floating point
    assert best_length(right, plain_s, guess_s, limit) == best_length(right, plain_s * factor, guess_s * factor, limit)


@given(time_s, time_s, st.integers(0, 16))
@relaxed
def test_nothing_is_guessed_where_no_guess_is_right(plain_s: float, guess_s: float, limit: int) -> None:
    assert best_length(0.0, plain_s, guess_s, limit) == (0, 1.0)


@given(time_s, st.integers(1, 16))
@relaxed
def test_guesses_that_are_always_right_and_cost_little_are_as_many_as_allowed(plain_s: float, limit: int) -> None:
    assert best_length(1.0, plain_s, plain_s / 100, limit).tokens == limit


@given(chance, st.integers(0, 16))
@relaxed
def test_a_step_gives_its_own_token_and_at_most_all_guesses(right: float, guesses: int) -> None:
    assert 1 <= expected_tokens(right, guesses) <= guesses + 1


@given(st.lists(st.tuples(chance, st.floats(0, 5)), max_size=200), st.integers(1, 8))
@relaxed
def test_whatever_is_learnt_the_number_stays_within_its_limit(steps: list[tuple[float, float]], limit: int) -> None:
    pace = Pace()
    for share, cost in steps:
        length = pace.length(PLAIN_S, limit)
        assert 0 <= length.tokens <= limit
        if length.tokens:
            pace.learn(length.tokens, int(share * length.tokens), PLAIN_S * (1 + cost), PLAIN_S, limit)
        else:
            pace.passed(1)


def step(pace: Pace, *, right: bool, cost: float = 0.1, limit: int = 4) -> int:
    """One step in which a guess costs that part of a plain one; returns how many were made."""
    length = pace.length(PLAIN_S, limit).tokens
    if length:
        pace.learn(length, length if right else 0, PLAIN_S * (1 + cost * length), PLAIN_S, limit)
    else:
        pace.passed(1)
    return length


def test_nothing_is_guessed_before_it_is_known_what_a_step_takes() -> None:
    assert Pace().length(None, 4).tokens == 0


def test_guesses_that_are_never_right_end_after_the_first_steps_and_are_tried_again_ever_more_rarely() -> None:
    pace = Pace()
    made = [step(pace, right=False) for _ in range(FIRST_PAUSE * 16)]
    first = FIRST_PAUSE + TRIAL_STEPS
    assert made[:first] == [4] * TRIAL_STEPS + [0] * FIRST_PAUSE
    assert made[first : first + TRIAL_STEPS + 2 * FIRST_PAUSE] == [TRIAL_TOKENS] * TRIAL_STEPS + [0] * 2 * FIRST_PAUSE
    assert sum(1 for count in made if count) == 5 * TRIAL_STEPS


def test_the_pauses_have_an_end() -> None:
    pace = Pace()
    made = [step(pace, right=False) for _ in range(20 * LONGEST_PAUSE)]
    silent = max(len(run) for run in "".join("x" if n else "." for n in made).split("x"))
    assert silent == LONGEST_PAUSE


def test_guesses_that_are_right_but_cost_more_than_they_save_end_too() -> None:
    pace = Pace()
    made = [step(pace, right=True, cost=1.2) for _ in range(FIRST_PAUSE)]
    assert made[TRIAL_STEPS:] == [0] * (FIRST_PAUSE - TRIAL_STEPS)


def test_when_they_are_right_again_a_trial_finds_out() -> None:
    pace = Pace()
    while step(pace, right=False):
        pass
    made = [step(pace, right=True) for _ in range(FIRST_PAUSE + TRIAL_STEPS + 8)]
    assert made[-8:] == [4] * 8


def test_one_slow_step_among_many_changes_nothing() -> None:
    pace = Pace()
    for _ in range(12):
        step(pace, right=True)
    pace.learn(4, 4, 100 * PLAIN_S, PLAIN_S, 4)
    assert pace.length(PLAIN_S, 4).tokens == 4


class Says:
    """Guesses the same token again and again."""

    def __init__(self, name: Guesser, token: int | None) -> None:
        self.name = name
        self.token = token
        self.seen: list[int] = []

    def begin(self, entries: Sequence[Entry]) -> None:
        self.seen = [entry for entry in entries if isinstance(entry, int)]

    def add(self, tokens: Sequence[int]) -> None:
        self.seen += tokens

    def guess(self, limit: int, row: int, /) -> list[int]:
        assert row >= -1
        return [] if self.token is None else [self.token] * limit


def run(speculation: Speculation, answer: list[int], *, room: int = 1 << 20) -> list[int]:
    """Generate `answer`, a guess costing a tenth of a step; returns how many were guessed in each step."""
    speculation.begin([])
    made, place, row = [], 0, -1
    while place < len(answer):
        guesses = speculation.guess(answer[place], row, min(room, len(answer) - place - 1))
        row = 0
        while row < len(guesses) and guesses[row] == answer[place + 1 + row]:
            row += 1
        speculation.learn(guesses, row, PLAIN_S * (1 + 0.1 * len(guesses)))
        made.append(len(guesses))
        place += row + 1
    return made


def test_the_figures_are_those_of_the_steps() -> None:
    speculation = Speculation([Says("drafter", 1)], 3)
    made = run(speculation, [1] * 41)
    assert made == [0, *[3] * 10]
    assert speculation.steps == 11
    assert speculation.drafted == speculation.accepted == 30
    assert speculation.gain == pytest.approx(41 / (1 + 10 * 1.3))


def test_without_guessers_every_step_gives_one_token_and_nothing_is_gained() -> None:
    speculation = Speculation([], 0)
    assert run(speculation, [1] * 9) == [0] * 9
    assert (speculation.drafted, speculation.gain) == (0, 1.0)


def test_every_guesser_sees_the_whole_answer_once() -> None:
    sources = [Says("ngram", None), Says("drafter", 1)]
    answer = [1, 1, 1, 2, 1, 1, 3, *[1] * 30, 4]
    run(Speculation(sources, 4), answer)
    assert [source.seen for source in sources] == [answer, answer]


def test_who_knows_nothing_leaves_it_to_the_next() -> None:
    speculation = Speculation([Says("ngram", None), Says("drafter", 1)], 4)
    run(speculation, [1] * 30)
    assert speculation.accepted > 20


def test_who_is_wrong_makes_way_for_who_is_right() -> None:
    speculation = Speculation([Says("ngram", 2), Says("drafter", 1)], 4)
    made = run(speculation, [1] * 200)
    assert made[20:40] == [4] * 20
    assert speculation.gain > 2


def test_now_and_then_a_step_is_timed_without_guesses() -> None:
    made = run(Speculation([Says("drafter", 1)], 1), [1] * 1000)
    assert [number for number, count in enumerate(made) if not count][:3] == [0, PLAIN_EVERY + 1, 2 * PLAIN_EVERY + 2]


def test_no_more_is_guessed_than_there_is_room_for() -> None:
    assert max(run(Speculation([Says("drafter", 1)], 4), [1] * 50, room=2)) == 2


def test_nobody_knows_about_scores_before_somebody_looked() -> None:
    sameness = Sameness()
    assert sameness.known(4, 100) is None
    sameness.found(4, 100, same=True)
    assert sameness.known(4, 120) is True
    assert sameness.known(3, 100) is None
    assert sameness.known(4, 124) is True
    assert sameness.known(4, 125) is None  # its last token is in the 129th cell


def test_where_scores_differed_they_are_taken_to_differ_with_more_in_the_cache_too() -> None:
    sameness = Sameness()
    sameness.found(4, 100, same=True)
    sameness.found(4, 600, same=False)
    assert sameness.known(4, 100_000) is False
    assert sameness.known(4, 100) is True
