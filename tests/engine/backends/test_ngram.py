"""Guesses from what was said before."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gemfit.engine.backends.ngram import LONGEST, SHORTEST, Ngrams
from gemfit.engine.backends.prompt import Entry, MediaChunk

tokens = st.lists(st.integers(0, 5), max_size=60)


def after(*entries: Entry) -> Ngrams:
    ngrams = Ngrams()
    ngrams.begin(entries)
    return ngrams


def test_what_followed_the_same_three_tokens_is_guessed() -> None:
    assert after(7, 1, 2, 3, 40, 50, 60, 1, 2, 3).guess(2) == [40, 50]


def test_two_tokens_that_come_again_are_no_reason_to_guess() -> None:
    assert after(1, 2, 9, 8, 7, 1, 2).guess(4) == []


def test_the_latest_place_counts() -> None:
    assert after(1, 2, 3, 10, 1, 2, 3, 20, 1, 2, 3).guess(1) == [20]


def test_a_longer_run_that_is_the_same_counts_before_a_later_place() -> None:
    assert after(9, 1, 2, 3, 10, 8, 1, 2, 3, 20, 9, 1, 2, 3).guess(1) == [10]


def test_a_repetition_goes_on_past_its_own_end() -> None:
    assert after(5, 6, 7, 5, 6, 7).guess(7) == [5, 6, 7, 5, 6, 7, 5]


def test_a_picture_is_neither_found_nor_guessed() -> None:
    picture = MediaChunk("a" * 64, 280, 280)
    assert after(1, 2, 3, picture, 4, 1, 2, 3).guess(3) == []
    assert after(picture, picture, picture, 4, picture, picture, picture).guess(3) == [4]


def test_what_is_added_counts_like_what_was_there() -> None:
    ngrams = after(1, 2, 3, 4)
    ngrams.add([1, 2])
    ngrams.add([3])
    assert ngrams.guess(1) == [4]


def test_another_conversation_knows_nothing_of_the_one_before() -> None:
    ngrams = after(1, 2, 3, 4)
    ngrams.begin([1, 2, 3])
    assert ngrams.guess(4) == []


def slow_guess(history: list[int], limit: int) -> list[int]:
    """The same, spelled out."""
    for length in range(LONGEST, SHORTEST - 1, -1):
        end = history[-length:]
        places = [i for i in range(len(history) - length) if history[i : i + length] == end]
        if len(end) == length and places:
            follow = history[places[-1] + length :][:limit]
            return [follow[i % len(follow)] for i in range(limit)]
    return []


@given(tokens, st.integers(1, 6))
@settings(deadline=None)
def test_guesses_are_those_of_a_plain_search(history: list[int], limit: int) -> None:
    assert after(*history).guess(limit) == slow_guess(history, limit)


@given(st.lists(st.integers(0, 262_143), max_size=30), st.integers(1, 6))
@settings(deadline=None)
def test_only_tokens_of_the_conversation_are_guessed(history: list[int], limit: int) -> None:
    doubled = history * 2
    assert set(after(*doubled).guess(limit)) <= set(doubled)
